"""A world with a canary in every place that is not for everybody: a word or a number that stands nowhere else.

Each canary says who may read it. Whoever else finds it in an answer has found a leak.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from apps.accounts.levels import Sensitivity
from apps.accounts.models import Organisation
from apps.crises.actions import name_actors
from apps.crises.models import Actor, Crisis
from apps.incidents import actions as incidents
from apps.incidents.actions import Party
from apps.incidents.models import CasualtyDecision, Incident
from apps.ledger.models import IdempotencyKey, Job
from apps.records import actions as records
from apps.records.amending import amend
from apps.records.models import SuspectedDuplicate
from apps.records.settling import question_text
from apps.sources.models import Document, QuarantinedItem, SourceReliability
from tests.cast import Cast
from tests.factories import facts
from tests.factories.geo import PlaceFactory, load_squareland
from tests.factories.sources import DatasetFactory, SourceFactory
from tests.visibility.people import ALL, COORDINATOR, NO_ONE, OWN, PARTNERS, RESTRICTED

# What a search for canaries asks for; it is shorter than any canary, so that an echo of it is none.
PREFIX = "canary"
# Where hidden things are: inside Squareland's district D-A, on no grid.
SPOT = (0.123457, 0.234568)
REGISTRIES = ("admin:*",)


@dataclass(frozen=True)
class Canary:
    """A text that stands in one place only, who may read it, and the routes on which anybody may."""

    text: str
    readers: frozenset[str]
    open_on: tuple[str, ...] = ()


@dataclass
class World:
    """The canaries, and the keys of every row that a route may be asked for."""

    cast: Cast
    canaries: list[Canary] = field(default_factory=list)
    numbers: Iterable[int] = field(default_factory=lambda: count(1))

    def word(self, what: str, readers: Iterable[str], *open_on: str) -> str:
        """A canary in words."""
        text = f"{PREFIX}{next(iter(self.numbers)):04}{what}"
        self.canaries.append(Canary(text, frozenset(readers), open_on))
        return text

    def number(self, readers: Iterable[str]) -> int:
        """A canary in figures: seven digits, unlike any other number here."""
        number = 7_300_000 + 131 * next(iter(self.numbers))
        self.canaries.append(Canary(str(number), frozenset(readers)))
        return number

    def key(self, row: Any, readers: Iterable[str], *open_on: str) -> None:
        """The id of a row as a canary: that it exists is told to these only."""
        self.canaries.append(Canary(str(row.pk), frozenset(readers), open_on))

    def spot(self, readers: Iterable[str]) -> tuple[float, float]:
        """A place as a canary: its longitude stands nowhere else, however few digits are given of it."""
        x = round(0.2 + 0.000_731 * next(iter(self.numbers)), 6)
        self.canaries.append(Canary(f"{x:.6f}"[:7], frozenset(readers)))
        return x, SPOT[1]


def build(cast: Cast) -> World:
    """Everything at once, through the actions of the product."""
    world = World(cast)
    now = facts.NOW
    load_squareland(now=now)
    PlaceFactory()
    Crisis.objects.filter(pk=cast.aleppo.pk).update(countries=["ZZZ"])
    Crisis.objects.filter(pk=cast.darfur.pk).update(countries=["SDN"])
    _name_the_reporter(world)
    _levels(world)
    _generalised(world)
    _since_stricter(world)
    _taken_back(world)
    _infrastructure(world)
    _movements(world)
    _constraints(world)
    _figures(world)
    _parties(world)
    _elsewhere(world)
    _licences(world)
    _documents_and_machinery(world)
    return world


def _name_the_reporter(world: World) -> None:
    """Who reported is for coordinators; people themselves are administered."""
    world.cast.fatima.first_name = world.word("reporter", {*COORDINATOR, "fatima"}, *REGISTRIES)
    world.cast.fatima.save()


def texts(world: World, readers: Iterable[str], **more: Any) -> dict[str, Any]:
    """Every text of an incident's draft as a canary."""
    return {
        "title": world.word("title", readers),
        "place_name": world.word("place", readers),
        "provider_area_name": world.word("provider", readers),
        "external_id": world.word("external", readers),
        "url": f"https://example.org/{world.word('url', readers)}",
        "fields": {"summary": world.word("summary", readers)},
        "location": world.spot(readers),
        "location_accuracy": "point",
        **more,
    }


