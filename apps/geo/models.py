"""Ground: boundary editions, administrative areas, links between editions, places and their spellings.

All geometry is SRID 4326, longitude before latitude. Heavy polygons sit beside light outlines; lists take `.light()`.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.geo.querysets import (
    AdminAreaQuerySet,
    AreaPieceQuerySet,
    BoundaryEditionQuerySet,
    PlaceNameQuerySet,
    PlaceQuerySet,
)

SRID = 4326


def name_in(names: Mapping[str, str], language: str | None) -> str:
    """The name in `language`, else English, else whatever there is."""
    base = (language or "en").split("-")[0]
    return names.get(base) or names.get("en") or next(iter(names.values()), "")


class BoundaryEdition(models.Model):
    """One published version of a country's administrative boundaries.

    The world edition (all countries at level 0, for ground no national edition covers) has no country of its own.
    """

    country_iso3 = models.CharField(_("country (ISO 3166 alpha-3)"), max_length=3, blank=True)
    country_pcode = models.CharField(_("country P-code"), max_length=8, blank=True)
    version = models.CharField(_("version"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    valid_on = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=80)
    attribution = models.CharField(_("attribution"), max_length=300)
    source_url = models.URLField(_("where it came from"), max_length=500, blank=True)
    is_current = models.BooleanField(_("in force"), default=False)
    loaded_at = models.DateTimeField(_("last change"), null=True, blank=True, editable=False)

    objects = BoundaryEditionQuerySet.as_manager()

    class Meta:
        ordering = ["country_iso3", "-valid_on"]
        verbose_name = _("boundary edition")
        verbose_name_plural = _("boundary editions")
        constraints = [
            models.UniqueConstraint(fields=["country_iso3", "version"], name="geo_edition_unique_version"),
            models.UniqueConstraint(
                fields=["country_iso3"], condition=Q(is_current=True), name="geo_edition_one_current_per_country"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_on=None) | Q(valid_to__gte=F("valid_on")),
                name="geo_edition_validity_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_world(self) -> bool:
        """Whether this is the edition that holds every country at level 0."""
        return self.country_iso3 == ""


class AdminArea(models.Model):
    """A country (level 0) or one of its administrative divisions, in one edition.

    `adm0_pcode` to `adm3_pcode` are the codes on the way up, the area's own included; they follow `parent`, never a
    code's prefix, and are null below the area's own level. Facts copy them.
    """

    HEAVY_FIELDS = ("boundary", "outline_low", "outline_mid")

    edition = models.ForeignKey(BoundaryEdition, on_delete=models.CASCADE, related_name="areas")
    level = models.PositiveSmallIntegerField(_("level"))
    pcode = models.CharField(_("P-code"), max_length=24)
    names = models.JSONField(_("names by language"))
    ref_name = models.CharField(_("reference name"), max_length=200, blank=True)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, related_name="children", null=True, blank=True)
    country_iso3 = models.CharField(_("country (ISO 3166 alpha-3)"), max_length=3, blank=True)
    adm0_pcode = models.CharField(max_length=24, null=True, blank=True)
    adm1_pcode = models.CharField(max_length=24, null=True, blank=True)
    adm2_pcode = models.CharField(max_length=24, null=True, blank=True)
    adm3_pcode = models.CharField(max_length=24, null=True, blank=True)
    boundary = models.MultiPolygonField(_("boundary"), srid=SRID)
    outline_mid = models.MultiPolygonField(_("outline, about 250 m"), srid=SRID, null=True, spatial_index=False)
    outline_low = models.MultiPolygonField(_("outline, about 1.5 km"), srid=SRID, null=True, spatial_index=False)
    label_point = models.PointField(_("label point, inside the boundary"), srid=SRID, spatial_index=False)
    area_sqkm = models.FloatField(_("area in km²"))
    # What the row was made from: tells a repeated load that nothing changed without comparing geometries.
    fingerprint = models.CharField(max_length=64, editable=False)

    objects = AdminAreaQuerySet.as_manager()

    class Meta:
        ordering = ["level", "pcode"]
        verbose_name = _("administrative area")
        verbose_name_plural = _("administrative areas")
        indexes = [
            models.Index(fields=["pcode"], name="geo_area_pcode"),
            models.Index(fields=["country_iso3", "level"], name="geo_area_country_level"),
            models.Index(fields=["edition", "adm1_pcode"], name="geo_area_edition_adm1"),
            models.Index(fields=["edition", "adm2_pcode"], name="geo_area_edition_adm2"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["edition", "pcode"], name="geo_area_unique_pcode_in_edition"),
            models.CheckConstraint(condition=Q(level__lte=4), name="geo_area_level_0_to_4"),
            models.CheckConstraint(condition=~Q(level=0) | Q(parent=None), name="geo_area_country_has_no_parent"),
            models.CheckConstraint(condition=~Q(names={}), name="geo_area_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pcode})"

    @property
    def name(self) -> str:
        """The name in the active language."""
        return name_in(self.names, get_language())

    def name_in(self, language: str) -> str:
        """The name in one language, English where it has none."""
        return name_in(self.names, language)

    @property
    def ancestors(self) -> list[AdminArea]:
        """The areas it lies in, country first, itself left out (without polygons)."""
        codes = [code for code in self.path_pcodes if code != self.pcode]
        return list(AdminArea.objects.light().filter(edition=self.edition_id, pcode__in=codes).order_by("level"))

    @property
    def path_pcodes(self) -> list[str]:
        """Codes from the country down to itself."""
        codes = [self.adm0_pcode, self.adm1_pcode, self.adm2_pcode, self.adm3_pcode]
        if self.level > 3:
            codes.append(self.pcode)
        return [code for code in codes if code]


class AreaPiece(models.Model):
    """A part of an area with few vertices. Point lookups ask these, not the boundary."""

    area = models.ForeignKey(AdminArea, on_delete=models.CASCADE, related_name="pieces")
    edition = models.ForeignKey(BoundaryEdition, on_delete=models.CASCADE, related_name="pieces")
    level = models.PositiveSmallIntegerField()
    piece = models.PolygonField(srid=SRID)

    objects = AreaPieceQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of an area")
        verbose_name_plural = _("pieces of areas")

    def __str__(self) -> str:
        return f"piece {self.pk} of area {self.area_id}"


class AreaLink(models.Model):
    """How an area of one edition continues in another edition of the same country."""

    class Relation(models.TextChoices):
        SAME = "same", _("same ground, same code")
        RENAMED = "renamed", _("same ground, other code or name")
        SPLIT = "split", _("divided")
        MERGED = "merged", _("joined with others")

    from_area = models.ForeignKey(AdminArea, on_delete=models.CASCADE, related_name="links_onward")
    to_area = models.ForeignKey(AdminArea, on_delete=models.CASCADE, related_name="links_back")
    relation = models.CharField(_("relation"), max_length=8, choices=Relation)
    # Share of from_area's ground that lies in to_area: above 0, at most 1.
    weight = models.DecimalField(_("weight"), max_digits=7, decimal_places=6)
    source = models.CharField(_("says who"), max_length=80)

    class Meta:
        ordering = ["from_area", "-weight"]
        verbose_name = _("link between editions")
        verbose_name_plural = _("links between editions")
        constraints = [
            models.UniqueConstraint(fields=["from_area", "to_area"], name="geo_link_unique_pair"),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=1), name="geo_link_weight_is_a_share"),
            models.CheckConstraint(condition=~Q(from_area=F("to_area")), name="geo_link_joins_two_areas"),
        ]

    def __str__(self) -> str:
        return f"{self.from_area_id} → {self.to_area_id} ({self.relation})"


class UndeterminedGround(models.Model):
    """Ground whose final status is undetermined: the world edition names no country there.

    A national edition that covers it still answers with its own areas.
    """

    edition = models.ForeignKey(BoundaryEdition, on_delete=models.CASCADE, related_name="undetermined_ground")
    code = models.SlugField(_("code"), max_length=40)
    names = models.JSONField(_("names by language"))
    boundary = models.MultiPolygonField(_("boundary"), srid=SRID)

    class Meta:
        ordering = ["code"]
        verbose_name = _("ground of undetermined status")
        verbose_name_plural = _("ground of undetermined status")
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="geo_undetermined_unique_code")]

    def __str__(self) -> str:
        return name_in(self.names, get_language())


class Place(models.Model):
    """A point with a name: below the lowest administrative level, or beside it."""

    class Kind(models.TextChoices):
        SETTLEMENT = "settlement", _("settlement")
        NEIGHBOURHOOD = "neighbourhood", _("neighbourhood")
        CAMP_OR_SITE = "camp_or_site", _("camp or site")
        FACILITY = "facility", _("facility")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    pcode = models.CharField(_("code"), max_length=24, null=True, blank=True)
    scheme = models.CharField(_("whose code"), max_length=40, null=True, blank=True)
    names = models.JSONField(_("names by language"))
    location = models.PointField(_("location"), srid=SRID)
    # The current area its location lies in; where its source codes another parent, that parent.
    area = models.ForeignKey(AdminArea, on_delete=models.SET_NULL, related_name="places", null=True, blank=True)
    country_iso3 = models.CharField(_("country (ISO 3166 alpha-3)"), max_length=3, blank=True)
    population = models.PositiveIntegerField(_("population, as the gazetteer says"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=40)
    external_id = models.CharField(_("id at the source"), max_length=64)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["country_iso3", "pk"]
        verbose_name = _("place")
        verbose_name_plural = _("places")
        indexes = [models.Index(fields=["pcode"], name="geo_place_pcode", condition=~Q(pcode=None))]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="geo_place_unique_at_source"),
            models.UniqueConstraint(
                fields=["scheme", "pcode"], condition=~Q(pcode=None), name="geo_place_unique_pcode_in_scheme"
            ),
            models.CheckConstraint(
                condition=Q(pcode=None, scheme=None) | Q(pcode__isnull=False, scheme__isnull=False),
                name="geo_place_pcode_and_scheme_together",
            ),
            models.CheckConstraint(condition=~Q(names={}), name="geo_place_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return name_in(self.names, get_language())

    def name_in(self, language: str) -> str:
        """The name in one language, English where it has none."""
        return name_in(self.names, language)


class PlaceName(models.Model):
    """One spelling of a place. `folded` is what search compares (apps.geo.folding)."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="spellings")
    text = models.CharField(_("spelling"), max_length=200)
    language = models.CharField(_("language (ISO 639-1)"), max_length=8, blank=True)
    is_primary = models.BooleanField(_("the usual one"), default=False)
    folded = models.CharField(max_length=200, editable=False)

    objects = PlaceNameQuerySet.as_manager()

    class Meta:
        ordering = ["place", "-is_primary", "text"]
        verbose_name = _("spelling")
        verbose_name_plural = _("spellings")
        indexes = [
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="geo_placename_folded_trgm"),
            models.Index(fields=["folded"], name="geo_placename_folded"),
        ]
        constraints = [models.UniqueConstraint(fields=["place", "text"], name="geo_placename_unique_spelling")]

    def __str__(self) -> str:
        return self.text
