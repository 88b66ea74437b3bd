"""
Threads as kept: their state, their deadlines, and what may belong to them.

A thread is saved only over the revision it was read at.
"""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from responder.adapters.store import schema
from responder.adapters.store.columns import Json, is_unset
from responder.adapters.store.mails import THREADS_WITH_THE_SAME
from responder.core.matching import Candidate, Identity, Via
from responder.core.threads import AnsweredVia, Thread, ThreadState

_THREAD = schema.thread.c
_MAIL = schema.mail.c
_answer_by = case((_THREAD.promise_at < _THREAD.due_at, _THREAD.promise_at), else_=_THREAD.due_at)
"""`Thread.answer_by_at`; without a promise the comparison is unknown, which is no."""
_COLUMNS = tuple(field.name for field in fields(Thread) if field.name != "id")
VIA = "answered_via"
"""The detail of an answer of a person's that did not become known by the Sent folder."""
_MANY = 200
_ID: BindParameter[int] = bindparam("thread_id")
_ONE = select(schema.thread).where(_THREAD.id == _ID)
_REV = select(_THREAD.rev).where(_THREAD.id == _ID)
_SAVED = update(schema.thread).where(_THREAD.id == _ID).values(rev=_THREAD.rev + 1)
_ANSWERED_AT = select(func.max(_THREAD.answered_at)).where(_THREAD.id.in_(THREADS_WITH_THE_SAME))
_TIMES = select(_MAIL.received_at).where(
    _MAIL.thread_id == _ID, _MAIL.role == "inbox", _MAIL.kind == "buyer_message", _MAIL.repeat_of.is_(None)
)
_TIMES = _TIMES.order_by(_MAIL.received_at, _MAIL.id)
_OURS = exists().where(schema.outbox.c.message_id == _MAIL.message_id)
_REFERS = exists().where(schema.mail_reference.c.mail_id == _MAIL.id)
_RECEIVED = exists().where(_MAIL.thread_id == _THREAD.id, _MAIL.role == "inbox")
_GENUINE = or_(~_RECEIVED.where(_MAIL.authentic == "fail"), _RECEIVED.where(_MAIL.authentic != "fail"))


def insert_thread(conn: Connection, thread: Thread) -> Thread:
    """Keep a new thread (its `id` is ignored) and return it with the id it was given."""
    made = insert(schema.thread).values(**_values(thread), rev=1).returning(_THREAD.id)
    return _thread(conn.execute(select(schema.thread).where(_THREAD.id == conn.execute(made).scalar_one())).one())


def thread(conn: Connection, thread_id: int) -> Thread | None:
    """Return one thread."""
    row = conn.execute(_ONE, {"thread_id": thread_id}).first()
    return None if row is None else _thread(row)


def rev(conn: Connection, thread_id: int) -> int:
    """Return the thread's revision: it grows by one with each `save_thread`; 0 for no such thread."""
    return conn.scalar(_REV, {"thread_id": thread_id}) or 0


def save_thread(conn: Connection, thread: Thread, at_rev: int | None = None) -> bool:
    """Keep a changed thread; False when it was changed since `at_rev` (None: read in this same transaction)."""
    change = _SAVED if at_rev is None else _SAVED.where(_THREAD.rev == at_rev)
    return conn.execute(change, {"thread_id": thread.id, **_values(thread)}).rowcount == 1


def threads(
    conn: Connection,
    *,
    open: bool | None = None,  # noqa: A002 - the option's name on the command line
    overdue_at: datetime | None = None,
    account: str | None = None,
    limit: int | None = None,
) -> tuple[Thread, ...]:
    """Return threads, the most urgent first; `overdue_at` keeps the open ones that had to be answered before."""
    wanted = select(schema.thread).order_by(
        _THREAD.due_at.is_(None), _answer_by, _THREAD.last_message_at.desc(), _THREAD.id
    )
    if open is not None:
        wanted = wanted.where((_THREAD.state == "open") if open else (_THREAD.state != "open"))
    if overdue_at is not None:
        wanted = wanted.where(_THREAD.state == "open", _answer_by < overdue_at)
    if account is not None:
        wanted = wanted.where(_THREAD.account == account)
    return tuple(map(_thread, conn.execute(wanted if limit is None else wanted.limit(limit))))


