"""The same words sent again: Amazon re-sends a buyer's text under another Message-ID, and that is one message."""

from datetime import UTC, datetime, timedelta

import pytest
from mail import builders
from mail.wire import file_part

from responder.adapters.store import decisions, mails, timers
from responder.core.threads import AnsweredVia, ThreadState
from responder.tasks import report
from responder.tasks.receive.answers import from_flag

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
TEXT = "Bonjour, où est mon colis ?"
LONG = "Bonjour, la lampe est arrivée sans son abat-jour et le câble est coupé. Que faire ?"
ANSWERED = frozenset({"\\Answered"})


def sent_again(office, after: timedelta = 6 * HOUR, text: str = "BONJOUR,  où est mon colis ?!", **more):
    """Receive the text again under another Message-ID."""
    return office.receive(
        builders.buyer_message(text=text, message_id="<again@example.net>", **more), BASTILLE_DAY + after
    )


def test_the_same_text_again_is_not_a_second_message(office) -> None:
    """One message, one clock, one acknowledgement; the mail is kept, in the same thread, with the reason in words."""
    first = office.receive(builders.buyer_message(text=TEXT))
    before, pending = office.threads(), office.run(timers.timers)
    again = sent_again(office)
    assert again.thread_id == first.thread_id
    assert not again.enqueued
    assert office.threads() == before
    assert office.threads()[0].messages == 1
    assert office.run(timers.timers) == pending
    assert len(office.outbox()) == 1
    assert office.run(mails.mail, again.mail_id).repeat_of == first.mail_id
    (said,) = office.run(decisions.decisions, mail_id=again.mail_id)
    assert said.action == "message"
    assert said.detail["words"].startswith("the same text was sent again, 6 h after the first")


def test_the_same_text_again_does_not_reopen_an_answered_thread(office) -> None:
    """The person answered it; Amazon's copy of the question comes hours later."""
    office.receive(builders.buyer_message(text=LONG))
    office.receive(builders.sent_answer(ALIAS), BASTILLE_DAY + HOUR, sent=True)
    sent_again(office, text=LONG)
    (thread,) = office.threads()
    assert (thread.state, thread.due_at, thread.last_message_at) == (ThreadState.ANSWERED, None, BASTILLE_DAY)


def test_a_short_question_after_the_answer_is_asked_again(office) -> None:
    """Whom the answer did not help asks the same once more: better a copy too many than a buyer who waits."""
    office.receive(builders.buyer_message(text=TEXT))
    office.receive(builders.sent_answer(ALIAS), BASTILLE_DAY + HOUR, sent=True)
    sent_again(office)
    (thread,) = office.threads()
    assert (thread.state, thread.due_at) == (ThreadState.OPEN, BASTILLE_DAY + 30 * HOUR)


@pytest.mark.parametrize(
    ("more", "messages"),
    [
        ({}, [1]),
        ({"after": 24 * HOUR}, [1]),
        ({"after": 24 * HOUR + timedelta(milliseconds=1)}, [2]),
        ({"text": "Bonjour, où est mon colis ? Vite !"}, [2]),
        ({"order_id": "171-7654321-7654321"}, [1, 1]),  # the same question about another order
        ({"auth": "fail"}, [1, 1]),
        ({"auth": None}, [1]),
        ({"alias": "b2b2b2b2b2b2b2b"}, [1, 1]),
    ],
)
def test_what_counts_as_the_same(office, more, messages) -> None:
    """The same words about the same order within a day, and never from a forger."""
    office.receive(builders.buyer_message(text=TEXT))
    sent_again(office, **more)
    assert sorted(thread.messages for thread in office.threads()) == messages


@pytest.mark.parametrize(
    ("more", "messages"), [({"order_id": None}, 1), ({"order_id": None, "alias": "b2b2b2b2b2b2b2b"}, 2), ({}, 2)]
)
def test_without_an_order_it_is_the_alias_that_counts(office, more, messages) -> None:
    """A question before the sale, sent again; another buyer's is another one, and so is the one with an order."""
    office.receive(builders.buyer_message(text=TEXT, order_id=None))
    sent_again(office, **more)
    assert sum(thread.messages for thread in office.threads()) == messages


def test_a_forged_message_is_never_the_first_one(office) -> None:
    """A forger who sends the buyer's words before the buyer does must not silence the buyer."""
    office.receive(builders.buyer_message(text=TEXT, auth="fail"))
    sent_again(office)
    assert [thread.messages for thread in office.threads()] == [1, 1]
    assert len(office.outbox()) == 1


def test_an_unverified_message_is_not_the_first_of_a_verified_one(office) -> None:
    """Somebody who knows what a buyer is about to write cannot take the clock away from it."""
    office.receive(builders.buyer_message(text=TEXT, auth=None))
    sent_again(office)
    assert office.threads()[0].messages == 2


def test_the_same_words_long_after_the_answer_are_asked_again(office) -> None:
    """Amazon was seen to send copies within about ten hours: what comes a day later is the buyer."""
    office.receive(builders.buyer_message(text=LONG))
    office.receive(builders.sent_answer(ALIAS), BASTILLE_DAY + HOUR, sent=True)
    sent_again(office, 22 * HOUR, text=LONG)
    assert office.threads()[0].state is ThreadState.OPEN


def test_the_same_words_with_a_photo_are_a_message(office) -> None:
    """Somebody answered that no photo was there: it comes with the same words, and waits."""
    office.receive(builders.buyer_message(text=LONG))
    office.receive(builders.sent_answer(ALIAS, message_id="<no-photo@example.com>"), BASTILLE_DAY + HOUR, sent=True)
    photo = file_part("lampe.jpg", "image/jpeg", b"x")
    sent_again(office, text=LONG, files=[photo])
    (thread,) = office.threads()
    assert (thread.state, thread.messages) == (ThreadState.OPEN, 2)


