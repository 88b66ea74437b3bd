"""
A digest as a page: sections of deadlines, tables, pictures and sentences, every text ready to print.
"""

from dataclasses import dataclass

from responder.core.wording import Link


@dataclass(frozen=True, slots=True)
class Item:
    """
    One line of a list with a deadline; urgency is late, soon, later or none.

    `links` open Seller Central; `actions` open a mail to the daemon.
    """

    when: str
    left: str
    urgency: str
    title: str
    details: tuple[str, ...] = ()
    note: str = ""
    snippet: str = ""
    commands: tuple[tuple[str, str], ...] = ()  # what it does, what to type
    links: tuple[Link, ...] = ()
    actions: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one heading."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A section of deadlines."""

    title: str
    count: str
    intro: str
    groups: tuple[Group, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A section of rows and columns."""

    title: str
    count: str
    intro: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One day of a picture: its name, its value in words, and its height of 100; None where nothing is known."""

    name: str
    words: str
    height: int | None


@dataclass(frozen=True, slots=True)
class Columns:
    """The days of a picture, the oldest first, and what they show."""

    caption: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Gauge:
    """
    One value against its limit: `filled` of 100 are used up; urgency is late, near, later or none.

    `days` is how it came to that, where it is known; `drawn`: as a picture in the HTML part, in the text always.
    """

    title: str
    place: str
    value: str
    filled: int
    urgency: str
    notes: tuple[str, ...] = ()
    days: Columns | None = None
    drawn: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """A section of values against their limits, and of days as columns."""

    title: str
    count: str
    intro: str
    gauges: tuple[Gauge, ...] = ()
    days: Columns | None = None
    lines: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A section of sentences."""

    title: str
    lines: tuple[str, ...]


Section = Items | Table | Picture | Lines


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest, ready to print."""

    subject: str
    preheader: str
    heading: str
    subheading: str
    alarms: tuple[str, ...]
    remarks: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    language: str = "en"
    colon: str = ": "  # what stands between a label and what it names
