"""When people are at work, in tables of named days and in properties over every night of the year."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from responder.adapters.holidays import public_holidays
from responder.core.calendars import (
    Calendar,
    Closed,
    ClosedKind,
    Closure,
    Day,
    DayKind,
    ExtraDay,
    Holiday,
    Open,
    Wall,
    WorkingHours,
    closed_on,
    days,
    instant,
    next_daily,
    next_opening,
    open_spans,
    state_at,
)
from responder.core.hours import Hours, parse_hours

BERLIN, PARIS = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Paris")
MON_FRI = range(5)
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Africa/Cairo", "America/Havana", "Asia/Kolkata"]


def calendar(
    *hours: str,
    zone: str = "Europe/Berlin",
    weekdays: range | tuple[int, ...] = MON_FRI,
    place: tuple[str, str | None] | None = None,
    closures: tuple[Closure, ...] = (),
    extra: tuple[ExtraDay, ...] = (),
) -> Calendar:
    """Return a calendar open from nine to six, or as told."""
    shifts = tuple(parse_hours(text) for text in hours or ("09:00-18:00",))
    week = WorkingHours(ZoneInfo(zone), dict.fromkeys(weekdays, shifts))
    holidays: Mapping[date, Holiday] = public_holidays(*place, range(2025, 2030)) if place else {}
    return Calendar(week, holidays, closures, extra)


def local(text: str, zone: str = "Europe/Berlin") -> datetime:
    """Return the instant a wall clock shows."""
    naive = datetime.fromisoformat(text)
    return instant(naive.date(), naive.time(), ZoneInfo(zone))


def wall(text: str) -> Wall:
    """Return a wall time."""
    naive = datetime.fromisoformat(text)
    return Wall(naive.date(), naive.time())


def extra_day(on: str, *hours: str) -> ExtraDay:
    """Return an extra working day."""
    return ExtraDay(date.fromisoformat(on), tuple(map(parse_hours, hours)), "Extra", "extra.yaml")


WINTER_BREAK = Closure(wall("2026-12-24T12:00"), wall("2027-01-04T09:00"), "Winter break", "closures-2026.yaml")
BRIDGE = closed_on(date(2026, 5, 15), "Bridge day", "closures-2026.yaml")
FRANCE = calendar("09:00-12:30", "13:30-18:00", zone="Europe/Paris", place=("FR", None))
BAVARIA = calendar(place=("DE", "BY"))
BERLIN_LAND = calendar(place=("DE", "BE"))
NIGHTS = calendar("22:00-06:00", "09:00-12:00")
ROUND_THE_CLOCK = calendar("00:00-24:00", weekdays=range(7))
SUN_TO_THU = calendar(zone="Africa/Cairo", weekdays=(6, 0, 1, 2, 3))

# name: calendar, local time, kind (None: open), holiday's or closure's name, next opening or closing in local time
CASES: dict[str, tuple[Calendar, str, ClosedKind | None, str | None, str]] = {
    "an ordinary Tuesday": (BAVARIA, "2026-11-24T10:00", None, None, "2026-11-24T18:00"),
    "the first minute": (BAVARIA, "2026-11-24T09:00", None, None, "2026-11-24T18:00"),
    "the closing minute": (BAVARIA, "2026-11-24T18:00", ClosedKind.OUTSIDE_HOURS, None, "2026-11-25T09:00"),
    "Friday evening": (BAVARIA, "2026-11-27T18:30", ClosedKind.OUTSIDE_HOURS, None, "2026-11-30T09:00"),
    "Saturday": (BAVARIA, "2026-11-28T10:00", ClosedKind.WEEKEND, None, "2026-11-30T09:00"),
    "Sunday's last second": (BAVARIA, "2026-11-29T23:59:59", ClosedKind.WEEKEND, None, "2026-11-30T09:00"),
    "Monday's early morning": (BAVARIA, "2026-11-30T00:00", ClosedKind.OUTSIDE_HOURS, None, "2026-11-30T09:00"),
    "Christmas in Bavaria": (BAVARIA, "2026-12-25T10:00", ClosedKind.HOLIDAY, "Christmas Day", "2026-12-28T09:00"),
    "a holiday on a Saturday": (
        BAVARIA,
        "2026-12-26T10:00",
        ClosedKind.HOLIDAY,
        "Second Day of Christmas",
        "2026-12-28T09:00",
    ),
    "Christmas in Berlin": (BERLIN_LAND, "2026-12-25T00:00", ClosedKind.HOLIDAY, "Christmas Day", "2026-12-28T09:00"),
    "Christmas Eve is a working day": (BAVARIA, "2026-12-24T10:00", None, None, "2026-12-24T18:00"),
    "Epiphany in Bavaria": (BAVARIA, "2027-01-06T10:00", ClosedKind.HOLIDAY, "Epiphany", "2027-01-07T09:00"),
    "Epiphany in Berlin": (BERLIN_LAND, "2027-01-06T10:00", None, None, "2027-01-06T18:00"),
    "Women's Day in Berlin": (BERLIN_LAND, "2027-03-08T10:00", ClosedKind.HOLIDAY, "Women's Day", "2027-03-09T09:00"),
    "Women's Day in Bavaria": (BAVARIA, "2027-03-08T10:00", None, None, "2027-03-08T18:00"),
    "14 July in France": (FRANCE, "2026-07-14T10:00", ClosedKind.HOLIDAY, "National Day", "2026-07-15T09:00"),
    "lunch in France": (FRANCE, "2026-07-15T13:00", ClosedKind.OUTSIDE_HOURS, None, "2026-07-15T13:30"),
    "New Year across years": (BAVARIA, "2027-01-01T10:00", ClosedKind.HOLIDAY, "New Year's Day", "2027-01-04T09:00"),
    "New Year's Eve at night": (BAVARIA, "2026-12-31T23:00", ClosedKind.OUTSIDE_HOURS, None, "2027-01-04T09:00"),
    "29 February": (BAVARIA, "2028-02-29T10:00", None, None, "2028-02-29T18:00"),
    "the night before 29 February": (BAVARIA, "2028-02-28T20:00", ClosedKind.OUTSIDE_HOURS, None, "2028-02-29T09:00"),
    "Friday in Cairo": (SUN_TO_THU, "2026-11-27T10:00", ClosedKind.WEEKEND, None, "2026-11-29T09:00"),
    "Saturday in Cairo": (SUN_TO_THU, "2026-11-28T10:00", ClosedKind.WEEKEND, None, "2026-11-29T09:00"),
    "Sunday in Cairo": (SUN_TO_THU, "2026-11-29T10:00", None, None, "2026-11-29T18:00"),
    "a bridge day": (
        replace(BAVARIA, closures=(BRIDGE,)),
        "2026-05-15T10:00",
        ClosedKind.CLOSURE,
        "Bridge day",
        "2026-05-18T09:00",
    ),
    "the holiday before the bridge": (
        replace(BAVARIA, closures=(BRIDGE,)),
        "2026-05-14T10:00",
        ClosedKind.HOLIDAY,
        "Ascension Day",
        "2026-05-18T09:00",
    ),
    "the morning before the break": (
        replace(BAVARIA, closures=(WINTER_BREAK,)),
        "2026-12-24T11:59",
        None,
        None,
        "2026-12-24T12:00",
    ),
    "the break's first minute": (
        replace(BAVARIA, closures=(WINTER_BREAK,)),
        "2026-12-24T12:00",
        ClosedKind.CLOSURE,
        "Winter break",
        "2027-01-04T09:00",
    ),
    "a closure names a holiday": (
        replace(BAVARIA, closures=(WINTER_BREAK,)),
        "2026-12-25T10:00",
        ClosedKind.CLOSURE,
        "Winter break",
        "2027-01-04T09:00",
    ),
    "the closed morning of a part-day closure": (
        replace(BAVARIA, closures=(Closure(wall("2026-11-24T08:00"), wall("2026-11-24T10:30"), "Stocktaking", "x"),)),
        "2026-11-24T09:15",
        ClosedKind.CLOSURE,
        "Stocktaking",
        "2026-11-24T10:30",
    ),
    "before a part-day closure it is early": (
        replace(BAVARIA, closures=(Closure(wall("2026-11-24T08:00"), wall("2026-11-24T10:30"), "Stocktaking", "x"),)),
        "2026-11-24T07:00",
        ClosedKind.OUTSIDE_HOURS,
        None,
        "2026-11-24T10:30",
    ),
    "an extra working Sunday": (
        replace(BAVARIA, extra=(extra_day("2026-11-29", "10:00-16:00"),)),
        "2026-11-29T11:00",
        None,
        None,
        "2026-11-29T16:00",
    ),
    "the evening of an extra working Sunday": (
        replace(BAVARIA, extra=(extra_day("2026-11-29", "10:00-16:00"),)),
        "2026-11-29T17:00",
        ClosedKind.OUTSIDE_HOURS,
        None,
        "2026-11-30T09:00",
    ),
    "an extra day inside a closure and a holiday": (
        replace(BAVARIA, closures=(WINTER_BREAK,), extra=(extra_day("2026-12-25", "10:00-11:00"),)),
        "2026-12-25T10:30",
        None,
        None,
        "2026-12-25T11:00",
    ),
    "the break before an extra day": (
        replace(BAVARIA, closures=(WINTER_BREAK,), extra=(extra_day("2026-12-25", "10:00-11:00"),)),
        "2026-12-24T23:00",
        ClosedKind.CLOSURE,
        "Winter break",
        "2026-12-25T10:00",
    ),
    "a night shift before midnight": (NIGHTS, "2026-11-24T23:00", None, None, "2026-11-25T06:00"),
    "a night shift after midnight": (NIGHTS, "2026-11-25T05:59", None, None, "2026-11-25T06:00"),
    "Friday's night shift ends on Saturday": (NIGHTS, "2026-11-28T03:00", None, None, "2026-11-28T06:00"),
    "Saturday after the night shift": (NIGHTS, "2026-11-28T06:00", ClosedKind.WEEKEND, None, "2026-11-30T09:00"),
    "a night shift stops at a holiday": (
        replace(NIGHTS, holidays=BAVARIA.holidays),
        "2026-12-25T01:00",
        ClosedKind.HOLIDAY,
        "Christmas Day",
        "2026-12-28T09:00",
    ),
    "a holiday's own night shift does not begin": (
        replace(NIGHTS, holidays=BAVARIA.holidays),
        "2027-01-07T01:00",
        ClosedKind.OUTSIDE_HOURS,
        None,
        "2027-01-07T09:00",
    ),
    "Tokyo's Monday is Berlin's Sunday": (
        calendar(zone="Asia/Tokyo"),
        "2026-11-30T08:59",
        ClosedKind.OUTSIDE_HOURS,
        None,
        "2026-11-30T09:00",
    ),
    "the night that loses an hour": (
        calendar("02:30-05:00", weekdays=range(7)),
        "2026-03-29T01:59",
        ClosedKind.OUTSIDE_HOURS,
        None,
        "2026-03-29T03:00",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_named_moment(name: str) -> None:
    """Open until the named closing, or closed for the named reason until the named opening."""
    week, at_text, kind, closed_name, next_text = CASES[name]
    zone = week.timezone.key
    at, change = local(at_text, zone), local(next_text, zone)
    state = state_at(week, at)
    if kind is None:
        assert state == Open(change)
        assert next_opening(week, at) == at
    else:
        assert isinstance(state, Closed)
        assert (state.kind, state.name, state.period) == (kind, closed_name, change.isoformat())
        assert next_opening(week, at) == change


def test_all_of_one_closed_stretch_is_one_period() -> None:
    """Friday evening, the weekend, a holiday Monday and Tuesday morning share it: one acknowledgement is enough."""
    week = calendar(place=("FR", None), zone="Europe/Paris")  # Easter Monday: 6 April 2026
    moments = ["2026-04-03T19:00", "2026-04-04T12:00", "2026-04-05T12:00", "2026-04-06T12:00", "2026-04-07T08:59"]
    states = [state_at(week, local(moment, "Europe/Paris")) for moment in moments]
    assert [state.kind for state in states if isinstance(state, Closed)] == [
        "outside_hours",
        "weekend",
        "weekend",
        "holiday",
        "outside_hours",
    ]
    assert {state.period for state in states if isinstance(state, Closed)} == {"2026-04-07T07:00:00+00:00"}


def test_the_source_of_closed_time_is_named() -> None:
    """Each closed moment says which file, holiday set or week it comes from."""
    week = replace(BAVARIA, closures=(WINTER_BREAK,), extra=(extra_day("2026-11-29", "10:00-16:00"),))
    moments = ["2026-11-28T10:00", "2026-11-01T10:00", "2026-12-28T10:00", "2026-11-29T09:00", "2026-11-27T20:00"]
    states = [state_at(week, local(moment)) for moment in moments]
    sources = [state.source for state in states if isinstance(state, Closed)]
    assert sources == ["weekly", "holidays:DE-BY", "closures-2026.yaml", "extra.yaml", "weekly"]


def test_round_the_clock_has_no_closed_minute() -> None:
    """00:00-24:00 leaves no gap at midnight, not in the nights of 23 and 25 hours either."""
    spans = list(open_spans(ROUND_THE_CLOCK, local("2026-01-01T12:00"), local("2026-12-31T12:00")))
    assert len(spans) == 1


def test_round_the_clock_closes_for_a_holiday_only() -> None:
    """Open since January, the next closing is the first holiday's midnight."""
    week = replace(ROUND_THE_CLOCK, holidays=public_holidays("DE", "BY", [2026]))
    assert state_at(week, local("2026-01-07T03:00")) == Open(local("2026-04-03T00:00"))
    assert next_opening(week, local("2026-04-03T00:00")) == local("2026-04-04T00:00")