def test_the_same_words_in_answer_to_ours_are_a_message(office) -> None:
    """A copy answers nothing that its original did not: who repeats a question to our answer still has it."""
    office.receive(builders.buyer_message(text=LONG))
    office.receive(builders.sent_answer(ALIAS, message_id="<ours@example.com>"), BASTILLE_DAY + HOUR, sent=True)
    sent_again(office, text=LONG, references=["<ours@example.com>"])
    (thread,) = office.threads()
    assert (thread.state, thread.messages) == (ThreadState.OPEN, 2)
    raw = builders.buyer_message(text=LONG, references=["<ours@example.com>"], message_id="<copy@example.net>")
    office.receive(raw, BASTILLE_DAY + 7 * HOUR)  # Amazon's copy of that one refers to nothing new
    assert office.threads()[0].messages == 2


def test_the_same_words_in_another_case_wait_once_the_first_is_answered(office) -> None:
    """Some see a new case id with every message, some one for each matter: a closed matter takes no other's message."""
    case = "1b9c3a54-6f2e-4d8b-9d0f-3f1f3f0c5a11"
    office.receive(builders.buyer_message(text=LONG, case_id=builders.CASE))
    office.receive(builders.sent_answer(ALIAS), BASTILLE_DAY + HOUR, sent=True)
    sent_again(office, text=LONG, case_id=case)
    assert any(thread.state is ThreadState.OPEN for thread in office.threads())


def test_short_words_are_a_message_each_time(office) -> None:
    """A buyer who writes "Et alors ?" twice is waiting."""
    office.receive(builders.buyer_message(text="Et alors ?"))
    sent_again(office, text="Et alors ?")
    assert office.threads()[0].messages == 2


def test_an_older_copy_fetched_later_has_the_earlier_clock(office) -> None:
    """What came first keeps the clock, also when it is read last."""
    office.receive(builders.buyer_message(text=TEXT), BASTILLE_DAY + 6 * HOUR)
    sent_again(office, timedelta(0))
    (thread,) = office.threads()
    assert (thread.messages, thread.due_at) == (2, BASTILLE_DAY + 24 * HOUR)


def test_a_third_copy_belongs_to_the_first(office) -> None:
    """A copy is no original: a day after the first, the words are a new message."""
    first = office.receive(builders.buyer_message(text=TEXT))
    second = sent_again(office, 20 * HOUR)
    raw = builders.buyer_message(text=TEXT, message_id="<third@example.net>")
    third = office.receive(raw, BASTILLE_DAY + 30 * HOUR)
    assert office.run(mails.mail, second.mail_id).repeat_of == first.mail_id
    assert office.run(mails.mail, third.mail_id).repeat_of is None


def test_an_answer_to_the_copy_answers_the_message(office) -> None:
    """People answer the newest mail in their list."""
    office.receive(builders.buyer_message(text=TEXT))
    sent_again(office)
    office.receive(builders.sent_answer(ALIAS, ["<again@example.net>"]), BASTILLE_DAY + 7 * HOUR, sent=True)
    assert office.threads()[0].state is ThreadState.ANSWERED


@pytest.mark.parametrize("how", ["on arrival", "later"])
def test_a_flag_on_the_copy_answers_the_message(office, how) -> None:
    r"""The mail program marks the mail that was answered, which is the copy."""
    office.receive(builders.buyer_message(text=TEXT))
    raw = builders.buyer_message(text=TEXT, message_id="<again@example.net>")
    flags = ANSWERED if how == "on arrival" else frozenset()
    again = office.receive(raw, BASTILLE_DAY + HOUR, flags=flags)
    if how == "later":
        assert office.run(from_flag, office.judge, again.mail_id, again.thread_id, BASTILLE_DAY + 2 * HOUR)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_via) == (ThreadState.ANSWERED, AnsweredVia.ANSWERED_FLAG)


def test_an_unflagged_copy_waits_for_nothing(office) -> None:
    r"""The first mail was answered after the copy came: the copy does not stand for a message that waits."""
    first = office.receive(builders.buyer_message(text=TEXT))
    sent_again(office)
    at = BASTILLE_DAY + 7 * HOUR
    assert office.run(from_flag, office.judge, first.mail_id, first.thread_id, at)
    assert office.threads()[0].answered_at == at


def test_the_digest_does_not_count_the_copy(office) -> None:
    """The buyer wrote once."""
    office.receive(builders.buyer_message(text=TEXT))
    sent_again(office)
    (thread,) = office.run(report.gather, office.parts.reporter, BASTILLE_DAY + 7 * HOUR).threads
    assert (thread.messages, thread.snippet) == (1, TEXT)


def test_the_same_words_from_many_addresses_are_counted(office) -> None:
    """One sender behind many aliases: the rule that stops acknowledging hears how many there were."""
    for number in range(4):  # what many buyers ask in the same few words is no sign of one sender
        alias, order = f"d{number}d{number}d{number}d{number}d{number}", f"171-000001{number}-1234567"
        office.receive(builders.buyer_message(text=TEXT, alias=alias, order_id=order), BASTILLE_DAY + number * HOUR)
    assert len(office.outbox()) == 4
    for number in range(4):
        alias, order = f"c{number}c{number}c{number}c{number}c{number}", f"171-000000{number}-1234567"
        office.receive(builders.buyer_message(text=LONG, alias=alias, order_id=order), BASTILLE_DAY + number * HOUR)
    assert len(office.outbox()) == 7
    assert "same_text" in office.reasons()
