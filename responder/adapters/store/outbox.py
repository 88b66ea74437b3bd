"""
The outbox: what we decided to send, as finished bytes with a fixed Message-ID, until SMTP accepted it.

Every change of state is a compare-and-set: it says whether it took place. No row leaves `sending` without the reason
being known, and a mail to a buyer whose fate is unknown is never sent again by itself (RFC 1047: between the final dot
and its reply the sender cannot know).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    update,
)

from responder.adapters.store import schema
from responder.adapters.store.columns import Instant
from responder.adapters.store.mails import THREADS_WITH_THE_SAME
from responder.adapters.store.statements import insert_once
from responder.core.operator import OperatorMail
from responder.core.speech import noted

_OUTBOX = schema.outbox.c
FAR = timedelta(days=1)  # no retry waits that long
# Mail to the operator rather comes twice than never; mail to a buyer rather never than twice.
REPEATED_KINDS = ("digest", "alert")
CANARY = "canary"
"""A mail to the watched mailbox itself: it is never sent twice, since the next one asks the same."""
OPERATOR_KINDS = (*REPEATED_KINDS, CANARY)
DECIDED_KINDS = ("feedback_request", "invoice")
"""Mail about an order that is decided on by itself, and again where it leaves; a person asks for the others."""
PROACTIVE_KINDS = (*DECIDED_KINDS, "delay_notice")
"""Mail to a buyer who did not ask for it: it belongs to an order (`payload["order_id"]`) and to no thread."""

# Which states an operation starts from, and where it leads. A final state is in nobody's list.
TRANSITIONS: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        "claim": (("queued",), "sending"),
        "data_started": (("sending",), "sending"),
        "mark_sent": (("sending",), "sent"),
        "defer": (("sending",), "queued"),
        "put_back": (("sending",), "queued"),
        "elsewhere": (("queued", "sending"), "queued"),
        "refuse": (("sending",), "refused"),
        "bounced": (("sending", "sent", "ambiguous"), "refused"),
        "make_ambiguous": (("sending",), "ambiguous"),
        "hold": (("queued", "sending", "ambiguous"), "held"),
        "cancel": (("queued", "held", "ambiguous"), "cancelled"),
        "release": (("held", "ambiguous"), "queued"),
        "settle": (("sending", "ambiguous"), "sent"),
    }
)

_OF: BindParameter[str] = bindparam("of")
_NOW = bindparam("now", type_=Instant())
_MOVES = {
    operation: update(schema.outbox).where(_OUTBOX.id == bindparam("outbox_id"), _OUTBOX.state.in_(sources))
    for operation, (sources, _) in TRANSITIONS.items()
}
_CLAIMED = _MOVES["claim"].values(state="sending", attempts=_OUTBOX.attempts + 1, reason=None)
_CLAIMED = _CLAIMED.returning(schema.outbox)
_QUEUED = (_OUTBOX.state == "queued") & (_OUTBOX.account == _OF)
_DUE = select(_OUTBOX.id).where(
    _QUEUED, _OUTBOX.due_at <= _NOW, or_(_OUTBOX.expires_at.is_(None), _OUTBOX.expires_at > _NOW)
)
_DUE = _DUE.order_by(_OUTBOX.due_at, _OUTBOX.id).limit(1)
_DUE_OF_KINDS = _DUE.where(_OUTBOX.kind.in_(bindparam("kinds", expanding=True)))
_EXPIRED = update(schema.outbox).where(_QUEUED, _OUTBOX.expires_at <= _NOW)
_EXPIRED = _EXPIRED.values(state="cancelled", reason="expired").returning(_OUTBOX.id)
_ACKNOWLEDGED = select(_OUTBOX.payload).where(
    _OUTBOX.thread_id.in_(THREADS_WITH_THE_SAME),
    _OUTBOX.kind == "acknowledgement",
    or_(_OUTBOX.state != "cancelled", _OUTBOX.data_started_at.is_not(None)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOutbox:
    """A mail to send: the same `idem_key` is enqueued once, whatever happens."""

    account: str
    idem_key: str
    message_id: str
    kind: str
    recipient: str
    subject: str
    rfc822: bytes
    due_at: datetime
    created_at: datetime
    thread_id: int | None = None
    expires_at: datetime | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    state: str = "queued"
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A mail of ours and what became of it."""

    id: int
    account: str
    thread_id: int | None
    idem_key: str
    message_id: str
    kind: str
    recipient: str
    subject: str
    rfc822: bytes | None
    state: str
    due_at: datetime
    expires_at: datetime | None
    attempts: int
    claimed_at: datetime | None
    data_started_at: datetime | None
    sent_at: datetime | None
    smtp_reply: str | None
    reason: str | None
    created_at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(OutboxRow):
    """A mail that is ours to deliver now: `attempts` counts this try, `rfc822` is there."""

    rfc822: bytes


