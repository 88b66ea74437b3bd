"""
Dates as a buyer writes them: in the language of the text and the country of the marketplace (CLDR, through Babel).
"""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

# Patterns that fit the sentences people write around a date; elsewhere the locale's own full date is right.
_PATTERNS = {
    "ar": "'يوم' EEEE d MMMM y",
    "de": "EEEE, 'den' d. MMMM y",
    "ja": "y年M月d日（EEE）",
    "pl": "d MMMM y 'r.' (EEEE)",
    "sv": "EEEE'en' 'den' d MMMM y",
}
# The first of a month is an ordinal in these languages and countries; CLDR writes a plain 1.
_FIRST = {"fr": "1er", "it": "1º", "pt_BR": "1º"}


def locale_of(language: str, country: str | None) -> Locale:
    """Return the locale of a text; English where nobody knows the language."""
    base = language.split("-", maxsplit=1)[0]
    for each in (f"{base}_{country}" if country else base, language.replace("-", "_"), base):
        try:
            return Locale.parse(each)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def with_weekday(day: date, locale: Locale) -> str:
    """Return the day as it is promised: the weekday is what a reader looks for."""
    return _written(day, _PATTERNS.get(locale.language, "full"), locale)


def plain_date(day: date, locale: Locale) -> str:
    """Return the day without its weekday."""
    return _written(day, "long", locale)


def time_of_day(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """Return the hour on the clock of `zone`."""
    return format_time(at.astimezone(zone), "short", tzinfo=zone, locale=locale)


def _written(day: date, pattern: str, locale: Locale) -> str:
    text = format_date(day, pattern, locale=locale)
    first = _FIRST.get(f"{locale.language}_{locale.territory}") or _FIRST.get(locale.language)
    return re.sub(r"(?<!\d)1(?!\d)", first, text, count=1) if first and day.day == 1 else text
