"""
How fast buyers were answered: which deadlines were missed and by how much, and the rates of the last days.

Pure figures over instants. An answer covers the messages received at or before it. A message that a mail program marks
as answered, of which no answer is known, was answered at an unknown time: it is never late, never in time, and counted.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A buyer's message: when it came, until when it has to be answered, and whether it is marked as answered."""

    at: datetime
    due_at: datetime
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """What became of a message; `unknown`: it was answered, and nobody knows when."""

    asked: Asked
    answered_at: datetime | None
    unknown: bool = False

    @property
    def took(self) -> timedelta | None:
        """How long the buyer waited."""
        return None if self.answered_at is None else self.answered_at - self.asked.at


@dataclass(frozen=True, slots=True)
class Wait:
    """Messages of one thread that one answer settled, or that still wait: their clock is that of the oldest."""

    first: Response
    messages: int

    def late_by(self, until: datetime) -> timedelta | None:
        """Return by how much the deadline was missed as things stand at `until`; None where it was not."""
        if self.first.unknown:
            return None
        late = (self.first.answered_at or until) - self.first.asked.due_at
        return late if late > timedelta(0) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """
    The figures of one stretch of days; `waiting` are unanswered messages whose 24 hours are not over.

    `median` is that of the answered messages, `share` how many of those whose 24 hours counted were answered in them.
    """

    messages: int
    answered: int
    median: timedelta | None
    share: float | None
    unanswered: int
    waiting: int
    unknown: int


def responses(asked: Iterable[Asked], answers: Iterable[datetime]) -> tuple[Response, ...]:
    """Return what became of each message of one thread, the oldest first."""
    messages, known = sorted(asked, key=lambda each: each.at), sorted(answers)
    found: list[Response] = []
    marked_later, next_at = False, None
    for message in reversed(messages):
        found.append(_response(message, known, marked_later=marked_later, next_at=next_at))
        marked_later, next_at = marked_later or message.marked, message.at
    return tuple(reversed(found))


def _response(message: Asked, answers: Sequence[datetime], *, marked_later: bool, next_at: datetime | None) -> Response:
    place = bisect_left(answers, message.at)
    if place == len(answers):
        return Response(message, None, unknown=message.marked or marked_later)
    answered_at = answers[place]
    # A late answer to a later message does not tell when this one, marked as answered, was.
    to_another = next_at is not None and next_at <= answered_at
    unknown = message.marked and answered_at > message.due_at and to_another
    return Response(message, None if unknown else answered_at, unknown)


def waits(found: Sequence[Response]) -> tuple[Wait, ...]:
    """Return the waits of one thread, the oldest first; messages settled at unknown times wait each for itself."""
    grouped: list[list[Response]] = []
    for each in found:
        last = grouped[-1][0] if grouped else None
        if last is not None and not each.unknown and not last.unknown and each.answered_at == last.answered_at:
            grouped[-1].append(each)
        else:
            grouped.append([each])
    return tuple(Wait(group[0], len(group)) for group in grouped)


def rate(found: Iterable[Response], since: datetime, until: datetime) -> Rate:
    """Return the figures of the messages received from `since` until `until`."""
    of_days = [each for each in found if since <= each.asked.at <= until]
    took = [each.took for each in of_days if each.took is not None]
    open_ = [each for each in of_days if each.answered_at is None and not each.unknown]
    waiting = sum(until - each.asked.at <= DAY for each in open_)
    counted = len(took) + len(open_) - waiting
    return Rate(
        messages=len(of_days),
        answered=len(took),
        median=_median(took),
        share=sum(each <= DAY for each in took) / counted if counted else None,
        unanswered=len(open_) - waiting,
        waiting=waiting,
        unknown=sum(each.unknown for each in of_days),
    )


def _median(lengths: Sequence[timedelta]) -> timedelta | None:
    ordered = sorted(lengths)
    half = len(ordered) // 2
    if not ordered:
        return None
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
