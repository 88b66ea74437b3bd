"""
The facts of orders, as deciding wants them, from what the store knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from responder.adapters.store import feedback_facts, ours, performance
from responder.adapters.store.feedback_facts import Correspondence, Known
from responder.core.addresses import strict_spec
from responder.core.amazon import Catalogue, relay_address
from responder.core.feedback_reasons import INVOICE_REASONS, FeedbackReason
from responder.core.feedback_values import Facts, Invoice, InvoiceState, Written
from responder.core.orders import FeedbackState, Order
from responder.core.response_times import Asked, responses, waits
from responder.core.threads import ThreadState
from responder.tasks.ask.asker import Asker

_DAY = timedelta(days=1)
_SOON = timedelta(minutes=15)
"""When the cap is looked at again while mail that was counted in it still waits to leave."""
_SPAMMING = "spammingsellermessaging"
_BAD = "BAD"
_STATES = {
    FeedbackReason.INVOICE_MISSING: InvoiceState.MISSING,
    FeedbackReason.INVOICE_REFUSED: InvoiceState.REFUSED,
    FeedbackReason.INVOICE_USED: InvoiceState.USED,
}


class Cap:
    """How many mails about orders may still be written; what is written in a transaction counts at once."""

    def __init__(self, conn: Connection, asker: Asker, now: datetime) -> None:
        self._written = list(feedback_facts.written_since(conn, asker.account, now - _DAY))
        self._per_day = asker.policy.per_day
        self._now = now

    def count(self) -> None:
        """One more was written."""
        self._written.append(self._now)

    @property
    def until(self) -> datetime | None:
        """When the next one may be written; None: now."""
        if len(self._written) < self._per_day:
            return None
        oldest = self._written[-self._per_day]
        free_at = oldest + _DAY
        return free_at if free_at > self._now else self._now + _SOON


class Flags:
    """Whether Amazon warns of the account's messages, by marketplace; each is asked for once."""

    def __init__(self, conn: Connection, account: str) -> None:
        self._conn = conn
        self._account = account
        self._known: dict[str, bool] = {}

    def flagged(self, marketplace: str | None) -> bool:
        """Return what the newest performance report says."""
        if marketplace is None:
            return False
        if marketplace not in self._known:
            latest = performance.latest(self._conn, self._account, marketplace)
            self._known[marketplace] = latest is not None and is_flagged(latest.figures)
        return self._known[marketplace]


def is_flagged(figures: Mapping[str, Any]) -> bool:
    """Return whether a performance report says that the account's messages are abuse, however deep it stands there."""
    return any(
        name == _SPAMMING and (value == _BAD or (isinstance(value, Mapping) and _BAD in value.values()))
        for name, value in _entries(figures)
    )


def _entries(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key).replace("_", "").casefold(), inner
            yield from _entries(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _entries(inner)


def facts(
    conn: Connection,
    asker: Asker,
    known: Known,
    now: datetime,
    *,
    cap_until: datetime | None,
    flagged: bool,
    invoice: Invoice | None = None,
) -> Facts:
    """Return the facts of an order; `invoice` is what a look into the folder found just now."""
    order = known.order
    # A thread of nothing but forged mail is nobody's: it waits for no answer.
    threads = [each for each in known.threads if each.messages]
    return Facts(
        order=order,
        items=known.items,
        events=known.events,
        written=tuple(Written(each.kind, each.fate) for each in known.mails),
        suppressed=known.suppressed,
        open_thread=next((each.id for each in threads if each.state is ThreadState.OPEN), None),
        late_thread=next((each.id for each in threads if _late(conn, asker, order, each, now)), None),
        address=relay_of(asker.catalogue, known.address),
        flagged=flagged,
        cap_until=cap_until,
        invoice=invoice or _last_seen(order),
        zone=asker.zone(order),
        country=asker.country(order),
        days=asker.days(order),
    )


def relay_of(catalogue: Catalogue, address: str | None) -> str | None:
    """Return the address if it is one of Amazon's relays: what else a file may name is nobody to write to."""
    relay = relay_address(strict_spec(address), catalogue) if address else None
    if relay is None:
        return None
    return relay.alias if relay.case_id else relay.full  # another matter than the one the buyer wrote about


def _last_seen(order: Order) -> Invoice:
    """Return what the last look found, where the order is held for it: by night it is still missing."""
    held = order.feedback is FeedbackState.HELD and order.feedback_reason in INVOICE_REASONS
    if not held:
        return Invoice()
    return Invoice(_STATES[FeedbackReason(order.feedback_reason or "")], str(order.feedback_detail.get("words", "")))


def _late(conn: Connection, asker: Asker, order: Order, thread: Correspondence, now: datetime) -> bool:
    """Return whether a message of this buyer, of this order or since it was bought, missed its 24 hours."""
    if thread.state is ThreadState.OPEN and thread.due_at is not None and now > thread.due_at:
        return True
    since = None if thread.order_id == order.order_id else order.purchased_at or order.first_at
    asked = [
        Asked(at, at + asker.answer_within, marked=marked)
        for at, marked in thread.messages
        if since is None or at >= since
    ]
    if not asked:
        return False
    found = responses(asked, (at for _, at in ours.standing_answers(conn, thread.id)))
    return any(wait.first.answered_at is not None and wait.late_by(now) is not None for wait in waits(found))
