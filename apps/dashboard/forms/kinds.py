"""The three kinds of report: an incident, people on the move, the status of a road, crossing or airport."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, ClassVar

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.access.actions import AssetDraft, AssetStatusDraft
from apps.access.models import Asset, AssetType, ClosureCause, Status, Traffic
from apps.dashboard.actions import StatusReport
from apps.dashboard.days import today_in, zone_of
from apps.dashboard.forms.fields import PlaceField, ReportedField
from apps.dashboard.forms.report import CREDIBILITY, ReportForm
from apps.dashboard.queries.assets import area_of, assets_near, point_of
from apps.dashboard.queries.ground import Spot
from apps.displacement.actions import DisplacementDraft
from apps.displacement.models import Cause
from apps.geo.models import SRID, name_in
from apps.incidents.actions import IncidentDraft
from apps.records.drafts import StatusDraft
from apps.records.models import Term
from apps.records.vocabularies import Unit

# Survivors' stories are not collected by a form: the page shows whom to turn to instead.
NOT_OFFERED = {"sexual_violence", "organised_violence", "state_based", "non_state", "one_sided"}
NEVER_NAMED = {"access"}
NEW_ASSET = "new"
NOON = time(12)


class IncidentForm(ReportForm):
    """Something that happened."""

    kind = "incident"
    METRICS: ClassVar[tuple[str, ...]] = ("killed", "injured", "missing", "houses_destroyed")
    category = forms.ChoiceField(label=gettext_lazy("What kind of thing?"))
    killed = ReportedField(label=gettext_lazy("Killed"))
    injured = ReportedField(label=gettext_lazy("Injured"))
    missing = ReportedField(label=gettext_lazy("Missing"))
    houses_destroyed = ReportedField(label=gettext_lazy("Houses destroyed"))
    field_order = ("id", "crisis", "category", "place", "day", "hour", "how_known", "text", *METRICS, "is_unnamed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = Term.objects.filter(vocabulary="incident-categories").exclude(code__in=NOT_OFFERED)
        self._terms = {term.code: term for term in terms}
        self.fields["category"].choices = [("", _("Choose")), *_grouped(self._terms)]  # type: ignore[attr-defined]

    @property
    def is_nameless(self) -> bool:
        """Organisations are never named on access incidents."""
        return super().is_nameless or self._category()[0] in NEVER_NAMED

    def _category(self) -> tuple[str, str]:
        """Category and subcategory."""
        term = self._terms.get(self.cleaned_data.get("category", ""))
        if term is None:
            return "", ""
        return (term.parent_code, term.code) if term.parent_code else (term.code, "")

    def draft(self) -> IncidentDraft:
        """The incident as it is sent."""
        category, subcategory = self._category()
        term = self._terms[subcategory or category]
        units = {"houses_destroyed": Unit.BUILDINGS}
        claims = tuple(
            self.claim(metric, said, unit=units.get(metric, Unit.PEOPLE))
            for metric in self.METRICS
            if (said := self.cleaned_data.get(metric)) is not None
        )
        values = self.draft_values(
            category=category, subcategory=subcategory, category_scheme=term.scheme, summary=self.cleaned_data["text"]
        )
        return IncidentDraft(title=_titled(term.labels.get("en", term.code), self.where), claims=claims, **values)


@dataclass(frozen=True)
class Movement:
    """What "people on the move" may mean, in the words of the vocabularies."""

    label: Any
    title: str
    measure: str
    category: str
    metric: str


MOVEMENTS = {
    "moved": Movement(
        gettext_lazy("People fled or left"), "People displaced", "flow", "internal_displacements", "displaced"
    ),
    "staying": Movement(gettext_lazy("Displaced people are staying here"), "Displaced people", "stock", "idps", "idps"),
    "returned": Movement(gettext_lazy("People came back home"), "People returned", "flow", "return", "returns"),
}


class MovementForm(ReportForm):
    """People who moved, stay displaced, or came back."""

    kind = "movement"
    movement = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=[(code, each.label) for code, each in MOVEMENTS.items()],
        widget=forms.RadioSelect,
    )
    origin = PlaceField(label=gettext_lazy("Where did they come from, if you know?"), required=False)
    people = ReportedField(label=gettext_lazy("How many?"))
    unit = forms.ChoiceField(
        label=gettext_lazy("Counted as"),
        choices=[("people", gettext_lazy("people")), ("households", gettext_lazy("households"))],
        widget=forms.RadioSelect,
        initial="people",
    )
    household_size = forms.DecimalField(
        label=gettext_lazy("People in a household, if it was counted"),
        required=False,
        min_value=1,
        max_value=25,
        max_digits=4,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "size": 5}),
    )
    cause = forms.ChoiceField(label=gettext_lazy("Why?"), choices=Cause.choices, initial=Cause.UNKNOWN)
    field_order = (
        "id", "crisis", "movement", "place", "origin", "day", "hour", "people", "unit", "household_size", "cause",
        "how_known", "text", "is_unnamed",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.origin_spot: Spot | None = None
        self.fields["place"].label = _("Where are they now?")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("crisis") is not None and cleaned.get("origin"):
            self.origin_spot = self.choose_spot("origin", cleaned["crisis"])
        if cleaned.get("household_size") and cleaned.get("unit") != "households":
            self.add_error("unit", _("You gave the size of a household: choose households, or leave the size empty."))
        return cleaned

    def draft(self) -> DisplacementDraft:
        """The movement or stock as it is sent."""
        cleaned = self.cleaned_data
        movement = MOVEMENTS[cleaned["movement"]]
        values = self.draft_values(
            measure=movement.measure,
            category=movement.category,
            cause=cleaned["cause"],
            summary=cleaned["text"],
            **self._origin(),
        )
        size = cleaned.get("household_size") if cleaned["unit"] == "households" else None
        dated = {"scope": "stock", "as_of_date": cleaned["day"]} if movement.measure == "stock" else {}
        said = cleaned.get("people")
        claims = (
            (self.claim(movement.metric, said, unit=cleaned["unit"], household_size=size, **dated),) if said else ()
        )
        return DisplacementDraft(title=_titled(movement.title, self.where), claims=claims, **values)

    def _origin(self) -> dict[str, Any]:
        spot = self.origin_spot
        if spot is None:
            return {}
        return {
            "origin_name": spot.name,
            "origin_accuracy": spot.accuracy,
            "origin_area": area_of(spot),
            "origin_location": Point(*point_of(spot), srid=SRID),
        }


class StatusForm(ReportForm):
    """Whether a road, crossing or airport can be used: open, too, is worth reporting."""

    kind = "status"
    prefers_settlements = True
    asset = forms.CharField(required=False, label=gettext_lazy("Which one?"))
    new_type = forms.ChoiceField(
        required=False,
        label=gettext_lazy("What is it?"),
        choices=[("", gettext_lazy("Choose")), *AssetType.choices],
    )
    new_name = forms.CharField(required=False, max_length=200, label=gettext_lazy("What is it called?"))
    status = forms.ChoiceField(
        label=gettext_lazy("How is it now?"),
        choices=[choice for choice in Status.choices if choice[0] not in {Status.ABANDONED, Status.UNKNOWN}],
        widget=forms.RadioSelect,
    )
    applies_to = forms.ChoiceField(label=gettext_lazy("For whom?"), choices=Traffic.choices, initial=Traffic.ALL)
    cause = forms.ChoiceField(
        label=gettext_lazy("Why is it not open?"), choices=ClosureCause.choices, initial=ClosureCause.UNKNOWN
    )
    field_order = (
        "id", "crisis", "place", "asset", "new_type", "new_name", "status", "applies_to", "cause", "day", "hour",
        "how_known", "text", "is_unnamed",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers: list[Asset] = []
        self.chosen: Asset | None = None
        self.fields["place"].label = _("Where is it? A town near it, or coordinates")
        self.fields["text"].label = _("What did you see or hear?")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.spot is None or cleaned.get("crisis") is None:
            return cleaned
        self.offers = assets_near(self.spot, viewer=self.user)
        wanted = cleaned.get("asset", "")
        self.chosen = next((asset for asset in self.offers if str(asset.pk) == wanted), None)
        if self.chosen is None and wanted != NEW_ASSET and (self.offers or not cleaned.get("new_name")):
            self.add_error("asset", _("Choose which one you mean, or say that it is not in the list."))
        if self.chosen is None and (wanted == NEW_ASSET or not self.offers):
            if not cleaned.get("new_type"):
                self.add_error("new_type", _("Say what it is: a road, a bridge, a crossing …"))
            if not cleaned.get("new_name"):
                self.add_error("new_name", _("Write its name, or the two places that it joins."))
        return cleaned

    def draft(self) -> StatusReport:
        """The statement as it is sent, with the asset it is about."""
        cleaned, spot = self.cleaned_data, self.spot
        assert spot is not None  # noqa: S101  a valid form has one
        name = self.chosen.name if self.chosen else cleaned["new_name"]
        said = StatusDraft(
            key=str(cleaned["id"]),
            value=cleaned["status"],
            attributed_to=self.speaker,
            cause=cleaned["cause"] if cleaned["status"] != Status.OPEN else ClosureCause.UNKNOWN,
            observed_at=self._observed_at(),
            excerpt=cleaned["text"],
            published_at=self.now,
            how_known=cleaned["how_known"],
            credibility=CREDIBILITY[cleaned["how_known"]],
        )
        values = self.draft_values(summary=cleaned["text"], applies_to=cleaned["applies_to"])
        record = AssetStatusDraft(title=f"{name}: {Status(cleaned['status']).label}"[:300], claims=(said,), **values)
        return StatusReport(record, said, self.chosen, None if self.chosen else self._new_asset())

    def _observed_at(self) -> datetime | None:
        """The hour; without one the noon of an earlier day, so that what was seen later counts as later."""
        day, crisis = self.cleaned_data["day"], self.cleaned_data["crisis"]
        if self.started_at is not None or day == today_in(crisis, self.now):
            return self.started_at
        return datetime.combine(day, NOON, tzinfo=zone_of(crisis)).astimezone(UTC)

    def _new_asset(self) -> AssetDraft:
        spot = self.spot
        assert spot is not None  # noqa: S101  a valid form has one
        crisis = self.cleaned_data["crisis"]
        return AssetDraft(
            external_id=f"report-{self.cleaned_data['id']}",
            type=self.cleaned_data["new_type"],
            name=self.cleaned_data["new_name"],
            geometry=point_of(spot),
            country_iso3=crisis.countries[0] if len(crisis.countries) == 1 else "",
        )


FORMS: dict[str, type[ReportForm]] = {form.kind: form for form in (IncidentForm, MovementForm, StatusForm)}


def _grouped(terms: dict[str, Term]) -> list[tuple[str, Any]]:
    """Choices by top-level category, that category itself first."""
    language = (get_language() or "en").split("-")[0]
    groups: list[tuple[str, Any]] = []
    for term in terms.values():
        if term.parent_code:
            continue
        label = name_in(term.labels, language)
        below = [
            (child.code, name_in(child.labels, language)) for child in terms.values() if child.parent_code == term.code
        ]
        if below:
            groups.append((label, [(term.code, _("%(category)s, other or not known") % {"category": label}), *below]))
        else:
            groups.append((term.code, label))
    return groups


def _titled(what: str, where: str) -> str:
    return (f"{what}, {where}" if where else what)[:300]
