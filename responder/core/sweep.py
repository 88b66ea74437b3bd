"""
The sweep: what the seller is told shortly before closing for longer than an answer may take.

It names the window, for when to plan somebody, and what must be answered before the last one leaves.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core import alerts, calendars, wording
from responder.core.alerts import Alert
from responder.core.calendars import Calendar
from responder.core.digest import Notice, OpenThread
from responder.core.hours import MIDNIGHT
from responder.core.unattended import Unattended, sentence
from responder.core.wording import counted

_MOMENT = timedelta(microseconds=1)


def key(window: Unattended) -> str:
    """Return the name of the window's sweep: the same closing and opening are swept once."""
    until = window.until_at.isoformat() if window.until_at else calendars.NEVER
    return f"sweep:{window.from_at.isoformat()}:{until}"


def sweep_at(calendar: Calendar, window: Unattended, before: timedelta) -> datetime | None:
    """
    Return when to tell of a window: `before` its closing, yet not before the first opening of that day.

    None where `before` is nothing, or nobody was there to close.
    """
    if not before:
        return None
    zone, last = calendar.timezone, window.from_at - _MOMENT
    midnight = calendars.instant(last.astimezone(zone).date(), MIDNIGHT, zone)
    opened = next((start for start, _ in calendars.open_spans(calendar, midnight, window.from_at)), None)
    return None if opened is None else max(opened, window.from_at - before)


def alert(
    window: Unattended,
    waiting: Sequence[OpenThread | Notice],
    *,
    now: datetime,
    zone: ZoneInfo,
    hosts: Mapping[str, str],
) -> Alert:
    """Return the mail about a window that is about to begin; `waiting` is what is due before anyone is back."""
    rows = alerts.in_order(waiting, now)
    return Alert(_subject(window, rows, zone), "\n".join(_text(window, rows, now, zone, hosts)))


def _subject(window: Unattended, rows: Sequence[OpenThread | Notice], zone: ZoneInfo) -> str:
    until = f" until {_at(window.until_at, zone)}" if window.until_at else " for good"
    closing = f"Closing {_at(window.from_at, zone)}{until}"
    return f"{closing}: {len(rows) or 'nothing'} to answer first"


def _text(
    window: Unattended, rows: Sequence[OpenThread | Notice], now: datetime, zone: ZoneInfo, hosts: Mapping[str, str]
) -> Iterator[str]:
    back = f"and are back {_at(window.until_at, zone)}" if window.until_at else "and no opening is known"
    yield f"You close {_at(window.from_at, zone)} {back} (times in {zone.key})."
    yield _capital(sentence(window, now, zone))
    if not rows:
        yield "Nothing that is open is due before then."
        return
    yield ""
    what = counted(len(rows), "deadline ends", "deadlines end")
    yield f"Answer these before you leave: {what} before anyone is back."
    for each in rows[: alerts.ROWS]:
        yield ""
        yield from alerts.lines(each, now, zone, hosts)
    if len(rows) > alerts.ROWS:
        yield f"\nand {len(rows) - alerts.ROWS} more: responder threads --open, responder notices --needs-answer"


def _at(at: datetime, zone: ZoneInfo) -> str:
    return f"{wording.short_day(at.astimezone(zone).date())} {wording.clock(at, zone)}"


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