def last_answered_at(conn: Connection, thread_id: int) -> datetime | None:
    """Return when the thread was last answered, in whichever account, where two of them have the same mail."""
    at: datetime | None = conn.scalar(_ANSWERED_AT, {"thread_id": thread_id})
    return at


def aliases(conn: Connection, thread_ids: Collection[int]) -> frozenset[str]:
    """Return whose threads these are."""
    wanted = select(_THREAD.buyer_alias).where(_THREAD.id.in_(list(thread_ids)))
    return frozenset(conn.scalars(wanted)) if thread_ids else frozenset()


def message_times(conn: Connection, thread_id: int) -> tuple[datetime, ...]:
    """Return when each of the buyer's messages in this thread was received, the oldest first; repeats are none."""
    return tuple(conn.scalars(_TIMES, {"thread_id": thread_id}))


def answers_to(
    conn: Connection, account: str, thread: Thread, message_ids: Collection[str], since: datetime
) -> tuple[tuple[int, datetime, AnsweredVia], ...]:
    """
    Return what a person wrote to this buyer from `since` on, as (mail id, when, how it is known): the Sent folder and
    blind copies, without our own and automatic mail, and without what came back.

    What belongs to another thread, refers to other mail than `message_ids`, or names another order is left out: a buyer
    with two orders is answered twice.
    """
    refers_here = _REFERS.where(schema.mail_reference.c.reference.in_(list(message_ids)[:_MANY]))
    fits = or_(refers_here, ~_REFERS)
    if thread.order_id is not None:
        same_order = _MAIL.order_id == thread.order_id
        fits = or_(refers_here, same_order, ~_REFERS & _MAIL.order_id.is_(None))
    wanted = select(_MAIL.id, _MAIL.received_at, _MAIL.details).where(
        _MAIL.account == account,
        _MAIL.role == "sent",
        _MAIL.returned_at.is_(None),
        _MAIL.buyer_alias == thread.buyer_alias,
        _MAIL.received_at >= since,
        or_(_MAIL.thread_id == thread.id, _MAIL.thread_id.is_(None) & fits),
        is_unset(_MAIL.own),
        _MAIL.automatic == literal((), Json()),
        ~_OURS,
    )
    rows = conn.execute(wanted.order_by(_MAIL.received_at, _MAIL.id))
    return tuple((row.id, row.received_at, AnsweredVia(row.details.get(VIA, AnsweredVia.SENT_FOLDER))) for row in rows)


def open_uids(conn: Connection, account: str, folder: str, uidvalidity: int) -> tuple[tuple[int, int, int], ...]:
    """Return (uid, thread id, mail id) of the buyers' messages in open threads, to look at their flags."""
    wanted = (
        select(_MAIL.uid, _MAIL.thread_id, _MAIL.id)
        .join(schema.thread, _THREAD.id == _MAIL.thread_id)
        .where(
            _THREAD.state == "open",
            _MAIL.account == account,
            _MAIL.folder == folder,
            _MAIL.uidvalidity == uidvalidity,
            _MAIL.kind == "buyer_message",
        )
        .order_by(_MAIL.uid)
    )
    return tuple((row.uid, row.thread_id, row.id) for row in conn.execute(wanted))


def candidates(
    conn: Connection, account: str, identity: Identity, *, buyer_name: str | None = None
) -> tuple[Candidate, ...]:
    """
    Return the threads a mail may belong to, once for each key they share with it, the strongest key first.

    A thread of nothing but forged mail is no candidate: a genuine message would hide there, no answer belongs to it.
    """
    found: list[Candidate] = []
    for via, condition in _keys(account, identity, buyer_name):
        wanted = select(schema.thread).where(_THREAD.account == account, condition, _GENUINE)
        newest_first = wanted.order_by(_THREAD.last_message_at.desc(), _THREAD.id.desc()).limit(_MANY)
        found += [_candidate(row, via) for row in conn.execute(newest_first)]
    return tuple(found)


