"""
What is kept of one thread, or of one order in every account: the rows that make a folder of evidence.

Only mail about the matter itself: a digest or an alert quotes other buyers as well, and is named by its number.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, or_, select, type_coerce

from responder.adapters.store import orders, proactive, schema
from responder.adapters.store import threads as stored_threads
from responder.adapters.store.outbox import OPERATOR_KINDS
from responder.core.evidence import Evidence, InvoiceUse, KeptMail, KeptNotice, Made, OutgoingMail, Told
from responder.core.orders import Order
from responder.core.threads import Thread

_MAIL, _OUTBOX, _NOTICE = schema.mail.c, schema.outbox.c, schema.notice.c
_THREAD, _DECISION, _USE = schema.thread.c, schema.decision.c, schema.invoice_use.c
_TOLD, _ORDER = schema.notice_report.c, schema.amazon_order.c
_AT_ONCE = 500

Matter = tuple[str, str]  # account and order


def of_thread(conn: Connection, thread_id: int) -> Evidence | None:
    """Return what is kept of a thread and of the order it names; None for no such thread."""
    found = stored_threads.thread(conn, thread_id)
    if found is None:
        return None
    matters = [(found.account, found.order_id)] if found.order_id else []
    return _evidence(conn, f"thread {found.id}", [found], matters)


def of_order(conn: Connection, order_id: str) -> Evidence | None:
    """Return what is kept of an order, its threads and notices, in every account; None when nothing is."""
    about = select(_THREAD.id).where(_THREAD.order_id == order_id)
    accounts = set(conn.scalars(select(_ORDER.account).where(_ORDER.order_id == order_id)))
    accounts |= set(conn.scalars(select(_MAIL.account).distinct().where(_MAIL.order_id == order_id)))
    ids = set(conn.scalars(about)) | set(conn.scalars(_of_its_buyer(order_id)))
    threads = [each for each in (stored_threads.thread(conn, found) for found in sorted(ids)) if each is not None]
    accounts |= {each.account for each in threads}
    if not accounts:
        return None
    return _evidence(conn, f"order {order_id}", threads, [(account, order_id) for account in sorted(accounts)])


def _of_its_buyer(order_id: str) -> Any:
    """The threads of the order's buyer that name no order: what they ask is likely about this one."""
    return (
        select(_THREAD.id)
        .join(schema.amazon_order, (_ORDER.account == _THREAD.account) & (_ORDER.buyer_alias == _THREAD.buyer_alias))
        .where(_ORDER.order_id == order_id, _THREAD.order_id.is_(None))
    )


def _evidence(conn: Connection, about: str, threads: Sequence[Thread], matters: Sequence[Matter]) -> Evidence:
    ids = [each.id for each in threads]
    mails = _mails(conn, ids, matters)
    outgoing = _outgoing(conn, ids, matters)
    known = tuple(_known(conn, matters))
    return Evidence(
        about=about,
        threads=tuple(threads),
        orders=known,
        items={account: orders.items(conn, account, order_id) for account, order_id in matters},
        events={account: orders.events(conn, account, order_id) for account, order_id in matters},
        mails=mails,
        outgoing=outgoing,
        notices=_notices(conn, [mail.id for mail in mails]),
        decisions=_decisions(conn, ids, [mail.id for mail in mails], [mail.id for mail in outgoing], matters),
        invoices=tuple(_invoices(conn, matters)),
    )


def _known(conn: Connection, matters: Iterable[Matter]) -> Iterator[Order]:
    for account, order_id in matters:
        if (found := orders.order(conn, account, order_id)) is not None:
            yield found


def _mails(conn: Connection, thread_ids: Collection[int], matters: Iterable[Matter]) -> tuple[KeptMail, ...]:
    """Return the mails of these threads, and those about the order that are in no thread: notices, what came back."""
    columns = [_MAIL[each.name] for each in fields(KeptMail)]
    about = [(_MAIL.account == account) & (_MAIL.order_id == order_id) for account, order_id in matters]
    loose = [_MAIL.thread_id.is_(None) & or_(*about)] if about else []
    wanted = select(*columns).where(or_(_MAIL.thread_id.in_(list(thread_ids)), *loose))
    return tuple(
        KeptMail(**_parts_of(KeptMail, row)) for row in conn.execute(wanted.order_by(_MAIL.received_at, _MAIL.id))
    )


