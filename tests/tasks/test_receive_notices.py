"""A notice from its arrival on: the alarm, what a person's flags and replies say, what settles it, our own marks."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from mail import builders
from neighbours.scripted_imap import Peer, ScriptedImap
from sqlalchemy import Connection

from responder.adapters.clock import ManualClock
from responder.adapters.imap import ImapSettings, Role
from responder.adapters.store import notice_flags, notice_reports, notices, outbox, timers
from responder.core.notice_life import SeenBy
from responder.tasks import report, schedule
from responder.tasks.receive import Folder, FolderSettings, accepted

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # a Tuesday, 11:00 in Paris
HOUR = timedelta(hours=1)
CLAIM, CLOSED = "A_Z_CLAIM_RESPONDENT_NOTIFY", "A_Z_CLAIM_RESPONDENT_CLOSE"
KEYWORD = "$ResponderTracked"
CLAIM_ID = "<claim@eu-west-1.amazonses.com>"


def alert(office, at: datetime) -> outbox.OutboxRow | None:
    """Do what the schedule task does at an instant; return the alert it wrote."""
    outbox_id = office.run(schedule.turn, office.parts.operator, at)
    return None if outbox_id is None else office.run(outbox.outbox_row, outbox_id)


def take(office, row: outbox.OutboxRow, at: datetime) -> None:
    """Let the mail server accept what is due."""

    def taken(conn: Connection) -> None:
        claimed = outbox.claim_due(conn, "main", at)
        assert claimed is not None
        assert claimed.id == row.id
        outbox.mark_sent(conn, row.id, at, "250 ok")
        accepted(conn, office.judge, claimed, at)

    office.run(taken)


def reply_to(message_id: str, *, to: str = "atoz-guarantee-no-reply@amazon.fr", **headers: str) -> bytes:
    """A mail of the seller's that answers the mail with that Message-ID."""
    mail = EmailMessage()
    fields = {"From": "Maison Exemple <service@example.com>", "To": to, "Subject": "Re: claim"}
    for name, value in {**fields, "Message-ID": "<reply@example.com>", "In-Reply-To": message_id, **headers}.items():
        mail[name] = value
    mail.set_content("Proof of delivery is in Seller Central.")
    return mail.as_bytes()


def test_a_claim_is_told_at_once_and_the_alert_is_kept_as_its_report(office) -> None:
    """With its kind and what to type; told counts once the server took the mail, and says nothing of a person."""
    office.receive(builders.notice(CLAIM))
    row = alert(office, BASTILLE_DAY + timedelta(minutes=1))
    assert row is not None
    assert row.payload["notice_ids"] == [1]
    assert office.run(notice_reports.reports, [1]) == {}
    take(office, row, BASTILLE_DAY + HOUR)
    (told,) = office.run(notice_reports.reports, [1])[1]
    assert (told.kind, told.at, told.outbox_id) == ("alert", BASTILLE_DAY + HOUR, row.id)
    (notice,) = office.notices()
    assert (notice.digest_at, notice.seen_at) == (None, None)


def test_an_alert_that_came_back_has_told_nobody(office) -> None:
    """The digest of the next day does not say that it was told."""
    office.receive(builders.notice(CLAIM))
    row = alert(office, BASTILLE_DAY + timedelta(minutes=1))
    assert row is not None
    take(office, row, BASTILLE_DAY + HOUR)
    office.receive(builders.bounce(row.message_id, recipient="owner@example.com"), BASTILLE_DAY + 2 * HOUR)
    assert office.run(notice_reports.reports, [1]) == {}


def test_notices_that_come_together_are_one_alert(office) -> None:
    """A claim, a dispute and a buyer's late message in one mail; a forged claim in none."""
    office.receive(builders.notice(CLAIM))
    dispute = "cb-seller-notification@amazon.com"
    office.receive(
        builders.notice(
            "", header=False, footer=False, from_header=f"<{dispute}>", subject="Chargeback Dispute {order}"
        )
    )
    office.receive(builders.notice(CLAIM, order_id="171-7777777-7777777", auth="fail"))
    row = alert(office, BASTILLE_DAY + timedelta(minutes=1))
    assert row is not None
    assert row.payload["notice_ids"] == [1, 2]
    assert row.subject.endswith("and 1 other")
    assert [each.notice_type for each in office.notices()][:2] == ["a_to_z_opened", "a_to_z_opened"]


