"""Comparing: what a reader takes for the same is the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.folding import folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("l\u2019ordine", "L'ORDINE"),
        ("l\u2018ordine", "l'ordine"),
        ("a \u2013 b", "a - b"),
        ("A\u2011z", "a-z"),
        ("Notificaci\u00f3n", "Notificacion"),
        ("e\u0301", "\u00e9"),
        ("\u0130letildi", "iletildi"),
        ("ILIK", "\u0131l\u0131k"),
        ("a  b\u00a0c", "a b c"),
        ("\uff21", "a"),
    ],
)
def test_two_spellings_are_one(one: str, other: str) -> None:
    """Case, accents, apostrophes, dashes, blanks and widths do not matter."""
    assert folded(one) == folded(other)


@given(st.text(max_size=100))
def test_folding_again_changes_nothing(text: str) -> None:
    """What is folded is compared as it is."""
    assert folded(folded(text)) == folded(text)
