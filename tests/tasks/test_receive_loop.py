"""The loop over one folder, on a server that lies, withholds and renumbers: one mail never holds up the next."""

import asyncio
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from mail import builders
from neighbours.scripted_imap import Peer, ScriptedImap

from responder.adapters.clock import ManualClock
from responder.adapters.imap import ImapSettings, Role
from responder.adapters.store import cursors, mails, notice_reports
from responder.core.threads import ThreadState
from responder.errors import TemporaryError
from responder.tasks import report
from responder.tasks.receive import Folder, FolderSettings, Judge, Kept

BASTILLE_DAY = datetime.fromisoformat("2026-07-14T09:00:00+00:00")  # a Tuesday, 11:00 in Paris
INTERNALDATE = b'"14-Jul-2026 09:00:00 +0000"'
KEYWORD = "$ResponderTracked"


@dataclass
class Inbox:
    """What the server tells of its inbox; `withheld` mails are listed, never delivered; `flagged`: answered."""

    mails: dict[int, bytes] = field(default_factory=dict)
    withheld: set[int] = field(default_factory=set)
    flagged: set[int] = field(default_factory=set)
    flags: bytes = rb"\Answered \Seen \*"
    uidvalidity: int = 7

    async def answer(self, peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        """Answer SELECT, and the UID commands."""
        if verb == b"SELECT":
            told = b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n" % (len(self.mails), self.uidvalidity)
            told += b"* OK [PERMANENTFLAGS (%s)] x\r\n" % self.flags
        elif verb == b"UID" and rest.startswith(b"SEARCH"):
            told = b"* SEARCH %s\r\n" % b" ".join(b"%d" % uid for uid in self._searched(rest))
        elif verb == b"UID" and rest.startswith(b"FETCH"):
            told = b"".join(self._fetched(uid, rest) for uid in self._named(rest))
        elif verb == b"UID" and rest.startswith(b"STORE"):
            told = b""
        else:
            return False
        await peer.send(told + tag + b" OK done\r\n")
        return True

    def _searched(self, rest: bytes) -> list[int]:
        first = re.search(rb"UID (\d+):\*", rest)
        return [uid for uid in self.mails if first is None or uid >= int(first[1])]

    def _named(self, rest: bytes) -> list[int]:
        named = set[int]()
        for part in rest.split()[1].split(b","):
            first, _, last = part.partition(b":")
            named |= set(range(int(first), int(last or first) + 1))
        return [uid for uid in self.mails if uid in named]

    def _fetched(self, uid: int, rest: bytes) -> bytes:
        raw = self.mails[uid]
        flags = rb"\Answered" if uid in self.flagged else b""
        items = b"UID %d FLAGS (%s) INTERNALDATE %s RFC822.SIZE %d" % (uid, flags, INTERNALDATE, len(raw))
        if b"BODY.PEEK[]" in rest:
            if uid in self.withheld:
                return b""
            items += b" BODY[]<0> {%d}\r\n%s" % (len(raw), raw)
        elif b"HEADER" in rest:
            header = b"\r\n".join(line for line in raw.splitlines() if line.lower().startswith(b"message-id:"))
            items += b" BODY[HEADER.FIELDS (MESSAGE-ID FROM DATE SUBJECT)] {%d}\r\n%s" % (len(header), header)
        return b"* %d FETCH (%s)\r\n" % (uid, items)


def scripted(inbox: Inbox) -> ScriptedImap:
    """A server without CONDSTORE, so that flags are asked for in full."""
    return ScriptedImap(inbox.answer, capabilities=b"IMAP4rev1 AUTH=PLAIN SASL-IR IDLE UIDPLUS")


def folder(office: Any, server: ScriptedImap, *, judge: Judge | None = None, **settings: Any) -> Folder:
    """The loop of the inbox, or of the folder `role`, on the office's store, five minutes after the mails arrived."""
    imap = ImapSettings(
        "127.0.0.1", server.port, "none", "seller", lambda: "secret", sent="Sent", timeout=timedelta(seconds=5)
    )

    def ignore(_: Kept | str | None) -> None:
        pass

    return Folder(
        office.store,
        judge or office.judge,
        FolderSettings(imap=imap, history=timedelta(days=8), **{"role": Role.INBOX, "keyword": KEYWORD, **settings}),
        ManualClock(BASTILLE_DAY + timedelta(minutes=5)),
        wake=asyncio.Event(),
        kept=ignore,
        ticked=lambda: None,
        report=ignore,
    )


def message(letter: str) -> bytes:
    """A message of the buyer `letter`."""
    order = f"171-{ord(letter):07d}-1234567"
    return builders.buyer_message(alias=letter * 15, order_id=order, text=letter, message_id=f"<{letter}@example.net>")


def last_uid(office: Any) -> int | None:
    """How far the inbox was read; None before the first look."""
    cursor = office.run(cursors.cursor, "main", "INBOX")
    return None if cursor is None else cursor.last_uid


def set_aside(office: Any) -> list[tuple[int, str | None]]:
    """The mails in quarantine, with the reason."""
    return [(each.uid, each.error) for each in office.run(cursors.quarantined)]


async def test_a_mail_that_is_listed_and_never_delivered_is_set_aside(office) -> None:
    """Two tries, in which nothing behind it is passed by; then a person is told, and the next mail is handled."""
    inbox = Inbox({1: message("a"), 2: message("b"), 3: message("c")}, withheld={2})
    async with scripted(inbox) as server:
        watched = folder(office, server)
        for _ in range(2):
            with pytest.raises(TemporaryError, match="lists mail 2"):
                await watched.once()
            assert last_uid(office) == 1
            assert set_aside(office) == []
        await watched.once()
    assert set_aside(office) == [(2, "the server lists it and does not deliver it")]
    assert last_uid(office) == 3
    assert [thread.buyer_alias[0] for thread in office.threads()] == ["a", "c"]


async def test_a_mail_that_is_delivered_at_the_second_try_is_handled(office) -> None:
    """A server that was slow once loses nothing."""
    inbox = Inbox({1: message("a"), 2: message("b")}, withheld={1})
    async with scripted(inbox) as server:
        watched = folder(office, server)
        with pytest.raises(TemporaryError):
            await watched.once()
        inbox.withheld.clear()
        await watched.once()
        await watched.once()
    assert set_aside(office) == []
    assert [thread.messages for thread in office.threads()] == [1, 1]


async def test_a_mail_deleted_meanwhile_is_passed_by(office) -> None:
    """What the server does not list any more is gone, not withheld."""
    inbox = Inbox({1: message("a"), 2: message("b")}, withheld={1})
    async with scripted(inbox) as server:
        watched = folder(office, server)
        with pytest.raises(TemporaryError):
            await watched.once()
        del inbox.mails[1]
        await watched.once()
    assert last_uid(office) == 2
    assert set_aside(office) == []


async def test_a_mail_whose_handling_fails_is_set_aside_and_the_next_one_is_handled(office) -> None:
    """A bug that one mail trips over (here: no rules to check its acknowledgement by) stops no other mail."""
    broken = replace(office.judge, rules=None)  # type: ignore[arg-type] # the bug
    inbox = Inbox({1: message("a"), 2: builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY")})
    async with scripted(inbox) as server:
        await folder(office, server, judge=broken).once()
    ((uid, error),) = set_aside(office)
    assert uid == 1
    assert "while it was handled" in str(error)
    assert len(office.notices()) == 1
    assert office.threads() == office.outbox() == ()  # all or nothing
    assert last_uid(office) == 2


async def test_a_mail_that_ended_the_program_twice_is_set_aside_unread(office) -> None:
    """The attempts were counted before a byte was parsed; the third start tells a person and goes on."""
    for _ in range(2):
        office.run(cursors.begin_attempt, "main", "INBOX", 7, 1, BASTILLE_DAY)
    async with scripted(Inbox({1: message("a"), 2: message("b")})) as server:
        await folder(office, server).once()
    assert set_aside(office) == [(1, "reading it ended the program again and again")]
    assert office.run(mails.mail_by_message_id, "main", "<a@example.net>") is None
    assert [thread.buyer_alias[0] for thread in office.threads()] == ["b"]


async def test_a_mail_that_ended_the_program_once_is_read(office) -> None:
    """One crash proves nothing against a mail; read, its count is forgotten."""
    office.run(cursors.begin_attempt, "main", "INBOX", 7, 1, BASTILLE_DAY)
    async with scripted(Inbox({1: message("a")})) as server:
        await folder(office, server).once()
    assert set_aside(office) == []
    assert [thread.state for thread in office.threads()] == [ThreadState.OPEN]
    assert office.run(cursors.begin_attempt, "main", "INBOX", 7, 1, BASTILLE_DAY) == 1


async def test_a_renumbering_that_breaks_off_is_begun_again(office) -> None:
    """A mail set aside in the middle of it does not make the folder look matched."""
    inbox = Inbox({1: message("a")})
    async with scripted(inbox) as server:
        await folder(office, server).once()
        broken = replace(office.judge, catalogue=None)  # type: ignore[arg-type] # the bug
        inbox.mails, inbox.withheld, inbox.uidvalidity = {4: message("b"), 5: message("c"), 6: message("a")}, {5}, 8
        watched = folder(office, server, judge=broken)
        with pytest.raises(TemporaryError):
            await watched.once()
        assert office.run(cursors.cursor, "main", "INBOX").uidvalidity == 7
        inbox.withheld.clear()
        await folder(office, server).once()
    cursor = office.run(cursors.cursor, "main", "INBOX")
    assert (cursor.uidvalidity, cursor.last_uid) == (8, 6)
    assert "after_uidvalidity_change" in office.reasons()
    assert len(office.outbox()) == 1  # the acknowledgement of before


async def told(office: Any, server: ScriptedImap, **settings: Any) -> list[bytes]:
    r"""Keep a notice, let a digest tell of it, and return what was stored on the server, in order."""
    await folder(office, server, **settings).once()
    assert not [line for line in server.received if b"Seen" in line]
    outbox_id = office.run(report.write_extra, office.parts.reporter, BASTILLE_DAY)
    office.run(notice_reports.told, [notice.id for notice in office.notices()], outbox_id, "digest", BASTILLE_DAY)
    await folder(office, server, **settings).once()
    return [line.split(b" ", 1)[1].rstrip() for line in server.received if b"STORE" in line]


async def test_a_notice_is_marked_once_a_person_was_told(office) -> None:
    r"""The keyword at once, \Seen after the digest, on the notice alone, and each once."""
    inbox = Inbox({1: message("a"), 2: builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY")})
    async with scripted(inbox) as server:
        keyword = b"UID STORE 2 +FLAGS.SILENT (%s)" % KEYWORD.encode()
        assert await told(office, server) == [keyword, rb"UID STORE 2 +FLAGS.SILENT (\Seen)"]
        await folder(office, server).once()
        assert sum(b"STORE" in line for line in server.received) == 2


@pytest.mark.parametrize("mark_seen", ["never", "on_acknowledgement"])
async def test_what_a_digest_told_stays_unread_where_the_seller_said_so(office, mark_seen) -> None:
    """The keyword says to other programs that it is tracked, and nothing to a person."""
    async with scripted(Inbox({1: builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY")})) as server:
        assert await told(office, server, mark_seen=mark_seen) == [b"UID STORE 1 +FLAGS.SILENT (%s)" % KEYWORD.encode()]


async def test_a_keyword_is_not_set_where_the_server_keeps_none(office) -> None:
    r"""PERMANENTFLAGS without \* (RFC 3501 7.1): the flag alone."""
    inbox = Inbox({1: builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY")}, flags=rb"\Answered \Seen")
    async with scripted(inbox) as server:
        assert await told(office, server) == [rb"UID STORE 1 +FLAGS.SILENT (\Seen)"]


async def test_the_flag_of_a_lost_answer_does_not_close_what_its_report_opened(office) -> None:
    r"""The Sent copy is read first, then the report, and in the same turn \Answered on the buyer's message."""
    inbox = Inbox({1: builders.buyer_message()})
    async with scripted(inbox) as server:
        reader = folder(office, server)
        await reader.once()
        copy = builders.sent_answer("a1b2c3d4e5f6g7h@marketplace.amazon.fr", message_id="<lost@example.com>")
        office.receive(copy, BASTILLE_DAY + timedelta(minutes=1), sent=True)
        inbox.flagged = {1}
        await reader.once()
        assert office.threads()[0].state is ThreadState.ANSWERED
        inbox.mails[2] = builders.bounce("<lost@example.com>")
        await reader.once()
    assert office.threads()[0].state is ThreadState.OPEN


async def test_a_report_is_settled_when_the_mail_it_returns_does_not_turn_up(office) -> None:
    """The turn looks at what waited for an hour, though no mail came."""
    asked_at = BASTILLE_DAY - timedelta(hours=3)
    office.receive(builders.buyer_message(), asked_at)
    copy = builders.sent_answer("a1b2c3d4e5f6g7h@marketplace.amazon.fr", message_id="<lost@example.com>")
    office.receive(copy, BASTILLE_DAY - timedelta(hours=2), sent=True)
    office.receive(builders.bounce("<replaced@mx.example.com>"), BASTILLE_DAY - timedelta(hours=1))
    assert office.threads()[0].state is ThreadState.ANSWERED
    async with scripted(Inbox()) as server:
        await folder(office, server).once()
    assert office.threads()[0].due_at == asked_at + timedelta(hours=24)


@pytest.mark.parametrize(
    ("age", "state"), [(timedelta(days=30), ThreadState.OPEN), (timedelta(hours=5), ThreadState.ANSWERED)]
)
async def test_old_sent_mail_that_was_moved_here_answers_nothing_of_today(office, age: timedelta, state: str) -> None:
    """A new server stamps all of it with the day of the move; a clock that is some hours slow changes nothing."""
    office.receive(message("a"), BASTILLE_DAY - timedelta(hours=1))
    moved = builders.sent_answer(f"{'a' * 15}@marketplace.amazon.fr", sent_at=BASTILLE_DAY - age)
    async with scripted(Inbox({1: moved})) as server:
        await folder(office, server, role=Role.SENT).once()
    assert office.threads()[0].state == state