def test_the_first_start_tells_of_what_nobody_read_in_one_mail(office) -> None:
    """Of two claims from before it one was read: the other one alone is news, days old as it is."""
    at = BASTILLE_DAY - timedelta(days=3)
    office.receive(builders.notice(CLAIM), at, now=BASTILLE_DAY, flags=frozenset({"\\Seen"}))
    office.receive(builders.notice(CLAIM, order_id="171-7777777-7777777"), at, now=BASTILLE_DAY)
    row = alert(office, BASTILLE_DAY)
    assert row is not None
    assert row.payload["notice_ids"] == [2]
    assert alert(office, BASTILLE_DAY + HOUR) is None


@pytest.mark.parametrize(
    ("flags", "seen_by"),
    [
        ({"\\Seen"}, SeenBy.MAIL_PROGRAM),
        ({"\\Seen", "\\Answered"}, SeenBy.REPLY),
        ({"\\Seen", KEYWORD}, None),
        (set(), None),
    ],
)
def test_flags_on_arrival_are_a_persons_unless_our_keyword_is_there(office, flags: set[str], seen_by) -> None:
    """Beside the keyword the mark may be our own, from before the state was lost."""
    office.receive(builders.notice(CLAIM), flags=frozenset(flags))
    assert office.notices()[0].seen_by == seen_by
    warned = [timer.kind for timer in office.run(timers.timers)]
    assert bool(warned) == (seen_by != SeenBy.REPLY)


def test_a_reply_in_the_sent_folder_confirms(office) -> None:
    """It names the notice's Message-ID; the warnings end, and no thread is opened by it."""
    office.receive(builders.notice(CLAIM, message_id=CLAIM_ID))
    office.receive(reply_to("<another@example.net>", **{"Message-ID": "<first@example.com>"}), sent=True)
    assert office.notices()[0].seen_by is None
    office.receive(reply_to(CLAIM_ID), BASTILLE_DAY + HOUR, sent=True)
    (notice,) = office.notices()
    assert (notice.seen_by, notice.seen_at) == (SeenBy.REPLY, BASTILLE_DAY + HOUR)
    assert office.run(timers.timers) == ()
    assert office.threads() == ()


def test_a_reply_that_is_read_before_its_notice_confirms(office) -> None:
    """At a first start the Sent folder may be faster; an absence notice there confirms nothing, then as now."""
    office.receive(reply_to(CLAIM_ID), BASTILLE_DAY + HOUR, sent=True)
    away = {"Message-ID": "<away@example.com>", "Auto-Submitted": "auto-replied"}
    office.receive(reply_to("<other@amazonses.com>", **away), sent=True)
    office.receive(builders.notice(CLAIM, message_id=CLAIM_ID), now=BASTILLE_DAY + 2 * HOUR)
    office.receive(builders.notice(CLAIM, order_id="171-7777777-7777777", message_id="<other@amazonses.com>"))
    replied, other = office.run(notices.notice, 1), office.run(notices.notice, 2)
    assert (replied.seen_by, replied.seen_at) == (SeenBy.REPLY, BASTILLE_DAY + HOUR)
    assert office.run(timers.timers, notice_id=1) == ()
    assert other.seen_by is None


def test_what_a_machine_sent_confirms_nothing(office) -> None:
    """An absence notice in Sent names the mail it answers, too."""
    office.receive(builders.notice(CLAIM, message_id=CLAIM_ID))
    office.receive(reply_to(CLAIM_ID, **{"Auto-Submitted": "auto-replied"}), sent=True)
    assert office.notices()[0].seen_by is None


