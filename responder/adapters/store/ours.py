"""
What we wrote to buyers, whoever wrote it: our automatic mail, a person's answers, Amazon's copies of them.

A report that something did not arrive is matched with one of these: by its Message-ID, else by whom it was for.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Row, bindparam, func, literal, select

from responder.adapters.store import proactive, schema
from responder.adapters.store.columns import Instant, Json, is_unset
from responder.adapters.store.decisions import RETURNED_LATE, RETURNED_WAITS
from responder.adapters.store.mails import StoredMail, mail
from responder.adapters.store.outbox import OPERATOR_KINDS, PROACTIVE_KINDS
from responder.adapters.store.threads import VIA
from responder.core.breaker import buyer

_MAIL = schema.mail.c
_OUTBOX = schema.outbox.c
_THREAD = schema.thread.c
_MANY = 100
_LEFT = ("sending", "sent", "ambiguous", "refused")
_DECISION, _SETTLED = schema.decision.c, schema.decision.alias("settled").c
_DONE = select(_SETTLED.id).where(_SETTLED.mail_id == _DECISION.mail_id, _SETTLED.action == RETURNED_LATE).exists()
_OF: BindParameter[str] = bindparam("of")
_WAITING = select(_DECISION.mail_id).where(
    _DECISION.account == _OF,
    _DECISION.action == RETURNED_WAITS,
    _DECISION.at >= bindparam("since", type_=Instant()),
    _DECISION.at <= bindparam("until", type_=Instant()),
    ~_DONE,
)
_WAITING = _WAITING.order_by(_DECISION.id)


@dataclass(frozen=True, slots=True)
class Ours:
    """
    One mail of ours: a row of the outbox, or a mail of a person's; `to` is a buyer's alias, else the recipient.

    What nobody asked for has no thread: its `order_id` is the matter it belongs to.
    """

    at: datetime
    thread_id: int | None
    to: str | None
    outbox_id: int | None = None
    mail_id: int | None = None
    kind: str | None = None
    order_id: str | None = None

    @property
    def to_operator(self) -> bool:
        """Whether it is no mail to a buyer."""
        return self.kind in OPERATOR_KINDS

    @property
    def proactive(self) -> bool:
        """Whether nobody asked for it."""
        return self.kind in PROACTIVE_KINDS


def by_message_id(conn: Connection, account: str, message_ids: Collection[str]) -> tuple[Ours, ...]:
    """Return our mail with these Message-IDs, whatever became of it."""
    named = list(message_ids)[:_MANY]
    sent = _outbox(conn, account, _OUTBOX.message_id.in_(named))
    return sent or _mails(conn, _MAIL.account == account, _MAIL.message_id.in_(named), _by_a_person())


def to_buyer(
    conn: Connection, account: str, since: datetime, until: datetime, *, alias: str | None, order_id: str | None,
    copies: bool = False,
) -> tuple[Ours, ...]:  # fmt: skip
    """
    Return what we wrote in that time to an alias, or about an order, the newest first.

    `copies`: with answers written in Seller Central, which no mail server could return.
    """
    thread = [_THREAD.buyer_alias == alias] if alias else []
    thread += [_THREAD.order_id == order_id] if order_id else []
    named = [_MAIL.buyer_alias == alias] if alias else []
    # A mail may name no order while its thread has one.
    named += [func.coalesce(_MAIL.order_id, _THREAD.order_id) == order_id] if order_id else []
    if not thread:
        return ()
    # A mail that nobody asked for names its buyer and its order itself.
    at = _left_at()
    asked = [proactive.of(account, aliases=[alias])] if alias else []
    asked += [proactive.of(account, order_ids=[order_id])] if order_id else []
    written = _by_a_person() | _copy() if copies else _by_a_person()
    found = (
        *_outbox(conn, account, *thread, at >= since, at <= until),
        *_outbox(conn, account, *asked, at >= since, at <= until),
        *_mails(
            conn, _MAIL.account == account, _MAIL.received_at >= since, _MAIL.received_at <= until, written, *named
        ),
    )
    return tuple(sorted(found, key=lambda ours: ours.at, reverse=True))


def standing_answers(conn: Connection, thread_id: int) -> tuple[tuple[str, datetime], ...]:
    """Return the answers in a thread that nothing says came back, as ("sent", "bcc" or "copy", when), oldest first."""
    wanted = select(_MAIL.role, _MAIL.received_at, _MAIL.details).where(
        _MAIL.thread_id == thread_id, _MAIL.returned_at.is_(None), _by_a_person() | _copy()
    )
    rows = conn.execute(wanted.order_by(_MAIL.received_at, _MAIL.id))
    return tuple((row.details.get(VIA, "sent") if row.role == "sent" else "copy", row.received_at) for row in rows)


def answers_between(
    conn: Connection, account: str, marketplace: str, since: datetime, until: datetime
) -> Mapping[int, Sequence[datetime]]:
    """Return when answers of that time left, by thread of the store; what came back counts until that was known."""
    found: dict[int, list[datetime]] = defaultdict(list)
    wanted = select(_THREAD.id, _MAIL.received_at).join(schema.thread, _THREAD.id == _MAIL.thread_id).where(
        _MAIL.account == account, _MAIL.received_at.between(since, until), _THREAD.marketplace == marketplace,
        _MAIL.returned_at.is_(None) | (_MAIL.returned_at > until), _by_a_person() | _copy(),
    )  # fmt: skip
    for thread_id, at in conn.execute(wanted.order_by(_MAIL.received_at)):
        found[thread_id].append(at)
    return found


def lost_answer_to(conn: Connection, mail_id: int) -> bool:
    """Return whether an answer that covers this message of a buyer's came back, in its thread or not yet in any."""
    message = schema.mail.alias("message")
    here = (_MAIL.thread_id == message.c.thread_id) | _MAIL.thread_id.is_(None)
    lost = (
        select(_MAIL.id)
        .join(message, (message.c.account == _MAIL.account) & (message.c.buyer_alias == _MAIL.buyer_alias))
        .where(message.c.id == mail_id, here, _MAIL.received_at >= message.c.received_at)
        .where(_MAIL.role == "sent", _MAIL.returned_at.is_not(None))
    )
    return conn.execute(select(lost.exists())).scalar_one()


