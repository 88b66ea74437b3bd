"""
The digest's first screen and its last lines: must I act now, and is the daemon well?
"""

from collections.abc import Iterator, Sequence

from responder.core import wording
from responder.core.digest import bad_feedback, notices, orders, rates
from responder.core.digest import late as late_orders
from responder.core.digest.facts import DigestFacts, Notice, OpenThread
from responder.core.digest.words import due_soon, full, is_all_clear, past_due, place
from responder.core.message import clean
from responder.core.wording import counted


def subject(facts: DigestFacts, threads: Sequence[OpenThread]) -> Iterator[str]:
    """The parts of the subject: what to do first, then how much there is; the caller adds the day."""
    late, soon = past_due(facts, threads), due_soon(facts, threads)
    if is_all_clear(facts):
        yield "All clear"
        return
    if late:
        yield f"{len(late)} overdue"
    if soon:
        yield f"{len(soon)} to answer by {wording.moment(soon[-1].answer_by_at, facts.now, facts.zone)}"
    elif not threads:
        yield "Nothing to answer"
    if len(threads) > len(late) + len(soon):
        yield f"{len(threads)} open"
    yield from _needed(facts)
    if facts.decisions or facts.unsure:
        yield counted(len(facts.decisions) + len(facts.unsure), "decision")
    yield from bad_feedback.subject(facts.bad_feedback)
    yield from late_orders.subject(facts.late)
    yield from orders.subject(facts.orders)
    yield from rates.subject(facts.rates)
    if facts.problems:
        yield counted(len(facts.problems), "problem")


def _needed(facts: DigestFacts) -> Iterator[str]:
    """Notices by their deadlines; those that need somebody without one are counted."""
    needed = _waiting(facts)
    due = sorted(notice.due_at for notice in needed if notice.due_at is not None)
    if due:
        yield f"{counted(len(due), 'notice')} due, first {wording.moment(due[0], facts.now, facts.zone)}"
    if len(needed) > len(due):
        yield f"{counted(len(needed) - len(due), 'notice needs', 'notices need')} you"


def _waiting(facts: DigestFacts) -> list[Notice]:
    """Return what a first line counts: as with messages, a forged mail is told of further down."""
    return [notice for notice in notices.waiting(facts) if notice.verified]


def headline(facts: DigestFacts, threads: Sequence[OpenThread]) -> str:
    """The digest's first line: what to do before the next one."""
    late, soon = past_due(facts, threads), due_soon(facts, threads)
    if soon:
        by = wording.moment(soon[-1].answer_by_at, facts.now, facts.zone)
        return f"{counted(len(soon), 'message')} to answer by {by}"
    if late:
        return f"{counted(len(late), 'message')} overdue"
    if threads:
        first = wording.moment(threads[0].answer_by_at, facts.now, facts.zone)
        return f"{counted(len(threads), 'message')} open, the first due {first}"
    needed = len(_waiting(facts))
    also = f", {counted(needed, 'notice needs', 'notices need')} you" if needed else ""
    return f"Nothing to answer{also}"


def preheader(facts: DigestFacts, threads: Sequence[OpenThread]) -> str:
    """What a mail client shows beside the subject."""
    sent = f"{counted(len(facts.sent), 'mail')} sent for you."
    if not threads:
        return f"No message waits for an answer. {sent}"
    first = threads[0]
    due = wording.deadline(first.answer_by_at, facts.now, facts.zone)
    return f"First: “{clean(first.subject, 60)}”, {place(first.marketplace)}, due {due}. {sent}"


def alarms(facts: DigestFacts, threads: Sequence[OpenThread]) -> Iterator[str]:
    """What stands in the red box above everything."""
    late = past_due(facts, threads)
    if late:
        worst = wording.span(facts.now - late[0].answer_by_at)
        yield (
            f"1 message is {worst} late."
            if len(late) == 1
            else f"{len(late)} messages are late, the oldest by {worst}."
        )
    if facts.outage:
        start, end = (wording.moment(at, facts.now, facts.zone) for at in (facts.outage.from_at, facts.outage.until_at))
        arrived = counted(facts.outage.messages, "message")
        yield f"The daemon was down from {start} to {end}. {arrived} arrived meanwhile."


def remarks(facts: DigestFacts) -> Iterator[str]:
    """What the seller must know about the daemon before reading on."""
    if facts.dry_run:
        yield "Rehearsal: nothing is sent to buyers yet. Type “responder go-live” when the acknowledgements look right."


def footer(facts: DigestFacts) -> Iterator[str]:
    """The daemon's last lines: what it watches, and when it writes again."""
    if facts.accounts:
        yield f"Watching {', '.join(clean(account, 60) for account in facts.accounts)}."
    if facts.live_since and not facts.dry_run:
        yield f"Live since {full(facts, facts.live_since)}."
    parts = [f"Buyer Responder {clean(facts.version, 40)}", f"digest no. {facts.number}"]
    if facts.next_digest_at:
        parts.append(f"next digest {full(facts, facts.next_digest_at)}")
    yield " · ".join(parts) + "."
    if facts.next_digest_at:
        yield "If the next digest does not come, the daemon may be down: type “responder status”."
