"""A state that cannot be written: told past the outbox, once, through whichever server takes it; its end is a row."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from neighbours.shop import empty_state
from neighbours.smtp import Mailhost

from responder.adapters.clock import ManualClock
from responder.adapters.store import Store, troubles
from responder.config.load import load
from responder.core.troubles import TroubleKind
from responder.daemon import build
from responder.daemon.unwritable import Unwritable

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FULL = "the state cannot be written now: database or disk is full"
CONFIG = """\
timezone: Europe/Paris
operator: {email: owner@example.com}
accounts:
"""
ACCOUNT = """\
  - name: %(name)s
    seller: {name: Maison Exemple, marketplaces: [amazon.fr]}
    from: "Maison Exemple <%(name)s@example.com>"
    imap: {host: localhost, username: %(name)s, password: {env: SELLER_PASSWORD}}
    smtp: {host: 127.0.0.1, port: %(port)d, security: none, username: seller, password: {env: SELLER_PASSWORD}}
"""


@pytest.fixture
def mailhost() -> Iterator[Mailhost]:
    """A submission server that takes mail."""
    with Mailhost(users={"seller": "right"}) as made:
        yield made


@contextlib.contextmanager
def watched(folder: Path, *ports: int, clock: ManualClock) -> Iterator[tuple[Unwritable, Store]]:
    """A daemon's view of its state, with an account for each of these ports."""
    accounts = "".join(ACCOUNT % {"name": f"shop{number}", "port": port} for number, port in enumerate(ports))
    (folder / "config.yaml").write_text(CONFIG + accounts)
    (folder / "state.db").write_bytes(empty_state())
    store = Store.open(f"sqlite:///{folder}/state.db", exclusive=True)
    try:
        parts = build(load(folder / "config.yaml"), store, NOW, {"SELLER_PASSWORD": "right"})
        yield Unwritable(parts, store, clock), store
        parts.reader.close()
    finally:
        store.close()


async def test_a_full_disk_is_told_past_the_outbox_once_and_its_end_is_a_row(
    tmp_path: Path, mailhost: Mailhost
) -> None:
    """After a quarter of an hour one mail, with the reason; then silence until it works, which is kept."""
    clock = ManualClock(NOW)
    with watched(tmp_path, mailhost.port, clock=clock) as (unwritable, store):
        for minutes in (0, 14, 15, 30, 600):
            clock.move_to(NOW + minutes * MINUTE)
            await unwritable.failed(FULL)
            assert len(mailhost.accepted) == (minutes >= 15)
        (sent,) = mailhost.accepted
        mail = message_from_bytes(sent.data, policy=policy.default)
        assert mail["Subject"] == "Nothing can be stored: the program stands still"
        assert FULL in mail.get_content()
        assert sent.recipients == ("owner@example.com",)
        await unwritable.worked()
        (kept,) = await store.tx(troubles.lasting, [TroubleKind.STATE])
        assert (kept.began_at, kept.told_at, kept.well_at) == (NOW, NOW + 15 * MINUTE, clock.now())


async def test_what_passes_within_minutes_is_not_told(tmp_path: Path, mailhost: Mailhost) -> None:
    """A state that is busy for a moment, again and again, is no alarm and no row."""
    clock = ManualClock(NOW)
    with watched(tmp_path, mailhost.port, clock=clock) as (unwritable, store):
        for minutes in range(0, 100, 10):
            clock.move_to(NOW + minutes * MINUTE)
            await unwritable.failed(FULL)
            await unwritable.worked()
        assert mailhost.accepted == []
        assert await store.tx(troubles.lasting) == ()


async def test_the_second_accounts_server_takes_it_where_the_first_is_away(tmp_path: Path, mailhost: Mailhost) -> None:
    """In the second one's name; where none takes it, it is tried again the next time."""
    clock = ManualClock(NOW)
    with watched(tmp_path, 1, mailhost.port, clock=clock) as (unwritable, _):
        await unwritable.failed(FULL)
        clock.move_to(NOW + 20 * MINUTE)
        await unwritable.failed(FULL)
    (sent,) = mailhost.accepted
    assert sent.sender == "shop1@example.com"
    assert message_from_bytes(sent.data, policy=policy.default)["From"] == "Buyer Responder <shop1@example.com>"
