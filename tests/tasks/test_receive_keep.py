"""One mail, one transaction: what is kept, decided and promised for each kind of mail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from mail import builders
from sqlalchemy import Connection

from responder.adapters.store import mails, outbox, suppressions, timers
from responder.core.classify import Kind, OwnAddresses
from responder.core.deadlines import AnswerPolicy
from responder.core.threads import AnsweredVia, ThreadState
from responder.tasks.receive import Arrival, accepted, keep
from responder.tasks.receive.answers import from_flag

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
WORKING_TUESDAY = datetime(2026, 7, 21, 9, 0, tzinfo=UTC)
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"


def test_a_message_on_a_holiday_is_acknowledged_and_its_clock_runs(office) -> None:
    """14 July: one mail to the exact relay address, naming 15 July; the thread is open and due in 24 hours."""
    office.receive(builders.buyer_message(case_id=builders.CASE))
    (row,) = office.outbox()
    (thread,) = office.threads()
    mail = message_from_bytes(row.rfc822, policy=policy.default)
    assert mail["To"] == f"a1b2c3d4e5f6g7h+{builders.CASE}@marketplace.amazon.fr"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert "mercredi 15 juillet 2026" in mail.get_body(("plain",)).get_content()
    assert "Fête nationale" in mail.get_body(("plain",)).get_content()
    assert row.due_at == BASTILLE_DAY + timedelta(minutes=5)
    assert (thread.state, thread.due_at) == (ThreadState.OPEN, BASTILLE_DAY + timedelta(hours=24))
    assert office.reasons() == ["closed_holiday"]


def test_a_message_on_a_working_tuesday_is_not_acknowledged(office) -> None:
    """Somebody is there: the clock runs, nothing is sent, and the reason is kept."""
    office.receive(builders.buyer_message(), WORKING_TUESDAY)
    assert office.outbox() == ()
    assert office.threads()[0].due_at == WORKING_TUESDAY + timedelta(hours=24)
    assert "received_in_open_time" in office.reasons()


def test_two_messages_of_one_buyer_get_one_acknowledgement_and_one_deadline(office) -> None:
    """The oldest unanswered message keeps the clock; the second is told apart by its reason."""
    office.receive(builders.buyer_message(text="Où est mon colis ?"))
    office.receive(builders.buyer_message(text="Toujours rien ?"), BASTILLE_DAY + timedelta(hours=2))
    assert len(office.outbox()) == 1
    (thread,) = office.threads()
    assert (thread.messages, thread.due_at) == (2, BASTILLE_DAY + timedelta(hours=24))
    assert office.reasons() == ["closed_holiday", "acknowledged_this_period"]


def test_the_same_mail_is_kept_once(office) -> None:
    """A second fetch, by UID or by content, changes nothing."""
    raw = builders.buyer_message()
    first = office.receive(raw, uid=7)
    assert first.mail_id is not None
    assert office.receive(raw, uid=7).mail_id is None
    assert office.receive(raw, uid=8).mail_id is None
    assert len(office.outbox()) == len(office.threads()) == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (builders.buyer_message(auth="fail"), "not_authentic"),
        (builders.buyer_message(auth=None), "not_verified"),
        (builders.buyer_message(authserv_id="mx.attacker.example"), "not_verified"),
        (builders.buyer_message(extra_headers={"Auto-Submitted": "auto-replied"}), "automatic"),
        (builders.buyer_message(to="somebody@example.org"), "not_addressed_to_us"),
        (builders.buyer_message("amazon.co.jp"), "marketplace_not_ours"),
    ],
)
def test_a_doubtful_message_is_tracked_and_never_acknowledged(office, raw, code) -> None:
    """Whatever speaks against a reply, the clock runs."""
    office.receive(raw)
    assert office.outbox() == ()
    assert code in office.reasons()
    assert office.threads()[0].due_at == BASTILLE_DAY + timedelta(hours=24)


@pytest.mark.parametrize("raw", [builders.spoof(), builders.auto_reply(), builders.customer_mail()])
def test_mail_from_elsewhere_has_no_clock_and_gets_no_answer(office, raw) -> None:
    """Look-alike domains, vacation answers and ordinary mail are kept and left alone."""
    kept = office.receive(raw)
    assert kept.mail_id is not None
    assert office.outbox() == office.threads() == office.notices() == ()


def test_a_forged_message_never_touches_a_genuine_thread(office) -> None:
    """A forged mail with the right alias and references opens a thread of its own."""
    office.receive(builders.buyer_message(message_id="<first@example.net>"))
    office.receive(builders.buyer_message(text="forged", auth="fail", references=["<first@example.net>"]))
    genuine, forged = sorted(office.threads(), key=lambda thread: thread.id)
    assert (genuine.messages, forged.messages) == (1, 1)


def test_a_forged_message_neither_hides_a_genuine_one_nor_catches_its_answer(office) -> None:
    """The forgery came first: the buyer's own message has its own clock and alarm, and the answer closes that one."""
    office.receive(builders.buyer_message(text="forged", auth="fail"))
    assert office.run(timers.timers) == ()
    office.receive(builders.buyer_message(text="genuine"), BASTILLE_DAY + timedelta(minutes=9))
    assert len(office.run(timers.timers)) == 3
    office.receive(builders.sent_answer(ALIAS), BASTILLE_DAY + timedelta(hours=1), sent=True)
    forged, genuine = sorted(office.threads(), key=lambda thread: thread.id)
    assert (forged.state, genuine.state) == (ThreadState.OPEN, ThreadState.ANSWERED)


