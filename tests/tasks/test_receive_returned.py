"""What we wrote did not arrive: the thread is as if it had never been written, and a person is told."""

import sys
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from mail import builders
from sqlalchemy import Connection

from responder.adapters.store import decisions, mails, outbox, suppressions, threads, timers
from responder.core.threads import AnsweredVia, ThreadState
from responder.tasks import report, schedule
from responder.tasks.receive import accepted, stop_clock
from responder.tasks.receive.answers import from_flag
from responder.tasks.receive.returned import copy_did_not_come

TUESDAY = datetime(2026, 7, 21, 9, 0, tzinfo=UTC)  # a working day: no acknowledgement beside the answers
BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
OTHER_ALIAS = "b2b2b2b2b2b2b2b@marketplace.amazon.fr"
ANSWER = "<sent-1@example.com>"
OPTED_OUT = "BUYER_OPTED_OUT_BSM_MESSAGES"


def asked(office, hours: float = 0, text: str = "Bonjour, où est mon colis ?", **more):
    """The buyer writes."""
    return office.receive(builders.buyer_message(text=text, **more), TUESDAY + hours * HOUR)


def answered(office, hours: float = 1, message_id: str = ANSWER, references=(), to: str = ALIAS, **more):
    """A person answers from a mail program."""
    raw = builders.sent_answer(to, references, message_id=message_id, **more)
    return office.receive(raw, TUESDAY + hours * HOUR, sent=True)


def returned(office, hours: float = 2, message_id: str = ANSWER, **more):
    """A mail server sends the answer back."""
    raw = builders.bounce(message_id, **more).replace(b"<dsn-1@", f"<dsn-{hours}@".encode())
    return office.receive(raw, TUESDAY + hours * HOUR)


def without_any_id(**more) -> bytes:
    """Return a report that does not say which mail came back."""
    return builders.bounce("<gone@example.com>", **more).replace(b"Message-ID: <gone@example.com>\r\n", b"")


def without_its_id(message_id: str = "<rewritten@mx.example.com>", **more) -> bytes:
    """Return a report about a mail whose Message-ID our provider had replaced, or that we do not know yet."""
    return builders.bounce(message_id, **more)


def an_hour_passes(office, hours: float) -> None:
    """The inbox's loop looks whether the copies came that reports wait for."""
    office.run(copy_did_not_come, office.judge, TUESDAY + hours * HOUR)


def qmail(text: str) -> bytes:
    """Return a report in the form of qmail."""
    lines = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: service@example.com\nSubject: failure notice\n\n"
    return f"{lines}Hi. This is the qmail-send program at mx.example.net.\n\n{text}".encode()


def digest(office, hours: float) -> str:
    """What the operator reads then."""
    at = TUESDAY + hours * HOUR
    office.run(report.write_extra, office.parts.reporter, at)
    row = [row for row in office.outbox() if row.kind == "digest"][-1]
    return message_from_bytes(row.rfc822, policy=policy.default).get_body(("plain",)).get_content()


def words(office, action: str) -> list[str]:
    """The words of all decisions of one kind."""
    return [each.detail["words"] for each in office.run(decisions.decisions, action=action)]


def acknowledgement_sent(office) -> outbox.OutboxRow:
    """The buyer writes on a closed day and our acknowledgement is accepted."""
    office.receive(builders.buyer_message(), BASTILLE_DAY)
    at = BASTILLE_DAY + timedelta(minutes=5)

    def sent(conn: Connection) -> outbox.OutboxRow:
        row = outbox.claim_due(conn, "main", at)
        assert row is not None
        outbox.mark_sent(conn, row.id, at, "250 ok")
        accepted(conn, office.judge, row, at)
        return row

    return office.run(sent)


def test_an_answer_that_came_back_gives_the_thread_its_old_clock(office) -> None:
    """The buyer never read it: open, due 24 hours after the question, warned of again, and said so."""
    asked(office)
    answered(office)
    assert office.run(timers.timers) == ()
    returned(office)
    (thread,) = office.threads()
    assert (thread.state, thread.received_at, thread.due_at) == (ThreadState.OPEN, TUESDAY, TUESDAY + 24 * HOUR)
    assert (thread.answered_at, thread.answered_via) == (None, None)
    assert [timer.kind for timer in office.run(timers.timers)] == ["warn", "warn", "overdue"]
    (said,) = words(office, "returned")
    assert (
        said
        == "the answer of 12:00 did not reach the buyer (returned, 5.1.1): an answer did not arrive: it waits again"
    )


