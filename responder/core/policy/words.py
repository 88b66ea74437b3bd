"""
Words and phrases of the policy in a text, and a text of nothing but thanks (L02).

A word is compared as a whole, folded; `*` at its end stands for any ending, `a ~4 b` for a and b with at most four
words between them in one sentence (in Japanese: so many characters). A phrase may be broken by the end of a line.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from responder.core.policy.spelling import folded
from responder.core.policy.values import CJK, SUBJECT, TEXT, Finding, Mail, Rules, finding, shortened

UNSPACED = re.compile(f"[{CJK}]")
ARABIC = re.compile("[\u0621-\u064a]")
_JOINED = "[وفبكل]{0,2}(?:ال|ل)?"
_GAP = re.compile(r" ~(\d{1,2}) ")
_AFTER_SUBJECT = "\x00"  # no phrase begins in the subject and ends in the text

FEW_WORDS = 20  # fewer words than this prove nothing about a language, and may be a text of thanks only


def by_words(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """Yield each word or phrase that breaks a rule in this kind of mail, in the mail's languages (else in all)."""
    lines = (mail.folded[0] + _AFTER_SUBJECT, *mail.folded[1:])
    text = "\n".join(lines)
    places = _Places(mail.lines, lines)
    for rule in rules.words:
        if rule.kinds and mail.kind not in rule.kinds:
            continue
        known = [word for language in mail.languages for word in rule.words.get(language, ())]
        for start, end in _spans(known or [word for words in rule.words.values() for word in words], text):
            line, excerpt = places.of(start, end)
            where = TEXT if line else SUBJECT
            yield Finding(rule.rule, rule.severity, line, shortened(excerpt), rule.hint, where)


def thanks_only(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """A guess, hence a warning: few words, thanks among them, and neither a date nor a number."""
    words = [word for language in mail.languages for word in rules.thanks.get(language, ())]
    if not words or len(spoken(mail.body)) >= FEW_WORDS or any(character.isdigit() for character in mail.body):
        return
    text = "\n".join(mail.folded[1:])
    for start, end in _spans(words, text)[:1]:
        line, excerpt = _Places(mail.lines[1:], mail.folded[1:]).of(start, end)
        yield finding(rules, "L02", line + 1, excerpt)


def spoken(text: str) -> list[str]:
    """Return a text's words in lower case, without numbers and signs."""
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower())


class _Places:
    """Where a part of the folded text stands in the text as written."""

    def __init__(self, lines: Sequence[str], folded_lines: Sequence[str]) -> None:
        self._lines = lines
        self._folded = folded_lines
        self._starts = [0, *accumulate(len(each) + 1 for each in folded_lines)]

    def of(self, start: int, end: int) -> tuple[int, str]:
        """Return the line where it begins, and the words as written; as folded where folding moved them."""
        first, last = (bisect_right(self._starts, at) - 1 for at in (start, end - 1))
        parts = []
        for number in range(first, last + 1):
            begins = max(start - self._starts[number], 0)
            ends = end - self._starts[number]
            written, compared = self._lines[number], self._folded[number].removesuffix(_AFTER_SUBJECT)
            parts.append((written if len(written) == len(compared) else compared)[begins:ends])
        return first, " ".join(parts)


def _spans(words: Iterable[str], text: str) -> list[tuple[int, int]]:
    """Return where the words stand in the folded `text`, the longest first where several begin or overlap."""
    flat = " ".join(text.split())
    compact = flat.replace(" ", "")
    found = []
    for word in words:
        compared = _compared(word)
        if all(part in (compact if unspaced else flat) for part, unspaced in compared.parts):
            found += [match.span() for match in _pattern(word).finditer(text)]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


class _Compared:
    """A word of the data as it is looked for: most words are not in a text, and that is seen without a pattern."""

    __slots__ = ("parts",)

    def __init__(self, word: str) -> None:
        pieces = [each for index, each in enumerate(_GAP.split(word)) if not index % 2]
        texts = [folded(piece.strip().rstrip("*")) for piece in pieces]
        self.parts = [
            ("".join(text.split()), True) if UNSPACED.search(text) else (" ".join(text.split()), False)
            for text in texts
        ]


_compared = lru_cache(maxsize=16_384)(_Compared)


@lru_cache(maxsize=4_096)
def _pattern(word: str) -> re.Pattern[str]:
    pieces = _GAP.split(word)
    pattern = _one(pieces[0])
    for most, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        between = (
            rf"[^.!?。！？]{{0,{most}}}?"
            if UNSPACED.search(word)
            else rf"[^\w.!?\x00]{{1,4}}(?:\w{{1,40}}(?:'\w{{1,20}})?[^\w.!?\x00]{{1,4}}){{0,{most}}}?"
        )
        pattern += between + _one(piece)
    return re.compile(pattern)


def _one(word: str) -> str:
    text = folded(word.strip().removesuffix("*"))
    if UNSPACED.search(text):  # a line may end anywhere in it
        return r"\s?".join(re.escape(character) for character in text if not character.isspace())
    escaped = r"\s+".join(re.escape(each) for each in text.split())
    ending = r"\w{0,30}" if word.endswith("*") else ""
    before = rf"(?<!\w){_JOINED}" if ARABIC.search(text) else r"(?<!\w)"
    return rf"{before}{escaped}{ending}(?!\w)"
