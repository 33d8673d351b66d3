"""Writes of every sort, for properties that must hold whatever is written: made by the product's actions where it
has one, else as raw SQL would make them.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from apps.access import actions as access
from apps.access.models import Asset, AssetStatus
from apps.crises.models import Crisis
from apps.incidents import actions as incidents
from apps.incidents.models import Incident
from apps.records import actions as records
from apps.records import deciding, merging, reviewing
from apps.records.amending import amend
from apps.records.drafts import StatusDraft
from apps.records.refusing import Refused
from tests.cast import Cast
from tests.factories import facts
from tests.factories.crises import CrisisFactory
from tests.factories.sources import DatasetFactory

NOW = facts.NOW

SENSITIVITY = st.integers(0, 3)
OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "create", "create", "own", "correct", "sensitivity", "release", "unrelease", "remove", "restore",
                "merge", "unmerge", "figure", "figure", "retract", "move", "generalise", "rename_asset",
                "restrict_asset", "status", "statement", "displace", "constrain", "verify", "choose",
            ]
        ),
        st.integers(0, 10_000),
        SENSITIVITY,
    ),
    min_size=3,
    max_size=14,
)  # fmt: skip


class World:
    """Writes of every sort, on whatever there is."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.dataset = DatasetFactory()
        self.crises = [cast.aleppo, cast.darfur, None, CrisisFactory(slug="drill", status=Crisis.Status.EXERCISE)]

    def pick(self, model: Any, seed: int) -> Any:
        rows = list(model.objects.order_by("created_at", "id"))
        return rows[seed % len(rows)] if rows else None

    def act(self, name: str, seed: int, level: int) -> None:
        row = self.pick(Incident, seed)
        if name in {"create", "own", "status", "displace", "constrain"} or row is None:
            self._make(name, seed, level)
        elif hasattr(self, f"_{name}"):
            getattr(self, f"_{name}")(row, seed, level)
        else:
            self._update(name, row, level)

    def _make(self, name: str, seed: int, level: int) -> None:
        crisis, said = self.crises[seed % 4], {"crisis": self.crises[seed % 4], "sensitivity": level}
        if name == "own":
            facts.incident(by=self.cast.fatima, dataset=self.dataset, **said)
        elif name == "status":
            facts.status(of=self.pick(Asset, seed) if seed % 2 else None, crisis=crisis, sensitivity=level)
        elif name == "displace":
            facts.moved(released=level == 0, **said)
        elif name == "constrain":
            facts.constraint(**said)
        else:
            figures = [facts.claim("killed", seed % 7, sensitivity=(level + seed) % 4)]
            facts.incident(dataset=self.dataset, released=level == 0 and seed % 2 == 0, claims=figures, **said)

    def _update(self, name: str, row: Incident, level: int) -> None:
        changes: dict[str, Any] = {
            "correct": {"title": f"Corrected {row.version}"},
            "sensitivity": {"sensitivity": level},
            "release": {"released_at": NOW},
            "unrelease": {"released_at": None},
            "remove": {"removed_at": NOW, "stays_removed": True},
            "restore": {"removed_at": None, "stays_removed": False},
        }[name]
        Incident.objects.filter(pk=row.pk).update(**changes)
        with transaction.atomic():
            records.settle(kind=incidents.KIND, canonical_ids=[row.canonical_id], now=NOW)

    def _merge(self, row: Incident, seed: int, level: int) -> None:
        root = self.pick(Incident, seed + 1)
        try:
            merging.merge(kind=incidents.KIND, record=row, into=root, by=self.cast.cora, now=NOW, reason="One event")
        except merging.MergeRefused:
            return

    def _unmerge(self, row: Incident, seed: int, level: int) -> None:
        merged = Incident.objects.filter(merged_into__isnull=False).order_by("created_at", "id").first()
        if merged is not None:
            merging.unmerge(kind=incidents.KIND, record=merged, by=self.cast.cora, now=NOW, reason="Two after all")

    def _verify(self, row: Incident, seed: int, level: int) -> None:
        word = ["disputed", "under_review", "unverifiable", "rejected"][level]
        try:
            reviewing.verify(
                kind=incidents.KIND, record=row, verification=word, by=self.cast.cora, now=NOW, reason="Reviewed"
            )
        except Refused:
            return

    def _choose(self, row: Incident, seed: int, level: int) -> None:
        claim = row.all_claims.order_by("id").first()
        if claim is not None:
            try:
                deciding.choose(kind=incidents.KIND, claim=claim, by=self.cast.cora, now=NOW, reason="Nearer")
            except Refused:
                return

    def _figure(self, row: Incident, seed: int, level: int) -> None:
        said = facts.claim("injured", seed % 9, sensitivity=level, attributed_to=f"Speaker {seed % 3}")
        incidents.add_figures(incident=row, claims=[said], dataset=DatasetFactory(), by=None, now=NOW)

    def _retract(self, row: Incident, seed: int, level: int) -> None:
        with transaction.atomic():
            row.all_claims.filter(status="current").update(status="retracted", is_adopted=False)
            records.settle(kind=incidents.KIND, canonical_ids=[row.canonical_id], now=NOW)

    def _move(self, row: Incident, seed: int, level: int) -> None:
        Incident.objects.filter(pk=row.pk).update(crisis=self.crises[level % 3])

    def _generalise(self, row: Incident, seed: int, level: int) -> None:
        row.location_release = ["exact", "settlement", "adm1", "withheld"][level]
        amend(kind=incidents.KIND, record=row, by=self.cast.cora, now=NOW, reason="Closer to the protocol")

    def _rename_asset(self, row: Incident, seed: int, level: int) -> None:
        asset = self.pick(Asset, seed)
        if asset is not None:
            Asset.objects.filter(pk=asset.pk).update(name=f"Renamed {seed}")

    def _restrict_asset(self, row: Incident, seed: int, level: int) -> None:
        asset = self.pick(Asset, seed)
        if asset is not None:
            Asset.objects.filter(pk=asset.pk).update(sensitivity=level)

    def _statement(self, row: Incident, seed: int, level: int) -> None:
        status = self.pick(AssetStatus, seed)
        if status is not None:
            value = ["open", "closed", "restricted", "unknown"][level]
            said = StatusDraft(
                key=f"s{seed}", value=value, attributed_to=f"Speaker {seed % 3}",
                observed_at=NOW + timedelta(hours=seed % 5), sensitivity=seed % 2 * 2,
            )  # fmt: skip
            access.add_statement(status=status, draft=said, dataset=DatasetFactory(), by=None, now=NOW)
