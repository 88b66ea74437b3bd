"""
When the operator is told of a notice that needs an answer: at once, before its deadline, when it is over, and again.

Bad feedback has an alert of its own, with its comment. Nothing here is told of twice at one instant: what falls
together is one mail.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from responder.core import alarms
from responder.core.alarms import AlarmKind
from responder.core.kinds import NoticeType
from responder.core.waking import Waking, moved, next_waking

REMINDERS = (timedelta(days=1), timedelta(days=3))
"""After so long an urgent notice without a deadline is told of again."""
OLD = timedelta(days=1)
_ELSEWHERE = frozenset({NoticeType.NEGATIVE_FEEDBACK})


class NoticeAlarm(StrEnum):
    """What a timer of a notice tells besides its clock."""

    AT_ONCE = "notice"
    AGAIN = "notice_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarmed:
    """What of a notice decides when to tell of it; `history`: it is older than the first start of the program."""

    notice_type: str
    urgent: bool
    received_at: datetime
    due_at: datetime | None
    read_before: bool = False  # marked as read when it was first looked at
    history: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """An instant at which the operator is told of a notice."""

    kind: NoticeAlarm | AlarmKind
    at: datetime


def steps(notice: Alarmed, before: Sequence[timedelta], waking: Waking | None, now: datetime) -> tuple[Step, ...]:
    """Return when to tell of the notice, seen at `now` for the first time, in order."""
    found = [*_clock(notice, before, waking, now), *_urgent(notice, waking, now)]
    return tuple(sorted(found, key=lambda each: (each.at, each.kind)))


def _clock(notice: Alarmed, before: Sequence[timedelta], waking: Waking | None, now: datetime) -> Iterator[Step]:
    if notice.due_at is None:
        return
    for alarm in alarms.alarms(notice.received_at, notice.due_at, before, waking, now):
        yield Step(AlarmKind.OVERDUE if alarm.overdue else AlarmKind.WARN, alarm.at)


def _urgent(notice: Alarmed, waking: Waking | None, now: datetime) -> Iterator[Step]:
    """A history that somebody has read rings no alarm at the first start; its deadlines still do."""
    known = notice.history and notice.read_before and notice.received_at < now - OLD
    if not notice.urgent or known or notice.notice_type in _ELSEWHERE:
        return
    ahead = notice.due_at is not None and notice.due_at > now
    at = moved(waking, now, now, notice.due_at) if ahead and notice.due_at else next_waking(waking, now)
    yield Step(NoticeAlarm.AT_ONCE, at)
    if notice.due_at is None:
        points = (notice.received_at + later for later in REMINDERS)
        yield from (Step(NoticeAlarm.AGAIN, next_waking(waking, point)) for point in points if point > at)
