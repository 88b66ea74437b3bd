"""
Where the mail that an answer quotes begins, so that what somebody wrote now can be told from what stood there before.

Mail programs mark it in four ways: a line that says who wrote ("On Monday, X wrote:"), a separator ("Original
Message"), the header block of the quoted mail, and lines that begin with ">". The words of each language are data.
Every step looks at each line a bounded number of times.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from responder.core.amazon import QuoteMarks
from responder.core.folding import folded

MAX_LINES = 2_000
_LONGEST = 300  # of a line that says who wrote; mail programs wrap it to two or three
_BLOCK = 6  # lines in which the labels of a quoted header block follow each other
_DASHES = "-–—_=─ \t"
_DATE = re.compile(r"(?<![0-9])(?:(?:19|20)[0-9]{2}(?![0-9])|[0-9]{1,2}[:.h/-][0-9]{1,2}|[0-9]{1,2}\s?月)")
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,253}")


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of all languages, folded."""

    wrote: tuple[str, ...]
    separators: frozenset[str]
    first: tuple[str, ...]
    others: tuple[str, ...]
    subject: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """A text taken apart: what was written now, and where in the text the quoted mail begins (its end: nowhere)."""

    own: str
    at: int


def split(text: str, marks: tuple[QuoteMarks, ...]) -> Split:
    """Return the words above the quoted mail, between and below its quoted lines; never nothing of something."""
    lines = text.split("\n", MAX_LINES)
    words = _words(marks)
    found = next(((index, end) for index in range(len(lines)) if (end := _introduction(lines, index, words))), None)
    first_quoted = next((index for index, line in enumerate(lines) if _quoted(line)), len(lines))
    index, end = found or (first_quoted, first_quoted)
    if first_quoted < index:
        index, end = first_quoted, first_quoted
    if index == len(lines):
        return Split(text.strip(), len(text))
    at = sum(len(line) + 1 for line in lines[:index])
    above = list(lines[:index])
    while above and not above[-1].strip(_DASHES):  # blank, or a rule above the quoted mail
        above.pop()
    own = [*above, *_between(lines[end:], words)]
    return Split("\n".join(own).strip() or text.strip(), at)


def _between(below: Sequence[str], words: _Words) -> Iterator[str]:
    """Yield what was written between and below quoted lines; without such lines all of it is the quoted mail."""
    last = max((index for index, line in enumerate(below) if _quoted(line)), default=-1)
    skip = 0 if last >= 0 else len(below)
    for index, line in enumerate(below):
        if index < skip or _quoted(line):
            continue
        skip = _introduction(below, index, words)
        if skip > last:
            return  # an older mail, quoted without marks
        if not skip:
            yield line


@lru_cache(maxsize=8)
def _words(marks: tuple[QuoteMarks, ...]) -> _Words:
    return _Words(
        wrote=tuple(dict.fromkeys(word.casefold() for mark in marks for word in mark.wrote)),
        separators=frozenset(folded(word) for mark in marks for word in mark.separators),
        first=tuple(dict.fromkeys(word.casefold() for mark in marks for word in mark.first)),
        others=tuple(dict.fromkeys(word.casefold() for mark in marks for word in (*mark.others, *mark.subject))),
        subject=tuple(dict.fromkeys(word.casefold() for mark in marks for word in mark.subject)),
    )


def _introduction(lines: Sequence[str], index: int, words: _Words) -> int:
    """Return the line behind what introduces a quoted mail at `index`; 0 where nothing does."""
    line = lines[index].strip()
    if not line or _quoted(line):
        return 0
    if _separates(line, words):
        return index + 1
    return _who_wrote(lines, index, words) or _header_block(lines, index, words)


def _separates(line: str, words: _Words) -> bool:
    """A separator stands alone between at least three dashes on each side."""
    inner = line.strip(_DASHES)
    dashes = len(line) - len(line.lstrip(_DASHES))
    return dashes >= 3 and folded(inner) in words.separators


def _who_wrote(lines: Sequence[str], index: int, words: _Words) -> int:
    """
    "On Monday 4 January, X <x@example.org> wrote:", over at most three lines, with a date.

    A buyer may well write such a sentence; it counts when it names an address, or when quoted lines follow.
    """
    if _DATE.search(lines[index][:_LONGEST]) is None:
        return 0
    joined, end = "", index
    for end in range(index + 1, min(index + 3, len(lines)) + 1):
        line = lines[end - 1].strip()[:_LONGEST]
        if joined and _DATE.search(line):
            return 0  # the introduction begins on this line; the one above is the buyer's
        joined = f"{joined} {line}".strip()
        if joined.endswith((":", "：")) or len(joined) > _LONGEST:
            break
    folded = joined.casefold()
    if not folded.endswith((":", "：")) or len(folded) > _LONGEST:
        return 0
    named = _ADDRESS.search(joined) is not None
    followed = _quoted(next((line for line in lines[end : end + 3] if line.strip()), ""))
    said = any(word in folded for word in words.wrote)
    # In a language whose word is not known both must be there.
    return end if (said and (named or followed)) or (named and followed) else 0


def _header_block(lines: Sequence[str], index: int, words: _Words) -> int:
    """
    Return where a block of at least three labels of a header ends, "From:" and "Subject:" among them in any place.

    Without a subject it may be a gift's card: "From: / To: / Date:".
    """
    if not _labelled(lines[index], (*words.first, *words.others)):
        return 0
    block = range(index, min(index + 1 + _BLOCK, len(lines)))
    others = [each for each in block if _labelled(lines[each], words.others)]
    first = [each for each in block if _labelled(lines[each], words.first)]
    named = any(_labelled(lines[each], words.subject) for each in block)
    return max(others[-1], first[-1]) + 1 if first and named and len(others) >= 2 else 0


def _labelled(line: str, labels: Sequence[str]) -> bool:
    head, colon, _ = line.strip().lstrip("*").replace("：", ":").partition(":")
    return bool(colon) and len(head) <= 30 and head.rstrip(" *\xa0").casefold() in labels


def _quoted(line: str) -> bool:
    """A blank in front of ">" is a person's (RFC 3676 section 4.4), and so is an arrow back at the end of the line."""
    return line.startswith(">") and not line.rstrip().endswith("<")
