"""Who publishes, which crises there are, and who reads: the small tables of the made-up world."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from apps.accounts.levels import Role
from apps.accounts.models import Organisation, User
from apps.crises.models import Baseline, Crisis, Membership
from apps.sources.models import Dataset, Round, Source, SourceReliability
from bench.ground import iso3

FIRST_DAY = date(2016, 1, 1)
DAYS = 3_653  # ten years
CRISES = 40  # the first countries have one each; the five after the first are below a crisis of their region
PUBLISHERS = 5
OWN = PUBLISHERS + 1  # the dataset of people's own reports
ROUNDS = 20
MEASURES = ("killed", "injured", "displaced", "idps", "returns")
REGION = CRISES + 1
EXERCISE = 39  # the last but one


@dataclass(frozen=True)
class Readers:
    """The callers that paths are measured for; None is the public."""

    coordinator: User
    partner: User


def make_cast() -> None:
    """Insert sources, datasets, crises and people under keys that SQL can compute."""
    organisation = Organisation.objects.create(acronym="RELIEF", name="Relief Works")
    _series(organisation)
    _crises()
    for name, role in (("coordinator", Role.COORDINATOR), ("partner", Role.PARTNER), ("field", Role.FIELD)):
        user = User.objects.create(username=name, organisation=organisation if role == Role.FIELD else None)
        for crisis in (1, REGION):
            Membership.objects.create(crisis_id=crisis, user=user, role=role)
    with connection.cursor() as cursor:
        for table in ("sources_source", "sources_dataset", "crises_crisis", "sources_round"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _series(organisation: Organisation) -> None:
    """One dataset a source, two countings of each sort; the last is people's own."""
    for number in range(1, OWN + 1):
        is_own = number == OWN
        source = Source.objects.create(
            id=number,
            slug=f"publisher-{number}",
            name=f"Publisher {number}",
            kind="own" if is_own else "feed",
            organisation=organisation if is_own else None,
            releases_on_arrival=not is_own,
        )
        Dataset.objects.create(
            id=number, source=source, slug=f"series-{number}", name=f"Series {number}", counts="events",
            licence="CC0", attribution=source.name, redistribution="attribution",
        )  # fmt: skip
        SourceReliability.objects.create(source=source, grade="ABCDEF"[number - 1])
    for number in range(1, ROUNDS + 1):
        end = FIRST_DAY + timedelta(days=DAYS * number // ROUNDS - 1)
        Round.objects.create(
            id=number, dataset_id=1, number=str(number), from_date=end - timedelta(days=30), to_date=end
        )


def _crises() -> None:
    Crisis.objects.create(id=REGION, slug="region", names={"en": "Region"}, started_on=FIRST_DAY)
    for number in range(1, CRISES + 1):
        Crisis.objects.create(
            id=number,
            slug=f"crisis-{number}",
            names={"en": f"Crisis {number}"},
            parent_id=REGION if 2 <= number <= 6 else None,
            countries=[iso3(number - 1)],
            status="exercise" if number == EXERCISE else "active",
            started_on=FIRST_DAY,
        )
        for measure in MEASURES:
            Baseline.objects.create(
                crisis_id=number, measure=measure, dataset_id=1 + number % PUBLISHERS, reason="The longest series."
            )


def readers() -> Readers:
    """The people made above."""
    return Readers(User.objects.get(username="coordinator"), User.objects.get(username="partner"))


def moment_of(share: float) -> datetime:
    """The moment at a share of the ten years, 0 the beginning and 1 the end."""
    return datetime.combine(FIRST_DAY + timedelta(days=1 + int(DAYS * share)), datetime.min.time(), ZoneInfo("UTC"))


NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
