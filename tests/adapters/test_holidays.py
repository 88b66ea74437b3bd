"""Public holidays: the right days of the right place, named, and unknown places with the nearest known one."""

from datetime import date, timedelta

import holidays as library
import pytest
from babel import Locale

from responder.adapters.holidays import UnknownPlaceError, differing, public_holidays, subdivisions, working_days

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


def test_a_category_adds_its_days() -> None:
    """Sweden's eves are no holidays by law, and nobody works on them."""
    eves = {date(2026, 6, 19), date(2026, 12, 24), date(2026, 12, 31)}
    public = public_holidays("SE", None, [2026])
    assert not eves & public.keys()
    with_eves = public_holidays("SE", None, [2026], ("public", "de_facto"))
    assert with_eves.keys() - public.keys() == eves
    assert public_holidays("SE", None, [2026], ("de_facto",)).keys() == eves


def test_an_afternoon_off_closes_no_whole_day() -> None:
    """Among the bank holidays of Sweden the library has "Twelfth Night (from 2pm)": no reason to be closed at noon."""
    banks = library.SE(years=2026, categories=("bank",), language="en_US")
    assert banks[date(2026, 1, 5)] == "Twelfth Night (from 2pm)"
    assert date(2026, 1, 5) not in public_holidays("SE", None, [2026], ("bank",))


@pytest.mark.parametrize(
    ("country", "category", "problem", "hint"),
    [
        ("SE", "bnak", "unknown category 'bnak' of SE", "known are bank, de_facto, optional, public"),
        ("DE", "bank", "unknown category 'bank' of DE", "known are catholic, public, school"),
        ("US", "half_day", "half_day closes no whole day", "from_time"),
        ("UA", "workday", "workday closes no whole day", "working_days"),
    ],
)
def test_a_category_that_closes_nothing_is_refused(country: str, category: str, problem: str, hint: str) -> None:
    """An unknown one names the known ones; half days have no times, and working days close nothing."""
    with pytest.raises(UnknownPlaceError) as caught:
        public_holidays(country, None, [2026], ("public", category))
    assert (caught.value.key, caught.value.problem) == ("categories", problem)
    assert hint in caught.value.hint


def test_none_is_the_whole_country_on_purpose() -> None:
    """A seller in Paris is in no part with holidays of its own, and says so."""
    assert public_holidays("FR", "none", [2026]) == public_holidays("FR", None, [2026])


def test_parts_of_a_country_matter_where_their_days_differ() -> None:
    """In Germany all, in the Netherlands and Sweden none; the day is the next one that differs."""
    year = timedelta(days=400)
    found = differing("DE", date(2026, 11, 26), year)
    assert found["BY"] == date(2027, 1, 6)
    assert found["BE"] == date(2027, 3, 8)
    assert differing("NL", date(2026, 11, 26), year) == differing("SE", date(2026, 11, 26), year) == {}
    assert differing("DE", date(2026, 11, 26), timedelta(days=30)) == {}


def _days_by_cldr(country: str) -> tuple[int, ...]:
    place = Locale.parse(f"und_{country}")
    return tuple(day for day in range(7) if not place.weekend_start <= day <= place.weekend_end)


@pytest.mark.parametrize("country", f"{STORES} IL KW QA BH OM JO IQ DZ LY SD SY YE TN MA LB".split())
def test_the_working_week_is_that_of_a_second_source(country: str) -> None:
    """Unicode's own table (CLDR, weekData) says the same for every store's country and its neighbours, India apart."""
    if country == "IN":  # CLDR has Sunday alone: shops. Offices of the government and most firms have Saturday too.
        assert (working_days("IN"), _days_by_cldr("IN")) == ((0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5))
    else:
        assert working_days(country) == _days_by_cldr(country)


@pytest.mark.parametrize("country", ["LY", "MR"])
def test_a_weekend_that_the_library_has_wrong_is_corrected(country: str) -> None:
    """When this fails the library was mended, and the correction can go."""
    weekend = set(range(7)) - set(working_days(country))
    assert getattr(library, country)(years=2026).weekend != weekend


@pytest.mark.parametrize(
    ("country", "days"),
    [("AE", "01234"), ("ae", "01234"), ("SA", "01236"), ("EG", "01236"), ("IL", "01236"), ("DE", "01234")],
)
def test_a_country_has_its_own_weekend(country: str, days: str) -> None:
    """The Emirates rest on Saturday and Sunday since 2022; Saudi Arabia, Egypt and Israel on Friday and Saturday."""
    assert working_days(country) == tuple(map(int, days))
