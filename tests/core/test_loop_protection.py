"""
Never answer what must not be answered: a checklist of 22 points merged from RFC 3834, RFC 5230 and other systems.

Each row is a mail that shows the point and one that nearly does. Most of them are a buyer's message through Amazon's
relay, judged to the end: the one is kept as the buyer's and not acknowledged, the other is acknowledged. The defects
of other systems that concern this layer are tests below; `ELSEWHERE` says where the others live.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from mail import builders
from mail.builders import auto_reply, bounce, buyer_message, notice

from responder.adapters.catalogue import load
from responder.core import automatic, compose
from responder.core.acknowledge import SENTENCES, Acknowledge, AcknowledgePolicy, Decision, Facts, Reason, decide, words
from responder.core.automatic import automatic_reasons
from responder.core.calendars import Calendar, WorkingHours
from responder.core.classify import Classified, Kind, OwnAddresses, classify
from responder.core.deadlines import AnswerPolicy
from responder.core.message import parse
from responder.core.threads import Answered, AnsweredVia, MessageReceived, Thread, ThreadState, apply
from responder.tasks.receive.acknowledgement import addressed_to

REPOSITORY = Path(__file__).parents[2]
CATALOGUE = load()
OWN = OwnAddresses(frozenset({builders.SELLER, "second@example.com", "owner@example.com"}))
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
PERIOD = "2026-11-30T08:00:00+00:00"
CALENDAR = Calendar(WorkingHours(ZoneInfo("Europe/Paris"), dict.fromkeys(range(5), ((time(9), time(18)),))), {})
POLICY = AcknowledgePolicy(languages=frozenset({"en", "fr"}))
BEFORE = timedelta(microseconds=1)
OWN_ID = f"<{'abcdefgh' * 4}@example.com>"


def with_lines(raw: bytes, *lines: str) -> bytes:
    """Return the mail with these header lines instead of its own of the same names."""
    head, _, body = raw.partition(b"\r\n\r\n")
    names = {line.partition(":")[0].strip().lower() for line in lines}
    kept = [each for each in re.split(rb"\r\n(?![ \t])", head) if each.partition(b":")[0].decode().lower() not in names]
    return b"\r\n".join([*(line.encode() for line in lines), *kept]) + b"\r\n\r\n" + body


def buyer(*lines: str, **changes: Any) -> bytes:
    """Return a buyer's message with these header lines."""
    return with_lines(buyer_message(**changes), *lines)


def stranger(*lines: str) -> bytes:
    """Return a person's mail from elsewhere with these header lines."""
    return with_lines(builders.customer_mail(), *lines)


def understood(raw: bytes) -> Classified:
    """Return what the daemon makes of these bytes."""
    return classify(parse(raw), CATALOGUE, OWN, "mx.example.com")


def decision(raw: bytes, now: datetime = SATURDAY, **memory: Any) -> Decision:
    """Return what is decided about a mail received on Saturday, with what is remembered."""
    message, found = parse(raw), understood(raw)
    known: dict[str, Any] = {
        "kind": found.kind,
        "authentic": found.verdict.authentic,
        "automatic": found.automatic,
        "own": found.own,
        "addressed_to_us": addressed_to(message, OWN),
        "message_id": message.message_id,
        "received_at": SATURDAY,
        "language": found.language,
        "marketplace": found.marketplace.name if found.marketplace else None,
    }
    return decide(Facts(**(known | memory)), CALENDAR, POLICY, now)


def codes(decided: Decision) -> set[Reason]:
    """Return the reasons' codes."""
    return {because.code for because in decided.reasons}


@dataclass(frozen=True)
class Sign:
    """A point of the checklist that a mail shows by itself; `relay`: the mail is a buyer's."""

    point: int
    code: str
    shows: bytes
    nearly: bytes
    relay: bool = True

    def __str__(self) -> str:
        return f"{self.point} {self.code}"