def test_the_digest_says_which_answer_did_not_arrive(office) -> None:
    """Beside the message that waits, until an answer arrives."""
    asked(office)
    answered(office)
    returned(office)
    assert "your answer of 12:00 did not reach the buyer (returned, 5.1.1)" in " ".join(digest(office, 3).split())
    answered(office, 4, "<sent-2@example.com>")
    asked(office, 5, "Merci, et la facture ?")
    assert "did not reach" not in digest(office, 6)


def test_an_alert_comes_again_before_the_deadline(office) -> None:
    """The warnings of the first clock were cancelled by the answer; its keys are used up, the clock is not."""
    asked(office)
    answered(office, 20)
    returned(office, 21)
    assert office.run(schedule.turn, office.parts.operator, TUESDAY + 22 * HOUR) is not None


def test_an_answer_that_came_back_too_late_is_overdue_at_once(office) -> None:
    """Mail servers try for days: what seemed answered is late by then, and it is said once, not by the next digest."""
    asked(office)
    answered(office)
    returned(office, 30)
    told = [office.run(schedule.turn, office.parts.operator, TUESDAY + hour * HOUR) for hour in (30.1, 31)]
    assert [outbox_id is not None for outbox_id in told] == [True, False]
    assert office.outbox()[-1].subject.startswith("Overdue: ")


def test_a_clock_that_goes_back_and_forth_keeps_its_warnings(office) -> None:
    """A deadline that was left and comes back is warned of as the first time, however often."""
    asked(office)
    asked(office, 2, "Et la facture, où est-elle donc ?")
    answered(office)
    expected = [(timer.kind, timer.due_at) for timer in office.run(timers.timers)]
    returned(office, 3)
    assert office.threads()[0].due_at == TUESDAY + 24 * HOUR
    office.receive(
        builders.sent_answer(ALIAS, message_id="<late@example.com>"),
        TUESDAY + 1.5 * HOUR,
        now=TUESDAY + 4 * HOUR,
        sent=True,
    )
    assert office.threads()[0].due_at == TUESDAY + 26 * HOUR
    assert [(timer.kind, timer.due_at) for timer in office.run(timers.timers)] == expected


def test_the_same_report_twice_is_one(office) -> None:
    """A server may report a mail twice; an answer sent meanwhile stays an answer."""
    asked(office)
    answered(office)
    returned(office)
    answered(office, 3, "<sent-2@example.com>")
    office.receive(builders.bounce(ANSWER).replace(b"<dsn-1@", b"<dsn-2@"), TUESDAY + 4 * HOUR)
    assert office.threads()[0].state is ThreadState.ANSWERED
    assert len(words(office, "returned")) == 1


def test_only_what_the_lost_answer_alone_had_answered_waits(office) -> None:
    """The first question was answered, and that answer arrived."""
    asked(office)
    answered(office)
    asked(office, 2, "Et la facture, où est-elle ?")
    answered(office, 3, "<sent-2@example.com>")
    returned(office, 4, "<sent-2@example.com>")
    (thread,) = office.threads()
    assert (thread.state, thread.due_at) == (ThreadState.OPEN, TUESDAY + 26 * HOUR)
    assert (thread.answered_at, thread.answered_via) == (TUESDAY + HOUR, AnsweredVia.SENT_FOLDER)


def test_an_answer_that_a_later_one_follows_may_come_back(office) -> None:
    """The second answer arrived and answers everything before it."""
    asked(office)
    answered(office)
    answered(office, 2, "<sent-2@example.com>")
    returned(office, 3)
    assert office.threads()[0].state is ThreadState.ANSWERED
    returned(office, 4, "<sent-2@example.com>")
    assert office.threads()[0].due_at == TUESDAY + 24 * HOUR


def test_amazons_copy_of_another_answer_stands(office) -> None:
    """Returned by mail, then written in Seller Central: Amazon's copy proves that one."""
    asked(office)
    answered(office)
    raw = builders.answer_copy(order_id=builders.ORDER, name="Camille", marketplace="amazon.fr")
    office.receive(raw, TUESDAY + 2 * HOUR)
    returned(office, 3)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_via) == (ThreadState.ANSWERED, AnsweredVia.ANSWER_COPY)


