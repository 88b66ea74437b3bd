"""
The calendar as it was resolved once, day by day, and what is different when it is resolved again.

Public holidays and time zones come from libraries, and an update changes them silently. The promise: each day that
both have and that is not the same is told, in words; days that merely come into sight are not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from responder.core import calendars, wording
from responder.core.calendars import Calendar, Day
from responder.core.hours import Hours, hours_text

DAYS = 400
"""How many days are kept: past a year and its moving holidays."""

SHOWN = 10
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ResolvedDay:
    """A day as it was understood; `utc_offset` is what the time zone data says of its noon, in seconds."""

    day: Day
    utc_offset: int

    @property
    def on(self) -> date:
        """The date."""
        return self.day.on


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """What a calendar was resolved with; `fingerprint` stands for all that the seller wrote."""

    fingerprint: str
    holidays: str
    tzdata: str
    program: str


def resolved(calendar: Calendar, first: date, count: int = DAYS) -> tuple[ResolvedDay, ...]:
    """Return what each of `count` days is, from `first` on."""
    zone = calendar.timezone

    def offset(on: date) -> int:
        found = datetime.combine(on, time(12), tzinfo=zone).utcoffset() or timedelta(0)
        return int(found.total_seconds())

    return tuple(ResolvedDay(day, offset(day.on)) for day in calendars.days(calendar, first, count))


def changes(before: Sequence[ResolvedDay], after: Sequence[ResolvedDay]) -> tuple[str, ...]:
    """Return what is different about the days that both have, one sentence each."""
    known = {each.on: each for each in before}
    both = [(known[each.on], each) for each in sorted(after, key=lambda each: each.on) if each.on in known]
    days = (_change(old.day, new.day) for old, new in both)
    return (*(words for words in days if words), *_shifts(both))


def news(found: Sequence[str], before: MadeFrom, after: MadeFrom, shown: int = SHOWN) -> tuple[str, ...]:
    """Return the changes as the seller is told of them: what brought them, the first ones, how many more there are."""
    if not found:
        return ()
    first, *others = found[:shown]
    rest = len(found) - shown
    told = (f"calendar data changed with {_brought_by(before, after)}: {first}", *others)
    return (*told, f"and {rest} more: responder calendar --days {DAYS}") if rest > 0 else told


def _brought_by(before: MadeFrom, after: MadeFrom) -> str:
    parts = [
        *([f"holidays {after.holidays}"] if before.holidays != after.holidays else []),
        *([f"time zone data {after.tzdata}"] if before.tzdata != after.tzdata else []),
    ]
    return " and ".join(parts) or f"Buyer Responder {after.program}"


def _change(old: Day, new: Day) -> str | None:
    on = _on(new.on)
    if old.open and not new.open:
        return f"{on} is closed now: {_label(new)}"
    if new.open and not old.open:
        return f"{on} is no longer closed (was: {_label(old)})"
    if old.open != new.open:
        return f"{on} is open {_hours(new.open)} now (was: {_hours(old.open)})"
    if (old.kind, old.name) != (new.kind, new.name):
        return f"{on} is now: {_label(new)} (was: {_label(old)})"
    return None


def _shifts(both: Sequence[tuple[ResolvedDay, ResolvedDay]]) -> Iterator[str]:
    """Days that follow each other and have the same new offset are one sentence: a rule changed, not ninety days."""
    moved = [(old, new) for old, new in both if old.utc_offset != new.utc_offset]
    numbered = enumerate(moved)
    for _, found in groupby(
        numbered, key=lambda each: (each[1][1].on - each[0] * _ONE, each[1][0].utc_offset, each[1][1].utc_offset)
    ):
        run = [pair for _, pair in found]
        (old, first), last = run[0], run[-1][1]
        when = f"on {_on(first.on)}" if first == last else f"from {_on(first.on)} to {_on(last.on)}"
        yield f"{when} the clock shows {_utc(first.utc_offset)} (was: {_utc(old.utc_offset)})"


def _on(day: date) -> str:
    return f"{wording.short_day(day)} {day.year}"


def _label(day: Day) -> str:
    return f"{day.name} ({day.kind})" if day.name else str(day.kind)


def _hours(hours: Sequence[Hours]) -> str:
    return ", ".join("-".join(hours_text(each)) for each in hours)


def _utc(seconds: int) -> str:
    minutes = abs(seconds) // 60
    return f"UTC{'-' if seconds < 0 else '+'}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")
