"""
Deciding inside a transaction: what is kept of an order, what is written about it, and what is taken back.

Everything is read in the transaction that writes: a crash before its commit leaves nothing behind, and deciding again
comes to the same answer, since a mail's key is that of its order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from responder.adapters import templates
from responder.adapters.invoices import Found, Missing, Refused
from responder.adapters.invoices import Invoice as Looked
from responder.adapters.store import decisions, feedback_facts, feedback_looks, invoice_uses, orders, outbox, proactive
from responder.adapters.store.feedback_facts import WITHDRAWN, Known
from responder.adapters.store.feedback_looks import DecidedOrder
from responder.core import compose, feedback_reasons
from responder.core.feedback_reasons import FeedbackReason
from responder.core.feedback_values import AGAIN, Facts, Fate, Invoice, InvoiceState, Skip
from responder.core.feedback_values import INVOICE as INVOICE_MAIL
from responder.core.orders import FeedbackState, Order
from responder.tasks.ask import plan
from responder.tasks.ask.asker import Asker
from responder.tasks.ask.gathering import Cap, Flags, facts
from responder.tasks.ask.plan import HOLD_AGAIN, Standing
from responder.tasks.ask.writing import written

log = structlog.get_logger()

_ONE_MAIL = frozenset({FeedbackReason.ASKED, FeedbackReason.ONE_PROACTIVE_MAIL})
"""The reasons beside which it counts that the mail about the order came back: whoever learns of it says it once."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order about which a mail could be written; `looks`: once its invoice was looked for."""

    order_id: str
    looks: bool


def sift(conn: Connection, asker: Asker, due: Sequence[Order], now: datetime) -> tuple[Candidate, ...]:
    """Keep how far these orders are, and return those about which a mail could be written."""
    cap_until, flags = Cap(conn, asker, now).until, Flags(conn, asker.account)
    found: list[Candidate] = []
    made: list[DecidedOrder] = []
    for known in _current(conn, asker, due, flags, now):
        gathered = _facts(conn, asker, known, now, cap_until, flags)
        kind = plan.wanted(gathered, asker.policy, now)
        if kind is None and plan.lacks_invoice(gathered, asker.policy, now):
            found.append(Candidate(known.order.order_id, looks=True))
        elif kind is None:
            standing = plan.standing(known, gathered, asker.policy, now)
            made.append(_made(conn, asker, known.order, gathered, standing, now))
        else:
            found.append(Candidate(known.order.order_id, plan.needs_invoice(kind, gathered, asker.policy)))
    feedback_looks.decided(conn, made, now)
    return tuple(found)


def _facts(
    conn: Connection, asker: Asker, known: Known, now: datetime, cap_until: datetime | None, flags: Flags,
    invoice: Invoice | None = None,
) -> Facts:  # fmt: skip
    flagged = flags.flagged(known.order.marketplace)
    return facts(conn, asker, known, now, cap_until=cap_until, flagged=flagged, invoice=invoice)


def _current(conn: Connection, asker: Asker, due: Sequence[Order], flags: Flags, now: datetime) -> tuple[Known, ...]:
    """Return what is known of these orders, once the mails about them that must not leave any more are taken back."""
    known = feedback_facts.known(conn, asker.account, due)
    changed = [each.order for each in known if _take_back(conn, asker, each, flags, now)]
    again = {each.order.id: each for each in feedback_facts.known(conn, asker.account, changed)} if changed else {}
    return tuple(again.get(each.order.id, each) for each in known)


def _take_back(conn: Connection, asker: Asker, known: Known, flags: Flags, now: datetime) -> bool:
    """Cancel the mails about an order that wait and must not leave any more; return whether there was one."""
    taken = False
    for row in (each for each in known.mails if each.fate is Fate.PENDING and each.kind in outbox.DECIDED_KINDS):
        gathered = _facts(conn, asker, known, now, None, flags)
        decision = plan.decide_again(row.kind, gathered, asker.policy, now, row=row)
        if isinstance(decision, Skip):
            why = feedback_reasons.words(decision.reason, decision.detail)
            if outbox.cancel(conn, row.id, f"{WITHDRAWN}{why}"):
                _note(conn, asker, known.order, "taken_back", decision.reason, decision.detail, now, outbox_id=row.id)
                taken = True
    return taken


def settle(conn: Connection, asker: Asker, looked: Mapping[str, Looked | None], now: datetime) -> int:
    """Decide again about these orders, with what was found of their invoices; return how many mails were written."""
    wanted = [each for order_id in looked if (each := orders.order(conn, asker.account, order_id)) is not None]
    cap, flags = Cap(conn, asker, now), Flags(conn, asker.account)
    count = 0
    for known in _current(conn, asker, wanted, flags, now):
        file = looked[known.order.order_id]
        if _settled(conn, asker, known, file, cap, flags, now):
            cap.count()
            count += 1
    return count


