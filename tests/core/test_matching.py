"""Which thread a mail belongs to: the strongest key wins, and nothing is guessed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.matching import (
    ALIAS_WITHIN,
    KEYS,
    Candidate,
    Choice,
    Matched,
    NoMatch,
    Unsure,
    Via,
    choose,
    choose_answered,
    choose_copied,
    text_key,
)
from responder.core.threads import AnsweredVia, ThreadState

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
OPEN, ANSWERED, MARKED = ThreadState


def candidate(
    thread_id: int,
    via: Via,
    state: ThreadState = OPEN,
    *,
    days_ago: float = 1,
    name: str | None = None,
    order_id: str | None = None,
) -> Candidate:
    """Return a thread that shares a key with the mail."""
    return Candidate(thread_id, via, state, NOW - timedelta(days=days_ago), name, order_id)


MESSAGES: dict[str, tuple[list[Candidate], Choice]] = {
    "nothing known": ([], NoMatch()),
    "a reference": ([candidate(1, "references")], Matched(1, "references")),
    "a reference before a case": ([candidate(2, "case"), candidate(1, "references")], Matched(1, "references")),
    "a case before an order": ([candidate(2, "order"), candidate(1, "case")], Matched(1, "case")),
    "another case, the same order": ([candidate(1, "order")], Matched(1, "order")),
    "an order before an alias": ([candidate(2, "alias"), candidate(1, "order")], Matched(1, "order")),
    "an alias": ([candidate(1, "alias")], Matched(1, "alias")),
    "an alias on its 30th day": ([candidate(1, "alias", days_ago=30)], Matched(1, "alias")),
    "an alias after 30 days": ([candidate(1, "alias", days_ago=30.01)], NoMatch()),
    "an old reference still counts": ([candidate(1, "references", days_ago=400)], Matched(1, "references")),
    "an alias never seen": ([Candidate(1, "alias", OPEN, None)], NoMatch()),
    "two threads of one alias": ([candidate(1, "alias"), candidate(2, "alias")], Unsure((1, 2))),
    "one of two aliases is old": ([candidate(1, "alias"), candidate(2, "alias", days_ago=31)], Matched(1, "alias")),
    "two references, one case": (
        [candidate(1, "references"), candidate(2, "references"), candidate(2, "case")],
        Matched(2, "references"),
    ),
    "two references, a third thread's case": (
        [candidate(1, "references"), candidate(2, "references"), candidate(3, "case")],
        Unsure((1, 2)),
    ),
    "two threads of one order": ([candidate(2, "order"), candidate(1, "order", ANSWERED)], Unsure((1, 2))),
    "a closed thread is joined too": ([candidate(1, "order", ANSWERED)], Matched(1, "order")),
    "a reference though another thread has case, order and alias": (
        [candidate(1, "references"), candidate(2, "case"), candidate(2, "order"), candidate(2, "alias")],
        Matched(1, "references"),
    ),
    "one case on two threads, and the order of one": (
        [candidate(1, "case"), candidate(2, "case"), candidate(2, "order")],
        Matched(2, "case"),
    ),
    "one case on two threads": ([candidate(1, "case"), candidate(2, "case")], Unsure((1, 2))),
    "one order on two threads, and the alias wore off on one": (
        [candidate(1, "order"), candidate(2, "order"), candidate(1, "alias", days_ago=31), candidate(2, "alias")],
        Matched(2, "order"),
    ),
    "a name alone is nobody": ([candidate(1, "name")], NoMatch()),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_joins_the_thread_of_the_strongest_key(name: str) -> None:
    """References, case, order with alias, alias within 30 days; two equal threads are left undecided."""
    candidates, expected = MESSAGES[name]
    assert choose(candidates, NOW) == expected


def test_another_order_of_the_same_buyer_is_another_matter() -> None:
    """The buyer's address is the same for every order; a thread about another order is not joined."""
    known = [candidate(1, "alias", order_id="302-1111111-1111111")]
    assert choose(known, NOW, order_id="302-2222222-2222222") == NoMatch()
    assert choose(known, NOW, order_id="302-1111111-1111111") == Matched(1, "alias")
    assert choose(known, NOW) == Matched(1, "alias")
    assert choose([candidate(1, "alias")], NOW, order_id="302-2222222-2222222") == Matched(1, "alias")


def test_the_same_case_is_the_same_matter_whatever_order_it_names() -> None:
    """A buyer names another order in one conversation: the case says that it is one."""
    known = [
        candidate(1, "case", order_id="302-1111111-1111111"),
        candidate(2, "order", order_id="302-2222222-2222222"),
    ]
    assert choose(known, NOW, order_id="302-2222222-2222222") == Matched(1, "case")


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), Matched(1, "alias")),
        (ALIAS_WITHIN, Matched(1, "alias")),
        (ALIAS_WITHIN + timedelta(milliseconds=1), NoMatch()),
        (-timedelta(days=1), Matched(1, "alias")),  # fetched late: the thread is newer than the message
    ],
)
def test_an_alias_counts_up_to_the_last_instant_of_its_window(age: timedelta, expected: Choice) -> None:
    """Thirty days since the thread's last message, to the millisecond the store keeps."""
    assert choose([Candidate(1, "alias", OPEN, NOW - age)], NOW) == expected


SAME = "Hello, where is my parcel? 12"


