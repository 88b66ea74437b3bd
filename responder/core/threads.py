"""
A thread: all messages between one buyer and this seller about one matter, and the one thing that has a deadline.

Its life is a table of states and events. The promise: an answer closes only messages received at or before it, and an
acknowledgement closes none, so "answered" is never claimed for a message nobody has answered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from responder.core.deadlines import AnswerPolicy, message_due_at


class ThreadState(StrEnum):
    """Whether a thread waits for a person."""

    OPEN = "open"
    ANSWERED = "answered"
    NO_RESPONSE_NEEDED = "no_response_needed"


class AnsweredVia(StrEnum):
    """How an answer became known."""

    SENT_FOLDER = "sent_folder"
    ANSWERED_FLAG = "answered_flag"
    ANSWER_COPY = "answer_copy"
    OPERATOR = "operator"
    BCC = "bcc"


SEEN_LATER = frozenset({AnsweredVia.ANSWERED_FLAG, AnsweredVia.OPERATOR})
"""Known by when we learned of it, not by when it was written: it covers the messages known then, and no others."""


@dataclass(frozen=True, slots=True)
class Thread:
    """What is known of a thread; `received_at` is its oldest unanswered message, None when nothing waits."""

    id: int
    account: str
    marketplace: str | None
    order_id: str | None
    case_id: str | None
    buyer_alias: str
    buyer_name: str | None
    subject: str
    language: str | None
    state: ThreadState = ThreadState.OPEN
    received_at: datetime | None = None
    due_at: datetime | None = None
    promise_at: datetime | None = None
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    answered_via: AnsweredVia | None = None
    last_message_at: datetime | None = None
    messages: int = 0


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """The buyer wrote."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Our automatic reply left, naming `promise_at`."""

    at: datetime
    promise_at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """A person answered."""

    at: datetime
    via: AnsweredVia


@dataclass(frozen=True, slots=True)
class NoResponseNeeded:
    """A person marked the thread as needing no answer; Amazon leaves it out of its metric (help 202152030)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AcknowledgementReturned:
    """Our automatic reply, accepted `at`, came back: the buyer was promised nothing."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerReturned:
    """
    A person's answer, written `at`, did not reach the buyer.

    `uncovered` are the arrivals of the messages that it answered and nothing else settles; `last` is the latest answer
    that stands, `promise` the last acknowledgement that the buyer got.
    """

    at: datetime
    uncovered: tuple[datetime, ...]
    last: Answered | None
    promise: Acknowledged | None = None


Event = MessageReceived | Acknowledged | Answered | NoResponseNeeded | AcknowledgementReturned | AnswerReturned


