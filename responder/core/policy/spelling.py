"""
How a text is brought into one spelling before it is judged, so that one word in the data is enough.

Lines stay lines. What a buyer wrote (a name, a subject) is blanked out where it stands as a whole.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from responder.core.compose import without_reply_prefix
from responder.core.message import clean

# Typographic apostrophes, hyphens and blanks as typed ones; full-width letters, digits and the signs of addresses as
# narrow ones (Japanese keyboards write `ｗｗｗ．`). One character for one: a place in the text stays the same place.
_TYPED: dict[int, int | str] = {
    0x2019: "'",
    0x02BC: "'",
    0x2010: "-",
    0x2011: "-",
    0xA0: " ",
    0x202F: " ",
    **{wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1B), *range(0xFF20, 0xFF3B), *range(0xFF41, 0xFF5B))},
    0xFF0B: "+",
    0xFF0D: "-",
    0xFF0E: ".",
    0xFF0F: "/",
}
# Normalising takes quadratic time in the length of a run of combining marks: a word is cut where no word is so long.
_WORD = re.compile(r"\S{1,256}")
# Signs that no reader sees, and that would part a word in two; Arabic's vowel signs and the stroke that widens a word.
_UNSEEN = re.compile("[\xad\u0640\u064b-\u0652\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# Turkish has four i, other languages two; Arabic's alef is written with and without its hamza.
_ALIKE = {0x130: "i", 0x131: "i", 0x622: "\u0627", 0x623: "\u0627", 0x625: "\u0627"}


def normal(text: str) -> str:
    """Return `text` composed (NFC), with typed apostrophes, hyphens and blanks and narrow letters; lines unchanged."""
    return _each_word("NFC", text).translate(_TYPED)


def folded(text: str) -> str:
    """Return `text` as words are compared: without case, width, invisible signs and vowel signs."""
    if text.isascii():
        return text.lower()
    return _UNSEEN.sub("", _each_word("NFKC", text)).translate(_ALIKE).translate(_TYPED).casefold()


def _each_word(form: str, text: str) -> str:
    if text.isascii():
        return text
    return _WORD.sub(lambda word: word[0] if word[0].isascii() else _composed(form, word[0]), text)


@lru_cache(maxsize=4096)
def _composed(form: str, word: str) -> str:
    return unicodedata.normalize(form, word)  # type: ignore[arg-type]


def blanked(text: str, given: Sequence[str]) -> str:
    """Blank out the buyer's words, as written and as a reply prints them, where they stand as a whole."""
    printed = {form for each in given for form in (each.strip(), clean(each), without_reply_prefix(clean(each)))}
    for words in sorted(map(normal, printed), key=len, reverse=True):
        if words:
            text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", lambda match: " " * len(match[0]), text)
    return text