@dataclass(frozen=True, slots=True)
class RecoveryCounts:
    """What a start found half done."""

    requeued: int
    ambiguous: int
    resent: int


def enqueue(conn: Connection, new: NewOutbox) -> int | None:
    """Keep a mail to send (`state` "queued", or "held" with a reason); None when its `idem_key` is known."""
    if new.state not in {"queued", "held"}:
        raise ValueError(f"an outbox row begins queued or held, not {new.state}")
    values = {each.name: getattr(new, each.name) for each in fields(new)}
    values["payload"] = dict(new.payload)
    key = insert_once(conn, schema.outbox, {**values, "attempts": 0}, [_OUTBOX.idem_key])
    return None if key is None else int(key[0])


def enqueue_for_operator(
    conn: Connection,
    account: str,
    mail: OperatorMail,
    to: str,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
    *,
    expires_at: datetime | None = None,
) -> int | None:
    """Keep a mail to the operator, due at once; None when its key is known."""
    new = NewOutbox(
        account=account,
        idem_key=mail.key,
        message_id=mail.message_id,
        kind=mail.kind,
        recipient=to,
        subject=mail.subject,
        rfc822=mail.raw,
        due_at=now,
        created_at=now,
        expires_at=expires_at,
        payload=payload or {},
    )
    return enqueue(conn, new)


def claim_due(conn: Connection, account: str, now: datetime, kinds: Collection[str] = ()) -> Claimed | None:
    """Take the mail (of these kinds, if any are named) that has been due longest: commit this before the first byte."""
    outbox_id = conn.scalar(_DUE_OF_KINDS if kinds else _DUE, {"of": account, "now": now, "kinds": list(kinds)})
    row = None if outbox_id is None else conn.execute(_CLAIMED, {"outbox_id": outbox_id, "claimed_at": now}).first()
    return None if row is None else Claimed(**_values(row))


def data_started(conn: Connection, outbox_id: int, at: datetime) -> bool:
    """Note that the mail's text is about to be sent: from here on its fate may be unknown."""
    return _move(conn, "data_started", outbox_id, data_started_at=at)


def mark_sent(conn: Connection, outbox_id: int, at: datetime, reply: str) -> bool:
    """The server accepted the mail (2yz after the final dot)."""
    return _move(conn, "mark_sent", outbox_id, sent_at=at, smtp_reply=reply, reason=None)


def defer(conn: Connection, outbox_id: int, due_at: datetime, reason: str) -> bool:
    """The mail was surely not sent this time: try again at `due_at`; of an earlier try nobody may know still."""
    before = case((_OUTBOX.data_started_at < _OUTBOX.claimed_at, _OUTBOX.data_started_at))
    return _move(conn, "defer", outbox_id, due_at=due_at, reason=reason, smtp_reply=reason, data_started_at=before)


