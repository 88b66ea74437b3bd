"""
What is stored about sending to buyers: live or rehearsal, the pause, the circuit breaker's stop.

Read at every claim, in its transaction: what a command writes holds from the next mail on, also in a running daemon.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from responder.adapters.store import decisions, meta, schema
from responder.adapters.store.columns import Instant
from responder.adapters.store.outbox import OPERATOR_KINDS
from responder.core.breaker import REHEARSAL, Cap, Left, Paused, Sending, Stopped

LIVE, PAUSED, STOPPED, COUNTED = "sending_live_since", "sending_paused", "sending_stopped", "sending_counted_from"
EXPIRED = "expired"
_OUTBOX = schema.outbox.c
_TO_BUYERS = _OUTBOX.kind.not_in(OPERATOR_KINDS)
_REHEARSED = (_OUTBOX.state == "held", _OUTBOX.reason == REHEARSAL)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Mail to buyers that may still go, and that which can no longer go because its time passed."""

    valid: int
    expired: int


def state(conn: Connection) -> Sending:
    """Return what is stored."""
    kept = meta.values(conn, (LIVE, PAUSED, STOPPED, COUNTED))
    paused, stopped = kept.get(PAUSED), kept.get(STOPPED)
    return Sending(
        live_since=_instant(kept.get(LIVE)),
        paused=_paused(json.loads(paused)) if paused else None,
        stopped=_stopped(json.loads(stopped)) if stopped else None,
        counted_from=_instant(kept.get(COUNTED)),
    )


def left(
    conn: Connection, kinds: Collection[str], since: datetime, *, besides: int, account: str | None = None
) -> tuple[Left, ...]:
    """Return what of these kinds left from `since` on, may have left or is under way, of any account; not `besides`."""
    at = func.coalesce(_OUTBOX.sent_at, _OUTBOX.data_started_at, _OUTBOX.claimed_at, type_=Instant())
    out = or_(_OUTBOX.state.in_(("sending", "sent", "ambiguous")), _OUTBOX.sent_at.is_not(None))
    wanted = select(at.label("at"), _OUTBOX.recipient).where(_OUTBOX.kind.in_(list(kinds)), out, at >= since)
    if account is not None:
        wanted = wanted.where(_OUTBOX.account == account)
    return tuple(Left(row.at, row.recipient) for row in conn.execute(wanted.where(_OUTBOX.id != besides).order_by(at)))


def stop(conn: Connection, stopped: Stopped) -> None:
    """Keep that the breaker stopped the sending."""
    kept = {"at": stopped.at.isoformat(), "cap": stopped.cap, "limit": stopped.limit, "sent": stopped.sent}
    meta.set_value(conn, STOPPED, json.dumps({**kept, "buyers": stopped.buyers}))


def pause(conn: Connection, paused: Paused, who: str) -> None:
    """A person stops the sending; a second pause takes the place of the first."""
    until = None if paused.until is None else paused.until.isoformat()
    meta.set_value(conn, PAUSED, json.dumps({"at": paused.at.isoformat(), "until": until}))
    note(conn, paused.at, "sending_paused", {"words": f"{who} paused the sending to buyers", "until": until})


def resume(conn: Connection, now: datetime, who: str) -> None:
    """A person lets mail go again; after a stop the breaker counts anew, or it would stop at once."""
    if meta.value(conn, STOPPED) is not None:
        meta.set_value(conn, COUNTED, now.isoformat())
    for key in (PAUSED, STOPPED):
        meta.set_value(conn, key, None)
    note(conn, now, "sending_resumed", {"words": f"{who} resumed the sending to buyers"})


def go_live(conn: Connection, now: datetime, who: str) -> None:
    """A person ended the rehearsal."""
    meta.set_value(conn, LIVE, now.isoformat())
    note(conn, now, "went_live", {"words": f"{who} ended the rehearsal"})


def rehearse(conn: Connection, now: datetime, who: str) -> None:
    """A person went back to the rehearsal."""
    meta.set_value(conn, LIVE, None)
    note(conn, now, "rehearsal", {"words": f"{who} went back to the rehearsal"})


def note(conn: Connection, at: datetime, action: str, detail: Mapping[str, Any]) -> None:
    """Keep what was done about sending, beside the decisions about mails."""
    decisions.decide(conn, decisions.Decision(at=at, action=action, detail=detail))


def waiting(conn: Connection, now: datetime, since: datetime | None = None) -> Waiting:
    """Return how much mail to buyers waits at `now`, and how much ran out of time, after `since` where given."""
    still = or_(_OUTBOX.expires_at.is_(None), _OUTBOX.expires_at > now)
    over = _OUTBOX.expires_at <= now
    expired = or_((_OUTBOX.state == "cancelled") & (_OUTBOX.reason == EXPIRED), _OUTBOX.state == "queued")
    late = over if since is None else over & (_OUTBOX.expires_at > since)
    return Waiting(_count(conn, _OUTBOX.state == "queued", still), _count(conn, expired, late))


def drop_waiting(conn: Connection, reason: str) -> int:
    """Cancel all mail to buyers that waits, and return how much it was."""
    change = update(schema.outbox).where(_OUTBOX.state == "queued", _TO_BUYERS)
    return conn.execute(change.values(state="cancelled", reason=reason)).rowcount


def held(conn: Connection) -> int:
    """Return how much mail to buyers is held because it was decided in the rehearsal."""
    return _count(conn, *_REHEARSED)


def settle_rehearsal(conn: Connection, now: datetime) -> Waiting:
    """
    Keep from leaving what the rehearsal decided: return how much is held for a person, and how much is over.

    What waits is held, as what fell due before; what is past its time is cancelled.
    """
    waits = update(schema.outbox).where(_OUTBOX.state == "queued", _TO_BUYERS)
    conn.execute(waits.values(state="held", reason=REHEARSAL))
    over = update(schema.outbox).where(*_REHEARSED, _OUTBOX.expires_at <= now)
    expired = conn.execute(over.values(state="cancelled", reason=f"{EXPIRED} in the rehearsal")).rowcount
    return Waiting(held(conn), expired)


def _count(conn: Connection, *conditions: ColumnElement[bool]) -> int:
    wanted = select(func.count()).select_from(schema.outbox).where(_TO_BUYERS, *conditions)
    return conn.scalar(wanted) or 0


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _paused(kept: Mapping[str, Any]) -> Paused:
    return Paused(datetime.fromisoformat(kept["at"]), _instant(kept["until"]))


def _stopped(kept: Mapping[str, Any]) -> Stopped:
    at = datetime.fromisoformat(kept["at"])
    return Stopped(at, Cap(kept["cap"]), kept["limit"], kept["sent"], kept["buyers"])
