"""
Amazon's notices: what each says, its deadline, whether a person has seen it, and how the matter ended.

`seen_at` is a person's alone: that a digest told of it is `digest_at`. Who confirms or settles ends the warnings too.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, not_, or_, select, update

from responder.adapters.store import decisions, schema, timers
from responder.adapters.store.columns import is_set
from responder.adapters.store.statements import insert_once
from responder.core.kinds import Authentic, NoticeType
from responder.core.notice_life import (
    BY_A_PERSON,
    CONFIRMS,
    LONG_OVERDUE,
    SETTLED_BY_EVENTS,
    SETTLED_BY_SHIPPING,
    SETTLES,
    SeenBy,
    needs_answer,
)

SEEN = "notice_seen"
SETTLED = "notice_settled"
"""The actions of the decisions that keep a notice's life."""
LOOK_BACK = timedelta(days=90)
LOOKED_AT = 1_000
"""Notices of the last time, and how many, that are looked at again and again."""
SEEN_WORDS: Mapping[SeenBy, str] = {
    SeenBy.COMMAND: "you said so",
    SeenBy.REPLY: "you replied to it",
    SeenBy.MAIL_PROGRAM: "a mail program shows it as read",
}
_NOTICE = schema.notice.c
_MAIL = schema.mail.c
_ORDER = schema.amazon_order.c
_EVENT = schema.order_event.c

