"""
The days and times of Amazon's report files: ISO 8601, and the local forms that some reports have.

"03/04/2026" is two days, depending on who wrote it: a file's own dates or its stores' country decide, or nothing does.
A time zone's abbreviation is read where RFC 5322 or one place alone uses it. A day without a time is a day: whether its
first or its last instant is meant depends on what happens then.
"""

import re
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from responder.core.calendars import instant
from responder.core.folding import folded
from responder.core.ship_by import MONTHS, day_named, end_of_day

Moment = datetime | date
"""What a cell says: an aware instant, a naive time on the store's clock, or a day."""

MAX_DATE = 60
YEARS = range(2000, 2100)
_TICK = timedelta(seconds=1)

_WHOLE = re.compile(
    r"(?P<day>\S.*?)"
    r"(?:(?:T|,?\s+)(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s?(?P<zone>[+-][0-9]{2}:?[0-9]{2}|[A-Za-z]{1,5}))?)?"
)
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})([-/.])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})")
_DOTS = re.compile(r"(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?(?P<year>[0-9]{4}|[0-9]{2})")
_TWO_WAYS = re.compile(r"(?P<a>[0-9]{1,2})([-/])(?P<b>[0-9]{1,2})\2(?P<year>[0-9]{4}|[0-9]{2})")
_LETTERS = re.compile(r"(?P<day>[0-9]{1,2})[-/. ](?P<name>[^\W\d]{3,12})\.?[-/. ](?P<year>[0-9]{4}|[0-9]{2})")

# RFC 5322 section 4.3, and those of one country or continent alone. IST (India, Israel, Ireland), BST (Britain,
# Bangladesh) and the like are left out: they are several times.
_HOURS = {
    -8: "pst",
    -7: "pdt mst",
    -6: "mdt cst",
    -5: "cdt est",
    -4: "edt",
    0: "z ut utc gmt wet",
    1: "west cet met",
    2: "cest mest eet",
    3: "eest",
    9: "jst",
    10: "aest",
    11: "aedt",
}
_ZONES = {name: hours for hours, names in _HOURS.items() for name in names.split()}

_MONTH_FIRST = frozenset({"US"})
# Where both are written (Canada), or the year stands first and nobody knows what a program makes of it.
_UNDECIDED = frozenset({"CA", "JP", "ZA"})


class DateError(ValueError):
    """A cell is no date that can be read with certainty; the message says why, after the cell's name and value."""


def day_first_in(countries: Collection[str]) -> bool | None:
    """Return whether people in all these countries write the day before the month; None where they differ."""
    if not countries or any(country in _UNDECIDED for country in countries):
        return None
    said = {country not in _MONTH_FIRST for country in countries}
    return said.pop() if len(said) == 1 else None


def day_first_by(texts: Iterable[str]) -> frozenset[bool]:
    """Return what a file's own dates show, since a number above 12 is a day: nothing, one way, or that it has both."""
    found = filter(None, map(_TWO_WAYS.match, texts))
    ways = ((int(each["a"]) > 12, int(each["b"]) > 12) for each in found)
    return frozenset(day for day, month in ways if day != month)


def has_two_ways(text: str) -> bool:
    """Return whether a date is written in the form that means two days in different countries."""
    return _TWO_WAYS.match(text) is not None


def moment(text: str, day_first: bool | None = None) -> Moment:
    """Return what a cell says; raise `DateError` for what is no date, and for one that could be two."""
    if len(text) == 25 and text[7] == "-" and text[10] == "T":  # what nearly every cell is: 2026-11-26T10:15:30+00:00
        try:
            return _bounded(datetime.fromisoformat(text))
        except ValueError:
            pass
    found = _WHOLE.fullmatch(text.strip()) if len(text) <= MAX_DATE else None
    if found is None:
        raise DateError("is no date")
    day = _day(found["day"], day_first)
    if found["time"] is None:
        return day
    naive = datetime.combine(day, _time(found["time"], found["half"]))
    return naive if found["zone"] is None else _bounded(naive.replace(tzinfo=_zone(found["zone"])))


def first_instant(said: Moment, zone: ZoneInfo) -> datetime:
    """Return when it was, in UTC; a day without a time is its first instant in the store's zone."""
    if not isinstance(said, datetime):
        return instant(said, time(0), zone)
    return _instant(said, zone)


def last_instant(said: Moment, zone: ZoneInfo) -> datetime:
    """
    Return when it was, in UTC; a day without a time is its last second in the store's zone.

    Not the next midnight: that is also the first instant of the next day, and what happened then is a day late.
    """
    if not isinstance(said, datetime):
        return end_of_day(said, zone) - _TICK
    return _instant(said, zone)


def day_of(said: Moment) -> date:
    """Return the day as it is written, on whatever clock."""
    return said.date() if isinstance(said, datetime) else said


def _instant(said: datetime, zone: ZoneInfo) -> datetime:
    if said.tzinfo is not None:
        return said.astimezone(UTC)
    return instant(said.date(), said.time(), zone)


def _bounded(said: datetime) -> datetime:
    if said.year not in YEARS:
        raise DateError(f"is of the year {said.year}")
    return said


@lru_cache(maxsize=4096)
def _day(text: str, day_first: bool | None) -> date:
    found = _YEAR_FIRST.fullmatch(text) or _DOTS.fullmatch(text)
    if found is not None:
        return _date(found["year"], int(found["month"]), int(found["day"]))
    if (found := _TWO_WAYS.fullmatch(text)) is not None:
        return _of_two(found, day_first)
    if (found := _LETTERS.fullmatch(text)) is not None and (month := MONTHS.get(folded(found["name"]))):
        return _date(found["year"], month, int(found["day"]))
    if (named := day_named(text)) is not None:
        return named
    raise DateError("is no date")


def _of_two(found: re.Match[str], day_first: bool | None) -> date:
    """Return the day of "03/04/2026": where one of the numbers cannot be a month there is nothing to decide."""
    a, b = int(found["a"]), int(found["b"])
    if a > 12 or a == b:
        return _date(found["year"], b, a)
    if b > 12:
        return _date(found["year"], a, b)
    if day_first is None:
        raise DateError("can be two days: no date in this file tells whether the day or the month stands first")
    return _date(found["year"], b, a) if day_first else _date(found["year"], a, b)


def _date(year: str, month: int, day: int) -> date:
    whole = int(year) + (2000 if len(year) == 2 else 0)
    if whole not in YEARS:
        raise DateError(f"is of the year {whole}")
    try:
        return date(whole, month, day)
    except ValueError:
        raise DateError("is no day of the calendar") from None


def _time(text: str, half: str | None) -> time:
    hour, minute, *rest = text.replace(",", ".").split(":")
    hours = int(hour)
    if half is not None:
        if not 1 <= hours <= 12:
            raise DateError("is no time of the day")
        hours = hours % 12 + (12 if half in "Pp" else 0)
    try:
        return time(hours, int(minute), int(float(rest[0])) if rest else 0)
    except ValueError:
        raise DateError("is no time of the day") from None


def _zone(text: str) -> timezone:
    if text[0] not in "+-":
        hours = _ZONES.get(text.casefold())
        if hours is None:
            raise DateError(f"has the time zone {text!r}, which is not known or stands for several")
        return timezone(timedelta(hours=hours))
    sign = -1 if text[0] == "-" else 1
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    if offset > timedelta(hours=14):
        raise DateError("has an offset that no time zone has")
    return timezone(sign * offset)
