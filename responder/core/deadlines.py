"""
When a clock is due, when to warn before it, and what is overdue.

Durations are real time: 24 hours are 24 hours over every change of the clocks, weekends and holidays included
(Amazon's response-time metric, help 200549770, grade P). No calendar is asked here, on purpose. docs/deadlines.md has
each clock with its source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from responder.core.kinds import NoticeType


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """
    How long each kind of mail may wait, where the mail itself names no time.

    Amazon: auto-responders are not considered a valid response (help 202152030).
    """

    answer_within: timedelta = timedelta(hours=24)
    a_to_z: timedelta = timedelta(hours=48)
    acknowledgement_counts: bool = False
    chargeback: timedelta = timedelta(days=7)  # help G202145040, grade P: calendar days from the date of the e-mail
    return_request: timedelta = timedelta(hours=24)  # help 200708210, grade P (a source of 2020: 48 h)
    cancellation_request: timedelta = timedelta(hours=24)  # our own caution: Amazon names the shipment, not a time


_DAY = timedelta(days=1)
NAMED_BETWEEN: Mapping[str, tuple[timedelta, timedelta]] = {
    # Amazon's pages and mails name 48 hours, 72 hours, 3 days and, long ago, 7 days (help 1781, G202041210): what is
    # shorter or longer in such a mail is a buyer's sentence, a claim's own limit of 90 days, an appeal of 30.
    NoticeType.A_TO_Z_OPENED: (_DAY / 2, 7 * _DAY),
    NoticeType.A_TO_Z_INFORMATION: (_DAY / 2, 7 * _DAY),
    NoticeType.CHARGEBACK: (_DAY / 2, 14 * _DAY),  # 7 days (help G202145040); others say 11
    NoticeType.PERFORMANCE: (_DAY / 2, 30 * _DAY),  # no real mail is known
    NoticeType.POLICY: (_DAY / 2, 30 * _DAY),
}
"""Which limits named in a notice's text may be its deadline, both ends included."""


def named_deadline(notice_type: str, limits: Sequence[timedelta]) -> timedelta | None:
    """Return the shortest of the limits a text names that can be this notice's deadline."""
    shortest, longest = NAMED_BETWEEN.get(notice_type, (_DAY / 2, 30 * _DAY))
    return min((limit for limit in limits if shortest <= limit <= longest), default=None)


def message_due_at(received_at: datetime, policy: AnswerPolicy) -> datetime:
    """Return until when a buyer's message has to be answered."""
    return received_at.astimezone(UTC) + policy.answer_within


def notice_due_at(
    notice_type: str,
    received_at: datetime,
    named: timedelta | None,
    policy: AnswerPolicy,
    *,
    settled: bool = False,
    ship_by_at: datetime | None = None,
) -> datetime | None:
    """
    Return until when a notice needs somebody; what the mail itself names wins. None where there is no clock.

    A cancellation can be granted until the order ships: by `ship_by_at`, where that is known and still ahead.
    """
    if settled:
        return None
    if named:
        return received_at.astimezone(UTC) + named
    if notice_type == NoticeType.CANCELLATION_REQUEST and ship_by_at is not None and ship_by_at > received_at:
        return ship_by_at.astimezone(UTC)
    within = _within(notice_type, policy)
    return None if within is None else received_at.astimezone(UTC) + within


def _within(notice_type: str, policy: AnswerPolicy) -> timedelta | None:
    match notice_type:
        case NoticeType.A_TO_Z_OPENED | NoticeType.A_TO_Z_INFORMATION:
            return policy.a_to_z
        case NoticeType.CHARGEBACK:
            return policy.chargeback
        case NoticeType.RETURN_REQUEST:
            return policy.return_request
        case NoticeType.CANCELLATION_REQUEST:
            return policy.cancellation_request
        case _:
            return None


def answer_by(due_at: datetime | None, promise_at: datetime | None) -> datetime | None:
    """Return the earlier of Amazon's clock and our promise; None where nothing waits."""
    return promise_at if is_promised_first(due_at, promise_at) else due_at


def is_promised_first(due_at: datetime | None, promise_at: datetime | None) -> bool:
    """Return whether the promise ends before Amazon's clock does."""
    return due_at is not None and promise_at is not None and promise_at < due_at


def warning_points(due_at: datetime, received_at: datetime, before: Sequence[timedelta]) -> tuple[datetime, ...]:
    """
    Return when to warn, in order; a warning that would come before the message itself is left out.

    Real instants, each once, all of them strictly before the deadline; `alarms` moves them into waking hours.
    """
    points = {due_at.astimezone(UTC) - ahead for ahead in before}
    return tuple(sorted(point for point in points if point > received_at))


def is_overdue(due_at: datetime | None, now: datetime) -> bool:
    """Return whether an answer sent at `now` would be late; what has no clock is never late."""
    return due_at is not None and now > due_at
