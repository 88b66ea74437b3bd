"""
The seller's own calendar files: closures and extra working days, in YAML.

Every problem of a file is reported at once, with its place and the way out. Dates are read as written (ISO 8601), in
the wall time of the calendar they join.
"""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from responder.core.calendars import Closure, ExtraDay, Wall, closed_on
from responder.core.hours import Hours, first_overlap, hours_text, parse_hours
from responder.document import Document, decode, nearest
from responder.document import load as load_document
from responder.errors import ConfigError, Problem

_TOP = ("name", "closures", "working_days")
_CLOSURE = ("on", "from", "to", "name")
_WORKING_DAY = ("on", "hours", "name")
YEARS = range(1970, 2200)  # a year outside is a slip of the pen, and arithmetic with it may overflow
_PLACE = tuple[str | int, ...]


def load(path: Path) -> tuple[tuple[Closure, ...], tuple[ExtraDay, ...]]:
    """Return what a calendar file says; ConfigError holds all of its problems."""
    if path.suffix.lower() == ".ics":
        raise ConfigError(Problem(str(path), "iCalendar files are not read yet", "write the days into a .yaml file"))
    try:
        raw = path.read_bytes()
    except OSError as error:
        hint = "check the name, and the folder named by `calendars`"
        raise ConfigError(Problem(str(path), f"cannot be read: {error.strerror}", hint)) from None
    return read(decode(raw, str(path)), str(path), path.name)


def read(text: str, file: str, source: str) -> tuple[tuple[Closure, ...], tuple[ExtraDay, ...]]:
    """Return what the text of a calendar file says; `source` is what `responder calendar` shows for its days."""
    reader = _Reader(load_document(text, file), source)
    found = reader.calendar()
    if reader.problems:
        raise ConfigError(*reader.problems)
    return found


class _Reader:
    """Reads one document, collecting problems on the way; what cannot be read is None and left out."""

    def __init__(self, document: Document, source: str) -> None:
        self.problems: list[Problem] = []
        self._document = document
        self._source = source
        self._fallback = "Closed"

    def calendar(self) -> tuple[tuple[Closure, ...], tuple[ExtraDay, ...]]:
        top = self._mapping({} if self._document.value is None else self._document.value, (), _TOP)
        self._fallback = self._name(top, ()) or self._fallback
        closures = [self._closure(item, ("closures", at)) for at, item in enumerate(self._list(top, "closures"))]
        extra = [self._extra(item, ("working_days", at)) for at, item in enumerate(self._list(top, "working_days"))]
        self._twice([(day.on, at) for at, day in enumerate(extra) if day])
        return tuple(filter(None, closures)), tuple(filter(None, extra))

    def _closure(self, item: Any, place: _PLACE) -> Closure | None:
        values = self._mapping(item, place, _CLOSURE)
        name = self._name(values, place)
        if "on" in values:
            if "from" in values or "to" in values:
                self._report(place, "a closure has either `on` or `from` and `to`", "remove one of them")
                return None
            day = self._day(values["on"], (*place, "on"))
            return closed_on(day, name, self._source) if day else None
        if not {"from", "to"} <= values.keys():
            if isinstance(item, dict):
                self._report(place, "a closure needs `on`, or `from` and `to`", "write on: 2026-12-24")
            return None
        starts = self._wall(values["from"], (*place, "from"), last=False)
        ends = self._wall(values["to"], (*place, "to"), last=True)
        if starts is None or ends is None:
            return None
        if starts >= ends:
            self._report((*place, "to"), f"`to` ({values['to']}) must be after `from` ({values['from']})", "swap them")
            return None
        return Closure(starts, ends, name, self._source)

    def _extra(self, item: Any, place: _PLACE) -> ExtraDay | None:
        values = self._mapping(item, place, _WORKING_DAY)
        name = self._name(values, place)
        if not {"on", "hours"} <= values.keys():
            if isinstance(item, dict):
                hint = 'write {on: 2026-11-29, hours: ["10:00-16:00"]}'
                self._report(place, "a working day needs `on` and `hours`", hint)
            return None
        day, hours = self._day(values["on"], (*place, "on")), self._hours(values["hours"], (*place, "hours"))
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

    def _day(self, value: Any, place: _PLACE) -> date | None:
        try:
            return _date(value)
        except ValueError:
            self._report(place, f"this must be a date, got {_shown(value)}", "write 2026-12-24")
            return None

    def _wall(self, value: Any, place: _PLACE, *, last: bool) -> Wall | None:
        """Read a date, or a date with a time; a last day without a time is closed to its end."""
        text, has_time, clock = str(value).replace(" ", "T", 1).partition("T")
        try:
            if not has_time:
                return Wall(_date(value) + timedelta(days=1) if last else _date(value))
            if clock == "24:00":
                return Wall(_date(text) + timedelta(days=1))
            return Wall(_date(text), _time(clock))
        except (ValueError, OverflowError):
            problem = f"this must be a date, with or without a time, got {_shown(value)}"
            self._report(place, problem, "write 2026-12-24 or 2026-12-24T12:00")
            return None

    def _twice(self, days: list[tuple[date, int]]) -> None:
        first: dict[date, int] = {}
        for day, at in days:
            if first.setdefault(day, at) != at:
                line = self._document.at(("working_days", first[day])).line
                hint = f"the first is in line {line}; give one entry all hours"
                self._report(("working_days", at, "on"), f"{day} is here twice", hint)

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
