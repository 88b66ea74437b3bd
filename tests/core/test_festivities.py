"""Public holidays a seller works on: by name in any language, or by date."""

from datetime import date

import pytest

from responder.core.calendars import Holiday
from responder.core.festivities import is_meant, kept

WHIT_MONDAY = Holiday(
    date(2027, 5, 17),
    "Whit Monday",
    "holidays:DE",
    {"en": "Whit Monday", "de": "Pfingstmontag", "fr": "Lundi de Pentecôte"},
)
OBSERVED = Holiday(
    date(2026, 7, 3), "Independence Day (observed)", "holidays:US", {"en": "Independence Day (observed)"}
)
TWO = Holiday(
    date(2027, 5, 6),
    "Ascension Day; Labor Day",
    "holidays:X",
    {"en": "Ascension Day; Labor Day", "de": "Tag der Arbeit; Himmelfahrt"},
)


@pytest.mark.parametrize(
    ("holiday", "word"),
    [
        (WHIT_MONDAY, "Whit Monday"),
        (WHIT_MONDAY, "pfingstMONTAG"),
        (WHIT_MONDAY, "lundi de  pentecote"),
        (WHIT_MONDAY, "2027-05-17"),
        (WHIT_MONDAY, "05-17"),
        (OBSERVED, "Independence Day"),
        (OBSERVED, "independence day (Observed)"),
    ],
)
def test_a_holiday_is_ignored_by_any_of_its_names_or_its_date(holiday: Holiday, word: str) -> None:
    """Whatever its case, its accents, or a remark behind it."""
    assert is_meant(holiday, word)
    assert kept({holiday.on: holiday}, [word]) == {}


@pytest.mark.parametrize("word", ["Whit", "Monday", "2026-05-17", "17-05", ""])
def test_a_part_of_a_name_is_another_name(word: str) -> None:
    """Nothing is ignored that was not named."""
    assert not is_meant(WHIT_MONDAY, word)
    assert kept({WHIT_MONDAY.on: WHIT_MONDAY}, [word]) == {WHIT_MONDAY.on: WHIT_MONDAY}


def test_one_of_two_holidays_on_a_day_goes_only_with_the_other() -> None:
    """The day stays closed as long as one of them is kept; its date takes both."""
    days = {TWO.on: TWO}
    assert is_meant(TWO, "Himmelfahrt")
    assert kept(days, ["Labor Day"]) == kept(days, ["Himmelfahrt"]) == days
    assert kept(days, ["labor day", "ASCENSION DAY"]) == kept(days, ["2027-05-06"]) == {}
