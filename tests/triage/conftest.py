"""People at the queue, and what waits for them."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests.factories import facts
from tests.factories.sources import DatasetFactory, SourceFactory

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass
class Desk:
    """A browser without scripts, signed in."""

    client: Client

    def see(self, address: str, **more: Any) -> Any:
        """A page that is there."""
        response = self.client.get(address, **more)
        assert response.status_code == 200, response.status_code
        return response

    def bench(self, record: Any, kind: str = "incident", query: str = "") -> Any:
        """A record's workbench."""
        return self.see(f"/queue/{kind}/{record.pk}/{query}")

    def send(self, page: Any, act: str, *, follow: bool = False, **said: Any) -> Any:
        """Fill in the form of an act on a workbench that was looked at, and send it."""
        html = page.content.decode()
        forms = [part.split("</form>")[0] for part in html.split("<form ")[1:]]
        wanted = [form for form in forms if f'name="act" value="{act}"' in form]
        if "other" in said:
            wanted = [form for form in wanted if str(said["other"]) in form] or wanted
        if "claim" in said:
            wanted = [form for form in wanted if str(said["claim"]) in form] or wanted
        assert wanted, f"no form for {act}"
        fields: dict[str, Any] = {}
        for name, value in HIDDEN.findall(wanted[0]):
            fields.setdefault(name, []).append(value)
        action = re.search(r'action="([^"]+)"', wanted[0])
        assert action is not None
        fields |= {"reason": "We asked twice.", **said}
        return self.client.post(action[1].replace("&amp;", "&"), fields, follow=follow)


def desk_of(user: Any) -> Desk:
    """Sign somebody in."""
    client = Client()
    client.force_login(user)
    return Desk(client)


@pytest.fixture
def cora(cast):
    """The coordinator's desk."""
    return desk_of(cast.cora)


@pytest.fixture
def imran(cast):
    """The information officer's desk."""
    return desk_of(cast.imran)


@pytest.fixture
def trusted(db):
    """The series of a source that is trusted to publish."""
    return DatasetFactory(source=SourceFactory(slug="trusted", releases_on_arrival=True))


@pytest.fixture
def disagreed(cast):
    """An incident of which two say different things: 3 killed, 7 killed."""
    return facts.incident(
        crisis=cast.aleppo,
        title="Shelling of a market",
        claims=[
            facts.claim("killed", 3, attributed_to="Observers", excerpt="Three people died."),
            facts.claim("killed", 7, attributed_to="Hospital", excerpt="سبعة قتلى"),
        ],
    )
