"""
What the digest and the alerts say of a notice besides its subject: its kind, its amounts, and its life so far.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from responder.core import notice_life, wording
from responder.core.digest.facts import Notice
from responder.core.digest.words import NOTICES
from responder.core.message import clean
from responder.core.notice_life import SeenBy

AMOUNTS = 3
_TIMES = {1: "once", 2: "twice"}


def kind(notice: Notice) -> str:
    """Return what the notice is about, and how Amazon decided where it says so."""
    name = NOTICES.get(notice.notice_type, "Notice")
    return f"{name}: {clean(notice.outcome, 40)}" if notice.outcome else name


def amounts(notice: Notice) -> tuple[str, ...]:
    """Return the amounts its text names, the first few."""
    return tuple(clean(each, 40) for each in notice.amounts[:AMOUNTS])


def remarks(notice: Notice, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Yield, as sentences, what a person must know before opening it."""
    if not notice.verified:
        yield "The sender could not be verified: look in Seller Central, not at this mail's links."
    if notice.settled_at is not None:
        yield f"Settled: {clean(notice.settled_how or '', 120)}."
    elif notice_life.waits(notice):
        yield from _life(notice, now, zone)
    if appeal := notice_life.appeal(notice.notice_type, notice.outcome):
        yield appeal


def _life(notice: Notice, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    told = notice.digests + notice.alerts
    if told:
        yield f"Told {_TIMES.get(told, f'{told} times')}, not confirmed."
    if notice.seen_by is SeenBy.MAIL_PROGRAM and notice.seen_at is not None:
        yield f"A mail program shows it as read since {wording.moment(notice.seen_at, now, zone)}."
