"""
The policy's words and numbers as values, what is judged by them, and what is found; the checks are in `policy`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

ERROR = "error"
EXCERPT = 60
# Japanese is written without blanks: a word may begin and end anywhere. In Arabic the article and the little words
# before it (and, so, by, for, like) are written together with a word.
CJK = "\u3040-\u30ff\u3400-\u9fff"
BEGIN, END = rf"(?<![^\W{CJK}])", rf"(?![^\W{CJK}])"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken; `line` counts the body's lines from 1, and 0 is the subject."""

    rule: str
    severity: str
    line: int
    excerpt: str
    hint: str


@dataclass(frozen=True, slots=True)
class WordRule:
    """Words that break a rule, per language; `kinds` empty means every kind of mail."""

    rule: str
    severity: str
    hint: str
    words: Mapping[str, tuple[str, ...]]
    kinds: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """The editable part of the policy."""

    severities: Mapping[str, str]
    hints: Mapping[str, str]
    words: tuple[WordRule, ...]
    stop_words: Mapping[str, frozenset[str]]
    thanks: Mapping[str, tuple[str, ...]]
    top_level_domains: frozenset[str]
    allowed_domains: Mapping[str, tuple[str, ...]]

    @cached_property
    def distinctive(self) -> Mapping[str, frozenset[str]]:
        """The small words of each language that no other language has."""
        return {
            language: words.difference(*(other for name, other in self.stop_words.items() if name != language))
            for language, words in self.stop_words.items()
        }

    @cached_property
    def domain(self) -> re.Pattern[str]:
        """What a bare web address looks like."""
        endings = "|".join(sorted(map(re.escape, self.top_level_domains), key=len, reverse=True))
        return re.compile(
            rf"{BEGIN}(?<![@.-])(?:[a-z0-9-]{{1,63}}\.){{1,5}}(?:{endings}){END}(?!-)(?!\.\w)", re.IGNORECASE
        )


@dataclass(frozen=True, slots=True)
class Mail:
    """What is judged: the subject as line 0, then the body's lines; buyer's words are blanked out."""

    lines: tuple[str, ...]
    kind: str
    languages: tuple[str, ...]
    order_id: str | None
    html: str | None

    @property
    def body(self) -> str:
        """The text without the subject."""
        return "\n".join(self.lines[1:])


def finding(rules: Rules, rule: str, line: int, excerpt: str) -> Finding:
    """Return the finding with the rule's grade and hint, its excerpt cut."""
    text = " ".join(excerpt.split())
    shown = text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"
    return Finding(rule, rules.severities[rule], line, shown, rules.hints[rule])
