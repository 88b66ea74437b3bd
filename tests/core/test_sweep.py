"""The mail before a long closing: when it comes, and what it says."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from core.test_calendars import BAVARIA, BERLIN, FRANCE, WINTER_BREAK, calendar, calendars, instants
from core.test_calendars import local as at
from hypothesis import given, settings
from hypothesis import strategies as st

from responder.core.calendars import Calendar, Closure, Open, Wall, state_at
from responder.core.digest import OpenThread
from responder.core.sweep import alert, key, sweep_at
from responder.core.unattended import Unattended, unattended

DAY = timedelta(days=1)
THREE = timedelta(hours=3)
CHRISTMAS = at("2026-12-24T15:00")


def window(week: Calendar, first: str, zone: str = "Europe/Berlin") -> Unattended:
    """Return the first window that begins after a local time."""
    found = unattended(week, at(first, zone), timedelta(days=8), DAY)
    return next(each for each in found if each.from_at >= at(first, zone))


def waiting(number: int, due: str, **more: object) -> OpenThread:
    """Return a thread that waits."""
    due_at = at(due)
    return OpenThread(number, "amazon.de", None, f"Question {number}", due_at - DAY, due_at, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("week", "asked", "before", "expected"),
    [
        pytest.param(BAVARIA, "2026-11-27T10:00", "3:00", "2026-11-27T15:00", id="Friday"),
        pytest.param(BAVARIA, "2026-12-24T10:00", "3:00", "2026-12-24T15:00", id="the day before a holiday"),
        pytest.param(BAVARIA, "2026-11-27T10:00", "12:00", "2026-11-27T09:00", id="not before the first opening"),
        pytest.param(FRANCE, "2026-11-27T10:00", "5:00", "2026-11-27T13:00", id="it may fall into the lunch break"),
        pytest.param(FRANCE, "2026-11-27T10:00", "9:30", "2026-11-27T09:00", id="the morning of a day with a break"),
        pytest.param(
            replace(BAVARIA, closures=(WINTER_BREAK,)), "2026-12-24T10:00", "3:00", "2026-12-24T09:00", id="noon"
        ),
        pytest.param(
            calendar("22:00-06:00", weekdays=range(5)),
            "2026-11-27T22:30",
            "3:00",
            "2026-11-28T03:00",
            id="a night shift",
        ),
        pytest.param(
            calendar("22:00-06:00", weekdays=range(5)), "2026-11-27T22:30", "9:00", "2026-11-27T22:00", id="its opening"
        ),
        pytest.param(
            calendar("00:00-24:00"),
            "2026-11-27T10:00",
            "3:00",
            "2026-11-27T21:00",
            id="closing at midnight is Friday's",
        ),
        pytest.param(
            calendar("01:00-07:00", weekdays=(6,)), "2026-03-29T00:30", "3:00", "2026-03-29T04:00", id="spring"
        ),
        pytest.param(
            calendar("01:00-07:00", weekdays=(6,)),
            "2026-03-29T00:30",
            "5:30",
            "2026-03-29T01:00",
            id="an hour is missing",
        ),
    ],
)
def test_the_sweep_comes_before_the_closing_on_the_day_that_closes(
    week: Calendar, asked: str, before: str, expected: str
) -> None:
    """So many real hours before the last one leaves, and never before the first one comes."""
    hours, minutes = map(int, before.split(":"))
    zone = week.timezone.key
    found = sweep_at(week, window(week, asked, zone), timedelta(hours=hours, minutes=minutes))
    assert found == at(expected, zone)


def test_no_sweep_is_a_choice() -> None:
    """0s asks for none; where nobody ever was, nobody closes."""
    assert sweep_at(BAVARIA, window(BAVARIA, "2026-11-27T10:00"), timedelta(0)) is None
    (never,) = unattended(calendar(weekdays=()), at("2026-11-24T10:00"), DAY, DAY)
    assert sweep_at(calendar(weekdays=()), never, THREE) is None


def test_the_same_window_has_the_same_name() -> None:
    """Whenever it is asked, and in whatever zone; another opening makes it another window."""
    one = window(BAVARIA, "2026-12-24T10:00")
    again = window(BAVARIA, "2026-12-20T23:00")
    longer = window(replace(BAVARIA, closures=(WINTER_BREAK,)), "2026-12-24T10:00")
    assert key(one) == key(again) == "sweep:2026-12-24T17:00:00+00:00:2026-12-28T08:00:00+00:00"
    assert key(longer) != key(one)


def test_with_nothing_to_answer_it_is_three_lines() -> None:
    """When you close and are back, for when to plan somebody, and that nothing waits."""
    found = alert(window(BAVARIA, "2026-12-24T10:00"), (), now=CHRISTMAS, zone=BERLIN, hosts={})
    assert found.subject == "Closing Thu 24 Dec 18:00 until Mon 28 Dec 09:00: nothing to answer first"
    assert found.text.splitlines() == [
        "You close Thu 24 Dec 18:00 and are back Mon 28 Dec 09:00 (times in Europe/Berlin).",
        (
            "From Thu 24 Dec 18:00 a message arriving until Sun 27 Dec 09:00 will be overdue: plan somebody for "
            "Fri 25 Dec 18:00, Sat 26 Dec 18:00 and Sun 27 Dec 18:00 at the latest."
        ),
        "Nothing that is open is due before then.",
    ]


def test_what_is_due_before_the_opening_is_answered_before_leaving() -> None:
    """The nearest deadline first, with the time that is left; a promise that ends sooner is the deadline."""
    late = waiting(1, "2026-12-25T12:00")
    soon = waiting(2, "2026-12-24T16:30")
    promised = waiting(3, "2026-12-27T10:00", promise_at=at("2026-12-25T09:00"))
    found = alert(window(BAVARIA, "2026-12-24T10:00"), (late, promised, soon), now=CHRISTMAS, zone=BERLIN, hosts={})
    assert found.subject == "Closing Thu 24 Dec 18:00 until Mon 28 Dec 09:00: 3 to answer first"
    lines = found.text.splitlines()
    assert "Answer these before you leave: 3 deadlines end before anyone is back." in lines
    assert [line for line in lines if "Question" in line] == [
        "Today 16:30 (1 h 30 min left)  Question 2",
        "Fri 09:00 (18 h left)  Question 3",
        "Fri 12:00 (21 h left)  Question 1",
    ]


def test_a_window_without_an_end_is_named_as_one() -> None:
    """A shop that closes for good hears that no opening is known."""
    forever = Closure(Wall(date(2026, 11, 26), time(12)), Wall(date(2030, 1, 1)), "Closed for good", "x.yaml")
    found = alert(
        window(replace(BAVARIA, closures=(forever,)), "2026-11-26T09:00"),
        (),
        now=at("2026-11-26T09:00"),
        zone=BERLIN,
        hosts={},
    )
    assert found.subject.startswith("Closing Thu 26 Nov 12:00 for good: ")
    assert "no opening is known" in found.text


def test_forty_rows_are_shown_and_the_rest_is_counted() -> None:
    """A mail of two hundred rows is read by nobody."""
    many = [waiting(number, "2026-12-25T12:00") for number in range(45)]
    text = alert(window(BAVARIA, "2026-12-24T10:00"), many, now=CHRISTMAS, zone=BERLIN, hosts={}).text
    assert text.count("Question") == 40
    assert "and 5 more: responder threads --open" in text


@settings(deadline=None)
@given(week=calendars(), first_at=instants, before=st.integers(1, 24))
def test_the_sweep_comes_while_somebody_can_still_act(week: Calendar, first_at: datetime, before: int) -> None:
    """Before the closing, at most so long before it; and not before the first opening: then somebody was there."""
    for found in unattended(week, first_at, timedelta(days=14), timedelta(hours=24)):
        at_ = sweep_at(week, found, timedelta(hours=before))
        if at_ is None:
            assert not isinstance(state_at(week, found.from_at - timedelta(microseconds=1)), Open)
            continue
        assert found.from_at - timedelta(hours=before) <= at_ < found.from_at
        assert isinstance(state_at(week, found.from_at - timedelta(microseconds=1)), Open)