def reports_on(conn: Connection, account: str, message_id: str) -> tuple[StoredMail, ...]:
    """Return the reports, kept already, that say this mail did not arrive."""
    reference = schema.mail_reference.c
    named = select(reference.mail_id).where(reference.reference == message_id)
    wanted = select(_MAIL.id).where(
        _MAIL.account == account, _MAIL.kind == "bounce", _MAIL.role == "inbox", _MAIL.authentic != "fail",
        _MAIL.id.in_(named),
    )  # fmt: skip
    found = (mail(conn, mail_id) for mail_id in conn.scalars(wanted.order_by(_MAIL.id)).all())
    return tuple(filter(None, found))


def replied_at(conn: Connection, account: str, message_id: str) -> datetime | None:
    """Return when a person first replied to the mail with this Message-ID, as the copies in the Sent folder tell."""
    reference = schema.mail_reference.c
    named = select(reference.mail_id).where(reference.reference == message_id)
    first = select(func.min(_MAIL.received_at)).where(_MAIL.account == account, _MAIL.id.in_(named), _by_a_person())
    at: datetime | None = conn.execute(first).scalar_one()
    return at


def waiting_reports(conn: Connection, account: str, since: datetime, until: datetime) -> tuple[StoredMail, ...]:
    """Return the reports that have waited for the mail they return since that time, and were not settled without it."""
    asked = {"of": account, "since": since, "until": until}
    once = dict.fromkeys(conn.scalars(_WAITING, asked).all())
    return tuple(filter(None, (mail(conn, mail_id) for mail_id in once if mail_id is not None)))


def _by_a_person() -> ColumnElement[bool]:
    ours = select(_OUTBOX.id).where(_OUTBOX.message_id == _MAIL.message_id).exists()
    return (_MAIL.role == "sent") & is_unset(_MAIL.own) & (_MAIL.automatic == literal((), Json())) & ~ours


def _copy() -> ColumnElement[bool]:
    genuine = (_MAIL.authentic == "pass") & is_unset(_MAIL.own)
    return (_MAIL.role == "inbox") & (_MAIL.kind == "answer_copy") & genuine


def _left_at() -> ColumnElement[datetime]:
    return func.coalesce(_OUTBOX.sent_at, _OUTBOX.data_started_at, _OUTBOX.created_at, type_=Instant())


def _outbox(conn: Connection, account: str, *conditions: ColumnElement[bool]) -> tuple[Ours, ...]:
    wanted = (
        select(_left_at().label("at"), _OUTBOX.thread_id, _THREAD.buyer_alias, _OUTBOX.recipient, _OUTBOX.id)
        .add_columns(_OUTBOX.kind, _OUTBOX.payload)
        .outerjoin(schema.thread, _THREAD.id == _OUTBOX.thread_id)
        .where(_OUTBOX.account == account, *conditions, _OUTBOX.state.in_(_LEFT))
        .order_by(_OUTBOX.id.desc())
        .limit(_MANY)
    )
    return tuple(map(_ours, conn.execute(wanted)))


def _ours(row: Row[Any]) -> Ours:
    if row.kind not in PROACTIVE_KINDS:
        return Ours(row.at, row.thread_id, row.buyer_alias or row.recipient, outbox_id=row.id, kind=row.kind)
    alias = row.payload.get("alias") or buyer(row.recipient)
    return Ours(row.at, None, alias, outbox_id=row.id, kind=row.kind, order_id=row.payload.get("order_id"))


def _mails(conn: Connection, *conditions: ColumnElement[bool]) -> tuple[Ours, ...]:
    wanted = (
        select(_MAIL.received_at, _MAIL.thread_id, func.coalesce(_MAIL.buyer_alias, _THREAD.buyer_alias), _MAIL.id)
        .outerjoin(schema.thread, _THREAD.id == _MAIL.thread_id)
        .where(*conditions)
        .order_by(_MAIL.received_at.desc(), _MAIL.id.desc())
        .limit(_MANY)
    )
    return tuple(Ours(at, thread_id, to, mail_id=mail_id) for at, thread_id, to, mail_id in conn.execute(wanted))
