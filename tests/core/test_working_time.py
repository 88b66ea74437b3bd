"""Working time counted back: over weekends, breaks, closures and changed clocks, against a count minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from core.test_clock_properties import offices, slow
from days.wall_clock import MINUTE, WINDOW, Model, Place
from hypothesis import given
from hypothesis import strategies as st

from responder.core import working_time
from responder.core.calendars import Calendar, Closure, Wall, WorkingHours
from responder.core.working_time import BOUND

HOUR = timedelta(hours=1)
PARIS = ZoneInfo("Europe/Paris")
WEEK = WorkingHours(PARIS, dict.fromkeys(range(5), ((time(9), time(12, 30)), (time(13, 30), time(18)))))


def paris(text: str) -> datetime:
    """Return an instant by the wall clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "hours", "from_"),
    [
        ("2026-11-26 17:00", 2, "2026-11-26 15:00"),
        ("2026-11-26 15:00", 2, "2026-11-26 12:00"),  # over lunch
        ("2026-11-26 18:00", 4, "2026-11-26 14:00"),
        ("2026-11-26 23:59", 4, "2026-11-26 14:00"),  # nobody is there in the evening
        ("2026-11-26 10:00", 2, "2026-11-25 17:00"),  # over the night
        ("2026-11-30 10:00", 2, "2026-11-27 17:00"),  # over the weekend
        ("2026-11-29 12:00", 8, "2026-11-27 09:00"),
        ("2026-11-29 12:00", 9, "2026-11-26 17:00"),
        ("2026-11-26 10:00", 0, "2026-11-26 10:00"),
        ("2026-11-29 10:00", 0, "2026-11-29 10:00"),
        ("2026-03-30 10:00", 2, "2026-03-27 17:00"),  # over the change of the clocks
    ],
)
def test_a_lead_is_counted_in_hours_in_which_somebody_is_there(at: str, hours: int, from_: str) -> None:
    """Two hours before Monday at ten are Friday afternoon at five."""
    time_ = working_time.around(Calendar(WEEK, {}), paris(at), paris(at))
    assert time_.before(paris(at), hours * HOUR) == paris(from_)


@pytest.mark.parametrize(
    ("at", "last"),
    [
        ("2026-11-26 17:00", "2026-11-26 17:00"),
        ("2026-11-26 18:00", "2026-11-26 18:00"),
        ("2026-11-26 13:00", "2026-11-26 12:30"),
        ("2026-11-26 13:30", "2026-11-26 12:30"),
        ("2026-11-29 23:59", "2026-11-27 18:00"),
    ],
)
def test_the_last_moment_is_the_end_of_the_hours_before(at: str, last: str) -> None:
    """In working time it is the instant itself; at an opening nobody has been there since the closing."""
    assert working_time.around(Calendar(WEEK, {}), paris(at), paris(at)).last_before(paris(at)) == paris(last)


def test_nobody_looks_further_back_than_sixty_days() -> None:
    """Who is closed that long is warned then; who never opens as well, and there is no last moment."""
    at = paris("2026-11-26 12:00")
    away = Closure(Wall(date(2026, 9, 1)), Wall(date(2026, 12, 1)), "Sabbatical", "x.yaml")
    for calendar in (Calendar(WEEK, {}, (away,)), Calendar(WorkingHours(PARIS, {}), {})):
        time_ = working_time.around(calendar, at, at)
        assert time_.before(at, HOUR) == at - BOUND
        assert time_.last_before(at) is None


def test_a_lead_that_sixty_days_do_not_hold_is_warned_of_then() -> None:
    """One hour a week is less than nine in sixty days."""
    weekly = Calendar(WorkingHours(PARIS, {0: ((time(9), time(10)),)}), {})
    at = paris("2026-11-26 12:00")
    assert working_time.around(weekly, at, at).before(at, 12 * HOUR) == at - BOUND
    assert working_time.around(weekly, at, at).before(at, 8 * HOUR) == paris("2026-10-05 09:00")


@slow
@given(drawn=offices(), minute=st.integers(1, WINDOW * 24 * 60 - 1), lead=st.integers(0, 600))
def test_the_lead_is_what_a_wall_clock_counts_minute_by_minute(
    drawn: tuple[Place, Calendar], minute: int, lead: int
) -> None:
    """Between the instant found and the one asked for are exactly so many open minutes; no instant is later."""
    place, calendar = drawn
    at = place.first_at + minute * MINUTE
    opened = [each for each, is_open in Model(calendar, place).open if is_open and each < at]
    asked = working_time.around(calendar, place.first_at, place.first_at + timedelta(days=WINDOW))
    found, last = asked.before(at, lead * MINUTE), asked.last_before(at)
    if opened:
        assert last == opened[-1] + MINUTE
    if lead == 0:
        assert found == at
    elif len(opened) >= lead:
        assert found == opened[-lead]
    else:
        assert found < place.first_at
