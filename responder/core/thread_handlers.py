"""
What each event makes of a thread: one function for each kind of cell in the table of `threads`.

An answer closes only messages received at or before it, and an acknowledgement closes none.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from responder.core.deadlines import AnswerPolicy, message_due_at
from responder.core.thread_values import (
    SEEN_LATER,
    Acknowledged,
    AcknowledgementReturned,
    Answered,
    AnswerReturned,
    Changed,
    Event,
    MessageReceived,
    NoResponseNeeded,
    Outcome,
    Thread,
    ThreadState,
    Unchanged,
)


def another_message(thread: Thread, event: MessageReceived, times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
    """The buyer writes to an open thread: the oldest message keeps the clock."""
    counted = _counted(thread, event.at)
    if _was_answered(thread, event.at):
        return Changed(counted, "a message older than the answer: it is answered")
    oldest = event.at if thread.received_at is None else min(thread.received_at, event.at)
    waiting = replace(counted, received_at=oldest)
    due_at = _due_at(waiting, [*times, event.at], policy)
    return Changed(replace(waiting, due_at=due_at), "a message waits for an answer; the oldest one keeps the clock")


def message_after_answer(
    thread: Thread, event: MessageReceived, _times: Sequence[datetime], policy: AnswerPolicy
) -> Outcome:
    """The buyer writes to a thread at rest: it opens again, with a clock of its own."""
    counted = _counted(thread, event.at)
    if _was_answered(thread, event.at):
        return Changed(counted, "a message older than the answer: it is answered")
    due_at = message_due_at(event.at, policy)
    reopened = replace(counted, state=ThreadState.OPEN, received_at=event.at, due_at=due_at)
    return Changed(_without_promise(reopened), "a new message opens the thread again, with a clock of its own")


def acknowledged(thread: Thread, event: Acknowledged, times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
    """Our acknowledgement was accepted: the thread stays open, and has a promise now."""
    if thread.acknowledged_at is not None and event.at <= thread.acknowledged_at:
        return Unchanged("a later acknowledgement is known already")
    if thread.received_at is not None and event.at < thread.received_at:
        return Unchanged("it left before every message that waits: it promised nothing about them")
    promised = replace(thread, acknowledged_at=event.at, promise_at=event.promise_at)
    if not policy.acknowledgement_counts:
        return Changed(promised, "acknowledged; Amazon's clock goes on")
    due_at = _due_at(promised, times, policy)
    return Changed(replace(promised, due_at=due_at), "acknowledged; by configuration the promise is the clock now")


def answered(thread: Thread, event: Answered, times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
    """A person answered: what came until then is settled, and nothing else."""
    if thread.received_at is not None and event.at < thread.received_at:
        return older_answer(thread, event, times, policy)
    noted = _with_answer(thread, event)
    later = _waiting_after(thread, event.at, times)
    if later is None:
        return Changed(_at_rest(noted, ThreadState.ANSWERED), f"answered ({event.via.value})")
    return Changed(_still_open(noted, later, event.at, times, policy), "answered, but a later message waits")


def no_response_needed(
    thread: Thread, event: NoResponseNeeded, times: Sequence[datetime], policy: AnswerPolicy
) -> Outcome:
    """A person decided: what came until then needs no answer."""
    later = _waiting_after(thread, event.at, times)
    if later is None:
        return Changed(_at_rest(thread, ThreadState.NO_RESPONSE_NEEDED), "a person decided that no answer is needed")
    if later == thread.received_at:
        return Unchanged("all unanswered messages are newer than the mark")
    return Changed(_still_open(thread, later, event.at, times, policy), "marked, but a later message waits")


def older_answer(thread: Thread, event: Answered, times: Sequence[datetime], _policy: AnswerPolicy) -> Outcome:
    """Note an answer that settles nothing new."""
    if _dates(thread, event, times):
        return Changed(_with_answer(thread, event), f"when it was answered is known now ({event.via.value})")
    if _is_answered(thread, event.at):
        return Unchanged("a later answer is known already")
    return Changed(_with_answer(thread, event), f"another answer ({event.via.value}); it settles nothing new")


def answer_to_marked(thread: Thread, event: Answered, times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
    """A person answered what was marked as needing no answer."""
    if any(at > event.at for at in times):
        return older_answer(thread, event, times, policy)
    noted = _with_answer(thread, event)
    return Changed(_at_rest(noted, ThreadState.ANSWERED), f"answered ({event.via.value}), though no answer was needed")


def too_late_to_promise(_thread: Thread, _event: Event, _times: Sequence[datetime], _policy: AnswerPolicy) -> Outcome:
    """An acknowledgement, or its return, means nothing to a thread at rest."""
    return Unchanged("nothing waits: the acknowledgement promises nothing any more")


def already_at_rest(_thread: Thread, _event: Event, _times: Sequence[datetime], _policy: AnswerPolicy) -> Outcome:
    """A mark means nothing to a thread at rest."""
    return Unchanged("nothing waits for an answer")


def promise_returned(
    thread: Thread, event: AcknowledgementReturned, times: Sequence[datetime], policy: AnswerPolicy
) -> Outcome:
    """Our acknowledgement came back: where no later one stands, nothing was promised."""
    if thread.acknowledged_at is None or thread.acknowledged_at > event.at:
        return Unchanged("no promise rests on the acknowledgement that came back")
    alone = _without_promise(thread)
    return Changed(replace(alone, due_at=_due_at(alone, times, policy)), "the promise never reached the buyer")


def answer_returned(thread: Thread, event: AnswerReturned, times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
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


def _is_answered(thread: Thread, at: datetime) -> bool:
    return thread.answered_at is not None and at <= thread.answered_at


def _dates(thread: Thread, event: Answered, times: Sequence[datetime]) -> bool:
    """Return whether this is the answer known so far only by a flag or a word, which have no time of their own."""
    if thread.answered_via not in SEEN_LATER or event.via in SEEN_LATER or thread.answered_at is None:
        return False
    written_at, seen_at = event.at, thread.answered_at
    answered = [at for at in times if at <= seen_at]
    return written_at < seen_at and bool(answered) and written_at >= max(answered)


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
