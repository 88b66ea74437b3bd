"""An office for the tasks: a real store, the real configuration and templates, and mail that arrives on demand."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from neighbours.shop import empty_state
from sqlalchemy import Connection

from responder.adapters.store import Store, decisions, notices, outbox, threads
from responder.config.load import load
from responder.core.threads import Thread
from responder.daemon import Parts, build
from responder.tasks.receive import Arrival, Judge, Kept, keep

CONFIG = """\
timezone: Europe/Paris
operator: {email: owner@example.com, warn_before: [6h, 2h]}
working_hours:
  hours: ["09:00-12:30", "13:30-18:00"]
  holidays: {country: FR}
accounts:
  - name: main
    seller: {name: Maison Exemple, marketplaces: [amazon.fr, amazon.de, amazon.it, amazon.com.br]}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
    smtp: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
"""

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # a Tuesday, 11:00 in Paris
MONDAY = datetime(2026, 7, 13, 8, 0, tzinfo=UTC)


class Office:
    """A store and one account; `receive` is what the receive task does with one mail."""

    def __init__(self, folder: Path, started_at: datetime, more: str = "", config: str = CONFIG) -> None:
        (folder / "config.yaml").write_text(config + more)  # `more`: further keys of the account
        state = folder / "state.db"
        if not state.exists():
            state.write_bytes(empty_state())
        self.store = Store.open(f"sqlite:///{state}", exclusive=True)
        self.parts: Parts = build(load(folder / "config.yaml"), self.store, started_at, {"SELLER_PASSWORD": "secret"})
        self._uid = 0

    @property
    def judge(self) -> Judge:
        """What the account decides with."""
        return self.parts.accounts[0].judge

    def receive(
        self,
        raw: bytes,
        at: datetime = BASTILLE_DAY,
        *,
        now: datetime | None = None,
        sent: bool = False,
        flags: frozenset[str] = frozenset(),
        uid: int | None = None,
        judge: Judge | None = None,
        **more: Any,
    ) -> Kept:
        """Keep one mail that arrived `at` and is looked at `now` (a minute later), by `judge` (the account's)."""
        self._uid += 1
        arrival = Arrival(
            folder="Sent" if sent else "INBOX",
            role="sent" if sent else "inbox",
            uidvalidity=1,
            uid=uid or self._uid,
            received_at=at,
            size=len(raw),
            flags=flags,
            raw=raw,
            **more,
        )
        return self.store.run(keep, judge or self.judge, arrival, now or at + timedelta(minutes=1))

    def threads(self) -> tuple[Thread, ...]:
        """Every thread."""
        return self.store.run(threads.threads)

    def outbox(self) -> tuple[outbox.OutboxRow, ...]:
        """Every mail of ours, the oldest first."""
        return tuple(reversed(self.store.run(outbox.outbox_rows)))

    def notices(self) -> tuple[notices.Notice, ...]:
        """Every notice."""
        return self.store.run(notices.notices)

    def reasons(self) -> list[str]:
        """The codes of every decision about an acknowledgement, in the order they were made."""
        made = self.store.run(decisions.decisions)
        return [
            reason["code"] for each in made if each.action in {"acknowledge", "withhold"} for reason in each.reasons
        ]

    def run(self, fn: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Run a query."""

        def work(conn: Connection) -> Any:
            return fn(conn, *args, **more)

        return self.store.run(work)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office that was started on Monday 13 July 2026."""
    made = Office(tmp_path, MONDAY)
    yield made
    made.store.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    """A state with nothing in it, as the daemon opens it."""
    (tmp_path / "state.db").write_bytes(empty_state())
    made = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    yield made
    made.close()
