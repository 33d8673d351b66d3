"""The two crises of the demo: Syria in depth, Sudan so that nothing leans on one country."""

from datetime import date, datetime
from typing import Any

from apps.crises import actions
from apps.crises.models import Crisis
from apps.dashboard.sample.people import PEOPLE, person
from apps.dashboard.sample.publishers import series
from apps.geo.queries import resolve_code

CRISES: dict[str, dict[str, Any]] = {
    "syria": {
        "names": {"en": "Syria", "ar": "سوريا"},
        "countries": ["SYR"],
        "time_zone": "Asia/Damascus",
        "started_on": date(2011, 3, 15),
        # Aleppo and Idleb governorates and what lies between them.
        "default_view": {"bbox": [35.9, 35.2, 38.3, 36.9], "since": "2024-11-27", "until": "2024-12-02"},
        "map_notes": (
            "No lines of control are drawn: who holds a place is only ever given as a report, with who says so. "
            "The Golan is shown as disputed."
        ),
    },
    "sudan": {
        "names": {"en": "Sudan", "ar": "السودان"},
        "countries": ["SDN"],
        "time_zone": "Africa/Khartoum",
        "started_on": date(2023, 4, 15),
        "default_view": {"bbox": [21.8, 8.6, 38.7, 22.3], "since": "2024-01-01", "until": "2024-12-31"},
        "map_notes": (
            "The final status of the Abyei area is not yet determined. The final boundary between Sudan and South "
            "Sudan has not yet been determined. The status of the Hala'ib area is undetermined."
        ),
    },
}


def load(now: datetime) -> str:
    """Make the crises that are missing, with their members and the series that count in them."""
    for slug, fields in CRISES.items():
        made, is_new = actions.open_crisis(slug=slug, **fields)
        if is_new:
            made.areas.set(area for code in fields["countries"] for area in resolve_code(code))
        for one in PEOPLE:
            if one.role is not None:
                actions.add_member(crisis=made, user=person(one.username), role=one.role, now=now)
    actions.choose_baseline(
        crisis=crisis("syria"),
        measure="killed",
        dataset=series("ucdp-ged"),
        since=date(2016, 1, 1),
        until=date(2019, 12, 31),
        reason="One series, coded event by event with one published method.",
        by=person("coordinator"),
    )
    actions.choose_baseline(
        crisis=crisis("sudan"),
        measure="displaced",
        dataset=series("idmc-gidd"),
        since=None,
        until=None,
        reason="The only series at hand that covers every year.",
        by=person("coordinator"),
    )
    return " and ".join(CRISES)


def crisis(slug: str) -> Crisis:
    """One of the demo's crises."""
    return Crisis.objects.get(slug=slug)
