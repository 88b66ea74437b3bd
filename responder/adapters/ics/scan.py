"""
The lines of an iCalendar file (RFC 5545 section 3.1), looked at before any library works anything out.

What would keep the library busy without end, or is read there as something it does not say, is refused here.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from icalendar.timezone import tzp

from responder.core import recurrence
from responder.core.words import clean
from responder.errors import Problem

MAX_EVENTS = 5_000
MAX_PROBLEMS = 100
MAX_DEPTH = 10  # an alarm in an event in a calendar is three
_LINE = re.compile(r"([A-Za-z0-9-]+)((?:;[^:;=\"]+=(?:\"[^\"]*\"|[^\":;]*))*):(.*)", re.DOTALL)
_ZONE = re.compile(r";TZID=(?:\"([^\"]*)\"|([^\":;]*))", re.IGNORECASE)
_TIMES = ("DTSTART", "DTEND", "DURATION", "TRANSP")
_FREE = "TRANSPARENT"


@dataclass(slots=True)
class Event:
    """A VEVENT as it stands in the text, before it is understood; `rules` are its repetitions with their lines."""

    line: int
    values: dict[str, str] = field(default_factory=dict)
    rules: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What it is called, in a message."""
        text = self.values.get("SUMMARY") or self.values.get("UID") or "without a name"
        return clean(_plain(text.replace("\\n", " ")), 60)

    @property
    def rule(self) -> recurrence.Rule | None:
        """Its repetition, where it has one."""
        return recurrence.parse(self.rules[0][2]) if self.rules else None

    @property
    def times(self) -> tuple[object, ...]:
        """All that says when it is, and whether it closes."""
        return (*(self.values.get(name) for name in _TIMES), *(rule for _, _, rule in self.rules))

    @property
    def is_free(self) -> bool:
        """Whether it leaves its time free (TRANSP)."""
        return is_free(self.values.get("TRANSP", ""))


def is_free(transparency: str) -> bool:
    """Return whether a TRANSP says that its time stays free (RFC 5545 section 3.8.2.7); without one it is busy."""
    return transparency.strip().upper() == _FREE