def test_an_answer_in_the_sent_folder_stops_the_clock_and_the_acknowledgement(office) -> None:
    """A person was faster than the delay: nothing automatic is sent any more."""
    office.receive(builders.buyer_message())
    office.receive(builders.sent_answer(ALIAS), BASTILLE_DAY + timedelta(minutes=3), sent=True)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_via) == (ThreadState.ANSWERED, AnsweredVia.SENT_FOLDER)
    assert [row.state for row in office.outbox()] == ["cancelled"]
    assert office.run(timers.timers) == ()


def test_an_answer_read_before_its_message_counts(office) -> None:
    """The Sent folder may be read first: the message that comes after is known to be answered."""
    office.receive(builders.sent_answer(ALIAS), BASTILLE_DAY + timedelta(minutes=30), sent=True)
    office.receive(builders.buyer_message(), now=BASTILLE_DAY + timedelta(minutes=31))
    assert office.threads()[0].state is ThreadState.ANSWERED
    assert office.outbox() == ()


def test_an_older_answer_does_not_stop_a_newer_message(office) -> None:
    """What was written before a message cannot have answered it."""
    office.receive(builders.sent_answer(ALIAS), BASTILLE_DAY - timedelta(minutes=30), sent=True)
    office.receive(builders.buyer_message())
    assert office.threads()[0].state is ThreadState.OPEN


def test_our_own_acknowledgement_in_the_sent_folder_is_no_answer(office) -> None:
    """Providers file what SMTP sent: the clock must not stop for it."""
    office.receive(builders.buyer_message())
    (row,) = office.outbox()
    office.receive(row.rfc822, BASTILLE_DAY + timedelta(minutes=6), sent=True)
    assert office.threads()[0].state is ThreadState.OPEN


def test_an_acknowledgement_found_late_promises_nothing_about_a_later_message(office) -> None:
    """It was of unknown fate; a person answered, the buyer wrote again, and only then its copy of yesterday is read."""
    office.receive(builders.buyer_message())
    (row,) = office.outbox()

    def lost(conn: Connection) -> None:
        claimed = outbox.claim_due(conn, "main", row.due_at)
        assert claimed is not None
        outbox.make_ambiguous(conn, claimed.id, "connection lost", row.due_at)

    office.run(lost)
    wednesday = BASTILLE_DAY + timedelta(hours=23)
    office.receive(builders.sent_answer(ALIAS), wednesday, sent=True)
    office.receive(builders.buyer_message(text="Et la facture, où est-elle ?"), wednesday + timedelta(hours=2))
    office.receive(row.rfc822, row.due_at, now=wednesday + timedelta(hours=3), sent=True)
    (thread,) = office.threads()
    assert office.outbox()[0].state == "sent"
    assert (thread.promise_at, thread.answer_by_at) == (None, wednesday + timedelta(hours=26))


def test_the_copy_of_an_ambiguous_mail_settles_it(office) -> None:
    """Accepted or not? Its copy in the Sent folder says so, and the promise is on the thread."""
    office.receive(builders.buyer_message())
    (row,) = office.outbox()
    at = BASTILLE_DAY + timedelta(minutes=5)

    def lost_after_the_dot(conn: Connection) -> None:
        claimed = outbox.claim_due(conn, "main", at)
        assert claimed is not None
        outbox.data_started(conn, claimed.id, at)
        outbox.make_ambiguous(conn, claimed.id, "connection lost", at)

    office.run(lost_after_the_dot)
    office.receive(row.rfc822, at, sent=True)
    assert [each.state for each in office.outbox()] == ["sent"]
    assert office.threads()[0].promise_at is not None


