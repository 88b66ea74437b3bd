"""When the operator is told of a clock: at the points asked for, in waking hours where that is possible, once each."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.alarms import LATE, alarms, can_wait
from responder.core.hours import parse_hours
from responder.core.waking import Waking, is_waking, last_waking, moved, next_waking

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
DAYTIME = Waking(parse_hours("07:00-22:00"), BERLIN)
NIGHT_SHIFT = Waking(parse_hours("22:00-06:00"), BERLIN)
BEFORE = [6 * HOUR, 2 * HOUR]


def at(text: str) -> datetime:
    """Return an instant in UTC from a wall time in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def told(
    received: str, due: str, waking: Waking | None, *, now: str | None = None, before: list[timedelta] = BEFORE
) -> list[str]:
    """Return when the operator is told, on the wall clock in Berlin; the last one is told that it is over."""
    found = alarms(at(received), at(due), before, waking, at(now or received) + MINUTE)
    assert [alarm.overdue for alarm in found] == [False] * (len(found) - 1) + [True] * bool(found)
    return [f"{alarm.at.astimezone(BERLIN):%a %H:%M:%S}" for alarm in found]


@pytest.mark.parametrize(
    ("waking", "received", "due", "expected"),
    [
        # without waking hours: exactly the points
        (None, "2026-11-26T10:00", "2026-11-27T10:00", ["Fri 04:00:00", "Fri 08:00:00", "Fri 10:00:01"]),
        # 04:00 is in the night: the evening before, since the message had come by then
        (DAYTIME, "2026-11-26T10:00", "2026-11-27T10:00", ["Thu 22:00:00", "Fri 08:00:00", "Fri 10:00:01"]),
        # both points are in the night: one mail in the evening, and overdue waits for the morning
        (DAYTIME, "2026-11-26T05:00", "2026-11-27T05:00", ["Thu 22:00:00", "Fri 07:00:00"]),
        # it came at 23:00 and is due at 08:00: the evening is over, the morning is in time
        (DAYTIME, "2026-11-26T23:00", "2026-11-27T08:00", ["Fri 07:00:00", "Fri 08:00:01"]),
        # it came at 23:00 and is due at 06:00: a deadline beats sleep
        (DAYTIME, "2026-11-26T23:00", "2026-11-27T06:00", ["Fri 00:00:00", "Fri 04:00:00", "Fri 07:00:00"]),
        # both ends belong to the waking hours
        (DAYTIME, "2026-11-26T13:00", "2026-11-27T13:00", ["Fri 07:00:00", "Fri 11:00:00", "Fri 13:00:01"]),
        # overdue at the evening's very end waits for the morning
        (DAYTIME, "2026-11-26T22:00", "2026-11-27T22:00", ["Fri 16:00:00", "Fri 20:00:00", "Sat 07:00:00"]),
        # a night shift sleeps by day
        (NIGHT_SHIFT, "2026-11-26T14:00", "2026-11-27T14:00", ["Fri 06:00:00", "Fri 22:00:00"]),
        # the night in which Berlin's clocks go back: 24 real hours, and morning is when the clock says so
        (DAYTIME, "2026-10-24T09:00", "2026-10-25T08:00", ["Sat 22:00:00", "Sun 08:00:01"]),
        # and forward
        (DAYTIME, "2026-03-28T09:00", "2026-03-29T10:00", ["Sat 22:00:00", "Sun 08:00:00", "Sun 10:00:01"]),
    ],
)
def test_the_operator_is_told_when_awake(waking: Waking | None, received: str, due: str, expected: list[str]) -> None:
    """The evening before, else the morning after, else in the night; what is over is said in the morning."""
    assert told(received, due, waking) == expected


