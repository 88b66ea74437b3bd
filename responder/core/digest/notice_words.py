"""
What the digest and the alerts say of a notice besides its subject: its kind, its amounts, and its life so far.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from responder.core import notice_life, wording
from responder.core.digest.facts import Notice
from responder.core.digest.words import NOTICES, OUTCOMES
from responder.core.message import clean
from responder.core.notice_life import SeenBy
from responder.core.speech import noted, say, several

AMOUNTS = 3


def kind(notice: Notice) -> str:
    """Return what the notice is about, and how Amazon decided where it says so."""
    name = say(NOTICES.get(notice.notice_type, noted("Notice")))
    if not notice.outcome:
        return name
    decided = say(OUTCOMES[notice.outcome]) if notice.outcome in OUTCOMES else clean(notice.outcome, 40)
    return say("{name}: {outcome}", name=name, outcome=decided)


def amounts(notice: Notice) -> tuple[str, ...]:
    """Return the amounts its text names, the first few."""
    return tuple(clean(each, 40) for each in notice.amounts[:AMOUNTS])


def remarks(notice: Notice, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Yield, as sentences, what a person must know before opening it."""
    if not notice.verified:
        yield say("The sender could not be verified: look in Seller Central, not at this mail's links.")
    if notice.settled_at is not None:
        yield say("Settled: {how}.", how=clean(notice.settled_how or "", 120))
    elif notice_life.waits(notice):
        yield from _life(notice, now, zone)
    if appeal := notice_life.appeal(notice.notice_type, notice.outcome):
        yield appeal


def _life(notice: Notice, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    told = notice.digests + notice.alerts
    if told == 2:
        yield say("Told twice, not confirmed.")
    elif told:
        yield several(told, "Told once, not confirmed.", "Told {n} times, not confirmed.")
    if notice.seen_by is SeenBy.MAIL_PROGRAM and notice.seen_at is not None:
        since = wording.moment(notice.seen_at, now, zone)
        yield say("A mail program shows it as read since {time}.", time=since)