Ended = dict[int, tuple[str, datetime]]
"""How and when the matter of a notice ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """A notice to keep, one per mail; `amounts` are those its text names, `{"value", "currency"}`."""

    account: str
    mail_id: int
    notice_type: str
    marketplace: str | None
    order_id: str | None
    subject: str
    received_at: datetime
    due_at: datetime | None
    amounts: tuple[Mapping[str, str], ...] = ()
    outcome: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(NewNotice):
    r"""A notice as kept; `marking_at`: we began to set \Seen, `marked_at`: it is set, `tagged_at`: the keyword is."""

    id: int
    seen_at: datetime | None
    seen_by: SeenBy | None
    digest_at: datetime | None
    marked_at: datetime | None
    marking_at: datetime | None
    settled_at: datetime | None
    settled_how: str | None
    tagged_at: datetime | None


UNCONFIRMED: ColumnElement[bool] = or_(_NOTICE.seen_by.is_(None), _NOTICE.seen_by.not_in(CONFIRMS))
NEEDS_ANSWER: ColumnElement[bool] = or_(is_set(_NOTICE.urgent), _NOTICE.due_at.is_not(None))
WAITS: ColumnElement[bool] = and_(NEEDS_ANSWER, UNCONFIRMED, _NOTICE.settled_at.is_(None))
"""`core.notice_life.waits` as a condition."""
NEWS: ColumnElement[bool] = and_(_NOTICE.digest_at.is_(None), UNCONFIRMED, not_(WAITS))
"""What no digest told of, no person confirmed, and nobody has to answer."""
NOT_DONE: ColumnElement[bool] = or_(WAITS, NEWS)
"""What the next digest has to tell of."""


def insert_notice(conn: Connection, new: NewNotice) -> int | None:
    """Keep a notice and return its id; None when its mail has one already."""
    values = {field.name: getattr(new, field.name) for field in fields(NewNotice)}
    values["amounts"] = [dict(each) for each in new.amounts]
    key = insert_once(conn, schema.notice, values, [_NOTICE.mail_id])
    return None if key is None else int(key[0])


def notice(conn: Connection, notice_id: int) -> Notice | None:
    """Return one notice."""
    row = conn.execute(select(schema.notice).where(_NOTICE.id == notice_id)).first()
    return None if row is None else _notice(row)


def notices(
    conn: Connection,
    *,
    unseen: bool = False,
    waiting: bool = False,
    notice_type: str | None = None,
    order_id: str | None = None,
    limit: int | None = None,
) -> tuple[Notice, ...]:
    """Return notices, what needs an answer first, by deadline, then the newest; `waiting`: what needs an answer."""
    waits, due_at = _first(WAITS), case((WAITS, _NOTICE.due_at))
    order = (waits, due_at.is_(None), due_at, _NOTICE.received_at.desc(), _NOTICE.id.desc())
    wanted = select(schema.notice).order_by(*order)
    if unseen:
        wanted = wanted.where(_NOTICE.seen_at.is_(None))
    if waiting:
        wanted = wanted.where(WAITS)
    if notice_type is not None:
        wanted = wanted.where(_NOTICE.notice_type == notice_type)
    if order_id is not None:
        wanted = wanted.where(_NOTICE.order_id == order_id)
    return tuple(map(_notice, conn.execute(wanted if limit is None else wanted.limit(limit))))


def notices_for_digest(conn: Connection, now: datetime, limit: int | None = None) -> tuple[Notice, ...]:
    """
    Return what the next digest must tell of: what waits, by deadline, then what is news, the oldest first.

    At most `limit` of either, so that neither keeps the other out; nor is what can still be done kept out by a forged
    mail, which may claim any deadline, or by a deadline of long ago.
    """
    last = (_first(_MAIL.authentic != Authentic.FAIL), _first(_not_long_ago(now)))
    by_deadline = (_NOTICE.due_at.is_(None), _NOTICE.due_at, _first(is_set(_NOTICE.urgent)))
    oldest = (_NOTICE.received_at, _NOTICE.id)
    of_mail = select(schema.notice).join(schema.mail, _MAIL.id == _NOTICE.mail_id)
    waits = of_mail.where(WAITS).order_by(*last, *by_deadline, *oldest).limit(limit)
    news = of_mail.where(NEWS).order_by(*last, *oldest).limit(limit)
    return tuple(_notice(row) for wanted in (waits, news) for row in conn.execute(wanted))


def _not_long_ago(now: datetime) -> ColumnElement[bool]:
    return or_(_NOTICE.due_at.is_(None), _NOTICE.due_at >= now - LONG_OVERDUE)


def _first(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 0), else_=1)


def notices_due(conn: Connection, after: datetime, before: datetime | None) -> tuple[Notice, ...]:
    """Return what is due in a stretch of time (None: without an end) and waits for a person, the nearest first."""
    wanted = select(schema.notice).where(_NOTICE.due_at >= after, WAITS)
    if before is not None:
        wanted = wanted.where(_NOTICE.due_at < before)
    return tuple(map(_notice, conn.execute(wanted.order_by(_NOTICE.due_at, _NOTICE.id))))


def named_by(conn: Connection, account: str, message_ids: Collection[str]) -> tuple[int, ...]:
    """Return the notices whose own mail has one of these Message-IDs."""
    of_mail = (_MAIL.message_id.in_(list(message_ids)), _MAIL.account == account, _MAIL.role == "inbox")
    wanted = select(_NOTICE.id).join(schema.mail, _MAIL.id == _NOTICE.mail_id).where(*of_mail)
    return tuple(conn.scalars(wanted.order_by(_NOTICE.id)))


def order_details(conn: Connection, account: str, order_id: str) -> tuple[Mapping[str, Any], ...]:
    """Return what verified notices of this order itself name (`details` of their mails), the newest first."""
    wanted = (
        select(_MAIL.details)
        .join(schema.notice, _MAIL.id == _NOTICE.mail_id)
        .where(
            _NOTICE.account == account,
            _NOTICE.order_id == order_id,
            _NOTICE.notice_type == "order",
            _MAIL.authentic == Authentic.PASS,
        )
        .order_by(_NOTICE.received_at.desc(), _NOTICE.id.desc())
    )
    return tuple(conn.scalars(wanted))


def see(conn: Connection, ids: Collection[int], at: datetime, by: SeenBy) -> tuple[int, ...]:
    """
    A person has seen these, in this way: return those for which that is news.

    Who confirms after a mail program showed it as read is the one who counts, and ends the warnings.
    """
    news = UNCONFIRMED if by in CONFIRMS else _NOTICE.seen_by.is_(None)
    rows = _change(conn, and_(_NOTICE.id.in_(list(ids)), news), seen_at=at, seen_by=by)
    for row in rows:
        if by in CONFIRMS:
            timers.cancel_notice_timers(conn, row.id)
        _decided(conn, row, SEEN, at, f"seen by a person: {SEEN_WORDS[by]}")
    return tuple(row.id for row in rows)


def settle(
    conn: Connection,
    account: str,
    order_id: str,
    types: Collection[NoticeType],
    how: str,
    at: datetime,
    *,
    by: int | None = None,
) -> tuple[int, ...]:
    """Settle the open notices of an order that came by `at`, without the one they are settled by; return them."""
    theirs = (_NOTICE.account == account, _NOTICE.order_id == order_id, _NOTICE.notice_type.in_(list(types)))
    return _settle(conn, and_(*theirs, _NOTICE.received_at <= at, _NOTICE.id.is_distinct_from(by)), how, at)


def ending(conn: Connection, kept: Notice) -> Notice | None:
    """Return the first verified notice of the same order that ends this one and did not come before it."""
    ends = [each for each, over in SETTLES.items() if kept.notice_type in over]
    if kept.order_id is None or not ends or not needs_answer(kept):
        return None
    how = or_(_NOTICE.notice_type != NoticeType.CHARGEBACK, _NOTICE.due_at.is_(None))  # one that ended has no clock
    wanted = (
        select(schema.notice)
        .join(schema.mail, _MAIL.id == _NOTICE.mail_id)
        .where(
            _NOTICE.account == kept.account,
            _NOTICE.order_id == kept.order_id,
            _NOTICE.notice_type.in_(ends),
            _NOTICE.received_at >= kept.received_at,
            _NOTICE.id != kept.id,
            _MAIL.authentic == Authentic.PASS,
            how,
        )
        .order_by(_NOTICE.received_at, _NOTICE.id)
    )
    row = conn.execute(wanted.limit(1)).first()
    return None if row is None else _notice(row)


def settle_one(conn: Connection, notice_id: int, at: datetime, how: str = BY_A_PERSON) -> bool:
    """The matter of this notice is over; False when it was before."""
    return bool(_settle(conn, _NOTICE.id == notice_id, how, at))


def settle_by_orders(conn: Connection, account: str, now: datetime) -> tuple[int, ...]:
    """Settle what the known facts of orders end: what was cancelled, shipped or refunded after the notice came."""
    recent = (_NOTICE.account == account, _NOTICE.settled_at.is_(None), _NOTICE.received_at >= now - LOOK_BACK)
    found = {**_shipped(conn, recent), **_by_events(conn, recent)}
    for notice_id, (how, at) in found.items():
        settle_one(conn, notice_id, at, how)
    return tuple(found)


def _shipped(conn: Connection, recent: tuple[ColumnElement[bool], ...]) -> Ended:
    """A day of shipping is kept as its first instant: an order that shipped on the notice's day has its answer, too."""
    of_order = and_(_ORDER.account == _NOTICE.account, _ORDER.order_id == _NOTICE.order_id)
    wanted = (
        select(_NOTICE.id, _NOTICE.received_at, _ORDER.shipped_at)
        .join(schema.amazon_order, of_order)
        .where(*recent, _NOTICE.notice_type.in_(SETTLED_BY_SHIPPING), _ORDER.shipped_at.is_not(None))
        .order_by(_NOTICE.received_at.desc())
        .limit(LOOKED_AT)
    )
    return {row.id: ("the order shipped", max(row.shipped_at, row.received_at)) for row in conn.execute(wanted)}


