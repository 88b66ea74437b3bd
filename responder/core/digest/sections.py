"""
The digest's sections, in the order in which they need a person.
"""

from collections.abc import Iterator, Sequence

from responder.core import wording
from responder.core.digest import (
    answers,
    asked,
    bad_feedback,
    days,
    health,
    late,
    next_days,
    notices,
    orders,
    outgoing,
    rates,
)
from responder.core.digest.facts import DigestFacts, OpenThread
from responder.core.digest.page import Lines, Section
from responder.core.digest.words import capped
from responder.core.message import clean
from responder.core.speech import say, several


def sections(facts: DigestFacts, threads: Sequence[OpenThread]) -> Iterator[Section]:
    """Return every section that has something to say."""
    yield from _wanted(facts, threads)
    if facts.sent:
        yield outgoing.sent(facts)
    yield from notices.news(facts)
    if facts.new_kinds:
        yield notices.new_kinds(facts)
    yield from rates.sections(facts)
    yield from days.sections(facts)
    yield from next_days.sections(facts)
    if facts.problems:
        told = [clean(problem, 400) for problem in facts.problems]
        yield Lines(say("Problems"), capped(told, "responder status", facts.rows))
    yield from health.sections(facts)


def _wanted(facts: DigestFacts, threads: Sequence[OpenThread]) -> Iterator[Section]:
    """Return what asks for a person: whatever is told besides comes after it."""
    trusted = [thread for thread in threads if thread.verified]
    doubtful = [thread for thread in threads if not thread.verified]
    if trusted:
        yield answers.answers(facts, trusted)
    yield from notices.needed(facts)
    if doubtful:
        yield answers.unverified(facts, doubtful)
    if facts.decisions or facts.unsure:
        yield outgoing.decisions(facts)
    yield from bad_feedback.sections(facts)
    yield from late.sections(facts)
    if not facts.orders.is_empty:
        yield orders.section(facts)


def all_clear(facts: DigestFacts) -> Iterator[Section]:
    """Return the short form for a day on which nothing waits."""
    stretches = list(next_days.stretches(facts.closed_days))
    lines = (
        say("No message waits for an answer, and no notice has come."),
        _sent(facts),
        health.fine(facts),
        say("Closed next on {days}.", days=stretches[0]) if stretches else "",
        *next_days.windows(facts, 1),
    )
    yield Lines(say("All clear"), tuple(filter(None, lines)))
    yield from asked.lines(facts)


def _sent(facts: DigestFacts) -> str:
    number = len(facts.sent)
    if facts.since_at is None:
        return (
            several(number, "{n} mail sent for you.", "{n} mails sent for you.")
            if number
            else say("Nothing was sent for you.")
        )
    since = wording.since(facts.since_at, facts.now, facts.zone)
    if not number:
        return say("Nothing was sent for you {since}.", since=since)
    return several(number, "{n} mail sent for you {since}.", "{n} mails sent for you {since}.", since=since)
