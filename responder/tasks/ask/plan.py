"""
What is to be done about an order: write, and which mail; take back a mail that waits; or note how far it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from responder.adapters.store.feedback_facts import AboutOrder, Known
from responder.core.feedback import attaches_invoice, decide, decide_invoice, reasons, reasons_for_invoice
from responder.core.feedback_reasons import INVOICE_REASONS, PASSING, FeedbackReason
from responder.core.feedback_values import (
    AGAIN,
    FEEDBACK_REQUEST,
    INVOICE,
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
from responder.core.feedback_window import feedback_window
from responder.core.orders import FeedbackState

HOLD_AGAIN = 6 * AGAIN
"""How soon a held order is looked at again by itself; a file that comes into the folder is noticed within a minute."""
_SETTLED = frozenset({"sent", "refused", "cancelled"})
_FATES = {
    "sending": "the mail is being sent",
    "ambiguous": "nobody knows whether the mail left: responder outbox",
    "queued": "the mail may have left, and is sent again",
    "held": "the mail may have left, and is held: responder outbox --held",
    "refused": "the mail did not arrive",
    "cancelled": "the mail may have left before it was cancelled",
}
"""What is said of a mail that left or may have left, by its state; nothing of one that was sent."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an order is, as it is kept: `at` is until when it waits, or when it was asked."""

    state: FeedbackState
    reason: FeedbackReason
    words: str = ""
    at: datetime | None = None
    look_at: datetime | None = None


def wanted(facts: Facts, policy: FeedbackPolicy, now: datetime) -> str | None:
    """Return the kind of the mail that could be written now, if its invoice is there; None where none could."""
    kinds = ((INVOICE, reasons_for_invoice), (FEEDBACK_REQUEST, reasons))
    return next((kind for kind, why in kinds if not _besides_invoice(why(facts, policy, now))), None)


def lacks_invoice(facts: Facts, policy: FeedbackPolicy, now: datetime) -> bool:
    """Return whether only the invoice, and what passes by itself, keeps an order that is held for its invoice."""
    held = facts.order.feedback is FeedbackState.HELD and facts.order.feedback_reason in INVOICE_REASONS
    return held and any(
        not _besides_invoice(
            each for each in why(facts, policy, now) if not (isinstance(each, Wait) and each.reason in PASSING)
        )
        for why in (reasons_for_invoice, reasons)
    )


def _besides_invoice(found: Iterator[Decision]) -> bool:
    return any(not (isinstance(each, Hold) and each.reason in INVOICE_REASONS) for each in found)


def needs_invoice(kind: str, facts: Facts, policy: FeedbackPolicy) -> bool:
    """Return whether the folder has to be looked into before this mail is written."""
    return kind == INVOICE or attaches_invoice(facts, policy)


def may_write(facts: Facts, policy: FeedbackPolicy, now: datetime) -> tuple[str, Ask] | None:
    """Return the kind of the mail to write now, and until when it may leave."""
    for kind, decision in ((INVOICE, decide_invoice), (FEEDBACK_REQUEST, decide)):
        found = decision(facts, policy, now)
        if isinstance(found, Ask):
            return kind, found
    return None


def decide_again(kind: str, facts: Facts, policy: FeedbackPolicy, now: datetime, *, row: AboutOrder) -> Decision:
    """
    Return whether a mail that was written may still leave, from what is known now.

    The mail itself speaks against no mail: its own row, its invoice and the cap it was counted in are left out.
    """
    others = list(facts.written)
    others.remove(Written(row.kind, row.fate))
    fresh = replace(
        facts,
        order=replace(facts.order, feedback=FeedbackState.WAITING),
        written=tuple(others),
        cap_until=None,
        invoice=Invoice(InvoiceState.THERE),
    )
    return (decide_invoice if kind == INVOICE else decide)(fresh, policy, now)


def standing(known: Known, facts: Facts, policy: FeedbackPolicy, now: datetime) -> Standing:
    """Return how far the order is, where nothing is written about it now."""
    if (left := _mail(known, Fate.LEFT, (FEEDBACK_REQUEST,))) is not None:
        return _asked(left, now)
    if (waits := _mail(known, Fate.PENDING, (FEEDBACK_REQUEST, INVOICE))) is not None:
        return _in_outbox(waits, now)
    return _stands(facts, policy, now)


def _mail(known: Known, fate: Fate, kinds: Iterable[str]) -> AboutOrder | None:
    return next((each for each in known.mails if each.fate is fate and each.kind in kinds), None)


def _asked(left: AboutOrder, now: datetime) -> Standing:
    """What became of a mail may turn out later: until then the order is looked at again."""
    again = None if left.state in _SETTLED else now + (AGAIN if left.state == "sending" else HOLD_AGAIN)
    words = _FATES.get(left.state, "")
    return Standing(FeedbackState.ASKED, FeedbackReason.ASKED, words, left.sent_at or left.due_at, again)


def _in_outbox(waits: AboutOrder, now: datetime) -> Standing:
    words = "with the invoice alone" if waits.kind == INVOICE else ""
    if waits.state == "held":
        why = "; ".join(filter(None, (words, waits.reason)))
        return Standing(FeedbackState.HELD, FeedbackReason.IN_OUTBOX_HELD, why, None, now + AGAIN)
    return Standing(FeedbackState.WAITING, FeedbackReason.IN_OUTBOX, words, waits.due_at, now + AGAIN)


def _stands(facts: Facts, policy: FeedbackPolicy, now: datetime) -> Standing:
    request = decide(facts, policy, now)
    invoice = decide_invoice(facts, policy, now) if policy.invoice_at_shipping else None
    shown = invoice if isinstance(invoice, Hold) and isinstance(request, Wait) else request
    decided = [request] if invoice is None else [request, invoice]
    look_at = min((at for each in decided if (at := _look_at(each, now)) is not None), default=None)
    match shown:
        case Wait(reason, until, words):
            return Standing(FeedbackState.WAITING, reason, words, until, look_at)
        case Hold(reason, until, words):
            return Standing(FeedbackState.HELD, reason, words, until, look_at)
        case Skip(reason, words):
            return Standing(FeedbackState.SKIPPED, reason, words, None, look_at)
        case Ask(until):  # nothing keeps it from being written, and it was not: it is decided about anew
            return Standing(FeedbackState.WAITING, FeedbackReason.OUTSIDE_HOURS, "", until, now + AGAIN)
        case _:
            assert_never(shown)


def _look_at(decision: Decision, now: datetime) -> datetime | None:
    match decision:
        case Wait(until=until):
            return until
        case Hold(until=until):
            return min(now + HOLD_AGAIN, until) if until > now else now + HOLD_AGAIN
        case _:
            return None


def detail(facts: Facts, policy: FeedbackPolicy, words: str, until: datetime | None) -> dict[str, Any]:
    """Return what is kept beside the reason: the words, until when, and the window as it is known."""
    window = feedback_window(facts, policy)
    kept: dict[str, Any] = {"words": words} if words else {}
    if until is not None:
        kept["until"] = until.isoformat()
    if window is not None and window.planned_at is not None:
        kept["window"] = {"planned_at": window.planned_at.isoformat(), "closes_at": window.closes_at.isoformat()}
    return kept
