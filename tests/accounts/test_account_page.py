"""One's own account: name and language to change, the rest to look at and follow."""

import pytest
from django.urls import reverse

from apps.accounts.models import AuditEntry
from tests.signing_in import with_factor

pytestmark = pytest.mark.django_db
PAGE = "/account/"


def test_it_is_for_people_who_signed_in(client):
    assert client.get(PAGE)["Location"] == f"{reverse('account_login')}?next={PAGE}"


def test_name_and_language_are_changed_and_nothing_else_is(cast, client):
    client.force_login(cast.fatima)
    form = {"first_name": "Fatima", "last_name": "Haddad", "language": "ar", "username": "root", "is_staff": "on"}
    response = client.post(PAGE, {**form, "organisation": str(cast.relief.pk)})
    assert response.status_code == 302
    assert response.cookies["django_language"].value == "ar"
    cast.fatima.refresh_from_db()
    assert (str(cast.fatima), cast.fatima.language) == ("Fatima Haddad", "ar")
    assert (cast.fatima.username, cast.fatima.is_staff, cast.fatima.organisation) == ("fatima", False, cast.relief)
    assert AuditEntry.objects.filter(verb="profile.changed", actor=cast.fatima).count() == 1


def test_an_unknown_language_is_refused(cast, client):
    client.force_login(cast.fatima)
    assert client.post(PAGE, {"language": "xx"}).context["form"].errors.keys() == {"language"}


@pytest.mark.parametrize("name", ["mfa_index", "account_change_password", "usersessions_list", "account_email"])
def test_it_leads_to_the_pages_of_sign_in_which_lead_back(cast, client, name):
    client.force_login(cast.fatima)
    assert reverse(name) in client.get(PAGE).content.decode()
    assert f'href="{PAGE}"' in client.get(reverse(name)).content.decode()


def test_it_says_whether_a_second_factor_stands(cast, client, settings):
    client.force_login(cast.fatima)
    assert not client.get(PAGE).context["has_second_factor"]
    with_factor(cast.fatima)
    assert client.get(PAGE).context["has_second_factor"]
