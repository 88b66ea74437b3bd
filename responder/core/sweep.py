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
from responder.core.speech import say, several
from responder.core.unattended import Unattended, sentence

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
    closes = _at(window.from_at, zone)
    if window.until_at:
        closing = say("Closing {closes} until {opens}", closes=closes, opens=_at(window.until_at, zone))
    else:
        closing = say("Closing {closes} for good", closes=closes)
    if not rows:
        return say("{closing}: nothing to answer first", closing=closing)
    return several(len(rows), "{closing}: {n} to answer first", "{closing}: {n} to answer first", closing=closing)


def _text(
    window: Unattended, rows: Sequence[OpenThread | Notice], now: datetime, zone: ZoneInfo, hosts: Mapping[str, str]
) -> Iterator[str]:
    yield _closes(window, zone)
    yield wording.sentence(sentence(window, now, zone))
    if not rows:
        yield say("Nothing that is open is due before then.")
        return
    yield ""
    yield several(
        len(rows),
        "Answer these before you leave: {n} deadline ends before anyone is back.",
        "Answer these before you leave: {n} deadlines end before anyone is back.",
    )
    for each in rows[: alerts.ROWS]:
        yield ""
        yield from alerts.lines(each, now, zone, hosts)
    if len(rows) > alerts.ROWS:
        yield ""
        yield alerts.more(len(rows) - alerts.ROWS)


def _closes(window: Unattended, zone: ZoneInfo) -> str:
    closes = _at(window.from_at, zone)
    if window.until_at is None:
        return say("You close {closes} and no opening is known (times in {zone}).", closes=closes, zone=zone.key)
    opens = _at(window.until_at, zone)
    return say("You close {closes} and are back {opens} (times in {zone}).", closes=closes, opens=opens, zone=zone.key)


def _at(at: datetime, zone: ZoneInfo) -> str:
    return f"{wording.short_day(at.astimezone(zone).date())} {wording.clock(at, zone)}"
