"""The rows that ship: metrics and terms with their labels. Codes follow the field's own lists; Arabic labels are ours.

Schemes: acled (event types), glide (hazards), helix (displacement), amrf (the nine access constraint types).
"""

# code, English, Arabic, unit, group, is_summable, is_harm
METRICS = [
    ("killed", "Killed", "قتلى", "people", "casualties", True, True),
    ("deaths", "Deaths", "وفيات", "people", "casualties", True, True),
    ("injured", "Injured", "جرحى", "people", "casualties", True, True),
    ("missing", "Missing", "مفقودون", "people", "casualties", True, True),
    ("abducted", "Abducted", "مختطفون", "people", "casualties", True, True),
    ("detained", "Detained", "محتجزون", "people", "casualties", True, True),
    ("affected", "Affected", "متضررون", "people", "impact", True, True),
    ("exposed", "Exposed", "معرضون", "people", "impact", False, False),
    ("attacks", "Attacks", "هجمات", "events", "events", True, False),
    ("cases_suspected", "Suspected cases", "حالات مشتبه بها", "people", "health", True, True),
    ("cases_confirmed", "Confirmed cases", "حالات مؤكدة", "people", "health", True, True),
    ("houses_destroyed", "Houses destroyed", "منازل مدمرة", "buildings", "damage", True, True),
    ("houses_damaged", "Houses damaged", "منازل متضررة", "buildings", "damage", True, True),
    ("facilities_damaged", "Facilities damaged", "مرافق متضررة", "facilities", "damage", True, True),
    ("facilities_suspended", "Facilities suspended", "مرافق معلقة", "facilities", "damage", False, True),
    ("displaced", "Internal displacements", "حركات نزوح داخلي", "people", "displacement", True, True),
    ("idps", "Internally displaced people", "نازحون داخليا", "people", "displacement", False, True),
    ("returns", "Returns", "عائدون", "people", "displacement", True, False),
    ("returnees", "Returnees", "العائدون", "people", "displacement", False, False),
    ("refugees", "Refugees", "لاجئون", "people", "displacement", False, True),
    ("cross_border", "Cross-border movements", "تحركات عبر الحدود", "people", "displacement", True, True),
]

# code, parent, English, Arabic, symbol
INCIDENT_CATEGORIES = {
    "acled": [
        ("battles", "", "Battles", "معارك", "conflict"),
        ("armed_clash", "battles", "Armed clash", "اشتباك مسلح", "conflict"),
        (
            "government_regains_territory",
            "battles",
            "Government regains territory",
            "استعادة الحكومة لأراض",
            "conflict",
        ),
        (
            "non_state_actor_overtakes_territory",
            "battles",
            "Non-state actor overtakes territory",
            "سيطرة جهة غير حكومية على أراض",
            "conflict",
        ),
        ("explosions", "", "Explosions/Remote violence", "انفجارات/عنف عن بعد", "conflict"),
        ("chemical_weapon", "explosions", "Chemical weapon", "سلاح كيميائي", "conflict"),
        ("air_drone_strike", "explosions", "Air/drone strike", "غارة جوية/بطائرة مسيرة", "conflict"),
        ("suicide_bomb", "explosions", "Suicide bomb", "تفجير انتحاري", "conflict"),
        ("shelling", "explosions", "Shelling/artillery/missile attack", "قصف/مدفعية/صواريخ", "conflict"),
        ("remote_explosive", "explosions", "Remote explosive/landmine/IED", "عبوة ناسفة/لغم", "conflict"),
        ("grenade", "explosions", "Grenade", "قنبلة يدوية", "conflict"),
        ("violence_against_civilians", "", "Violence against civilians", "عنف ضد المدنيين", "conflict"),
        ("sexual_violence", "violence_against_civilians", "Sexual violence", "عنف جنسي", "conflict"),
        ("attack", "violence_against_civilians", "Attack", "هجوم", "conflict"),
        ("abduction", "violence_against_civilians", "Abduction/forced disappearance", "اختطاف/إخفاء قسري", "conflict"),
        ("protests", "", "Protests", "احتجاجات", "conflict"),
        ("riots", "", "Riots", "أعمال شغب", "conflict"),
        ("strategic_developments", "", "Strategic developments", "تطورات استراتيجية", "conflict"),
        ("agreement", "strategic_developments", "Agreement", "اتفاق", "conflict"),
        ("arrests", "strategic_developments", "Arrests", "اعتقالات", "conflict"),
        (
            "change_to_group_activity",
            "strategic_developments",
            "Change to group/activity",
            "تغير في مجموعة/نشاط",
            "conflict",
        ),
        ("looting", "strategic_developments", "Looting/property destruction", "نهب/تدمير ممتلكات", "conflict"),
        (
            "non_violent_transfer_of_territory",
            "strategic_developments",
            "Non-violent transfer of territory",
            "انتقال أراض دون عنف",
            "conflict",
        ),
        ("other_strategic", "strategic_developments", "Other", "أخرى", "conflict"),
    ],
    "ucdp": [
        ("organised_violence", "", "Organised violence", "عنف منظم", "conflict"),
        ("state_based", "organised_violence", "State-based violence", "عنف تشارك فيه دولة", "conflict"),
        ("non_state", "organised_violence", "Non-state violence", "عنف بين جهات غير حكومية", "conflict"),
        ("one_sided", "organised_violence", "One-sided violence", "عنف من جانب واحد", "conflict"),
    ],
    "glide": [
        ("natural_hazard", "", "Natural hazard", "خطر طبيعي", "hazard"),
        ("EQ", "natural_hazard", "Earthquake", "زلزال", "hazard"),
        ("FL", "natural_hazard", "Flood", "فيضان", "hazard"),
        ("FF", "natural_hazard", "Flash flood", "فيضان مفاجئ", "hazard"),
        ("TC", "natural_hazard", "Tropical cyclone", "إعصار مداري", "hazard"),
        ("DR", "natural_hazard", "Drought", "جفاف", "hazard"),
        ("VO", "natural_hazard", "Volcano", "بركان", "hazard"),
        ("WF", "natural_hazard", "Wildfire", "حريق غابات", "hazard"),
        ("TS", "natural_hazard", "Tsunami", "تسونامي", "hazard"),
        ("LS", "natural_hazard", "Landslide", "انهيار أرضي", "hazard"),
        ("ST", "natural_hazard", "Severe local storm", "عاصفة محلية شديدة", "hazard"),
        ("CW", "natural_hazard", "Cold wave", "موجة برد", "hazard"),
        ("HT", "natural_hazard", "Heat wave", "موجة حر", "hazard"),
        ("EP", "", "Epidemic", "وباء", "health"),
    ],
    "ours": [
        ("security", "", "Security", "أمن", "conflict"),
        ("access", "", "Access incident", "حادث وصول", "access"),
    ],
}