def figure(world: World, readers: Iterable[str], words: Iterable[str], metric: str = "killed", **more: Any) -> Any:
    """A reported figure: its number for some, its words for those who read the place too."""
    return facts.claim(
        metric,
        world.number(readers),
        attributed_to=world.word("speaker", words),
        excerpt=world.word("excerpt", words),
        url=f"https://example.org/{world.word('claimurl', words)}",
        **more,
    )


def _levels(world: World) -> None:
    """One incident for each level, and reports of one's own."""
    crisis = world.cast.aleppo
    whom: Mapping[int, frozenset[str]] = {
        1: PARTNERS, Sensitivity.RESTRICTED: RESTRICTED, Sensitivity.CONFIDENTIAL: COORDINATOR,
    }  # fmt: skip
    for level, readers in whom.items():
        row = facts.incident(
            crisis=crisis, sensitivity=level, location_release="exact", claims=[figure(world, readers, readers)],
            **texts(world, readers),
        )  # fmt: skip
        world.key(row, readers, "admin:ledger_*")
        world.key(row.claims.get(), readers)
        _decide(world, row, readers)
        _amend(world, row, readers)
    for level, readers in ((2, {*OWN, *RESTRICTED}), (3, {"fatima", *COORDINATOR})):
        row = facts.incident(
            crisis=crisis, by=world.cast.fatima, sensitivity=level, location_release="adm1",
            claims=[figure(world, readers, readers - {"imran"})], **texts(world, readers - {"imran"}),
        )  # fmt: skip
        world.key(row, readers, "admin:ledger_*")


def _decide(world: World, row: Incident, readers: Iterable[str]) -> None:
    claim = row.claims.get()
    CasualtyDecision.objects.create(
        record=row, claim=claim, question=question_text(claim), by=world.cast.cora, at=facts.NOW,
        reason=world.word("decided", readers),
    )  # fmt: skip


def _amend(world: World, row: Any, readers: Iterable[str]) -> None:
    """A past with words of its own, and the reason it was changed for."""
    row.refresh_from_db()
    row.title = world.word("amended", readers)
    amend(kind=incidents.KIND, record=row, by=world.cast.cora, now=facts.NOW, reason=world.word("reason", readers))


def _generalised(world: World) -> None:
    """Released to all, shown to its district at best: texts and names that would give the place away are withheld."""
    for release in ("settlement", "adm2", "withheld"):
        row = facts.incident(
            crisis=world.cast.aleppo, released=True, location_release=release,
            claims=[figure(world, ALL, COORDINATOR)],
            document=_document(world, COORDINATOR), **texts(world, COORDINATOR),
        )  # fmt: skip
        _decide(world, row, COORDINATOR)
        _amend(world, row, COORDINATOR)
    facts.incident(
        crisis=world.cast.aleppo, by=world.cast.fatima, released=True, location_release="adm2",
        claims=[figure(world, ALL, {*OWN, *COORDINATOR})], **texts(world, {*OWN, *COORDINATOR}),
    )  # fmt: skip


def _since_stricter(world: World) -> None:
    """What was open once and is closed today is closed on the way back in time too."""
    exact = facts.incident(
        crisis=world.cast.aleppo, released=True, location_release="exact", claims=[figure(world, ALL, COORDINATOR)],
        **texts(world, COORDINATOR),
    )  # fmt: skip
    exact.location_release = "adm2"
    amend(kind=incidents.KIND, record=exact, by=world.cast.cora, now=facts.NOW, reason="Placed more coarsely")
    hidden = facts.incident(
        crisis=world.cast.aleppo, released=True, location_release="exact",
        claims=[figure(world, RESTRICTED, RESTRICTED)], **texts(world, RESTRICTED),
    )  # fmt: skip
    hidden.sensitivity = 2
    amend(kind=incidents.KIND, record=hidden, by=world.cast.cora, now=facts.NOW, reason="Made stricter")
    world.key(hidden, RESTRICTED, "admin:ledger_*")


