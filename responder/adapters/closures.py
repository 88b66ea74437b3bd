"""
The seller's own calendar files: closures and extra working days, in YAML.

Every problem of a file is reported at once, with its place and the way out. Dates are read as written (ISO 8601), in
the wall time of the calendar they join. A yearly closure is worked out for the years asked for.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from responder.core.calendar_files import YEARS, Entry, YearWall, every_year
from responder.core.calendars import Closure, ExtraDay, Wall
from responder.core.hours import MIDNIGHT, Hours, first_overlap, hours_text, parse_hours
from responder.document import Document, decode, nearest
from responder.document import load as load_document
from responder.errors import ConfigError, Problem

_TOP = ("name", "closures", "working_days")
_CLOSURE = ("on", "from", "to", "from_time", "to_time", "yearly", "name")
_WORKING_DAY = ("on", "hours", "name")
_PLACE = tuple[str | int, ...]


def load(path: Path, years: Sequence[int]) -> tuple[Entry, ...]:
    """Return what a calendar file says; ConfigError holds all of its problems."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        hint = "check the name, and the folder named by `calendars`"
        raise ConfigError(Problem(str(path), f"cannot be read: {error.strerror}", hint)) from None
    return read(decode(raw, str(path)), str(path), path.name, years)


def read(text: str, file: str, source: str, years: Sequence[int]) -> tuple[Entry, ...]:
    """Return what the text of a calendar file says; `source` is what `responder calendar` shows for its days."""
    reader = _Reader(load_document(text, file), source, years)
    found = reader.entries()
    if reader.problems:
        raise ConfigError(*reader.problems)
    return found


