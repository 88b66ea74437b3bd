"""
Words and phrases of the policy in a text, and a text of nothing but thanks (L02).

A word is compared as a whole, folded; `*` at its end stands for any ending, and a pair (`core/near.py`) for two words
close to each other. A phrase may be broken by the end of a line.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from responder.core import near
from responder.core.policy.spelling import folded
from responder.core.policy.values import CJK, SUBJECT, TEXT, Finding, Mail, Rules, finding, shortened

UNSPACED = re.compile(f"[{CJK}]")
ARABIC = re.compile("[\u0621-\u064a]")
_JOINED = "[وفبكل]{0,2}(?:ال|ل)?"
_AFTER_SUBJECT = "\x00"  # no phrase begins in the subject and ends in the text

MANY = 100  # findings of one row of the data: a person mends the first, and has long understood
FEW_WORDS = 20  # fewer words than this prove nothing about a language, and may be a text of thanks only


def by_words(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """Yield each word or phrase that breaks a rule in this kind of mail, in the mail's languages (else in all)."""
    lines = (mail.folded[0] + _AFTER_SUBJECT, *mail.folded[1:])
    text = _Text("\n".join(lines))
    places = _Places(mail.lines, lines)
    for rule in rules.words:
        if rule.kinds and mail.kind not in rule.kinds:
            continue
        known = [word for language in mail.languages for word in rule.words.get(language, ())]
        for start, end in _spans(known or [word for words in rule.words.values() for word in words], text)[:MANY]:
            line, excerpt = places.of(start, end)
            where = TEXT if line else SUBJECT
            yield Finding(rule.rule, rule.severity, line, shortened(excerpt), rule.hint, where)


def thanks_only(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """A guess, hence a warning: few words, thanks among them, and neither a date nor a number."""
    words = [word for language in mail.languages for word in rules.thanks.get(language, ())]
    if not words or len(spoken(mail.body)) >= FEW_WORDS or any(character.isdigit() for character in mail.body):
        return
    text = _Text("\n".join(mail.folded[1:]))
    for start, end in _spans(words, text)[:1]:
        line, excerpt = _Places(mail.lines[1:], mail.folded[1:]).of(start, end)
        yield finding(rules, "L02", line + 1, excerpt)


def spans(words: Iterable[str], text: str) -> list[near.Span]:
    """Return where the words, phrases and pairs stand in a folded text, the longest where several overlap."""
    return _spans(words, _Text(text))


def present(words: Iterable[str], text: str) -> tuple[str, ...]:
    """Return those that may stand in a part of the folded text: what none of them needs is not looked for in each."""
    whole = _Text(text)
    return tuple(
        word
        for word in words
        if all(any(map(whole.places, side)) for side in (near.sides(word) if near.is_pair(word) else ((word,),)))
    )


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


class _Text:
    """A folded text in which words are looked for: most are not in it, and that is seen without a pattern."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._flat = " ".join(text.split())
        self._compact = self._flat.replace(" ", "")
        self._known: dict[str, list[near.Span]] = {}

    def places(self, word: str) -> list[near.Span]:
        """Return where one word or phrase stands; many pairs ask for the same word."""
        if word not in self._known:
            self._known[word] = self._places(word)
        return self._known[word]

    def _places(self, word: str) -> list[near.Span]:
        part, unspaced = _compared(word)
        if part not in (self._compact if unspaced else self._flat):
            return []
        return [match.span() for match in _pattern(word).finditer(self.text)]


def _spans(words: Iterable[str], text: _Text) -> list[near.Span]:
    """Return where the words stand in the folded text, the longest first where several begin or overlap."""
    found: list[near.Span] = []
    for word in words:
        found += near.spans(word, text.text, text.places) if near.is_pair(word) else text.places(word)
    kept: list[near.Span] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


@lru_cache(maxsize=16_384)
def _compared(word: str) -> tuple[str, bool]:
    """Return what a text must hold for the word to be in it, and whether it is written without blanks."""
    text = folded(word.removesuffix("*"))
    return ("".join(text.split()), True) if UNSPACED.search(text) else (" ".join(text.split()), False)


@lru_cache(maxsize=4_096)
def _pattern(word: str) -> re.Pattern[str]:
    text = folded(word.removesuffix("*"))
    if UNSPACED.search(text):  # a line may end anywhere in it
        return re.compile(r"\s?".join(re.escape(character) for character in text if not character.isspace()))
    escaped = r"\s+".join(re.escape(each) for each in text.split())
    ending = r"\w{0,30}" if word.endswith("*") else ""
    before = rf"(?<!\w){_JOINED}" if ARABIC.search(text) else r"(?<!\w)"
    return re.compile(rf"{before}{escaped}{ending}(?!\w)")
