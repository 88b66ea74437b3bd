"""
The defects of an order: negative feedback, A-to-z claims that are not denied, chargebacks (help page 200205250 UK).

A forged mail must not move a rate, and a real one must not be lost: what a notice says that could not be verified is at
risk and counts nowhere, and takes nothing away that counts.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from responder.core.bad_feedback import SAME
from responder.core.metrics.facts import MetricOrder
from responder.core.metrics.judged import WELL, Found, Judged, Note
from responder.core.metrics.values import CaseKind
from responder.core.metrics.windows import day_of
from responder.core.orders import NOTICE, EventKind, OrderEvent

NEGATIVE = 2
"""Stars: Amazon counts one and two as negative feedback."""
GRANTED, DENIED = "granted", "denied"
_SHOWN = ("rating", "comment", "amount", "currency")
_KINDS = frozenset(
    {
        EventKind.FEEDBACK,
        EventKind.FEEDBACK_REMOVED,
        EventKind.CLAIM_OPENED,
        EventKind.CLAIM_DECIDED,
        EventKind.CHARGEBACK,
    }
)


def known(order: MetricOrder, now: datetime) -> Sequence[OrderEvent]:
    """Return what had happened to the order by then."""
    return [event for event in order.events if event.at <= now] if order.events else ()


def is_verified(event: OrderEvent) -> bool:
    """Return whether it may move a rate: a report, a person or a verified notice says it."""
    return event.detail.get("verified", True) is not False


def shown(event: OrderEvent) -> dict[str, object]:
    """Return what a person wants to read of an event."""
    kept = {name: event.detail[name] for name in _SHOWN if event.detail.get(name) is not None}
    return kept if is_verified(event) else kept | {"verified": False}


def order_defects(order: MetricOrder, now: datetime, zone: ZoneInfo) -> Judged:
    """Return the defects of an order, each once."""
    events = [event for event in known(order, now) if event.kind in _KINDS]
    if not events:
        return WELL
    sure = list(_defects([event for event in events if is_verified(event)], zone))
    kinds = {found.kind for found in sure}
    unsure = [found for found in _defects(_incriminating(events), zone) if found.kind not in kinds]
    notes = [Note.UNVERIFIED] if any(not is_verified(event) for event in events) else []
    if CaseKind.CLAIM_DECIDED in kinds:
        notes.append(Note.OUTCOME_UNKNOWN)
    open_ = [found for found in sure if found.kind is CaseKind.CLAIM_OPENED]
    denied = [found for found in sure if found.kind is CaseKind.CLAIM_DENIED]
    against = [found for found in sure if found not in open_ and found not in denied]
    return Judged(against=tuple(against), at_risk=(*open_, *unsure), told=tuple(denied), notes=tuple(notes))


def _incriminating(events: Sequence[OrderEvent]) -> list[OrderEvent]:
    """Return the events without those in the seller's favour that nobody could verify."""
    return [event for event in events if is_verified(event) or not _exonerates(event)]


def _exonerates(event: OrderEvent) -> bool:
    if event.kind is EventKind.FEEDBACK:
        return stars(event) > NEGATIVE
    denied = event.kind is EventKind.CLAIM_DECIDED and event.detail.get("outcome") == DENIED
    return denied or event.kind is EventKind.FEEDBACK_REMOVED


def _defects(events: Sequence[OrderEvent], zone: ZoneInfo) -> Iterator[Found]:
    yield from _feedback(events, zone)
    yield from _claims(events)
    charged = [event for event in events if event.kind is EventKind.CHARGEBACK]
    if charged:
        first = min(charged, key=lambda event: event.at)
        yield Found(CaseKind.CHARGEBACK, first.at, shown(first))


def stars(event: OrderEvent) -> int:
    """Return the stars of a feedback; none is worse than one: Amazon sends notices of negative feedback only."""
    rating = event.detail.get("rating")
    return rating if isinstance(rating, int) else 0


def _feedback(events: Sequence[OrderEvent], zone: ZoneInfo) -> Iterator[Found]:
    """
    Yield the negative feedback that stands: the newest that was not removed after it.

    A report names its day only, so of one day's feedback the worst is taken for the newest.
    """
    removed_at = max((event.at for event in events if event.kind is EventKind.FEEDBACK_REMOVED), default=None)
    given = [event for event in events if event.kind is EventKind.FEEDBACK]
    standing = [event for event in given if removed_at is None or not _is_removed(event, given, removed_at)]
    if not standing:
        return
    last: date = max(day_of(event.at, zone) for event in standing)
    worst = min((event for event in standing if day_of(event.at, zone) == last), key=_worst)
    if stars(worst) <= NEGATIVE:
        yield Found(CaseKind.NEGATIVE_FEEDBACK, worst.at, shown(worst))


def _is_removed(event: OrderEvent, given: Sequence[OrderEvent], at: datetime) -> bool:
    """Return whether a removal took the feedback away; a notice that comes late tells of the one that is gone."""
    if event.at <= at:
        return True
    is_notice = event.source.startswith(NOTICE)
    return is_notice and any(other.at <= at and event.at - other.at <= SAME for other in given)


def _worst(event: OrderEvent) -> tuple[int, datetime]:
    return stars(event), event.at


def _claims(events: Sequence[OrderEvent]) -> Iterator[Found]:
    """Yield how the claim stands by its newest decision; one opened again after it is open as well."""
    opened = [event for event in events if event.kind is EventKind.CLAIM_OPENED]
    decided = [event for event in events if event.kind is EventKind.CLAIM_DECIDED]
    if decided:
        newest = max(decided, key=lambda event: (event.at, _severity(event)))
        yield Found(_outcome(newest), newest.at, shown(newest))
        if _outcome(newest) is not CaseKind.CLAIM_DENIED:
            return
        opened = [event for event in opened if event.at > newest.at]
    if opened:
        first = min(opened, key=lambda event: event.at)
        yield Found(CaseKind.CLAIM_OPENED, first.at, shown(first))


def _outcome(event: OrderEvent) -> CaseKind:
    said = event.detail.get("outcome")
    if said == DENIED:
        return CaseKind.CLAIM_DENIED
    return CaseKind.CLAIM_GRANTED if said == GRANTED else CaseKind.CLAIM_DECIDED


def _severity(event: OrderEvent) -> int:
    return (CaseKind.CLAIM_DENIED, CaseKind.CLAIM_DECIDED, CaseKind.CLAIM_GRANTED).index(_outcome(event))