def put_back(conn: Connection, outbox_id: int, reason: str, until: datetime | None = None) -> bool:
    """A claimed mail may not leave: it waits, as before or `until` then; no try is counted, no server said anything."""
    later = {} if until is None else {"due_at": until}
    return _move(conn, "put_back", outbox_id, attempts=_OUTBOX.attempts - 1, reason=reason, **later)


def elsewhere(
    conn: Connection,
    outbox_id: int,
    account: str,
    rfc822: bytes,
    now: datetime,
    reason: str,
    payload: Mapping[str, Any] | None = None,
) -> bool:
    """The mail goes through another account, in its name: the same row, so that one of them alone sends it."""
    more = {} if payload is None else {"payload": dict(payload)}
    ours = {"account": account, "rfc822": rfc822, "due_at": now, "reason": reason, "data_started_at": None}
    return _move(conn, "elsewhere", outbox_id, **ours, **more)


def refuse(conn: Connection, outbox_id: int, reason: str) -> bool:
    """The server refused the mail for good (5yz)."""
    return _move(conn, "refuse", outbox_id, reason=reason, smtp_reply=reason)


def bounced(conn: Connection, message_id: str, reason: str) -> int | None:
    """A delivery report says this mail did not arrive (RFC 3464): return whose it was, None for no mail of ours."""
    return _move_by_message_id(conn, "bounced", message_id, reason=reason)


def make_ambiguous(conn: Connection, outbox_id: int, reason: str, at: datetime) -> bool:
    """Nobody knows whether the mail was accepted at `at`: it is not sent again by itself."""
    started = func.coalesce(_OUTBOX.data_started_at, literal(at, Instant()))
    return _move(conn, "make_ambiguous", outbox_id, reason=reason, data_started_at=started)


def hold(conn: Connection, outbox_id: int, reason: str) -> bool:
    """The mail waits for a person."""
    return _move(conn, "hold", outbox_id, reason=reason)


def cancel(conn: Connection, outbox_id: int, reason: str) -> bool:
    """The mail is not to be sent any more."""
    return _move(conn, "cancel", outbox_id, reason=reason)


def release(conn: Connection, outbox_id: int, now: datetime) -> bool:
    """A person lets a held or ambiguous mail go (again)."""
    return _move(conn, "release", outbox_id, due_at=now, expires_at=None, reason=None)


def settle_by_message_id(conn: Connection, message_id: str, at: datetime, how: str) -> int | None:
    """The mail turned up (a Sent copy, the buyer's answer to it): it was sent. None when its fate was not open."""
    outbox_id = _move_by_message_id(conn, "settle", message_id, sent_at=at, reason=how)
    if outbox_id is not None:
        return outbox_id
    # Given to the server once, then queued or held again: it must not go out a second time.
    again = _OUTBOX.state.in_(("queued", "held")) & _OUTBOX.data_started_at.is_not(None)
    change = update(schema.outbox).where(_OUTBOX.message_id == message_id, again)
    return conn.execute(change.values(state="sent", sent_at=at, reason=how).returning(_OUTBOX.id)).scalar()


def cancel_thread_acknowledgements(conn: Connection, thread_id: int, reason: str) -> int:
    """A person was faster: return how many waiting acknowledgements of this thread were cancelled."""
    waiting = (_OUTBOX.thread_id == thread_id, _OUTBOX.kind == "acknowledgement", _OUTBOX.state.in_(("queued", "held")))
    return conn.execute(update(schema.outbox).where(*waiting).values(state="cancelled", reason=reason)).rowcount


def cancel_expired(conn: Connection, account: str, now: datetime) -> tuple[int, ...]:
    """Cancel what has waited past its `expires_at` and return the ids; `claim_due` leaves such rows alone."""
    return tuple(sorted(conn.scalars(_EXPIRED, {"of": account, "now": now})))


