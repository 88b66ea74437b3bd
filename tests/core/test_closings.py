"""Closing time: which one was the last, which is the next, and what the closed time after it is called."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.calendars import (
    Calendar,
    Closed,
    ClosedKind,
    Closure,
    ExtraDay,
    Holiday,
    Wall,
    WorkingHours,
    state_at,
)
from responder.core.closings import Closing, closing_ahead, closing_behind, described_at

BERLIN = ZoneInfo("Europe/Berlin")
LUNCH = ((time(9), time(12, 30)), (time(13, 30), time(18)))
CALENDAR = Calendar(
    WorkingHours(BERLIN, dict.fromkeys(range(5), LUNCH)),
    {date(2026, 12, 25): Holiday(date(2026, 12, 25), "Christmas Day", "holidays:DE")},
    (Closure(Wall(date(2026, 12, 30), time(12)), Wall(date(2027, 1, 4)), "Winter break", "closures.yaml"),),
    (ExtraDay(date(2026, 12, 26), ((time(10), time(11)),), "Inventory", "closures.yaml"),),
)
NIGHTS = Calendar(WorkingHours(BERLIN, dict.fromkeys(range(5), ((time(22), time(6)),))), {})
LONG_BREAK = Calendar(WorkingHours(BERLIN, dict.fromkeys(range(5), ((time(8), time(12)), (time(17), time(20))))), {})
NEVER = Calendar(WorkingHours(BERLIN, {}), {})


def at(text: str) -> datetime:
    """Return the instant of a Berlin wall time of 2026, "11-27 18:00"."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("calendar", "now", "closed", "opens"),
    [
        pytest.param(CALENDAR, "11-27 18:00", "11-27 18:00", "11-30 09:00", id="the very instant of closing"),
        pytest.param(CALENDAR, "11-29 23:00", "11-27 18:00", "11-30 09:00", id="Sunday night looks back to Friday"),
        pytest.param(CALENDAR, "11-24 20:00", "11-24 18:00", "11-25 09:00", id="an ordinary evening"),
        pytest.param(CALENDAR, "11-25 08:59", "11-24 18:00", "11-25 09:00", id="until the opening"),
        pytest.param(CALENDAR, "12-26 12:00", "12-26 11:00", "12-28 09:00", id="after an extra day"),
        pytest.param(
            NIGHTS, "11-24 12:00", "11-24 06:00", "11-24 22:00", id="who works at night closes in the morning"
        ),
        pytest.param(LONG_BREAK, "11-24 13:00", "11-24 12:00", "11-24 17:00", id="five hours are no lunch break"),
        pytest.param(CALENDAR, "11-25 09:00", None, None, id="the opening itself is open"),
        pytest.param(CALENDAR, "11-25 13:00", None, None, id="lunch is no closing"),
        pytest.param(NEVER, "11-25 13:00", None, None, id="nobody left, and nobody comes"),
    ],
)
def test_the_closing_behind_is_where_the_closed_time_began(
    calendar: Calendar, now: str, closed: str | None, opens: str | None
) -> None:
    """Only the present closed time is looked at: after the opening its closing is forgotten."""
    expected = Closing(at(closed), at(opens)) if closed and opens else None
    assert closing_behind(calendar, at(now)) == expected


@pytest.mark.parametrize(
    ("calendar", "now", "closed"),
    [
        pytest.param(CALENDAR, "11-24 10:00", "11-24 18:00", id="past lunch"),
        pytest.param(CALENDAR, "11-24 13:00", "11-24 18:00", id="from lunch"),
        pytest.param(CALENDAR, "11-24 18:00", "11-25 18:00", id="the one that is now is not ahead"),
        pytest.param(CALENDAR, "11-28 12:00", "11-30 18:00", id="over the weekend"),
        pytest.param(CALENDAR, "12-30 10:00", "12-30 12:00", id="a closure that begins at noon"),
        pytest.param(NEVER, "11-25 13:00", None, id="never open"),
    ],
)
def test_the_next_closing_is_known(calendar: Calendar, now: str, closed: str | None) -> None:
    """So that the program sleeps until then."""
    found = closing_ahead(calendar, at(now))
    assert (found.at if found else None) == (at(closed) if closed else None)


@pytest.mark.parametrize(
    ("closed", "kind"),
    [
        pytest.param("11-27 18:00", ClosedKind.WEEKEND, id="Friday evening"),
        pytest.param("11-24 18:00", ClosedKind.OUTSIDE_HOURS, id="Tuesday evening"),
        pytest.param("12-24 18:00", ClosedKind.HOLIDAY, id="the evening before Christmas Day"),
        pytest.param("12-30 12:00", ClosedKind.CLOSURE, id="the last noon before the winter break"),
        pytest.param("12-26 11:00", ClosedKind.WEEKEND, id="after an extra Saturday comes a Sunday"),
    ],
)
def test_the_closed_time_is_called_after_its_first_whole_day(closed: str, kind: ClosedKind) -> None:
    """Nobody closes on Friday evening for the night."""
    closing = closing_behind(CALENDAR, at(closed))
    assert closing is not None
    state = state_at(CALENDAR, described_at(CALENDAR, closing))
    assert isinstance(state, Closed)
    assert state.kind is kind


instants = st.datetimes(datetime(2026, 11, 1), datetime(2027, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows


@given(instants)
def test_the_closing_ahead_is_the_closing_behind_once_it_came(now: datetime) -> None:
    """Property: whoever sleeps until the next closing finds exactly it, and none lies between."""
    ahead = closing_ahead(CALENDAR, now)
    assert ahead is not None
    assert ahead.at > now
    assert closing_behind(CALENDAR, ahead.at) == ahead
    behind = closing_behind(CALENDAR, ahead.at - timedelta(microseconds=1))
    assert behind is None or behind.at <= now


@given(instants)
def test_a_closed_time_has_one_closing(now: datetime) -> None:
    """Property: at its first instant and at any other the same one is told, so its mark is set once."""
    behind = closing_behind(CALENDAR, now)
    if behind is not None:
        assert behind.at <= now < behind.opens_at
        assert closing_behind(CALENDAR, behind.at) == behind
        assert closing_behind(CALENDAR, behind.opens_at) is None
