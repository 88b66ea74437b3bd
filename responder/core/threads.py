"""
The life of a thread as a table: what each event makes of it in each phase, and where it may lead.

The promise: an answer closes only messages received at or before it, and an acknowledgement closes none, so "answered"
is never claimed for a message nobody has answered. docs/threads.md is made from this table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from responder.core import thread_handlers as handlers
from responder.core.deadlines import AnswerPolicy
from responder.core.thread_values import (
    SEEN_LATER,
    Acknowledged,
    AcknowledgementReturned,
    Answered,
    AnsweredVia,
    AnswerReturned,
    Changed,
    Event,
    MessageReceived,
    NoResponseNeeded,
    Outcome,
    Phase,
    Thread,
    ThreadState,
    Unchanged,
    phase,
)

__all__ = [
    "SEEN_LATER",
    "TABLE",
    "Acknowledged",
    "AcknowledgementReturned",
    "AnswerReturned",
    "Answered",
    "AnsweredVia",
    "Cell",
    "Changed",
    "Event",
    "MessageReceived",
    "NoResponseNeeded",
    "Outcome",
    "Phase",
    "Thread",
    "ThreadState",
    "Unchanged",
    "UndeclaredArrowError",
    "apply",
    "phase",
]

# Any: each handler takes the one event of its column, which a mapping from type to callable cannot express.
Handler = Callable[[Thread, Any, Sequence[datetime], AnswerPolicy], Outcome]


class UndeclaredArrowError(RuntimeError):
    """A bug: a handler led where its cell of the table does not say it may."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one event does in one phase, and the phases it may lead to, each with the reason."""

    handler: Handler
    leads_to: Mapping[Phase, str]

    def decide(self, thread: Thread, event: Event, times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
        """Return what the handler makes of the thread; raises `UndeclaredArrowError` where that is not declared."""
        outcome = self.handler(thread, event, times, policy)
        before, after = phase(thread), phase(outcome.thread if isinstance(outcome, Changed) else thread)
        if after not in self.leads_to:
            raise UndeclaredArrowError(f"{type(event).__name__} led a thread from {before} to {after}")
        return outcome


def apply(thread: Thread, event: Event, *, message_times: Sequence[datetime], policy: AnswerPolicy) -> Outcome:
    """Return what the event makes of the thread; `message_times` are the arrivals of all its buyer messages."""
    return TABLE[phase(thread)][type(event)].decide(thread, event, message_times, policy)


_WAITING, _ACKNOWLEDGED, _ANSWERED, _NO_RESPONSE_NEEDED = Phase

_LATER_WAITS = "it settles the messages received until then; a later one waits, with its own clock"
_SETTLES_NOTHING = "it is older than every message that waits: it settles nothing"
_WAITS_AGAIN = "the messages that only this answer had settled wait again, with the clock they had"
_PROMISED_AGAIN = "its messages wait again, and what was promised to that buyer holds again"
_REOPENED = "the next message opens the thread again, with a clock of its own and without the old promise"
_OLD_MESSAGE = "a message older than a known answer is answered by it"
_ABOUT_OTHERS = "heard of late: it left before every message that waits, and was about what is settled"
_NO_PROMISE = "nothing waits: there is nothing to promise, or to take back"
_OTHERWISE_SETTLED = "another answer, or a person's word, settles what it answered"

TABLE: Mapping[Phase, Mapping[type[Event], Cell]] = {
    Phase.WAITING: {
        MessageReceived: Cell(
            handlers.another_message, {_WAITING: "the clock is that of the oldest message nobody has answered"}
        ),
        Acknowledged: Cell(
            handlers.acknowledged,
            {_ACKNOWLEDGED: "the buyer was promised an answer; Amazon's clock goes on", _WAITING: _ABOUT_OTHERS},
        ),
        Answered: Cell(
            handlers.answered,
            {_ANSWERED: "a person answered everything that waited", _WAITING: f"{_LATER_WAITS}; or {_SETTLES_NOTHING}"},
        ),
        NoResponseNeeded: Cell(
            handlers.no_response_needed,
            {
                _NO_RESPONSE_NEEDED: "a person decided that no answer is needed",
                _WAITING: f"{_LATER_WAITS}; or {_SETTLES_NOTHING}",
            },
        ),
        AcknowledgementReturned: Cell(handlers.promise_returned, {_WAITING: "no promise rested on it"}),
        AnswerReturned: Cell(
            handlers.answer_returned,
            {_WAITING: f"{_WAITS_AGAIN}; or it had settled nothing", _ACKNOWLEDGED: _PROMISED_AGAIN},
        ),
    },
    Phase.ACKNOWLEDGED: {
        MessageReceived: Cell(
            handlers.another_message, {_ACKNOWLEDGED: "the clock stays that of the oldest one; the promise holds"}
        ),
        Acknowledged: Cell(handlers.acknowledged, {_ACKNOWLEDGED: "the later promise counts"}),
        Answered: Cell(
            handlers.answered,
            {
                _ANSWERED: "a person answered everything that waited; the promise is kept",
                _WAITING: f"{_LATER_WAITS}; the promise was about what is settled now",
                _ACKNOWLEDGED: f"{_LATER_WAITS}; the promise was made after it, so it holds; or {_SETTLES_NOTHING}",
            },
        ),
        NoResponseNeeded: Cell(
            handlers.no_response_needed,
            {
                _NO_RESPONSE_NEEDED: "a person decided that no answer is needed",
                _WAITING: f"{_LATER_WAITS}; the promise was about what is settled now",
                _ACKNOWLEDGED: f"{_LATER_WAITS}; the promise was made after it, so it holds; or {_SETTLES_NOTHING}",
            },
        ),
        AcknowledgementReturned: Cell(
            handlers.promise_returned,
            {_WAITING: "the buyer was promised nothing", _ACKNOWLEDGED: "a later promise did reach the buyer"},
        ),
        AnswerReturned: Cell(
            handlers.answer_returned, {_ACKNOWLEDGED: f"{_WAITS_AGAIN}; or it had settled nothing; the promise holds"}
        ),
    },
    Phase.ANSWERED: {
        MessageReceived: Cell(handlers.message_after_answer, {_WAITING: _REOPENED, _ANSWERED: _OLD_MESSAGE}),
        Acknowledged: Cell(handlers.too_late_to_promise, {_ANSWERED: _NO_PROMISE}),
        Answered: Cell(handlers.older_answer, {_ANSWERED: "the latest answer is noted; nothing waited"}),
        NoResponseNeeded: Cell(handlers.already_at_rest, {_ANSWERED: "nothing waits"}),
        AcknowledgementReturned: Cell(handlers.too_late_to_promise, {_ANSWERED: _NO_PROMISE}),
        AnswerReturned: Cell(
            handlers.answer_returned,
            {_WAITING: _WAITS_AGAIN, _ACKNOWLEDGED: _PROMISED_AGAIN, _ANSWERED: _OTHERWISE_SETTLED},
        ),
    },
    Phase.NO_RESPONSE_NEEDED: {
        MessageReceived: Cell(handlers.message_after_answer, {_WAITING: _REOPENED, _NO_RESPONSE_NEEDED: _OLD_MESSAGE}),
        Acknowledged: Cell(handlers.too_late_to_promise, {_NO_RESPONSE_NEEDED: _NO_PROMISE}),
        Answered: Cell(
            handlers.answer_to_marked,
            {
                _ANSWERED: "a person answered though no answer was needed",
                _NO_RESPONSE_NEEDED: "an answer older than a marked message leaves the mark",
            },
        ),
        NoResponseNeeded: Cell(handlers.already_at_rest, {_NO_RESPONSE_NEEDED: "nothing waits"}),
        AcknowledgementReturned: Cell(handlers.too_late_to_promise, {_NO_RESPONSE_NEEDED: _NO_PROMISE}),
        AnswerReturned: Cell(
            handlers.answer_returned,
            {_WAITING: _WAITS_AGAIN, _ACKNOWLEDGED: _PROMISED_AGAIN, _NO_RESPONSE_NEEDED: _OTHERWISE_SETTLED},
        ),
    },
}
