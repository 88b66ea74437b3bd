"""
Public holidays and the working week of the `holidays` library, as plain values.

Only days of the categories asked for, and never a day that is off for its afternoon only: nobody knows when such a shop
closes. An unknown country, subdivision or category is named together with the known ones.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import holidays as library
from holidays import registry

from responder.core.calendars import Holiday

ENGLISH = "en_US"
PUBLIC = "public"
WHOLE_COUNTRY = "none"
"""The subdivision of a seller who knows that only the holidays of the whole country are his."""

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
_PARTIAL = re.compile(r"\((from \d|afternoon)", re.IGNORECASE)  # Sweden's "(from 2pm)", among whole days
_NOT_CLOSED = {
    "half_day": "a half day has no times in the library: write {on: DATE, from_time: HH:MM} into a calendar file",
    "workday": "these are days that are worked: write them into a calendar file, under working_days",
}
_WEEKENDS = {
    # Where the library is wrong: Unicode CLDR (weekData) has Friday and Saturday for Libya, Saturday and Sunday for
    # Mauritania, which changed on 1 October 2014.
    "LY": (4, 5),
    "MR": (5, 6),
}


class UnknownPlaceError(ValueError):
    """A country, subdivision or category the library does not know; `key` is which, `hint` names the nearest one."""

    def __init__(self, key: str, problem: str, hint: str) -> None:
        super().__init__(f"{problem} ({hint})")
        self.key = key
        self.problem = problem
        self.hint = hint


def public_holidays(
    country: str, subdivision: str | None, years: Iterable[int], categories: Collection[str] = (PUBLIC,)
) -> Mapping[date, Holiday]:
    """Return the holidays of whole years, named in English where the library can."""
    code, place = _code(country), _country(country)
    part = _subdivision(place, code, subdivision)
    chosen = _categories(place, code, categories)
    wanted = sorted(set(years))
    # Asked for no year at all, the library would fill itself with every year it is asked about later.
    if not wanted:
        return {}
    asked = {"subdiv": part, "years": wanted, "expand": False, "categories": chosen}
    spoken = {tag: place(language=tag, **asked) for tag in _languages(place)}
    found = spoken.get(ENGLISH) or place(**asked)
    source = f"holidays:{_named(code, part)}"
    return {
        day: Holiday(day, name, source, _names(spoken, day))
        for day, name in sorted(found.items())
        if not all(_PARTIAL.search(each) for each in name.split("; "))
    }


def place_code(country: str, subdivision: str | None) -> str:
    """Return the codes of a place, however it is written: DE-BY for de and Bayern."""
    code = _code(country)
    return _named(code, _subdivision(_country(country), code, subdivision))


def working_days(country: str) -> tuple[int, ...]:
    """Return the weekdays that are no weekend in a country, as of today; Monday is 0."""
    code = _code(country)
    weekend = _WEEKENDS.get(code) or tuple(_country(country)(years=()).weekend)
    return tuple(day for day in range(7) if day not in weekend)


def subdivisions(country: str) -> tuple[str, ...]:
    """Return the codes of the states or regions the library knows; empty where there are none."""
    return tuple(_country(country).subdivisions)


def differing(
    country: str, first: date, span: timedelta, categories: Collection[str] = (PUBLIC,)
) -> Mapping[str, date]:
    """Return the subdivisions with other holidays than the country alone, each with its first such day of the span."""
    place, last = _country(country), first + span
    chosen = _categories(place, _code(country), categories)
    asked = {"years": range(first.year, last.year + 1), "expand": False, "categories": chosen}

    def days(part: str | None) -> set[date]:
        return {day for day in place(subdiv=part, **asked) if first <= day <= last}

    alone = days(None)
    other = {part: days(part) ^ alone for part in place.subdivisions}
    return {part: min(found) for part, found in other.items() if found}


def _named(code: str, part: str | None) -> str:
    return f"{code}-{part}" if part else code


def _languages(place: Any) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys([*place.supported_languages, *([place.default_language] if place.default_language else [])])
    )


def _names(spoken: Mapping[str, Mapping[date, str]], day: date) -> dict[str, str]:
    """Return the day's names by plain language ("en" for en_US); several holidays on one day stay one name."""
    return {tag.partition("_")[0]: names[day] for tag, names in spoken.items() if day in names}


def _categories(place: Any, code: str, categories: Collection[str]) -> tuple[str, ...]:
    known = [name for name in place.supported_categories if name not in _NOT_CLOSED]
    for name in categories:
        if name in _NOT_CLOSED:
            raise UnknownPlaceError("categories", f"{name} closes no whole day", _NOT_CLOSED[name])
        if name not in known:
            raise UnknownPlaceError(
                "categories", f"unknown category {name!r} of {code}", f"known are {', '.join(known)}"
            )
    return tuple(categories)


def _code(country: str) -> str:
    known = library.list_supported_countries(include_aliases=True)
    code = country.strip().upper()
    if code not in known:
        raise UnknownPlaceError("country", f"unknown country {country!r}", _country_hint(country, sorted(known)))
    return str(_country_class(code).country)


def _country(country: str) -> Any:
    return _country_class(_code(country))


def _country_class(code: str) -> Any:
    return getattr(library, code)


def _country_hint(country: str, codes: list[str]) -> str:
    names = {name.replace("_", " "): entities[1] for name, entities in registry.COUNTRIES.items()}
    if named := difflib.get_close_matches(country.strip().lower(), names, n=1, cutoff=0.75):
        return f"did you mean {names[named[0]]}?"
    if near := difflib.get_close_matches(country.strip().upper(), codes, n=3, cutoff=0.4):
        return f"did you mean {' or '.join(near)}? Write the two letters of ISO 3166-1"
    return "write the two letters of ISO 3166-1, such as FR"


def _subdivision(place: Any, code: str, subdivision: str | None) -> str | None:
    if subdivision is None or (wanted := subdivision.strip().casefold()) == WHOLE_COUNTRY:
        return None
    aliases = {alias.casefold(): part for alias, part in place.subdivisions_aliases.items()}
    names = {part.casefold(): part for part in place.subdivisions} | aliases
    if found := names.get(wanted):
        return str(found)
    if not place.subdivisions:
        problem = f"{code} has no subdivisions, got {subdivision!r}"
        raise UnknownPlaceError("subdivision", problem, "write null")
    problem = f"unknown subdivision {subdivision!r} of {code}"
    if near := difflib.get_close_matches(wanted, names, n=1, cutoff=0.65):
        raise UnknownPlaceError("subdivision", problem, f"did you mean {names[near[0]]}?")
    by_code = {part: alias for alias, part in place.subdivisions_aliases.items()}
    known = ", ".join(f"{part} {by_code[part]}" if part in by_code else part for part in place.subdivisions)
    raise UnknownPlaceError("subdivision", problem, f"known are {known}")