def test_two_shifts_that_touch_are_one() -> None:
    """09:00-12:00 and 12:00-18:00 do not close for an instant at noon."""
    assert state_at(calendar("09:00-12:00", "12:00-18:00"), local("2026-11-24T11:00")) == Open(
        local("2026-11-24T18:00")
    )


def test_a_calendar_that_never_opens_says_so() -> None:
    """No opening is no opening: never a loop, never an invented date."""
    week = calendar(weekdays=())
    at = local("2026-11-24T10:00")
    assert state_at(week, at) == Closed(ClosedKind.WEEKEND, None, "weekly", "never")
    assert next_opening(week, at) is None


def test_thousands_of_closures_cost_no_time_on_days_they_do_not_touch() -> None:
    """A team calendar of 20,000 appointments, resolved for 400 days: not every closure is looked at on every day."""
    first = date(2026, 1, 1)
    noon, one = time(12), time(13)
    touched = (first + timedelta(days=number % 1500) for number in range(20_000))
    appointments = tuple(Closure(Wall(on, noon), Wall(on, one), "Appointment", "team.ics") for on in touched)
    week = replace(BAVARIA, closures=appointments)
    found = days(week, first, 400)
    assert found[1].open == ((time(9), noon), (one, time(18)))


def test_the_first_of_two_closures_names_the_day_whichever_is_longer() -> None:
    """The order in the files decides, for a day and for an instant."""
    sabbatical = Closure(wall("2026-05-01"), wall("2026-09-01"), "Sabbatical", "a.yaml")
    at = local("2026-05-15T10:00")
    for closures, name in (((BRIDGE, sabbatical), "Bridge day"), ((sabbatical, BRIDGE), "Sabbatical")):
        week = replace(BAVARIA, closures=closures)
        assert days(week, date(2026, 5, 15), 1)[0].name == name
        state = state_at(week, at)
        assert isinstance(state, Closed)
        assert state.name == name


