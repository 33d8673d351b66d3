"""Settings of a worker that a test starts and kills: a connector of the tests, and leases of seconds."""

from datetime import timedelta

from config.settings import *  # noqa: F403, TID251
from config.settings import CONNECTORS  # noqa: TID251

CONNECTORS = {**CONNECTORS, "slow": "tests.sources.slow_connector.Slow"}
REFRESH_LEASE = timedelta(seconds=4)
