"""The front door: every list that the API has, at an address that answers."""

import pytest

from apps.api.v1.urls import urlpatterns

pytestmark = pytest.mark.django_db


def test_every_list_has_its_address_at_the_front_door(client):
    listed = client.get("/api/v1/").json()
    lists = {str(route.pattern) for route in urlpatterns} - {""}
    assert set(listed) == {address for address in lists if "<" not in address}
    for name, address in listed.items():
        assert address.endswith(f"/api/v1/{name}")


def test_the_front_door_reads_its_parameters_as_strictly(client):
    answer = client.get("/api/v1/?colour=blue")
    assert answer.status_code == 400
    assert "colour" in answer.json()["detail"]