class Scan:
    """Reads the lines of a file, collecting events and problems on the way; nothing is worked out here."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self.events: list[Event] = []
        self._file = file
        self._stack: list[str] = []
        self._zones: set[str] = set()
        self._zones_used: list[tuple[int, str]] = []
        self._named: dict[tuple[str, str], Event] = {}

    def read(self, raw: bytes) -> None:
        """Look at the whole file."""
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._report(raw.count(b"\n", 0, error.start) + 1, "this line is not UTF-8", "export the calendar as UTF-8")
            return
        for number, line in _unfolded(text):
            self._line(number, line)
            if len(self.problems) > MAX_PROBLEMS or len(self.events) > MAX_EVENTS:
                break
        if len(self.events) > MAX_EVENTS:
            self._report(
                1, f"there are more than {MAX_EVENTS:,} events", "export only the days on which you are closed"
            )
        elif not self.problems and self._stack:
            self._report(1, f"the file ends inside a {self._stack[-1]}", "export the calendar again")
        elif not self.problems and not self.events:
            self._report(1, "there is no event in it", "export the calendar again, or remove the file from the list")
        self._unknown_zones()

    def _line(self, number: int, line: str) -> None:
        found = _LINE.fullmatch(line)
        if found is None:
            self._report(number, "this is no line of an iCalendar file", "export the calendar again")
            return
        name, value = found[1].upper(), found[3]
        if (zone := _ZONE.search(found[2])) and "VEVENT" in self._stack:
            self._zones_used.append((number, _plain(zone[1] or zone[2])))
        match name:
            case "BEGIN":
                self._begin(number, value.strip().upper())
            case "END":
                self._end(number, value.strip().upper())
            case "RRULE" | "EXRULE":
                self._rule(number, name, value)
            case "TZID" if self._stack[-1:] == ["VTIMEZONE"]:
                self._zones.add(_plain(value.strip()))
            case "METHOD" if value.strip().upper() == "CANCEL":
                self._report(number, "this file only takes events back (METHOD:CANCEL)", "remove it from the list")
            case _ if self._stack[-1:] == ["VEVENT"]:
                self._value(number, name, value)

    def _begin(self, number: int, name: str) -> None:
        if not self._stack and name != "VCALENDAR":
            self._report(number, "the file does not begin with BEGIN:VCALENDAR", "export the calendar again")
        if name == "VEVENT":
            self.events.append(Event(number))
        if len(self._stack) >= MAX_DEPTH:
            self._report(number, f"{clean(name, 20)} begins inside of too many others", "export the calendar again")
        self._stack.append(name)

    def _end(self, number: int, name: str) -> None:
        if self._stack[-1:] != [name]:
            self._report(number, f"END:{clean(name, 20)} ends nothing", "export the calendar again")
            return
        self._stack.pop()
        if name == "VEVENT":
            self._finished(self.events[-1])

    def _value(self, number: int, name: str, value: str) -> None:
        values = self.events[-1].values
        if name in {"DTSTART", "DTEND", "DURATION"} and name in values:
            self._report(number, f"{name} is here twice in one event", "export the calendar again")
        values.setdefault(name, value)

    def _rule(self, number: int, name: str, value: str) -> None:
        """Note a rule of an event until its name is known; those of a time zone are looked at here."""
        if "VEVENT" in self._stack:
            self.events[-1].rules.append((number, name, value))
        elif "VTIMEZONE" in self._stack:  # nobody follows those of a task
            self._check_rule(number, name, value, "time zone: ")

    def _check_rule(self, number: int, name: str, value: str, where: str) -> None:
        if name == "EXRULE":
            self._report(number, f"{where}EXRULE is out of use and not followed", "export the days that are left")
            return
        try:
            recurrence.parse(value)
        except recurrence.RuleError as error:
            self._report(number, where + error.problem, error.hint)

    def _finished(self, event: Event) -> None:
        if event.values.get("STATUS", "").strip().upper() == "CANCELLED":
            hint = "delete it in the calendar program, and export again"
            self._report(event.line, f"event '{event.title}' is cancelled", hint)
        for number, name, value in event.rules:
            self._check_rule(number, name, value, f"event '{event.title}': ")
        if len(event.rules) > 1:
            self._report(event.rules[1][0], f"event '{event.title}' has two rules", "make two events of it")
        if "DTSTART" not in event.values:
            self._report(event.line, f"event '{event.title}' has no DTSTART", "give it a day")
        self._check_name(event)

    def _check_name(self, event: Event) -> None:
        """Refuse two events of one name at two times: the library would leave out one of them without a word."""
        if uid := event.values.get("UID"):
            first = self._named.setdefault((uid, event.values.get("RECURRENCE-ID", "")), event)
            if event.times != first.times and event.values.get("SEQUENCE") == first.values.get("SEQUENCE"):
                problem = f"event '{event.title}' has the UID of the event in line {first.line}, and another time"
                self._report(event.line, problem, "export the calendar again, or write the days into a .yaml file")

    def _unknown_zones(self) -> None:
        lines: dict[str, int] = {}
        for number, name in self._zones_used:
            lines.setdefault(name, number)
        for name, number in lines.items():
            if len(self.problems) > MAX_PROBLEMS:
                break
            if name not in self._zones and not _is_known(name):
                problem = f"nobody knows the time zone '{clean(name, 60)}'"
                self._report(number, problem, "choose a zone such as Europe/Berlin in the calendar program")

    def _report(self, line: int, problem: str, hint: str) -> None:
        self.problems.append(Problem(f"{self._file}:{line}", problem, hint))


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield each content line with the number of its first line in the file (RFC 5545 section 3.1)."""
    begun, parts = 0, list[str]()
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if line[:1] in {" ", "\t"} and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield begun, "".join(parts)
        begun, parts = number, [line] if line.strip() else []
    if parts:
        yield begun, "".join(parts)


def _plain(text: str) -> str:
    """Return text without the backslashes before its commas and semicolons (RFC 5545 section 3.3.11)."""
    return re.sub(r"\\(.)", r"\1", text)


def _is_known(name: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about a vendor's prefix of a name that it knows
        try:
            return tzp.timezone(name) is not None
        except (ValueError, OSError):  # a name that is a path
            return False