def _settled(
    conn: Connection, asker: Asker, known: Known, file: Looked | None, cap: Cap, flags: Flags, now: datetime
) -> bool:  # fmt: skip
    order = known.order
    invoice = _invoice(conn, asker, order, file)
    if file is not None:
        _remember_invoice(conn, order, file, invoice)
    gathered = _facts(conn, asker, known, now, cap.until, flags, invoice)
    try:
        with conn.begin_nested():
            standing = _write(conn, asker, known, gathered, file, now)
    except (OperationalError, InterfaceError):
        raise  # the state cannot be written now
    except Exception as error:  # one order that trips over a bug must not stop all the others
        log.exception("a mail about an order could not be written", account=asker.account, order=order.order_id)
        standing = Standing(
            FeedbackState.HELD, FeedbackReason.NOT_WRITTEN, f"unexpected {type(error).__name__}", None, now + HOLD_AGAIN
        )
    if standing is not None:
        keep(conn, asker, order, gathered, standing, now)
        return standing.reason in {FeedbackReason.IN_OUTBOX, FeedbackReason.IN_OUTBOX_HELD}
    keep(conn, asker, order, gathered, plan.standing(known, gathered, asker.policy, now), now)
    return False


def _write(
    conn: Connection, asker: Asker, known: Known, gathered: Facts, file: Looked | None, now: datetime
) -> Standing | None:
    """Write the mail and return how far the order is; None when no mail may be written."""
    may = plan.may_write(gathered, asker.policy, now)
    if may is None:
        return None
    kind, ask = may
    order = known.order
    attached = file if isinstance(file, Found) and plan.needs_invoice(kind, gathered, asker.policy) else None
    earlier = sum(each.kind == kind for each in known.mails)
    key = proactive.key(kind, asker.account, order.order_id) + (f":{earlier + 1}" if earlier else "")
    attachment = compose.invoice(order.order_id, attached.content) if attached else None
    try:
        new = written(
            asker.writer, order, kind, gathered.address or "", attachment,
            key=key, due_at=now, expires_at=ask.until, now=now,
        )  # fmt: skip
    except (templates.TemplateFailed, compose.ComposeError) as error:
        return Standing(FeedbackState.HELD, FeedbackReason.NOT_WRITTEN, str(error)[:200], ask.until, now + AGAIN)
    if attached:
        invoice_uses.use(conn, attached.sha256, asker.account, order.order_id, attached.name, now)
    outbox_id = outbox.enqueue(conn, new)
    if outbox_id is None:
        raise AssertionError(f"the key {key} is taken")  # found by its key before: a bug
    held = new.state == "held"
    reason = FeedbackReason.IN_OUTBOX_HELD if held else FeedbackReason.IN_OUTBOX
    action = "send_invoice" if kind == INVOICE_MAIL else "ask_feedback"
    _note(conn, asker, order, action, reason, new.reason or "", now, outbox_id=outbox_id)
    state = FeedbackState.HELD if held else FeedbackState.WAITING
    words = "; ".join(filter(None, ("with the invoice alone" if kind == INVOICE_MAIL else "", new.reason)))
    return Standing(state, reason, words, now, now + AGAIN)


def _invoice(conn: Connection, asker: Asker, order: Order, file: Looked | None) -> Invoice | None:
    """Return what a look into the folder found; a file that went to another order is not this one's."""
    match file:
        case None:
            return None
        case Missing(expected):
            return Invoice(InvoiceState.MISSING, expected)
        case Refused(_, _, words):
            return Invoice(InvoiceState.REFUSED, words)
        case Found():
            other = invoice_uses.used_for(conn, file.sha256)
            if other is not None and other != (asker.account, order.order_id):
                return Invoice(InvoiceState.USED, other[1])
            return Invoice(InvoiceState.THERE, file.name)


def _remember_invoice(conn: Connection, order: Order, file: Looked, invoice: Invoice | None) -> None:
    name = file.expected if isinstance(file, Missing) else file.name
    words = str(invoice.state) if invoice else None
    if (order.invoice, order.invoice_name) != (words, name):
        orders.set_invoice(conn, order.id, words, name)


def keep(conn: Connection, asker: Asker, order: Order, gathered: Facts, standing: Standing, now: datetime) -> None:
    """Keep how far an order is."""
    feedback_looks.decided(conn, [_made(conn, asker, order, gathered, standing, now)], now)


def _made(
    conn: Connection, asker: Asker, order: Order, gathered: Facts, standing: Standing, now: datetime
) -> DecidedOrder:
    """Return what is kept of an order; a decision is noted where it comes to be held, skipped or asked."""
    told = (standing.state, standing.reason)
    if standing.state is not FeedbackState.WAITING and told != (order.feedback, order.feedback_reason):
        _note(conn, asker, order, f"feedback_{standing.state}", standing.reason, standing.words, now)
    detail = plan.detail(gathered, asker.policy, standing.words, standing.at)
    if standing.reason in _ONE_MAIL:
        detail |= {name: said for name, said in order.feedback_detail.items() if name in orders.RETURNED}
    return DecidedOrder(order.id, standing.state, standing.reason, detail, standing.at, standing.look_at)


def _note(
    conn: Connection, asker: Asker, order: Order, action: str, reason: FeedbackReason, words: str, now: datetime,
    *, outbox_id: int | None = None,
) -> None:  # fmt: skip
    detail = {"order_id": order.order_id, "words": feedback_reasons.words(reason, words)}
    because = [{"code": str(reason), "detail": words}]
    decisions.decide(
        conn,
        decisions.Decision(
            at=now, action=action, account=asker.account, outbox_id=outbox_id, detail=detail, reasons=because
        ),
    )
