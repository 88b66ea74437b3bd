"""
Forgetting: the words of buyers go after the configured time; ids, instants and decisions stay as the record.

That a mail came in a form nobody knows stays on record as well; its sample may quote a buyer, and goes.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, or_, select, update

from responder.adapters.store import schema

_MAIL = schema.mail.c
_OUTBOX = schema.outbox.c
_NEW_KIND = schema.new_kind.c


def purge(conn: Connection, before: datetime) -> int:
    """Erase the words of mail older than `before`, unless its thread is open or its notice unseen; return how many."""
    open_thread = exists().where(schema.thread.c.id == _MAIL.thread_id, schema.thread.c.state == "open")
    unseen = exists().where(schema.notice.c.mail_id == _MAIL.id, schema.notice.c.seen_at.is_(None))
    words = or_(_MAIL.text.is_not(None), _MAIL.raw.is_not(None), _MAIL.no_response_link.is_not(None))
    old = (_MAIL.received_at < before, words, ~open_thread, ~unseen)
    nothing: dict[str, Any] = {
        "text": None,
        "raw": None,
        "no_response_link": None,
        "text_key": None,
        "attachments": [],
        "details": {},
    }
    erased = conn.execute(update(schema.mail).where(*old).values(**nothing)).rowcount
    _purge_samples(conn, before)
    return erased + _purge_outbox(conn, before)


def _purge_samples(conn: Connection, before: datetime) -> None:
    """A sample is a second copy of a mail's bytes: empty means that it is gone."""
    old = (_NEW_KIND.first_at < before, func.length(_NEW_KIND.sample) > 0)
    conn.execute(update(schema.new_kind).where(*old).values(sample=b""))


def _purge_outbox(conn: Connection, before: datetime) -> int:
    """Our own mail quotes the buyer: its bytes go as well, once nothing can send it any more."""
    open_thread = select(schema.thread.c.id).where(schema.thread.c.state == "open")
    done = _OUTBOX.state.in_(("sent", "refused", "cancelled"))
    old = (_OUTBOX.created_at < before, done, _OUTBOX.rfc822.is_not(None))
    spare = or_(_OUTBOX.thread_id.is_(None), _OUTBOX.thread_id.not_in(open_thread))
    return conn.execute(update(schema.outbox).where(*old, spare).values(rfc822=None)).rowcount
