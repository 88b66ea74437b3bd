"""
Which public holidays a seller does not keep: `holidays.ignore` names them, or their dates.

Names are compared in every language in which the holiday has one, whatever its case and accents.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date

from responder.core.calendars import Holiday
from responder.core.folding import folded

_REMARK = re.compile(r"\s*\([^()]*\)$")  # "(observed)", "(estimated)": the same holiday


def kept(holidays: Mapping[date, Holiday], ignored: Collection[str]) -> dict[date, Holiday]:
    """Return the holidays without those that are ignored; one of two on the same day goes only with the other."""
    words = frozenset(map(folded, ignored))
    return {day: holiday for day, holiday in holidays.items() if not _is_ignored(holiday, words)}


def is_meant(holiday: Holiday, word: str) -> bool:
    """Return whether the word is the date of this holiday (2026-12-24, 12-24), or a name of it in some language."""
    return _is_date(holiday, word) or any(folded(word) in _spellings(name) for name in _all_names(holiday))


def _is_ignored(holiday: Holiday, words: frozenset[str]) -> bool:
    if any(_is_date(holiday, word) for word in words):
        return True
    return any(
        all(words & _spellings(name) for name in each.split("; ")) for each in (holiday.name, *holiday.names.values())
    )


def _is_date(holiday: Holiday, word: str) -> bool:
    return word in {f"{holiday.on}", f"{holiday.on:%m-%d}"}


def _all_names(holiday: Holiday) -> list[str]:
    return [name for each in (holiday.name, *holiday.names.values()) for name in each.split("; ")]


def _spellings(name: str) -> set[str]:
    return {folded(name), folded(_REMARK.sub("", name))}