def test_a_flag_set_by_the_lost_answer_is_no_answer(office) -> None:
    r"""The mail program marked the message when the answer left; both are of no use now."""
    asked(office, message_id="<q@example.net>")
    office.receive(
        builders.buyer_message(text="Toujours rien reçu ici", message_id="<q2@example.net>"),
        TUESDAY + HOUR / 2,
        flags=frozenset({"\\Answered"}),
        now=TUESDAY + HOUR,
    )
    assert office.threads()[0].answered_via is AnsweredVia.ANSWERED_FLAG
    answered(office, 0.75, references=["<q2@example.net>"])
    returned(office)
    assert office.threads()[0].due_at == TUESDAY + 24 * HOUR


def flags_are_read(office, hours: float) -> None:
    r"""The loop looks at the messages of open threads, and the server shows \Answered on all of them."""
    for _, thread_id, mail_id in office.run(threads.open_uids, "main", "INBOX", 1):
        office.run(from_flag, office.judge, mail_id, thread_id, TUESDAY + hours * HOUR)


@pytest.mark.parametrize("references", [[], ["<q@example.net>"]])
def test_the_flag_of_the_lost_answer_is_seen_only_after_its_report(office, references) -> None:
    r"""The Sent copy closed the thread, so \Answered was never looked at until the report had opened it again."""
    asked(office, message_id="<q@example.net>")
    answered(office, references=references)
    returned(office)
    flags_are_read(office, 2.1)
    assert office.threads()[0].due_at == TUESDAY + 24 * HOUR
    asked(office, 3, "Et la facture, où est-elle ?", message_id="<q2@example.net>")
    flags_are_read(office, 4)
    assert office.threads()[0].state is ThreadState.ANSWERED


def test_the_flags_of_one_lost_answer_vouch_for_nothing_when_the_next_is_lost(office) -> None:
    """Both questions waited when each answer left, and the second answer refers to one of them only."""
    asked(office, message_id="<q@example.net>")
    asked(office, 0.5, "Et la facture, où est-elle ?", message_id="<q2@example.net>")
    answered(office)
    returned(office)
    flags_are_read(office, 2.1)
    answered(office, 3, "<sent-2@example.com>", ["<q2@example.net>"])
    returned(office, 4, "<sent-2@example.com>")
    assert office.threads()[0].due_at == TUESDAY + 24 * HOUR


def test_a_message_that_arrives_with_the_flag_of_a_lost_answer_waits(office) -> None:
    """The answer and its report were read before the message they are about."""
    answered(office)
    returned(office)
    office.receive(builders.buyer_message(), TUESDAY, now=TUESDAY + 3 * HOUR, flags=frozenset({"\\Answered"}))
    assert office.threads()[0].state is ThreadState.OPEN


@pytest.mark.parametrize(("hours", "state"), [(1.5, ThreadState.OPEN), (3, ThreadState.ANSWERED)])
def test_a_persons_word_counts_once_they_could_know(office, hours, state) -> None:
    """Said before the report came it may rest on the lost answer; said after it, it closes the thread again."""
    kept = asked(office)
    answered(office)
    if hours < 2:
        office.run(stop_clock, office.judge, kept.thread_id, "answered", TUESDAY + hours * HOUR)
    returned(office)
    if hours > 2:
        office.run(stop_clock, office.judge, kept.thread_id, "answered", TUESDAY + hours * HOUR)
    assert office.threads()[0].state is state


def test_that_no_answer_is_needed_outlives_the_lost_answer(office) -> None:
    """A person decided it after the answer and before its report; only the word "answered" may rest on the answer."""
    kept = asked(office)
    answered(office)
    office.run(stop_clock, office.judge, kept.thread_id, "no-response-needed", TUESDAY + 1.5 * HOUR)
    returned(office)
    assert office.threads()[0].state is not ThreadState.OPEN
    asked(office, 3, "Et la facture, où est-elle ?")
    assert office.threads()[0].due_at == TUESDAY + 27 * HOUR


def test_a_persons_word_given_before_a_late_report_was_read_stands(office) -> None:
    """They saw the report in their mail program, wrote elsewhere and said so; we read it an hour later."""
    kept = asked(office)
    answered(office)
    office.run(stop_clock, office.judge, kept.thread_id, "answered", TUESDAY + 3 * HOUR)
    office.receive(builders.bounce(ANSWER), TUESDAY + 2 * HOUR, now=TUESDAY + 4 * HOUR)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_via) == (ThreadState.ANSWERED, AnsweredVia.OPERATOR)
    assert thread.answered_at == TUESDAY + 3 * HOUR


