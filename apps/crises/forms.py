"""Forms on members, invitations and keys."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.levels import Role
from apps.accounts.models import ApiKey, Organisation, User
from apps.crises.audit_words import VERBS
from apps.crises.models import Crisis

ROLES = [
    (Role.PARTNER, gettext_lazy("Partner: reads")),
    (Role.FIELD, gettext_lazy("Field staff: reads and reports")),
    (Role.MANAGER, gettext_lazy("Information officer: works the review queue")),
    (Role.COORDINATOR, gettext_lazy("Coordinator: reads everything, decides, invites")),
]
ROLE = gettext_lazy("Role")


class InviteForm(forms.Form):
    """Whom to hold a place open for."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    role = forms.ChoiceField(choices=ROLES, label=ROLE)
    into_own = forms.BooleanField(required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if by.organisation is None:
            del self.fields["into_own"]
        else:
            label = _("A new account belongs to %(organisation)s, like mine") % {"organisation": by.organisation}
            self.fields["into_own"].label = label

    def organisation(self) -> Organisation | None:
        """That of a new account."""
        return self.by.organisation if self.cleaned_data.get("into_own") else None


class OrganisationForm(forms.Form):
    """Which organisation's people all take part."""

    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=300,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(choices=ROLES, label=ROLE)
    has_accepted = forms.BooleanField(
        required=False, label=gettext_lazy("The organisation has accepted the sharing protocol")
    )

    def clean_organisation(self) -> Organisation:
        """The one of that acronym or name."""
        said = self.cleaned_data["organisation"].strip()
        found = list(Organisation.objects.filter(Q(acronym__iexact=said) | Q(name__iexact=said))[:2])
        if not found:
            raise ValidationError(_("There is no organisation of that name. A system administrator adds it."))
        if len(found) > 1:
            raise ValidationError(_("Several organisations are called so. Write the full name."))
        return found[0]


class RoleForm(forms.Form):
    """Another role, or an end."""

    role = forms.ChoiceField(choices=ROLES, label=ROLE)
    until = forms.DateField(
        required=False, label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, crisis: Crisis, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = ZoneInfo(crisis.time_zone), now

    def clean_until(self) -> datetime | None:
        """The end of that day in the crisis's time zone."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        until = datetime.combine(day + timedelta(days=1), time.min, tzinfo=self.zone)
        if until <= self.now:
            raise ValidationError(_("That day has passed. To end the role now, choose End."))
        return until


class AcceptForm(forms.Form):
    """The protocol was read and is kept to."""

    keeps_to_it = forms.BooleanField(label=gettext_lazy("I have read how information is shared here, and keep to it"))


class NewcomerForm(AcceptForm):
    """Somebody's new account."""

    username = forms.CharField(
        max_length=150,
        label=gettext_lazy("Username"),
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "dir": "ltr"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Twelve characters or more. Four words that do not belong together are good."),
    )
    again = forms.CharField(
        label=gettext_lazy("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order = ("username", "password", "again", "keeps_to_it")

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_username(self) -> str:
        """One that nobody has, whatever its case."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This name is taken. Choose another one."))
        return username

    def clean(self) -> dict[str, Any]:
        """The password is good enough, and was typed as meant."""
        said = super().clean() or self.cleaned_data
        password = said.get("password")
        if password:
            try:
                validate_password(password, User(username=said.get("username", ""), email=self.email))
            except ValidationError as error:
                self.add_error("password", error)
            if said.get("again") and said["again"] != password:
                self.add_error("again", _("The two do not match."))
        return said


class KeyForm(forms.Form):
    """What a key is for, what it may, where, and for how long."""

    name = forms.CharField(max_length=120, label=gettext_lazy("What is it for?"))
    scope = forms.ChoiceField(choices=ApiKey.Scope.choices, label=gettext_lazy("May"))
    days = forms.IntegerField(min_value=1, max_value=365, initial=90, label=gettext_lazy("Valid for days"))
    crises = forms.ModelMultipleChoiceField(
        queryset=Crisis.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Only for these crises (none chosen: all of mine)"),
    )

    def __init__(self, *args: Any, crises: QuerySet[Crisis], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["crises"].queryset = crises  # type: ignore[attr-defined]


class TrailForm(forms.Form):
    """Which part of the audit trail."""

    verb = forms.ChoiceField(
        required=False, label=gettext_lazy("What"), choices=[("", gettext_lazy("everything")), *VERBS.items()]
    )
    by = forms.ModelChoiceField(
        required=False, queryset=User.objects.none(), label=gettext_lazy("Who"), empty_label=gettext_lazy("anybody")
    )
    since = forms.DateField(required=False, label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label=gettext_lazy("To"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"].queryset = people  # type: ignore[attr-defined]