def test_an_opening_beyond_the_horizon_is_none() -> None:
    """A closure of two years gives no date to promise."""
    week = replace(BAVARIA, closures=(Closure(wall("2026-01-01"), wall("2028-01-01"), "Sabbatical", "x"),))
    assert next_opening(week, local("2026-02-01T10:00")) is None
    state = state_at(week, local("2026-02-01T10:00"))
    assert state == Closed(ClosedKind.CLOSURE, "Sabbatical", "x", "never")


# --- days


def day(week: Calendar, text: str) -> Day:
    """Return one day of a calendar."""
    return days(week, date.fromisoformat(text), 1)[0]


NINE_TO_SIX = ((time(9), time(18)),)


@pytest.mark.parametrize(
    ("week", "text", "kind", "name", "hours"),
    [
        (BAVARIA, "2026-11-24", DayKind.WORKING, None, NINE_TO_SIX),
        (BAVARIA, "2026-11-28", DayKind.WEEKEND, None, ()),
        (BAVARIA, "2026-12-25", DayKind.HOLIDAY, "Christmas Day", ()),
        (replace(BAVARIA, closures=(BRIDGE,)), "2026-05-15", DayKind.CLOSURE, "Bridge day", ()),
        (replace(BAVARIA, closures=(WINTER_BREAK,)), "2026-12-24", "closure", "Winter break", ((time(9), time(12)),)),
        (replace(BAVARIA, closures=(WINTER_BREAK,)), "2027-01-04", DayKind.WORKING, None, NINE_TO_SIX),
        (replace(BAVARIA, closures=(WINTER_BREAK,)), "2026-12-27", DayKind.CLOSURE, "Winter break", ()),
        (
            replace(BAVARIA, extra=(extra_day("2026-11-29", "10:00-16:00"),)),
            "2026-11-29",
            DayKind.OPEN,
            "Extra",
            ((time(10), time(16)),),
        ),
        (ROUND_THE_CLOCK, "2026-11-24", DayKind.WORKING, None, ((time(0), time(0)),)),
        (NIGHTS, "2026-11-24", DayKind.WORKING, None, ((time(0), time(6)), (time(9), time(12)), (time(22), time(0)))),
        (NIGHTS, "2026-11-28", DayKind.WEEKEND, None, ((time(0), time(6)),)),
        (NIGHTS, "2026-11-23", DayKind.WORKING, None, ((time(9), time(12)), (time(22), time(0)))),
    ],
)
def test_a_day_says_what_it_is_and_when_it_is_open(
    week: Calendar, text: str, kind: str, name: str | None, hours: tuple[Hours, ...]
) -> None:
    """What `responder calendar` prints for it."""
    found = day(week, text)
    assert (found.kind, found.name, found.open) == (kind, name, hours)


