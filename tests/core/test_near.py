"""
Two words close to each other: in which order, how far apart, and in one paragraph.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core import near


def found(entry: str, text: str) -> list[str]:
    """What a pair finds in a text, each word compared as it stands, as a whole."""

    def places(word: str) -> list[near.Span]:
        return [match.span() for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text)]

    return [text[start:end] for start, end in near.spans(entry, text, places)]


@pytest.mark.parametrize(
    ("entry", "text", "expected"),
    [
        ("refund ~~2 review", "we refund you for a review", []),
        ("refund ~~3 review", "we refund you for a review", ["refund you for a review"]),
        ("refund ~~3 review", "a review and we refund it", ["review and we refund"]),
        ("please ~2 cancel", "please do cancel", ["please do cancel"]),
        ("please ~2 cancel", "cancel it please", []),
        ("gift|money back ~~1 review|opinion", "money back, opinion", ["money back, opinion"]),
        ("best ~0 rating", "the best\nrating", ["best\nrating"]),
        ("best ~~9 rating", "the best\n\nrating", []),
        ("best ~~9 rating", "the best\x00\nrating", []),
        ("best ~~9 best", "the best", []),
        ("refund ~~2 review", "refund 305-1234567-7654321 now review", ["refund 305-1234567-7654321 now review"]),
        ("高 ~1 評価", "", []),
    ],
)
def test_a_pair_is_found_within_its_distance(entry: str, text: str, expected: list[str]) -> None:
    """Words between are counted, a number is one; a pair never reaches over an empty line or out of the subject."""
    assert found(entry, text) == expected


def test_a_word_with_a_neighbour_on_each_side_is_told_with_both() -> None:
    """The nearest one on the right and the nearest one on the left."""
    assert found("b ~~1 a", "a b a") == ["b a", "a b"]


@pytest.mark.parametrize("entry", ["refund", "a|b", "~3 review", "refund ~3", "refund ~x review", "5 ~ 6"])
def test_what_is_no_pair_is_a_word(entry: str) -> None:
    """Only two sides with a distance between them are a pair."""
    assert not near.is_pair(entry)
    with pytest.raises(ValueError, match="is no pair"):
        near.spans(entry, "text", lambda _: [])


@given(st.lists(st.sampled_from(["gift", "review", "x", "\n\n", "é", "評価"]), max_size=60), st.integers(0, 12))
def test_a_pair_is_found_exactly_where_counting_by_hand_finds_one(words: list[str], within: int) -> None:
    """Property: as a paragraph split into words says it, whatever stands between and around."""
    text = " ".join(words)
    paragraphs = [re.findall(r"\w+", part) for part in re.split(r"\n\s*\n", text)]
    by_hand = any(
        first == "gift" and second == "review" and abs(at - to) - 1 <= within
        for part in paragraphs
        for at, first in enumerate(part)
        for to, second in enumerate(part)
    )
    assert bool(found(f"gift ~~{within} review", text)) == by_hand
