"""What refreshes of every source need."""

from typing import Any

import pytest

from tests.connectors.refreshing import Refresher


@pytest.fixture
def refresher(db: None) -> type[Refresher]:
    """Makes a source of a connector that can be refreshed."""
    return Refresher


@pytest.fixture
def credentials(settings: Any) -> None:
    """Credentials for every source that wants some."""
    settings.CREDENTIALS = {name: f"{name} of ours" for name in settings.CREDENTIALS}
