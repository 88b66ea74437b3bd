"""
The story on paper: a heading for each day, a line for each thing that happens, and what the daemon does about it.

Lines are folded to the width; colour is only ever added, never needed.
"""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from babel.dates import format_date

from responder.demo import ending

WIDTH = 100
_WHO = 13
_UNDER_TIME, _UNDER_TEXT = " " * 9, " " * (9 + _WHO)
BOLD, DIM, CYAN, GREEN = "1", "2", "36", "32"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened: `by` the world or the daemon, and of which `kind`, for programs that read along."""

    at: datetime
    by: str
    kind: str
    who: str
    text: str


def day_words(day: date) -> str:
    """Return `Friday 3 April`."""
    return format_date(day, "EEEE d MMMM", "en")


def line(at: datetime, who: str, text: str, width: int = WIDTH) -> list[str]:
    """Return what happened at an instant of the shop's clock, folded."""
    return _folded(f"  {at:%H:%M}  {who:<{_WHO}}", text, width, _UNDER_TEXT)


def reaction(text: str, width: int = WIDTH) -> list[str]:
    """Return what the daemon did about it, folded."""
    return _folded(f"{_UNDER_TIME}→ ", text, width, f"{_UNDER_TIME}  ")


def _folded(first: str, text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True
    ) or [first.rstrip()]


def table(rows: Iterable[tuple[str, str]], width: int = WIDTH) -> list[str]:
    """Return names and values in two columns, values folded."""
    rows = list(rows)
    first = max((len(name) for name, _ in rows), default=0) + 4
    return [folded for name, text in rows for folded in _folded(f"  {name}".ljust(first), text, width, " " * first)]


class Page:
    """Writes the story for people."""

    def __init__(self, out: TextIO, zone: ZoneInfo, *, colour: bool, width: int = WIDTH) -> None:
        self._out, self._zone, self._colour, self._width = out, zone, colour, width

    def begin(self, address: str, *lines: str) -> None:
        """Say what this is, and where its status page is to be seen."""
        self._write([*lines, f"Its status page, as long as it runs: {address}"])

    def day(self, day: date, note: str) -> None:
        """Begin a day."""
        self._write(["", self._painted(day_words(day), BOLD) + (f" · {note}" if note else "")])

    def tell(self, happened: Sequence[Told]) -> None:
        """Tell what happened at one instant: the world first, then what the daemon did about it."""
        world = any(each.by == "world" for each in happened)
        for each in happened:
            if world and each.by == "daemon":
                self._write(self._painted(text, GREEN) for text in reaction(each.text, self._width))
            else:
                at = each.at.astimezone(self._zone)
                self._write(self._with_who(line(at, each.who, each.text, self._width), each.who))

    def end(self, rows: Sequence[tuple[str, str]], _facts: Mapping[str, Any]) -> None:
        """Tell what it came to."""
        self._write(["", self._painted("What it came to", BOLD), *table(rows, self._width)])

    def read(self, heading: str, digest: EmailMessage) -> None:
        """Show a digest's text."""
        lines = (f"  {line}".rstrip() for line in ending.readable(digest, self._width - 2))
        self._write(["", self._painted(heading, BOLD), "", *lines])

    def say(self, *lines: str) -> None:
        """Write plain lines."""
        self._write(lines)

    def _with_who(self, lines: list[str], who: str) -> Iterator[str]:
        at, text = lines[0][:9], lines[0][9:]
        yield at + (self._painted(who, CYAN) + text[len(who) :] if text.startswith(who) else text)
        yield from lines[1:]

    def _painted(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text

    def _write(self, lines: Iterable[str]) -> None:
        self._out.writelines(f"{text}\n" for text in lines)
        self._out.flush()


class Records:
    """Writes the story for programs: one JSON object a line, and nothing else."""

    def __init__(self, out: TextIO, zone: ZoneInfo) -> None:
        self._out, self._zone = out, zone

    def begin(self, address: str, *lines: str) -> None:
        """Say where the status page is to be seen."""
        self._put({"kind": "page", "page": address})

    def day(self, day: date, note: str) -> None:
        """Days show in the instants."""

    def tell(self, happened: Sequence[Told]) -> None:
        """Write each event."""
        for each in happened:
            at = each.at.astimezone(self._zone).isoformat()
            self._put({"at": at, "by": each.by, "kind": each.kind, "who": each.who, "text": each.text})

    def end(self, _rows: Sequence[tuple[str, str]], facts: Mapping[str, Any]) -> None:
        """Write what it came to."""
        self._put({"kind": "summary", **facts})

    def read(self, heading: str, digest: EmailMessage) -> None:
        """A digest's text is in the summary."""

    def say(self, *lines: str) -> None:
        """What is only for people is left out."""

    def _put(self, record: Mapping[str, Any]) -> None:
        self._out.write(json.dumps(record, ensure_ascii=False) + "\n")
        self._out.flush()
