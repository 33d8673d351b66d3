"""Questions about one table of the ground: editions, areas, places.

Models come in as `self.model`, so this module imports none of them.
"""

from typing import Any, Protocol, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q


class Coded(Protocol):
    """What `under` needs to know of an area."""

    level: int
    pcode: str
    edition_id: int
    pk: Any


class BoundaryEditionQuerySet(models.QuerySet[Any]):
    """Editions of a country's boundaries."""

    def current(self) -> Self:
        """The edition in force of each country, and the world edition."""
        return self.filter(is_current=True)

    def for_country(self, country_iso3: str) -> Self:
        """Every edition of one country."""
        return self.filter(country_iso3=country_iso3)


class AdminAreaQuerySet(models.QuerySet[Any]):
    """Administrative areas of any edition and level."""

    def current(self) -> Self:
        """Areas of the editions in force.

        A country with an edition of its own hides its row of the world edition, so no country appears twice.
        """
        own_edition = self.model._meta.get_field("edition").related_model._default_manager.filter(
            is_current=True, country_iso3=OuterRef("country_iso3")
        )
        return self.filter(edition__is_current=True).exclude(
            Q(edition__country_iso3="") & ~Q(country_iso3="") & Exists(own_edition)
        )

    def at_level(self, level: int) -> Self:
        """Areas of one level, 0 (country) to 4."""
        return self.filter(level=level)

    def under(self, area: Coded) -> Self:
        """`area` and everything below it in its own edition, by parenthood."""
        if area.level > 3:
            return self.filter(pk=area.pk)
        return self.filter(**{"edition": area.edition_id, f"adm{area.level}_pcode": area.pcode})

    def for_code(self, code: str) -> Self:
        """Areas of any edition with this P-code; an ISO 3166 alpha-3 code finds the country's level 0."""
        wanted = code.strip().upper()
        return self.filter(Q(pcode=wanted) | Q(country_iso3=wanted, level=0))

    def light(self) -> Self:
        """Without the polygons, which weigh up to a megabyte each."""
        return self.defer(*self.model.HEAVY_FIELDS)


class AreaPieceQuerySet(models.QuerySet[Any]):
    """Subdivided boundaries."""

    def of_current_editions(self) -> Self:
        """Pieces of the editions in force."""
        return self.filter(edition__is_current=True)


class PlaceQuerySet(models.QuerySet[Any]):
    """Settlements, neighbourhoods, camps and facilities."""

    def of_kind(self, *kinds: str) -> Self:
        """Places of these kinds."""
        return self.filter(kind__in=kinds)

    def in_country(self, country_iso3: str) -> Self:
        """Places of one country, by ISO 3166 alpha-3."""
        return self.filter(country_iso3=country_iso3)

    def for_code(self, code: str) -> Self:
        """Places with this code in any scheme."""
        return self.filter(pcode=code.strip().upper())


class PlaceNameQuerySet(models.QuerySet[Any]):
    """Spellings of places."""

    def in_language(self, language: str) -> Self:
        """Spellings in one language (ISO 639-1)."""
        return self.filter(language=language)
