"""The whole daemon with mailboxes and a mail server that are away: told once, through the server that is there."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from neighbours.shop import empty_state
from neighbours.smtp import Mailhost
from sqlalchemy import Connection
from structlog.testing import capture_logs

from responder.adapters.clock import ManualClock
from responder.adapters.store import Store, troubles
from responder.config.load import load
from responder.core.troubles import Cause, Fault, TroubleKind
from responder.daemon import Daemon, Parts, build
from responder.daemon.loops import Loops
from responder.errors import TemporaryError
from responder.tasks import maintain
from responder.tasks.troubles import Guard, turn

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
CONFIG = """\
timezone: Europe/Paris
operator: {email: owner@example.com, digest: {days: [sun]}}
acknowledgements: {enabled: false}
accounts:
"""
ACCOUNT = """\
  - name: %(name)s
    seller: {name: Maison Exemple, marketplaces: [amazon.fr]}
    from: "Maison Exemple <%(name)s@example.com>"
    verify_dkim: false
    imap: {host: 127.0.0.1, port: 1, security: none, username: %(name)s, password: {env: SELLER_PASSWORD}}
    smtp: {host: 127.0.0.1, port: %(port)d, security: none, username: seller, password: {env: SELLER_PASSWORD}}
"""


@contextlib.contextmanager
def loops_in(folder: Path, pulse: maintain.Pulse | None = None) -> Iterator[Loops]:
    """The loops of a daemon with one account, whose servers are away."""
    (folder / "config.yaml").write_text(CONFIG + ACCOUNT % {"name": "one", "port": 1})
    (folder / "state.db").write_bytes(empty_state())
    store = Store.open(f"sqlite:///{folder}/state.db", exclusive=True)
    try:
        parts = build(load(folder / "config.yaml"), store, NOW, {"SELLER_PASSWORD": "right"})
        yield Loops(parts, store, ManualClock(NOW), pulse)
        parts.reader.close()
    finally:
        store.close()


@pytest.mark.parametrize("name", ["health", "deliver:one"])
async def test_a_part_that_failed_once_and_turns_again_is_no_trouble(tmp_path: Path, name: str) -> None:
    """The state was locked for a moment, and there is nothing to send: nobody hears that it fails again and again."""
    beaten = asyncio.Event()

    def seconds() -> float:
        beaten.set()
        return 0.0

    with loops_in(tmp_path, maintain.Pulse(seconds)) as loops:
        loops.troubles.tell(name, Fault("the state cannot be written now", Cause.FAILED))
        await loops.troubles.write()
        run = dict(loops.all())[name]
        beaten.clear()
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            running = group.create_task(run())
            await beaten.wait()
            running.cancel()
        await loops.troubles.write()
        (found,) = await loops.store.tx(troubles.lasting)
        assert (found.kind, found.well_at) == (TroubleKind.TASK, NOW)


async def test_a_part_that_turns_again_says_nothing_of_its_server(tmp_path: Path) -> None:
    """No mail server was asked: that it takes no mail stays as true as it was."""
    with loops_in(tmp_path) as loops:
        await loops.store.tx(troubles.begin, "one", TroubleKind.MAIL_SERVER, "smtp", "timed out", NOW)
        loops.troubles.tell("deliver:one", Fault("timed out"))
        loops.troubles.turned("deliver:one")
        assert loops.troubles.words() == ["one: timed out"]
        loops.troubles.tell("deliver:one", Fault("a bug", Cause.FAILED))
        loops.troubles.turned("deliver:one")
        await loops.troubles.write()
        (found,) = await loops.store.tx(troubles.lasting)
        assert (found.kind, found.well_at) == (TroubleKind.MAIL_SERVER, None)


async def test_the_log_has_no_words_of_an_exception(tmp_path: Path) -> None:
    """They may quote a mail: the alert has them, the log has the kind in the line of the loop that failed."""
    words = "report: ValueError: invalid literal 'words of a mail'"
    with loops_in(tmp_path) as loops, capture_logs() as lines:
        loops.troubles.tell("report", Fault(words, Cause.FAILED))
        loops.troubles.tell("deliver:one", Fault("timed out"))
        await loops.troubles.write()
        assert words in {each.words for each in await loops.store.tx(troubles.lasting)}
    assert [(line["key"], line["reason"]) for line in lines] == [("report", None), ("smtp", "timed out")]


async def test_what_was_taken_out_of_the_configuration_is_no_trouble_any_more(tmp_path: Path) -> None:
    """An account, a folder, the sign of life: nobody would ever say that it is well; and no mail says so."""
    gone = [
        ("old", TroubleKind.MAILBOX, "imap"),
        ("old", TroubleKind.SILENCE, ""),
        ("one", TroubleKind.FOLDER, "done"),
        ("one", TroubleKind.HEARTBEAT, "heartbeat"),
        ("one", TroubleKind.REPORTS, "intake"),
        ("old", TroubleKind.DISK, "state"),
    ]
    there = [
        ("one", TroubleKind.MAILBOX, "imap"),
        ("one", TroubleKind.SILENCE, ""),
        ("one", TroubleKind.FOLDER, "sent"),
        ("one", TroubleKind.DISK, "state"),
    ]

    def life(conn: Connection, guard: Guard) -> set[tuple[str, TroubleKind, str]]:
        for cause in (*gone, *there):
            troubles.begin(conn, *cause, "away", NOW)
        troubles.told(conn, [each.id for each in troubles.lasting(conn)], None, NOW)
        assert turn(conn, guard, NOW + timedelta(hours=1)).outbox_id is None
        return {(each.account, each.kind, each.key) for each in troubles.lasting(conn)}

    with loops_in(tmp_path) as loops:
        quiet = replace(loops.guard, room=lambda: None)
        assert await loops.store.tx(life, quiet) == set(there)


async def test_a_place_that_is_wrong_for_one_reason_and_then_another_is_told_as_early(tmp_path: Path) -> None:
    """Out of reach for ten minutes, a failure of our own for five: nobody read the mailbox for a quarter of an hour."""
    with loops_in(tmp_path) as loops:
        faults = ((0, Fault("timed out")), (10, Fault("locked", Cause.FAILED)))
        for minutes, fault in faults:
            at = NOW + timedelta(minutes=minutes)
            loops.clock.move_to(at)
            loops.troubles.tell("folder:one:inbox", fault)
            await loops.troubles.write()
        assert (await loops.store.tx(turn, loops.guard, at + timedelta(minutes=4))).outbox_id is None
        assert (await loops.store.tx(turn, loops.guard, at + timedelta(minutes=5))).outbox_id is not None


async def catch_up(parts: Parts, store: Store, clock: ManualClock) -> str:
    """Do what `responder run --once` does, with nothing in memory of the last time; return what it ends with."""
    with pytest.raises(TemporaryError) as ended:
        await Daemon(parts, store, clock).once()
    return str(ended.value)


async def test_two_mailboxes_that_are_away_and_a_server_that_is_gone_are_one_mail_through_the_other(
    tmp_path: Path,
) -> None:
    """No folder of two accounts answers, and the operator's own server neither: one alert, from the second account."""
    clock = ManualClock(NOW)
    with Mailhost(users={"seller": "right"}) as mailhost:
        accounts = (ACCOUNT % {"name": name, "port": port} for name, port in (("one", 1), ("two", mailhost.port)))
        (tmp_path / "config.yaml").write_text(CONFIG + "".join(accounts))
        (tmp_path / "state.db").write_bytes(empty_state())
        store = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
        try:
            parts = build(load(tmp_path / "config.yaml"), store, NOW, {"SELLER_PASSWORD": "right"})
            assert "one: inbox: " in await catch_up(parts, store, clock)
            assert mailhost.accepted == []
            for minutes in (15, 21):  # told, and its own server fails; handed over
                clock.move_to(NOW + timedelta(minutes=minutes))
                await catch_up(parts, store, clock)
            parts.reader.close()
            found = await store.tx(troubles.lasting)
            assert {(each.account, each.kind) for each in found} == {
                ("one", TroubleKind.MAILBOX),
                ("two", TroubleKind.MAILBOX),
                ("one", TroubleKind.MAIL_SERVER),
            }
            assert {each.began_at for each in found if each.kind is TroubleKind.MAILBOX} == {NOW}
        finally:
            store.close()
    subjects = [message_from_bytes(each.data, policy=policy.default)["Subject"] for each in mailhost.accepted]
    assert subjects == ["Mailbox out of reach: one (and 1 other problem)"]
    assert {each.sender for each in mailhost.accepted} == {"two@example.com"}
