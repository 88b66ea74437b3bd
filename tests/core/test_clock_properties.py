"""
Clocks and calendars against slow models that share no code with them: wall clocks in eight zones, minute by minute.

The nights on which clocks are changed come up on purpose, with shifts, breaks, closures and extra days across them.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from days.wall_clock import CHANGES, DAY, MINUTE, WINDOW, Model, Place
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from responder.core.calendars import (
    Calendar,
    Closed,
    ClosedKind,
    Closure,
    ExtraDay,
    Holiday,
    Open,
    Wall,
    WorkingHours,
    next_opening,
    open_spans,
    state_at,
)
from responder.core.deadlines import AnswerPolicy, is_overdue, message_due_at
from responder.core.hours import Hours
from responder.imap import values

HOUR = timedelta(hours=1)


# --- what hypothesis draws

walls = st.one_of(
    st.sampled_from(
        [time(0), time(0, 30), time(1, 45), time(2), time(2, 30), time(3), time(6), time(22), time(23, 30)]
    ),
    st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
)
shifts = st.lists(st.tuples(walls, walls), max_size=3).map(tuple)


@st.composite
def places(draw: st.DrawFn) -> Place:
    """Draw a zone and a day on which, or near which, its clocks are changed."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    return Place(zone, draw(st.sampled_from(CHANGES[zone])) + draw(st.integers(-2, 1)) * DAY)


@st.composite
def offices(draw: st.DrawFn) -> tuple[Place, Calendar]:
    """Draw a place and any calendar whose closures, holidays and extra days lie around it."""
    place = draw(places())
    near = st.integers(-2, WINDOW + 2).map(lambda offset: place.first + offset * DAY)
    ends = st.tuples(st.builds(Wall, near, walls), st.builds(Wall, near, walls)).filter(lambda pair: pair[0] != pair[1])
    extra_days = st.lists(st.tuples(near, shifts), max_size=2)
    calendar = Calendar(
        WorkingHours(ZoneInfo(place.zone), draw(st.dictionaries(st.integers(0, 6), shifts, max_size=7))),
        {on: Holiday(on, "Holiday", "holidays:XX") for on in draw(st.frozensets(near, max_size=2))},
        tuple(Closure(min(pair), max(pair), "Closure", "x.yaml") for pair in draw(st.lists(ends, max_size=2))),
        tuple(ExtraDay(on, hours, "Extra", "x.yaml") for on, hours in draw(extra_days)),
    )
    return place, calendar


def office(
    zone: str,
    first: date,
    *hours: Hours,
    closures: tuple[Closure, ...] = (),
    holiday: date | None = None,
    extra: tuple[ExtraDay, ...] = (),
) -> tuple[Place, Calendar]:
    """Return a place with the same hours on every day."""
    week = WorkingHours(ZoneInfo(zone), dict.fromkeys(range(7), hours))
    holidays = {holiday: Holiday(holiday, "Holiday", "holidays:XX")} if holiday else {}
    return Place(zone, first), Calendar(week, holidays, closures, extra)


ALL_DAY, NIGHT = (time(0), time(0)), (time(22), time(6))
MIDNIGHT_CLOSURE = Closure(Wall(date(2026, 4, 24), time(0, 30)), Wall(date(2026, 4, 25), time(3)), "Closure", "x.yaml")
EXTRA_DAY = ExtraDay(date(2026, 3, 29), ((time(10), time(12)),), "Extra", "x.yaml")

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


# --- calendars


