"""Which messages wait again when an answer came back: what nothing else settles, and in doubt one too many."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.uncovered import Word, Written, uncovered

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    """Return an instant so many hours after noon."""
    return NOON + timedelta(hours=hours)


def written(hours: float, known: int = 1, message_id: str = "<m@example.net>", *, flagged: bool = False) -> Written:
    """Return a message of the buyer's."""
    return Written(at(hours), known, message_id, flagged)


CASES = {
    "what it answered waits": ([written(0)], {}, [0]),
    "what came after it was never answered by it": ([written(0), written(5)], {}, [0]),
    "all that it answered waits": ([written(2), written(0)], {}, [0, 2]),
    "an earlier answer covers what came before it": ([written(0), written(2)], {"standing": [at(1)]}, [2]),
    "a later answer covers everything": ([written(0), written(2)], {"standing": [at(4)]}, []),
    "an answer at the very instant of the message covers it": ([written(2)], {"standing": [at(2)]}, []),
    "a word before the answer stands": ([written(0), written(2, 3)], {"words": [Word(at(1), 2)]}, [2]),
    "a word between the answer and the report may rest on it": ([written(0)], {"words": [Word(at(3.5), 2)]}, [0]),
    "that no answer is needed rests on no answer": ([written(0)], {"words": [Word(at(3.5), 2, needless=True)]}, []),
    "no answer needed, said before the message was known": (
        [written(0, 9)],
        {"words": [Word(at(3.5), 2, needless=True)]},
        [0],
    ),
    "a word at the very instant of the report stands": ([written(0)], {"words": [Word(at(6), 2)]}, []),
    "a word after the report stands": ([written(0)], {"words": [Word(at(7), 2)]}, []),
    "a word says nothing of a message not known then": ([written(0, 9)], {"words": [Word(at(7), 2)]}, [0]),
    "a word says nothing of a message that came later": ([written(2)], {"words": [Word(at(1), 2)]}, [2]),
    "a flag set by another answer": ([written(0, flagged=True)], {"replied_to": ["<other@example.net>"]}, []),
    "a flag set by the answer that came back": ([written(0, flagged=True)], {"replied_to": ["<m@example.net>"]}, [0]),
    "a flag nobody can place": ([written(0, flagged=True)], {}, [0]),
    "no flag": ([written(0)], {"replied_to": ["<other@example.net>"]}, [0]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_waits_again(name: str) -> None:
    """The answer was written at three, its report came at six."""
    messages, more, expected = CASES[name]
    assert uncovered(messages, at(3), at(6), **more) == tuple(map(at, expected))


hours = st.integers(0, 12)


@given(st.lists(hours, max_size=6), st.lists(hours, max_size=3), hours)
def test_what_waits_was_answered_by_this_answer_and_by_no_other(
    messages: list[int], standing: list[int], answer: int
) -> None:
    """Nothing newer than the answer, nothing older than one that stands; and every message between them."""
    waits = uncovered(
        [written(each) for each in messages], at(answer), at(13), standing=[at(each) for each in standing]
    )
    last = max(standing, default=-1)
    assert sorted(waits) == sorted(at(each) for each in messages if last < each <= answer)
