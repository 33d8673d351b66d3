"""A role that a system administrator sets is told to the coordinators of the crisis."""

import pytest
from django.urls import reverse

from apps.accounts.models import AuditEntry
from apps.crises.models import Membership

pytestmark = pytest.mark.django_db


def test_a_role_set_on_its_own_page(staff, cast):
    said = {"crisis": cast.darfur.pk, "user": cast.omar.pk, "role": "partner"}
    staff(cast.sam).post(reverse("admin:crises_membership_add"), said)
    entry = AuditEntry.objects.get(verb="member.administered")
    assert (entry.actor, entry.crisis_id) == (cast.sam, cast.darfur.pk)
    assert (entry.detail["user"], entry.detail["role"]) == ("omar", "partner")


def test_a_role_changed_on_the_page_of_the_crisis(staff, cast):
    client = staff(cast.sam)
    path = reverse("admin:crises_crisis_change", args=[cast.darfur.pk])
    page = client.get(path)
    said = {}
    for form in (
        page.context["adminform"].form,
        *(f for s in page.context["inline_admin_formsets"] for f in s.formset),
    ):
        said |= {form.add_prefix(name): form[name].value() for name in form.fields}
    for inline in page.context["inline_admin_formsets"]:
        management = inline.formset.management_form
        said |= {management.add_prefix(name): management[name].value() for name in management.fields}
    said = {name: value for name, value in said.items() if value not in (None, [])} | {"names": '{"en": "Darfur"}'}
    said["memberships-0-until_0"], said["memberships-0-until_1"] = "2030-01-01", "00:00:00"
    said.update({"glide_numbers": "", "countries": "", "default_view": "{}"})
    response = client.post(path, said)
    assert response.status_code == 302, response.context["errors"]
    assert Membership.objects.get(user=cast.carl).until is not None
    assert AuditEntry.objects.get(verb="member.administered").detail["user"] == "carl"