@dataclass(frozen=True)
class Refusal:
    """A point that is decided with what is remembered."""

    point: int
    code: Reason
    shows: Callable[[], Decision]
    nearly: Callable[[], Decision] = field(default=lambda: decision(buyer()))

    def __str__(self) -> str:
        return f"{self.point} {self.code}"


SIGNS = [
    Sign(
        1,
        "amazon:notification-type",
        buyer("X-Space-Notification-Type: REFUND_ISSUED"),
        buyer("X-Space-Notification-Type: bbc_message_sent_to_merchant "),
    ),
    Sign(
        1,
        "amazon:mail-relay-type",
        buyer("X-AMAZON-MAIL-RELAY-TYPE: message", "X-AMAZON-MAIL-RELAY-TYPE: Notification"),
        buyer("X-AMAZON-MAIL-RELAY-TYPE: message"),
    ),
    Sign(2, "envelope:null-sender", buyer("Return-Path: <>"), buyer("Return-Path: <a1b2c3d4e5f6g7h@example.net>")),
    Sign(
        3,
        "sender:return-path",
        stranger("Return-Path: <MAILER-DAEMON>"),
        buyer("Return-Path: <bounces+7@bounces.amazon.com>"),
        relay=False,
    ),
    Sign(
        3,
        "sender:from",
        stranger("From: Orders <orders-noreply@example.org>"),
        stranger("From: noreply <jo@example.org>"),
        relay=False,
    ),
    Sign(3, "sender:sender", buyer("Sender: list-bounces+jo=example.org@example.net"), buyer("Sender: jo@example.net")),
    Sign(3, "sender:reply-to", buyer("Reply-To: naoresponda@amazon.com"), buyer("Reply-To: noreplytu@example.org")),
    Sign(4, "own:address", buyer("Reply-To: SECOND@example.com"), buyer("Reply-To: second@example.com.example.org")),
    Sign(4, "own:address", buyer("Sender: owner+shop@example.com"), buyer("Sender: ownership@example.com")),
    Sign(5, "own:instance", buyer("X-Responder-Instance: of-another"), buyer("X-Responder-Note: of-another")),
    Sign(5, "own:message-id", buyer(message_id=OWN_ID), buyer(message_id="<phone-1@example.com>")),
    # An answer to our acknowledgement names it, and is a person's.
    Sign(5, "own:message-id", buyer(message_id=OWN_ID), buyer(references=[OWN_ID])),
    Sign(6, "rfc3834:auto-submitted", buyer("Auto-Submitted: (no) auto-replied"), buyer("Auto-Submitted: No ((x) y)")),
    Sign(7, "precedence:bulk", buyer("Precedence: Bulk (really)"), buyer("Precedence: first-class")),
    Sign(7, "precedence:list", buyer("X-Precedence: LIST"), buyer("Precedence: listed")),
    Sign(7, "precedence:junk", buyer("Precedence: normal", "Precedence: junk"), buyer("Precedence: special-delivery")),
    Sign(7, "precedence:auto_reply", buyer("Precedence: auto-reply"), buyer("Precedence: reply")),
    *[
        Sign(8, f"list:{name}", buyer(f"{name.title()}: <https://example.org/x>"), buyer(f"X-Old-{name}: <x>"))
        for name in automatic.LIST_HEADERS
    ],
    Sign(9, "suppress:all", buyer("X-Auto-Response-Suppress: ALL"), buyer("X-Auto-Response-Suppress: Allow")),
    Sign(9, "suppress:oof", buyer("X-Auto-Response-Suppress: DR, OOF"), buyer("X-Auto-Response-Suppress: DR, RN")),
    Sign(9, "suppress:autoreply", buyer("X-Auto-Response-Suppress: RN;AutoReply"), buyer("X-Suppress: AutoReply")),
    *[
        Sign(10, f"header:{name}", buyer(f"{name.title()}: Yes"), buyer(f"{name.title()}: NO"))
        for name in automatic.AUTO_HEADERS
    ],
    Sign(
        10,
        "header:x-ms-exchange-inbox-rules-loop",
        buyer("X-MS-Exchange-Inbox-Rules-Loop: jo@example.org"),
        buyer("X-MS-Exchange-Inbox-Rules-Loop: service@example.com"),
    ),
    Sign(10, "header:x-ack", buyer("X-Ack: No"), buyer("X-Ack: yes")),
    Sign(10, "header:delivered-to", buyer("Delivered-To: Autoresponder"), buyer("Delivered-To: service@example.com")),
    Sign(
        11,
        "report:multipart/report",
        buyer("Content-Type: multipart/report; boundary=b"),
        buyer("Content-Type: text/plain; x=multipart/report"),
    ),
    Sign(
        11,
        "report:message/delivery-status",
        buyer("Content-Type: message/global-delivery-status"),
        buyer("Content-Type: message/rfc822"),
    ),
    Sign(
        11,
        "report:message/disposition-notification",
        buyer("Content-Type: message/disposition-notification"),
        buyer("Disposition-Notification-To: jo@example.org"),
    ),
    Sign(11, "report:x-failed-recipients", buyer("X-Failed-Recipients: x@example.org"), buyer("X-Recipients: x")),
    Sign(
        11,
        "subject:bounce",
        buyer("Precedence: bulk", "Subject: Undelivered Mail Returned to Sender"),
        buyer("Subject: Undelivered Mail Returned to Sender"),
    ),
    Sign(11, "subject:absence", buyer("Precedence: bulk", "Subject: Out of office"), buyer("Subject: Out of office")),
    Sign(12, "spam:x-spam-flag", buyer("X-Spam-Flag: yes"), buyer("X-Spam-Flag: yesterday")),
    Sign(
        12,
        "spam:x-spam-status",
        buyer("X-Spam-Status: Yes, score=7.1 required=5.0"),
        buyer("X-Spam-Status: No, score=1.2 tests=SAID_YES"),
    ),
]