def test_a_message_flagged_for_another_answer_stays_answered(office) -> None:
    r"""The first was answered from a telephone that keeps no copy: only its flag says so."""
    flags = frozenset({"\\Answered"})
    office.receive(builders.buyer_message(message_id="<q1@example.net>"), TUESDAY, flags=flags)
    asked(office, 2, "Et la facture, où est-elle ?", message_id="<q2@example.net>")
    answered(office, 3, references=["<q2@example.net>"])
    returned(office, 4)
    assert office.threads()[0].due_at == TUESDAY + 26 * HOUR


def test_what_a_person_marked_before_stays_settled(office) -> None:
    """No answer was needed to the first message; the lost answer was for the second."""
    kept = asked(office)
    office.run(stop_clock, office.judge, kept.thread_id, "no-response-needed", TUESDAY + HOUR)
    asked(office, 2, "Et la facture, où est-elle ?")
    answered(office, 3)
    returned(office, 4)
    assert office.threads()[0].due_at == TUESDAY + 26 * HOUR


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("relayed", "2.0.0")])
def test_what_is_only_late_settles_nothing(office, action, status) -> None:
    """The server goes on trying."""
    asked(office)
    answered(office)
    returned(office, action=action, status=status)
    assert office.threads()[0].state is ThreadState.ANSWERED


def test_a_report_that_pretends_to_be_amazons_settles_nothing(office) -> None:
    """Forged, and proven so by our own server."""
    asked(office)
    answered(office)
    forged = b"Authentication-Results: mx.example.com; dmarc=fail header.from=amazon.com\r\n" + builders.bounce(ANSWER)
    office.receive(forged.replace(b"<MAILER-DAEMON@mx.example.com>", b"<MAILER-DAEMON@amazon.com>"), TUESDAY + 2 * HOUR)
    assert office.threads()[0].state is ThreadState.ANSWERED


def test_a_report_read_before_the_sent_folder_is_heard(office) -> None:
    """Two folders are watched at once; the answer is known to be lost when it becomes known."""
    asked(office)
    office.receive(builders.bounce(ANSWER), TUESDAY + 2 * HOUR)
    answered(office)
    (thread,) = office.threads()
    assert (thread.state, thread.due_at) == (ThreadState.OPEN, TUESDAY + 24 * HOUR)
    assert len(words(office, "returned")) == 1


def test_an_answer_known_before_its_message_may_come_back_too(office) -> None:
    """Read from the Sent folder first, matched when the message came."""
    answered(office)
    office.receive(builders.buyer_message(), TUESDAY, now=TUESDAY + 1.5 * HOUR)
    assert office.threads()[0].state is ThreadState.ANSWERED
    returned(office)
    assert office.threads()[0].state is ThreadState.OPEN


# Without the Message-ID


def test_a_report_without_our_message_id_is_matched_by_the_buyers_address(office) -> None:
    """The report holds nothing of the mail but whom it was for: the last one to that buyer is meant."""
    asked(office)
    answered(office)
    office.receive(without_any_id(), TUESDAY + 2 * HOUR)
    assert office.threads()[0].state is ThreadState.OPEN


@pytest.mark.parametrize(("days", "state"), [(7, ThreadState.OPEN), (7.01, ThreadState.ANSWERED)])
def test_such_a_report_speaks_of_the_last_days_only(office, days, state) -> None:
    """Servers try for five days; what is older is not meant."""
    asked(office)
    answered(office)
    office.receive(without_any_id(), TUESDAY + HOUR + timedelta(days=days))
    assert office.threads()[0].state is state


def test_of_two_threads_of_one_buyer_none_is_guessed(office) -> None:
    """Two orders, two answers, one report without a Message-ID: a person is asked."""
    orders = ("171-1111111-1111111", "171-2222222-2222222")
    for number, order in enumerate(orders):
        asked(
            office,
            number / 10,
            f"La commande {order}, où est-elle ?",
            order_id=order,
            message_id=f"<q{number}@example.net>",
        )
        answered(office, 1 + number, f"<sent-{number}@example.com>", [f"<q{number}@example.net>"])
    office.receive(without_any_id(), TUESDAY + 3 * HOUR)
    assert {thread.state for thread in office.threads()} == {ThreadState.ANSWERED}
    assert "in one of the threads 1, 2: please check" in " ".join(digest(office, 4).split())
    named = without_any_id().replace(b"Subject: Re: question", f"Subject: Re: {orders[1]}".encode())
    office.receive(named.replace(b"<dsn-1@", b"<dsn-2@"), TUESDAY + 5 * HOUR)
    states = {thread.order_id: thread.state for thread in office.threads()}
    assert states == {orders[0]: ThreadState.ANSWERED, orders[1]: ThreadState.OPEN}


