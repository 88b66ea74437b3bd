"""What became of a thread's messages, as rates count it: nothing needless, nothing later, no invented time."""

from datetime import UTC, datetime, timedelta

import pytest

from responder.core.thread_responses import Message, Word, of_thread

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    """Return an instant so many hours after the first message."""
    return NOW - 100 * HOUR + hours * HOUR


def after(
    messages: list[tuple[int, float, bool]], answers: list[float], words: list[Word], until: float = 100
) -> dict[int, tuple[float | None, bool]]:
    """Return, by message, how many hours it waited for its answer and whether that is unknown."""
    written = [Message(number, at(hours), flagged) for number, hours, flagged in messages]
    found = of_thread(written, map(at, answers), words, at(until))
    return {number: (each.took / HOUR if each.took is not None else None, each.unknown) for number, each in found}


def needless(hours: float, covers: float | None = None, mail: int | None = None) -> Word:
    """Return the word, said after so many hours, that what came until then needs no answer."""
    return Word(at(hours), at(hours if covers is None else covers), needless=True, mail_id=mail)


def test_an_answer_settles_the_messages_before_it() -> None:
    """Each message waited from its own arrival; what came later waits still."""
    assert after([(1, 0, False), (2, 5, False), (3, 20, False)], [10], []) == {
        1: (10, False),
        2: (5, False),
        3: (None, False),
    }


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ([needless(4)], {2}),
        ([needless(4, covers=0)], {2}),
        ([needless(21)], set()),
        ([needless(4, mail=2)], {1}),
    ],
    ids=["a person's word", "a mark of the first", "a word after both", "Amazon's mark of the second"],
)
def test_a_message_that_needs_no_answer_is_left_out(words: list[Word], left: set[int]) -> None:
    """Amazon's metric leaves it out too; a word covers what was there when it was said, a mark of Amazon's one."""
    assert set(after([(1, 0, False), (2, 20, False)], [], words)) == left


def test_what_was_answered_before_the_word_keeps_its_answer() -> None:
    """The word is about what waited then: an answer in time is not lost with it."""
    assert after([(1, 0, False), (2, 20, False)], [2], [needless(30)]) == {1: (2, False)}


def test_a_late_letter_to_a_thread_at_rest_is_no_late_answer() -> None:
    """Who needed no answer and is written to days later was not kept waiting."""
    assert after([(1, 0, False)], [90], [needless(3)]) == {}


def test_an_answer_without_a_time_is_unknown_and_neither_late_nor_in_time() -> None:
    """A flag and a person's word say that it was answered, and not when."""
    said = Word(at(50), at(50), needless=False)
    assert after([(1, 0, True), (2, 60, False)], [], []) == {1: (None, True), 2: (None, False)}
    assert after([(1, 0, False), (2, 60, False)], [], [said]) == {1: (None, True), 2: (None, False)}


def test_nothing_known_later_counts() -> None:
    """As of an earlier instant neither the answer nor the word was there, nor the second message."""
    messages = [(1, 0, False), (2, 20, False)]
    assert after(messages, [30], [needless(12)], until=10) == {1: (None, False)}
    assert after(messages, [30], [], until=25) == {1: (None, False), 2: (None, False)}
    assert after(messages, [30], [], until=30) == {1: (30, False), 2: (10, False)}