@slow
@given(drawn=offices())
@example(drawn=office("Europe/Berlin", date(2026, 3, 28), NIGHT))
@example(drawn=office("Europe/Berlin", date(2026, 3, 28), NIGHT, holiday=date(2026, 3, 29)))
@example(drawn=office("Europe/Berlin", date(2026, 3, 28), NIGHT, holiday=date(2026, 3, 29), extra=(EXTRA_DAY,)))
@example(drawn=office("Europe/Berlin", date(2026, 10, 24), (time(18), time(2, 30))))
@example(drawn=office("Europe/Berlin", date(2026, 10, 24), ALL_DAY))
@example(drawn=office("Africa/Cairo", date(2026, 4, 23), ALL_DAY))
@example(drawn=office("Africa/Cairo", date(2026, 4, 23), NIGHT, closures=(MIDNIGHT_CLOSURE,)))
@example(drawn=office("Africa/Cairo", date(2026, 10, 29), (time(23), time(0, 30))))
@example(drawn=office("America/Sao_Paulo", date(2018, 11, 3), ALL_DAY))
@example(drawn=office("Australia/Lord_Howe", date(2026, 4, 4), (time(1, 45), time(2, 15))))
@example(drawn=office("Pacific/Apia", date(2011, 12, 29), NIGHT))
@example(drawn=office("Pacific/Apia", date(2011, 12, 29), (time(9), time(18))))
def test_every_minute_is_as_a_wall_clock_says(drawn: tuple[Place, Calendar]) -> None:
    """The open stretches are exactly the minutes in which a person with the calendar and a clock would be there."""
    place, calendar = drawn
    model = Model(calendar, place)
    spans = list(open_spans(calendar, model.first_at, model.last_at))
    assert [at for at, is_open in model.open if is_open] == [
        at for at, _ in model.open if any(start <= at < end for start, end in spans)
    ]


@slow
@given(drawn=offices(), minutes=st.lists(st.integers(0, WINDOW * 24 * 60 - 1), min_size=1, max_size=4))
def test_state_and_next_opening_agree_with_the_open_stretches(
    drawn: tuple[Place, Calendar], minutes: list[int]
) -> None:
    """At every instant there is one answer: open until the stretch ends, or closed until the next one begins."""
    place, calendar = drawn
    for minute in minutes:
        at = place.first_at + minute * MINUTE
        spans = list(open_spans(calendar, at, at + 7 * DAY))
        state, opening = state_at(calendar, at), next_opening(calendar, at)
        now = [end for start, end in spans if start <= at < end]
        later = [start for start, _ in spans if start > at]
        if now:
            assert isinstance(state, Open)
            assert opening == at
            assert state.until_at >= now[0]
        else:
            assert isinstance(state, Closed)
            assert state.period == (opening.isoformat() if opening else "never")
            assert not later or opening == later[0]


@slow
@given(drawn=offices())
def test_open_and_closed_time_partition_the_line(drawn: tuple[Place, Calendar]) -> None:
    """Walking from change to change, open and closed alternate; nothing overlaps and no instant is left out."""
    place, calendar = drawn
    at, end = place.first_at, place.first_at + WINDOW * DAY
    while at < end:
        state = state_at(calendar, at)
        if isinstance(state, Open):
            assert isinstance(state_at(calendar, state.until_at - timedelta(microseconds=1)), Open)
            assert isinstance(state_at(calendar, state.until_at), Closed) or state.until_at >= at + 400 * DAY
            changes_at = state.until_at
        else:
            changes_at = end if state.period == "never" else datetime.fromisoformat(state.period)
            assert changes_at == end or isinstance(state_at(calendar, changes_at), Open)
            assert isinstance(state_at(calendar, changes_at - timedelta(microseconds=1)), Closed)
        assert changes_at > at
        at = changes_at


@slow
@given(drawn=offices(), minutes=st.lists(st.integers(0, WINDOW * 24 * 60 - 1), min_size=2, max_size=4))
def test_one_closed_stretch_is_one_period(drawn: tuple[Place, Calendar], minutes: list[int]) -> None:
    """Two closed instants share their period exactly when nothing opens between them: once per closed time."""
    place, calendar = drawn
    instants = sorted({place.first_at + minute * MINUTE for minute in minutes})
    for earlier, later in pairwise(instants):
        before, after = state_at(calendar, earlier), state_at(calendar, later)
        if isinstance(before, Closed) and isinstance(after, Closed):
            opens = any(True for _ in open_spans(calendar, earlier, later))
            assert (before.period == after.period) == (not opens)


@slow
@given(drawn=offices(), minute=st.integers(0, WINDOW * 24 * 60 - 1))
def test_closed_time_is_called_what_its_local_day_is(drawn: tuple[Place, Calendar], minute: int) -> None:
    """A holiday is named on its own local day only, whatever day UTC has."""
    place, calendar = drawn
    at = place.first_at + minute * MINUTE
    state, today = state_at(calendar, at), at.astimezone(ZoneInfo(place.zone)).date()
    if isinstance(state, Closed) and state.kind is ClosedKind.HOLIDAY:
        assert today in calendar.holidays
    if isinstance(state, Closed) and state.kind is ClosedKind.WEEKEND:
        assert not calendar.working_hours.hours.get(today.weekday())
        assert today not in calendar.holidays


