"""Neighbours that more than one folder of tests asks for."""

from collections.abc import Iterator

import pytest
from neighbours.postgres import Postgres, binaries


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests."""
    if binaries() is None:
        pytest.skip("NO POSTGRESQL SERVER FOUND: the state is not tested on PostgreSQL (install postgresql)")
    server = Postgres.start()
    yield server
    server.stop()
