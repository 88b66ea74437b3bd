"""Repetitions of iCalendar events: which rules are followed, and what is said about the others."""

from datetime import date, datetime
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given, settings
from hypothesis import strategies as st

from responder.core.recurrence import RuleError, parse

FOLLOWED = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=10;COUNT=3",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;WKST=MO;UNTIL=20270101T000000Z",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=1MO",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYDAY=5FR",
    "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR",
    "FREQ=YEARLY",
    "freq=yearly;bymonth=12;bymonthday=24",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYDAY=4TH;BYMONTH=11",
    "FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYMONTHDAY=1",
]


@pytest.mark.parametrize("text", FOLLOWED)
def test_the_rules_people_write_are_followed(text: str) -> None:
    """What the usual calendar programs write for closing days is understood."""
    assert parse(text).interval >= 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("FREQ=SECONDLY", "finer than daily"),
        ("FREQ=MINUTELY;INTERVAL=1440", "finer than daily"),
        ("FREQ=HOURLY;COUNT=2", "finer than daily"),
        ("FREQ=DAILY;BYHOUR=9,17", "BYHOUR makes its rule finer than daily"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL=-1"),
        ("FREQ=DAILY;INTERVAL=1,2", "INTERVAL=1,2"),
        ("FREQ=FORTNIGHTLY", "its FREQ is 'FORTNIGHTLY'"),
        ("COUNT=3", "its FREQ is ''"),
        ("", "its FREQ is ''"),
        ("FREQ=DAILY;FREQ=SECONDLY", "cannot be read"),
        ("FREQ=DAILY;COUNT=", "cannot be read"),
        ("FREQ=DAILY;COUNT=0", "COUNT=0"),
        ("FREQ=YEARLY;BYEASTER=-2", "BYEASTER in its rule is not followed"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO in its rule is not followed"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY=XX in its rule cannot be read"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "may never fall on any day"),
        ("FREQ=MONTHLY;BYDAY=6MO", "may never fall on any day"),
        ("FREQ=MONTHLY;BYDAY=5MO,WE", "may never fall on any day"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "may never fall on any day"),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", "may never fall on any day"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", "may never fall on any day"),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2", "BYSETPOS in its rule may never fall"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS in its rule may never fall"),
    ],
)
def test_a_rule_that_might_not_end_is_refused_with_its_reason(text: str, said: str) -> None:
    """Too fine, never true, or unknown: it is refused before anything follows it."""
    with pytest.raises(RuleError) as caught:
        parse(text)
    assert said in caught.value.problem
    assert caught.value.hint


_DAYS = st.builds(
    lambda number, day: f"{number or ''}{day}",
    st.integers(-53, 53) | st.just(0) | st.integers(-5, 5),
    st.sampled_from(["MO", "WE", "SU"]),
)


def _part(name: str, values: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    lists = st.lists(values, min_size=1, max_size=3, unique=True)
    return st.just("") | lists.map(lambda found: f";{name}={','.join(map(str, found))}")


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.just("") | st.integers(2, 30).map(lambda number: f";INTERVAL={number}"),
    _part("BYDAY", _DAYS),
    _part("BYMONTHDAY", st.integers(-31, 31).filter(bool)),
    _part("BYMONTH", st.integers(1, 12)),
    _part("BYSETPOS", st.integers(-4, 4).filter(bool)),
    st.dates(date(1990, 1, 1), date(2026, 12, 31)),
)
@example("YEARLY", ";INTERVAL=3", "", "", "", "", date(2024, 2, 29))
@example("MONTHLY", ";INTERVAL=12", "", "", "", "", date(2026, 1, 31))
@example("MONTHLY", "", "", "", ";BYMONTH=2", "", date(2026, 1, 30))
def test_every_rule_that_is_followed_falls_on_a_day(
    freq: str, interval: str, days: str, month_days: str, months: str, positions: str, starts_on: date
) -> None:
    """Whatever is accepted comes true again and again, so that following it has an end."""
    text = f"FREQ={freq}{interval}{days}{month_days}{months}{positions}"
    try:
        rule = parse(text)
    except RuleError:
        return
    if not rule.comes_true_from(starts_on):
        return
    begin = datetime(starts_on.year, starts_on.month, starts_on.day)  # noqa: DTZ001 - a floating start (RFC 5545)
    found = list(islice(rrulestr(text, dtstart=begin), 3))
    assert len(found) == 3
    assert found[-1].year < begin.year + 130 * rule.interval


def test_the_days_a_rule_looks_at_are_counted() -> None:
    """A daily rule looks at each day, a yearly one at one day a year, and one with many days a year at all of them."""
    ten_years = (date(2016, 1, 1), date(2026, 1, 1))
    assert parse("FREQ=DAILY").steps(*ten_years) == 3654
    assert parse("FREQ=YEARLY").steps(*ten_years) == 11
    assert parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO").steps(*ten_years) == 261
    assert parse("FREQ=YEARLY;BYDAY=MO").steps(*ten_years) == 3651
    assert parse("FREQ=DAILY").steps(*reversed(ten_years)) == 1
