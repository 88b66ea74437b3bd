"""The verbs: what is asked, and what is made of the answer."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from neighbours.scripted_imap import Handler, Peer, ScriptedImap

from responder.imap.commands import astring
from responder.imap.errors import CommandRefused, ProtocolError, Unsendable
from responder.imap.values import Folder

Join = Callable[..., Awaitable[Any]]


def answer(**answers: bytes) -> Handler:
    """Return a handler that answers verbs with untagged text and OK."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        text = answers.get(verb.decode())
        if text is None:
            return False
        await peer.send(text.replace(b"%t", tag) if b"%t" in text else text + tag + b" OK done\r\n")
        return True

    return handler


async def test_a_selected_folder_is_described(join: Join) -> None:
    """UIDVALIDITY, UIDNEXT, HIGHESTMODSEQ, EXISTS and PERMANENTFLAGS are read; CONDSTORE is asked for where offered."""
    async with ScriptedImap() as server:
        client = await join(server)
        selected = client.selected
        assert (selected.uidvalidity, selected.uidnext, selected.highestmodseq, selected.exists) == (7, 4, 12, 3)
        assert selected.permanent_flags == {"\\Answered", "\\Seen", "\\*"}
        assert not selected.read_only
        assert server.received[-1].endswith(b'SELECT "INBOX" (CONDSTORE)\r\n')
        assert (await client.select("Sent Items", read_only=True)).read_only
        assert server.received[-1].endswith(b'EXAMINE "Sent Items" (CONDSTORE)\r\n')


async def test_a_poor_server_needs_not_tell_uidnext(join: Join) -> None:
    """UIDNEXT and HIGHESTMODSEQ may be missing; a folder that turns out read-only says so."""
    poor = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [NOMODSEQ] x\r\n%t OK [READ-ONLY] done\r\n"
    async with ScriptedImap(answer(SELECT=poor), capabilities=b"IMAP4rev1") as server:
        selected = (await join(server)).selected
        assert (selected.uidnext, selected.highestmodseq, selected.read_only) == (None, None, True)


@pytest.mark.parametrize(
    "codes", [b"", b"* OK [UIDVALIDITY 0] x\r\n", b"* OK [UIDVALIDITY 7] x\r\n* NO [UIDNOTSTICKY] x\r\n"]
)
async def test_a_folder_without_uidvalidity_is_refused(codes: bytes, join: Join) -> None:
    """A cursor of UIDs that mean something else tomorrow would lose or double mail."""
    async with ScriptedImap(answer(SELECT=b"* 3 EXISTS\r\n" + codes)) as server:
        with pytest.raises(ProtocolError, match="UIDVALIDITY"):
            await join(server)


async def test_a_failed_select_leaves_no_folder_selected(join: Join) -> None:
    """After NO to SELECT nothing is selected, on either side."""
    async with ScriptedImap() as server:
        client = await join(server)
        server.handler = answer(SELECT=b"%t NO no such mailbox\r\n")
        with pytest.raises(CommandRefused):
            await client.select("Nope")
        assert client.selected is None


async def test_folders_with_special_use(join: Join) -> None:
    """Names as literal, quoted or atom, with stars and brackets in them, are read as they are."""
    listed = (
        b'* LIST (\\HasNoChildren) "/" {5}\r\na"b\\c\r\n* LIST (\\Sent) "/" "Gesendete &AOQ- * (x)"\r\n'
        b'* LIST () NIL [Gmail]/Sent\r\n* LIST () "." "Project * 2025"\r\n'
    )
    async with ScriptedImap(answer(LIST=listed)) as server:
        client = await join(server)
        assert await client.folders() == (
            Folder('a"b\\c', "/", frozenset({"\\hasnochildren"})),
            Folder("Gesendete ä * (x)", "/", frozenset({"\\sent"})),
            Folder("[Gmail]/Sent", None, frozenset()),
            Folder("Project * 2025", ".", frozenset()),
        )
        assert server.received[-1].endswith(b'LIST "" "*" RETURN (SPECIAL-USE)\r\n')


