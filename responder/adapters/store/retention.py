"""
Forgetting: the words of buyers go after the configured time; ids, instants and decisions stay as the record.

That a mail came in a form nobody knows stays on record as well; its sample may quote a buyer, and goes.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Text, bindparam, delete, exists, func, or_, select, type_coerce, update

from responder.adapters.store import notices, order_staging, schema
from responder.adapters.store.columns import Json
from responder.core.orders import EventKind, FeedbackState

_MAIL = schema.mail.c
_OUTBOX = schema.outbox.c
_NEW_KIND = schema.new_kind.c
_ORDER = schema.amazon_order.c
_EVENT = schema.order_event.c
_COMMENTS = ("comment", "response")
STILL_ASKED = timedelta(days=90)
"""So long after its shipping or sale an order of which nothing final was decided may still be asked about."""


AT_ONCE = 200
"""Of how many mails the words go in one transaction: gigabytes at once would hold up everybody who wants to write."""


def purge(conn: Connection, before: datetime) -> int:
    """
    Erase the words of mail older than `before`, of threads and notices that are done with, `AT_ONCE` of the mailbox and
    `AT_ONCE` of the outbox at the most; return how many. Nothing is left when it returns 0.
    """
    open_thread = exists().where(schema.thread.c.id == _MAIL.thread_id, schema.thread.c.state == "open")
    waits = exists().where(schema.notice.c.mail_id == _MAIL.id, notices.NOT_DONE)
    words = or_(_MAIL.text.is_not(None), _MAIL.raw.is_not(None), _MAIL.no_response_link.is_not(None))
    old = (_MAIL.received_at < before, words, ~open_thread, ~waits)
    nothing: dict[str, Any] = {
        "text": None,
        "raw": None,
        "no_response_link": None,
        "text_key": None,
        "attachments": [],
        "details": {},
    }
    some = select(_MAIL.id).where(*old).limit(AT_ONCE)
    erased = conn.execute(update(schema.mail).where(_MAIL.id.in_(some)).values(**nothing)).rowcount
    _purge_samples(conn, before)
    _purge_orders(conn, before)
    _purge_comments(conn, before)
    _purge_troubles(conn, before)
    return erased + _purge_outbox(conn, before)


def _purge_samples(conn: Connection, before: datetime) -> None:
    """A sample is a second copy of a mail's bytes: empty means that it is gone."""
    old = (_NEW_KIND.first_at < before, func.length(_NEW_KIND.sample) > 0)
    conn.execute(update(schema.new_kind).where(*old).values(sample=b""))


def _purge_troubles(conn: Connection, before: datetime) -> None:
    """A trouble may quote a mail's subject: once it is long over, nobody asks for it."""
    conn.execute(delete(schema.trouble).where(schema.trouble.c.over_at < before))


def _purge_outbox(conn: Connection, before: datetime) -> int:
    """Our own mail quotes the buyer: its bytes go as well, once nothing can send it any more."""
    open_thread = select(schema.thread.c.id).where(schema.thread.c.state == "open")
    done = _OUTBOX.state.in_(("sent", "refused", "cancelled"))
    old = (_OUTBOX.created_at < before, done, _OUTBOX.rfc822.is_not(None))
    spare = or_(_OUTBOX.thread_id.is_(None), _OUTBOX.thread_id.not_in(open_thread))
    some = select(_OUTBOX.id).where(*old, spare).limit(AT_ONCE)
    return conn.execute(update(schema.outbox).where(_OUTBOX.id.in_(some)).values(rfc822=None)).rowcount


def _purge_orders(conn: Connection, before: datetime) -> None:
    """Erase who bought, once nobody can be asked about the order any more; the alias stays, as it does in threads."""
    final = _ORDER.feedback.in_((FeedbackState.ASKED, FeedbackState.SKIPPED))
    last = func.coalesce(_ORDER.delivered_at, _ORDER.shipped_at, _ORDER.purchased_at, _ORDER.reported_at)
    known = or_(_ORDER.buyer_address.is_not(None), _ORDER.buyer_name.is_not(None))
    over = or_(final, last < before - STILL_ASKED)
    old = update(schema.amazon_order).where(_ORDER.reported_at < before, known, over)
    if conn.execute(old.values(buyer_address=None, buyer_name=None)).rowcount:
        order_staging.changed(conn)


def _purge_comments(conn: Connection, before: datetime) -> None:
    """Erase what buyers said with their stars, and what was answered; the stars stay."""
    told = type_coerce(_EVENT.detail, Text)
    words = or_(*(told.contains(f'"{name}"') for name in _COMMENTS))
    wanted = select(_EVENT.id, _EVENT.detail).where(_EVENT.kind == EventKind.FEEDBACK, _EVENT.at < before, words)
    rows = [
        {"pk": row.id, "rest": {name: value for name, value in row.detail.items() if name not in _COMMENTS}}
        for row in conn.execute(wanted)
    ]
    if rows:
        change = update(schema.order_event).where(_EVENT.id == bindparam("pk"))
        conn.execute(change.values(detail=bindparam("rest", type_=Json())), rows)
        order_staging.changed(conn)
