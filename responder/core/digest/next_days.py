"""
What the digest says of the next days: when nobody is there, and which messages would be overdue because of that.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from responder.core import unattended, wording
from responder.core.digest.facts import ClosedDay, DigestFacts
from responder.core.digest.page import Lines
from responder.core.digest.words import and_more, capped, closed_name
from responder.core.message import clean
from responder.core.speech import say

STRETCHES = 10


def sections(facts: DigestFacts) -> Iterator[Lines]:
    """Yield the closed days and windows that lie ahead, and what changed in the calendar."""
    days, gaps = list(stretches(facts.closed_days)), list(windows(facts, unattended.SHOWN))
    if days or gaps:
        said = say("On closed days acknowledgements go out; Amazon's deadlines do not stop.")
        yield Lines(say("Next closed days"), (*days[:STRETCHES], said, *gaps))
    if facts.calendar_changes:
        told = [clean(change, 400) for change in facts.calendar_changes]
        yield Lines(say("Calendar changed"), capped(told, "responder calendar", facts.rows))


def windows(facts: DigestFacts, shown: int) -> Iterator[str]:
    """Yield the first windows in which a message would be overdue, and how many more there are."""
    for window in facts.unattended[:shown]:
        yield wording.sentence(unattended.sentence(window, facts.now, facts.zone))
    if rest := and_more(len(facts.unattended) - shown, "responder calendar"):
        yield rest


def stretches(days: Sequence[ClosedDay]) -> Iterator[str]:
    """Yield days of one kind and name that follow each other, as one line."""
    rows = sorted(days, key=lambda day: day.on)
    start = 0
    breaks = [
        index
        for index, (one, two) in enumerate(pairwise(rows), start=1)
        if two.on - one.on != timedelta(days=1) or (one.kind, one.name) != (two.kind, two.name)
    ]
    for end in [*breaks, len(rows)] if rows else []:
        yield _stretch(rows[start], rows[end - 1])
        start = end


def _stretch(first: ClosedDay, last: ClosedDay) -> str:
    dates = wording.short_day(first.on)
    if first.on != last.on:
        dates = say("{first} to {last}", first=dates, last=wording.short_day(last.on))
    name, kind = clean(first.name or "", 80), closed_name(first.kind)
    if name:
        return say("{dates}: {name} ({kind})", dates=dates, name=name, kind=kind)
    return say("{dates}: {kind}", dates=dates, kind=kind)