REFUSALS = [
    Refusal(1, Reason.NOT_BUYER_MESSAGE, lambda: decision(notice("BUYER_OPTED_OUT_BSM_MESSAGES"))),
    Refusal(
        1,
        Reason.NOT_BUYER_MESSAGE,
        lambda: decision(builders.answer_copy()),
        lambda: decision(buyer(headers=False)),
    ),
    Refusal(5, Reason.OWN_MAIL, lambda: decision(buyer("X-Responder-Instance: 5f1c"))),
    Refusal(6, Reason.AUTOMATIC, lambda: decision(buyer("Auto-Submitted: auto-notified"))),
    Refusal(12, Reason.NOT_AUTHENTIC, lambda: decision(buyer(auth="fail"))),
    Refusal(12, Reason.NOT_VERIFIED, lambda: decision(buyer(auth=None))),
    Refusal(
        13,
        Reason.NOT_ADDRESSED_TO_US,
        lambda: decision(buyer(to="else@example.net")),
        lambda: decision(buyer("Delivered-To: second@example.com", to="else@example.net")),
    ),
    Refusal(13, Reason.NO_MESSAGE_ID, lambda: decision(buyer("Message-ID: <>"))),
    Refusal(
        14,
        Reason.TOO_OLD,
        lambda: decision(buyer(), SATURDAY + timedelta(hours=24) + BEFORE),
        lambda: decision(buyer(), SATURDAY + timedelta(hours=24)),
    ),
    Refusal(
        14,
        Reason.BEFORE_FIRST_START,
        lambda: decision(buyer(), first_start_at=SATURDAY + BEFORE),
        lambda: decision(buyer(), first_start_at=SATURDAY),
    ),
    Refusal(14, Reason.AFTER_UIDVALIDITY_CHANGE, lambda: decision(buyer(), revalidated=True)),
    Refusal(
        15,
        Reason.ANSWERED,
        lambda: decision(buyer(), answered_at=SATURDAY, thread_state=ThreadState.ANSWERED),
        lambda: decision(buyer(), answered_at=SATURDAY - BEFORE, thread_state=ThreadState.OPEN),
    ),
    Refusal(
        15,
        Reason.NO_RESPONSE_NEEDED,
        lambda: decision(buyer(), thread_state=ThreadState.NO_RESPONSE_NEEDED),
        lambda: decision(buyer(), thread_state=ThreadState.OPEN),
    ),
    Refusal(
        16,
        Reason.ACKNOWLEDGED_THIS_PERIOD,
        lambda: decision(buyer(), acknowledged_periods=frozenset({PERIOD})),
        lambda: decision(buyer(), acknowledged_periods=frozenset({"2026-11-23T08:00:00+00:00"})),
    ),
    Refusal(
        16,
        Reason.BUYER_CAP,
        lambda: decision(buyer(), sent_to_buyer_today=2),
        lambda: decision(buyer(), sent_to_buyer_today=1),
    ),
    Refusal(
        17,
        Reason.SAME_TEXT,
        lambda: decision(buyer(), same_text_from_others=3),
        lambda: decision(buyer(), same_text_from_others=2),
    ),
    Refusal(18, Reason.SENDING_STOPPED, lambda: decision(buyer(), sending_stopped="60 left within an hour")),
    Refusal(19, Reason.SUPPRESSED, lambda: decision(buyer(), suppressed=True)),
    Refusal(19, Reason.RETURNED, lambda: decision(buyer(), returned=True)),
]


