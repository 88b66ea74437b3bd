"""
A calendar as a person with a wall clock applies it, minute by minute: slow, plain, and without the program's code.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from responder.core.calendars import Calendar, Closure, Wall
from responder.core.hours import Hours

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

CHANGES: dict[str, tuple[date, ...]] = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "America/Sao_Paulo": (
        date(2018, 11, 4),
        date(2019, 2, 16),
    ),  # at midnight: no 00:00, and 23:00 twice
    "Australia/Sydney": (date(2026, 10, 4), date(2026, 4, 5)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),  # by half an hour
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 29)),  # at midnight too
    "Asia/Tokyo": (date(2026, 6, 1),),  # never
    "Pacific/Apia": (date(2011, 12, 30), date(2011, 9, 24)),  # a day that never was; a change after it
}
"""Zones and the days whose clocks are changed."""

WINDOW = 2
"""How many days of minutes each example looks at."""


@dataclass(frozen=True, slots=True)
class Place:
    """A zone and the first day of the minutes to look at."""

    zone: str
    first: date

    @property
    def first_at(self) -> datetime:
        """The first minute, in UTC: near the zone's midnight, wherever it is."""
        noon = datetime.combine(self.first, time(12), tzinfo=UTC)
        return noon - (noon.astimezone(ZoneInfo(self.zone)).utcoffset() or timedelta()) - DAY / 2


@lru_cache(maxsize=200)
def shown(place: Place) -> tuple[tuple[datetime, datetime], ...]:
    """
    Return every minute from two days before to three days after the window, and the furthest its wall clock has come.

    A clock that is set back shows nothing new until it has caught up: what was over at 02:30 does not begin again.
    """
    zone, found, furthest = ZoneInfo(place.zone), [], datetime.min  # noqa: DTZ901 - a wall clock has no zone
    at, end = place.first_at - 2 * DAY, place.first_at + (WINDOW + 3) * DAY
    while at < end:
        furthest = max(furthest, at.astimezone(zone).replace(tzinfo=None, fold=0))
        found.append((at, furthest))
        at += MINUTE
    return tuple(found)


class Model:
    """A calendar as a person with a wall clock applies it: one question a minute."""

    def __init__(self, calendar: Calendar, place: Place) -> None:
        self._calendar = calendar
        self._faces: dict[date, list[datetime]] = {}
        for _, face in shown(place):
            self._faces.setdefault(face.date(), []).append(face)
        self._extra = {each.on for each in calendar.extra}
        self._closures = [(_face(each.starts), _face(each.ends)) for each in calendar.closures]
        days = [place.first + offset * DAY for offset in range(-2, WINDOW + 2)]
        self._always = [shift for day in days for shift in self._extra_shifts(day)]
        self._weekly = [shift for day in days if not self._is_off(day) for shift in self._weekly_shifts(day)]
        self.first_at, self.last_at = place.first_at, place.first_at + WINDOW * DAY
        self.open = [(at, self._is_open(face)) for at, face in shown(place) if self.first_at <= at < self.last_at]

    def _is_open(self, face: datetime) -> bool:
        if any(start <= face < end for start, end in self._always):
            return True
        return any(start <= face < end for start, end in self._weekly) and not self._is_away(face)

    def _extra_shifts(self, day: date) -> list[tuple[datetime, datetime]]:
        return [_shift(day, hours) for each in self._calendar.extra if each.on == day for hours in each.hours]

    def _weekly_shifts(self, day: date) -> list[tuple[datetime, datetime]]:
        return [_shift(day, hours) for hours in self._calendar.working_hours.hours.get(day.weekday(), ())]

    def _is_off(self, day: date) -> bool:
        """Return whether no weekly shift begins on this day; one that would reach into the next does not either."""
        away = any(self._covers(closure, day) for closure in self._calendar.closures)
        return day in self._extra or day in self._calendar.holidays or away

    def _covers(self, closure: Closure, day: date) -> bool:
        """Return whether a closure leaves no minute that this day's clock shows."""
        starts, ends = _face(closure.starts), _face(closure.ends)
        on_it = closure.starts.day <= day <= closure.ends.day
        return on_it and all(starts <= face < ends for face in self._faces.get(day, []))

    def _is_away(self, face: datetime) -> bool:
        today = face.date()
        if today in self._extra:
            return False
        return today in self._calendar.holidays or any(starts <= face < ends for starts, ends in self._closures)


def _face(wall: Wall) -> datetime:
    return datetime.combine(wall.day, wall.clock)


def _shift(day: date, hours: Hours) -> tuple[datetime, datetime]:
    start, end = hours
    return datetime.combine(day, start), datetime.combine(day + DAY if end <= start else day, end)
