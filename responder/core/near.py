"""
Words that only mean something close to others: a reward in a mail is none, a reward beside a review is one.

`refund*|money back ~~8 review*|opinion*` stands for one of the words on the left and one of those on the right, in
either order, in one paragraph, with at most eight words between them; `please ~3 cancel` for the left one first. The
time is linear in the text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

CJK = "\u3040-\u30ff\u3400-\u9fff"
_PAIR = re.compile(r"(?P<left>.+?) ~(?P<either>~?)(?P<within>\d{1,2}) (?P<right>.+)")
_WORD = re.compile(rf"\d[\d.,/-]*|[^\W{CJK}]+|[{CJK}]{{1,2}}")  # a number is one, two Japanese letters are about one
_PARAGRAPH = re.compile(r"\n\s*\n|\x00")  # the subject ends with the sign that no text holds

Span = tuple[int, int]
Places = Callable[[str], Iterable[Span]]


def is_pair(entry: str) -> bool:
    """Return whether an entry of the data asks for two words close to each other."""
    return _PAIR.fullmatch(entry) is not None


def sides(entry: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words on the left of a pair and those on the right."""
    left, right, _, _ = _parts(entry)
    return left, right


def spans(entry: str, text: str, places: Places) -> list[Span]:
    """Return where the words of a pair stand close to each other in `text`; `places` says where one word stands."""
    left, right, within, either = _parts(entry)
    lefts = _found(left, places)
    rights = _found(right, places) if lefts else []
    if not lefts or not rights:
        return []
    words, ends = _starts(text)
    return [
        (start, end)
        for start, end, first, second in _neighbours(lefts, rights, either=either)
        if _count(words, first, second) <= within and not _count(ends, first, second)
    ]


@lru_cache(maxsize=4)
def _starts(text: str) -> tuple[Sequence[int], Sequence[int]]:
    """Return where words begin and where paragraphs end; kept, since one text is asked about by many pairs."""
    words = [match.start() for match in _WORD.finditer(text)]
    return words, [match.start() for match in _PARAGRAPH.finditer(text)]


def _neighbours(lefts: Sequence[Span], rights: Sequence[Span], *, either: bool) -> Iterator[tuple[int, int, int, int]]:
    """Yield, for each on the left, the next on the right after it and before it: the whole, and what is between."""
    starts, ends = [start for start, _ in rights], [end for _, end in rights]
    for start, end in lefts:
        after, before = bisect_left(starts, end), bisect_right(ends, start) - 1
        if after < len(rights):
            yield start, ends[after], end, starts[after]
        if either and before >= 0:
            yield starts[before], end, ends[before], start


def _count(places: Sequence[int], start: int, end: int) -> int:
    return bisect_left(places, end) - bisect_left(places, start)


def _found(words: Sequence[str], places: Places) -> list[Span]:
    """Return where any of the words stands; of two that overlap the first, then the longer."""
    kept: list[Span] = []
    for each in sorted((at for word in words for at in places(word)), key=lambda at: (at[0], -at[1])):
        if not kept or each[0] >= kept[-1][1]:
            kept.append(each)
    return kept


@lru_cache(maxsize=1024)
def _parts(entry: str) -> tuple[tuple[str, ...], tuple[str, ...], int, bool]:
    match = _PAIR.fullmatch(entry)
    if match is None:
        message = f"{entry!r} is no pair of words"
        raise ValueError(message)
    return _alternatives(match["left"]), _alternatives(match["right"]), int(match["within"]), bool(match["either"])


def _alternatives(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split("|"))
