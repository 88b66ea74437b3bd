"""When a clock is due: real time over every change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.deadlines import (
    AnswerPolicy,
    answer_by,
    is_overdue,
    is_promised_first,
    message_due_at,
    named_deadline,
    notice_due_at,
    warning_points,
)
from responder.core.kinds import NoticeType

ZONES = [
    *("Europe/Berlin", "America/New_York", "America/Los_Angeles", "Australia/Sydney"),
    *("Australia/Lord_Howe", "Africa/Cairo", "Asia/Tokyo"),
]
POLICY = AnswerPolicy()
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows


@given(at=instants, zone=st.sampled_from(ZONES))
def test_a_deadline_is_exactly_24_real_hours_after(at: datetime, zone: str) -> None:
    """A day with 23 or 25 wall-clock hours moves no deadline, and the result is UTC whatever zone came in."""
    due_at = message_due_at(at.astimezone(ZoneInfo(zone)), POLICY)
    assert due_at.tzinfo is UTC
    assert due_at.timestamp() - at.timestamp() == 24 * 3600


NIGHTS = [  # the instants of 2026 and 2027 at which the clocks change
    ("Europe/Berlin", "2026-03-29T01:00", "2026-10-25T01:00"),
    ("America/New_York", "2026-03-08T07:00", "2026-11-01T06:00"),
    ("America/Los_Angeles", "2026-03-08T10:00", "2026-11-01T09:00"),
    ("Australia/Sydney", "2026-10-03T16:00", "2027-04-03T16:00"),
    ("Australia/Lord_Howe", "2026-10-03T15:30", "2027-04-03T15:00"),  # by half an hour
    ("Africa/Cairo", "2026-04-23T22:00", "2026-10-29T21:00"),  # at midnight
]


@pytest.mark.parametrize(("zone", "forward", "back"), NIGHTS)
@given(minutes=st.integers(-48 * 60, 24 * 60))
def test_24_hours_are_real_over_both_nights(zone: str, forward: str, back: str, minutes: int) -> None:
    """The clocks of the place jump in these nights, by an hour or half an hour; the deadline does not."""
    place = ZoneInfo(zone)
    for night in (forward, back):
        change = datetime.fromisoformat(night).replace(tzinfo=UTC)
        before, after = (change + side * timedelta(minutes=1) for side in (-1, 1))
        assert before.astimezone(place).utcoffset() != after.astimezone(place).utcoffset()
        received = (change + timedelta(minutes=minutes)).astimezone(place)
        assert message_due_at(received, POLICY).timestamp() - received.timestamp() == 24 * 3600


@given(
    kind=st.sampled_from(NoticeType) | st.just("something_new"),
    at=instants,
    named=st.none() | st.timedeltas(timedelta(0), timedelta(days=30)),
    ship_by=st.none() | instants,
    zone=st.sampled_from(ZONES),
)
def test_a_deadline_is_never_before_its_start(
    kind: str, at: datetime, named: timedelta | None, ship_by: datetime | None, zone: str
) -> None:
    """Whatever the mail names and whenever the order had to ship; a message's deadline neither."""
    local = at.astimezone(ZoneInfo(zone))
    due_at = notice_due_at(kind, local, named, POLICY, ship_by_at=ship_by)
    assert due_at is None or (due_at > at and due_at.tzinfo is UTC)
    assert message_due_at(local, POLICY) > at


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-28T14:00:00+01:00", "2026-03-29T15:00:00+02:00"),  # Berlin loses an hour
        ("2026-10-24T14:00:00+02:00", "2026-10-25T13:00:00+01:00"),  # and gains it back
        ("2026-12-24T09:12:00+00:00", "2026-12-25T09:12:00+00:00"),  # Christmas counts
        ("2028-02-28T12:00:00+00:00", "2028-02-29T12:00:00+00:00"),
        ("2026-12-31T23:59:59+00:00", "2027-01-01T23:59:59+00:00"),
    ],
)
def test_known_deadlines(received: str, due: str) -> None:
    """The nights that wall-clock arithmetic gets wrong."""
    assert message_due_at(datetime.fromisoformat(received), POLICY) == datetime.fromisoformat(due)


AT = datetime(2026, 8, 29, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("notice_type", "named", "within"),
    [
        (NoticeType.A_TO_Z_OPENED, None, timedelta(hours=48)),
        (NoticeType.A_TO_Z_OPENED, timedelta(days=3), timedelta(days=3)),
        (NoticeType.A_TO_Z_INFORMATION, None, timedelta(hours=48)),
        (NoticeType.A_TO_Z_DECIDED, None, None),
        (NoticeType.CHARGEBACK, None, timedelta(days=7)),
        (NoticeType.RETURN_REQUEST, None, timedelta(hours=24)),
        (NoticeType.CANCELLATION_REQUEST, None, timedelta(hours=24)),
        (NoticeType.POLICY, None, None),
        (NoticeType.POLICY, timedelta(days=2), timedelta(days=2)),
        (NoticeType.OTHER, timedelta(0), None),
        ("something_new", None, None),
    ],
)
def test_a_notice_is_due_as_it_says_or_as_the_table_says(
    notice_type: str, named: timedelta | None, within: timedelta | None
) -> None:
    """The mail's own deadline wins; a notice without a clock has none."""
    expected = None if within is None else AT + within
    assert notice_due_at(notice_type, AT, named, POLICY) == expected


