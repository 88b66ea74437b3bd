"""The circuit breaker, the pause and the rehearsal: when mail to buyers stands still, and what is said of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.breaker import (
    DAY,
    HOUR,
    Cap,
    Left,
    Limits,
    Paused,
    Sending,
    Stopped,
    alert,
    buyer,
    buyer_waits,
    since,
    too_late,
    trip,
    trip_requests,
    why,
    words,
)

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
SECOND = timedelta(seconds=1)
STOP = Stopped(NOW - HOUR, Cap.HOURLY, 60, 60, 58)


def left(*ages: timedelta) -> list[Left]:
    """Return acknowledgements that left so long before now, each to a buyer of its own."""
    return [Left(NOW - age, f"{number}@marketplace.amazon.fr") for number, age in enumerate(ages)]


@pytest.mark.parametrize(
    ("ages", "cap"),
    [
        ([SECOND] * 59, None),
        ([SECOND] * 60, Cap.HOURLY),
        ([SECOND] * 59 + [HOUR], None),
        ([SECOND] * 59 + [HOUR - SECOND], Cap.HOURLY),
        ([2 * HOUR] * 299, None),
        ([2 * HOUR] * 300, Cap.DAILY),
        ([2 * HOUR] * 299 + [DAY], None),
    ],
    ids=["59", "60", "the first is an hour old", "nearly an hour", "299", "300", "the first is a day old"],
)
def test_the_limits_are_what_may_leave_and_the_next_one_trips(ages: list[timedelta], cap: Cap | None) -> None:
    """Sixty leave within an hour and three hundred within 24 hours; at the edge the oldest one counts no more."""
    stopped = trip(left(*ages), Limits(60, 300), NOW)
    assert (stopped and stopped.cap) == cap


@given(st.lists(st.integers(1, 100_000)), st.integers(0, 20), st.integers(0, 20))
def test_below_both_limits_nothing_trips_and_at_one_of_them_it_does(ages: list[int], hour: int, day: int) -> None:
    """The stop names how much had left, and that is at least the limit it names."""
    stopped = trip(left(*(timedelta(seconds=age) for age in ages)), Limits(hour, day), NOW)
    within = sum(age < 3600 for age in ages), sum(age < 86400 for age in ages)
    assert (stopped is None) == (within[0] < hour and within[1] < day)
    if stopped:
        assert stopped.sent >= stopped.limit
        assert stopped.buyers == stopped.sent


def test_a_limit_of_nothing_lets_nothing_leave() -> None:
    """Zero is a limit too."""
    assert trip([], Limits(0, 300), NOW) == Stopped(NOW, Cap.HOURLY, 0, 0, 0)


def test_one_buyer_who_gets_all_of_it_is_counted_once() -> None:
    """How many buyers it were tells a loop from a busy day."""
    stopped = trip([Left(NOW - SECOND, "one@marketplace.amazon.fr")] * 60, Limits(60, 300), NOW)
    assert stopped is not None
    assert (stopped.sent, stopped.buyers) == (60, 1)
    assert "60 acknowledgements to 1 buyer left within an hour" in why(stopped)


def test_one_buyer_with_many_cases_is_one_buyer() -> None:
    """Amazon puts another case into the same buyer's address for each matter."""
    sent = [Left(NOW - SECOND, f"one+case-{number}@marketplace.amazon.fr") for number in range(60)]
    stopped = trip(sent, Limits(60, 300), NOW)
    assert stopped is not None
    assert stopped.buyers == 1


def test_a_resume_typed_under_a_wrong_clock_does_not_blind_the_breaker() -> None:
    """Years ahead it would count nothing until then; a few seconds ahead are another machine's clock."""
    assert since(Sending(counted_from=NOW + 2000 * DAY), NOW) == NOW - DAY
    assert since(Sending(counted_from=NOW + SECOND), NOW) == NOW + SECOND


def test_what_left_before_a_resume_counts_no_more() -> None:
    """Else it would stop again at once."""
    assert since(Sending(), NOW) == NOW - DAY
    assert since(Sending(counted_from=NOW - HOUR), NOW) == NOW - HOUR
    assert since(Sending(counted_from=NOW - 3 * DAY), NOW) == NOW - DAY


