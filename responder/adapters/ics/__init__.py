"""
Calendar files of other programs (iCalendar, RFC 5545): what they call busy closes the shop.

Only files on this machine are read, and nothing a file points to is fetched. What a file closes is worked out for the
years asked for, and for no day outside them.
"""

import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from icalendar.timezone import tzp

from responder.adapters.ics.scan import MAX_EVENTS, Event, Scan, is_free
from responder.core.calendar_files import YEARS, Entry
from responder.core.calendars import Closure, Wall
from responder.core.words import clean
from responder.errors import ConfigError, Problem

__all__ = ["MAX_EVENTS", "MAX_OCCURRENCES", "MAX_SIZE", "MAX_STEPS", "load", "read"]

MAX_SIZE = 1_000_000
MAX_STEPS = 100_000  # days looked at for all repetitions of a file: about two seconds
MAX_OCCURRENCES = 2_000
NAME = 120


def load(path: Path, zone: ZoneInfo, years: Sequence[int]) -> tuple[Entry, ...]:
    """Return what a file closes in `years`, in the wall time of `zone`; ConfigError holds all of its problems."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_SIZE + 1)
    except OSError as error:
        hint = "check the name, and the folder named by `calendars`"
        raise ConfigError(Problem(str(path), f"cannot be read: {error.strerror}", hint)) from None
    return read(raw, str(path), path.name, zone, years)


def read(raw: bytes, file: str, source: str, zone: ZoneInfo, years: Sequence[int]) -> tuple[Entry, ...]:
    """Return what the bytes of a file close; `source` is what `responder calendar` shows for its days."""
    if len(raw) > MAX_SIZE:
        hint = "export only the days on which you are closed"
        raise ConfigError(Problem(file, f"the file is larger than {MAX_SIZE:,} bytes", hint))
    tzp.use_zoneinfo()  # forget the zones that another file defined: the library keeps them by name for all files
    scan = Scan(file)
    scan.read(raw)
    if scan.problems:
        raise ConfigError(*scan.problems)
    return _Reader(file, source, zone, years, scan.events).entries(raw)


class _Reader:
    """Works out what the events of a scanned file close."""

    def __init__(self, file: str, source: str, zone: ZoneInfo, years: Sequence[int], events: list[Event]) -> None:
        self._file = file
        self._source = source
        self._zone = zone
        self._years = years
        self._events = events
        self._problems: list[Problem] = []
        self._steps = 0

    def entries(self, raw: bytes) -> tuple[Entry, ...]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns about a zone's vendor prefix; the zone is known
            try:
                components = [
                    event for each in icalendar.Calendar.from_ical(raw, multiple=True) for event in each.walk("VEVENT")
                ]
            except Exception as error:  # noqa: BLE001 - on broken input the library raises whatever happens to fail
                raise ConfigError(self._unreadable(1, error)) from None
            if len(components) != len(self._events):
                raise ConfigError(Problem(self._file, "its events cannot be told apart", "export the calendar again"))
            pairs = list(zip(self._events, components, strict=True))
            for event, component in pairs:
                self._check(event, component)
            if self._steps > MAX_STEPS:
                problem = f"its repetitions are more than {MAX_STEPS:,} days to look at"
                self._problems.append(Problem(self._file, problem, "export only the days on which you are closed"))
            if self._problems:
                raise ConfigError(*self._problems)
            return tuple(self._worked_out(pairs))

    def _check(self, event: Event, component: Any) -> None:
        """Refuse what the library would silently read as something else."""
        if component.errors:
            name, problem = component.errors[0]
            words = f"event '{event.title}': {clean(str(name), 20)} cannot be read: {clean(str(problem), 100)}"
            self._report(event, words)
            return
        starts, ends = component["DTSTART"].dt, component["DTEND"].dt if "DTEND" in component else None
        length = component["DURATION"].dt if "DURATION" in component else None
        if isinstance(starts, datetime) != isinstance(ends, datetime) and ends is not None:
            self._report(event, f"event '{event.title}' has a day and a time for its two ends")
        elif starts.year not in YEARS or (ends is not None and ends.year not in YEARS):
            self._report(event, f"event '{event.title}' is not between {YEARS[0]} and {YEARS[-1]}")
        elif ends is not None and _comparable(ends, self._zone) < _comparable(starts, self._zone):
            self._report(event, f"event '{event.title}' ends before it starts")
        elif length is not None and not timedelta(0) <= length <= timedelta(days=10 * 366):
            self._report(event, f"event '{event.title}' has a duration of {length.days} days")
        elif (rule := event.rule) and not rule.comes_true_from(_day(starts)):
            self._report(event, f"event '{event.title}': its rule may never fall on any day")
        elif rule:
            self._steps += rule.steps(_day(starts), date(max(self._years, default=starts.year) + 1, 1, 1))

    def _worked_out(self, pairs: list[tuple[Event, Any]]) -> Iterator[Entry]:
        """Yield the entry of each series: an event, what replaces single days of it, and what it closes."""
        series: dict[str, list[tuple[Event, Any]]] = {}
        for number, (event, component) in enumerate(pairs):
            series.setdefault(str(component.get("UID") or f"no UID {number}"), []).append((event, component))
        total = 0
        for members in series.values():
            main = next((event for event, component in members if "RECURRENCE-ID" not in component), members[0][0])
            closures = self._closures(main, [component for event, component in members])
            total += len(closures)
            if total > MAX_OCCURRENCES:
                problem = f"it closes more than {MAX_OCCURRENCES:,} times"
                raise ConfigError(Problem(self._file, problem, "export only the days on which you are closed"))
            endless = main.rule is not None and not main.is_free and not main.rule.limited
            yield Entry(f"{self._file}:{main.line}", closures, endless=endless)

    def _closures(self, main: Event, components: list[Any]) -> tuple[Closure, ...]:
        if not self._years:
            return ()
        # A day more on both sides: the library compares days without a zone.
        first, last = date(min(self._years), 1, 1), date(max(self._years) + 1, 1, 1)
        try:
            found = _occurrences(components, first - timedelta(days=1), last + timedelta(days=1), self._zone)
            spans = [self._closure(each) for each in found if not is_free(str(each.get("TRANSP") or ""))]
        except Exception as error:  # noqa: BLE001 - on broken input the library raises whatever happens to fail
            raise ConfigError(self._unreadable(main.line, error)) from None
        kept = (
            each for each in spans if each.starts < each.ends and Wall(first) < each.ends and each.starts < Wall(last)
        )
        return tuple(sorted(kept, key=lambda each: (each.starts, each.ends)))

    def _closure(self, component: Any) -> Closure:
        name = clean(str(component.get("SUMMARY") or ""), NAME) or "Closed"
        starts, ends = component.start, component.end
        if not isinstance(starts, datetime):
            # DTEND is the day after; many programs write the same day twice and mean that day.
            return Closure(Wall(starts), Wall(max(ends, starts + timedelta(days=1))), name, self._source)
        return Closure(self._wall(starts), self._wall(ends), name, self._source)

    def _wall(self, at: datetime) -> Wall:
        """Return what the seller's wall shows; a time without a zone is meant on that wall."""
        local = at.astimezone(self._zone) if at.tzinfo else at
        return Wall(local.date(), time(local.hour, local.minute, local.second))

    def _report(self, event: Event, problem: str) -> None:
        hint = "correct it in the calendar program, and export again"
        self._problems.append(Problem(f"{self._file}:{event.line}", problem, hint))

    def _unreadable(self, line: int, error: Exception) -> Problem:
        words = f"cannot be understood: {clean(str(error), 100)}"
        return Problem(f"{self._file}:{line}", words, "export the calendar again, or write the days into a .yaml file")


