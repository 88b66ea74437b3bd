"""
How the daemon is, from what it wrote down: its mailboxes, its troubles, what it could not read, what waits.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, func, select

from responder.adapters.store import cursors, health, outbox, schema, troubles
from responder.adapters.store.outages import Outage
from responder.core import digest
from responder.core.troubles import TroubleKind

_DECISION, _MAIL, _TROUBLE, _OUTBOX = schema.decision.c, schema.mail.c, schema.trouble.c, schema.outbox.c
_MESSAGE = (_MAIL.role == "inbox") & (_MAIL.kind == "buyer_message") & _MAIL.repeat_of.is_(None)
INTERRUPTIONS = frozenset(
    {
        *(TroubleKind.MAILBOX, TroubleKind.FOLDER, TroubleKind.PASSWORD_REFUSED, TroubleKind.PASSWORD_UNREADABLE),
        *(TroubleKind.MAIL_SERVER, TroubleKind.TASK, TroubleKind.STATE),
    }
)
"""The troubles that keep the daemon from its work."""
_LOOKED_AT = 400
_FEW = 3


def of(conn: Connection, accounts: Collection[str], since: datetime | None) -> digest.DaemonHealth:
    """
    Return how the daemon is; what is counted is counted from `since` on.

    After a restart nobody knows of a problem yet: what the operator was told of counts until it is seen to be over.
    """
    known = [each for each in health.health(conn) if each.account in accounts]
    kept_away = {each.account for each in troubles.lasting(conn, INTERRUPTIONS) if each.well_at is None}
    counts = outbox.counts(conn)
    return digest.DaemonHealth(
        watching_since=min((each.first_start_at for each in known), default=None),
        mailboxes=tuple(
            digest.Mailbox(
                each.account, each.imap_last_contact_at, ok=not each.problem and each.account not in kept_away
            )
            for each in known
        ),
        troubles=_count(conn, schema.trouble, _interruptions(since)),
        unreadable=_count(conn, schema.mail, (_MAIL.error.is_not(None), *_since(since))),
        set_aside=len(cursors.quarantined(conn)),
        waiting=counts.get("queued", 0) + counts.get("sending", 0),
        held=counts.get("held", 0),
        handled_after=_handled_after(conn, since),
    )


def outage(conn: Connection, missed: Outage, accounts: Collection[str]) -> digest.Outage:
    """Return an outage as it is told: how many messages came meanwhile, as far as every mailbox was looked at since."""
    seen = {each.account: each.imap_last_contact_at for each in health.health(conn) if not each.backlog}
    looked = all((at := seen.get(name)) is not None and at >= missed.until_at for name in accounts)
    if not looked:
        return digest.Outage(missed.from_at, missed.until_at, None)
    came = (_MAIL.received_at >= missed.from_at, _MAIL.received_at <= missed.until_at, _MESSAGE)
    mails = [(row.id, row.thread_id) for row in conn.execute(select(_MAIL.id, _MAIL.thread_id).where(*came))]
    threads = {thread for _, thread in mails if thread is not None}
    return digest.Outage(missed.from_at, missed.until_at, len(mails), _answered(conn, threads, missed.from_at))


def _answered(conn: Connection, threads: Collection[int], since: datetime) -> int:
    """Return to how many of these threads an acknowledgement left, or waits to leave, since then."""
    ours = (
        _OUTBOX.kind == "acknowledgement",
        _OUTBOX.created_at >= since,
        _OUTBOX.state.not_in(("cancelled", "refused")),
    )
    found = conn.execute(select(_OUTBOX.thread_id).where(*ours))
    return len({row.thread_id for row in found} & set(threads))


def _handled_after(conn: Connection, since: datetime | None) -> timedelta | None:
    """Return the middle of how long the newest mails waited from their arrival to the first decision about them."""
    first = func.min(_DECISION.id).label("first")
    wanted = select(_MAIL.received_at, _MAIL.id, first).join(schema.decision, _DECISION.mail_id == _MAIL.id)
    wanted = wanted.where(_MAIL.role == "inbox", *_since(since)).group_by(_MAIL.id, _MAIL.received_at)
    rows = conn.execute(wanted.order_by(_MAIL.id.desc()).limit(_LOOKED_AT)).all()
    if len(rows) < _FEW:
        return None
    made = select(_DECISION.id, _DECISION.at).where(_DECISION.id.in_([row.first for row in rows]))
    at = {row.id: row.at for row in conn.execute(made)}
    waited = sorted(at[row.first] - row.received_at for row in rows)
    middle: timedelta = waited[len(waited) // 2]
    return max(middle, timedelta(0))


def _interruptions(since: datetime | None) -> tuple[ColumnElement[bool], ...]:
    kinds = _TROUBLE.kind.in_(list(INTERRUPTIONS))
    ended_at = func.coalesce(_TROUBLE.over_at, _TROUBLE.well_at)
    return (kinds,) if since is None else (kinds, ended_at.is_(None) | (ended_at >= since))


def _since(since: datetime | None) -> tuple[ColumnElement[bool], ...]:
    return () if since is None else (_MAIL.received_at >= since,)


def _count(conn: Connection, table: Table, where: tuple[ColumnElement[bool], ...]) -> int:
    return int(conn.scalar(select(func.count()).select_from(table).where(*where)) or 0)
