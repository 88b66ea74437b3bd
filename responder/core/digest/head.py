"""
The digest's first screen and its last lines: must I act now, and is the daemon well?
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from responder.core import wording
from responder.core.digest import bad_feedback, notices, orders, rates
from responder.core.digest import late as late_orders
from responder.core.digest.facts import DigestFacts, Notice, OpenThread, Outage
from responder.core.digest.words import due_soon, full, is_all_clear, past_due, place
from responder.core.message import clean
from responder.core.speech import say, several

OUTAGES = 3
GRACE = timedelta(minutes=30)
"""So long after its hour a digest is not late yet."""


def subject(facts: DigestFacts, threads: Sequence[OpenThread]) -> Iterator[str]:
    """Yield the parts of the subject: what to do first, then how much there is; the caller adds the day."""
    late, soon = past_due(facts, threads), due_soon(facts, threads)
    if is_all_clear(facts):
        yield say("All clear")
        return
    if late:
        yield several(len(late), "{n} overdue", "{n} overdue")
    if soon:
        by = wording.moment(soon[-1].answer_by_at, facts.now, facts.zone)
        yield several(len(soon), "{n} to answer by {time}", "{n} to answer by {time}", time=by)
    elif not threads:
        yield say("Nothing to answer")
    if len(threads) > len(late) + len(soon):
        yield several(len(threads), "{n} open", "{n} open")
    yield from _needed(facts)
    if number := len(facts.decisions) + len(facts.unsure):
        yield several(number, "{n} decision", "{n} decisions")
    yield from bad_feedback.subject(facts.bad_feedback)
    yield from late_orders.subject(facts.late)
    yield from orders.subject(facts.orders)
    yield from rates.subject(facts.rates)
    if facts.problems:
        yield several(len(facts.problems), "{n} problem", "{n} problems")


def _needed(facts: DigestFacts) -> Iterator[str]:
    """Notices by their deadlines; those that need somebody without one are counted."""
    needed = _waiting(facts)
    due = sorted(notice.due_at for notice in needed if notice.due_at is not None)
    if due:
        first = wording.moment(due[0], facts.now, facts.zone)
        yield several(len(due), "{n} notice due, first {time}", "{n} notices due, first {time}", time=first)
    if len(needed) > len(due):
        yield several(len(needed) - len(due), "{n} notice needs you", "{n} notices need you")


def _waiting(facts: DigestFacts) -> list[Notice]:
    """Return what a first line counts: as with messages, a forged mail is told of further down."""
    return [notice for notice in notices.waiting(facts) if notice.verified]


def headline(facts: DigestFacts, threads: Sequence[OpenThread]) -> str:
    """Return the digest's first line: what to do before the next one."""
    late, soon = past_due(facts, threads), due_soon(facts, threads)
    if soon:
        by = wording.moment(soon[-1].answer_by_at, facts.now, facts.zone)
        return several(len(soon), "{n} message to answer by {time}", "{n} messages to answer by {time}", time=by)
    if late:
        return several(len(late), "{n} message overdue", "{n} messages overdue")
    if threads:
        first = wording.moment(threads[0].answer_by_at, facts.now, facts.zone)
        return several(
            len(threads),
            "{n} message open, the first due {time}",
            "{n} messages open, the first due {time}",
            time=first,
        )
    if needed := len(_waiting(facts)):
        return several(needed, "Nothing to answer, {n} notice needs you", "Nothing to answer, {n} notices need you")
    return say("Nothing to answer")


def preheader(facts: DigestFacts, threads: Sequence[OpenThread]) -> str:
    """Return what a mail client shows beside the subject: after an outage that comes first."""
    down = [next(_outage(facts, outage)) for outage in facts.outages[-1:]]
    return " ".join([*down, _first(facts, threads)])


def _first(facts: DigestFacts, threads: Sequence[OpenThread]) -> str:
    sent = several(len(facts.sent), "{n} mail sent for you.", "{n} mails sent for you.")
    if not threads:
        return say("No message waits for an answer. {sent}", sent=sent)
    first = threads[0]
    return say(
        "First: “{subject}”, {place}, due {time}. {sent}",
        subject=clean(first.subject, 60),
        place=place(first.marketplace),
        time=wording.moment(first.answer_by_at, facts.now, facts.zone),
        sent=sent,
    )


def alarms(facts: DigestFacts, threads: Sequence[OpenThread]) -> Iterator[str]:
    """Yield what stands in the red box above everything; after an outage it is said first."""
    for outage in facts.outages[-OUTAGES:]:
        yield " ".join(_outage(facts, outage))
    late = past_due(facts, threads)
    if late:
        worst = wording.span(facts.now - late[0].answer_by_at)
        said = several(
            len(late), "{n} message is {span} late.", "{n} messages are late, the oldest by {span}.", span=worst
        )
        yield wording.ended(said)


def _outage(facts: DigestFacts, outage: Outage) -> Iterator[str]:
    """Yield from when to when nobody looked, what came meanwhile, and whether it was answered."""
    start, end = (wording.moment(at, facts.now, facts.zone) for at in (outage.from_at, outage.until_at))
    yield say("The daemon was down from {start} to {end}.", start=start, end=end)
    match outage.messages:
        case None:
            yield say("The mailboxes have not been looked at since: nobody knows yet what arrived.")
        case 0:
            yield say("No message arrived meanwhile.")
        case number if outage.answered:
            yield several(number, "{n} message arrived meanwhile.", "{n} messages arrived meanwhile.")
        case number:
            yield several(
                number,
                "{n} message arrived meanwhile; it was not answered automatically.",
                "{n} messages arrived meanwhile; none was answered automatically.",
            )


def remarks(facts: DigestFacts) -> Iterator[str]:
    """Yield what the seller must know about the daemon before reading on."""
    if facts.dry_run:
        yield say(
            "Rehearsal: nothing is sent to buyers yet. Type “{command}” when the acknowledgements look right.",
            command="responder go-live",
        )


def footer(facts: DigestFacts) -> Iterator[str]:
    """Yield the daemon's last lines: which digest this is, and when it writes again."""
    if facts.accounts and not facts.health.mailboxes:
        yield say("Watching {mailboxes}.", mailboxes=", ".join(clean(account, 60) for account in facts.accounts))
    if facts.live_since and not facts.dry_run:
        yield say("Live since {time}.", time=full(facts, facts.live_since))
    named = {"version": clean(facts.version, 40), "number": facts.number}
    if facts.next_digest_at is None:
        yield say("Buyer Responder {version} · digest no. {number}.", **named)
        return
    next_at = full(facts, facts.next_digest_at)
    yield say("Buyer Responder {version} · digest no. {number} · next digest {time}.", time=next_at, **named)
    latest = wording.clock(facts.next_digest_at + GRACE, facts.zone)
    yield say("Not there by {time}? The daemon may be down: type “{command}”.", time=latest, command="responder status")