def _occurrences(components: list[Any], first: date, last: date, zone: ZoneInfo) -> list[Any]:
    """Return each time of a series, or the event itself where nothing repeats it: most are single days."""
    if len(components) == 1 and not {"RRULE", "RDATE", "RECURRENCE-ID"} & components[0].keys():
        return components
    calendar = icalendar.Calendar()
    for component in components:
        _end_as_meant(component, zone)
        calendar.add_component(component)
    return list(recurring_ical_events.of(calendar).between(first, last))


def _end_as_meant(component: Any, zone: ZoneInfo) -> None:
    """
    Make UNTIL what RFC 5545 section 3.3.10 demands: a day for whole days, a time in UTC for times in a zone.

    Many programs write the other one and mean the last day; the library would leave it out.
    """
    until = component.get("RRULE", {}).get("UNTIL", [None])[0]
    starts = component["DTSTART"].dt
    if until is None or until.year not in YEARS:  # 9999 is for ever: to no clock can it be converted
        return
    if not isinstance(starts, datetime):
        component["RRULE"]["UNTIL"] = [_day(_on_its_clock(until, zone))]
        return
    if not isinstance(until, datetime):
        until = datetime.combine(until, time.max)
    if starts.tzinfo and not until.tzinfo:
        until = until.replace(tzinfo=starts.tzinfo).astimezone(UTC)
    component["RRULE"]["UNTIL"] = [until]


def _on_its_clock(until: date | datetime, zone: ZoneInfo) -> date | datetime:
    """Return `until` on the clock whose last day it means: UTC, where it is an end of a day there, else the wall's."""
    if not isinstance(until, datetime) or not until.tzinfo:
        return until
    in_utc = until.astimezone(UTC)
    return in_utc if (in_utc.hour, in_utc.minute) in {(0, 0), (23, 59)} else until.astimezone(zone)


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at


def _comparable(at: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day, tzinfo=zone)
    return at if at.tzinfo else at.replace(tzinfo=zone)