def _by_events(conn: Connection, recent: tuple[ColumnElement[bool], ...]) -> Ended:
    """An event that rests on a notice nobody can prove ends nothing."""
    of_order = and_(_EVENT.account == _NOTICE.account, _EVENT.order_id == _NOTICE.order_id)
    ends = [
        and_(_NOTICE.notice_type == notice_type, _EVENT.kind.in_(kinds))
        for notice_type, kinds in SETTLED_BY_EVENTS.items()
    ]
    wanted = (
        select(_NOTICE.id, _EVENT.kind, _EVENT.at, _EVENT.detail)
        .join(schema.order_event, of_order)
        .where(*recent, or_(*ends), _EVENT.at >= _NOTICE.received_at)
        .order_by(_EVENT.at.desc())
        .limit(LOOKED_AT)
    )
    proven = (row for row in conn.execute(wanted) if row.detail.get("verified", True))
    return {row.id: (f"the order was {row.kind}", row.at) for row in proven}


def _settle(conn: Connection, which: ColumnElement[bool], how: str, at: datetime) -> tuple[int, ...]:
    rows = _change(conn, and_(which, _NOTICE.settled_at.is_(None)), settled_at=at, settled_how=how)
    for row in rows:
        timers.cancel_notice_timers(conn, row.id)
        _decided(conn, row, SETTLED, at, f"settled: {how}")
    return tuple(row.id for row in rows)


def _change(conn: Connection, which: ColumnElement[bool], **values: Any) -> list[Row[Any]]:
    change = update(schema.notice).where(which).values(**values)
    return sorted(conn.execute(change.returning(_NOTICE.id, _NOTICE.account, _NOTICE.mail_id)), key=lambda row: row.id)


def _decided(conn: Connection, row: Row[Any], action: str, at: datetime, words: str) -> None:
    made = decisions.Decision(at=at, account=row.account, action=action, mail_id=row.mail_id, detail={"words": words})
    decisions.decide(conn, made)


def _notice(row: Row[tuple[Any, ...]]) -> Notice:
    values = {field.name: getattr(row, field.name) for field in fields(Notice)}
    seen_by = None if row.seen_by is None else SeenBy(row.seen_by)
    return Notice(**{**values, "amounts": tuple(row.amounts), "seen_by": seen_by})