def recover(conn: Connection, account: str, now: datetime) -> RecoveryCounts:
    """At the start: what an earlier process left in `sending` is queued again, or ambiguous once its text was begun."""
    mine = (_OUTBOX.account == account, _OUTBOX.state == "sending")
    begun = _OUTBOX.data_started_at.is_not(None)
    repeated, canary = _OUTBOX.kind.in_(REPEATED_KINDS), _OUTBOX.kind == CANARY

    def move(condition: ColumnElement[bool], **values: Any) -> int:
        return conn.execute(update(schema.outbox).where(*mine, condition).values(**values)).rowcount

    # A clock that was ahead once put mail off to a day that is far away now.
    stray = (_OUTBOX.account == account, _OUTBOX.state == "queued", _OUTBOX.attempts > 0, _OUTBOX.due_at > now + FAR)
    conn.execute(update(schema.outbox).where(*stray).values(due_at=now))
    why = noted("the program ended while the mail was being sent")
    move(begun & canary, state="cancelled", reason=why)
    return RecoveryCounts(
        requeued=move(~begun, state="queued", due_at=now, reason="the program ended before the mail was sent"),
        resent=move(begun & repeated, state="queued", due_at=now, reason=why),
        ambiguous=move(begun & ~repeated, state="ambiguous", reason=why),
    )


def outbox_row(conn: Connection, outbox_id: int) -> OutboxRow | None:
    """Return one mail of ours."""
    row = conn.execute(select(schema.outbox).where(_OUTBOX.id == outbox_id)).first()
    return None if row is None else OutboxRow(**_values(row))


def outbox_by_message_id(conn: Connection, message_id: str) -> OutboxRow | None:
    """Return the mail of ours with this Message-ID."""
    row = conn.execute(select(schema.outbox).where(_OUTBOX.message_id == message_id)).first()
    return None if row is None else OutboxRow(**_values(row))


def outbox_rows(
    conn: Connection,
    states: Collection[str] = (),
    limit: int | None = None,
    *,
    kinds: Collection[str] = (),
    thread_id: int | None = None,
    since: datetime | None = None,
    raw: bool = True,
) -> tuple[OutboxRow, ...]:
    """
    Return mail of ours, the newest first; nothing given means everything. `since`: created or sent from then on.

    Without `raw` the finished bytes are left out: with an invoice a mail has some hundred kilobytes of them.
    """
    columns = (
        schema.outbox.c if raw else [null().label(each.name) if each is _OUTBOX.rfc822 else each for each in _OUTBOX]
    )
    wanted = select(*columns).order_by(_OUTBOX.created_at.desc(), _OUTBOX.id.desc())
    if states:
        wanted = wanted.where(_OUTBOX.state.in_(list(states)))
    if kinds:
        wanted = wanted.where(_OUTBOX.kind.in_(list(kinds)))
    if thread_id is not None:
        wanted = wanted.where(_OUTBOX.thread_id == thread_id)
    if since is not None:
        wanted = wanted.where(or_(_OUTBOX.created_at >= since, _OUTBOX.sent_at >= since))
    rows = conn.execute(wanted if limit is None else wanted.limit(limit))
    return tuple(OutboxRow(**_values(row)) for row in rows)


def outbox_of_threads(conn: Connection, thread_ids: Collection[int], limit: int) -> tuple[OutboxRow, ...]:
    """Return mail of ours in these threads, the newest of all of them first."""
    wanted = select(schema.outbox).where(_OUTBOX.thread_id.in_(list(thread_ids)))
    rows = conn.execute(wanted.order_by(_OUTBOX.created_at.desc(), _OUTBOX.id.desc()).limit(limit))
    return tuple(OutboxRow(**_values(row)) for row in rows)


def acknowledged_periods(conn: Connection, thread_id: int) -> frozenset[str]:
    """
    Return the closed times (`payload["period"]`) whose acknowledgement this thread has, sent or to be sent.

    One that was given to the server and cancelled while its fate was unknown may have arrived. Where two accounts have
    the same mail, what one of them says counts for both.
    """
    payloads = conn.scalars(_ACKNOWLEDGED, {"thread_id": thread_id})
    return frozenset(payload["period"] for payload in payloads if "period" in payload)