# --- deadlines, from what the mail server says to what the seller reads


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def internaldate(at: datetime) -> bytes:
    """Return an instant as IMAP writes it (RFC 3501, date-time), with the offset of its zone."""
    return f"{at.day:2}-{MONTHS[at.month - 1]}-{at.year} {at:%H:%M:%S %z}".encode()


@st.composite
def arrivals(draw: st.DrawFn) -> datetime:
    """Draw an arrival within a day and a half of a change of the clocks, on the server's own clock."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    near = datetime.combine(draw(st.sampled_from(CHANGES[zone])), time(12), tzinfo=UTC)
    server = ZoneInfo(draw(st.sampled_from(sorted(CHANGES))))
    return (near + timedelta(seconds=draw(st.integers(-130_000, 130_000)))).astimezone(server)


@given(at=arrivals(), within=st.integers(1, 96))
def test_an_answer_has_its_real_hours_whatever_clock_the_server_is_on(at: datetime, within: int) -> None:
    """From INTERNALDATE to the deadline: so many real hours, never before the start, on time to the last second."""
    received_at = values.internaldate(internaldate(at))
    assert received_at is not None
    assert received_at.timestamp() == at.timestamp()
    due_at = message_due_at(received_at, AnswerPolicy(answer_within=within * HOUR))
    assert due_at > received_at
    assert due_at.timestamp() - at.timestamp() == within * 3600
    assert not is_overdue(due_at, due_at)
    assert is_overdue(due_at, due_at + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("received", "zone", "due"),
    [
        (b"28-Mar-2026 14:00:00 +0100", "Europe/Berlin", "2026-03-29T15:00:00+02:00"),
        (b"24-Oct-2026 14:00:00 +0200", "Europe/Berlin", "2026-10-25T13:00:00+01:00"),
        (b"28-Mar-2026 02:30:00 +0100", "Europe/Berlin", "2026-03-29T03:30:00+02:00"),  # 02:30 is left out
        (b"25-Oct-2026 02:30:00 +0200", "Europe/Berlin", "2026-10-26T01:30:00+01:00"),  # the first of two
        (b"25-Oct-2026 02:30:00 +0100", "Europe/Berlin", "2026-10-26T02:30:00+01:00"),
        (b" 7-Mar-2026 20:00:00 -0500", "America/New_York", "2026-03-08T21:00:00-04:00"),
        (b"31-Oct-2026 20:00:00 -0400", "America/New_York", "2026-11-01T19:00:00-05:00"),
        (b" 3-Oct-2026 09:00:00 +1000", "Australia/Sydney", "2026-10-04T10:00:00+11:00"),
        (b" 4-Apr-2026 09:00:00 +1100", "Australia/Lord_Howe", "2026-04-05T08:30:00+10:30"),
        (b"23-Apr-2026 12:00:00 +0200", "Africa/Cairo", "2026-04-24T13:00:00+03:00"),
        (b"29-Oct-2026 12:00:00 +0300", "Africa/Cairo", "2026-10-30T11:00:00+02:00"),
        (b"29-Dec-2011 12:00:00 -1000", "Pacific/Apia", "2011-12-31T12:00:00+14:00"),
        (b"28-Feb-2028 12:00:00 +0900", "Asia/Tokyo", "2028-02-29T12:00:00+09:00"),
        (b"31-Dec-2026 23:30:00 +0000", "America/Sao_Paulo", "2027-01-01T20:30:00-03:00"),
    ],
)
def test_the_deadline_on_the_sellers_wall_clock(received: bytes, zone: str, due: str) -> None:
    """What the server says, and what the seller reads a day later on the night the clocks are changed."""
    received_at = values.internaldate(received)
    assert received_at is not None
    assert message_due_at(received_at, AnswerPolicy()).astimezone(ZoneInfo(zone)).isoformat() == due
