"""Neighbours that more than one folder of tests asks for."""

import sys
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings
from neighbours.postgres import Postgres, binaries

# A property says what is true, not how fast this machine is. `--hypothesis-profile=long` looks for rare mails.
settings.register_profile("usual", deadline=None)
settings.register_profile("long", deadline=None, max_examples=3_000, suppress_health_check=list(HealthCheck))
settings.load_profile("usual")

# With rich, which a package of the tests brings, structlog draws every local variable of every frame: one exception
# with the catalogue of stores at hand takes forty seconds. Nobody reads it; what is logged is looked at as fields.
structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback
# As in the program, what is logged is never on standard output, where a test reads what a command prints.
structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest stories begin at once, one a process: else they come last, and one core waits for the other."""
    long = [item for item in items if item.get_closest_marker("long")]
    others = [item for item in items if not item.get_closest_marker("long")]
    for number, item in enumerate(long):
        others.insert(number * (len(others) // max(len(long), 1)), item)
    items[:] = others


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests."""
    if binaries() is None:
        pytest.skip("NO POSTGRESQL SERVER FOUND: the state is not tested on PostgreSQL (install postgresql)")
    server = Postgres.start()
    yield server
    server.stop()
