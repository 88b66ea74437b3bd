"""Response times: which answer covers which message, what is late, and what nobody knows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from responder.core.response_times import DAY, Asked, rate, responses, waits

START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def asked(hours: float, *, marked: bool = False) -> Asked:
    """Return a message so many hours after the start."""
    at = START + hours * HOUR
    return Asked(at, at + DAY, marked)


def after(*hours: float) -> list[datetime]:
    """Return answers so many hours after the start."""
    return [START + each * HOUR for each in hours]


def test_one_answer_covers_the_messages_before_it() -> None:
    """Their clock is that of the oldest; a message after the answer waits by itself."""
    found = waits(responses([asked(0), asked(5), asked(40)], after(30)))
    assert [(wait.messages, wait.first.answered_at, wait.late_by(START + 50 * HOUR)) for wait in found] == [
        (2, START + 30 * HOUR, 6 * HOUR),
        (1, None, None),
    ]
    assert found[1].late_by(START + 70 * HOUR) == 6 * HOUR


def test_an_answer_at_the_very_deadline_is_in_time() -> None:
    """Late begins after it."""
    (wait,) = waits(responses([asked(0)], after(24)))
    assert wait.late_by(START + 99 * HOUR) is None


def test_an_answer_before_the_message_covers_nothing() -> None:
    """It belongs to something else."""
    (found,) = responses([asked(10)], after(9))
    assert (found.answered_at, found.unknown) == (None, False)


def test_a_marked_message_without_an_answer_is_answered_at_an_unknown_time() -> None:
    """Neither late nor in time; the mark covers the messages before it, and none after it."""
    found = responses([asked(0), asked(1, marked=True), asked(2)], [])
    assert [each.unknown for each in found] == [True, True, False]
    assert [wait.late_by(START + 99 * HOUR) for wait in waits(found)][:2] == [None, None]


def test_the_late_answer_to_a_later_message_says_nothing_about_a_marked_one() -> None:
    """Days later the buyer wrote again and was answered: when the first was, nobody knows."""
    found = responses([asked(0, marked=True), asked(100)], after(101))
    assert [(each.unknown, each.answered_at) for each in found] == [(True, None), (False, START + 101 * HOUR)]


def test_a_known_answer_outweighs_the_mark() -> None:
    """A sent copy has a time, and the mark has none: this one came 6 hours late."""
    (wait,) = waits(responses([asked(0, marked=True)], after(30)))
    assert wait.late_by(START + 99 * HOUR) == 6 * HOUR


def test_a_rate_counts_only_what_can_be_judged() -> None:
    """Still waiting and time unknown are no part of the share; unanswered for a day is."""
    messages = [asked(-800), asked(0), asked(1), asked(2), asked(3, marked=True), asked(90)]
    found = [
        *responses(messages[:1], []), *responses(messages[1:2], after(2)), *responses(messages[2:3], after(31)),
        *responses(messages[3:4], []), *responses(messages[4:5], []), *responses(messages[5:], []),
    ]  # fmt: skip
    until = START + 100 * HOUR
    figures = rate(found, until - 7 * DAY, until)
    assert (figures.messages, figures.answered, figures.median) == (5, 2, 16 * HOUR)
    assert (figures.unanswered, figures.waiting, figures.unknown) == (1, 1, 1)
    assert figures.share == 1 / 3


def test_no_messages_have_no_share() -> None:
    """Nothing is not one hundred per cent."""
    figures = rate([], START, START + DAY)
    assert (figures.messages, figures.share, figures.median) == (0, None, None)


@given(st.lists(st.tuples(st.integers(0, 300), st.booleans()), max_size=12), st.lists(st.integers(0, 300), max_size=8))
def test_every_message_is_answered_after_it_came_or_not_at_all(
    messages: Sequence[tuple[int, bool]], answers: Sequence[int]
) -> None:
    """Every message is in exactly one wait, and no answer is older than what it answers."""
    found = responses([asked(hours, marked=marked) for hours, marked in messages], after(*answers))
    assert sum(wait.messages for wait in waits(found)) == len(found) == len(messages)
    for each in found:
        assert each.took is None or each.took >= timedelta(0)
        assert not (each.unknown and each.answered_at)
        if not any(marked for _, marked in messages):
            assert not each.unknown
            later = [at for at in after(*answers) if at >= each.asked.at]
            assert each.answered_at == min(later, default=None)
