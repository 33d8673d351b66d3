"""How the world edition treats ground that Natural Earth gives to whoever controls it.

Natural Earth draws de facto control. A look-up must not repeat that as a fact, so each zone below either goes to the
State the United Nations names, or names no country. Kosovo and Western Sahara keep the codes data exchange uses for
them (XKX, ESH), which say nothing on sovereignty.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Zone:
    """Ground taken out of Natural Earth's countries. `belongs_to` is ISO 3166 alpha-2; None names no country."""

    code: str
    natural_earth: tuple[str, ...]  # BRK_A3 of "Admin 0 – Breakaway, Disputed Areas"
    belongs_to: str | None
    name_en: str
    name_ar: str
    basis: str


ZONES = (
    Zone("crimea", ("B89",), "UA", "Crimea", "القرم", "General Assembly resolution 68/262"),
    Zone("donbas", ("B90",), "UA", "Donbas", "دونباس", "General Assembly resolution ES-11/4"),
    Zone("golan", ("B16", "B49"), "SY", "Golan", "الجولان", "Security Council resolution 497"),
    Zone("west-bank", ("B54",), "PS", "West Bank", "الضفة الغربية", "Security Council resolution 2334"),
    Zone("gaza", ("B53",), "PS", "Gaza Strip", "قطاع غزة", "Security Council resolution 1860"),
    Zone("northern-cyprus", ("B20", "B43"), "CY", "Northern Cyprus", "شمال قبرص", "Security Council resolution 541"),
    Zone("somaliland", ("B30",), "SO", "Somaliland", "صوماليلاند", "Security Council resolutions on Somalia"),
    Zone("western-sahara", ("B28", "B19"), "EH", "Western Sahara", "الصحراء الغربية", "Non-Self-Governing Territory"),
    Zone("abkhazia", ("B35",), "GE", "Abkhazia", "أبخازيا", "General Assembly resolution 62/249"),
    Zone("south-ossetia", ("B37",), "GE", "South Ossetia", "أوسيتيا الجنوبية", "General Assembly resolution 63/307"),
    Zone("transnistria", ("B36",), "MD", "Transnistria", "ترانسنيستريا", "General Assembly resolution 72/282"),
    Zone("karabakh", ("B38",), "AZ", "Karabakh", "قره باغ", "Security Council resolution 884"),
    Zone("abyei", ("B13",), None, "Abyei", "أبيي", "final status not yet determined"),
    Zone("halaib", (), None, "Hala'ib Triangle", "مثلث حلايب", "claimed by Egypt and the Sudan"),
    Zone("ilemi", ("B17", "B74"), None, "Ilemi Triangle", "مثلث إليمي", "claimed by Kenya and South Sudan"),
    Zone(
        "jammu-kashmir",
        ("B05", "B08", "B09", "B45"),
        None,
        "Jammu and Kashmir",
        "جامو وكشمير",
        "final status not yet agreed upon by the parties",
    ),
    Zone("aksai-chin", ("B07", "B03"), None, "Aksai Chin", "أكساي تشين", "claimed by China and India"),
    Zone("shaksgam", ("B06",), None, "Shaksgam Valley", "وادي شاكسغام", "claimed by China and India"),
    Zone("arunachal", ("B00",), None, "Arunachal Pradesh", "أروناتشال براديش", "claimed by China and India"),
    Zone("himachal", ("B01", "B02", "B04"), None, "Nelang, Barahoti, Shipki", "نيلانغ وباراهوتي وشيبكي", "claimed"),
    Zone("kalapani", ("B88",), None, "Kalapani", "كالاباني", "claimed by India and Nepal"),
    Zone("bhutan-north", ("B75", "B76"), None, "Doklam and Jakarlung", "دوكلام وجاكارلونغ", "claimed"),
    Zone("shebaa", ("B58",), None, "Shab'a Farms", "مزارع شبعا", "claimed by Lebanon"),
    Zone("kuril", ("B29",), None, "Southern Kuril Islands", "جزر الكوريل الجنوبية", "claimed by Japan"),
    Zone("senkaku", ("B18",), None, "Senkaku/Diaoyu Islands", "جزر سينكاكو/دياويو", "claimed by China and Japan"),
    Zone("liancourt", ("B39",), None, "Dokdo/Takeshima", "دوكدو/تاكيشيما", "claimed"),
    Zone("spratly", ("B46",), None, "Spratly Islands", "جزر سبراتلي", "claimed"),
    Zone("paracel", ("B47",), None, "Paracel Islands", "جزر باراسيل", "claimed"),
    Zone("scarborough", ("B70",), None, "Scarborough Reef", "شعاب سكاربورو", "claimed"),
    Zone("abu-musa", ("B73",), None, "Abu Musa", "أبو موسى", "claimed"),
    Zone("tiran", ("B68",), None, "Tiran and Sanafir", "تيران وصنافير", "claimed"),
)

# Natural Earth's countries without an ISO number, and the country whose ground they are.
WITHOUT_NUMBER = {"Somaliland": "SO", "N. Cyprus": "CY", "Kosovo": "XK", "Indian Ocean Ter.": "AU"}