DISPLACEMENT_CATEGORIES = [
    ("idps", "stock", "IDPs", "نازحون داخليا"),
    ("returnees", "stock", "Returnees", "عائدون"),
    ("across_borders", "stock", "People displaced across borders", "نازحون عبر الحدود"),
    ("internal_displacements", "flow", "Internal Displacements", "حركات نزوح داخلي"),
    ("multiple_displacement", "flow", "Multiple Displacement", "نزوح متكرر"),
    ("return", "flow", "Return", "عودة"),
    ("cross_border_flight", "flow", "Cross-border Flight", "فرار عبر الحدود"),
    ("cross_border_return", "flow", "Cross-border Return", "عودة عبر الحدود"),
    ("relocation_elsewhere", "flow", "Relocation Elsewhere", "انتقال إلى مكان آخر"),
]

# The nine, labels verbatim from OCHA's Access Monitoring and Reporting Framework as coded by ACAPS.
CONSTRAINT_TYPES = [
    ("denial", "Denial of existence of humanitarian needs or entitlements to assistance", "إنكار وجود الاحتياجات"),
    (
        "restricted_services",
        "Restriction and obstruction of access to services and assistance",
        "تقييد الوصول إلى الخدمات",
    ),
    ("entry", "Impediments to entry into country (bureaucratic and administrative)", "عوائق الدخول إلى البلد"),
    (
        "movement",
        "Restriction of movement (impediments to freedom of movement and/or administrative restrictions)",
        "تقييد الحركة",
    ),
    ("interference", "Interference into implementation of humanitarian activities", "التدخل في تنفيذ الأنشطة"),
    ("violence", "Violence against personnel, facilities and assets", "عنف ضد الموظفين والمرافق"),
    ("insecurity", "Ongoing insecurity/hostilities affecting humanitarian assistance", "انعدام الأمن/أعمال عدائية"),
    ("mines", "Presence of mines and improvised explosive devices", "وجود ألغام وعبوات ناسفة"),
    (
        "physical",
        "Physical constraints in the environment (obstacles related to terrain, climate, lack of infrastructure, etc.)",
        "عوائق مادية في البيئة",
    ),
]


def metric_rows() -> list[dict[str, object]]:
    """Columns of records.Metric, by code."""
    return [
        {
            "code": code,
            "labels": {"en": english, "ar": arabic},
            "unit": unit,
            "group": group,
            "is_summable": is_summable,
            "is_harm": is_harm,
            "position": position,
        }
        for position, (code, english, arabic, unit, group, is_summable, is_harm) in enumerate(METRICS)
    ]


def term_rows() -> list[dict[str, object]]:
    """Columns of records.Term, by vocabulary and code."""
    rows: list[dict[str, object]] = []
    for scheme, terms in INCIDENT_CATEGORIES.items():
        for code, parent, english, arabic, symbol in terms:
            rows.append(_term("incident-categories", code, scheme, parent, english, arabic, symbol, len(rows)))
    for code, parent, english, arabic in DISPLACEMENT_CATEGORIES:
        rows.append(_term("displacement-categories", code, "helix", parent, english, arabic, "people", len(rows)))
    for code, english, arabic in CONSTRAINT_TYPES:
        rows.append(_term("access-constraint-types", code, "amrf", "", english, arabic, "access", len(rows)))
    return rows


def _term(
    vocabulary: str, code: str, scheme: str, parent: str, english: str, arabic: str, symbol: str, position: int
) -> dict[str, object]:
    return {
        "vocabulary": vocabulary,
        "code": code,
        "scheme": scheme,
        "parent_code": parent,
        "labels": {"en": english, "ar": arabic},
        "symbol": symbol,
        "position": position,
    }
