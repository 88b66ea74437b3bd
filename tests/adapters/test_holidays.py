"""Public holidays: the right days of the right place, named, and unknown places with the nearest known one."""

from datetime import date

import pytest

from responder.adapters.holidays import UnknownPlaceError, public_holidays, subdivisions

# Germany as a whole has 9 days; no seller lives in "Germany as a whole".
COUNTS = [
    ("DE", None, 9),
    ("DE", "BY", 12),
    ("DE", "Bayern", 12),
    ("DE", "bayern", 12),
    ("FR", None, 11),
    ("fr", None, 11),
    ("GB", None, 7),
    ("UK", "ENG", 9),
    ("GB", "SCT", 11),
    ("ZA", None, 14),
]


@pytest.mark.parametrize(("country", "subdivision", "count"), COUNTS)
def test_a_place_has_its_holidays(country: str, subdivision: str | None, count: int) -> None:
    """Public holidays of 2026 by law: no bank, school or half days."""
    assert len(public_holidays(country, subdivision, [2026])) == count


@pytest.mark.parametrize(
    ("country", "subdivision", "on", "name", "source"),
    [
        ("FR", None, "2026-07-14", "National Day", "holidays:FR"),
        ("DE", "BY", "2026-12-25", "Christmas Day", "holidays:DE-BY"),
        ("DE", "Bayern", "2026-01-06", "Epiphany", "holidays:DE-BY"),
        ("DE", "BE", "2026-03-08", "Women's Day", "holidays:DE-BE"),
        ("US", None, "2026-07-03", "Independence Day (observed)", "holidays:US"),
        ("UK", None, "2026-12-25", "Christmas Day", "holidays:GB"),
        ("ZA", None, "2026-09-24", "Heritage Day", "holidays:ZA"),  # no translations: the library's own words
    ],
)
def test_a_holiday_has_an_english_name_and_a_source(
    country: str, subdivision: str | None, on: str, name: str, source: str
) -> None:
    """The name is what `explain` and the digest say; the source tells whose holiday it is."""
    day = date.fromisoformat(on)
    found = public_holidays(country, subdivision, [2026])[day]
    assert (found.on, found.name, found.source) == (day, name, source)


@pytest.mark.parametrize(("country", "subdivision", "on"), [("DE", "BY", "2026-12-24"), ("DE", "BY", "2026-03-08")])
def test_a_working_day_is_no_holiday(country: str, subdivision: str, on: str) -> None:
    """Christmas Eve is worked in Germany, and Women's Day in Bavaria."""
    assert date.fromisoformat(on) not in public_holidays(country, subdivision, [2026])


def test_only_the_years_asked_for_are_there() -> None:
    """The library grows by itself when asked about other years; the calendar must not change while it is used."""
    found = public_holidays("DE", "BY", [2026, 2027])
    assert {day.year for day in found} == {2026, 2027}
    assert date(2028, 12, 25) not in found
    assert public_holidays("DE", "BY", []) == {}


@pytest.mark.parametrize(
    ("country", "subdivision", "hint"),
    [
        ("France", None, "did you mean FR?"),
        ("Germny", None, "did you mean DE?"),
        ("united kingdom", None, "did you mean GB?"),
        ("DEE", None, " or DE"),
        ("??", None, "two letters of ISO 3166-1"),
        ("DE", "Bayren", "did you mean BY?"),
        ("DE", "Sachsn", "did you mean SN?"),
        ("DE", "Bavaria", "BY Bayern"),
        ("SG", "West", "write null"),
    ],
)
def test_an_unknown_place_is_named_with_the_nearest_known(country: str, subdivision: str | None, hint: str) -> None:
    """A slip in the configuration comes back with what was probably meant."""
    with pytest.raises(UnknownPlaceError) as caught:
        public_holidays(country, subdivision, [2026])
    assert repr(subdivision or country) in caught.value.problem
    assert hint in caught.value.hint


def test_a_countrys_subdivisions_are_known() -> None:
    """So that `check` can warn where a country alone is only half the truth."""
    assert "BY" in subdivisions("DE")
    assert {"ENG", "NIR", "SCT", "WLS"} == set(subdivisions("uk"))
    assert subdivisions("SE") == ()
    with pytest.raises(ValueError, match="unknown country"):
        subdivisions("Atlantis")


STORES = "DE FR IT ES NL SE PL BE GB IE TR US CA MX BR JP AU SG IN AE SA EG ZA"


@pytest.mark.parametrize("country", STORES.split())
def test_every_marketplaces_country_is_covered(country: str) -> None:
    """A seller in any country with an Amazon store finds his holidays."""
    found = public_holidays(country, None, [2026])
    assert len(found) >= 5
    assert all(holiday.name.isprintable() for holiday in found.values())
