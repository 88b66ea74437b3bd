"""
When a mail arrived, and its clock begins: INTERNALDATE, or the first own Received field (RFC 5322 section 3.3).

The promise: the earlier of the two counts, and the sender's Date never does. Every server writes its Received field on
top (RFC 5321 section 4.4), so only the topmost one is looked at: our own server wrote it, and what a sender forged
stands below. It matters where a mail was copied to another server, which may stamp all mail with the day of the move:
a question of last year must not get a fresh clock, nor an acknowledgement. So it is believed however much earlier it
is: where both are wrong the deadline is shown too early, never too late.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

from responder.core.comments import outside_comments
from responder.core.message import Message

MOVED = timedelta(days=1)
"""A copy of sent mail that is younger than its Date by so much was put there later."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES = {"ut": 0, "gmt": 0, "utc": 0, "z": 0, "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7}
_ZONES |= {"pdt": -7, "pst": -8}  # RFC 5322 section 4.3: the other names say nothing that can be relied on
_DATE_TIME = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)\s*,)?\s*"
    r"(?P<day>[0-9]{1,2})\s+(?P<month>[a-z]{3})\s+(?P<year>[0-9]{4})\s+"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?\s+"
    r"(?:(?P<sign>[+-])(?P<hours>[0-9]{2})(?P<minutes>[0-9]{2})|(?P<zone>[a-z]{1,3}))"
)
_YEARS = range(1970, 2200)


def arrived_at(internaldate: datetime | None, message: Message, now: datetime) -> datetime:
    """Return when a mail arrived, as far as it is known; what lies in the future is not believed."""
    known = [at for at in (internaldate, first_received_at(message)) if at is not None and at <= now]
    return min(known, default=now)


def written_at(internaldate: datetime | None, message: Message, now: datetime) -> datetime:
    """
    Return when a mail of the Sent folder was written: when its copy came there, or its Date where that is a day older.

    Our own program wrote the Date, and there is seldom a Received field. A clock that is off by some hours decides
    nothing; but an answer of last year, copied to another server today, answers no question of this week.
    """
    at = arrived_at(internaldate, message, now)
    return message.date_at if message.date_at is not None and at - message.date_at >= MOVED else at


def surely_before(since: datetime, arrived: datetime, message: Message) -> bool:
    """
    Return whether a mail is of before `since`, though its server may have stamped it with the day of a move.

    Its sender's Date alone proves nothing, and a server's clock can be wrong: both have to say so.
    """
    return arrived < since and message.date_at is not None and message.date_at < since


def first_received_at(message: Message) -> datetime | None:
    """Return what the topmost Received field says; None where there is none, or no date in it."""
    field = message.header("received")
    if field is None:
        return None
    return date_time("".join(char for char, _ in outside_comments(field)).rpartition(";")[2])


def date_time(text: str) -> datetime | None:
    """Return the instant of a date-time as RFC 5322 section 3.3 writes it, without comments; None for anything else."""
    found = _DATE_TIME.fullmatch(text.strip().lower()) if text.isascii() else None
    if found is None or found["month"] not in _MONTHS or int(found["year"]) not in _YEARS:
        return None
    offset = _offset(found)
    if offset is None:
        return None
    try:
        at = datetime(
            int(found["year"]),
            _MONTHS.index(found["month"]) + 1,
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            59 if found["second"] == "60" else int(found["second"] or 0),  # a leap second
            tzinfo=timezone(offset),
        )
    except ValueError:
        return None
    return at.astimezone(UTC)


def _offset(found: re.Match[str]) -> timedelta | None:
    """Return how far the zone is from UTC; "-0000" says that nobody knows the zone, and the time is UTC."""
    if found["zone"] is not None:
        return timedelta(hours=_ZONES[found["zone"]]) if found["zone"] in _ZONES else None
    if int(found["minutes"]) > 59 or int(found["hours"]) > 23:
        return None
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return -offset if found["sign"] == "-" else offset
