"""
A digest as a page: sections of deadlines, tables and sentences, every text ready to print.
"""

from dataclasses import dataclass

from responder.core.wording import Link


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list with a deadline; urgency is late, soon, later or none."""

    when: str
    left: str
    urgency: str
    title: str
    details: tuple[str, ...] = ()
    note: str = ""
    snippet: str = ""
    commands: tuple[tuple[str, str], ...] = ()  # what it does, what to type
    links: tuple[Link, ...] = ()


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
class Lines:
    """A section of sentences."""

    title: str
    lines: tuple[str, ...]


Section = Items | Table | Lines


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