def _taken_back(world: World) -> None:
    """Removed, rejected and merged records: at most those who settle such things still find them."""
    root = facts.incident(crisis=world.cast.aleppo, released=True)
    for change in ({"removed_at": facts.NOW}, {"verification": "rejected"}, {"merged_into": root, "canonical": root}):
        row = facts.incident(
            crisis=world.cast.aleppo, released=True, location_release="exact",
            claims=[] if "merged_into" in change else [figure(world, RESTRICTED, RESTRICTED)],
            **texts(world, RESTRICTED),
        )  # fmt: skip
        Incident.objects.filter(pk=row.pk).update(**change)


def _infrastructure(world: World) -> None:
    """A checkpoint for the cleared, a store whose place is coarse, and what is said of both."""
    source = SourceFactory()
    post = facts.asset(
        source=source, type="checkpoint", name=world.word("post", RESTRICTED), geometry=world.spot(RESTRICTED),
        country_iso3="ZZZ", sensitivity=2, codes={"osm": world.word("postcode", RESTRICTED)},
        external_id=world.word("postid", RESTRICTED), location_release="exact",
    )  # fmt: skip
    world.key(post, RESTRICTED, "admin:ledger_*")
    store = facts.asset(
        source=source, type="warehouse", name=world.word("store", COORDINATOR), geometry=world.spot(COORDINATOR),
        country_iso3="ZZZ", sensitivity=0, codes={"osm": world.word("storecode", COORDINATOR)},
        external_id=world.word("storeid", COORDINATOR), location_release="adm2",
    )  # fmt: skip
    facts.status(
        of=post, crisis=world.cast.aleppo, title=world.word("poststatus", RESTRICTED),
        attributed_to=world.word("postspeaker", RESTRICTED),
    )  # fmt: skip
    facts.status(
        of=store, crisis=world.cast.aleppo, released=True, title=world.word("storestatus", COORDINATOR),
        attributed_to=world.word("storespeaker", COORDINATOR),
        fields={"asset_id": store.pk, "summary": world.word("storesummary", COORDINATOR)},
    )  # fmt: skip


def _movements(world: World) -> None:
    """Movements whose ends are finer than released, with every name an end has."""
    flow = {"measure": "flow", "category": "internal_displacements", "cause": "conflict"}
    for accuracy, release in (("adm1", "adm1"), ("point", "adm2")):
        # The place of the first is known no finer than it may be shown: only its ends are.
        named = world.word("place", ALL if accuracy == "adm1" else COORDINATOR)
        facts.moved(
            crisis=world.cast.aleppo, released=True, location_release=release,
            claims=[figure(world, ALL, COORDINATOR, "displaced")],
            **texts(world, COORDINATOR, place_name=named, location=facts.ALEPPO, location_accuracy=accuracy, fields={
                **flow,
                "summary": world.word("flowsummary", COORDINATOR),
                "event_name": world.word("event", COORDINATOR),
                "cohort": world.word("cohort", COORDINATOR),
                "origin_name": world.word("origin", COORDINATOR),
                "origin_accuracy": "settlement",
                "destination_name": world.word("destination", COORDINATOR),
                "destination_accuracy": "point",
            }),
        )  # fmt: skip
    hidden = facts.moved(
        crisis=world.cast.aleppo, sensitivity=2, location_release="exact",
        claims=[figure(world, RESTRICTED, RESTRICTED, "displaced")],
        **texts(world, RESTRICTED, fields={**flow, "event_name": world.word("hiddenevent", RESTRICTED)}),
    )  # fmt: skip
    world.key(hidden, RESTRICTED, "admin:ledger_*")
    open_one = facts.moved(crisis=world.cast.aleppo, released=True, title="People displaced")
    records.link(start=hidden, relation="part_of", end=open_one, by=world.cast.cora, now=facts.NOW)
    _stocks(world)


