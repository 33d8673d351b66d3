"""Items of sources that could not be taken in: looked at, asked for again, dismissed."""

import pytest

from apps.core.payloads import Reject
from apps.sources.actions import quarantine
from apps.sources.models import QuarantinedItem, Source
from tests.factories import facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(cast):
    source = Source.objects.create(slug="feed", name="Feed", connector="gdacs", options={"crisis": "aleppo"})
    reject = Reject(reason="It has no place.", item='{"a": "<b>"}', key="7")
    quarantine(source=source, run=None, document=None, rejects=[reject], now=facts.NOW)
    return QuarantinedItem.objects.get()


def test_it_is_looked_at_as_it_came(cora, item):
    page = cora.see(f"/queue/items/{item.pk}/").content.decode()
    assert "It has no place." in page
    assert "{&quot;a&quot;: &quot;&lt;b&gt;&quot;}" in page


def test_it_is_dismissed_by_somebody(cast, cora, item):
    cora.client.post(f"/queue/items/{item.pk}/", {"act": "dismiss"})
    item.refresh_from_db()
    assert (item.state, item.settled_by) == ("dismissed", cast.cora)
    assert cora.client.get(f"/queue/items/{item.pk}/").status_code == 404


def test_its_source_is_asked_again(cora, item, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr("apps.triage.actions.enqueue", lambda name, **said: asked.append((name, said["source_slug"])))
    cora.client.post(f"/queue/items/{item.pk}/", {"act": "retry"})
    assert asked == [("sources.refresh", "feed")]
    item.refresh_from_db()
    assert item.state == "waiting"


def test_another_crisis_does_not_find_it(cast, item):
    from tests.triage.conftest import desk_of

    assert desk_of(cast.carl).client.get(f"/queue/items/{item.pk}/").status_code == 404