def _outgoing(conn: Connection, thread_ids: Collection[int], matters: Iterable[Matter]) -> tuple[OutgoingMail, ...]:
    columns = [
        _OUTBOX.rfc822.label("raw") if each.name == "raw" else _OUTBOX[each.name] for each in fields(OutgoingMail)
    ]
    meant: list[ColumnElement[bool]] = [_OUTBOX.thread_id.in_(list(thread_ids))]
    for account, order_id in matters:
        meant.append(proactive.of(account, order_ids=[order_id]))
        meant.append((_OUTBOX.account == account) & _names(_OUTBOX.payload, order_id))
    wanted = select(*columns).where(or_(*meant), _OUTBOX.kind.not_in(OPERATOR_KINDS))
    return tuple(OutgoingMail(**_parts_of(OutgoingMail, row)) for row in conn.execute(wanted.order_by(_OUTBOX.id)))


def _names(column: ColumnElement[Any], order_id: str) -> ColumnElement[bool]:
    """Return the condition that a JSON value names this order."""
    return type_coerce(column, Text).contains(f'"order_id":"{order_id}"', autoescape=True)


def _notices(conn: Connection, mail_ids: Sequence[int]) -> tuple[KeptNotice, ...]:
    columns = [_NOTICE[each.name] for each in fields(KeptNotice) if each.name != "told"]
    found: list[Row[Any]] = []
    for part in _parts(mail_ids):
        found += conn.execute(select(*columns).where(_NOTICE.mail_id.in_(part)))
    told = _told(conn, [row.id for row in found])
    return tuple(
        KeptNotice(**_parts_of(KeptNotice, row, amounts=tuple(row.amounts), told=tuple(told.get(row.id, ()))))
        for row in sorted(found, key=lambda row: row.id)
    )


def _told(conn: Connection, notice_ids: Sequence[int]) -> Mapping[int, list[Told]]:
    found: dict[int, list[Told]] = defaultdict(list)
    for part in _parts(notice_ids):
        wanted = select(schema.notice_report).where(_TOLD.notice_id.in_(part)).order_by(_TOLD.at, _TOLD.outbox_id)
        for row in conn.execute(wanted):
            found[row.notice_id].append(Told(row.at, row.kind, row.outbox_id))
    return found


def _decisions(
    conn: Connection,
    thread_ids: Sequence[int],
    mail_ids: Sequence[int],
    outbox_ids: Sequence[int],
    matters: Iterable[Matter],
) -> tuple[Made, ...]:
    meant = [
        *(_DECISION.thread_id.in_(part) for part in _parts(thread_ids)),
        *(_DECISION.mail_id.in_(part) for part in _parts(mail_ids)),
        *(_DECISION.outbox_id.in_(part) for part in _parts(outbox_ids)),
        *((_DECISION.account == account) & _names(_DECISION.detail, order_id) for account, order_id in matters),
    ]
    if not meant:
        return ()
    columns = [_DECISION[each.name] for each in fields(Made)]
    rows = conn.execute(select(*columns).where(or_(*meant)).order_by(_DECISION.id))
    return tuple(Made(**_parts_of(Made, row, reasons=tuple(row.reasons))) for row in rows)


def _invoices(conn: Connection, matters: Iterable[Matter]) -> Iterator[InvoiceUse]:
    for account, order_id in matters:
        wanted = select(schema.invoice_use).where(_USE.account == account, _USE.order_id == order_id)
        for row in conn.execute(wanted.order_by(_USE.at, _USE.sha256)):
            yield InvoiceUse(at=row.at, account=account, order_id=order_id, name=row.name, sha256=row.sha256)


def _parts_of(kind: type, row: Row[Any], **others: Any) -> dict[str, Any]:
    """Return the values of a row for a value of this kind, with those that are no column of it."""
    return {each.name: others[each.name] if each.name in others else getattr(row, each.name) for each in fields(kind)}


def _parts(values: Sequence[int]) -> Iterator[Sequence[int]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
