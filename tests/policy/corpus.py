"""
The corpus of texts as sellers write them, and what the shipped rules find in it.

A text is written with the rules it breaks before anybody looks at what is found. Some are held back: no word of the
rules was chosen by looking at these, so that their figures say something about texts that nobody wrote down here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from responder.core import policy

FOLDER = Path(__file__).parent / "corpus"
ORDER = "305-1234567-7654321"  # in every text that is about an order


@dataclass(frozen=True, slots=True)
class Text:
    """A mail with the rules it breaks, each with its severity; those of `may` are right either way."""

    id: str
    language: str
    kind: str
    subject: str
    body: str
    note: str
    breaks: Mapping[str, str]
    may: frozenset[str]
    held_back: bool

    @property
    def given(self) -> tuple[str, ...]:
        """The subject of an answer is the buyer's: Amazon threads by it."""
        return (self.subject,) if self.kind in ("acknowledgement", "answer") else ()

    @property
    def expected(self) -> frozenset[tuple[str, str]]:
        """The rules broken, with their severities."""
        return frozenset(self.breaks.items())


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in one text, as (rule, severity)."""

    text: Text
    found: frozenset[tuple[str, str]]

    @property
    def hits(self) -> frozenset[tuple[str, str]]:
        """What is broken and found."""
        return self.text.expected & self.found

    @property
    def missed(self) -> frozenset[tuple[str, str]]:
        """What is broken and not found."""
        return self.text.expected - self.found

    @property
    def false_alarms(self) -> frozenset[tuple[str, str]]:
        """What is found and not broken; a warning beside the error that is meant says nothing new."""
        return frozenset(each for each in self.found - self.text.expected if not self._is_right(*each))

    def _is_right(self, rule: str, severity: str) -> bool:
        return rule in self.text.may or (severity == policy.WARNING and rule in self.text.breaks)

    @property
    def is_held(self) -> bool:
        """Whether the mail would not be sent."""
        return any(severity == policy.ERROR for _, severity in self.found)


@lru_cache(maxsize=1)
def texts() -> tuple[Text, ...]:
    """Return all texts, language by language."""
    files = sorted(FOLDER.glob("*.yaml"))
    return tuple(_text(file.stem, each) for file in files for each in yaml.safe_load(file.read_text("utf-8")))


def _text(language: str, value: Mapping[str, Any]) -> Text:
    return Text(
        id=value["id"],
        language=language,
        kind=value["kind"],
        subject=value["subject"],
        body=value["text"],
        note=value["note"],
        breaks=value.get("breaks", {}),
        may=frozenset(value.get("may", ())),
        held_back=value.get("held_back", False),
    )


def judged(text: Text, rules: policy.Rules) -> Judged:
    """Return what the rules find in a text that is sent as it stands."""
    findings = policy.check(
        text.subject,
        text.body,
        rules=rules,
        kind=text.kind,
        language=text.language,
        order_id=ORDER,
        given=text.given,
    )
    return Judged(text, frozenset((each.rule, each.severity) for each in findings))


@dataclass(frozen=True, slots=True)
class Figures:
    """How many were expected, found rightly, missed and found wrongly."""

    expected: int
    hits: int
    missed: int
    false_alarms: int

    @property
    def precision(self) -> float | None:
        """Of what is found, how much is right; nothing when nothing is found."""
        return _share(self.hits, self.hits + self.false_alarms)

    @property
    def recall(self) -> float | None:
        """Of what is broken, how much is found; nothing when nothing is broken."""
        return _share(self.hits, self.expected)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def figures(results: Iterable[Judged], rule: str | None = None) -> Figures:
    """Add the results up, of one rule or of all."""
    expected = hits = missed = false_alarms = 0
    for each in results:
        expected += _count(each.text.expected, rule)
        hits += _count(each.hits, rule)
        missed += _count(each.missed, rule)
        false_alarms += _count(each.false_alarms, rule)
    return Figures(expected, hits, missed, false_alarms)


def _count(names: frozenset[tuple[str, str]], rule: str | None) -> int:
    return sum(rule in (None, name) for name, _ in names)