def test_a_decision_ends_the_claim_and_its_warnings(office) -> None:
    """Verified and later; an unproven one ends nothing, nor does one about another order."""
    office.receive(builders.notice(CLAIM))
    office.receive(builders.notice(CLOSED, auth=None, message_id="<forged@example.net>"), BASTILLE_DAY + HOUR)
    office.receive(builders.notice(CLOSED, order_id="171-7777777-7777777"), BASTILLE_DAY + HOUR)
    assert office.run(notices.notice, 1).settled_at is None
    office.receive(builders.notice(CLOSED), BASTILLE_DAY + 2 * HOUR)
    claim = office.run(notices.notice, 1)
    assert claim.settled_at == BASTILLE_DAY + 2 * HOUR
    assert claim.settled_how.startswith("Amazon decided the claim")
    assert office.run(timers.timers, notice_id=1) == ()
    assert office.run(notices.notices, waiting=True, notice_type="a_to_z_opened") == ()


def test_a_claim_that_is_read_after_its_decision_is_over_at_once(office) -> None:
    """A history in any order: the older claim is settled by the decision that is known; a newer one is not."""
    office.receive(builders.notice(CLOSED), BASTILLE_DAY)
    office.receive(builders.notice(CLAIM), BASTILLE_DAY - HOUR, now=BASTILLE_DAY + HOUR)
    office.receive(builders.notice(CLAIM, message_id="<again@amazonses.com>", text="again"), BASTILLE_DAY + HOUR)
    older, newer = office.run(notices.notice, 2), office.run(notices.notice, 3)
    assert (older.settled_at, newer.settled_at) == (BASTILLE_DAY, None)


def test_a_refund_ends_the_return_request(office) -> None:
    """The other way round it does not."""
    office.receive(builders.notice("RETURN_REQUEST"))
    office.receive(builders.notice("REFUND_ISSUED"), BASTILLE_DAY + HOUR)
    office.receive(
        builders.notice("RETURN_REQUEST", message_id="<second@amazonses.com>", text="second"), BASTILLE_DAY + 2 * HOUR
    )
    assert [office.run(notices.notice, number).settled_at is not None for number in (1, 3)] == [True, False]


def test_a_refund_that_nobody_can_prove_ends_no_return_request(office) -> None:
    """Neither the notice nor what is kept of it with the order: anybody can write in Amazon's name."""
    office.receive(builders.notice("RETURN_REQUEST"))
    office.receive(builders.notice("REFUND_ISSUED", auth=None), BASTILLE_DAY + HOUR)
    assert office.run(notices.settle_by_orders, "main", BASTILLE_DAY + 2 * HOUR) == ()
    assert office.run(notices.notice, 1).settled_at is None


def test_a_claim_warns_on_after_a_mail_program_showed_it(office) -> None:
    """A preview pane sets the flag too; what was told before stands in the alert."""
    office.receive(builders.notice(CLAIM), flags=frozenset({"\\Seen"}))
    first = alert(office, BASTILLE_DAY + timedelta(minutes=1))
    assert first is not None
    take(office, first, BASTILLE_DAY + timedelta(minutes=2))
    again = alert(office, BASTILLE_DAY + 42 * HOUR)
    assert again is not None
    assert b"Told once, not confirmed." in again.rfc822
    assert b"A mail program shows it as read" in again.rfc822
    office.run(notices.see, [1], BASTILLE_DAY + 43 * HOUR, SeenBy.COMMAND)
    assert alert(office, BASTILLE_DAY + 50 * HOUR) is None


def test_the_digest_repeats_a_claim_until_it_is_confirmed(office) -> None:
    """Every morning, and says how often it was told."""
    office.receive(builders.notice(CLAIM))
    for day in (1, 2):
        at = BASTILLE_DAY + timedelta(days=day)
        outbox_id = office.run(report.write, office.parts.reporter, at.date(), at)
        office.run(notice_reports.told, [1], outbox_id, "digest", at)
    (row,) = office.run(report.gather, office.parts.reporter, BASTILLE_DAY + timedelta(days=3)).notices
    assert (row.digests, row.alerts) == (2, 0)
    office.run(notices.see, [1], BASTILLE_DAY + timedelta(days=3), SeenBy.COMMAND)
    assert office.run(report.gather, office.parts.reporter, BASTILLE_DAY + timedelta(days=4)).notices == ()


