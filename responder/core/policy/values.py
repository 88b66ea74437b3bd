"""
The policy's rules, words and numbers as values, what is judged by them, and what is found.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

ERROR = "error"
WARNING = "warning"
EXCERPT = 60
KINDS = ("acknowledgement", "feedback_request", "delay_notice", "answer", "invoice")
PROACTIVE = frozenset({"feedback_request", "delay_notice", "invoice"})
"""Kinds that the seller writes of his own accord; the others answer a buyer."""
# Japanese is written without blanks: a word may begin and end anywhere. In Arabic the article and the little words
# before it (and, so, by, for, like) are written together with a word.
CJK = "\u3040-\u30ff\u3400-\u9fff"
BEGIN, END = rf"(?<![^\W{CJK}])", rf"(?![^\W{CJK}])"

SUBJECT = "subject"
TEXT = "text"
HTML = "html"
HEADER = "header"
ATTACHMENT = "attachment"
ORDER = "order"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One rule broken; `line` counts the body's lines from 1, and 0 is the subject or no line at all.

    `place` says what it stands in: the subject, the text, the HTML part, a header, an attachment, or the order's facts.
    """

    rule: str
    severity: str
    line: int
    excerpt: str
    hint: str
    place: str = TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """One of Amazon's rules: what it means, how grave it is, the way out, who says so, and where it is looked at."""

    number: str
    means: str
    severity: str
    hint: str
    source: str
    grade: str
    checked: tuple[str, ...]
    note: str = ""
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class WordRule:
    """Words that break a rule, per language; `kinds` empty means every kind of mail."""

    rule: str
    severity: str
    hint: str
    words: Mapping[str, tuple[str, ...]]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class AttachmentRules:
    """What files may come with a mail: endings that pass, endings that never do, and what an honest name holds."""

    types: frozenset[str]
    never: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """The editable part of the policy."""

    table: Mapping[str, Row]
    words: tuple[WordRule, ...]
    stop_words: Mapping[str, frozenset[str]]
    thanks: Mapping[str, tuple[str, ...]]
    doubled: Mapping[str, frozenset[str]]
    top_level_domains: frozenset[str]
    links: Mapping[str, frozenset[str]]
    image_hosts: frozenset[str]
    attachments: AttachmentRules

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
            rf"{BEGIN}(?<![@.-])(?:[a-z0-9\u00df-\u024f-]{{1,63}}\.){{1,5}}(?:{endings}){END}(?!-)(?!\.\w)",
            re.IGNORECASE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderKnown:
    """
    What is known of a mail's order: when the mail is to leave (`at`), and what the order's dates are.

    `asked` and `written_before`: whether it was asked for feedback, and whether any mail of our own accord left for it.
    """

    at: datetime
    asked: bool = False
    written_before: bool = False
    purchased_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """
    What is judged: the subject as line 0, then the body's lines; buyer's words are blanked out.

    `lines` are as written, `folded` the same lines as words are compared.
    """

    lines: tuple[str, ...]
    folded: tuple[str, ...]
    kind: str
    languages: tuple[str, ...]
    order_id: str | None = None
    known: OrderKnown | None = None

    @property
    def body(self) -> str:
        """The text without the subject."""
        return "\n".join(self.lines[1:])


def finding(
    rules: Rules, rule: str, line: int, excerpt: str, *, severity: str | None = None, place: str | None = None
) -> Finding:
    """Return the finding with the rule's grade and hint, its excerpt cut."""
    row = rules.table[rule]
    where = place or (SUBJECT if line == 0 else TEXT)
    return Finding(rule, severity or row.severity, line, shortened(excerpt), row.hint, where)


def shortened(excerpt: str) -> str:
    """Return an excerpt as one short line."""
    text = " ".join(excerpt.split())
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"