def test_an_order_that_names_another_thread_than_the_address_is_a_doubt(office) -> None:
    """The address says one buyer, the order another: they disagree."""
    asked(office, message_id="<q1@example.net>")
    answered(office, references=["<q1@example.net>"])
    other = {"alias": "b2b2b2b2b2b2b2b", "order_id": "171-2222222-2222222", "message_id": "<q2@example.net>"}
    asked(office, 0, "Une autre question, plus longue", **other)
    answered(office, 1, "<sent-2@example.com>", ["<q2@example.net>"], to=OTHER_ALIAS)
    raw = without_any_id().replace(b"Subject: Re: question", b"Subject: Re: 171-2222222-2222222")
    office.receive(raw, TUESDAY + 2 * HOUR)
    assert {thread.state for thread in office.threads()} == {ThreadState.ANSWERED}
    assert len(words(office, "returned_unsure")) == 1


def test_a_report_about_somebody_elses_mail_is_nothing(office) -> None:
    """Backscatter: no mail of ours to that address."""
    asked(office)
    answered(office)
    returned(office, message_id="<x@example.org>", recipient="somebody@example.org")
    assert office.threads()[0].state is ThreadState.ANSWERED
    assert office.run(suppressions.suppressions) == ()


def test_a_sentence_is_believed_only_with_our_buyers_address(office) -> None:
    """A report guessed from its words refers to our mail, and names somebody else: no answer of ours is meant."""
    asked(office)
    answered(office)
    text = "<{0}>:\nno such user\n\n--- Below\nMessage-ID: {1}\n"
    office.receive(qmail(text.format("somebody@example.org", ANSWER)), TUESDAY + 2 * HOUR)
    assert office.threads()[0].state is ThreadState.ANSWERED
    office.receive(qmail(text.format(ALIAS, ANSWER)), TUESDAY + 3 * HOUR)
    assert office.threads()[0].state is ThreadState.OPEN


def test_amazons_mail_service_reports_on_what_was_sent_through_it(office) -> None:
    """Its name has "amazon" in it, and it is no impostor: sellers submit through it."""
    asked(office)
    answered(office)
    raw = builders.bounce(ANSWER).replace(b"<MAILER-DAEMON@mx.example.com>", b"<MAILER-DAEMON@eu-west-1.amazonses.com>")
    assert b"amazonses" in raw
    office.receive(raw, TUESDAY + 2 * HOUR)
    assert office.threads()[0].state is ThreadState.OPEN


def test_a_report_whose_sender_our_own_server_refuses_settles_nothing(office) -> None:
    """Its From is a mail system's, and dmarc=fail says that it did not write it."""
    row = acknowledgement_sent(office)
    raw = builders.bounce(row.message_id)
    failed = b"Authentication-Results: mx.example.com; dmarc=fail header.from=mx.example.com\r\n" + raw
    office.receive(failed, BASTILLE_DAY + HOUR)
    assert office.threads()[0].promise_at is not None
    assert office.run(suppressions.suppressions) == ()


def test_the_reader_of_old_reports_logs_nothing_of_them(office, caplog) -> None:
    """The library would write each of its steps, and what it fails at, into whatever log there is."""
    caplog.set_level(0)
    asked(office)
    answered(office)
    office.receive(qmail(f"<{ALIAS}>:\nno such user\n"), TUESDAY + 2 * HOUR)
    assert office.threads()[0].state is ThreadState.OPEN
    assert "flufl.bounce" in sys.modules
    assert not [record for record in caplog.records if record.name.startswith("flufl")]


# The address, and our own mail


@pytest.mark.parametrize(
    ("status", "barred"),
    [(f"5.1.{number}", True) for number in (1, 2, 3, 6, 10)]
    + [(status, False) for status in ("4.4.7", "5.1.8", "5.2.2", "5.3.4", "5.4.14", "5.7.1", "5.7.26", "5.0.0")],
)
def test_only_an_address_that_does_not_exist_is_barred(office, status, barred) -> None:
    """Full, refused for its words or its sender, given up: this mail did not arrive, the next one may."""
    row = acknowledgement_sent(office)
    office.receive(builders.bounce(row.message_id, status=status), BASTILLE_DAY + 2 * HOUR)
    assert (office.run(suppressions.suppressed, "main", [ALIAS]) is not None) is barred
    order = {"order_id": "171-7777777-7777777"}
    raw = builders.buyer_message(text="Encore une question de ma part", **order)
    office.receive(raw, BASTILLE_DAY + HOUR, now=BASTILLE_DAY + 3 * HOUR)  # written before, read after
    assert ("returned" in office.reasons()) is barred
    assert len(office.outbox()) == (1 if barred else 2)
    assert office.threads()[-1].promise_at is None


