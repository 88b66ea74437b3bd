"""
A page as values: every text ready to print, every link already made; the templates only place them.

Links lead into Seller Central (from our own tables) or to a page of ours, whose address has nothing but our numbers.
"""

from dataclasses import dataclass
from datetime import datetime

from responder.core.wording import Link


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; `tone` (late, soon, good) is told in its words too, `due_at` counts down in the browser."""

    text: str
    below: tuple[str, ...] = ()
    href: str = ""
    tone: str = ""
    due_at: datetime | None = None
    links: tuple[Link, ...] = ()
    picture: "Picture | None" = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A small line over the last days, drawn by the browser; `words` say the same."""

    words: str
    line: str  # points of an SVG polyline
    cap: float | None  # how far down the line of the cap lies
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading; `empty` is what is said where it has no rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""
    intro: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A section of sentences; `language` where they are in another one than the page."""

    title: str
    lines: tuple[str, ...]
    tone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing that happened: when, what, and what belongs to it; `quoted` are words from a mail."""

    when: str
    at: datetime
    what: str
    details: tuple[str, ...] = ()
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, the oldest first, in the words in which it is kept."""

    title: str
    chapters: tuple[Chapter, ...]


Section = Table | Lines | Story


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several ways to look at a list."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its heading, what stands first, its sections, and the ways to other parts of the list."""

    title: str
    sections: tuple[Section, ...]
    summary: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    earlier: str = ""
    later: str = ""
    links: tuple[Link, ...] = ()