@dataclass(frozen=True, slots=True)
class Changed:
    """The thread as it is after the event, and why."""

    thread: Thread
    why: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The event says nothing new, and why."""

    why: str


Outcome = Changed | Unchanged


def apply(thread: Thread, event: Event, *, message_times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
    """Return what the event makes of the thread; `message_times` are the arrivals of all its buyer messages."""
    return TABLE[thread.state][type(event)](thread, event, message_times, policy)


def _another_message(
    thread: Thread, event: MessageReceived, times: Sequence[datetime], policy: AnswerPolicy
) -> Outcome:
    counted = _counted(thread, event.at)
    if _was_answered(thread, event.at):
        return Changed(counted, "a message older than the answer: it is answered")
    oldest = event.at if thread.received_at is None else min(thread.received_at, event.at)
    waiting = replace(counted, received_at=oldest)
    due_at = _due_at(waiting, [*times, event.at], policy)
    return Changed(replace(waiting, due_at=due_at), "a message waits for an answer; the oldest one keeps the clock")


def _message_after_answer(
    thread: Thread, event: MessageReceived, _times: Sequence[datetime], policy: AnswerPolicy
) -> Outcome:
    counted = _counted(thread, event.at)
    if _was_answered(thread, event.at):
        return Changed(counted, "a message older than the answer: it is answered")
    due_at = message_due_at(event.at, policy)
    reopened = replace(counted, state=ThreadState.OPEN, received_at=event.at, due_at=due_at)
    return Changed(_without_promise(reopened), "a new message opens the thread again, with a clock of its own")


def _acknowledged(thread: Thread, event: Acknowledged, times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
    if thread.acknowledged_at is not None and event.at <= thread.acknowledged_at:
        return Unchanged("a later acknowledgement is known already")
    promised = replace(thread, acknowledged_at=event.at, promise_at=event.promise_at)
    if not policy.acknowledgement_counts:
        return Changed(promised, "acknowledged; Amazon's clock goes on")
    due_at = _due_at(promised, times, policy)
    return Changed(replace(promised, due_at=due_at), "acknowledged; by configuration the promise is the clock now")


def _answered(thread: Thread, event: Answered, times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
    if thread.received_at is not None and event.at < thread.received_at:
        return _older_answer(thread, event, times, policy)
    noted = _with_answer(thread, event)
    later = _waiting_after(thread, event.at, times)
    if later is None:
        return Changed(_at_rest(noted, ThreadState.ANSWERED), f"answered ({event.via.value})")
    return Changed(_still_open(noted, later, event.at, times, policy), "answered, but a later message waits")


def _no_response_needed(
    thread: Thread, event: NoResponseNeeded, times: Sequence[datetime], policy: AnswerPolicy
) -> Outcome:
    later = _waiting_after(thread, event.at, times)
    if later is None:
        return Changed(_at_rest(thread, ThreadState.NO_RESPONSE_NEEDED), "a person decided that no answer is needed")
    if later == thread.received_at:
        return Unchanged("all unanswered messages are newer than the mark")
    return Changed(_still_open(thread, later, event.at, times, policy), "marked, but a later message waits")


def _older_answer(thread: Thread, event: Answered, _times: Sequence[datetime], _policy: AnswerPolicy) -> Outcome:
    """Note an answer that settles nothing new."""
    if _is_answered(thread, event.at):
        return Unchanged("a later answer is known already")
    return Changed(_with_answer(thread, event), f"another answer ({event.via.value}); it settles nothing new")


def _answer_to_marked(thread: Thread, event: Answered, times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
    if any(at > event.at for at in times):
        return _older_answer(thread, event, times, policy)
    noted = _with_answer(thread, event)
    return Changed(_at_rest(noted, ThreadState.ANSWERED), f"answered ({event.via.value}), though no answer was needed")


def _too_late_to_promise(_thread: Thread, _event: Event, _times: Sequence[datetime], _policy: AnswerPolicy) -> Outcome:
    return Unchanged("nothing waits: the acknowledgement promises nothing any more")


def _already_at_rest(_thread: Thread, _event: Event, _times: Sequence[datetime], _policy: AnswerPolicy) -> Outcome:
    return Unchanged("nothing waits for an answer")


def _promise_returned(
    thread: Thread, event: AcknowledgementReturned, times: Sequence[datetime], policy: AnswerPolicy
) -> Outcome:
    if thread.acknowledged_at is None or thread.acknowledged_at > event.at:
        return Unchanged("no promise rests on the acknowledgement that came back")
    alone = _without_promise(thread)
    return Changed(replace(alone, due_at=_due_at(alone, times, policy)), "the promise never reached the buyer")


def _answer_returned(thread: Thread, event: AnswerReturned, times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
    """Open the thread for what nobody has answered, with the clock it would have had without this answer."""
    last = event.last
    noted = replace(thread, answered_at=last.at if last else None, answered_via=last.via if last else None)
    if not event.uncovered and noted == thread:
        return Unchanged("an answer did not arrive; it had settled nothing")
    if not event.uncovered:
        return Changed(noted, "an answer did not arrive; another one, or a person's word, settles what it answered")
    oldest = min([*event.uncovered, *([thread.received_at] if thread.received_at else [])])
    waiting = replace(noted, state=ThreadState.OPEN, received_at=oldest)
    if event.promise is not None and event.promise.at >= oldest:  # the answer had fulfilled it
        waiting = replace(waiting, acknowledged_at=event.promise.at, promise_at=event.promise.promise_at)
    return Changed(replace(waiting, due_at=_due_at(waiting, times, policy)), "an answer did not arrive: it waits again")


# Any: each handler takes the one event of its column, which a mapping from type to callable cannot express.
Handler = Callable[[Thread, Any, Sequence[datetime], AnswerPolicy], Outcome]

TABLE: Mapping[ThreadState, Mapping[type[Event], Handler]] = {
    ThreadState.OPEN: {
        MessageReceived: _another_message,
        Acknowledged: _acknowledged,
        Answered: _answered,
        NoResponseNeeded: _no_response_needed,
        AcknowledgementReturned: _promise_returned,
        AnswerReturned: _answer_returned,
    },
    ThreadState.ANSWERED: {
        MessageReceived: _message_after_answer,
        Acknowledged: _too_late_to_promise,
        Answered: _older_answer,
        NoResponseNeeded: _already_at_rest,
        AcknowledgementReturned: _too_late_to_promise,
        AnswerReturned: _answer_returned,
    },
    ThreadState.NO_RESPONSE_NEEDED: {
        MessageReceived: _message_after_answer,
        Acknowledged: _too_late_to_promise,
        Answered: _answer_to_marked,
        NoResponseNeeded: _already_at_rest,
        AcknowledgementReturned: _too_late_to_promise,
        AnswerReturned: _answer_returned,
    },
}


def _is_answered(thread: Thread, at: datetime) -> bool:
    return thread.answered_at is not None and at <= thread.answered_at


def _was_answered(thread: Thread, at: datetime) -> bool:
    """Return whether a message that comes to light only now was answered, by an answer with a time of its own."""
    return thread.answered_via not in SEEN_LATER and _is_answered(thread, at)


def _counted(thread: Thread, at: datetime) -> Thread:
    last = at if thread.last_message_at is None else max(thread.last_message_at, at)
    return replace(thread, messages=thread.messages + 1, last_message_at=last)


def _waiting_after(thread: Thread, at: datetime, times: Sequence[datetime]) -> datetime | None:
    """Return the oldest message an answer at `at` leaves waiting; older than `received_at` is settled."""
    known = [*times, thread.received_at] if thread.received_at else times
    return min((time for time in known if time > at and time >= (thread.received_at or time)), default=None)


def _due_at(thread: Thread, times: Sequence[datetime], policy: AnswerPolicy) -> datetime | None:
    """Return when the thread is due: its oldest waiting message, or the promise where an acknowledgement counts."""
    if thread.received_at is None:
        return None
    if not policy.acknowledgement_counts or thread.acknowledged_at is None or thread.promise_at is None:
        return message_due_at(thread.received_at, policy)
    silent = [time for time in times if time >= thread.received_at and time > thread.acknowledged_at]
    return min([thread.promise_at, *(message_due_at(time, policy) for time in silent)])


def _with_answer(thread: Thread, event: Answered) -> Thread:
    return replace(thread, answered_at=event.at, answered_via=event.via)


def _at_rest(thread: Thread, state: ThreadState) -> Thread:
    return _without_promise(replace(thread, state=state, received_at=None, due_at=None))


def _still_open(
    thread: Thread, waiting: datetime, settled_at: datetime, times: Sequence[datetime], policy: AnswerPolicy
) -> Thread:
    kept = thread.acknowledged_at is not None and thread.acknowledged_at > settled_at
    moved = replace(thread if kept else _without_promise(thread), received_at=waiting)
    return replace(moved, due_at=_due_at(moved, times, policy))


def _without_promise(thread: Thread) -> Thread:
    return replace(thread, promise_at=None, acknowledged_at=None)