@pytest.mark.parametrize(("auth", "lifted"), [("pass", True), (None, False), ("fail", False)])
def test_a_buyer_who_writes_again_exists(office, auth, lifted) -> None:
    """Verified: acknowledged as ever, whatever a server said before; a stranger's word lifts nothing."""
    row = acknowledgement_sent(office)
    office.receive(builders.bounce(row.message_id), BASTILLE_DAY + HOUR)
    order = {"order_id": "171-7777777-7777777", "auth": auth}
    office.receive(builders.buyer_message(text="Encore une question de ma part", **order), BASTILLE_DAY + 2 * HOUR)
    assert (office.run(suppressions.suppressed, "main", [ALIAS]) is None) is lifted
    assert len(office.outbox()) == (2 if lifted else 1)


def test_an_opt_out_stands_whatever_the_buyer_writes(office) -> None:
    """The server said that the address is gone, Amazon that the buyer opted out: only the first is disproved."""
    row = acknowledgement_sent(office)
    office.receive(builders.bounce(row.message_id), BASTILLE_DAY + HOUR)
    office.receive(builders.notice(OPTED_OUT, "amazon.fr", text=ALIAS), BASTILLE_DAY + 2 * HOUR)
    office.receive(builders.buyer_message(text="Encore une question de ma part"), BASTILLE_DAY + 3 * HOUR)
    barred = office.run(suppressions.suppressed, "main", [ALIAS])
    assert barred is not None
    assert not barred.came_back
    assert len(office.outbox()) == 1


def test_a_returned_acknowledgement_promised_nothing(office) -> None:
    """The buyer does not know when we are back: no promise on the thread, the mail is refused, a person is told."""
    row = acknowledgement_sent(office)
    assert office.threads()[0].promise_at is not None
    office.receive(builders.bounce(row.message_id), BASTILLE_DAY + HOUR)
    (thread,) = office.threads()
    assert (thread.promise_at, thread.acknowledged_at) == (None, None)
    assert (thread.state, thread.due_at) == (ThreadState.OPEN, BASTILLE_DAY + 24 * HOUR)
    (refused,) = office.outbox()
    assert (refused.state, refused.reason) == ("refused", "returned, 5.1.1: the buyer did not get it")
    assert words(office, "bounced") == [
        "our acknowledgement did not arrive (returned, 5.1.1); write to the buyer yourself"
    ]


# Whose word it is


@pytest.mark.parametrize("status", ["5.1.1", "4.4.7"])
def test_a_report_that_does_not_name_our_mail_takes_back_no_promise(office, status) -> None:
    """Anybody can write one who knows the buyer's address: a person is asked, nobody is barred, the promise stands."""
    acknowledgement_sent(office)
    office.receive(without_any_id(status=status), BASTILLE_DAY + HOUR)
    assert office.threads()[0].promise_at is not None
    assert [row.state for row in office.outbox()] == ["sent"]
    assert office.run(suppressions.suppressions) == ()
    assert words(office, "returned_unsure") == [
        f"a mail of ours did not arrive (returned, {status}), in thread 1: please check"
    ]


def test_a_report_with_an_order_and_somebody_elses_address_is_nothing(office) -> None:
    """Mail of the seller's to a warehouse, or what somebody made up who knows an order number."""
    asked(office)
    answered(office)
    raw = without_any_id(recipient="warehouse@supplier.example")
    about = f"Subject: Order {builders.ORDER}".encode()
    office.receive(raw.replace(b"Subject: Re: question", about), TUESDAY + 2 * HOUR)
    text = f"<somebody@example.org>:\nno such user\n\n--- Below\nMessage-ID: {ANSWER}\nSubject: {builders.ORDER}\n"
    office.receive(qmail(text), TUESDAY + 3 * HOUR)
    assert office.threads()[0].state is ThreadState.ANSWERED
    assert words(office, "returned_unsure") == words(office, "returned_waits") == []