class _Reader:
    """Reads one document, collecting problems on the way; what cannot be read is None and left out."""

    def __init__(self, document: Document, source: str, years: Sequence[int]) -> None:
        self.problems: list[Problem] = []
        self._document = document
        self._source = source
        self._years = years
        self._fallback = "Closed"

    def entries(self) -> tuple[Entry, ...]:
        top = self._mapping({} if self._document.value is None else self._document.value, (), _TOP)
        self._fallback = self._name(top, ()) or self._fallback
        closures = [self._closure(item, ("closures", at)) for at, item in enumerate(self._list(top, "closures"))]
        extra = [self._extra(item, ("working_days", at)) for at, item in enumerate(self._list(top, "working_days"))]
        self._twice([(day.on, at) for at, day in enumerate(extra) if day])
        places = [self._at(("working_days", at)) for at in range(len(extra))]
        worked = [Entry(place, extra=day) for place, day in zip(places, extra, strict=True) if day]
        return (*filter(None, closures), *worked)

    def _closure(self, item: Any, place: _PLACE) -> Entry | None:
        values = self._mapping(item, place, _CLOSURE)
        name, yearly = self._name(values, place), self._yearly(values, place)
        if not isinstance(item, dict):
            return None
        ends: tuple[Any, Any] | None
        if "on" in values:
            ends = self._one_day(values, place, yearly=yearly)
        elif {"from", "to"} <= values.keys():
            ends = self._stretch(values, place, yearly=yearly)
        else:
            self._report(place, "a closure needs `on`, or `from` and `to`", "write on: 2026-12-24")
            return None
        if ends is None:
            return None
        if yearly:
            found = tuple(every_year(*ends, self._years, name, self._source))
            return Entry(self._at(place), found, endless=True)
        return Entry(self._at(place), (Closure(*ends, name, self._source),))

    def _one_day(self, values: Mapping[str, Any], place: _PLACE, *, yearly: bool) -> tuple[Any, Any] | None:
        if "from" in values or "to" in values:
            self._report(place, "a closure has either `on` or `from` and `to`", "remove one of them")
            return None
        day = self._wall(values["on"], (*place, "on"), yearly=yearly, with_time=False)
        starts = self._clock(values, "from_time", place, "00:00")
        ends = self._clock(values, "to_time", place, "24:00")
        if day is None or starts is None or ends is None:
            return None
        if MIDNIGHT != ends <= starts:
            problem = f"`to_time` ({values['to_time']}) must be after `from_time`"
            self._report((*place, "to_time"), problem, "correct one of them; from and to may lie on two days")
            return None
        last = _next_midnight(day) if ends == MIDNIGHT else _at_clock(day, ends)
        return _at_clock(day, starts), last

    def _stretch(self, values: Mapping[str, Any], place: _PLACE, *, yearly: bool) -> tuple[Any, Any] | None:
        for key in ("from_time", "to_time"):
            if key in values:
                self._report((*place, key), f"`{key}` belongs to `on`", "write from: 2026-12-24T12:00", key=True)
                return None
        starts = self._wall(values["from"], (*place, "from"), yearly=yearly)
        ends = self._wall(values["to"], (*place, "to"), yearly=yearly, last=True)
        if starts is None or ends is None:
            return None
        if _is_backwards(starts, ends) or (yearly and starts == ends and "T" in str(values["to"])):
            self._report((*place, "to"), f"`to` ({values['to']}) must be after `from` ({values['from']})", "swap them")
            return None
        return starts, ends

    def _yearly(self, values: Mapping[str, Any], place: _PLACE) -> bool:
        value = values.get("yearly", False)
        if not isinstance(value, bool):
            self._report((*place, "yearly"), f"`yearly` must be true or false, got {_shown(value)}", "write true")
        return value is True

    def _extra(self, item: Any, place: _PLACE) -> ExtraDay | None:
        values = self._mapping(item, place, _WORKING_DAY)
        name = self._name(values, place)
        if not {"on", "hours"} <= values.keys():
            if isinstance(item, dict):
                hint = 'write {on: 2026-11-29, hours: ["10:00-16:00"]}'
                self._report(place, "a working day needs `on` and `hours`", hint)
            return None
        day, hours = self._date(values["on"], (*place, "on")), self._hours(values["hours"], (*place, "hours"))
        return ExtraDay(day, hours, name, self._source) if day and hours else None

    def _hours(self, value: Any, place: _PLACE) -> tuple[Hours, ...]:
        if not isinstance(value, list) or not value:
            self._report(place, f"`hours` must be a list of times, got {_shown(value)}", 'write ["10:00-16:00"]')
            return ()
        found: list[Hours] = []
        for at, text in enumerate(value):
            try:
                found.append(parse_hours(str(text)))
            except ValueError as error:
                self._report((*place, at), str(error), 'write "10:00-16:00"')
        if overlap := first_overlap(found):
            one, other = ("-".join(hours_text(hours)) for hours in overlap)
            self._report(place, f"the hours {one} and {other} overlap", "join them, or move one")
        return tuple(sorted(found))

    def _mapping(self, value: Any, place: _PLACE, known: tuple[str, ...]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self._report(place, f"this must have the keys {', '.join(known)}, got {_shown(value)}", "write key: value")
            return {}
        for key in value:
            if key not in known:
                near = nearest(key, known)
                hint = f"did you mean `{near}`?" if near else f"known are {', '.join(known)}"
                self._report((*place, key), f"unknown key `{key}`", hint, key=True)
        return value

    def _list(self, values: Mapping[str, Any], key: str) -> list[Any]:
        value = values.get(key)
        if value is None or isinstance(value, list):
            return value or []
        self._report((key,), f"`{key}` must be a list, got {_shown(value)}", "begin each entry with '- '")
        return []

    def _name(self, values: Mapping[str, Any], place: _PLACE) -> str:
        value = values.get("name")
        if value is None:
            return self._fallback if place else ""
        if isinstance(value, dict | list):
            self._report((*place, "name"), f"`name` must be text, got {_shown(value)}", "write name: Winter break")
        return " ".join(str(value).split())

    def _date(self, value: Any, place: _PLACE) -> date | None:
        found = self._wall(value, place, yearly=False, with_time=False)
        return found.day if isinstance(found, Wall) else None

    def _wall(
        self, value: Any, place: _PLACE, *, yearly: bool, last: bool = False, with_time: bool = True
    ) -> Wall | YearWall | None:
        """Read a date, or a date with a time; a last day without a time is closed to its end."""
        text, has_time, clock = str(value).replace(" ", "T", 1).partition("T")
        try:
            if has_time and not with_time:
                raise ValueError(value)  # noqa: TRY301 - told below, like the others
            day = _year_day(text) if yearly else Wall(_date(value if not has_time else text))
            if has_time and clock != "24:00":
                return _at_clock(day, _time(clock))
            return _next_midnight(day) if has_time or last else day
        except (ValueError, OverflowError):
            self._report(place, *_no_date(value, yearly=yearly, with_time=with_time))
            return None

    def _clock(self, values: Mapping[str, Any], key: str, place: _PLACE, missing: str) -> time | None:
        """Return a time of the day; without one the day is closed from its beginning to its end."""
        value = values.get(key, missing)
        try:
            return MIDNIGHT if key == "to_time" and value == "24:00" else _time(str(value))
        except ValueError:
            self._report((*place, key), f"`{key}` must be HH:MM, got {_shown(value)}", "write 12:00")
            return None

    def _twice(self, days: list[tuple[date, int]]) -> None:
        first: dict[date, int] = {}
        for day, at in days:
            if first.setdefault(day, at) != at:
                line = self._document.at(("working_days", first[day])).line
                hint = f"the first is in line {line}; give one entry all hours"
                self._report(("working_days", at, "on"), f"{day} is here twice", hint)

    def _at(self, place: _PLACE) -> str:
        return str(self._document.at(place))

    def _report(self, place: _PLACE, problem: str, hint: str, *, key: bool = False) -> None:
        self.problems.append(Problem(str(self._document.at(place, key=key)), problem, hint))


def _date(value: Any) -> date:
    # date.fromisoformat alone would also take 20261224 and 2026-W52-4 (ISO 8601 basic and week dates).
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError(value)
    day = date.fromisoformat(value)
    if day.year not in YEARS:
        raise ValueError(value)
    return day


def _year_day(text: str) -> YearWall:
    if not re.fullmatch(r"\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(text)
    day = date.fromisoformat(f"2000-{text}")  # a leap year has every day there is
    return YearWall(day.month, day.day)


def _is_backwards(starts: Wall | YearWall, ends: Wall | YearWall) -> bool:
    """Return whether nothing lies between the two; a yearly stretch may end in the next year."""
    return isinstance(starts, Wall) and isinstance(ends, Wall) and starts >= ends


def _at_clock(at: Wall | YearWall, clock: time) -> Wall | YearWall:
    return Wall(at.day, clock) if isinstance(at, Wall) else YearWall(at.month, at.day, clock)


def _next_midnight(at: Wall | YearWall) -> Wall | YearWall:
    return Wall(at.day + timedelta(days=1)) if isinstance(at, Wall) else at.next_day()


def _no_date(value: Any, *, yearly: bool, with_time: bool) -> tuple[str, str]:
    """Return what is wrong with something that should be a date, and the way out."""
    kind = "a day of every year" if yearly else "a date"
    timed = ", with or without a time" if with_time else ""
    example, other = ("12-24", "a yearly closure has no year") if yearly else ("2026-12-24", "or add yearly: true")
    hint = f"write {example}" + (f" or {example}T12:00" if with_time else "")
    mixed = re.match(r"\d{4}-\d" if yearly else r"\d\d-\d\d($|T)", str(value), re.ASCII)
    return f"this must be {kind}{timed}, got {_shown(value)}", f"{hint}; {other}" if mixed else hint


def _time(text: str) -> time:
    if not re.fullmatch(r"\d{2}:\d{2}", text, re.ASCII):
        raise ValueError(text)
    return time.fromisoformat(text)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return "nothing" if value is None else repr(value)[:60]
