"""Buyers who ask to cancel in a message: recognised by words in twelve languages, as a hint."""

from collections import Counter

import pytest
from mail.cancel_texts import HELD_BACK, TEXTS, Text
from mail.cancelling import NONE, WISH, pairs

from responder.adapters.catalogue import load
from responder.core.cancelling import MAX_TEXT, Hint, asks_to_cancel

ROWS = load().cancelling


def test_the_corpus_is_large_and_half_of_it_are_traps() -> None:
    """At least 150 different texts in every language that has words, with as many traps as wishes."""
    for texts, least in ((TEXTS, 150), (HELD_BACK, 40)):
        assert len({text.text for text in texts}) == len(texts) >= least
        wishes = Counter((text.language, text.asks) for text in texts)
        assert {language for language, _ in wishes} == {row.language for row in ROWS}
        assert abs(sum(text.asks for text in texts) * 2 - len(texts)) <= 2


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: f"{text.language}-{text.text[:30]}")
def test_a_message_is_taken_for_what_it_asks(text: Text) -> None:
    """A wish to cancel is one; a refusal, a question, another matter with the same words is none."""
    assert (asks_to_cancel(text.text, text.language, ROWS) is not None) == text.asks


def test_texts_that_were_held_back_say_how_far_the_words_reach() -> None:
    """Half of the wishes are found, those that name it; most traps are none: a person reads every message anyway."""
    counts = Counter(pairs(HELD_BACK).values())
    assert counts[WISH, WISH] >= 12, counts
    assert counts[NONE, WISH] <= 9, counts


def test_a_wish_is_found_in_whichever_language_a_buyer_writes() -> None:
    """The store's language is looked at first, and every other after it; words are those of the row."""
    assert asks_to_cancel("Please cancel it", "fr", ROWS) == Hint("en", "please cancel")
    assert asks_to_cancel("Bitte stornieren", None, ROWS) == Hint("de", "bitte stornieren")
    assert asks_to_cancel("Cancel mijn order niet", "en", ROWS) is None
    assert asks_to_cancel("", "en", ROWS) is asks_to_cancel(None, None, ROWS) is None


def test_a_sentence_is_judged_alone() -> None:
    """A refusal in one sentence does not hide a wish in another, and a broken line is one sentence."""
    assert asks_to_cancel("Why was my first order cancelled? Please cancel the second one too.", "en", ROWS)
    wrapped = "I have waited for quite a long time, and I really do not want to\ncancel my order now: it is a present."
    assert asks_to_cancel(wrapped, "en", ROWS) is None
    assert asks_to_cancel("Do not cancel.\nhello\ncancel my order", "en", ROWS)


@pytest.mark.parametrize(
    "evil", ["cancel " * 200_000, "a" * 1_000_000, ".\n" * 500_000, "do not " * 150_000, "?" * 1_000_000]
)
def test_a_huge_message_is_looked_at_in_its_beginning(evil: str) -> None:
    """A megabyte takes no longer than its first part; what stands behind that is not found."""
    assert asks_to_cancel(f"{evil} please cancel my order", "en", ROWS) == asks_to_cancel(evil[:MAX_TEXT], "en", ROWS)


def test_without_rows_nothing_is_recognised() -> None:
    """The words are data: a seller who empties them has no hints."""
    assert asks_to_cancel("Please cancel my order", "en", ()) is None
