"""
The digest's pictures of days: columns with their numbers, each of the height that its value has of the highest.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from responder.core import wording
from responder.core.digest.facts import DigestFacts
from responder.core.digest.page import Column, Columns, Picture
from responder.core.speech import say

SHOWN = 14


def columns(caption: str, days: Sequence[tuple[date, float | None, str]]) -> Columns:
    """Return the last days as columns, each with its value in words; a day of which nothing is known stays."""
    shown = days[-SHOWN:]
    highest = max((value for _, value, _ in shown if value is not None), default=0) or 1
    return Columns(
        caption,
        tuple(
            Column(str(day.day), words, None if value is None else round(100 * value / highest))
            for day, value, words in shown
        ),
    )


def sections(facts: DigestFacts) -> Iterator[Picture]:
    """Yield how many messages came on each day, and how fast they were answered, if any came."""
    days = facts.messages.days[-SHOWN:]
    known = [number for _, number in days if number is not None]
    if any(known):
        caption = say("Messages per day")
        said = columns(caption, [(day, number, "–" if number is None else str(number)) for day, number in days])
        count = say("{n} in {days} days", n=sum(known), days=len(known)) if len(known) > 1 else ""
        yield Picture(say("Messages and answers"), count, "", days=said, lines=tuple(_speed(facts)))


def _speed(facts: DigestFacts) -> Iterator[str]:
    median, before = facts.messages.median, facts.messages.before
    if median is None:
        return
    if before is None:
        yield wording.ended(say("Half of the answers came within {span}.", span=wording.span(median)))
    else:
        spans = {"span": wording.span(median), "before": wording.span(before)}
        said = say("Half of the answers came within {span}; in the 14 days before, within {before}.", **spans)
        yield wording.ended(said)
