"""
Troubles that are seen in the rows of others: mail set aside or refused, kinds nobody knows, a calendar that changed.

They begin and end with those rows; what was told stays known as long as the row is there.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from responder.adapters.store import cursors, decisions, new_kinds, troubles, undelivered
from responder.core.message import clean
from responder.core.troubles import Room, Seen, TroubleKind
from responder.core.wording import masked
from responder.tasks.troubles.values import Guard

LATELY = timedelta(days=1)
"""For how long a refused mail and a changed calendar are news."""
LEAST_FREE = 200 * 1024 * 1024
LEAST_SHARE = 0.02
SOME_MORE = 2
"""How many times as much must be free before the disk counts as well again."""
KINDS = (
    TroubleKind.SET_ASIDE,
    TroubleKind.UNKNOWN_KIND,
    TroubleKind.CALENDAR,
    TroubleKind.MAIL_REFUSED,
)


def notice(conn: Connection, guard: Guard, now: datetime) -> None:
    """Begin what is there, and end what is no more."""
    known = {(each.account, each.kind, each.key): each for each in troubles.lasting(conn, KINDS)}
    there = {(each.account, each.kind, each.key): each.words for each in _found(conn, guard, now)}
    for place, words in there.items():
        if place not in known or known[place].words != words:  # hundreds may lie there for months
            troubles.begin(conn, *place, words, now)
    gone = [each.id for place, each in known.items() if place not in there]
    if gone:
        troubles.end(conn, gone, now)
    _disk(conn, guard, guard.room(), now)


def _found(conn: Connection, guard: Guard, now: datetime) -> Iterator[Seen]:
    for aside in cursors.quarantined(conn):
        key = f"{aside.folder}:{aside.uidvalidity}:{aside.uid}"
        words = f"{aside.folder}, set aside {aside.at:%Y-%m-%d %H:%M} UTC ({aside.error})"
        yield Seen(aside.account, TroubleKind.SET_ASIDE, key, words)
    for kind in new_kinds.new_kinds(conn, untold=True):
        if kind.verified:  # anybody can write in Amazon's name: what proves nothing waits for the digest
            words = f"{clean(kind.key, 80)}: “{masked(kind.subject, 100)}”"
            yield Seen(kind.account, TroubleKind.UNKNOWN_KIND, kind.key, words)
    for change in decisions.decisions(conn, action=decisions.CALENDAR_CHANGED, since=now - LATELY):
        said = "; ".join(change.detail["words"])
        yield Seen(guard.operator.account, TroubleKind.CALENDAR, str(change.id), said)
    for account, reason in undelivered.refused_since(conn, now - LATELY).items():
        yield Seen(account, TroubleKind.MAIL_REFUSED, "smtp", reason)


def _disk(conn: Connection, guard: Guard, room: Room | None, now: datetime) -> None:
    """Say that the disk is nearly full while it can still be said."""
    if room is None:
        return
    this = (guard.operator.account, TroubleKind.DISK, "state")
    least = min(LEAST_FREE, int(room.whole * LEAST_SHARE))
    if room.free < least:
        troubles.begin(conn, *this, f"{room.free // 2**20} MiB of {room.whole // 2**20} MiB are free", now)
    elif room.free >= least * SOME_MORE:
        troubles.over(conn, *this, now)