def _keys(account: str, identity: Identity, buyer_name: str | None) -> list[tuple[Via, ColumnElement[bool]]]:
    keys: list[tuple[Via, ColumnElement[bool]]] = []
    if identity.references:
        keys.append(("references", _THREAD.id.in_(_referred(account, identity.references[:_MANY]))))
    if identity.case_id:
        keys.append(("case", _THREAD.case_id == identity.case_id))
    if identity.order_id:
        keys.append(("order", _same_order(identity.order_id, identity)))
    if identity.buyer_alias:
        keys.append(("alias", _THREAD.buyer_alias == identity.buyer_alias))
    if buyer_name:
        keys.append(("name", _same_name(buyer_name)))
    return keys


def _same_name(name: str) -> ColumnElement[bool]:
    """SQLite's lower(), and PostgreSQL's in the locale "C", know ASCII only: "Élodie" is found as it is written."""
    return or_(_THREAD.buyer_name == name, func.lower(_THREAD.buyer_name) == name.lower())


def _same_order(order_id: str, identity: Identity) -> ColumnElement[bool]:
    """Copies of answers name no alias: the order alone, then, on the same marketplace where one is named."""
    same = _THREAD.order_id == order_id
    if identity.buyer_alias:
        same &= _THREAD.buyer_alias == identity.buyer_alias
    if identity.marketplace:
        same &= _THREAD.marketplace == identity.marketplace
    return same


def _referred(account: str, references: tuple[str, ...]) -> Select[tuple[int | None]]:
    """Select the threads of mails with these ids, of mails that refer to the same ids, and of our own mail."""
    shared = select(schema.mail_reference.c.mail_id).where(schema.mail_reference.c.reference.in_(references))
    ours = select(schema.outbox.c.thread_id).where(
        schema.outbox.c.message_id.in_(references), schema.outbox.c.thread_id.is_not(None)
    )
    theirs = select(_MAIL.thread_id).where(
        _MAIL.account == account,
        _MAIL.thread_id.is_not(None),
        or_(_MAIL.message_id.in_(references), _MAIL.id.in_(shared)),
    )
    return select(theirs.union(ours).subquery().c.thread_id)


def named_by(conn: Connection, account: str, references: Collection[str]) -> frozenset[int]:
    """
    Return the threads whose own mail has one of these Message-IDs: buyers' messages, our answers, our automatic mail.

    Only the buyer, Amazon and we know them; what merely refers to the same mail does not count, and a forgery neither.
    """
    named = list(references)[:_MANY]
    genuine = or_(_MAIL.role == "sent", (_MAIL.kind == "buyer_message") & (_MAIL.authentic != "fail"))
    mails = select(_MAIL.thread_id).where(
        _MAIL.account == account, _MAIL.message_id.in_(named), _MAIL.thread_id.is_not(None), genuine
    )
    row = schema.outbox.c
    left = row.data_started_at.is_not(None) | row.sent_at.is_not(None)
    ours = select(row.thread_id).where(
        row.account == account, row.message_id.in_(named), row.thread_id.is_not(None), left
    )
    return frozenset(conn.scalars(mails.union(ours)))


def _values(thread: Thread) -> dict[str, Any]:
    return {name: getattr(thread, name) for name in _COLUMNS}


def _thread(row: Row[tuple[Any, ...]]) -> Thread:
    values = {name: getattr(row, name) for name in _COLUMNS}
    values["state"] = ThreadState(row.state)
    values["answered_via"] = None if row.answered_via is None else AnsweredVia(row.answered_via)
    return Thread(id=row.id, **values)


def _candidate(row: Row[tuple[Any, ...]], via: Via) -> Candidate:
    return Candidate(
        thread_id=row.id,
        via=via,
        state=ThreadState(row.state),
        last_message_at=row.last_message_at,
        buyer_name=row.buyer_name,
        order_id=row.order_id,
        answered_at=row.answered_at,
        answered_via=None if row.answered_via is None else AnsweredVia(row.answered_via),
    )
