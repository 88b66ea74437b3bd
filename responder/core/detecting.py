"""
In which language a buyer wrote, where it is beyond doubt.

A guess is believed only about enough words, far ahead of every other language, when both halves of the text say the
same and no sentence of it says otherwise: what is in two languages, or a word or two, is left to the marketplace.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

LETTERS = 20
SURE = 0.9
BEHIND = 0.05
"""The most that the second language may have."""
HALF = 0.5
"""What each half of a text must have by itself: half a text proves less than the whole."""
LONG = 40
"""Letters from which on a text has halves worth looking at."""
LIMIT = 2_000
"""Characters that are looked at; a longer text is in the same language."""

Guess = tuple[str, float]
"""A language ("fr") and how likely it is, from 0 to 1."""


class Detector(Protocol):
    """What guesses languages."""

    def guesses(self, text: str) -> tuple[Guess, ...]:
        """Return every language that may be meant, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Detected:
    """The one language that a text is surely written in."""

    language: str
    confidence: float


# Somebody else's words: quoted lines, and the line that introduces them.
_QUOTED = re.compile(r"^(?:[^\n>][^\n]*[:：][ \t]*\n(?=[ \t]*>)|[ \t]*>[^\n]*)", re.MULTILINE)
# What has no language: links, addresses, order numbers, codes with digits, numbers, marks.
_NO_WORDS = re.compile(
    r"\b(?:https?|ftp)://\S+|\bwww\.\S+|\S+@\S+|\b(?=\w*\d)[\w-]+|[^\w\s'’-]|_",
    re.IGNORECASE,
)

_SENTENCE_END = re.compile(r"[.!?\n؟。！？]+(?=\s|\Z|[^\x00-\x7f])")


def only_words(text: str) -> str:
    """Return the words of a text, without links, addresses, numbers and order numbers."""
    return " ".join(_NO_WORDS.sub(" ", text).split())


def detect(detector: Detector | None, text: str | None, spoken: Collection[str]) -> Detected | None:
    """Return the language the buyer surely wrote in, where it is one of `spoken`; None for any doubt."""
    text = _QUOTED.sub("", (text or "")[:LIMIT])
    words = only_words(text)
    if detector is None or _letters(words) < LETTERS:
        return None
    (language, confidence), *others = detector.guesses(words) or (("", 0.0),)
    sure = confidence >= SURE and not any(other > BEHIND for _, other in others)
    if not sure or language not in {each.partition("-")[0] for each in spoken}:
        return None
    if not _of_one_piece(detector, words, language) or _contradicted(detector, text, language):
        return None
    return Detected(language, confidence)


def _letters(words: str) -> int:
    return sum(map(str.isalpha, words))


def _of_one_piece(detector: Detector, words: str, language: str) -> bool:
    if _letters(words) < LONG:
        return True
    # Japanese is written without blanks: there the middle is the middle character.
    middle = words.find(" ", len(words) // 2)
    middle = len(words) // 2 if middle < 0 else middle
    tops = (detector.guesses(half)[:1] for half in (words[:middle], words[middle:]))
    return all(top and top[0][0] == language and top[0][1] >= HALF for top in tops)


def _contradicted(detector: Detector, text: str, language: str) -> bool:
    """A greeting in one language and the question in another: who reads both is not asked in one of them."""
    sentences = (only_words(each) for each in _SENTENCE_END.split(text))
    tops = (detector.guesses(each)[:1] for each in sentences if _letters(each) >= LETTERS)
    return any(top and top[0][0] != language and top[0][1] >= SURE for top in tops)