def test_the_answered_flag_stops_the_clock(office) -> None:
    """A mail program marks what it answered; the message that had the flag on arrival never starts a clock for long."""
    kept = office.receive(builders.buyer_message())
    assert office.run(from_flag, office.judge, kept.mail_id, kept.thread_id, BASTILLE_DAY + timedelta(hours=1))
    assert office.threads()[0].answered_via is AnsweredVia.ANSWERED_FLAG
    assert not office.run(from_flag, office.judge, kept.mail_id, kept.thread_id, BASTILLE_DAY + timedelta(hours=2))


def test_a_message_that_arrives_with_the_flag_is_answered(office) -> None:
    """First start on a mailbox that people worked in."""
    office.receive(builders.buyer_message(), flags=frozenset({"\\Answered", "\\Seen"}))
    assert office.threads()[0].state is ThreadState.ANSWERED
    assert office.outbox() == ()


def test_amazons_copy_stops_the_clock_by_order(office) -> None:
    """An answer written in Seller Central is known only by Amazon's copy of it."""
    office.receive(builders.buyer_message())
    office.receive(builders.answer_copy(order_id=builders.ORDER, name="Camille"), BASTILLE_DAY + timedelta(hours=1))
    assert office.threads()[0].answered_via is AnsweredVia.ANSWER_COPY


def test_amazons_copy_stops_the_clock_by_name_when_one_thread_fits(office) -> None:
    """Most copies name no order: the buyer's name is enough when only one open thread has it."""
    office.receive(builders.buyer_message("amazon.com.br", name="Marina"))
    office.receive(builders.answer_copy(name="Marina"), BASTILLE_DAY + timedelta(hours=1))
    assert office.threads()[0].state is ThreadState.ANSWERED


def test_a_copy_that_fits_two_threads_closes_neither(office) -> None:
    """No guess between two buyers of one name."""
    for number, alias in enumerate(("a1a1a1a1a1a1a1a", "b2b2b2b2b2b2b2b")):
        order = f"171-000000{number}-1234567"
        office.receive(builders.buyer_message("amazon.com.br", name="Marina", alias=alias, order_id=order, text=alias))
    office.receive(builders.answer_copy(name="Marina"), BASTILLE_DAY + timedelta(hours=1))
    assert {thread.state for thread in office.threads()} == {ThreadState.OPEN}


def test_an_unverified_copy_stops_no_clock(office) -> None:
    """Anybody can write "a copy of your answer": without proof it silences nothing."""
    office.receive(builders.buyer_message())
    office.receive(builders.answer_copy(order_id=builders.ORDER, auth=None), BASTILLE_DAY + timedelta(hours=1))
    assert office.threads()[0].state is ThreadState.OPEN


