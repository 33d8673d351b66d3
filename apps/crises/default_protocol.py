"""The sharing protocol that ships, until a crisis agrees its own. Kind and category to sensitivity and place.

Natural hazards and epidemics are public and exact; fighting is public to the settlement; access incidents and
constraints are restricted to the district; detention and abduction to the governorate; sexual violence is confidential.
"""

PUBLIC, PARTNERS, RESTRICTED, CONFIDENTIAL = 0, 1, 2, 3

# How long what is said of each holds, in hours, unless it is said or confirmed again. A stock holds for its round.
STALE_AFTER = {
    ("asset_status", ""): 7 * 24,
    ("asset_status", "checkpoint"): 24,
    ("access_constraint", ""): 30 * 24,
    ("displacement", "stock"): 90 * 24,
}

# kind, category, sensitivity, location release
DEFAULT = [
    ("incident", "", PUBLIC, "settlement"),
    ("incident", "natural_hazard", PUBLIC, "exact"),
    ("incident", "EP", PUBLIC, "exact"),
    ("incident", "access", RESTRICTED, "adm2"),
    ("incident", "security", RESTRICTED, "adm2"),
    ("incident", "arrests", RESTRICTED, "adm1"),
    ("incident", "abduction", RESTRICTED, "adm1"),
    ("incident", "sexual_violence", CONFIDENTIAL, "adm1"),
    ("displacement", "", PUBLIC, "settlement"),
    ("displacement", "stock", PUBLIC, "settlement"),
    ("asset_status", "", PUBLIC, "exact"),
    ("asset_status", "checkpoint", PARTNERS, "adm2"),
    ("access_constraint", "", RESTRICTED, "adm2"),
    ("access_constraint", "physical", PUBLIC, "exact"),
    ("asset", "", PUBLIC, "exact"),
    ("asset", "checkpoint", PARTNERS, "adm2"),
    ("asset", "warehouse", PARTNERS, "adm2"),
    ("asset", "idp_site", PARTNERS, "adm2"),
    ("asset", "health_facility", PARTNERS, "adm2"),
]
