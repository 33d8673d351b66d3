"""Parties under neutral names, with the name each source uses for them.

A source's own word for a party stays with the source; what the picture says of the party is the neutral name.
"""

from datetime import datetime

from apps.crises.actions import introduce_actor
from apps.dashboard.sample.publishers import SOHR, WIRE
from apps.sources.models import Source

# neutral name, Arabic, kind, {source: the name it uses}
ACTORS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("Government of Syria", "الحكومة السورية", "government",
     {"ucdp": "Government of Syria", WIRE: "Syrian government forces"}),
    ("Government of Türkiye", "الحكومة التركية", "government", {"ucdp": "Government of Turkey"}),
    ("Government of the Russian Federation", "حكومة الاتحاد الروسي", "government", {SOHR: "Russian air force"}),
    ("Non-State armed groups in Syria, not told apart", "جماعات مسلحة من غير الدول في سوريا", "non-State armed group",
     {"ucdp": "Syrian insurgents"}),
    ("Hay'at Tahrir al-Sham (HTS)", "هيئة تحرير الشام", "non-State armed group", {"ucdp": "HTS"}),
    ("HTS and allied non-State armed groups", "هيئة تحرير الشام وجماعات متحالفة معها", "non-State armed group",
     {WIRE: "HTS and allied groups"}),
    ("Islamic State (IS)", "تنظيم الدولة", "non-State armed group", {"ucdp": "IS"}),
    ("Syrian Democratic Forces (SDF)", "قوات سوريا الديمقراطية", "non-State armed group", {"ucdp": "SDF"}),
    ("Syrian National Army (SNA)", "الجيش الوطني السوري", "non-State armed group", {"ucdp": "SNA"}),
)  # fmt: skip


def load(now: datetime) -> str:
    """Make the actors that are missing, and the names that sources use for them."""
    sources = {source.slug: source for source in Source.objects.all()}
    for name, arabic, kind, names in ACTORS:
        known_as = {sources[slug]: [theirs] for slug, theirs in names.items()}
        introduce_actor(name=name, names={"en": name, "ar": arabic}, kind=kind, known_as=known_as)
    return f"{len(ACTORS)} parties"
