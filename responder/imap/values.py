"""
What an IMAP server tells, as plain values: folders, fetched mail, unsolicited events.

A mail the server describes oddly is still a value: a date nobody can read is None, never an error.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from responder.imap.commands import MONTHS, decode_utf7
from responder.imap.errors import ProtocolError
from responder.imap.wire import Data, Fetch, Response, Status, Value

_DATE = re.compile(
    rb" ?([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})"
)
_MONTH_NUMBERS = {name.encode("ascii"): number for number, name in enumerate(MONTHS, 1)}
_SPAN = re.compile(rb"([0-9]{1,10})(?::([0-9]{1,10}))?")
_SPAN_CAP = 100_000


@dataclass(frozen=True, slots=True)
class Selected:
    """A folder as SELECT or EXAMINE described it; UIDs mean nothing without `uidvalidity`."""

    name: str
    uidvalidity: int
    uidnext: int | None
    highestmodseq: int | None
    exists: int
    permanent_flags: frozenset[str]
    read_only: bool


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as UID FETCH described it; what was not answered is None or missing."""

    uid: int
    flags: frozenset[str] | None = None
    internaldate: datetime | None = None
    size: int | None = None
    sections: Mapping[str, bytes | None] = field(default_factory=dict, repr=False)
    modseq: int | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    r"""A folder as LIST described it; `attributes` hold special uses (`\sent`) in lower case."""

    name: str
    separator: str | None
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Exists:
    """The folder holds `count` mails; `news` is False where the server only repeats what it said."""

    count: int
    news: bool = True


@dataclass(frozen=True, slots=True)
class Expunged:
    """A mail is gone, by sequence number (RFC 9051 section 7.5.1)."""

    sequence: int


@dataclass(frozen=True, slots=True)
class Vanished:
    """Mails are gone, by UID (RFC 7162 section 3.2.10); `earlier` when they went before this session."""

    spans: tuple[tuple[int, int], ...]
    earlier: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """Flags of a mail changed; the UID is None where the server did not name it."""

    sequence: int
    fetched: Fetched | None


@dataclass(frozen=True, slots=True)
class Alert:
    """Words the server wants a person to read (RFC 9051 section 7.1)."""

    text: str


@dataclass(frozen=True, slots=True)
class Unsolicited:
    """Anything else the server said by itself."""

    response: Response


Event = Exists | Expunged | Vanished | Changed | Alert | Unsolicited


def number(value: Value) -> int:
    """Return a number of at most 63 bits."""
    if not isinstance(value, bytes) or not re.fullmatch(rb"[0-9]{1,19}", value):
        raise ProtocolError("a number was expected")
    return int(value)


def flags(value: Value) -> frozenset[str]:
    """Return the flags of a parenthesised list."""
    if value is not None and not isinstance(value, tuple):
        raise ProtocolError("a list of flags was expected")
    return frozenset(flag.decode("utf-8", "replace") for flag in value or () if isinstance(flag, bytes))


def internaldate(value: Value) -> datetime | None:
    """Return an INTERNALDATE in UTC, or None when it is none."""
    match = _DATE.fullmatch(value) if isinstance(value, bytes) else None
    if match is None or match[2].capitalize() not in _MONTH_NUMBERS:
        return None
    day, year, hour, minute, second = (int(match[i]) for i in (1, 3, 4, 5, 6))
    ahead = timedelta(hours=int(match[8]), minutes=int(match[9]))
    month = _MONTH_NUMBERS[match[2].capitalize()]
    try:
        zone = timezone(-ahead if match[7] == b"-" else ahead)
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def fetched(items: Mapping[str, Value]) -> Fetched | None:
    """Return the value of merged FETCH items, or None when they name no UID."""
    if "UID" not in items:
        return None
    sections: dict[str, bytes | None] = {}
    for name, value in items.items():
        if name.startswith("BODY[") and not isinstance(value, tuple):
            sections[name.removesuffix("<0>")] = value
    size, modseq = items.get("RFC822.SIZE"), items.get("MODSEQ")
    return Fetched(
        uid=number(items["UID"]),
        flags=flags(items["FLAGS"]) if "FLAGS" in items else None,
        internaldate=internaldate(items.get("INTERNALDATE")),
        size=None if size is None else number(size),
        sections=sections,
        modseq=number(modseq[0]) if isinstance(modseq, tuple) and modseq else None,
    )


def folder(data: Data) -> Folder:
    """Return the folder of a LIST or XLIST response."""
    attributes, separator, name = (*data.values, None, None, None)[:3]
    if not isinstance(attributes, tuple) or isinstance(separator, tuple) or not isinstance(name, bytes):
        raise ProtocolError("a LIST response is no list of attributes, separator and name")
    return Folder(
        decode_utf7(name),
        separator.decode("ascii", "replace") if separator else None,
        frozenset(flag.lower() for flag in flags(attributes)),
    )


def uids(responses: Iterable[Response]) -> tuple[int, ...]:
    """Return the UIDs of SEARCH (and ESEARCH) responses, ascending."""
    found: set[int] = set()
    for data in responses:
        if not isinstance(data, Data):
            continue
        if data.name == "ESEARCH":
            found |= _esearch(data)
        else:  # RFC 7162 section 3.1.5 adds a (MODSEQ n) at the end
            found |= {number(value) for value in data.values if not isinstance(value, tuple)}
    return tuple(sorted(found))


def _esearch(data: Data) -> set[int]:
    atoms = [value for value in data.values if isinstance(value, bytes)]
    if b"ALL" not in atoms[:-1]:
        return set()
    return {uid for first, last in spans(atoms[atoms.index(b"ALL") + 1]) for uid in _expanded(first, last)}


def _expanded(first: int, last: int) -> range:
    if last - first >= _SPAN_CAP * 10:
        raise ProtocolError("a set of UIDs is too large to be true")
    return range(first, last + 1)


def spans(text: bytes) -> tuple[tuple[int, int], ...]:
    """Return `1:3,7` as ((1, 3), (7, 7))."""
    found: list[tuple[int, int]] = []
    for part in text.split(b","):
        match = _SPAN.fullmatch(part)
        if match is None or len(found) > _SPAN_CAP:
            raise ProtocolError("a set of numbers was expected")
        first, last = int(match[1]), int(match[2] or match[1])
        found.append((min(first, last), max(first, last)))
    return tuple(found)


def event(response: Response) -> Event:
    """Return what an untagged response tells by itself."""
    if isinstance(response, Fetch):
        return Changed(response.sequence, fetched(response.items))
    if isinstance(response, Status) and response.code == "ALERT":
        return Alert(response.text)
    if isinstance(response, Data):
        if response.name == "EXISTS" and response.number is not None:
            return Exists(response.number)
        if response.name == "EXPUNGE" and response.number is not None:
            return Expunged(response.number)
        if response.name == "VANISHED" and response.values and isinstance(response.values[-1], bytes):
            return Vanished(spans(response.values[-1]), earlier=len(response.values) > 1)
    return Unsolicited(response)