@pytest.mark.parametrize("sign", SIGNS, ids=str)
def test_a_sign_withholds_and_what_nearly_shows_it_does_not(sign: Sign) -> None:
    """A buyer's automatic mail stays a buyer's message, tracked and unanswered; its neighbour is acknowledged."""
    shows, nearly = understood(sign.shows), understood(sign.nearly)
    assert sign.code in shows.automatic
    assert nearly.automatic == ()
    if sign.relay:
        assert (shows.kind, nearly.kind) == (Kind.BUYER_MESSAGE, Kind.BUYER_MESSAGE)
        assert codes(decision(sign.shows)) - {Reason.OWN_MAIL} == {Reason.AUTOMATIC}
        assert isinstance(decision(sign.nearly), Acknowledge)


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_a_refusal_has_its_reason_and_its_neighbour_is_acknowledged(refusal: Refusal) -> None:
    """The reason is named; one step aside of it the mail is acknowledged."""
    assert refusal.code in codes(refusal.shows())
    assert isinstance(refusal.nearly(), Acknowledge)


def outgoing(kind: str, **changes: Any) -> compose.Outgoing:
    """Return a mail of ours."""
    known = {
        "kind": kind,
        "to": "a1b2c3d4e5f6g7h@marketplace.amazon.fr",
        "from_": builders.SELLER,
        "from_name": "Maison Exemple",
        "subject": "Re: question",
        "body": "Bonjour",
        "message_id": OWN_ID,
        "date_at": SATURDAY,
        "instance": "main-1",
        "in_reply_to": "<buyer-1@example.net>",
        "references": ("<buyer-0@example.net>",),
    }
    return compose.Outgoing(**(known | changes))


def test_a_mail_of_unknown_fate_is_known_again_by_its_message_id() -> None:
    """Point 20: the same decision has the same Message-ID, another one another; so a copy or a bounce settles it."""
    first, again, other = (compose.message_id(b"secret", key, "example.com") for key in ("ack:1", "ack:1", "ack:2"))
    assert first == again != other
    found = understood(bounce(first))
    assert (found.kind, found.bounced_message_ids) == (Kind.BOUNCE, (first,))


