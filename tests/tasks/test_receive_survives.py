"""The loop over one folder in bad times: a busy state, a server that is away, mail that comes at the wrong moment."""

import asyncio
from typing import Any

import pytest
from neighbours.scripted_imap import Peer
from tasks.test_receive_loop import Inbox, folder, last_uid, message, scripted, set_aside

from responder.adapters.clock import pause
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
