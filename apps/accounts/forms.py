"""Forms on one's own account."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy


class ProfileForm(forms.Form):
    """How one is called, and in which language the pages speak."""

    first_name = forms.CharField(max_length=150, required=False, label=gettext_lazy("First name"))
    last_name = forms.CharField(max_length=150, required=False, label=gettext_lazy("Last name"))
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=gettext_lazy("Language"))
