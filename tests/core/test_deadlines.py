"""When a clock is due: real time over every change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.deadlines import (
    AnswerPolicy,
    is_overdue,
    message_due_at,
    named_deadline,
    notice_due_at,
    warning_points,
)
from responder.core.kinds import NoticeType

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Africa/Cairo", "Asia/Tokyo"]
POLICY = AnswerPolicy()
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows


@given(at=instants, zone=st.sampled_from(ZONES))
def test_a_deadline_is_exactly_24_real_hours_after(at: datetime, zone: str) -> None:
    """A day with 23 or 25 wall-clock hours moves no deadline, and the result is UTC whatever zone came in."""
    due_at = message_due_at(at.astimezone(ZoneInfo(zone)), POLICY)
    assert due_at.tzinfo is UTC
    assert due_at.timestamp() - at.timestamp() == 24 * 3600


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
