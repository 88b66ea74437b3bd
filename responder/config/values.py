"""
What single values of the configuration look like: durations, times, hours, weekdays, addresses, secrets.

Each reader takes what the file holds and returns the value, or raises Wrong with the way out. A secret is never read
here and never shown.
"""

import re
from datetime import date, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Discriminator, Field, PlainValidator, Strict, Tag

from responder.adapters.credentials import Credential, Environment, SecretFile, SecretSource
from responder.core import invoice_names
from responder.core.addresses import Address, addresses, strict_spec
from responder.core.hours import Hours, parse_hours, weekday_range
from responder.document import nearest

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Wrong(ValueError):  # noqa: N818 - reads as the sentence it begins
    """A value that cannot be used: what is wrong, and the way out."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


def shown(value: object) -> str:
    """Return a value as a message may quote it."""
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else repr(value)[:80]


_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}


def duration(value: object) -> timedelta:
    """Return what "24h", "1h30m" or "180d" says."""
    if isinstance(value, str) and re.fullmatch(r"(?=\d)(\d{1,6}d)?(\d{1,6}h)?(\d{1,6}m)?(\d{1,6}s)?", value, re.ASCII):
        parts = re.findall(r"(\d+)([dhms])", value, re.ASCII)
        return sum((int(count) * _UNITS[unit] for count, unit in parts), timedelta(0))
    raise Wrong(f"must be a duration, got {shown(value)}", "write 24h, 5m, 30s or 180d")


def duration_text(value: timedelta) -> str:
    """Return the duration as it is written in the file; whole days from three days on, as in 48h and 8d."""
    seconds, text = int(value.total_seconds()), ""
    units = _UNITS if seconds % 86_400 == 0 and seconds >= 3 * 86_400 else {unit: _UNITS[unit] for unit in "hms"}
    for unit, length in units.items():
        count, seconds = divmod(seconds, int(length.total_seconds()))
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def time_of_day(value: object) -> time:
    """Return what "07:30" says."""
    if isinstance(value, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value, re.ASCII):
        return time.fromisoformat(value.zfill(5))
    raise Wrong(f"must be a time of day, got {shown(value)}", 'write "07:30"')


def day(value: object) -> date:
    """Return what "2026-01-01" says."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Wrong(f"there is no day {shown(value)}", "write 2026-01-01") from None
    raise Wrong(f"must be a day, got {shown(value)}", "write 2026-01-01")


def hours(value: object) -> Hours:
    """Return what "09:00-12:30" says."""
    if not isinstance(value, str):
        raise Wrong(f"must be working hours, got {shown(value)}", 'write "09:00-12:30"')
    try:
        return parse_hours(value)
    except ValueError as error:
        raise Wrong(str(error), 'write "09:00-12:30"') from None


def weekday(value: object) -> int:
    """Return 0 for mon to 6 for sun."""
    if isinstance(value, str) and value in WEEKDAYS:
        return WEEKDAYS.index(value)
    raise Wrong(f"{shown(value)} is not a weekday", _each_day(value) or _choice(value, WEEKDAYS))


class DaySpan(str):
    """Weekdays as a key writes them: fri, or mon-thu; sun-thu goes across the end of the week."""

    __slots__ = ()

    @property
    def days(self) -> tuple[int, ...]:
        """The weekdays it names; 0 is mon."""
        first, _, last = self.partition("-")
        return weekday_range(WEEKDAYS.index(first), WEEKDAYS.index(last or first))


def day_span(value: object) -> DaySpan:
    """Return the weekdays of "fri" or "mon-thu"."""
    first, dash, last = value.partition("-") if isinstance(value, str) else ("", "", "")
    if first in WEEKDAYS and (not dash or (last in WEEKDAYS and first != last)):
        return DaySpan(value)
    raise Wrong(f"{shown(value)} is no weekday and no range of them", "write fri, or mon-thu")


def digest_days(value: object) -> frozenset[int]:
    """Return the weekdays of "all" or of a list."""
    if value == "all":
        return frozenset(range(7))
    if isinstance(value, list) and value:
        return frozenset(map(weekday, value))
    raise Wrong(f"must be all, or a list of weekdays, got {shown(value)}", "write all, or [mon, thu]")


def percentage(value: object) -> float:
    """Return 0.05 for "5%"."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,3}(\.\d{1,4})?%", value, re.ASCII) and float(value[:-1]) <= 100:
        return float(value[:-1]) / 100
    raise Wrong(f"must be a percentage, got {shown(value)}", "write 5%")


_OTHER_NAMES = {"UK": "write GB", "EL": "write GR"}
"""What the United Kingdom and Greece are called elsewhere; Amazon's reports have ISO 3166-1."""


def destination(value: object) -> str:
    """Return "default", or the two capital letters of a country."""
    if isinstance(value, str) and re.fullmatch(r"default|[A-Z]{2}", value, re.ASCII):
        if value in _OTHER_NAMES:
            raise Wrong(f"no order report says {value}: nothing would ever be of this country", _OTHER_NAMES[value])
        return value
    raise Wrong(f"{shown(value)} is no country", "write default, or two capital letters such as FR")


def zone(value: object) -> ZoneInfo:
    """Return the IANA time zone of that name."""
    known = available_timezones()
    if isinstance(value, str) and value in known:
        return ZoneInfo(value)
    hint = "write a name such as Europe/Paris"
    if isinstance(value, str) and (
        near := nearest(value.replace(" ", "_"), known) or nearest(f"Europe/{value}", known)
    ):
        hint = f"did you mean {near}?"
    raise Wrong(f"there is no time zone {shown(value)}", hint)