def test_a_colleague_who_was_sent_a_copy_is_not_the_buyer(office) -> None:
    """The buyer got the answer: the address that failed was another one."""
    asked(office)
    answered(office)
    returned(office, recipient="colleague@example.com", status="5.2.2")
    both = builders.bounce(ANSWER).replace(
        b"Action: failed\r\nStatus: 5.1.1\r\n",
        b"Action: delivered\r\nStatus: 2.0.0\r\n\r\n"
        b"Final-Recipient: rfc822; archive@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n",
    )
    assert b"archive" in both
    office.receive(both.replace(b"<dsn-1@", b"<dsn-both@"), TUESDAY + 3 * HOUR)
    assert office.threads()[0].state is ThreadState.ANSWERED
    assert office.run(suppressions.suppressions) == ()


def test_of_two_addresses_that_failed_only_the_missing_one_is_barred(office) -> None:
    """The colleague is gone, the buyer's server refused the mail: each code is about its own address."""
    row = acknowledgement_sent(office)
    second = f"Final-Recipient: rfc822; {ALIAS}\r\nAction: failed\r\nStatus: 5.7.1\r\n\r\n".encode()
    raw = builders.bounce(row.message_id, recipient="colleague@example.com")
    office.receive(raw.replace(b"Final-Recipient", second + b"Final-Recipient", 1), BASTILLE_DAY + HOUR)
    assert office.threads()[0].promise_at is None
    assert office.run(suppressions.suppressions) == ()


def test_a_report_about_a_mail_to_the_operator_counts_under_any_address(office) -> None:
    """It has one recipient, whose server may send it on to another address."""
    asked(office)
    digest(office, 1)
    (row,) = office.outbox()

    def sent(conn: Connection) -> None:
        outbox.claim_due(conn, "main", TUESDAY + HOUR)
        outbox.mark_sent(conn, row.id, TUESDAY + HOUR, "250 ok")

    office.run(sent)
    office.receive(builders.bounce(row.message_id, recipient="owner@elsewhere.example"), TUESDAY + 2 * HOUR)
    assert [each.state for each in office.outbox()] == ["refused"]


# Before the copy in the Sent folder


def test_a_report_that_is_read_before_its_mail_hits_no_earlier_one(office) -> None:
    """Two answers, the second came back: its report names a mail nobody knows yet, and the first one arrived."""
    asked(office)
    first = answered(office)
    asked(office, 2, "Et la facture, où est-elle ?")
    returned(office, 3.1, "<sent-2@example.com>")
    assert words(office, "returned_waits") == [
        "a mail of ours did not arrive (returned, 5.1.1); its copy is not in the Sent folder yet"
    ]
    answered(office, 3, "<sent-2@example.com>")
    an_hour_passes(office, 5)
    assert office.run(mails.mail, first.mail_id).returned_at is None
    assert office.threads()[0].due_at == TUESDAY + 26 * HOUR
    assert "in thread 1" not in digest(office, 6)


def test_a_report_that_is_read_before_its_mail_takes_back_no_promise(office) -> None:
    """The person's answer came back, not the acknowledgement before it."""
    acknowledgement_sent(office)
    office.receive(builders.bounce(ANSWER), BASTILLE_DAY + 2 * HOUR)
    office.receive(builders.sent_answer(ALIAS, message_id=ANSWER), BASTILLE_DAY + 1.9 * HOUR, sent=True)
    (row,) = office.outbox()
    (thread,) = office.threads()
    assert (row.state, thread.due_at) == ("sent", BASTILLE_DAY + 24 * HOUR)
    assert (thread.acknowledged_at, thread.promise_at) == (
        row.sent_at,
        datetime.fromisoformat(row.payload["promise_at"]),
    )


def test_a_mail_that_never_turns_up_is_our_last_one_to_that_buyer(office) -> None:
    """Some providers replace the Message-ID: after an hour without a copy the address decides, once."""
    asked(office)
    answered(office)
    office.receive(without_its_id(), TUESDAY + 2 * HOUR)
    an_hour_passes(office, 3)  # the report was read a minute later
    assert office.threads()[0].state is ThreadState.ANSWERED
    an_hour_passes(office, 3.02)
    assert office.threads()[0].due_at == TUESDAY + 24 * HOUR
    answered(office, 4, "<sent-2@example.com>")
    an_hour_passes(office, 5)
    assert office.threads()[0].state is ThreadState.ANSWERED


