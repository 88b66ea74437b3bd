"""
Public holidays of the `holidays` library, as plain values.

Only days that are public holidays by law (its category PUBLIC): a bank holiday or a half day closes nobody's shop by
itself. An unknown country or subdivision is named together with the nearest known one.
"""

import difflib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import holidays as library
from holidays import registry

from responder.core.calendars import Holiday

ENGLISH = "en_US"


class UnknownPlaceError(ValueError):
    """A country or subdivision the library does not know; `hint` names the nearest one."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"{problem} ({hint})")
        self.problem = problem
        self.hint = hint


def public_holidays(country: str, subdivision: str | None, years: Iterable[int]) -> Mapping[date, Holiday]:
    """Return the public holidays of whole years, named in English where the library can."""
    code, place = _code(country), _country(country)
    part = _subdivision(place, code, subdivision) if subdivision else None
    wanted = sorted(set(years))
    # Asked for no year at all, the library would fill itself with every year it is asked about later.
    if not wanted:
        return {}
    spoken = {tag: place(subdiv=part, years=wanted, expand=False, language=tag) for tag in _languages(place)}
    found = spoken.get(ENGLISH) or place(subdiv=part, years=wanted, expand=False)
    source = f"holidays:{code}-{part}" if part else f"holidays:{code}"
    return {day: Holiday(day, name, source, _names(spoken, day)) for day, name in sorted(found.items())}


def _languages(place: Any) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys([*place.supported_languages, *([place.default_language] if place.default_language else [])])
    )


def _names(spoken: Mapping[str, Mapping[date, str]], day: date) -> dict[str, str]:
    """Return the day's names by plain language ("en" for en_US); several holidays on one day stay one name."""
    return {tag.partition("_")[0]: names[day] for tag, names in spoken.items() if day in names}


def subdivisions(country: str) -> tuple[str, ...]:
    """Return the codes of the states or regions with holidays of their own; empty where there are none."""
    return tuple(_country(country).subdivisions)


def _code(country: str) -> str:
    known = library.list_supported_countries(include_aliases=True)
    code = country.strip().upper()
    if code not in known:
        raise UnknownPlaceError(f"unknown country {country!r}", _country_hint(country, sorted(known)))
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


def _subdivision(place: Any, code: str, subdivision: str) -> str:
    wanted = subdivision.strip()
    aliases = {alias.casefold(): part for alias, part in place.subdivisions_aliases.items()}
    names = {part.casefold(): part for part in place.subdivisions} | aliases
    if found := names.get(wanted.casefold()):
        return str(found)
    if not place.subdivisions:
        raise UnknownPlaceError(f"{code} has no subdivisions, got {subdivision!r}", "write null")
    if near := difflib.get_close_matches(wanted.casefold(), names, n=1, cutoff=0.65):
        raise UnknownPlaceError(f"unknown subdivision {subdivision!r} of {code}", f"did you mean {names[near[0]]}?")
    by_code = {part: alias for alias, part in place.subdivisions_aliases.items()}
    known = ", ".join(f"{part} {by_code[part]}" if part in by_code else part for part in place.subdivisions)
    raise UnknownPlaceError(f"unknown subdivision {subdivision!r} of {code}", f"known are {known}")