def cancelled_acknowledgements(conn: Connection, thread_id: int, period: str) -> int:
    """Return how many acknowledgements of this thread and closed time were cancelled before they left."""
    wanted = select(_OUTBOX.payload).where(
        _OUTBOX.thread_id == thread_id, _OUTBOX.kind == "acknowledgement", _OUTBOX.state == "cancelled"
    )
    return sum(payload.get("period") == period for payload in conn.scalars(wanted))


def acknowledgements_sent(conn: Connection, account: str, buyer_alias: str, since: datetime) -> int:
    """Return how many acknowledgements to one buyer of the account left or may still leave, for the buyer's cap."""
    out = or_(_OUTBOX.state.in_(("queued", "sending", "sent", "ambiguous")), _OUTBOX.sent_at.is_not(None))
    thread = schema.thread.c
    wanted = (
        select(func.count())
        .select_from(schema.outbox.join(schema.thread, thread.id == _OUTBOX.thread_id))
        .where(_OUTBOX.kind == "acknowledgement", _OUTBOX.created_at >= since, out)
        .where(_OUTBOX.account == account, thread.buyer_alias == buyer_alias)
    )
    return conn.scalar(wanted) or 0


def next_due_of(conn: Connection, account: str, kinds: Collection[str] = ()) -> datetime | None:
    """Return when the account's next mail (of these kinds, if any are named) is due, or any is past its time."""
    mine = (_OUTBOX.account == account, _OUTBOX.state == "queued")
    due = select(func.min(_OUTBOX.due_at)).where(*mine)
    due_at = conn.scalar(due.where(_OUTBOX.kind.in_(kinds)) if kinds else due)
    expires_at = conn.scalar(select(func.min(_OUTBOX.expires_at)).where(*mine))
    return min((at for at in (due_at, expires_at) if at is not None), default=None)


def counts(conn: Connection) -> Mapping[str, int]:
    """Return how many mails of ours are in each state."""
    wanted = select(_OUTBOX.state, func.count().label("rows")).group_by(_OUTBOX.state)
    return {row.state: row.rows for row in conn.execute(wanted)}


def next_due(conn: Connection) -> datetime | None:
    """Return the earliest instant at which a queued mail or a pending timer is due."""
    timer = schema.timer.c
    mail_at = conn.execute(select(func.min(_OUTBOX.due_at)).where(_OUTBOX.state == "queued")).scalar_one()
    timer_at = conn.execute(select(func.min(timer.due_at)).where(timer.state == "pending")).scalar_one()
    return min((at for at in (mail_at, timer_at) if at is not None), default=None)


def _move(conn: Connection, operation: str, outbox_id: int, **values: Any) -> bool:
    made = {name: value for name, value in values.items() if isinstance(value, ColumnElement)}
    change = _MOVES[operation].values(**made) if made else _MOVES[operation]
    plain = {name: value for name, value in values.items() if name not in made}
    target = TRANSITIONS[operation][1]
    return conn.execute(change, {"outbox_id": outbox_id, "state": target, **plain}).rowcount == 1


def _move_by_message_id(conn: Connection, operation: str, message_id: str, **values: Any) -> int | None:
    sources, target = TRANSITIONS[operation]
    change = update(schema.outbox).where(_OUTBOX.message_id == message_id, _OUTBOX.state.in_(sources))
    return conn.execute(change.values(state=target, **values).returning(_OUTBOX.id)).scalar()


def of_row(row: Row[tuple[Any, ...]]) -> OutboxRow:
    """Return what a row of the table says."""
    return OutboxRow(**_values(row))


def _values(row: Row[tuple[Any, ...]]) -> dict[str, Any]:
    return {each.name: getattr(row, each.name) for each in fields(OutboxRow)}