@pytest.mark.parametrize(
    "text",
    [
        SAME,
        "hello where is my parcel 12",
        "  Hello,\r\n\r\n> where is my   parcel?  — 12 ",
        "HELLO, WHERE IS MY PARCEL? \N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}",
        "Hello,\N{ZERO WIDTH SPACE} where is my parcel? \N{PACKAGE} 12",
    ],
)
def test_the_same_words_have_one_key_whatever_surrounds_them(text: str) -> None:
    """Case, blanks, punctuation, quote marks, full-width forms and pictures do not make another text."""
    assert text_key(text) == text_key(SAME)


@pytest.mark.parametrize(
    "text", ["Hello, where is my parcel? 13", "Hello, where is the parcel? 12", "包裹还没到，请问现在在哪里呢谢谢"]
)
def test_other_words_have_another_key(text: str) -> None:
    """One letter or digit is enough."""
    key = text_key(text)
    assert key is not None
    assert key != text_key(SAME)


@pytest.mark.parametrize("text", [None, "", "Thank you!", "yes, please", "\N{PACKAGE}" * 40, "-" * 40, "01234567890"])
def test_short_words_have_no_key(text: str | None) -> None:
    """Words of thanks are written again and again: eleven letters say too little to call two messages one."""
    assert text_key(text) is None
    assert text_key("012345678901") is not None


@given(st.text(max_size=60))
def test_a_key_never_fails_and_ignores_case(text: str) -> None:
    """Any text has a key or none, and the same one twice."""
    assert text_key(text) == text_key(f" {text}\n")


ANSWERS: dict[str, tuple[list[Candidate], str | None, Choice]] = {
    "one open thread": ([candidate(1, "order")], None, Matched(1, "order")),
    "two open threads": ([candidate(1, "order"), candidate(2, "order")], None, Unsure((1, 2))),
    "the open one of two": ([candidate(1, "order", ANSWERED), candidate(2, "order")], None, Matched(2, "order")),
    "two closed threads": ([candidate(1, "order", ANSWERED), candidate(2, "order", MARKED)], None, Unsure((1, 2))),
    "a second answer to one thread": ([candidate(1, "references", ANSWERED)], None, Matched(1, "references")),
    "the stronger key though another waits": (
        [candidate(1, "references", ANSWERED), candidate(2, "alias")],
        None,
        Matched(1, "references"),
    ),
    "a name decides between two": (
        [candidate(1, "order", name="Ada Example"), candidate(2, "order", name="Bo Example")],
        "ada example",
        Matched(1, "order"),
    ),
    "a strange name decides nothing": (
        [candidate(1, "order", name="Ada Example"), candidate(2, "order", name="Bo Example")],
        "Cy Example",
        Unsure((1, 2)),
    ),
    "a name alone, once": ([candidate(1, "name", name="Ada Example")], "Ada Example", Matched(1, "name")),
    "a name alone, twice": (
        [candidate(1, "name", name="Ada Example"), candidate(2, "name", name="Ada Example")],
        "Ada Example",
        Unsure((1, 2)),
    ),
    "a name from long ago": ([candidate(1, "name", days_ago=31, name="Ada Example")], "Ada Example", NoMatch()),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_never_closes_one_of_two_threads_by_guess(name: str) -> None:
    """A thread that waits goes first; two that wait are left to a person."""
    candidates, buyer_name, expected = ANSWERS[name]
    assert choose_copied(candidates, NOW, order_id=None, buyer_name=buyer_name) == expected
    if buyer_name is None:
        assert choose_answered(candidates, NOW) == expected


@pytest.mark.parametrize(
    ("via", "minutes_ago", "expected"),
    [
        (AnsweredVia.SENT_FOLDER, 5, Unsure((1, 2))),
        (AnsweredVia.ANSWERED_FLAG, -5, Unsure((1, 2))),
        (AnsweredVia.OPERATOR, 119, Unsure((1, 2))),
        (AnsweredVia.SENT_FOLDER, 121, Matched(2, "name")),
        (AnsweredVia.ANSWER_COPY, 5, Matched(2, "name")),
    ],
)
def test_a_copy_may_be_of_the_answer_that_is_known_already(
    via: AnsweredVia, minutes_ago: int, expected: Choice
) -> None:
    """Two of one name, one answered a moment ago: the copy is no answer to the other, unless its own copy has come."""
    just = candidate(1, "name", ANSWERED, name="Ada Example")
    just = replace(just, answered_at=NOW - timedelta(minutes=minutes_ago), answered_via=via)
    waits = candidate(2, "name", name="Ada Example")
    assert choose_copied([just, waits], NOW, order_id=None, buyer_name="Ada Example") == expected


candidates = st.lists(
    st.builds(
        candidate,
        st.integers(1, 4),
        st.sampled_from(KEYS),
        st.sampled_from(list(ThreadState)),
        days_ago=st.integers(0, 60),
    ),
    max_size=8,
)


@given(candidates.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_of_the_candidates_does_not_matter(orders: tuple[list[Candidate], list[Candidate]]) -> None:
    """The store may return rows in any order: the choice is the same."""
    given_ones, turned = orders
    assert choose(given_ones, NOW) == choose(turned, NOW)
    assert choose_answered(given_ones, NOW) == choose_answered(turned, NOW)


@given(candidates)
def test_a_match_is_always_one_of_the_strongest_key(given_ones: list[Candidate]) -> None:
    """A weaker key breaks a tie but never overrules a stronger one."""
    usable = [one for one in given_ones if one.via in ("references", "case", "order")]
    best = next((key for key in KEYS if any(one.via == key for one in usable)), None)
    found = choose(given_ones, NOW)
    if best is not None:
        strongest = {one.thread_id for one in usable if one.via == best}
        assert not isinstance(found, NoMatch)
        assert {found.thread_id} <= strongest if isinstance(found, Matched) else set(found.thread_ids) <= strongest
