"""Pages of sign-in as they are outside the demo."""

import pytest


@pytest.fixture
def outside_the_demo(settings):
    """Second factors are asked for."""
    settings.DEMO = False