@pytest.mark.parametrize("kind", [compose.ACKNOWLEDGEMENT, compose.DIGEST, compose.ALERT])
def test_every_mail_of_ours_says_that_it_is_automatic(kind: str) -> None:
    """Point 21: Auto-Submitted, X-Auto-Response-Suppress and the loop header; an answer names what it answers."""
    ours = parse(compose.finished(outgoing(kind)))
    answer = kind == compose.ACKNOWLEDGEMENT
    assert ours.header("auto-submitted") == ("auto-replied" if answer else "auto-generated")
    assert ours.header("x-auto-response-suppress") == "All"
    assert ours.header("x-responder-instance") == "main-1"
    assert ours.header("precedence") == ("bulk" if answer else None)
    assert ours.in_reply_to == ("<buyer-1@example.net>",)
    assert ours.references == ("<buyer-0@example.net>", "<buyer-1@example.net>")
    assert ours.from_[0].spec == builders.SELLER


def test_every_reason_of_a_decision_is_listed_and_is_a_sentence() -> None:
    """Point 22: nothing is withheld in silence, and the first reason does not hide the second."""
    decided = decision(buyer("Precedence: bulk", "Auto-Submitted: auto-replied", auth="fail"), suppressed=True)
    assert codes(decided) == {Reason.NOT_AUTHENTIC, Reason.AUTOMATIC, Reason.SUPPRESSED}
    told = [words(because) for because in decided.reasons]
    assert "A machine wrote it: rfc3834:auto-submitted, precedence:bulk." in told
    assert set(SENTENCES) == set(Reason)


ALONE: Mapping[int, Callable[..., None]] = {
    20: test_a_mail_of_unknown_fate_is_known_again_by_its_message_id,
    21: test_every_mail_of_ours_says_that_it_is_automatic,
    22: test_every_reason_of_a_decision_is_listed_and_is_a_sentence,
}


def test_no_point_and_no_code_is_without_its_cases() -> None:
    """A point or a new code without a mail for and against it fails here, by name; no row has a code nobody emits."""
    points = {row.point for row in (*SIGNS, *REFUSALS)} | set(ALONE)
    assert points == set(range(1, 23))
    shown = {sign.code for sign in SIGNS}
    assert [code for code in automatic.CODES if code not in shown] == []
    assert shown <= set(automatic.CODES)


def test_every_code_is_documented() -> None:
    """Scripts and filter rules rely on the codes."""
    text = (REPOSITORY / "docs" / "commands.md").read_text("utf-8").partition("## Reason codes")[2]
    assert [code for code in (*Reason, *automatic.CODES, "unreadable:message") if f"`{code}`" not in text] == []


def test_a_relay_address_excuses_the_envelope_and_nothing_else() -> None:
    """Amazon's bounce address stands in every buyer's mail; any other sign withholds through the relay as elsewhere."""
    assert {"sender:return-path"} == automatic.RELAY_EXCUSES
    lines = [
        b"Return-Path: <bounces-7@example.org>",
        b"List-Unsubscribe: <x>",
        b"From: a1b2c3d4e5@marketplace.amazon.fr",
    ]
    message = parse(b"\r\n".join([*lines, b"", b"x"]))
    assert automatic_reasons(message, relay=True) == ("list:list-unsubscribe",)
    assert automatic_reasons(message, relay=False) == ("sender:return-path", "list:list-unsubscribe")


# What other systems got wrong.


@pytest.mark.parametrize(
    "value", ["AutoReply", "AUTOREPLY", "autoreply", "All", "all", "OOF", "DR, OOF", "DR,RN,\r\n AutoReply"]
)
def test_suppression_is_read_in_any_case_and_anywhere_in_the_list(value: str) -> None:
    """In osTicket an upper-cased value is compared with `AutoReply`; django-helpdesk knows only single exact words."""
    assert understood(buyer(f"X-Auto-Response-Suppress: {value}")).automatic[0].startswith("suppress:")


def test_no_means_no() -> None:
    """FreeScout takes any Auto-Submitted for automatic, Chatwoot all but a lower-case `no`."""
    for value in ("no", "No", "NO", "no; owner-email=x@example.org", "no (a person)"):
        assert understood(buyer(f"Auto-Submitted: {value}")).automatic == ()


