"""When a message would be overdue before anyone is back, and for when somebody has to be planned."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from core.test_calendars import BAVARIA, BERLIN, FRANCE, ROUND_THE_CLOCK, WINTER_BREAK, calendar, calendars, instants
from core.test_calendars import local as at
from hypothesis import example, given, settings
from hypothesis import strategies as st

from responder.core.calendars import (
    HORIZON,
    Calendar,
    Closed,
    Closure,
    Open,
    Wall,
    closed_on,
    next_opening,
    open_spans,
    state_at,
)
from responder.core.unattended import Unattended, plan_words, sentence, unattended, windows_ahead

DAY = timedelta(days=1)


def christmas(zone: str = "Europe/Berlin") -> Unattended:
    """Return the window over Christmas 2026 in Bavaria."""
    (found,) = unattended(BAVARIA, at("2026-12-22T00:00", zone), timedelta(days=8), DAY)
    return found


def test_a_holiday_weekend_leaves_messages_overdue_before_anyone_is_back() -> None:
    """Thursday 18:00 to Monday 09:00 over Christmas: what comes before Sunday 09:00 is overdue on Monday."""
    found = christmas()
    assert (found.from_at, found.until_at) == (at("2026-12-24T18:00"), at("2026-12-28T09:00"))
    assert (found.messages_from, found.messages_until) == (at("2026-12-24T18:00"), at("2026-12-27T09:00"))


def test_the_plan_is_as_late_as_it_can_be() -> None:
    """One look a day, 24 real hours apart: a minute later the first message would be late."""
    assert christmas().plan_at == tuple(at(f"2026-12-{day}T18:00") for day in (25, 26, 27))


def test_a_window_is_told_as_one_sentence() -> None:
    """The closing, the last message that is lost, and the three evenings for which somebody is wanted."""
    said = sentence(christmas(), at("2026-12-01T09:00"), BERLIN)
    assert said == (
        "from Thu 24 Dec 18:00 a message arriving until Sun 27 Dec 09:00 will be overdue: plan somebody for "
        "Fri 25 Dec 18:00, Sat 26 Dec 18:00 and Sun 27 Dec 18:00 at the latest"
    )


def test_what_has_passed_of_a_plan_is_not_asked_for() -> None:
    """On Saturday morning only Saturday and Sunday are left to plan; after the last look the window is no news."""
    saturday, monday = at("2026-12-26T08:00"), at("2026-12-28T08:00")
    assert plan_words(christmas(), saturday, BERLIN) == (
        "plan somebody for Sat 26 Dec 18:00 and Sun 27 Dec 18:00 at the latest"
    )
    assert windows_ahead(BAVARIA, saturday, DAY)[0] == christmas()
    assert windows_ahead(BAVARIA, monday, DAY)[0].from_at > monday
    assert plan_words(christmas(), monday, BERLIN) == "no time is left to plan for"


def test_a_long_window_names_the_first_three_looks_and_the_last() -> None:
    """A winter break asks for somebody every day: the first three by name, then the rhythm."""
    week = Calendar(BAVARIA.working_hours, BAVARIA.holidays, (WINTER_BREAK,))
    (found,) = unattended(week, at("2026-12-24T10:00"), DAY, DAY)
    said = plan_words(found, at("2026-12-24T10:00"), BERLIN)
    assert said == (
        "plan somebody for Fri 25 Dec 12:00, Sat 26 Dec 12:00 and Sun 27 Dec 12:00 at the latest, "
        "then every 24 h until Sun 3 Jan 12:00"
    )


def test_a_window_without_an_end_says_so() -> None:
    """A shop that is closed for good has no opening to wait for, and no last message."""
    forever = Closure(Wall(date(2026, 11, 26)), Wall(date(2030, 1, 1)), "Closed for good", "x.yaml")
    week = Calendar(BAVARIA.working_hours, BAVARIA.holidays, (forever,))
    (found,) = unattended(week, at("2026-11-25T10:00"), timedelta(days=60), DAY)
    assert (found.from_at, found.until_at, found.messages_until) == (at("2026-11-25T18:00"), None, None)
    assert len(found.plan_at) == 59
    assert sentence(found, at("2026-11-25T10:00"), BERLIN) == (
        "from Wed 25 Nov 18:00 a message will be overdue, and nothing opens within 400 days: plan somebody for "
        "Thu 26 Nov 18:00, Fri 27 Nov 18:00 and Sat 28 Nov 18:00 at the latest, then every 24 h"
    )


def test_a_calendar_that_never_opens_is_one_window() -> None:
    """Nobody was ever there: the window begins when it is asked for."""
    (found,) = unattended(calendar(weekdays=()), at("2026-11-24T10:00"), timedelta(days=7), DAY)
    assert (found.from_at, found.until_at) == (at("2026-11-24T10:00"), None)


def test_an_unattended_stretch_is_shown_whole() -> None:
    """Asked in its middle, for one hour, the stretch still begins at the closing and ends at the opening."""
    (found,) = unattended(BAVARIA, at("2026-11-28T12:00"), timedelta(hours=1), DAY)
    assert (found.from_at, found.until_at) == (at("2026-11-27T18:00"), at("2026-11-30T09:00"))


def test_ordinary_nights_are_attended_enough() -> None:
    """15 closed hours are fewer than 24; a stretch exactly as long as an answer may take is no trouble either."""
    assert not unattended(BAVARIA, at("2026-11-23T12:00"), timedelta(days=4), DAY)
    assert unattended(BAVARIA, at("2026-11-23T12:00"), timedelta(days=1), timedelta(hours=15)) == ()
    assert windows_ahead(ROUND_THE_CLOCK, at("2026-11-23T12:00"), timedelta(hours=1)) == ()


def test_no_stretch_begins_after_the_time_asked_for() -> None:
    """A week asked from Monday noon shows one weekend, not the next."""
    assert len(unattended(BAVARIA, at("2026-11-09T12:00"), timedelta(days=7), DAY)) == 1


def test_closing_in_a_lunch_break_is_closing_at_its_beginning() -> None:
    """A closure from 13:00 on, in the break: the window begins at 12:30, when the last one left, and is one window."""
    from_lunch = Closure(Wall(date(2026, 7, 15), time(13)), Wall(date(2026, 7, 17)), "Trip", "x")
    week = Calendar(FRANCE.working_hours, FRANCE.holidays, (from_lunch,))
    (found,) = unattended(week, at("2026-07-15T10:00", "Europe/Paris"), timedelta(days=1), DAY)
    assert (found.from_at, found.until_at) == (
        at("2026-07-15T12:30", "Europe/Paris"),
        at("2026-07-17T09:00", "Europe/Paris"),
    )


def test_closed_days_of_several_kinds_join() -> None:
    """A holiday on Thursday, a bridge day and a weekend are one window, from Wednesday to Monday."""
    bridge = closed_on(date(2026, 5, 15), "Bridge day", "x.yaml")
    week = Calendar(BAVARIA.working_hours, BAVARIA.holidays, (bridge,))
    found = unattended(week, at("2026-05-13T10:00"), DAY, DAY)
    assert [(each.from_at, each.until_at) for each in found] == [(at("2026-05-13T18:00"), at("2026-05-18T09:00"))]


@pytest.mark.parametrize(
    ("asked", "closing", "opening", "until", "looks"),
    [
        # The clock goes forward on 29 March 2026, back on 25 October: 24 real hours end an hour later, or earlier.
        (
            "2026-03-27T12:00",
            "2026-03-27T18:00",
            "2026-03-30T09:00",
            "2026-03-29T09:00",
            ("2026-03-28T18:00", "2026-03-29T19:00"),
        ),
        (
            "2026-10-23T12:00",
            "2026-10-23T18:00",
            "2026-10-26T09:00",
            "2026-10-25T09:00",
            ("2026-10-24T18:00", "2026-10-25T17:00"),
        ),
    ],
)
def test_24_hours_are_real_hours_when_the_clock_is_changed(
    asked: str, closing: str, opening: str, until: str, looks: tuple[str, ...]
) -> None:
    """The looks of a weekend with a change of the clock are not at one time of the day."""
    (found,) = unattended(BAVARIA, at(asked), timedelta(days=1), DAY)
    assert (found.from_at, found.until_at, found.messages_until) == (at(closing), at(opening), at(until))
    assert found.plan_at == tuple(map(at, looks))
    assert unattended(BAVARIA, at(asked).astimezone(BERLIN), timedelta(days=1), DAY) == (found,)


# --- properties


@settings(deadline=None)
@given(week=calendars(), first_at=instants, within=st.integers(1, 72), part=st.floats(0, 1))
@example(week=BAVARIA, first_at=datetime(2026, 3, 27, 9, tzinfo=UTC), within=24, part=0.999)
@example(week=calendar(weekdays=(0,)), first_at=datetime(2026, 10, 20, 9, tzinfo=UTC), within=1, part=0.5)
def test_within_a_window_nobody_is_there_and_its_plan_saves_every_message(
    week: Calendar, first_at: datetime, within: int, part: float
) -> None:
    """No instant of it is open; each message of it is overdue at the opening, and in time at a look of the plan."""
    answer_within = timedelta(hours=within)
    for found in unattended(week, first_at, timedelta(days=14), answer_within):
        end = found.until_at or first_at + timedelta(days=14)
        assert found.from_at < end
        inside = min(found.from_at + (end - found.from_at) * part, end - timedelta(microseconds=1))
        assert isinstance(state_at(week, inside), Closed)
        assert all(later - earlier == answer_within for earlier, later in pairwise((found.from_at, *found.plan_at)))
        if found.until_at is None:
            assert next_opening(week, max(found.from_at, first_at)) is None
            continue
        assert isinstance(state_at(week, found.until_at), Open)
        assert found.messages_until is not None
        received_at = found.from_at + (found.messages_until - found.from_at) * min(part, 0.999)
        assert received_at + answer_within < found.until_at
        assert any(received_at <= look <= received_at + answer_within for look in found.plan_at)
        assert max(found.plan_at) < found.until_at <= max(found.plan_at) + answer_within


@settings(deadline=None)
@given(week=calendars(), first_at=instants, within=st.integers(1, 72))
def test_every_closed_stretch_longer_than_an_answer_is_a_window(
    week: Calendar, first_at: datetime, within: int
) -> None:
    """The windows of two weeks are the long gaps between the open stretches, no more and no fewer."""
    answer_within, last_at = timedelta(hours=within), first_at + timedelta(days=14)
    spans = list(open_spans(week, first_at, last_at + HORIZON))
    gaps = [(one[1], two[0]) for one, two in pairwise(spans) if two[0] - one[1] > answer_within and one[1] < last_at]
    found = unattended(week, first_at, timedelta(days=14), answer_within)
    assert [(each.from_at, each.until_at) for each in found if each.from_at > first_at and each.until_at] == gaps
    assert all(one.until_at and one.until_at <= two.from_at for one, two in pairwise(found))


@settings(deadline=None)
@given(week=calendars(), at_=instants)
def test_open_and_closed_time_add_up_to_all_of_it(week: Calendar, at_: datetime) -> None:
    """Two weeks are the sum of their open and their closed stretches, to the second, whatever the clocks did."""
    end, zone = at_ + timedelta(days=14), ZoneInfo(week.timezone.key)
    spans = [(max(start, at_), min(stop, end)) for start, stop in open_spans(week, at_, end)]
    edges = [at_, *(edge for span in spans for edge in span), end]
    closed = [(edges[index], edges[index + 1]) for index in range(0, len(edges), 2)]
    assert sum((stop - start for start, stop in [*spans, *closed]), timedelta(0)) == timedelta(days=14)
    for start, stop in closed[:4]:
        if start < stop:
            middle = (start + (stop - start) / 2).astimezone(zone)
            assert isinstance(state_at(week, middle), Closed)
