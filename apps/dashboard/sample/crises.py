"""The two crises of the demo: Syria in depth, Sudan so that nothing leans on one country."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from apps.crises.models import Baseline, Crisis, Membership
from apps.dashboard.sample.people import PEOPLE, person
from apps.geo.queries import resolve_code
from apps.sources.models import Dataset

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
            "The Golan is shown as undetermined."
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
        crisis, is_new = Crisis.objects.get_or_create(slug=slug, defaults=fields)
        if is_new:
            crisis.areas.set(area for code in fields["countries"] for area in resolve_code(code))
        for one in PEOPLE:
            if one.role is not None:
                Membership.objects.get_or_create(
                    crisis=crisis,
                    user=person(one.username),
                    defaults={"role": one.role, "protocol_accepted_at": timezone.now()},
                )
    _count_by("syria", "killed", "ucdp-ged", "One series coded by one method, event by event.",
              date(2016, 1, 1), date(2019, 12, 31))  # fmt: skip
    _count_by("sudan", "displaced", "idmc-gidd", "The only series at hand that covers every year.", None, None)
    return " and ".join(CRISES)


def crisis(slug: str) -> Crisis:
    """One of the demo's crises."""
    return Crisis.objects.get(slug=slug)


def _count_by(slug: str, measure: str, dataset: str, reason: str, since: date | None, until: date | None) -> None:
    Baseline.objects.get_or_create(
        crisis=crisis(slug),
        measure=measure,
        from_date=since,
        defaults={
            "dataset": Dataset.objects.get(slug=dataset),
            "to_date": until,
            "reason": reason,
            "by": person("coordinator"),
        },
    )
