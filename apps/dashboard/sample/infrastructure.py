"""Infrastructure the demo draws itself: approaches of Aleppo, and border crossings, coarse and from public knowledge.

Nobody has said anything of the crossings: their status is not known, which is not the same as open.
"""

import json
from datetime import datetime

from apps.access import actions as access
from apps.access.actions import AssetDraft
from apps.access.models import Asset
from apps.dashboard.sample.people import person
from apps.dashboard.sample.publishers import OWN, series

M5, M4 = "road-m5-saraqib-aleppo", "road-m4-ariha-saraqib"

# Longitude, latitude, to about a kilometre.
_M5_LINE = [(36.80, 35.86), (36.88, 35.95), (36.97, 36.03), (37.03, 36.10), (37.08, 36.16)]
_M4_LINE = [(36.61, 35.81), (36.68, 35.83), (36.75, 35.86), (36.80, 35.86)]
_CROSSINGS = (
    ("crossing-bab-al-hawa", "Bab al-Hawa", "باب الهوى", (36.69, 36.23), "SYR"),
    ("crossing-bab-al-salama", "Bab al-Salama", "باب السلامة", (37.08, 36.62), "SYR"),
    ("crossing-al-rai", "Al-Ra'i", "الراعي", (37.44, 36.64), "SYR"),
    ("crossing-adre", "Adre", "أدري", (22.24, 13.47), "SDN"),
)


def load(now: datetime) -> str:
    """Register the roads and the crossings."""
    roads = [
        _road(M5, "M5, Saraqib to Aleppo", "الطريق الدولي M5، سراقب – حلب", _M5_LINE),
        _road(M4, "M4, Ariha to Saraqib", "الطريق الدولي M4، أريحا – سراقب", _M4_LINE),
    ]
    crossings = [
        AssetDraft(
            external_id=code,
            type="border_crossing",
            name=f"{english} border crossing",
            names={"en": f"{english} border crossing", "ar": f"معبر {arabic} الحدودي"},
            geometry=point,
            country_iso3=iso3,
        )
        for code, english, arabic, point, iso3 in _CROSSINGS
    ]
    source = series(OWN).source
    tally = access.register_assets(source=source, drafts=[*roads, *crossings], by=person("manager"), now=now)
    return f"{tally.created} roads and crossings"


def crossings() -> list[Asset]:
    """The border crossings drawn here."""
    return list(Asset.objects.filter(source__slug=OWN, type="border_crossing").order_by("external_id"))


def asset(code: str) -> Asset:
    """One of the assets drawn here."""
    return Asset.objects.get(source__slug=OWN, external_id=code)


def _road(code: str, english: str, arabic: str, line: list[tuple[float, float]]) -> AssetDraft:
    return AssetDraft(
        external_id=code,
        type="road_segment",
        name=english,
        names={"en": english, "ar": arabic},
        geometry=json.dumps({"type": "LineString", "coordinates": line}),
        country_iso3="SYR",
        codes={"ref": code.split("-")[1].upper()},
    )
