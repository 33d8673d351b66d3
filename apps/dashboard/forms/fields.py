"""Fields of the report form: numbers as people write them, places by name, figures with their quantifier."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.dashboard.queries.ground import Spot
from apps.records.figures import Bounds, bounds

# What a person may say of a number; the words stand before it.
QUANTIFIERS = [
    ("exact", gettext_lazy("exactly")),
    ("about", gettext_lazy("about")),
    ("at_least", gettext_lazy("at least")),
    ("more_than", gettext_lazy("more than")),
    ("at_most", gettext_lazy("at most")),
    ("less_than", gettext_lazy("less than")),
    ("between", gettext_lazy("between")),
]
LARGEST = 50_000_000


class CountField(forms.CharField):
    """A number of people or things as written on a phone: "1 200", "1,200", "١٢٠٠". Empty is not known, never 0."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "size": 9}
        super().__init__(required=False, max_length=20, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> int | None:
        text = "".join(str(super().clean(value)).split()).replace(",", "").replace("٬", "")
        if not text:
            return None
        try:
            number = int(text)
        except ValueError as error:
            raise ValidationError(_("“%(text)s” is not a whole number.") % {"text": text}) from error
        if not 0 <= number <= LARGEST:
            raise ValidationError(_("%(number)s is not a number of people we can take in.") % {"number": number})
        return number


class ReportedWidget(forms.MultiWidget):
    """Quantifier, number, and the upper number of "between"."""

    def __init__(self) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off", "size": 9, "maxlength": 20}
        super().__init__(
            [
                forms.Select({"aria-label": gettext_lazy("how many: the word before the number")}, QUANTIFIERS),
                forms.TextInput({**number, "aria-label": gettext_lazy("the number")}),
                forms.TextInput(
                    {**number, "aria-label": gettext_lazy("the upper number"), "placeholder": gettext_lazy("and …")}
                ),
            ]
        )

    def decompress(self, value: Any) -> list[Any]:
        """Nothing is ever filled in for the reader."""
        return ["exact", None, None]


class ReportedField(forms.MultiValueField):
    """A reported figure: quantifier and bounds, or None where no number is given."""

    def __init__(self, **kwargs: Any) -> None:
        fields = (forms.ChoiceField(choices=QUANTIFIERS), CountField(), CountField())
        super().__init__(fields=fields, require_all_fields=False, required=False, widget=ReportedWidget(), **kwargs)

    def clean(self, value: Any) -> tuple[str, Bounds] | None:
        """The quantifier and its bounds.

        Raises:
            ValidationError: not numbers, or an upper number below the lower.
        """
        quantifier, *numbers = [*(value or []), "", "", ""][:3]
        number, upper = (CountField().clean(each or "") for each in numbers)
        if number is None:
            if upper is not None:
                raise ValidationError(_("Write the lower number too, or only one number."))
            return None
        quantifier = quantifier or "exact"
        if quantifier not in dict(QUANTIFIERS):
            raise ValidationError(_("Choose one of the words before the number."))
        if quantifier == "between" and upper is None:
            raise ValidationError(_("“Between” needs two numbers."))
        try:
            return str(quantifier), bounds(quantifier, number, upper if quantifier == "between" else None)
        except ValueError as error:
            raise ValidationError(_("The second number is below the first.")) from error

    def compress(self, data_list: list[Any]) -> Any:
        """Unused: `clean` reads the parts itself."""
        return data_list


class PlaceWidget(forms.MultiWidget):
    """What was written, and which of the places on offer was chosen (templates/dashboard/report_place.html)."""

    offers: Sequence[Spot] = ()
    picked: str = ""

    def __init__(self) -> None:
        super().__init__([forms.TextInput(), forms.HiddenInput()])

    def decompress(self, value: Any) -> list[Any]:
        """Nothing is ever filled in for the reader."""
        return [None, None]


class PlaceField(forms.MultiValueField):
    """A place by name, P-code or coordinates. Cleans to the two texts; the form finds the place."""

    widget = PlaceWidget

    def __init__(self, **kwargs: Any) -> None:
        fields = (forms.CharField(required=False, max_length=200), forms.CharField(required=False, max_length=80))
        super().__init__(fields=fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> tuple[str, str]:
        """What was written, and the key chosen."""
        written, chosen = [*(data_list or []), "", ""][:2]
        return str(written or "").strip(), str(chosen or "")
