"""
Whether a text has one of the words that a row of the catalogue lists, and its sentences.

Both sides are folded (core/folding). A word stands alone where its script has blanks between words; `*` behind it takes
any ending ("siparis*"). Every pattern takes linear time.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from responder.core.folding import folded

_WRAPPED = 60  # characters from which on a line may have been broken by a mail program, and not by a person
_ENDS = re.compile(r"[.!?]+(?=[\s\"'»”)]|$)|[。！？؟;]+")
_BLANKS_BETWEEN = "\u0590"  # below it lie the scripts of Latin, Greek and Cyrillic; Arabic joins particles to its words


def found(words: tuple[str, ...], text: str) -> str | None:
    """Return the first of `words` that the folded `text` has, as it stands there."""
    if not words:
        return None
    match = _pattern(words).search(text)
    return match[0] if match else None


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_one(word) for word in words))


def _one(word: str) -> str:
    open_end = word.endswith("*")
    bare = folded(word.removesuffix("*"))
    before = r"(?<!\w)" if bare[:1] < _BLANKS_BETWEEN else ""
    after = "" if open_end or bare[-1:] >= _BLANKS_BETWEEN else r"(?!\w)"
    return f"{before}{re.escape(bare)}{after}"


def sentences(text: str) -> Iterator[str]:
    """Yield the folded sentences of `text`: to a full stop, or to the end of a short line."""
    for paragraph in _paragraphs(text.split("\n")):
        for sentence in _ENDS.split(paragraph):
            if sentence.strip():
                yield folded(sentence)


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines, those joined again that a mail program may have broken."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(line.rstrip()) < _WRAPPED:
            yield " ".join(held)
            held = []
    if held:
        yield " ".join(held)