async def test_append_keeps_date_and_flags(join: Join) -> None:
    """The server stores the mail as given and tells its UID (RFC 4315)."""
    seen: list[bytes] = []

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"APPEND":
            return False
        await peer.send(b"+ go\r\n")
        seen.append(rest)
        seen.append(await peer.reader.readexactly(11))
        await peer.send(tag + b" OK [APPENDUID 7 42] done\r\n")
        return True

    async with ScriptedImap(handler) as server:
        client = await join(server)
        at = datetime(2026, 7, 14, 8, 30, tzinfo=UTC)
        assert await client.append("Sent", b"Subject: x", flags=["\\Seen"], at=at) == (7, 42)
        assert seen == [b'"Sent" (\\Seen) "14-Jul-2026 08:30:00 +0000" {10}', b"Subject: x\r"]


async def test_a_refused_literal_is_not_sent(join: Join) -> None:
    """NO instead of `+` ends APPEND; the mail does not become commands."""
    async with ScriptedImap(answer(APPEND=b"%t NO [OVERQUOTA] full\r\n")) as server:
        client = await join(server)
        with pytest.raises(CommandRefused, match="OVERQUOTA"):
            await client.append("Sent", b"R9 DELETE INBOX\r\n")
        await client.noop()
        assert not any(b"DELETE" in line for line in server.received)


async def test_search_in_any_script(join: Join) -> None:
    """UTF-8 is announced only when it is needed: some servers refuse CHARSET."""
    async with ScriptedImap(answer(UID=b"* SEARCH 3 1\r\n"), capabilities=b"IMAP4rev1 LITERAL+") as server:
        client = await join(server)
        assert await client.uid_search("HEADER Message-ID", astring("<a@example.com>")) == (1, 3)
        assert server.received[-1].endswith(b'UID SEARCH HEADER Message-ID "<a@example.com>"\r\n')
        server.handler = None
        assert await client.uid_search("SUBJECT", astring("é")) == ()
        assert server.received[-2].endswith(b"UID SEARCH CHARSET UTF-8 SUBJECT {2+}\r\n")


async def test_store_names_mails_and_flags(join: Join) -> None:
    """Only the flags named change; many UIDs make several commands of bearable length."""
    async with ScriptedImap() as server:
        client = await join(server)
        await client.uid_store(range(1, 5001, 2), ["$Responder", "\\Answered"])
        await client.uid_store([3], ["\\Answered"], add=False)
        stores = server.commands(b"UID")
        assert len(stores) == 4
        assert all(b" +FLAGS.SILENT ($Responder \\Answered)\r\n" in line and len(line) < 4100 for line in stores[:3])
        assert stores[3].endswith(b"UID STORE 3 -FLAGS.SILENT (\\Answered)\r\n")
        with pytest.raises(Unsendable):
            await client.uid_store([3], ["x) +FLAGS (\\Deleted"])


async def test_fetch_of_nothing_asks_nothing(join: Join) -> None:
    """An empty set of UIDs is no command."""
    async with ScriptedImap() as server:
        client = await join(server)
        assert await client.uid_fetch([], ("UID",)) == ()
        assert not server.commands(b"UID")


async def test_changed_since_is_passed_on(join: Join) -> None:
    """RFC 7162: only what changed is answered."""
    changed = b"* 1 FETCH (UID 1 FLAGS (\\Answered) MODSEQ (13))\r\n"
    async with ScriptedImap(answer(UID=changed)) as server:
        client = await join(server)
        [mail] = await client.uid_fetch([1, 2], ("UID", "FLAGS"), changed_since=12)
        assert (mail.flags, mail.modseq) == ({"\\Answered"}, 13)
        assert server.received[-1].endswith(b"UID FETCH 1:2 (UID FLAGS) (CHANGEDSINCE 12)\r\n")


async def test_unselect_never_expunges(join: Join) -> None:
    """CLOSE would delete what the seller only marked; it is used on a folder opened for reading only."""
    async with ScriptedImap(capabilities=b"IMAP4rev1") as server:
        client = await join(server)
        await client.unselect()
        await client.unselect()
        assert [line.split()[1] for line in server.received[-2:]] == [b"EXAMINE", b"CLOSE"]


async def test_who_is_who(join: Join) -> None:
    """ID is one list of quoted pairs (RFC 2971)."""
    async with ScriptedImap() as server:
        client = await join(server)
        assert await client.id({"name": "Buyer Responder", "os": 'a"b'}) == {"name": "scripted"}
        assert server.received[-1].endswith(b'ID ("name" "Buyer Responder" "os" "a\\"b")\r\n')
        server.handler = answer(ID=b"* ID NIL\r\n")
        assert await client.id({}) == {}
        assert await client.enable("CONDSTORE", "QRESYNC") == {"CONDSTORE", "QRESYNC"}