def test_the_seller_sets_the_a_to_z_clock() -> None:
    """`deadlines.a_to_z` is used where the mail names none: Amazon's own pages disagree."""
    assert notice_due_at("a_to_z_opened", AT, None, AnswerPolicy(a_to_z=timedelta(days=3))) == AT + timedelta(days=3)


def test_the_seller_sets_the_other_clocks() -> None:
    """Each notice that has a clock has a key of its own."""
    policy = AnswerPolicy(
        chargeback=timedelta(days=5), return_request=timedelta(hours=48), cancellation_request=timedelta(hours=4)
    )
    hours = {
        kind: notice_due_at(kind, AT, None, policy)
        for kind in (NoticeType.CHARGEBACK, NoticeType.RETURN_REQUEST, NoticeType.CANCELLATION_REQUEST)
    }
    assert [due and (due - AT) / timedelta(hours=1) for due in hours.values()] == [120, 48, 4]


def test_a_cancellation_can_be_granted_until_the_order_ships() -> None:
    """The ship-by day is its deadline; one that has passed is none, and no other notice has it."""
    ship_by = AT + timedelta(days=3)
    request = NoticeType.CANCELLATION_REQUEST
    assert notice_due_at(request, AT, None, POLICY, ship_by_at=ship_by) == ship_by
    assert notice_due_at(request, AT, None, POLICY, ship_by_at=AT) == AT + timedelta(hours=24)
    assert notice_due_at(request, AT, timedelta(hours=30), POLICY, ship_by_at=ship_by) == AT + timedelta(hours=30)
    assert notice_due_at(request, AT, None, POLICY, ship_by_at=ship_by, settled=True) is None
    assert notice_due_at(NoticeType.RETURN_REQUEST, AT, None, POLICY, ship_by_at=ship_by) == AT + timedelta(hours=24)


@pytest.mark.parametrize(
    ("due", "promise", "by", "promised"),
    [(24, None, 24, False), (24, 30, 24, False), (24, 24, 24, False), (24, 20, 20, True), (None, 20, None, False)],
)
def test_the_earlier_clock_counts(due: int | None, promise: int | None, by: int | None, promised: bool) -> None:
    """A promise counts where it ends first; without Amazon's clock nothing waits."""
    due_at, promise_at, by_at = (None if hour is None else AT + timedelta(hours=hour) for hour in (due, promise, by))
    assert answer_by(due_at, promise_at) == by_at
    assert is_promised_first(due_at, promise_at) is promised


def test_warnings_come_in_order_and_never_before_the_message() -> None:
    """Asked for 2, 6 and 30 hours ahead of a 24-hour deadline, two warnings come, each once."""
    before = [timedelta(hours=2), timedelta(hours=30), timedelta(hours=6), timedelta(hours=24), timedelta(minutes=120)]
    assert warning_points(AT + timedelta(hours=24), AT, before) == (AT + timedelta(hours=18), AT + timedelta(hours=22))


def test_the_last_moment_is_in_time() -> None:
    """Overdue begins after the due instant; without a clock it never begins."""
    assert not is_overdue(AT, AT)
    assert is_overdue(AT, AT + timedelta(microseconds=1))
    assert not is_overdue(None, AT)


@pytest.mark.parametrize(
    ("notice_type", "hours", "named"),
    [
        (NoticeType.A_TO_Z_INFORMATION, [72], 72),
        (NoticeType.A_TO_Z_INFORMATION, [48, 72], 48),
        (NoticeType.A_TO_Z_OPENED, [2, 72], 72),  # a buyer's "within 2 hours" is no limit of Amazon's
        (NoticeType.A_TO_Z_OPENED, [12], 12),
        (NoticeType.A_TO_Z_OPENED, [30 * 24], None),  # an appeal's 30 days are another clock
        (NoticeType.A_TO_Z_OPENED, [90 * 24], None),  # how long a buyer may claim
        (NoticeType.A_TO_Z_OPENED, [7 * 24], 7 * 24),
        (NoticeType.CHARGEBACK, [11 * 24], 11 * 24),
        (NoticeType.PERFORMANCE, [72], 72),
        (NoticeType.POLICY, [365 * 24], None),
        (NoticeType.A_TO_Z_OPENED, [], None),
    ],
)
def test_only_a_limit_that_can_be_the_deadline_is_taken(notice_type: str, hours: list[int], named: int | None) -> None:
    """A mail names many times; one that cannot be this notice's leaves the clock it has anyway."""
    found = named_deadline(notice_type, [timedelta(hours=each) for each in hours])
    assert found == (timedelta(hours=named) if named else None)


def test_what_is_settled_has_no_clock() -> None:
    """A chargeback's outcome asks for nothing."""
    at = datetime(2026, 12, 25, 10, tzinfo=UTC)
    assert notice_due_at(NoticeType.CHARGEBACK, at, None, POLICY, settled=True) is None
    assert notice_due_at(NoticeType.CHARGEBACK, at, None, POLICY) == at + timedelta(days=7)
