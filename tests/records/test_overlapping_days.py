"""Records that overlap days, whatever their own first and last day."""

from datetime import date, timedelta

import pytest

from apps.incidents.models import Incident
from tests.factories.facts import incident

DAY = date(2024, 11, 10)


@pytest.mark.django_db
@pytest.mark.parametrize("since", [None, -3, 0, 2])
@pytest.mark.parametrize("until", [None, -3, 0, 2])
def test_records_of_a_period_are_those_that_share_a_day_with_it(since: int | None, until: int | None):
    made = {}
    for start in (-5, -3, -1, 0, 2, 3):
        for lasts in (0, 1, 5):
            days = (DAY + timedelta(days=start), DAY + timedelta(days=start + lasts))
            made[incident(start_date=days[0], end_date=days[1]).pk] = days
    first = None if since is None else DAY + timedelta(days=since)
    last = None if until is None else DAY + timedelta(days=until)
    expected = {
        pk for pk, (start, end) in made.items() if (first is None or end >= first) and (last is None or start <= last)
    }
    found = list(Incident.objects.during(first, last).values_list("pk", flat=True))
    assert set(found) == expected
    assert len(found) == len(expected)