@pytest.mark.parametrize(
    ("now", "waking", "expected"),
    [
        # both points have passed: one mail at once
        ("2026-11-27T08:30", None, ["Fri 08:31:00", "Fri 10:00:01"]),
        ("2026-11-27T04:30", None, ["Fri 04:31:00", "Fri 08:00:00", "Fri 10:00:01"]),
        # at once is in the night: in the morning, together with nothing, and before the second point
        ("2026-11-27T04:30", DAYTIME, ["Fri 07:00:00", "Fri 08:00:00", "Fri 10:00:01"]),
        # fetched after the evening to which the warning would have moved
        ("2026-11-26T23:30", DAYTIME, ["Fri 07:00:00", "Fri 08:00:00", "Fri 10:00:01"]),
        ("2026-11-27T10:30", None, []),
    ],
)
def test_a_message_fetched_late_is_warned_of_at_once(now: str, waking: Waking | None, expected: list[str]) -> None:
    """Of the points that have passed one is left; what was overdue when it was first seen is the digest's matter."""
    assert told("2026-11-26T10:00", "2026-11-27T10:00", waking, now=now) == expected


def test_without_points_only_the_end_is_told() -> None:
    """`warn_before: []` sends no warning; that it is overdue is still said, once."""
    assert told("2026-11-26T10:00", "2026-11-27T10:00", DAYTIME, before=[]) == ["Fri 10:00:01"]


@pytest.mark.parametrize(
    ("now", "due", "overdue", "waits"),
    [
        ("2026-11-27T03:00", "2026-11-27T10:00", False, True),
        ("2026-11-27T03:00", "2026-11-27T07:00", False, False),
        ("2026-11-27T03:00", "2026-11-27T02:00", True, True),
        ("2026-11-27T03:00", "2026-11-27T02:00", False, True),
        ("2026-11-27T07:00", "2026-11-27T10:00", False, False),
    ],
)
def test_what_an_outage_moved_into_the_night_waits_where_it_can(now: str, due: str, overdue: bool, waits: bool) -> None:
    """A daemon that starts again at three in the morning wakes nobody for what can be said at seven."""
    assert can_wait(DAYTIME, at(now), at(due), overdue=overdue) is waits
    assert not can_wait(None, at(now), at(due), overdue=overdue)


# --- properties

ZONES = [
    *("Europe/Berlin", "America/New_York", "America/Los_Angeles", "Australia/Sydney"),
    *("Australia/Lord_Howe", "Africa/Cairo", "Asia/Tokyo"),
]
walls = st.builds(time, st.integers(0, 23), st.integers(0, 59))
wakings = st.builds(
    Waking,
    st.tuples(walls, walls).filter(lambda hours: hours[0] != hours[1]),
    st.sampled_from(ZONES).map(ZoneInfo),
)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows
lengths = st.timedeltas(MINUTE, timedelta(days=9))


@given(wakings, instants)
def test_the_last_and_the_next_waking_instant_enclose_every_instant(waking: Waking, now: datetime) -> None:
    """Both are waking instants, and both are the instant itself while awake."""
    last, following = last_waking(waking, now), next_waking(waking, now)
    assert last <= now <= following
    assert is_waking(waking, last)
    assert is_waking(waking, following)
    assert (last == now) == (following == now) == is_waking(waking, now)


@given(wakings, instants, lengths, lengths)
def test_a_moved_warning_is_in_waking_hours_or_where_it_was(
    waking: Waking, known_at: datetime, before: timedelta, after: timedelta
) -> None:
    """It comes after the message and before the deadline, and stays in the night only where no day lies between."""
    point, due_at = known_at + before, known_at + before + after
    found = moved(waking, point, known_at, due_at)
    assert known_at < found < due_at
    if not is_waking(waking, found):
        assert found == point
        assert last_waking(waking, point) <= known_at
        assert next_waking(waking, point) >= due_at
    if is_waking(waking, point):
        assert found == point


@given(wakings | st.none(), instants, lengths, st.lists(lengths, max_size=4), lengths)
def test_each_alarm_comes_once_and_overdue_is_never_early(
    waking: Waking | None, start: datetime, length: timedelta, before: list[timedelta], seen: timedelta
) -> None:
    """Warnings lie between now and the deadline, no two at one instant; the last alarm comes after the end."""
    due_at, now = start + length, start + seen
    found = alarms(start, due_at, before, waking, now)
    if due_at + LATE <= now:
        assert found == ()
        return
    *warnings, last = found
    times = [each.at for each in warnings]
    assert times == sorted(set(times))
    assert all(now <= each < due_at for each in times)
    assert len(times) <= len(before)
    assert last.overdue
    assert last.at >= due_at + LATE
    assert is_waking(waking, last.at)
