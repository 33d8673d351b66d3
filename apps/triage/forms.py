"""What the queue's forms send: one act with its terms, several records at once, a taking back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.levels import LocationRelease, Sensitivity
from apps.records.figures import bounds
from apps.records.vocabularies import Basis, Quantifier
from apps.triage import actions

LONGEST_REASON = 300
MOST_AT_ONCE = 100
NEEDED = {
    "verify": ("basis",),
    "choose": ("claim",),
    "retract": ("claim",),
    "revoke": ("decision",),
    "range": ("quantifier", "number", "claims"),
    "merge": ("other",),
    "unmerge": ("other",),
    "distinct": ("other",),
}
RANGES = (Quantifier.BETWEEN, Quantifier.AT_LEAST, Quantifier.MORE_THAN, Quantifier.AT_MOST, Quantifier.ABOUT)


class Several(forms.Field):
    """A list of ids."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[UUID]:
        """Ids.

        Raises:
            forms.ValidationError: one of them is none.
        """
        try:
            return [UUID(str(each)) for each in value or ()]
        except ValueError as error:
            raise forms.ValidationError(_("This form is not one of ours. Load the page again.")) from error


class ReasonForm(forms.Form):
    """Every act says why."""

    reason = forms.CharField(
        max_length=LONGEST_REASON, error_messages={"required": _("Say why, in a few words. It stands in the history.")}
    )


class ActForm(ReasonForm):
    """One act on one record."""

    act = forms.ChoiceField(choices=[(act, act) for act in actions.ACTS])
    token = forms.UUIDField()
    expected_version = forms.IntegerField(required=False)
    basis = forms.ChoiceField(choices=[("", ""), *Basis.choices], required=False)
    sensitivity = forms.TypedChoiceField(choices=[("", ""), *Sensitivity.choices], coerce=int, required=False)
    location_release = forms.ChoiceField(choices=[("", ""), *LocationRelease.choices], required=False)
    claim = forms.UUIDField(required=False)
    claims = Several(required=False)
    decision = forms.UUIDField(required=False)
    other = forms.UUIDField(required=False)
    expected = forms.UUIDField(required=False)
    expected_decision = forms.UUIDField(required=False)
    quantifier = forms.ChoiceField(choices=[("", ""), *((each.value, each.label) for each in RANGES)], required=False)
    number = forms.IntegerField(min_value=0, required=False)
    upper = forms.IntegerField(min_value=0, required=False)

    MISSING = {
        "basis": _("Say what it rests on."),
        "claim": _("Choose one of the reported figures."),
        "claims": _("Choose the reported figures that the range weighs."),
        "number": _("Give the number, or the lower end of the range."),
        "quantifier": _("Say how the number is bounded."),
        "other": _("Choose the other record."),
    }

    def clean(self) -> dict[str, Any]:
        """Each act with its terms; a range as the bounds it means."""
        cleaned = super().clean() or {}
        act = cleaned.get("act", "")
        for name in NEEDED.get(act, ()):
            if name not in self.errors and cleaned.get(name) in (None, "", []):
                self.add_error(name, self.MISSING.get(name, _("This form is not one of ours. Load the page again.")))
        if act == "range" and not self.errors:
            try:
                said = bounds(cleaned["quantifier"], cleaned["number"], cleaned.get("upper"))
            except ValueError:
                self.add_error("upper", _("The upper end of a range is a number no lower than the lower end."))
            else:
                cleaned |= vars(said)
        if act == "restrict" and cleaned.get("sensitivity") in (None, ""):
            cleaned["sensitivity"] = None
        return cleaned


class BulkForm(ReasonForm):
    """One act on several records. Each is named by kind, id and the version that was looked at."""

    act = forms.ChoiceField(choices=[(act, act) for act in actions.IN_BULK])
    basis = forms.ChoiceField(choices=[("", ""), *Basis.choices], required=False)

    def __init__(self, *args: Any, chosen: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = chosen

    def clean(self) -> dict[str, Any]:
        """With `records`: kind, id and version of each."""
        cleaned = super().clean() or {}
        if cleaned.get("act") == "verify" and not cleaned.get("basis"):
            self.add_error("basis", _("Say what it rests on."))
        try:
            cleaned["records"] = [_key(text) for text in self.chosen[:MOST_AT_ONCE]]
        except ValueError:
            self.add_error(None, _("This form is not one of ours. Load the page again."))
        if not self.chosen:
            self.add_error(None, _("Choose at least one record."))
        return cleaned


def _key(text: str) -> tuple[str, UUID, int]:
    kind, pk, version = text.split(":")
    return kind, UUID(pk), int(version)


class UndoForm(forms.Form):
    """Taking back the revisions of the last act."""

    revisions = forms.RegexField(r"^\d{1,18}(,\d{1,18}){0,99}$")

    def clean_revisions(self) -> list[int]:
        """Their numbers."""
        return [int(number) for number in self.cleaned_data["revisions"].split(",")]
