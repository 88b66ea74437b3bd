"""Neighbours that more than one folder of tests asks for."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from neighbours.postgres import Postgres, binaries

# A property says what is true, not how fast this machine is. `--hypothesis-profile=long` looks for rare mails.
settings.register_profile("usual", deadline=None)
settings.register_profile("long", deadline=None, max_examples=3_000, suppress_health_check=list(HealthCheck))
settings.load_profile("usual")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests."""
    if binaries() is None:
        pytest.skip("NO POSTGRESQL SERVER FOUND: the state is not tested on PostgreSQL (install postgresql)")
    server = Postgres.start()
    yield server
    server.stop()
