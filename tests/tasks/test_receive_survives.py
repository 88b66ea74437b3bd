"""The loop over one folder in bad times: a busy state, a server that is away, mail that comes at the wrong moment."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from mail import builders
from neighbours.scripted_imap import Peer
from tasks.test_receive_loop import BASTILLE_DAY, Inbox, folder, last_uid, message, scripted, set_aside

from responder.adapters.clock import pause
from responder.adapters.imap import Role
from responder.daemon.looked import Looked
from responder.errors import TemporaryError


class Racing(Inbox):
    """An inbox that gets a mail right after it was asked for the headers of those it has."""

    late: bytes | None = None

    async def answer(self, peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        """Answer as before, then let the mail arrive."""
        answered = await super().answer(peer, tag, verb, rest)
        if self.late is not None and verb == b"UID" and b"HEADER" in rest:
            self.mails[9], self.late = self.late, None
        return answered


async def test_a_mail_that_arrives_during_a_renumbering_is_read(office) -> None:
    """Matching a folder again takes minutes: the cursor must not step over what came meanwhile."""
    inbox = Racing({1: message("a")})
    async with scripted(inbox) as server:
        await folder(office, server).once()
        inbox.mails, inbox.uidvalidity, inbox.late = {4: message("a")}, 8, message("z")
        await folder(office, server).once()
        assert last_uid(office) == 4
        await folder(office, server).once()
    assert {thread.buyer_alias[0] for thread in office.threads()} == {"a", "z"}


async def test_trouble_with_the_state_sets_no_mail_aside(office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk or a locked database says nothing about the mail: it is read once there is room again."""
    real, full = office.store.tx, True

    async def tx(fn: Any, *args: Any, **more: Any) -> Any:
        if full and fn.__name__ == "_keep":
            raise TemporaryError("the state cannot be written now: database or disk is full")
        return await real(fn, *args, **more)

    monkeypatch.setattr(office.store, "tx", tx)
    async with scripted(Inbox({1: message("a")})) as server:
        for _ in range(4):
            with pytest.raises(TemporaryError):
                await folder(office, server).once()
        full = False
        await folder(office, server).once()
    assert set_aside(office) == []
    assert len(office.threads()) == 1


async def test_a_server_that_is_away_does_not_starve_the_watchdog(office) -> None:
    """The loop turns, though in vain: ending the daemon would stop the other accounts as well."""
    async with scripted(Inbox({})) as server:
        watched = folder(office, server)
    turned = asyncio.Event()
    watched._ticked = turned.set
    async with asyncio.TaskGroup() as group:
        running = group.create_task(watched.run())
        await pause(5, turned)
        running.cancel()
    assert turned.is_set()


async def test_a_first_look_that_takes_hours_does_not_starve_the_watchdog(office) -> None:
    """Thousands of mails on a slow line: each batch is a sign of life, and the turn is over only at the end."""
    heard = []
    async with scripted(Inbox({uid: message("abc"[uid - 1]) for uid in (1, 2, 3)})) as server:
        watched = folder(office, server)
        watched._step = 1
        watched._report = lambda _: heard.append(last_uid(office))
        watched._ticked = lambda: heard.append("turned")
        await watched.once()
    assert heard[:-1] == sorted(heard[:-1])
    assert {1, 2, 3} <= set(heard[:-1])
    assert heard[-1] == "turned"


class Idling(Inbox):
    """An inbox that says when it is waited for new mail in it."""

    def __init__(self) -> None:
        super().__init__()
        self.idle = asyncio.Event()

    async def answer(self, peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        """Note IDLE, and answer as before."""
        if verb == b"IDLE":
            self.idle.set()
        return await super().answer(peer, tag, verb, rest)


async def test_a_mailbox_that_is_back_was_looked_at_after_its_first_turn(office) -> None:
    """Also when no new mail lies in it: what waits for the look must not wait for the end of an IDLE round as well."""
    inbox, looked = Idling(), Looked()
    looked.turned("main", Role.SENT)
    looked.heard("main", Role.INBOX, "the server was away")
    async with scripted(inbox) as server:
        watched = folder(office, server)
        watched._report = lambda problem: looked.heard("main", Role.INBOX, problem)
        watched._ticked = lambda: looked.turned("main", Role.INBOX)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(watched.run())
            await pause(5, inbox.idle)
            running.cancel()
    assert inbox.idle.is_set()
    assert looked.at_all("main")


@pytest.mark.parametrize(("written", "waiting"), [(timedelta(days=365), 0), (timedelta(hours=1), 1)])
async def test_a_moved_mailbox_does_not_open_the_questions_of_last_year(
    office, written: timedelta, waiting: int
) -> None:
    """Its server stamps them with the day of the move; where only its clock is wrong, the message is not lost."""
    received = b"Received: from a by mx.example.com; Mon, 14 Jul 2025 09:00:00 +0000\r\n"
    raw = received + builders.buyer_message(sent_at=BASTILLE_DAY - written)
    async with scripted(Inbox({1: raw})) as server:
        await folder(office, server).once()
    assert (last_uid(office), len(office.threads())) == (1, waiting)
