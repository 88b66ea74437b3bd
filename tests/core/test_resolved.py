"""The calendar as it was resolved: what an update changes is told, what merely comes into sight is not."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from core.test_calendars import BAVARIA, ROUND_THE_CLOCK, YEAR, calendar, calendars
from hypothesis import given, settings
from hypothesis import strategies as st

from responder.core.calendars import Calendar, Day, DayKind, Holiday, closed_on
from responder.core.resolved import MadeFrom, ResolvedDay, changes, news, resolved

EVE = date(2026, 12, 24)
NINE_TO_SIX = ((time(9), time(18)),)
BEFORE = MadeFrom("seller", "0.109", "2026b", "1.0")


def with_holiday(name: str | None, on: date = EVE) -> Calendar:
    """Return Bavaria's calendar with one more public holiday, or none."""
    more = {on: Holiday(on, name, "holidays:DE-BY")} if name else {}
    return replace(BAVARIA, holidays={**BAVARIA.holidays, **more})


def days(week: Calendar, first: date = date(2026, 12, 1), count: int = 60) -> tuple[ResolvedDay, ...]:
    """Return two months, resolved."""
    return resolved(week, first, count)


def test_a_holiday_that_is_gone_is_told() -> None:
    """The day is worked now, and was not: the seller must know before nobody comes."""
    assert changes(days(with_holiday("Christmas Eve")), days(BAVARIA)) == (
        "Thu 24 Dec 2026 is no longer closed (was: Christmas Eve (holiday))",
    )


def test_a_holiday_that_is_new_is_told() -> None:
    """And the other way round."""
    assert changes(days(BAVARIA), days(with_holiday("Christmas Eve"))) == (
        "Thu 24 Dec 2026 is closed now: Christmas Eve (holiday)",
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            Day(EVE, DayKind.WORKING, None, "weekly", NINE_TO_SIX),
            Day(EVE, DayKind.CLOSURE, "Half a day", "x.yaml", ((time(9), time(12)),)),
            "Thu 24 Dec 2026 is open 09:00-12:00 now (was: 09:00-18:00)",
        ),
        (
            Day(EVE, DayKind.HOLIDAY, "Christmas Eve", "holidays:DE", ()),
            Day(EVE, DayKind.HOLIDAY, "Heiligabend", "holidays:DE", ()),
            "Thu 24 Dec 2026 is now: Heiligabend (holiday) (was: Christmas Eve (holiday))",
        ),
        (
            Day(EVE, DayKind.HOLIDAY, "Christmas Eve", "holidays:DE", ()),
            Day(EVE, DayKind.WEEKEND, None, "weekly", ()),
            "Thu 24 Dec 2026 is now: weekend (was: Christmas Eve (holiday))",
        ),
        (
            Day(EVE, DayKind.HOLIDAY, "Christmas Eve", "holidays:DE", ()),
            Day(EVE, DayKind.HOLIDAY, "Christmas Eve", "holidays:DE-BY", ()),
            None,
        ),
    ],
    ids=["other hours", "another name", "closed all the same", "another source only"],
)
def test_every_kind_of_change_has_its_sentence(old: Day, new: Day, said: str | None) -> None:
    """What a day is and when it is open counts; where that stands written does not."""
    assert changes([ResolvedDay(old, 3600)], [ResolvedDay(new, 3600)]) == ((said,) if said else ())


def test_days_that_come_into_sight_are_no_change() -> None:
    """A day later the horizon is a day further; the day that has passed is no change either."""
    assert changes(days(BAVARIA), days(BAVARIA, date(2026, 12, 2))) == ()
    assert changes((), days(BAVARIA)) == ()


def test_a_rule_of_the_time_zone_is_one_sentence() -> None:
    """If summer time were given up, 210 days would be different for one reason."""
    summer = tuple(replace(day, utc_offset=3600) for day in days(BAVARIA, date(2027, 3, 1), 300))
    assert changes(days(BAVARIA, date(2027, 3, 1), 300), summer) == (
        "from Sun 28 Mar 2027 to Sat 30 Oct 2027 the clock shows UTC+1 (was: UTC+2)",
    )
    one = [ResolvedDay(Day(EVE, DayKind.WORKING, None, "weekly", NINE_TO_SIX), offset) for offset in (-3600, 19800)]
    assert changes(one[:1], one[1:]) == ("on Thu 24 Dec 2026 the clock shows UTC+5:30 (was: UTC-1)",)


@pytest.mark.parametrize(
    ("after", "brought"),
    [
        (replace(BEFORE, holidays="0.110"), "holidays 0.110"),
        (replace(BEFORE, tzdata="2026c"), "time zone data 2026c"),
        (replace(BEFORE, holidays="0.110", tzdata="2026c"), "holidays 0.110 and time zone data 2026c"),
        (replace(BEFORE, program="1.1"), "Buyer Responder 1.1"),
        (BEFORE, "Buyer Responder 1.0"),
    ],
)
def test_the_news_names_what_brought_it(after: MadeFrom, brought: str) -> None:
    """The version that is different, so that it can be looked up or taken back."""
    assert news(["Thu 24 Dec 2026 is closed now: X"], BEFORE, after) == (
        f"calendar data changed with {brought}: Thu 24 Dec 2026 is closed now: X",
    )


def test_ten_changes_are_named_and_the_rest_is_counted() -> None:
    """A digest stays short, and says where all of it is."""
    told = news([f"change {number}" for number in range(12)], BEFORE, replace(BEFORE, holidays="0.110"))
    assert len(told) == 11
    assert told[0] == "calendar data changed with holidays 0.110: change 0"
    assert told[1] == "change 1"
    assert told[-1] == "and 2 more: responder calendar --days 400"
    assert news([], BEFORE, BEFORE) == ()


def test_the_kept_days_reach_past_a_year() -> None:
    """Easter of the year after next's spring is in sight at Christmas."""
    found = resolved(ROUND_THE_CLOCK, EVE)
    assert (len(found), found[0].on, found[-1].on) == (400, EVE, EVE + timedelta(days=399))
    assert {day.utc_offset for day in found} == {3600, 7200}


@settings(deadline=None)
@given(week=calendars(), first=st.dates(*YEAR))
def test_what_did_not_change_is_not_told(week: Calendar, first: date) -> None:
    """The same calendar, whenever it is resolved, is the same."""
    assert changes(resolved(week, first, 30), resolved(week, first + timedelta(days=3), 30)) == ()


@settings(deadline=None)
@given(first=st.dates(*YEAR), at=st.integers(0, 9))
def test_each_changed_day_is_told_once(first: date, at: int) -> None:
    """A closure of any one day of ten is one sentence with its date, and nothing else is told."""
    week = calendar("08:00-20:00", weekdays=range(7))
    on = first + timedelta(days=at)
    (said,) = changes(
        resolved(week, first, 10), resolved(replace(week, closures=(closed_on(on, "X", "x"),)), first, 10)
    )
    assert f"{on.day} " in said
    assert said.endswith(f"{on.year} is closed now: X (closure)")