def test_a_mail_that_never_turns_up_takes_back_no_promise(office) -> None:
    """Under another Message-ID it may be our acknowledgement, or somebody's invention: a person is asked."""
    acknowledgement_sent(office)
    office.receive(without_its_id(), BASTILLE_DAY + 2 * HOUR)
    office.run(copy_did_not_come, office.judge, BASTILLE_DAY + 4 * HOUR)
    assert office.threads()[0].promise_at is not None
    assert len(words(office, "returned_unsure")) == 1
    assert office.run(suppressions.suppressions) == ()


# Amazon's own notices


def opted_out(office, hours: float = 2, **more):
    """Amazon writes that the buyer wants no messages, and that ours was not delivered."""
    return office.receive(builders.notice(OPTED_OUT, "amazon.fr", text=ALIAS, **more), TUESDAY + hours * HOUR)


def test_a_refusal_of_amazons_says_that_the_answer_was_not_delivered(office) -> None:
    """Blocked by a guideline: the notice names the order, nobody is silenced, and the thread waits again."""
    asked(office)
    answered(office)
    text = "This message was not sent as it did not meet the Buyer-Seller Messaging communication guidelines."
    sender = {"from_header": "<auto-communication@amazon.fr>", "subject": "Your message for {order}"}
    raw = builders.notice("UNKNOWN", "amazon.fr", text=text, header=False, footer=False, **sender)
    office.receive(raw, TUESDAY + 2 * HOUR)
    assert [notice.notice_type for notice in office.notices()] == ["message_refused"]
    assert office.threads()[0].due_at == TUESDAY + 24 * HOUR
    assert "(Amazon refused it)" in digest(office, 3)
    assert office.run(suppressions.suppressions) == ()


@pytest.mark.parametrize(
    ("auth", "state", "silenced"),
    [("pass", ThreadState.OPEN, True), (None, ThreadState.OPEN, False), ("fail", ThreadState.ANSWERED, False)],
)
def test_an_opt_out_says_that_the_answer_was_not_delivered(office, auth, state, silenced) -> None:
    """Reopening is the safe side and needs no proof; to write no more needs one; what is forged does neither."""
    asked(office)
    answered(office)
    opted_out(office, auth=auth)
    assert office.threads()[0].state is state
    assert (office.run(suppressions.suppressed, "main", [ALIAS]) is not None) is silenced
    if state is ThreadState.OPEN:
        said = " ".join(digest(office, 3).split())
        assert "your answer of 12:00 did not reach the buyer (Amazon: the buyer opted out)" in said


@pytest.mark.parametrize(("auth", "promised"), [("pass", False), (None, True), ("fail", True)])
def test_a_promise_is_taken_back_only_by_proven_word_of_amazons(office, auth, promised) -> None:
    """Our acknowledgement was not delivered: that mail names no Message-ID, so it has to be Amazon's for certain."""
    acknowledgement_sent(office)
    office.receive(builders.notice(OPTED_OUT, "amazon.fr", text=ALIAS, auth=auth), BASTILLE_DAY + HOUR)
    assert (office.threads()[0].promise_at is not None) is promised
    assert len(words(office, "returned_unsure")) == (1 if auth is None else 0)


def test_an_opt_out_takes_back_an_answer_written_in_seller_central(office) -> None:
    """Amazon's copy of it came first, then the notice that it was not delivered."""
    asked(office)
    raw = builders.answer_copy(order_id=builders.ORDER, name="Camille", marketplace="amazon.fr")
    office.receive(raw, TUESDAY + HOUR)
    assert office.threads()[0].state is ThreadState.ANSWERED
    opted_out(office)
    assert office.threads()[0].due_at == TUESDAY + 24 * HOUR


def test_a_mail_server_cannot_return_what_was_written_in_seller_central(office) -> None:
    """A report names the buyer's address; the copy of a web answer is not what came back."""
    asked(office)
    raw = builders.answer_copy(order_id=builders.ORDER, name="Camille", marketplace="amazon.fr")
    office.receive(raw, TUESDAY + HOUR)
    office.receive(without_any_id(), TUESDAY + 2 * HOUR)
    assert office.threads()[0].state is ThreadState.ANSWERED


def test_the_returned_answer_and_why_stay_with_the_mail(office) -> None:
    """For the thread's story: which mail, when we learned it, and the server's code."""
    asked(office)
    kept = answered(office)
    returned(office)
    mail = office.run(mails.mail, kept.mail_id)
    assert (mail.returned_at, mail.returned_why) == (TUESDAY + 2 * HOUR, "returned, 5.1.1")