@pytest.mark.parametrize(
    "line",
    [
        *("Precedence: Bulk", "X-Autoreply: Yes", "Auto-Submitted: Auto-Replied", "Precedence:\r\n\tbulk"),
        *("Auto-Submitted:\r\n auto-generated", "X-Auto-Response-Suppress: DR,\r\n\tOOF"),
    ],
)
def test_case_and_folding_hide_nothing(line: str) -> None:
    """FreeScout compares Precedence exactly and splits headers at every line; Chatwoot wants `yes` in lower case."""
    assert len(understood(buyer(line)).automatic) == 1


@pytest.mark.parametrize("value", ["<>", " <> ", "< >", "<> (delivery report)", "<jo@example.org>\r\nReturn-Path: <>"])
def test_the_null_sender_is_seen(value: str) -> None:
    """django-helpdesk and Chatwoot do not ask for it."""
    assert understood(buyer(f"Return-Path: {value}")).automatic == ("envelope:null-sender",)


@pytest.mark.parametrize("line", ["Precedence: first-class", "X-Autoreply: yes", "Precedence: bulk"])
def test_no_header_makes_a_buyers_message_disappear(line: str) -> None:
    """UVdesk drops a whole mail for a Precedence or X-Autoreply header; here its words and order stay."""
    found = understood(buyer(line))
    assert (found.kind, found.text, found.order_ids) == (
        Kind.BUYER_MESSAGE,
        "Bonjour, où est mon colis ?",
        (builders.ORDER,),
    )


def test_two_noreply_senders_do_not_meet() -> None:
    """Chatwoot answered a noreply address that answered it, without end: here neither is ever written to."""
    for local in ("noreply", "no-reply", "do-not-reply", "shop-noreply", "nepasrepondre"):
        raw = auto_reply(f"Shop <{local}@example.org>", extra_headers={})
        assert understood(raw).kind is Kind.AUTOMATIC
        assert {Reason.NOT_BUYER_MESSAGE, Reason.AUTOMATIC} <= codes(decision(raw))
        assert Reason.AUTOMATIC in codes(decision(buyer(f"Reply-To: {local}@example.org")))


def test_a_buyer_who_is_ourselves_gets_nothing() -> None:
    """Zammad: an agent who is also the customer. Our address as the writer is our own mail, whichever field says it."""
    assert understood(stranger(f"From: {builders.SELLER}")).kind is Kind.OTHER
    assert Reason.NOT_BUYER_MESSAGE in codes(decision(stranger(f"From: {builders.SELLER}")))
    for name in ("Sender", "Reply-To"):
        assert understood(buyer(f"{name}: {builders.SELLER}")).automatic == ("own:address",)


def test_a_vacation_answer_on_a_closed_thread_is_listed_and_not_answered() -> None:
    """
    Zammad let it reopen a ticket and answered it. Amazon's clock runs for every message a buyer's mailbox sends, so the
    thread is listed again until a person marks it; what must not happen is that a machine answers a machine.
    """
    answered_at = SATURDAY - timedelta(hours=1)
    closed = Thread(1, "main", "amazon.fr", None, None, "a1b2c3d4e5f6g7h", None, "x", "fr")
    policy = AnswerPolicy()
    for event in (MessageReceived(answered_at - timedelta(hours=1)), Answered(answered_at, AnsweredVia.SENT_FOLDER)):
        closed = apply(closed, event, message_times=(), policy=policy).thread  # type: ignore[union-attr]
    assert closed.state is ThreadState.ANSWERED
    again = apply(closed, MessageReceived(SATURDAY), message_times=(), policy=policy).thread  # type: ignore[union-attr]
    assert (again.state, again.due_at) == (ThreadState.OPEN, SATURDAY + timedelta(hours=24))
    vacation = buyer("Auto-Submitted: auto-replied", "Subject: Réponse automatique")
    assert codes(decision(vacation, thread_state=again.state, answered_at=answered_at)) == {Reason.AUTOMATIC}


