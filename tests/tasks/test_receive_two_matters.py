"""A clock that must run: what answers one message says nothing of another one, nor of one that came later."""

from datetime import UTC, datetime, timedelta

import pytest
from mail import builders

from responder.adapters.store import threads
from responder.core.message import parse
from responder.core.threads import ThreadState
from responder.tasks.receive.answers import from_flag
from responder.tasks.receive.by_person import stop_clock

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
ANSWERED = frozenset({"\\Answered"})


def flags_are_read(office, uid: int, at: datetime) -> None:
    r"""The loop finds \Answered on one message of an open thread."""
    for each, thread_id, mail_id in office.run(threads.open_uids, "main", "INBOX", 1):
        if each == uid:
            office.run(from_flag, office.judge, mail_id, thread_id, at)


def test_a_flag_seen_late_does_not_stop_the_clock_of_the_next_message(office) -> None:
    r"""The Sent copy closed the thread first, so \Answered was never looked at until the buyer wrote again."""
    office.receive(builders.buyer_message(text="one"), BASTILLE_DAY, uid=1)
    office.receive(builders.sent_answer(ALIAS), BASTILLE_DAY + HOUR, sent=True)
    office.receive(builders.buyer_message(text="two"), BASTILLE_DAY + 5 * HOUR, uid=2)
    flags_are_read(office, 1, BASTILLE_DAY + 5 * HOUR)
    (thread,) = office.threads()
    assert (thread.state, thread.due_at) == (ThreadState.OPEN, BASTILLE_DAY + 29 * HOUR)
    flags_are_read(office, 2, BASTILLE_DAY + 6 * HOUR)
    assert office.threads()[0].state is ThreadState.ANSWERED


def test_a_flag_set_while_nobody_watched_does_not_cover_what_came_after_it(office) -> None:
    """Both messages are read after an outage: the first was answered meanwhile, nothing says so of the second."""
    now = BASTILLE_DAY + 6 * HOUR
    office.receive(builders.buyer_message(text="one"), BASTILLE_DAY, now=now, flags=ANSWERED)
    office.receive(builders.buyer_message(text="two"), BASTILLE_DAY + 4 * HOUR, now=now)
    (thread,) = office.threads()
    assert (thread.state, thread.due_at) == (ThreadState.OPEN, BASTILLE_DAY + 28 * HOUR)


def test_a_flagged_message_that_is_moved_into_the_inbox_does_not_cover_a_later_one(office) -> None:
    """It was filed away and answered, the buyer wrote again, and then it is put back: that message still waits."""
    now = BASTILLE_DAY + 6 * HOUR
    office.receive(builders.buyer_message(text="two"), BASTILLE_DAY + 4 * HOUR)
    office.receive(builders.buyer_message(text="one"), BASTILLE_DAY, now=now, flags=ANSWERED)
    (thread,) = office.threads()
    assert (thread.state, thread.due_at) == (ThreadState.OPEN, BASTILLE_DAY + 28 * HOUR)


def test_a_persons_word_does_not_cover_a_message_not_known_yet(office) -> None:
    """`thread 1 answered` while the daemon was down, and the buyer had written again."""
    kept = office.receive(builders.buyer_message(text="one"), BASTILLE_DAY)
    office.run(stop_clock, office.judge, kept.thread_id, "answered", BASTILLE_DAY + 5 * HOUR)
    assert office.threads()[0].state is ThreadState.ANSWERED
    office.receive(builders.buyer_message(text="two"), BASTILLE_DAY + 4 * HOUR, now=BASTILLE_DAY + 6 * HOUR)
    assert office.threads()[0].state is ThreadState.OPEN


@pytest.mark.parametrize("by", ["reference", "order"])
def test_an_answer_read_first_closes_only_the_thread_it_is_about(office, by: str) -> None:
    """Two orders of one buyer, one of them answered, the Sent folder read before the inbox."""
    first = builders.buyer_message(text="A", order_id="171-1111111-1111111")
    second = builders.buyer_message(text="B", order_id="171-2222222-2222222")
    answer = builders.sent_answer(ALIAS, [parse(second).message_id])
    if by == "order":
        answer = builders.sent_answer(ALIAS, subject="171-2222222-2222222")
    now = BASTILLE_DAY + 2 * HOUR
    office.receive(answer, BASTILLE_DAY + HOUR, now=now, sent=True)
    office.receive(first, BASTILLE_DAY, now=now)
    office.receive(second, BASTILLE_DAY, now=now)
    states = {thread.order_id: thread.state for thread in office.threads()}
    assert states == {"171-1111111-1111111": ThreadState.OPEN, "171-2222222-2222222": ThreadState.ANSWERED}
