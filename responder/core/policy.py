"""
Amazon's communication rules as checks on a finished mail (Communication Guidelines, in force since November 2020).

The words live in `data/policy.yaml`; a check names the rule, the line and the way out. The buyer's quoted words are
never judged: pass the body without its quotation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class Rules:
    """The editable part of the policy."""

    severities: Mapping[str, str]
    hints: Mapping[str, str]
    words: tuple[WordRule, ...]
    stop_words: Mapping[str, frozenset[str]]
    thanks: Mapping[str, tuple[str, ...]]
    top_level_domains: frozenset[str]
    allowed_domains: Mapping[str, tuple[str, ...]]


def check(
    subject: str,
    body: str,
    *,
    rules: Rules,
    kind: str,
    language: str | None,
    order_id: str | None = None,
    html: str | None = None,
    given: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Return what breaks Amazon's rules; `given` are the buyer's own words (name, subject), which are not judged."""
    raise NotImplementedError


def has_errors(findings: Sequence[Finding]) -> bool:
    """Return whether the mail must not be sent."""
    return any(finding.severity == "error" for finding in findings)