@dataclass
class Box:
    """An inbox that keeps flags; `reads_at`: at the so-manieth question for flags a person has just read mail 1."""

    mails: dict[int, bytes]
    flags: dict[int, set[bytes]] = field(default_factory=dict)
    reads_at: int = 0
    asked: int = 0
    keywords: bool = True
    takes_keyword: bool = True
    uidvalidity: int = 7

    async def answer(self, peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        """Answer SELECT, and the UID commands."""
        if verb == b"SELECT":
            told = b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n" % (len(self.mails), self.uidvalidity)
            told += rb"* OK [PERMANENTFLAGS (\Answered \Seen%s)] x" % (rb" \*" if self.keywords else b"") + b"\r\n"
        elif verb == b"UID" and rest.startswith(b"SEARCH"):
            first = re.search(rb"UID (\d+):\*", rest)
            uids = [uid for uid in self.mails if first is None or uid >= int(first[1])]
            told = b"* SEARCH %s\r\n" % b" ".join(b"%d" % uid for uid in uids)
        elif verb == b"UID" and rest.startswith(b"FETCH"):
            told = self._fetched(rest)
        elif verb == b"UID" and rest.startswith(b"STORE"):
            if not self.takes_keyword and KEYWORD.encode() in rest:
                await peer.send(tag + b" NO [LIMIT] too many keywords\r\n")
                return True
            added = set(rest.partition(b"(")[2].rstrip(b")\r\n").split())
            for uid in self._named(rest):
                self.flags.setdefault(uid, set()).update(added)
            told = b""
        else:
            return False
        await peer.send(told + tag + b" OK done\r\n")
        return True

    def _named(self, rest: bytes) -> list[int]:
        named = set[int]()
        for part in rest.split()[1].split(b","):
            first, _, last = part.partition(b":")
            named |= set(range(int(first), int(last or first) + 1))
        return [uid for uid in self.mails if uid in named]

    def _fetched(self, rest: bytes) -> bytes:
        if b"RFC822.SIZE" not in rest:
            self.asked += 1
            if self.asked == self.reads_at:
                self.flags.setdefault(1, set()).add(rb"\Seen")
        return b"".join(self._one(uid, rest) for uid in self._named(rest))

    def _one(self, uid: int, rest: bytes) -> bytes:
        raw, flags = self.mails[uid], b" ".join(sorted(self.flags.get(uid, ())))
        date = b'"14-Jul-2026 09:00:00 +0000"'
        items = b"UID %d FLAGS (%s) INTERNALDATE %s RFC822.SIZE %d" % (uid, flags, date, len(raw))
        if b"BODY.PEEK[]" in rest:
            items += b" BODY[]<0> {%d}\r\n%s" % (len(raw), raw)
        elif b"HEADER" in rest:
            header = b"\r\n".join(line for line in raw.splitlines() if line.lower().startswith(b"message-id:"))
            items += b" BODY[HEADER.FIELDS (MESSAGE-ID FROM DATE SUBJECT)] {%d}\r\n%s" % (len(header), header)
        return b"* %d FETCH (%s)\r\n" % (uid, items)


def scripted(box: Box) -> ScriptedImap:
    """A server without CONDSTORE, so that flags are asked for in full."""
    return ScriptedImap(box.answer, capabilities=b"IMAP4rev1 AUTH=PLAIN SASL-IR IDLE UIDPLUS")


def inbox(office: Any, server: ScriptedImap, mark_seen: str = "after_digest") -> Folder:
    """The loop of the inbox on the office's store, an hour after the mails arrived."""
    imap = ImapSettings(
        "127.0.0.1", server.port, "none", "seller", lambda: "secret", sent="Sent", timeout=timedelta(seconds=5)
    )
    settings = FolderSettings(
        imap=imap, role=Role.INBOX, history=timedelta(days=8), mark_seen=mark_seen, keyword=KEYWORD
    )
    clock = ManualClock(BASTILLE_DAY + HOUR)
    return Folder(
        office.store,
        office.judge,
        settings,
        clock,
        wake=asyncio.Event(),
        kept=lambda _: None,
        ticked=lambda: None,
        report=lambda _: None,
    )


def digest_told(office) -> None:
    """A digest that tells of every notice was accepted."""
    outbox_id = office.run(report.write_extra, office.parts.reporter, BASTILLE_DAY)
    ids = [each.id for each in office.notices()]
    office.run(notice_reports.told, ids, outbox_id, "digest", BASTILLE_DAY)


async def test_a_person_who_reads_a_notice_is_known(office) -> None:
    r"""\Seen is a mail program's, \Answered a reply; neither is ours, and both notices keep their keyword."""
    box = Box({1: builders.notice(CLAIM), 2: builders.notice(CLAIM, order_id="171-7777777-7777777")})
    async with scripted(box) as server:
        await inbox(office, server).once()
        assert box.flags == {1: {KEYWORD.encode()}, 2: {KEYWORD.encode()}}
        box.flags[1].add(rb"\Seen")
        box.flags[2].add(rb"\Answered")
        await inbox(office, server).once()
    assert {each.id: each.seen_by for each in office.notices()} == {1: SeenBy.MAIL_PROGRAM, 2: SeenBy.REPLY}


async def test_our_own_mark_is_no_person_and_is_set_once(office) -> None:
    """After the digest it is read on the server; who sets it unread again is left alone."""
    box = Box({1: builders.notice(CLAIM)})
    async with scripted(box) as server:
        await inbox(office, server).once()
        digest_told(office)
        await inbox(office, server).once()
        assert rb"\Seen" in box.flags[1]
        await inbox(office, server).once()
        assert office.notices()[0].seen_by is None
        box.flags[1].remove(rb"\Seen")
        await inbox(office, server).once()
    assert rb"\Seen" not in box.flags[1]
    assert office.notices()[0].seen_by is None


async def test_a_person_who_is_faster_than_our_mark_is_recorded(office) -> None:
    """The flag came between our look and our marking: the flags are asked for once more, and nothing is set."""
    box = Box({1: builders.notice(CLAIM)})
    async with scripted(box) as server:
        await inbox(office, server).once()
        digest_told(office)
        box.reads_at = box.asked + 2
        await inbox(office, server).once()
        assert office.notices()[0].seen_by == SeenBy.MAIL_PROGRAM
        assert not [line for line in server.received if b"STORE" in line and b"Seen" in line]


async def test_a_crash_after_our_mark_makes_nobody_a_person(office) -> None:
    r"""It was begun and not recorded: the \Seen on the server is taken for ours."""
    box = Box({1: builders.notice(CLAIM)})
    async with scripted(box) as server:
        await inbox(office, server).once()
        digest_told(office)
        office.run(notice_flags.begin_marking, [1], BASTILLE_DAY)
        box.flags[1].add(rb"\Seen")
        await inbox(office, server).once()
    (notice,) = office.notices()
    assert notice.seen_by is None
    assert notice.marked_at is not None


async def test_what_a_person_read_and_set_unread_is_not_marked(office) -> None:
    """It was seen before the digest told of it, and is unread as the person wants it."""
    box = Box({1: builders.notice(CLAIM)}, flags={1: {rb"\Seen"}})
    async with scripted(box) as server:
        await inbox(office, server).once()
        box.flags[1].remove(rb"\Seen")
        digest_told(office)
        await inbox(office, server).once()
    assert rb"\Seen" not in box.flags[1]


@pytest.mark.parametrize("box", [Box({}, takes_keyword=False), Box({}, keywords=False)])
async def test_a_server_that_takes_no_keyword_is_marked_all_the_same(office, box: Box) -> None:
    """It refuses it, or promises none: the notice is kept, and read after the digest."""
    box.mails[1] = builders.notice(CLAIM)
    async with scripted(box) as server:
        await inbox(office, server).once()
        digest_told(office)
        await inbox(office, server).once()
    assert box.flags[1] == {rb"\Seen"}
    assert office.notices()[0].tagged_at is None


async def test_a_renumbered_folder_gets_no_wrong_mark(office) -> None:
    """The notice has another UID; the mail that has its old one now stays unread."""
    box = Box({1: builders.notice(CLAIM)})
    async with scripted(box) as server:
        await inbox(office, server).once()
        digest_told(office)
        box.mails = {1: builders.buyer_message(), 5: builders.notice(CLAIM)}
        box.flags, box.uidvalidity = {}, 8
        await inbox(office, server).once()
        await inbox(office, server).once()
    assert rb"\Seen" not in box.flags.get(1, set())
    assert rb"\Seen" in box.flags[5]