def test_a_bounce_of_our_acknowledgement_is_never_answered() -> None:
    """Zammad looped on an invalid customer address: a report of failure is no message, and it names what came back."""
    for raw in (bounce(OWN_ID), bounce(OWN_ID, action="delayed", status="4.4.1")):
        assert {Reason.NOT_BUYER_MESSAGE, Reason.AUTOMATIC} <= codes(decision(raw))
    assert understood(bounce(OWN_ID)).bounced_message_ids == (OWN_ID,)


def test_the_oldest_unanswered_message_keeps_the_clock() -> None:
    """In eDesk every message starts the clock again, elsewhere the last one's is shown: the limit is missed unseen."""
    thread = Thread(1, "main", "amazon.fr", None, None, "a1b2c3d4e5f6g7h", None, "x", "fr")
    for hours in (0, 5, 20):
        event = MessageReceived(SATURDAY + timedelta(hours=hours))
        thread = apply(thread, event, message_times=(), policy=AnswerPolicy()).thread  # type: ignore[union-attr]
    assert (thread.received_at, thread.due_at) == (SATURDAY, SATURDAY + timedelta(hours=24))


# Where each defect that this layer cannot show is shown: file, test, defect.
ELSEWHERE: Mapping[str, Mapping[str, str]] = {
    "e2e/test_crashes.py": {
        "test_kills_while_mail_is_kept_lose_nothing_and_double_nothing": "a crash loses or doubles mail",
    },
    "tasks/test_deliver.py": {
        "test_the_row_says_data_started_before_the_body_leaves": "sent is marked before it was accepted",
        "test_a_buyers_mail_of_unknown_fate_is_never_sent_again": "a mail of unknown fate is sent again",
    },
    "tasks/test_receive_keep.py": {
        "test_a_doubtful_message_is_tracked_and_never_acknowledged": "an automatic buyer's mail is dropped",
        "test_a_buyer_who_opted_out_is_never_written_to": "a permanent refusal is written to again",
        "test_a_bounce_of_our_acknowledgement_is_noted_and_the_thread_stays_open": "a bounce is not matched",
        "test_the_same_mail_is_kept_once": "a reconnect doubles events",
    },
    "adapters/store/test_records.py": {
        "test_a_decision_is_never_changed": "reasons are not kept",
        "test_a_cursor_only_goes_forward": "new is what a date says, so a long outage loses mail",
    },
    "e2e/test_servers.py": {
        "test_a_change_of_uidvalidity_answers_nobody_twice": "deleted and renumbered mail is imported again",
        "test_a_failing_account_does_not_stop_the_other": "one failing account stops all",
    },
    "e2e/test_first_start.py": {
        "test_a_first_start_on_2000_old_mails_answers_nobody": "a backlog starves its oldest mail",
    },
    "adapters/test_imap_mailbox.py": {
        "test_mails_come_in_batches_of_two_hundred": "paging drops mail at a boundary",
    },
    "core/test_calendars.py": {
        "test_round_the_clock_has_no_closed_minute": "a minute is missing at midnight",
        "test_a_calendar_that_never_opens_says_so": "hours that never open loop",
    },
    "adapters/test_holidays.py": {
        "test_a_working_day_is_no_holiday": "observances are taken for holidays",
    },
    "adapters/test_imap_settings.py": {
        "test_an_idle_round_is_at_most_nine_minutes": "IDLE misses mail after a while",
    },
    "e2e/test_holiday.py": {
        "test_an_auto_reply_loop_ends_before_it_begins": "a live loop over real servers",
    },
}


@pytest.mark.parametrize("file", ELSEWHERE)
def test_the_other_defects_have_their_tests(file: str) -> None:
    """A renamed or removed test is missed here, with the defect it keeps out."""
    text = (REPOSITORY / "tests" / file).read_text("utf-8")
    assert [defect for name, defect in ELSEWHERE[file].items() if f"def {name}(" not in text] == []