def test_a_notice_is_unseen_and_has_its_deadline(office) -> None:
    """A-to-z: told at once; 48 hours where the mail names no other time, and a warning before it."""
    office.receive(builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY"))
    (notice,) = office.notices()
    assert (notice.notice_type, notice.seen_at) == ("a_to_z_opened", None)
    assert notice.due_at == BASTILLE_DAY + timedelta(hours=48)
    assert [timer.kind for timer in office.run(timers.timers)] == ["notice", "warn", "warn", "overdue"]


def test_a_bounce_of_our_acknowledgement_is_noted_and_the_thread_stays_open(office) -> None:
    """A returned mail promises nothing; a person has to write."""
    office.receive(builders.buyer_message())
    (row,) = office.outbox()
    at = BASTILLE_DAY + timedelta(minutes=5)

    def sent(conn: Connection) -> None:
        claimed = outbox.claim_due(conn, "main", at)
        assert claimed is not None
        outbox.mark_sent(conn, claimed.id, at, "250 ok")

    office.run(sent)
    kept = office.receive(builders.bounce(row.message_id), at + timedelta(minutes=1))
    assert kept.kind is Kind.BOUNCE
    assert [each.state for each in office.outbox()] == ["refused"]
    assert office.threads()[0].state is ThreadState.OPEN


def test_nothing_received_before_the_first_start_is_acknowledged(office) -> None:
    """The day the daemon is installed, no buyer hears of it."""
    sunday = datetime(2026, 7, 12, 12, 0, tzinfo=UTC)
    office.receive(builders.buyer_message(), sunday, now=sunday + timedelta(hours=21))
    assert office.outbox() == ()
    assert "before_first_start" in office.reasons()


def test_nothing_first_seen_after_a_renumbering_is_acknowledged(office) -> None:
    """It may have been acknowledged under its old number."""
    office.receive(builders.buyer_message(), revalidated=True)
    assert office.outbox() == ()
    assert "after_uidvalidity_change" in office.reasons()


def test_a_suppressed_buyer_is_never_written_to(office) -> None:
    """Opted out once is opted out."""
    office.run(suppressions.suppress, "main", ALIAS, "opted out", BASTILLE_DAY)
    office.receive(builders.buyer_message())
    assert office.outbox() == ()
    assert "suppressed" in office.reasons()


def test_a_buyer_with_many_orders_hits_the_cap(office) -> None:
    """Three threads of one buyer on one holiday: two acknowledgements, and the third says why not."""
    for number in range(3):
        office.receive(builders.buyer_message(order_id=f"171-000000{number}-1234567", text=f"question {number}"))
    assert len(office.outbox()) == 2
    assert "buyer_cap" in office.reasons()


def test_a_crash_inside_the_transaction_keeps_nothing(office) -> None:
    """Mail, thread, decision and outbox row are one step: all or none."""
    arrival = Arrival(
        folder="INBOX",
        role="inbox",
        uidvalidity=1,
        uid=1,
        received_at=BASTILLE_DAY,
        size=1,
        flags=frozenset(),
        raw=builders.buyer_message(message_id="<crash@example.net>"),
    )

    def crash(conn: Connection) -> None:
        keep(conn, office.judge, arrival, BASTILLE_DAY)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        office.run(crash)
    assert office.outbox() == office.threads() == ()
    assert office.run(mails.mail_by_message_id, "main", "<crash@example.net>") is None


def test_a_buyer_who_opted_out_is_never_written_to(office) -> None:
    """Amazon's notice names the relay address or the order: later messages are tracked, and not acknowledged."""
    office.receive(builders.notice("BUYER_OPTED_OUT_BSM_MESSAGES", "amazon.fr", text=ALIAS))
    office.receive(builders.buyer_message(order_id=None))
    assert "suppressed" in office.reasons()
    assert office.outbox() == ()


def test_a_forged_opt_out_silences_nobody(office) -> None:
    """Only what is proven to come from Amazon counts."""
    office.receive(builders.notice("BUYER_OPTED_OUT_BSM_MESSAGES", "amazon.fr", text=ALIAS, auth="fail"))
    office.receive(builders.buyer_message())
    assert len(office.outbox()) == 1


def test_only_the_account_that_was_written_to_acknowledges(office) -> None:
    """A mail to the second account's address, seen in the first one's mailbox, is that other account's matter."""
    both = replace(office.judge, own=OwnAddresses(frozenset({builders.SELLER, "second@example.com"})))
    raw = builders.buyer_message(to="second@example.com")
    arrival = Arrival(
        folder="INBOX",
        role="inbox",
        uidvalidity=1,
        uid=1,
        received_at=BASTILLE_DAY,
        size=len(raw),
        flags=frozenset(),
        raw=raw,
    )
    office.run(keep, both, arrival, BASTILLE_DAY)
    assert office.outbox() == ()
    assert "not_addressed_to_us" in office.reasons()


def test_where_an_acknowledgement_counts_the_warnings_follow_the_promise(office) -> None:
    """By configuration the promise is the clock: it is warned of, not the old deadline."""
    counting = replace(office.judge, answer=AnswerPolicy(acknowledgement_counts=True))
    office.receive(builders.buyer_message())
    at = BASTILLE_DAY + timedelta(minutes=5)

    def sent(conn: Connection) -> None:
        row = outbox.claim_due(conn, "main", at)
        assert row is not None
        outbox.mark_sent(conn, row.id, at, "250 ok")
        accepted(conn, counting, row, at)

    office.run(sent)
    (thread,) = office.threads()
    assert thread.due_at == thread.promise_at
    pending = office.run(timers.timers)
    assert {timer.due_at for timer in pending if timer.kind == "overdue"} == {thread.due_at + timedelta(seconds=1)}