def mailbox(value: object) -> Address:
    """Return the one address of `Name <local@domain>`; strict ASCII, because it is what Amazon approved."""
    found = addresses(value) if isinstance(value, str) else ()
    if len(found) != 1 or not found[0].spec:
        raise Wrong(f"must be one e-mail address, got {shown(value)}", 'write "Shop <service@example.com>"')
    return found[0]


def address(value: object) -> str:
    """Return a plain `local@domain`, the domain in lower case."""
    spec = strict_spec(value) if isinstance(value, str) else ""
    if not spec:
        raise Wrong(f"must be an e-mail address, got {shown(value)}", "write owner@example.com")
    return spec


def secret_source(value: object) -> SecretSource:
    """Return where a password is kept; the password itself in the file is an error."""
    return _source(value, "password", "imap-password")


def secret_address(value: object) -> SecretSource:
    """Return where an address that holds a key is kept; the address itself in the file is an error."""
    return _source(value, "address", "heartbeat-url")


def _source(value: object, what: str, example: str) -> SecretSource:
    keychain = f"{{credential: {example}}}"
    hint = f"write {keychain}, and put the {what} into the file credentials/{example}"
    if not isinstance(value, dict):
        raise Wrong("a password does not belong in this file" if value else "must say where the password is", hint)
    if len(value) != 1 or not isinstance(name := next(iter(value.values())), str) or not name:
        raise Wrong("must name one place: credential, file or env", hint)
    match next(iter(value)):
        case "credential" if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,100}", name):
            return Credential(name)
        case "credential":
            raise Wrong("a credential's name is made of letters, digits, '-', '_' and '.'", f"write {keychain}")
        case "file":
            return SecretFile(name)
        case "env" if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            return Environment(name)
        case "env":
            raise Wrong("this is no name of an environment variable", "write {env: IMAP_PASSWORD}")
        case _:
            raise Wrong("must name one place: credential, file or env", hint)


def state_url(value: object) -> str:
    """Return the URL of the state; a password in it does not belong in this file."""
    hint = 'write "sqlite:///state.db" or "postgresql://user@host/database"'
    if not isinstance(value, str) or not re.match(r"(sqlite:///.|postgresql(\+psycopg)?://)", value):
        raise Wrong("must be the URL of a database", hint)
    if re.search(r"://[^/@]*:[^/@]*@|[?&]password=", value):
        hint = "leave it out: PostgreSQL reads it from ~/.pgpass or PGPASSWORD"
        raise Wrong("a password does not belong in this file", hint)
    return value


def invoice_name(value: object) -> str:
    """Return the pattern of an invoice's file name."""
    if not isinstance(value, str):
        raise Wrong(f"must be the name of a file, got {shown(value)}", 'write "{order_id}*.pdf"')
    if wrong := invoice_names.problem(value):
        raise Wrong(wrong, 'write "{order_id}*.pdf"')
    return value


def _each_day(value: object) -> str:
    try:
        return f"name each day: {', '.join(WEEKDAYS[day] for day in day_span(value).days)}"
    except Wrong:
        return ""


def _choice(value: object, known: tuple[str, ...]) -> str:
    near = nearest(value, known) if isinstance(value, str) else None
    return (f"did you mean '{near}'? " if near else "") + f"allowed: {', '.join(known)}"


def one_of(*known: str) -> Any:
    """Return a reader for a word that must be one of these."""

    def read(value: object) -> str:
        if isinstance(value, str) and value in known:
            return value
        raise Wrong(f"{shown(value)} is not known here", _choice(value, known))

    return PlainValidator(read)


Duration = Annotated[timedelta, PlainValidator(duration)]
Day = Annotated[date, PlainValidator(day)]
TimeOfDay = Annotated[time, PlainValidator(time_of_day)]
DayHours = Annotated[Hours, PlainValidator(hours)]
LIST, MAPPING = "<list>", "<mapping>"  # steps of a path that no file has: which of two forms a value takes


def _form(value: object) -> str:
    return MAPPING if isinstance(value, dict) else LIST


_EveryDay = Annotated[tuple[DayHours, ...], Field(min_length=1)]
_DayByDay = Annotated[dict[Annotated[DaySpan, PlainValidator(day_span)], _EveryDay], Field(min_length=1)]
WeekHours = Annotated[
    Annotated[_EveryDay, Tag(LIST)] | Annotated[_DayByDay, Tag(MAPPING)],
    Discriminator(_form),
]
Weekday = Annotated[int, PlainValidator(weekday)]
DigestDays = Annotated[frozenset[int], PlainValidator(digest_days)]
Destination = Annotated[str, PlainValidator(destination)]
Percentage = Annotated[float, PlainValidator(percentage)]
Zone = Annotated[ZoneInfo, PlainValidator(zone)]
Mailbox = Annotated[Address, PlainValidator(mailbox)]
Email = Annotated[str, PlainValidator(address)]
Secret = Annotated[SecretSource, PlainValidator(secret_source)]
SecretAddress = Annotated[SecretSource, PlainValidator(secret_address)]
InvoiceName = Annotated[str, PlainValidator(invoice_name)]
StateUrl = Annotated[str, PlainValidator(state_url)]
Flag = Annotated[bool, Strict()]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Port = Annotated[int, Strict(), Field(ge=1, le=65535)]
Count = Annotated[int, Strict(), Field(ge=0, le=100_000)]
