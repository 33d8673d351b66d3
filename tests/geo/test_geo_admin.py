"""The ground in the admin."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from apps.geo import actions
from apps.geo.drafts import PlaceDraft
from apps.geo.models import AdminArea, Place
from tests.factories.geo import load_squareland

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def admin(client: Client, settings, tmp_path: Path) -> Client:
    # No collected static files are needed to read pages.
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    client.force_login(get_user_model().objects.create_superuser("admin", password="not-a-real-password"))
    load_squareland(now=NOW)
    actions.load_places([PlaceDraft("settlement", "test", "1", {"en": "Aleppo", "ar": "حلب"}, (0.5, 0.5))])
    return client


def test_areas_are_found_by_name_in_any_language(admin: Client) -> None:
    answer = admin.get(reverse("admin:geo_adminarea_changelist"), {"q": "المربعات"})
    assert [area.pcode for area in answer.context["cl"].result_list] == ["ZZ"]


def test_the_list_of_areas_reads_no_boundary(admin: Client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(15) as queries:
        admin.get(reverse("admin:geo_adminarea_changelist"))
    assert not any('"geo_adminarea"."boundary"' in query["sql"] for query in queries.captured_queries)


def test_an_area_shows_a_map_and_keeps_its_outline_when_saved(admin: Client) -> None:
    area = AdminArea.objects.get(pcode="ZZ01")
    address = reverse("admin:geo_adminarea_change", args=[area.pk])
    assert "id_outline_mid" in admin.get(address).content.decode()
    assert admin.post(address, {"outline_mid": ""}).status_code == 302
    area.refresh_from_db()
    assert area.outline_mid.area == pytest.approx(4)


def test_areas_are_neither_added_nor_deleted_by_hand(admin: Client) -> None:
    area = AdminArea.objects.get(pcode="ZZ01")
    assert admin.get(reverse("admin:geo_adminarea_add")).status_code == 403
    assert admin.post(reverse("admin:geo_adminarea_delete", args=[area.pk])).status_code == 403


def test_places_are_found_whatever_the_accents(admin: Client) -> None:
    answer = admin.get(reverse("admin:geo_place_changelist"), {"q": "حَلَب"})
    assert [place.external_id for place in answer.context["cl"].result_list] == ["1"]


def test_a_spelling_added_by_hand_is_searchable(admin: Client) -> None:
    place = Place.objects.get()
    rows = list(place.spellings.order_by("pk"))
    form = {
        "kind": "settlement",
        "names": '{"en": "Aleppo", "ar": "حلب"}',
        "location": '{"type": "Point", "coordinates": [0.5, 0.5]}',
        "area": place.area_id,
        "country_iso3": "ZZZ",
        "source": "test",
        "external_id": "1",
        "spellings-TOTAL_FORMS": 3,
        "spellings-INITIAL_FORMS": 2,
        "spellings-2-text": "Ḩalab",
        "spellings-2-place": place.pk,
    }
    for n, row in enumerate(rows):
        form |= {f"spellings-{n}-id": row.pk, f"spellings-{n}-place": place.pk, f"spellings-{n}-text": row.text}
    answer = admin.post(reverse("admin:geo_place_change", args=[place.pk]), form)
    assert answer.status_code == 302, answer.context["errors"]
    assert place.spellings.get(text="Ḩalab").folded == "halab"


@pytest.mark.parametrize("model", ["boundaryedition", "arealink", "undeterminedground", "place"])
def test_every_list_opens(admin: Client, model: str) -> None:
    assert admin.get(reverse(f"admin:geo_{model}_changelist")).status_code == 200