def test_days_follow_each_other_over_the_year() -> None:
    """As many days as asked for, the leap day included."""
    found = days(BAVARIA, date(2028, 2, 28), 3)
    assert [one.on.isoformat() for one in found] == ["2028-02-28", "2028-02-29", "2028-03-01"]


# --- wall clock and instants


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00:00+00:00"),  # gap: the first instant after it
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),  # overlap: the first occurrence
        ("America/New_York", "2026-03-08T02:15", "2026-03-08T07:00:00+00:00"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00+00:00"),
        ("Australia/Sydney", "2026-10-04T02:00", "2026-10-03T16:00:00+00:00"),
        ("Australia/Sydney", "2026-04-05T02:30", "2026-04-04T15:30:00+00:00"),
        ("Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00:00+00:00"),  # midnight itself does not exist
        ("Africa/Cairo", "2026-10-30T00:00", "2026-10-29T22:00:00+00:00"),
        ("America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T03:00:00+00:00"),
        ("America/Havana", "2026-11-01T00:30", "2026-11-01T04:30:00+00:00"),  # the hour after midnight comes twice
        ("Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-03T15:30:00+00:00"),  # a gap of half an hour
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00+00:00"),  # a day that never was
        ("Asia/Kolkata", "2026-03-29T02:30", "2026-03-28T21:00:00+00:00"),
    ],
)
def test_wall_times_become_instants(zone: str, text: str, expected: str) -> None:
    """The nights on which clocks are changed, around the world."""
    assert local(text, zone).isoformat() == expected


