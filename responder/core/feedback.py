"""
May this order's buyer be asked for feedback now, or get the invoice by a mail of its own? The answer, and why.

Pure: the same facts have the same answer. Reasons stand in one order: what is settled, what happened to the order, what
the seller excluded, who may not be written to, that it is too late or too soon, what a person can still bring, and last
what passes by itself within hours: so an order that lacks its invoice is held by night, too. The promise: one request
for an order, never outside Amazon's window, and never after something went wrong.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from responder.core.feedback_happened import excluded, happened, late
from responder.core.feedback_reasons import FOR_EVER, INVOICE_REASONS, FeedbackReason
from responder.core.feedback_values import (
    AGAIN,
    DELAY_NOTICE,
    FEEDBACK_REQUEST,
    INVOICE,
    NONE,
    REQUIRED,
    Ask,
    Decision,
    Facts,
    Fate,
    FeedbackPolicy,
    Hold,
    Invoice,
    InvoiceState,
    Skip,
    Wait,
    Written,
)
from responder.core.feedback_window import Window, feedback_window, invoice_window
from responder.core.orders import FeedbackState

__all__ = [
    "FOR_EVER",
    "Ask",
    "Decision",
    "Facts",
    "Fate",
    "FeedbackPolicy",
    "FeedbackReason",
    "Hold",
    "Invoice",
    "InvoiceState",
    "Skip",
    "Wait",
    "Written",
    "attaches_invoice",
    "decide",
    "decide_invoice",
    "reasons",
    "reasons_for_invoice",
]

UNKNOWN_FOR = timedelta(days=90)
"""How long after its purchase an order's shipping date is waited for: no marketplace's order ships later than that."""
_BELONGS = (Fate.LEFT, Fate.PENDING)


def decide(facts: Facts, policy: FeedbackPolicy, now: datetime) -> Decision:
    """Return whether the buyer is asked for feedback at `now`."""
    found = next(reasons(facts, policy, now), None)
    window = feedback_window(facts, policy)
    return found or Ask(window.closes_at if window else now)


def decide_invoice(facts: Facts, policy: FeedbackPolicy, now: datetime) -> Decision:
    """Return whether the invoice is sent by a mail of its own at `now`, where the seller wants that at shipping."""
    found = next(reasons_for_invoice(facts, policy, now), None)
    window = invoice_window(facts, policy)
    return found or Ask(window.closes_at if window else now)


def attaches_invoice(facts: Facts, policy: FeedbackPolicy) -> bool:
    """
    Return whether the request carries the invoice: not for Amazon Business, where an e-mailed one does not count
    (announcement of 5 April 2021, grade P), and not twice.
    """
    return policy.invoice != NONE and not facts.order.business and not facts.has(INVOICE, *_BELONGS)


def reasons(facts: Facts, policy: FeedbackPolicy, now: datetime) -> Iterator[Decision]:
    """Yield everything that keeps the buyer from being asked at `now`, the reason that counts first."""
    yield from _settled(facts, FEEDBACK_REQUEST)
    yield from _never(facts, policy, now)
    yield from _one_mail(facts, policy)
    # Where it is optional a mail goes without a file that is not there, not without one that somebody has to look at.
    needed = policy.invoice == REQUIRED or facts.invoice.state in _WITHOUT
    window = feedback_window(facts, policy)
    yield from _timed(facts, window, now, required=needed and attaches_invoice(facts, policy))


def reasons_for_invoice(facts: Facts, policy: FeedbackPolicy, now: datetime) -> Iterator[Decision]:
    """Yield everything that keeps the invoice from being sent at `now`, the reason that counts first."""
    yield from _settled(facts, INVOICE)
    yield from _never(facts, policy, now)
    if not policy.invoice_at_shipping:
        yield Skip(FeedbackReason.DISABLED, "invoices are not sent by mails of their own")
    if facts.has(FEEDBACK_REQUEST, *_BELONGS) or facts.has(DELAY_NOTICE, *_BELONGS):
        yield Skip(FeedbackReason.ONE_PROACTIVE_MAIL)
    if facts.order.business:
        yield Skip(FeedbackReason.BUSINESS_INVOICE)
    yield from _timed(facts, invoice_window(facts, policy), now, required=True)


def _timed(facts: Facts, window: Window | None, now: datetime, *, required: bool) -> Iterator[Decision]:
    """Yield what the time has to do with, `required` saying whether nothing goes without the invoice."""
    yield from _over(facts, window, now)
    yield from _not_yet(facts, window, now)
    until = window.closes_at if window else now + AGAIN
    yield from _held(facts, until)
    looked = facts.invoice.state is not InvoiceState.NOT_LOOKED
    lacks = required and facts.invoice.state is not InvoiceState.THERE
    without = Hold(_WITHOUT.get(facts.invoice.state, FeedbackReason.INVOICE_MISSING), until, facts.invoice.words)
    if lacks and looked:
        yield without
    if window is not None:
        yield from _passing(facts, window, now)
    if lacks and not looked:
        yield without


def _settled(facts: Facts, kind: str) -> Iterator[Decision]:
    asked = kind == FEEDBACK_REQUEST and facts.order.feedback is FeedbackState.ASKED
    if asked or facts.has(kind, Fate.LEFT):
        yield Skip(FeedbackReason.ASKED)
    if facts.has(kind, Fate.DROPPED):
        yield Skip(FeedbackReason.CANCELLED_BY_YOU)


def _never(facts: Facts, policy: FeedbackPolicy, now: datetime) -> Iterator[Decision]:
    """Yield what time does not mend."""
    if not policy.enabled:
        yield Skip(FeedbackReason.DISABLED)
    yield from happened(facts)
    yield from excluded(facts, policy)
    yield from late(facts, now)
    if facts.suppressed is not None:
        yield Skip(FeedbackReason.SUPPRESSED, facts.suppressed)
    if facts.late_thread is not None:
        yield Skip(FeedbackReason.THREAD_OVERDUE, f"thread {facts.late_thread}")


def _one_mail(facts: Facts, policy: FeedbackPolicy) -> Iterator[Decision]:
    """An invoice or a delay notice was one proactive mail; another one only where the seller allows both (L06)."""
    by_invoice = facts.has(INVOICE, *_BELONGS) and not policy.after_invoice_mail
    if by_invoice or facts.has(DELAY_NOTICE, *_BELONGS):
        yield Skip(FeedbackReason.ONE_PROACTIVE_MAIL, "the invoice" if by_invoice else "a delay notice")


def _over(facts: Facts, window: Window | None, now: datetime) -> Iterator[Decision]:
    """Yield that no time is left."""
    order = facts.order
    if window is None:
        if now >= (order.purchased_at or order.first_at) + UNKNOWN_FOR:
            yield Skip(FeedbackReason.NO_SHIPMENT_KNOWN)
    elif window.next_at(now) is None:
        held = order.feedback_reason if order.feedback is FeedbackState.HELD else None
        if held in INVOICE_REASONS or order.feedback_reason == FeedbackReason.INVOICE_NEVER_CAME:
            yield Skip(FeedbackReason.INVOICE_NEVER_CAME)
        yield Skip(FeedbackReason.TOO_LATE, f"it was held until then: {held}" if held else "")


def _not_yet(facts: Facts, window: Window | None, now: datetime) -> Iterator[Decision]:
    if window is None:
        yield Wait(FeedbackReason.NOT_SHIPPED, _unshipped_until(facts, now))
    elif (planned_at := window.planned_at) is not None and now < planned_at:
        yield Wait(FeedbackReason.TOO_SOON, planned_at)


def _passing(facts: Facts, window: Window, now: datetime) -> Iterator[Decision]:
    """Yield what passes by itself."""
    next_at = window.next_at(now)
    if next_at is not None and now < next_at:
        yield Wait(FeedbackReason.OUTSIDE_HOURS, next_at)
    if any(each.fate is Fate.PENDING for each in facts.written):
        yield Wait(FeedbackReason.IN_OUTBOX, now + AGAIN)
    if facts.open_thread is not None:
        yield Wait(FeedbackReason.THREAD_OPEN, now + AGAIN, f"thread {facts.open_thread}")
    if facts.cap_until is not None:
        free_at = window.next_at(max(facts.cap_until, now + timedelta(minutes=1)))
        yield Wait(FeedbackReason.DAILY_CAP, free_at or window.closes_at)


def _unshipped_until(facts: Facts, now: datetime) -> datetime:
    """Return when an order without a shipping date is looked at again: new facts are looked at anyway."""
    order = facts.order
    ends = ((order.purchased_at or order.first_at) + UNKNOWN_FOR, order.ship_by_at and order.ship_by_at + AGAIN * 24)
    return min((at for at in ends if at is not None and at > now), default=now + AGAIN * 24)


def _held(facts: Facts, until: datetime) -> Iterator[Decision]:
    """Yield what is missing besides the invoice."""
    if facts.flagged:
        yield Hold(FeedbackReason.MESSAGING_FLAGGED, until)
    if facts.zone is None:
        yield Hold(FeedbackReason.MARKETPLACE_UNKNOWN, until)
    if facts.address is None:
        yield Hold(FeedbackReason.NO_ADDRESS, until)


_WITHOUT = {
    InvoiceState.REFUSED: FeedbackReason.INVOICE_REFUSED,
    InvoiceState.USED: FeedbackReason.INVOICE_USED,
}
