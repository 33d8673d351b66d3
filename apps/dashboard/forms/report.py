"""The report form's three kinds, and the fields they share."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.crises.models import Crisis
from apps.dashboard.days import today_in, zone_of
from apps.dashboard.forms.fields import PlaceField
from apps.dashboard.queries.ground import Spot, country_at, spots
from apps.records.drafts import ClaimDraft
from apps.records.vocabularies import Credibility, HowKnown

# What each way of knowing makes of a statement until somebody reviews it.
CREDIBILITY = {
    HowKnown.SAW: Credibility.PROBABLY_TRUE,
    HowKnown.TOLD: Credibility.POSSIBLY_TRUE,
    HowKnown.HEARD: Credibility.CANNOT_BE_JUDGED,
    HowKnown.READ: Credibility.CANNOT_BE_JUDGED,
}
HOW_KNOWN = [
    (HowKnown.SAW, gettext_lazy("I saw it")),
    (HowKnown.TOLD, gettext_lazy("I was told by someone who saw it")),
    (HowKnown.HEARD, gettext_lazy("I heard it")),
    (HowKnown.READ, gettext_lazy("I read it")),
]
UNNAMED = "Field report"


class ReportForm(forms.Form):
    """What every report says: which crisis, where, when, how known, what happened."""

    kind: ClassVar[str]
    # Whether a name that is a town's and its governorate's means the town without asking.
    prefers_settlements: ClassVar[bool] = False
    id = forms.UUIDField(widget=forms.HiddenInput)
    crisis: Any = forms.ModelChoiceField(queryset=None, empty_label=None, label=gettext_lazy("Crisis"))
    place = PlaceField(label=gettext_lazy("Where?"))
    day = forms.DateField(label=gettext_lazy("Which day?"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    hour = forms.TimeField(
        label=gettext_lazy("What time? Leave it empty if you are not sure."),
        required=False,
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
    )
    how_known = forms.ChoiceField(label=gettext_lazy("How do you know?"), choices=HOW_KNOWN, widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("What happened?"), max_length=5_000, widget=forms.Textarea({"rows": 4, "dir": "auto"})
    )
    is_unnamed = forms.BooleanField(label=gettext_lazy("Do not name my organisation"), required=False)

    def __init__(self, *args: Any, user: User, crises: QuerySet[Crisis], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.crises, self.now = user, crises, now
        self.spot: Spot | None = None
        choice: Any = self.fields["crisis"]
        choice.queryset = crises
        choice.label_from_instance = lambda crisis: crisis.name(_language())
        self.fields["place"].error_messages["required"] = _("Say where: a name, a P-code or coordinates.")
        self.fields["text"].error_messages["required"] = _("Write in a few words what you know.")
        self.fields["how_known"].error_messages["required"] = _("Say how you know it.")
        first = crises.first()
        self.initial.setdefault("id", uuid4())
        self.initial.setdefault("crisis", first)
        if first is not None:
            self.initial.setdefault("day", today_in(first, now))

    def clean_day(self) -> date:
        """Not in the future: at least where the day is already the furthest on."""
        found: date = self.cleaned_data["day"]
        crisis = self.cleaned_data.get("crisis")
        if crisis is not None and found > today_in(crisis, self.now):
            raise ValidationError(_("This day has not come yet. Write the day on which it happened."))
        if found.year < 1990:
            raise ValidationError(_("Check the year."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        crisis = cleaned.get("crisis")
        if crisis is not None and "place" in cleaned:
            self.spot = self.choose_spot("place", crisis)
        started_at = self.started_at
        if started_at is not None and started_at > self.now:
            self.add_error("hour", _("This hour has not come yet."))
        return cleaned

    def choose_spot(self, name: str, crisis: Crisis) -> Spot | None:
        """The place meant by a place field; when that is not clear, an error and the places on offer."""
        written, chosen = self.cleaned_data[name]
        offers: Sequence[Spot] = spots(written, crisis.countries) if written else ()
        picked = next((spot for spot in offers if spot.key == chosen), None)
        same = [spot for spot in offers if spot.is_same_name]
        if self.prefers_settlements:
            same = [spot for spot in same if spot.key.startswith("place:")] or same
        if picked is None and len(same) == 1:
            picked = same[0]
        widget: Any = self.fields[name].widget
        widget.offers, widget.picked = offers, picked.key if picked else chosen
        if picked is not None and not self._is_elsewhere(picked, crisis, chosen):
            return picked
        if not written:
            return None
        self.add_error(name, self._unclear(picked, offers))
        return None

    def _is_elsewhere(self, spot: Spot, crisis: Crisis, chosen: str) -> bool:
        """Coordinates in another country than the crisis's are mostly swapped; chosen once more they are meant."""
        if not spot.key.startswith("at:") or chosen == spot.key or spot.location is None or not crisis.countries:
            return False
        country = country_at(spot.location)
        return bool(country) and country not in crisis.countries

    def _unclear(self, picked: Spot | None, offers: Sequence[Spot]) -> str:
        if picked is not None:
            return _("This point lies outside the crisis’s countries. If it is right, choose it below and send again.")
        if offers:
            return _("Which of these do you mean? Choose one, or write the name another way.")
        return _("No place of that name is known here. Write another spelling, the nearest town, or coordinates.")

    @property
    def started_at(self) -> datetime | None:
        """The moment in UTC, where the hour is known."""
        day, hour, crisis = (self.cleaned_data.get(name) for name in ("day", "hour", "crisis"))
        if day is None or hour is None or crisis is None:
            return None
        return datetime.combine(day, hour, tzinfo=zone_of(crisis)).astimezone(UTC)

    @property
    def speaker(self) -> str:
        """As whose word the figures stand."""
        organisation = self.user.organisation
        if organisation is None or self.is_nameless:
            return UNNAMED
        return str(organisation)

    @property
    def is_nameless(self) -> bool:
        """Whether the organisation is kept off the record."""
        return bool(self.cleaned_data.get("is_unnamed"))

    @property
    def where(self) -> str:
        """The place in a few words, for a title."""
        if self.spot is None:
            return ""
        return self.spot.name or self.spot.words.partition(" · ")[2]

    def draft_values(self, **fields: Any) -> dict[str, Any]:
        """What a draft of any kind is made of. Call after the form is valid."""
        cleaned, spot = self.cleaned_data, self.spot
        assert spot is not None  # noqa: S101  a valid form has one
        started_at = self.started_at
        report_id: UUID = cleaned["id"]
        if self.is_nameless:
            fields["reporting_organisation"] = None
        return {
            "external_id": str(report_id),
            "start_date": cleaned["day"],
            "end_date": cleaned["day"],
            "started_at": started_at,
            "time_precision": "hour" if started_at else "day",
            "location": spot.location,
            "location_accuracy": spot.accuracy,
            "area_code": spot.area_code,
            "place_name": spot.name,
            "reported_at": self.now,
            "how_known": cleaned["how_known"],
            "fields": fields,
        }

    def draft(self) -> Any:
        """The report as it is sent (dashboard.actions.Report). Call after the form is valid."""
        raise NotImplementedError

    def claim(self, metric: str, said: Any, **values: Any) -> ClaimDraft:
        """A figure of this report as a draft."""
        quantifier, read = said
        how_known = self.cleaned_data["how_known"]
        return ClaimDraft(
            key=metric,
            metric=metric,
            attributed_to=self.speaker,
            quantifier=quantifier,
            low=read.low,
            best=read.best,
            high=read.high,
            published_at=self.now,
            how_known=how_known,
            credibility=CREDIBILITY[how_known],
            **values,
        )


def _language() -> str:
    return (get_language() or "en").split("-")[0]
