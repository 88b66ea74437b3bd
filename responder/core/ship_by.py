"""
Until when an order has to ship, as a mail names the day: ISO 8601, or with the month in letters.

A date of digits alone ("11/12/2026") is two days, depending on who wrote it: it is not read. The names of months are
those of the Unicode CLDR, as they are compared; no name means two months in these languages.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from responder.core.calendars import instant
from responder.core.folding import folded

FIELD = "ship_by"
"""Under which name `details` has it."""

# English, German, French, Italian, Spanish, Portuguese, Dutch, Swedish, Polish, Turkish.
_NAMES = (
    "ene enero gen gennaio jan janeiro januar januari january janv janvier oca ocak sty styczen stycznia",
    "feb febbraio febrero februar februari february fev fevereiro fevr fevrier lut lutego luty sub subat",
    "maart mar marca march marco mars mart marz marzec marzo mrt",
    "abr abril apr april aprile avr avril kwi kwiecien kwietnia nis nisan",
    "mag maggio mai maio maj maja may mayis mayo mei",
    "cze czerwca czerwiec giu giugno haz haziran juin jun june junho juni junio",
    "juil juillet jul julho juli julio july lip lipca lipiec lug luglio tem temmuz",
    "ago agosto agu agustos aout aug august augusti augustus sie sierpien sierpnia",
    "eyl eylul sep sept september septembre septiembre set setembro settembre wrz wrzesien wrzesnia",
    "eki ekim oct october octobre octubre okt oktober ott ottobre out outubro paz pazdziernik pazdziernika",
    "kas kasim lis listopad listopada nov november novembre novembro noviembre",
    "ara aralik dec december decembre dez dezember dezembro dic dicembre diciembre gru grudnia grudzien",
)
MONTHS: Mapping[str, int] = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}

_YEARS = range(2000, 2100)
_WEEKDAY = r"(?:[^\W\d]{2,15}\.?,?\s+)?"
_FORMS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
    re.compile(r"(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"),
    re.compile(
        _WEEKDAY + r"(?P<day>[0-9]{1,2})(?:\.|st|nd|rd|th|er)?\s+(?:de\s+|of\s+)?(?P<name>[^\W\d]{3,12})\.?,?"
        r"\s+(?:de\s+)?(?P<year>[0-9]{4})"
    ),
    re.compile(_WEEKDAY + r"(?P<name>[^\W\d]{3,12})\.?\s+(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>[0-9]{4})"),
)


def day_named(text: str) -> date | None:
    """Return the one day that `text` is, and nothing else stands in it."""
    words = folded(text[:80]).removesuffix(".")
    for form in _FORMS:
        if (found := form.fullmatch(words)) is not None:
            named = found.groupdict()
            month = MONTHS.get(named["name"], 0) if "name" in named else int(named["month"])
            return _day(int(named["year"]), month, int(named["day"]))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the end of that day in the store's zone: shipped on the day is shipped in time."""
    return instant(day + timedelta(days=1), time(0), zone)


def ship_by_at(details: Iterable[Mapping[str, object]], zone: str | None) -> datetime | None:
    """Return until when the order has to ship, from the first details that name a day."""
    if zone is None:
        return None
    said = (each[FIELD] for each in details if FIELD in each)
    days = (day_named(text) for text in said if isinstance(text, str))
    day = next((day for day in days if day is not None), None)
    return None if day is None else end_of_day(day, ZoneInfo(zone))
