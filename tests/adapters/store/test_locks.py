"""One daemon on one state."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from neighbours.postgres import Postgres
from psycopg import sql

from responder.adapters.store import Store, meta
from responder.errors import StateError

DAEMON = """
import sys
from responder.adapters.store import Store
try:
    store = Store.open(sys.argv[1], exclusive=True)
except Exception as error:
    print(type(error).__name__, error, flush=True)
    sys.exit(1)
print("running", flush=True)
sys.stdin.read()
"""


def _daemon(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", DAEMON, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=20)


def test_a_second_daemon_is_refused_and_told_by_whom(url: str) -> None:
    """The second start, in this process or another, is refused with the pid and the start of the first."""
    first = _daemon(url)
    assert first.stdout is not None
    assert first.stdout.readline() == "running\n"
    with pytest.raises(
        StateError, match=rf"another daemon \(pid {first.pid}.* since 20..-.*\) holds this state: .*stop"
    ):
        Store.open(url, exclusive=True)
    second = _daemon(url)
    assert second.stdout is not None
    assert "StateError another daemon" in second.stdout.readline()
    for process in (first, second):
        _end(process)


def test_a_killed_daemon_leaves_no_lock(url: str) -> None:
    """After kill -9 the next daemon starts at once."""
    first = _daemon(url)
    assert first.stdout is not None
    assert first.stdout.readline() == "running\n"
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=20)
    _opened_within(url, 20).close()


def _opened_within(url: str, tries: int) -> Store:
    """A server notices the end of a client a moment later than we do."""
    for _ in range(tries):
        try:
            return Store.open(url, exclusive=True)
        except StateError:
            continue
    return Store.open(url, exclusive=True)


def test_a_closed_state_is_free(url: str) -> None:
    """`close` lets the next one in; a refused start leaves nothing behind."""
    first = Store.open(url, exclusive=True)
    with pytest.raises(StateError):
        Store.open(url, exclusive=True)
    first.close()
    _opened_within(url, 20).close()


async def test_commands_work_beside_the_daemon(store: Store, url: str) -> None:
    """A command reads and writes while the daemon runs, and its coming and going does not loosen the lock."""
    command = Store.open(url, exclusive=False)
    command.run(meta.set_value, "paused", "yes")
    assert not await command.still_held()
    command.close()
    assert store.run(meta.value, "paused") == "yes"
    assert await store.still_held()
    with pytest.raises(StateError):
        Store.open(url, exclusive=True)


async def test_a_deleted_lock_file_is_noticed(tmp_path: Path) -> None:
    """Without its file the lock no longer keeps a second daemon out: the first must know."""
    store = Store.open(f"sqlite:///{tmp_path / 'state.db'}", exclusive=True)
    assert await store.still_held()
    (tmp_path / "state.db.lock").unlink()
    assert not await store.still_held()
    store.close()


@pytest.mark.postgres
async def test_a_lost_session_is_noticed(postgres: Postgres, postgres_template: str) -> None:
    """When the server ends the session that holds the lock, the daemon no longer believes it is alone."""
    name = postgres.database(postgres_template)
    store = Store.open(postgres.url(name), exclusive=True)
    assert await store.still_held()
    postgres.execute(
        sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(sql.Literal(name))
    )
    assert not await store.still_held()
    assert not await store.still_held()
    store.close()
    postgres.drop(name)


@pytest.mark.postgres
def test_the_next_transaction_survives_a_lost_connection(postgres: Postgres, postgres_template: str) -> None:
    """A connection the server ended while nothing ran is replaced without anybody noticing."""
    name = postgres.database(postgres_template)
    store = Store.open(postgres.url(name), exclusive=False)
    store.run(meta.set_value, "before", "1")
    postgres.execute(
        sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(sql.Literal(name))
    )
    assert store.run(meta.value, "before") == "1"
    store.close()
    postgres.drop(name)


def test_a_command_sees_whether_a_daemon_runs(url: str) -> None:
    """Beside a running daemon it says so; after its end it does not, and asking keeps no daemon from starting."""
    beside = Store.open(url, exclusive=False)
    try:
        assert not beside.is_watched()
        daemon = Store.open(url, exclusive=True)
        assert beside.is_watched()
        daemon.close()
        assert any(not beside.is_watched() for _ in range(1000))  # PostgreSQL ends a session in its own time
        Store.open(url, exclusive=True).close()
    finally:
        beside.close()
