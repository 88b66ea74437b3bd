"""A mailbox on scripted servers and on pymap, the poor one."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from neighbours.pymap_server import PymapServer
from neighbours.scripted_imap import Peer, ScriptedImap

from responder.adapters.imap import Batch, FolderUnknown, ImapSettings, Mailbox, Role, folders
from responder.imap.errors import AuthenticationFailed, CommandRefused, ServerBusy

MAIL = b"From: a@example.com\r\nMessage-ID:\r\n <1@example.com>\r\nSubject: x\r\n\r\nbody\r\n"


def settings(port: int, **changes: Any) -> ImapSettings:
    """Return settings for a server on loopback."""
    quick: dict[str, Any] = {"timeout": timedelta(seconds=3), "idle_round": timedelta(seconds=0.2)}
    return ImapSettings("127.0.0.1", port, "none", "seller", lambda: "secret", **{**quick, **changes})


@pytest.fixture
async def opened() -> AsyncIterator[Callable[..., Any]]:
    """Return a function that opens a mailbox; it is closed with the test."""
    async with AsyncExitStack() as stack:

        async def opened(port: int, role: Role = Role.INBOX, **changes: Any) -> Mailbox:
            mailbox = await Mailbox.open(settings(port, **changes), role)
            stack.push_async_callback(mailbox.close)
            return mailbox

        yield opened


class Shelf:
    """A scripted server's mails: UID FETCH is answered from `mails`, by UID; `forget` are not answered."""

    def __init__(self, mails: dict[int, bytes], forget: frozenset[int] = frozenset()) -> None:
        self.mails, self.forget = mails, forget
        self.sets: list[list[int]] = []

    async def __call__(self, peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        """Answer UID FETCH."""
        if verb != b"UID" or not rest.startswith(b"FETCH"):
            return False
        spans = [span.split(b":") for span in rest.split()[1].split(b",")]
        asked = [uid for span in spans for uid in range(int(span[0]), int(span[-1]) + 1)]
        cut = re.search(rb"BODY\.PEEK\[\]<0\.(\d+)>", rest)
        if cut:
            self.sets.append(asked)
        for uid in asked:
            if uid in self.mails and not (cut and uid in self.forget):
                await peer.send(self._answer(uid, int(cut[1]) if cut else None))
        await peer.send(tag + b" OK done\r\n")
        return True

    def _answer(self, uid: int, cut: int | None) -> bytes:
        mail = self.mails[uid]
        head = b'* %d FETCH (UID %d FLAGS () INTERNALDATE "14-Jul-2026 10:00:00 +0200" RFC822.SIZE %d' % (
            uid,
            uid,
            len(mail),
        )
        body = b"" if cut is None else b" BODY[]<0> {%d}\r\n%s" % (len(mail[:cut]), mail[:cut])
        return head + body + b")\r\n"


async def collected(mailbox: Mailbox, uids: list[int], cap: int = 1 << 20) -> list[Batch]:
    """Return all batches of a fetch."""
    return [batch async for batch in mailbox.fetch(uids, cap=cap)]


async def test_the_inbox_can_be_marked_and_sent_mail_only_read(opened: Callable[..., Any]) -> None:
    """SELECT for the inbox, EXAMINE for the sent mail, after login, ID and ENABLE."""
    async with ScriptedImap() as server:
        inbox = await opened(server.port)
        assert (inbox.folder, inbox.selected.read_only, inbox.can_keyword, inbox.pushes) == ("INBOX", False, True, True)
        verbs = [line.split()[1] for line in server.received]
        assert verbs == [b"CAPABILITY", b"AUTHENTICATE", b"CAPABILITY", b"ID", b"ENABLE", b"SELECT"]
        sent = await opened(server.port, Role.SENT)
        assert (sent.folder, sent.selected.read_only) == ("Sent", True)


async def test_mails_come_in_batches_of_two_hundred(opened: Callable[..., Any]) -> None:
    """Ascending, each once, at most 200 in a command, also when asked for in disorder."""
    shelf = Shelf(dict.fromkeys(range(1, 451), b"x"))
    async with ScriptedImap(shelf) as server:
        batches = await collected(await opened(server.port), [*range(450, 0, -1), 7])
        assert [len(batch.mails) for batch in batches] == [200, 200, 50]
        assert [raw.uid for batch in batches for raw in batch.mails] == list(range(1, 451))
        first = batches[0].mails[0]
        assert (first.internaldate, first.size, first.raw) == (datetime(2026, 7, 14, 8, tzinfo=UTC), 1, b"x")


async def test_mails_come_in_batches_of_eight_megabytes(opened: Callable[..., Any]) -> None:
    """Large mails share a command only as far as 8 MB go; each is cut at the cap, and its size is told."""
    shelf = Shelf({1: b"a" * 5_000_000, 2: b"b" * 5_000_000, 3: b"c", 4: b"d" * 20_000_000})
    async with ScriptedImap(shelf) as server:
        mailbox = await opened(server.port)
        batches = await collected(mailbox, [1, 2, 3, 4], cap=6_000_000)
        assert shelf.sets == [[1], [2, 3], [4]]
        last = batches[-1].mails[0]
        assert (last.size, len(last.raw)) == (20_000_000, 6_000_000)
        shelf.sets.clear()
        await collected(mailbox, [1, 2, 3, 4], cap=1000)
        assert shelf.sets == [[1, 2, 3, 4]]


async def test_what_is_not_answered_is_unknown(opened: Callable[..., Any]) -> None:
    """A server that answers OK without a mail has not said that it is gone."""
    async with ScriptedImap(Shelf({1: b"x", 2: b"y"}, forget=frozenset({2}))) as server:
        mailbox = await opened(server.port)
        [batch] = await collected(mailbox, [1, 2, 3])
        assert [raw.uid for raw in batch.mails] == [1]
        assert batch.unknown == (2, 3)
        assert await collected(mailbox, []) == []


async def test_the_newest_mail_is_not_new_twice(opened: Callable[..., Any]) -> None:
    """`UID 8:*` names mail 7 when nothing is above it (RFC 9051 section 6.4.9)."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if not rest.startswith(b"SEARCH"):
            return False
        await peer.send(b"* SEARCH 7\r\n" + tag + b" OK done\r\n")
        return True

    async with ScriptedImap(handler) as server:
        mailbox = await opened(server.port)
        assert await mailbox.uids_after(7) == ()
        assert await mailbox.uids_after(6) == (7,)
        await mailbox.uids_since(date(2026, 7, 4))
        assert server.received[-1].endswith(b"UID SEARCH SINCE 4-Jul-2026\r\n")


async def test_news_while_catching_up_skip_the_wait(opened: Callable[..., Any]) -> None:
    """A mail that arrives between the search and IDLE does not wait for the end of a round."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"UID":
            return False
        await peer.send(b"* SEARCH 1\r\n" + tag + b" OK done\r\n* 4 EXISTS\r\n")
        return True

    async with ScriptedImap(handler) as server:
        mailbox = await opened(server.port, idle_round=timedelta(minutes=9))
        assert not mailbox.changed
        await mailbox.uids_after(0)
        await mailbox.noop()
        assert mailbox.changed
        async with asyncio.timeout(1):
            await mailbox.wait(asyncio.Event())
        assert not server.commands(b"IDLE")


async def test_without_idle_news_are_asked_for(opened: Callable[..., Any]) -> None:
    """A server that cannot push is polled with NOOP; `wake` ends the pause."""
    news = b"* 9 EXISTS\r\n"

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"NOOP":
            return False
        await peer.send(news + tag + b" OK done\r\n")
        return True

    async with ScriptedImap(handler, capabilities=b"IMAP4rev1") as server:
        mailbox = await opened(server.port, idle_round=timedelta(minutes=9))
        wake = asyncio.Event()
        wake.set()
        async with asyncio.timeout(1):
            await mailbox.wait(wake)
        assert (mailbox.changed, mailbox.pushes, wake.is_set()) == (True, False, False)


async def test_a_wake_ends_the_round_and_is_used_up(opened: Callable[..., Any]) -> None:
    """The owner can end a round, and the next one waits again."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"IDLE":
            return False
        await peer.send(b"+ idling\r\n")
        await peer.line()
        await peer.send(tag + b" OK done\r\n")
        return True

    async with ScriptedImap(handler) as server:
        mailbox, wake = await opened(server.port, idle_round=timedelta(minutes=9)), asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, wake.set)
        async with asyncio.timeout(1):
            await mailbox.wait(wake)
        assert not wake.is_set()
        assert not mailbox.changed


async def test_an_unknown_sent_folder_is_not_guessed(opened: Callable[..., Any]) -> None:
    """Two candidates: the seller must say which, and a wrong name is refused by the server."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb == b"LIST":
            await peer.send(b'* LIST () "/" Sent\r\n* LIST () "/" "Sent Items"\r\n' + tag + b" OK done\r\n")
        elif verb == b"EXAMINE":
            await peer.send(tag + b" NO [NONEXISTENT] no such mailbox\r\n")
        return verb in {b"LIST", b"EXAMINE"}

    async with ScriptedImap(handler) as server:
        with pytest.raises(FolderUnknown, match="Sent, Sent Items"):
            await opened(server.port, Role.SENT)
        with pytest.raises(CommandRefused, match="NONEXISTENT"):
            await opened(server.port, Role.SENT, sent="Versandt")
        offer = await folders(settings(server.port, sent="Versandt"))
        assert offer.sent.name is None
        assert "Versandt" in offer.sent.reason


async def test_a_refused_login_leaves_no_connection() -> None:
    """A wrong password is told in the server's words, and the socket is closed."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"AUTHENTICATE":
            return False
        await peer.send(tag + b" NO [AUTHENTICATIONFAILED] Invalid credentials\r\n")
        return True

    async with ScriptedImap(handler) as server:
        with pytest.raises(AuthenticationFailed, match="Invalid credentials"):
            await Mailbox.open(settings(server.port), Role.INBOX)
        await asyncio.wait_for(server.ended.wait(), 2)


async def test_pymap_is_read_without_its_help(opened: Callable[..., Any]) -> None:
    """No CONDSTORE, no SPECIAL-USE, keywords forgotten: UIDs, sizes, mails and answers are still right."""
    async with PymapServer() as server:
        await server.deliver("seller", MAIL)
        mailbox = await opened(server.port)
        [uid] = await mailbox.uids_after(0)
        [head] = await mailbox.message_ids([uid])
        assert (head.message_id, head.size) == ("<1@example.com>", len(MAIL))
        [batch] = await collected(mailbox, [uid])
        assert batch.mails[0].raw == MAIL
        assert await mailbox.search_message_id("<1@example.com>") == (uid,)
        assert await mailbox.search_message_id("<1@example.org>") == ()
        assert not mailbox.can_keyword
        await mailbox.add_flags([uid], ["$Responder", "\\Answered"])
        flags = await mailbox.flags([uid], changed_since=1)
        assert "\\Answered" in flags[uid]
        assert "\\Seen" not in flags[uid]
        assert (await opened(server.port, Role.SENT)).folder == "Sent"


async def test_pymap_tells_only_at_the_end_of_a_round(opened: Callable[..., Any]) -> None:
    """A mail that came before IDLE is found by the catch-up after the round."""
    async with PymapServer() as server:
        mailbox = await opened(server.port)
        await server.deliver("seller", MAIL)
        async with asyncio.timeout(2):
            await mailbox.wait(asyncio.Event())
        assert len(await mailbox.uids_after(0)) == 1


async def test_a_server_that_stops_is_noticed(opened: Callable[..., Any]) -> None:
    """IDLE on a server that goes down fails at once, in its own words."""
    async with PymapServer() as server:
        mailbox = await opened(server.port, idle_round=timedelta(minutes=9))
        asyncio.get_running_loop().call_later(0.05, lambda: [task.cancel() for task in server._tasks])
        async with asyncio.timeout(2):
            with pytest.raises(ServerBusy, match="closed the connection"):
                await mailbox.wait(asyncio.Event())
