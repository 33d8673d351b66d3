"""Questions about records and their claims that read aloud, for the present and for the kept past alike."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db.models import F, Q, QuerySet

from apps.records import visibility

Box = tuple[float, float, float, float]


class RecordQuerySet(QuerySet[Any]):
    """Chainable questions about records."""

    def visible_to(self, viewer: Any) -> "RecordQuerySet":
        """The records this viewer may see; begin every read with it."""
        return self.filter(visibility.may_see(viewer))

    def reviewed_by(self, viewer: Any) -> "RecordQuerySet":
        """The records this viewer may settle the review of."""
        return self.filter(visibility.may_review(viewer))

    def as_shown_to(self, viewer: Any) -> "RecordQuerySet":
        """Add `shown_location`, `shown_area_id`, `shown_adm0_pcode` … `shown_place_name`, `shown_title`."""
        held = visibility.clearance_of(viewer)
        placed = ("location", "area_id", "adm0_pcode", "adm1_pcode", "adm2_pcode", "adm3_pcode", "place_name")
        annotated: RecordQuerySet = self.annotate(
            **{f"shown_{column}": visibility.shown(held, column) for column in placed},
            shown_title=visibility.shown_title(held),
        )
        return annotated

    def during(self, since: date | None, until: date | None) -> "RecordQuerySet":
        """Records that overlap the days from `since` to `until`, both included."""
        found = self
        if since is not None:
            # The second condition says nothing new: by it the index on the first day is searched, and the one on the
            # few records that last longer than a day.
            found = found.filter(end_date__gte=since).filter(Q(start_date__gte=since) | Q(end_date__gt=F("start_date")))
        if until is not None:
            found = found.filter(start_date__lte=until)
        return found

    def in_crises(self, crises: Iterable[int]) -> "RecordQuerySet":
        """Records of these crises."""
        return self.filter(crisis__in=list(crises))

    def in_box(self, box: Box, *, viewer: Any) -> "RecordQuerySet":
        """Records whose place as shown lies in west, south, east, north. West beyond east crosses the antimeridian."""
        west, south, east, north = box
        boxes = (
            [(west, south, east, north)]
            if west <= east
            else [(west, south, 180.0, north), (-180.0, south, east, north)]
        )
        held = visibility.clearance_of(viewer)
        wanted = Q()
        for part in boxes:
            outline = Polygon.from_bbox(part)
            outline.srid = 4326
            wanted |= visibility.matches_shown(held, "location", "intersects", outline)
        return self.filter(wanted)

    def in_areas(
        self, pcodes_by_level: dict[int, Sequence[str]], area_ids: Sequence[int], *, viewer: Any
    ) -> "RecordQuerySet":
        """Records in any of these areas or below them, by the area as shown.

        Areas of levels 0 to 3 are matched by the P-codes copied to the record; deeper ones by the area itself.
        """
        held = visibility.clearance_of(viewer)
        wanted = Q(pk__in=[])
        for level, pcodes in pcodes_by_level.items():
            if level <= 3 and pcodes:
                wanted |= visibility.matches_shown(held, f"adm{level}_pcode", "in", list(pcodes))
        if area_ids:
            wanted |= visibility.matches_shown(held, "area_id", "in", list(area_ids))
        return self.filter(wanted)

    def known_by(self, revision: int) -> "RecordQuerySet":
        """Rows of the present that already stood at a revision."""
        return self.filter(rev__lte=revision)

    def superseded_after(self, revision: int) -> "RecordQuerySet":
        """Rows of the past that stood at a revision. Only for the `…Version` models."""
        return self.filter(rev__lte=revision, rev_to__gt=revision)

    def standing(self) -> "RecordQuerySet":
        """Neither removed nor merged nor rejected."""
        return self.filter(audience__lt=9)


class ClaimQuerySet(QuerySet[Any]):
    """Chainable questions about claims."""

    def visible_to(self, viewer: Any) -> "ClaimQuerySet":
        """Claims this viewer may see, given that their records may be seen. Held ones only for the cleared."""
        return self.filter(visibility.may_see_claims(viewer))

    def current(self) -> "ClaimQuerySet":
        """Neither superseded nor retracted."""
        return self.filter(status="current")