def test_the_daily_digest_comes_once_a_day_over_both_changes() -> None:
    """02:30 every night: the gap's night at 03:00, the overlap's night once."""
    for first, count in (("2026-03-27T12:00", 4), ("2026-10-23T12:00", 4)):
        at, found = local(first), []
        for _ in range(count):
            on, at = next_daily(at, time(2, 30), BERLIN)
            found.append((on, at))
        assert [on for on, _ in found] == [found[0][0] + timedelta(days=n) for n in range(count)]
        assert all(earlier[1] < later[1] for earlier, later in pairwise(found))


def test_the_next_daily_time_is_strictly_later() -> None:
    """At 07:30 exactly the next 07:30 is tomorrow's."""
    at = local("2026-11-24T07:30")
    assert next_daily(at, time(7, 30), BERLIN) == (date(2026, 11, 25), local("2026-11-25T07:30"))
    assert next_daily(at - timedelta(seconds=1), time(7, 30), BERLIN) == (date(2026, 11, 24), at)


# --- properties

walls = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
shifts = st.lists(st.tuples(walls, walls), max_size=3).map(tuple)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Draw any calendar: overlapping and overnight shifts, part-day closures, holidays and extra days."""
    week = draw(st.dictionaries(st.integers(0, 6), shifts, max_size=7))
    holidays = draw(st.frozensets(st.dates(*YEAR), max_size=5))
    ends = st.tuples(st.builds(Wall, st.dates(*YEAR), walls), st.builds(Wall, st.dates(*YEAR), walls))
    closures = draw(st.lists(ends, max_size=3))
    extra = draw(st.lists(st.tuples(st.dates(*YEAR), shifts), max_size=3))
    return Calendar(
        WorkingHours(ZoneInfo(draw(st.sampled_from(ZONES))), week),
        {on: Holiday(on, "Holiday", "holidays:XX") for on in holidays},
        tuple(Closure(min(pair), max(pair), "Closure", "x.yaml") for pair in closures),
        tuple(ExtraDay(on, hours, "Extra", "x.yaml") for on, hours in extra),
    )


instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows


@settings(deadline=None)
@given(week=calendars(), at=instants)
@example(week=calendar("00:00-24:00", weekdays=(5, 6)), at=datetime(2026, 6, 18, tzinfo=UTC))
def test_open_and_closed_time_share_no_instant_and_miss_none(week: Calendar, at: datetime) -> None:
    """Spans are apart and in order; inside them it is open until their end, between them closed until the next one."""
    until_at = at + timedelta(days=30)
    spans = list(open_spans(week, at, until_at))
    assert all(start < end for start, end in spans)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(spans))
    for start, end in spans[:3]:
        inside = max(start, at)
        assert isinstance(state_at(week, inside), Open)
        assert isinstance(state_at(week, end - timedelta(microseconds=1)), Open)
        if end < until_at:  # one that reaches past it is told at least that far
            assert isinstance(state_at(week, end), Closed)
    for earlier, later in list(pairwise(spans))[:3]:
        state = state_at(week, earlier[1] + (later[0] - earlier[1]) / 2)
        assert isinstance(state, Closed)
        assert state.period == later[0].isoformat()


@settings(deadline=None)
@given(week=calendars(), at=instants)
@example(
    week=calendar("00:00-24:00", weekdays=range(7), zone="Africa/Cairo"), at=datetime(2026, 4, 23, 21, 59, tzinfo=UTC)
)
def test_the_next_opening_is_open_and_the_first(week: Calendar, at: datetime) -> None:
    """At the opening it is open; a moment before, and at any moment until then, it is closed."""
    opening = next_opening(week, at)
    if opening is None:
        assert isinstance(state_at(week, at), Closed)
        return
    assert opening >= at
    assert isinstance(state_at(week, opening), Open)
    if opening > at:
        for before in (at, at + (opening - at) / 2, opening - timedelta(microseconds=1)):
            assert next_opening(week, before) == opening
            assert isinstance(state_at(week, before), Closed)


@settings(deadline=None)
@given(week=calendars(), on=st.dates(*YEAR))
def test_a_day_lists_exactly_its_open_time(week: Calendar, on: date) -> None:
    """The hours printed for a day are open at their start, and the day's open time is the sum of them."""
    (found,) = days(week, on, 1)
    zone = week.timezone
    midnight, next_midnight = instant(on, time(0), zone), instant(on + timedelta(days=1), time(0), zone)
    spans = [
        (max(start, midnight), min(end, next_midnight))
        for start, end in open_spans(week, midnight, next_midnight)
        if start < next_midnight
    ]
    assert len(found.open) == len(spans)
    for (start, end), (start_at, end_at) in zip(found.open, spans, strict=True):
        assert start == start_at.astimezone(zone).time()
        assert end == end_at.astimezone(zone).time() or (end == time(0) and end_at == next_midnight)


@given(on=st.dates(*YEAR), clock=walls, zone=st.sampled_from(ZONES))
def test_an_instant_is_the_first_moment_the_clock_shows_the_time_or_later(on: date, clock: time, zone: str) -> None:
    """At the instant the clock shows the time or, after a gap, a later one; a second before, an earlier one."""
    at = instant(on, clock, ZoneInfo(zone))
    shown, before = at.astimezone(ZoneInfo(zone)), (at - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    assert shown.replace(tzinfo=None) >= datetime.combine(on, clock)
    assert before.replace(tzinfo=None) < datetime.combine(on, clock)
