"""
Both databases for every test that asks for `store`: SQLite in a file, and a private PostgreSQL server.

Each test gets a copy of a state that was opened once, so that the migrations run once per database.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from neighbours.postgres import Postgres

from responder.adapters.store import Store
from responder.adapters.store.mails import NewMail
from responder.adapters.store.notices import NewNotice
from responder.adapters.store.outbox import NewOutbox
from responder.core.threads import Thread

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
BUYER = "k3xw9q2m7v5t@marketplace.amazon.fr"
BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a database with the schema in it."""
    name = postgres.database()
    Store.open(postgres.url(name), exclusive=True).close()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state file with the schema in it."""
    path = tmp_path_factory.mktemp("template") / "state.db"
    Store.open(f"sqlite:///{path}", exclusive=True).close()
    return path


@contextmanager
def _ready(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "state.db")
        yield f"sqlite:///{folder / 'state.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.database(request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a state nobody has opened yet, with the schema in it."""
    with _ready(request.param, tmp_path, request) as made:
        yield made


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'state.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.database()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A state of this test alone, opened as the daemon opens it."""
    opened = Store.open(url, exclusive=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=BOTH)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A state for the tables of many small cases: each case uses an account of its own (`make.account`)."""
    with _ready(request.param, tmp_path_factory.mktemp("shared"), request) as made:
        opened = Store.open(made, exclusive=True)
        yield opened
        opened.close()


_numbers = count(1)


@dataclass(frozen=True)
class Make:
    """Builders of rows: everything has a default, and what must be unique is."""

    now: datetime = NOW
    buyer: str = BUYER

    def account(self) -> str:
        """Return a name no other test uses."""
        return f"account-{next(_numbers)}"

    def mail(self, **given: object) -> NewMail:
        """Return a buyer's message in the inbox."""
        number = next(_numbers)
        values: dict[str, object] = {
            "account": "main",
            "folder": "INBOX",
            "role": "inbox",
            "uidvalidity": 7,
            "uid": number,
            "dedup_key": f"content-{number}",
            "message_id": f"<{number}@mail.example>",
            "received_at": NOW,
            "size": 2000,
            "kind": "buyer_message",
            "buyer_alias": BUYER,
            "subject": "Question",
            "text": "Où est ma commande ?",
        }
        return NewMail(**{**values, **given})  # type: ignore[arg-type]

    def thread(self, **given: object) -> Thread:
        """Return an open thread with one message that waits."""
        values: dict[str, object] = {
            "id": 0,
            "account": "main",
            "marketplace": "amazon.fr",
            "order_id": None,
            "case_id": None,
            "buyer_alias": BUYER,
            "buyer_name": "Camille",
            "subject": "Question",
            "language": "fr",
            "received_at": NOW,
            "due_at": NOW + timedelta(hours=24),
            "last_message_at": NOW,
            "messages": 1,
        }
        return Thread(**{**values, **given})  # type: ignore[arg-type]

    def outgoing(self, **given: object) -> NewOutbox:
        """Return an acknowledgement that is due."""
        number = next(_numbers)
        values: dict[str, object] = {
            "account": "main",
            "idem_key": f"ack:{number}",
            "message_id": f"<out-{number}@example.com>",
            "kind": "acknowledgement",
            "recipient": BUYER,
            "subject": "Re: Question",
            "rfc822": b"Subject: Re: Question\r\n\r\nBonjour\r\n",
            "due_at": NOW,
            "created_at": NOW,
            "payload": {"period": f"closed-{number}"},
        }
        return NewOutbox(**{**values, **given})  # type: ignore[arg-type]

    def notice(self, mail_id: int, **given: object) -> NewNotice:
        """Return a notice of a claim."""
        values: dict[str, object] = {
            "account": "main",
            "mail_id": mail_id,
            "notice_type": "a_to_z_opened",
            "marketplace": "amazon.fr",
            "order_id": "171-1234567-1234567",
            "subject": "Claim",
            "received_at": NOW,
            "due_at": NOW + timedelta(hours=48),
        }
        return NewNotice(**{**values, **given})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def make() -> Make:
    """Builders of rows."""
    return Make()


@pytest.fixture
def second_opener() -> Callable[[str], Store]:
    """Open a state as a command does, beside a daemon."""
    return lambda url: Store.open(url, exclusive=False)