def _stocks(world: World) -> None:
    """Stocks of one dataset: a cohort that only the cleared know of, and one whose place is coarse."""
    dataset = DatasetFactory(counts="idps")
    for readers, words, more in (
        (RESTRICTED, RESTRICTED, {"sensitivity": 2, "location_release": "exact"}),
        (ALL, COORDINATOR, {"released": True, "location_release": "adm2"}),
    ):
        claim = figure(world, readers, words, "idps", scope="stock", as_of_date=facts.DAY, unit="people", group="idps")
        cohort = world.word("stockcohort", words)
        facts.moved(
            dataset=dataset, crisis=world.cast.aleppo, claims=[claim],
            **texts(world, words, fields={"measure": "stock", "category": "idps", "cohort": cohort}), **more,
        )  # fmt: skip


def _constraints(world: World) -> None:
    """Texts of a constraint, who imposes it and whom it hits."""
    crisis = world.cast.aleppo
    for readers, who, more in (
        (RESTRICTED, RESTRICTED, {"sensitivity": 2, "location_release": "exact"}),
        (COORDINATOR, RESTRICTED, {"released": True, "location_release": "adm2"}),
    ):
        authority = Actor.objects.create(name=world.word("authority", who, *REGISTRIES))
        drafted = texts(world, readers, fields={
            "type": "movement",
            "imposed_by": authority,
            **{name: world.word(name, readers) for name in ("summary", "impact", "policy", "action_taken")},
        })  # fmt: skip
        row = facts.constraint(crisis=crisis, **drafted, **more)
        hit = Organisation.objects.create(
            acronym=world.word("hit", COORDINATOR, "v1:organisation*", "crises:members", *REGISTRIES), name="Hit"
        )
        row.affected_organisations.add(hit)


def _figures(world: World) -> None:
    """Held figures, totals over an exact area, and figures of records merged into a wider one."""
    crisis = world.cast.aleppo
    facts.incident(
        crisis=crisis, released=True,
        claims=[facts.claim("killed", 3), figure(world, RESTRICTED, RESTRICTED, sensitivity=2)],
    )  # fmt: skip
    facts.incident(
        crisis=crisis, released=True, location_release="adm2",
        claims=[figure(world, ALL, COORDINATOR, scope="running_total", counts_from=facts.DAY, as_of_date=facts.DAY)],
        **texts(world, COORDINATOR),
    )  # fmt: skip


def _parties(world: World) -> None:
    """Who did it, as a source of ours heard it."""
    for level, readers in ((0, RESTRICTED), (3, COORDINATOR)):
        named = world.word("party", readers, *REGISTRIES)
        facts.incident(
            crisis=world.cast.aleppo, released=level == 0, sensitivity=level, location_release="exact",
            parties=(Party(name=named, role="reported_perpetrator"),),
        )  # fmt: skip
    unused = world.word("unused", NO_ONE, *REGISTRIES)
    name_actors(names={unused}, source=SourceFactory())