def test_a_pause_ends_by_itself_and_a_stop_does_not() -> None:
    """At its end a pause is over; without an end it lasts, and a stop outweighs it."""
    assert Sending().obstacle(NOW) is None
    short = Paused(NOW, NOW + HOUR)
    assert Sending(paused=short).obstacle(NOW + HOUR - SECOND) == short
    assert Sending(paused=short).obstacle(NOW + HOUR) is None
    for later in (HOUR, 1000 * DAY):
        assert Sending(paused=Paused(NOW)).obstacle(NOW + later) == Paused(NOW)
        assert Sending(paused=short, stopped=STOP).obstacle(NOW + later) == STOP


def test_a_rehearsal_is_what_the_file_says_until_somebody_goes_live() -> None:
    """Going live outweighs `dry_run: true`; without it there is nothing to rehearse."""
    assert Sending().rehearses(dry_run=True)
    assert not Sending(live_since=NOW).rehearses(dry_run=True)
    assert not Sending().rehearses(dry_run=False)


def test_each_obstacle_says_how_it_ends() -> None:
    """One line for `status` and the digest, with the command."""
    daily = Stopped(NOW - DAY, Cap.DAILY, 300, 300, 300)
    assert words(STOP, 12, NOW, PARIS) == (
        "Sending to buyers has STOPPED at 10:00: 60 acknowledgements to 58 buyers left within an hour, and"
        " limits.acknowledgements_per_hour is 60; 12 mails to buyers wait · look: responder outbox"
        " · go on: responder resume"
    )
    assert "Mon 11:00" in words(daily, 1, NOW, PARIS)
    assert "within 24 hours, and limits.acknowledgements_per_day is 300; 1 mail to buyers waits" in words(
        daily, 1, NOW, PARIS
    )
    assert words(Paused(NOW, NOW + DAY), 0, NOW, PARIS).startswith(
        "Sending to buyers is paused until Wed 11:00; 0 mails"
    )
    assert words(Paused(NOW), 0, NOW, PARIS).startswith("Sending to buyers is paused until you resume it;")
    assert (too_late(1), too_late(2)) == (
        "1 mail to a buyer was not sent in time and is not sent any more",
        "2 mails to buyers were not sent in time and are not sent any more",
    )


def test_the_alert_says_what_happened_and_what_to_type() -> None:
    """Read on a phone: when, how many, to how many, and the three commands."""
    told = alert(STOP, 12, PARIS)
    assert told.subject == "Problem: sending to buyers has stopped after 60 mails"
    assert "since Tuesday 14 July 2026 10:00 (Europe/Paris): 60 acknowledgements to 58 buyers" in told.text
    assert "12 mails to buyers wait" in told.text
    for command in ("responder outbox", "responder resume", "responder resume --drop-waiting"):
        assert f" {command}\n" in told.text


@pytest.mark.parametrize(("sent", "stops"), [(199, False), (200, True)])
def test_requests_have_a_limit_that_only_a_fault_reaches(sent: int, stops: bool) -> None:
    """What left a day ago counts no more; the stop names the limit and what to look at."""
    found = trip_requests([*left(*[HOUR] * sent), *left(*[DAY] * 50)], Limits(), NOW)
    assert (found is not None) is stops
    if found:
        assert found == Stopped(NOW, Cap.REQUESTS, 200, 200, 200)
        said = "200 unasked mails to 200 buyers left within 24 hours, and twice feedback.per_day is 200"
        assert why(found) == said


@given(st.lists(st.integers(0, 200_000)), st.integers(0, 5))
def test_a_buyer_waits_until_one_mail_more_is_within_the_limit(ages: list[int], limit: int) -> None:
    """Never before that, and not a moment longer, except where nothing may be sent at all."""
    sent = [NOW - age * SECOND for age in ages]
    found = buyer_waits(sent, Limits(per_buyer=limit), NOW)
    assert (found is None) == (sum(age < 86400 for age in ages) < limit)
    if found and limit:
        assert found.until is not None
        assert found.until > NOW
        assert buyer_waits(sent, Limits(per_buyer=limit), found.until) is None
        assert buyer_waits(sent, Limits(per_buyer=limit), found.until - SECOND) is not None


def test_a_buyer_is_the_same_under_every_address() -> None:
    """With another case, in capitals."""
    assert buyer("One+Case-1@Marketplace.amazon.fr") == buyer("one@marketplace.amazon.fr")
