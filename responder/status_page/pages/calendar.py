"""
The next sixty days: who is there when, why not, and for when somebody has to be planned.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from responder.adapters.store import calendar_days
from responder.core import calendars, resolved, unattended, wording
from responder.core.calendars import Day, DayKind
from responder.core.hours import hours_text
from responder.core.message import clean
from responder.core.speech import noted, say, several
from responder.status_page.page import Cell, Lines, Page, Section, Table
from responder.status_page.values import Facts, Now

DAYS = 60
KINDS: Mapping[DayKind, str] = {
    DayKind.WORKING: noted("working day"),
    DayKind.OPEN: noted("extra working day"),
    DayKind.WEEKEND: noted("weekend"),
    DayKind.HOLIDAY: noted("public holiday"),
    DayKind.CLOSURE: noted("closed by you"),
}
_OPEN = (DayKind.WORKING, DayKind.OPEN)


def page(conn: Connection, facts: Facts, now: Now) -> Page:
    """Return the calendar as the daemon has it."""
    calendar = facts.calendar
    today = now.at.astimezone(calendar.timezone).date()
    days = calendars.days(calendar, today, DAYS)
    kept = calendar_days.days(conn)
    changed = resolved.changes(kept, resolved.resolved(calendar, today, DAYS)) if kept else ()
    return Page(
        title=say("The next {n} days", n=DAYS),
        summary=(say("Times in {zone}. Amazon's deadlines run on closed days, too.", zone=calendar.timezone.key),),
        alarms=tuple(clean(each, 300) for each in changed[: resolved.SHOWN]),
        sections=tuple(_sections(days, facts, now)),
    )


def _sections(days: tuple[Day, ...], facts: Facts, now: Now) -> Iterator[Section]:
    windows = unattended.windows_ahead(facts.calendar, now.at, facts.answer_within)
    title = say("When nobody is there for too long")
    if windows:
        said = (unattended.sentence(each, now.at, facts.calendar.timezone) for each in windows)
        yield Lines(title, tuple(map(wording.sentence, said)), tone="soon")
    else:
        span = wording.span(facts.answer_within)
        yield Lines(title, (say("Nobody is away for longer than an answer may take ({span}).", span=span),))
    columns = (say("Day"), say("Kind"), say("Open"), say("Name"), say("Source"))
    closed = sum(day.kind not in _OPEN for day in days)
    intro = several(closed, "{n} of these days is closed.", "{n} of these days are closed.")
    yield Table(say("Day by day"), columns, tuple(map(_row, days)), intro=intro)


def _row(day: Day) -> tuple[Cell, ...]:
    opened = ", ".join("–".join(hours_text(each)) for each in day.open)
    return (
        Cell(wording.short_day(day.on)),
        Cell(say(KINDS[day.kind]), tone="" if day.kind in _OPEN else "quiet"),
        Cell(opened or say("closed")),
        Cell(clean(day.name or "", 80) or "–"),
        Cell(say("your weekly hours") if day.source == calendars.WEEKLY else clean(day.source, 120)),
    )