def _elsewhere(world: World) -> None:
    """Another crisis, an exercise, and a crisis that only its members may know of."""
    carl = frozenset({"carl"})
    for level in (1, 3):
        facts.incident(
            crisis=world.cast.darfur, sensitivity=level, location_release="adm1",
            claims=[figure(world, carl, carl)], **texts(world, carl),
        )  # fmt: skip
    drill = Crisis.objects.create(
        slug=world.word("drill", NO_ONE, *REGISTRIES), names={"en": world.word("exercise", NO_ONE, *REGISTRIES)},
        status=Crisis.Status.EXERCISE,
    )  # fmt: skip
    facts.incident(
        crisis=drill, released=True, location_release="exact", claims=[figure(world, NO_ONE, NO_ONE)],
        **texts(world, NO_ONE),
    )  # fmt: skip
    hush = Crisis.objects.create(
        slug=world.word("hush", COORDINATOR, *REGISTRIES), sensitivity=2,
        names={"en": world.word("hushed", COORDINATOR, *REGISTRIES)},
        map_notes=world.word("notes", COORDINATOR, *REGISTRIES),
    )  # fmt: skip
    hush.memberships.create(user=world.cast.cora, role="coordinator")
    facts.incident(
        crisis=hush, released=True, location_release="exact", claims=[figure(world, COORDINATOR, COORDINATOR)],
        **texts(world, COORDINATOR),
    )  # fmt: skip


def _licences(world: World) -> None:
    """What a licence keeps inside is for those cleared, whatever the protocol says."""
    for redistribution in ("aggregates_only", "internal"):
        dataset = DatasetFactory(redistribution=redistribution)
        facts.incident(
            dataset=dataset, crisis=world.cast.aleppo, sensitivity=0, location_release="exact",
            claims=[figure(world, RESTRICTED, RESTRICTED)],
            document=_document(world, NO_ONE, dataset=dataset), **texts(world, RESTRICTED),
        )  # fmt: skip
        _document(world, NO_ONE, dataset=dataset)


def _document(world: World, readers: Iterable[str], dataset: Any = None) -> Document:
    dataset = dataset or DatasetFactory()
    return Document.objects.create(
        source=dataset.source,
        dataset=dataset,
        external_id=world.word("documentid", readers),
        title=world.word("document", readers),
        summary=world.word("abstract", readers),
        url=f"https://example.org/{world.word('documenturl', readers)}",
        sha256="0",
        fetched_at=facts.NOW,
        raw=world.word("raw", NO_ONE).encode(),
    )


def _documents_and_machinery(world: World) -> None:
    """What stands behind records, and what the machinery keeps of them."""
    cast, now = world.cast, timezone.now()
    for level, readers in ((2, RESTRICTED), (3, COORDINATOR)):
        facts.incident(
            crisis=cast.aleppo, sensitivity=level, location_release="exact", document=_document(world, readers),
            **texts(world, readers),
        )  # fmt: skip
    source = SourceFactory()
    SourceReliability.objects.create(
        source=source, metric_group=world.word("rated", COORDINATOR, *REGISTRIES), grade="B"
    )
    facts.incident(dataset=DatasetFactory(source=source), crisis=cast.aleppo, released=True)
    QuarantinedItem.objects.create(
        source=source, reason=world.word("refused", NO_ONE, "triage:*", *REGISTRIES), sha256="1" * 64,
        # Of a source that serves no crisis in particular: for whoever works in a review queue.
        item=world.word("item", RESTRICTED, "triage:*"), first_seen_at=now, last_seen_at=now,
    )  # fmt: skip
    IdempotencyKey.objects.create(
        actor=cast.fatima, key="k", body_sha256="0" * 64, status=201, created_at=now,
        answer={"title": world.word("answer", NO_ONE)},
    )  # fmt: skip
    _suspected(world)
    Job.objects.create(
        kind="webhook", key="k", run_after=now + timedelta(days=1), payload={"title": world.word("payload", NO_ONE)}
    )


def _suspected(world: World) -> None:
    """A pair of which one is hidden: that the other may be a duplicate is told to those who see both."""
    first, second = sorted(
        (facts.incident(crisis=world.cast.aleppo, **standing) for standing in ({"released": True}, {"sensitivity": 3})),
        key=lambda row: row.pk,
    )
    pair = SuspectedDuplicate.objects.create(
        kind="incident", first_id=first.pk, second_id=second.pk, score=0.9, found_at=facts.NOW,
        reasons={"text": 0.9},
    )  # fmt: skip
    world.key(pair, COORDINATOR, "admin:ledger_*")
