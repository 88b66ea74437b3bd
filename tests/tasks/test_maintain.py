"""Housekeeping: the watchdog is fed only while every loop turns, and words are erased in time."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mail import builders
from sqlalchemy import Connection, func, insert, select

from responder.adapters.clock import ManualClock
from responder.adapters.store import mails, outages, retention, schema
from responder.adapters.systemd import Notifier
from responder.errors import StateError, TemporaryError
from responder.tasks import maintain

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"


class Ear:
    """What systemd would hear."""

    def __init__(self, folder: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(folder / "notify"))
        self.socket.setblocking(False)
        self.notifier = Notifier({"NOTIFY_SOCKET": str(folder / "notify")})

    def close(self) -> None:
        """Hear no more."""
        self.socket.close()

    def heard(self) -> str:
        """Everything said so far."""
        said = []
        try:
            while True:
                said.append(self.socket.recv(4096).decode())
        except BlockingIOError:
            return "\n".join(said)


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    """An ear for one test."""
    made = Ear(tmp_path)
    yield made
    made.close()


async def one_round(office, ear: Ear, pulse: maintain.Pulse, limits: dict[str, float], at: datetime) -> str:
    """Run the task for exactly one round, and return what systemd heard."""
    stop = asyncio.Event()

    def status(_conn: object) -> str:
        stop.set()
        return "fine"

    care = maintain.Care(every=0.01, limits=limits, keep_words=timedelta(days=180))
    await maintain.run(office.store, ManualClock(at), pulse, ear.notifier, care=care, status=status, stop=stop)
    return ear.heard()


async def test_the_watchdog_is_fed_while_every_loop_turns(office, ear) -> None:
    """All loops have turned lately: WATCHDOG=1."""
    pulse = maintain.Pulse()
    pulse.beat("folder:main:inbox")()
    assert "WATCHDOG=1" in await one_round(office, ear, pulse, {"folder:": 60.0}, BASTILLE_DAY)


async def test_one_standing_loop_starves_the_watchdog(office, ear) -> None:
    """A loop that hangs is found out, though the others turn."""
    pulse = maintain.Pulse()
    pulse.beat("folder:main:inbox")
    heard = await one_round(office, ear, pulse, {"folder:": -1.0}, BASTILLE_DAY)
    assert "WATCHDOG=1" not in heard
    assert "STATUS=fine" in heard


async def test_old_words_of_settled_threads_are_erased(office, ear) -> None:
    """After the retention time the buyer's words are gone; those of an open thread stay."""
    kept = office.receive(builders.buyer_message())
    office.receive(builders.sent_answer(ALIAS), BASTILLE_DAY + timedelta(hours=1), sent=True)
    waiting = office.receive(builders.buyer_message(alias="b2b2b2b2b2b2b2b", order_id=None, text="open"))
    await one_round(office, ear, maintain.Pulse(), {}, BASTILLE_DAY + timedelta(days=200))
    assert office.run(mails.mail, kept.mail_id).text is None
    assert office.run(mails.mail, waiting.mail_id).text == "open"


async def test_what_is_not_erased_in_one_round_is_erased_in_the_next(office, ear) -> None:
    """A part each round, so that nothing waits for it, and not a part each day."""
    office.receive(builders.sent_answer(ALIAS), sent=True)

    def copy(conn: Connection) -> None:
        (row,) = conn.execute(select(schema.mail)).mappings()
        each = [{**row, "id": n, "uid": n, "dedup_key": str(n), "text": "x"} for n in range(2, retention.AT_ONCE + 3)]
        conn.execute(insert(schema.mail), each)

    office.run(copy)
    stop, rounds = asyncio.Event(), []

    def status(_conn: object) -> str:
        rounds.append(1)
        if len(rounds) == 2:
            stop.set()
        return "fine"

    care = maintain.Care(every=0.0, limits={}, keep_words=timedelta(days=180))
    clock = ManualClock(BASTILLE_DAY + timedelta(days=200))
    await maintain.run(office.store, clock, maintain.Pulse(), ear.notifier, care=care, status=status, stop=stop)
    assert office.run(lambda conn: conn.scalar(select(func.count()).where(schema.mail.c.text.is_not(None)))) == 0


async def test_a_lost_lock_ends_the_daemon(office, ear) -> None:
    """Two daemons on one state would answer twice: better none."""
    office.store._lock.release()
    office.store._lock = None
    with pytest.raises(StateError):
        await one_round(office, ear, maintain.Pulse(), {}, BASTILLE_DAY)


async def test_a_state_that_is_busy_for_a_moment_does_not_end_the_daemon(office, ear) -> None:
    """A backup may hold the database for longer than we wait: the next round does what this one left."""
    stop, rounds = asyncio.Event(), []

    def status(_conn: object) -> str:
        rounds.append(1)
        if len(rounds) == 1:
            raise TemporaryError("the state cannot be written now: database is locked")
        stop.set()
        return "fine"

    care = maintain.Care(every=0.01, limits={}, keep_words=timedelta(days=180))
    clock = ManualClock(BASTILLE_DAY)
    await maintain.run(office.store, clock, maintain.Pulse(), ear.notifier, care=care, status=status, stop=stop)
    assert "STATUS=fine" in ear.heard()


async def test_a_gap_before_a_start_is_kept_for_the_digest(office, ear) -> None:
    """The heartbeat goes on where it stopped; from then until now nobody watched."""
    await one_round(office, ear, maintain.Pulse(), {}, BASTILLE_DAY)
    await one_round(office, ear, maintain.Pulse(), {}, BASTILLE_DAY + timedelta(hours=7))
    assert office.run(outages.untold) == (outages.Outage(BASTILLE_DAY, BASTILLE_DAY + timedelta(hours=7)),)


@pytest.mark.parametrize(("slept", "gap"), [(3600.0, 1), (30.0, 0)])
async def test_a_machine_that_slept_had_an_outage(office, ear, slept: float, gap: int) -> None:
    """The daemon lived on and knows nothing of it; a clock that was only set forward is no outage."""
    clock, stop = ManualClock(BASTILLE_DAY), asyncio.Event()
    seconds = iter((0.0, slept))

    def status(_conn: object) -> str:
        if clock.now() > BASTILLE_DAY:
            stop.set()
        clock.move_to(BASTILLE_DAY + timedelta(hours=1))
        return "fine"

    care = maintain.Care(every=0.0, limits={}, keep_words=timedelta(days=180), elapsed=lambda: next(seconds))
    await maintain.run(office.store, clock, maintain.Pulse(), ear.notifier, care=care, status=status, stop=stop)
    assert len(office.run(outages.untold)) == gap
    assert office.run(outages.heartbeat_at) == BASTILLE_DAY + timedelta(hours=1)
