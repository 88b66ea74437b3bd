"""
A thread as values: what is known of it, its phases, and what can happen to it.

A thread is all messages between one buyer and this seller about one matter, and the one thing that has a deadline.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from responder.core.deadlines import answer_by, is_promised_first


class ThreadState(StrEnum):
    """Whether a thread waits for a person."""

    OPEN = "open"
    ANSWERED = "answered"
    NO_RESPONSE_NEEDED = "no_response_needed"


class Phase(StrEnum):
    """Where a thread is in its life; the first two are both `open`."""

    WAITING = "waiting"
    ACKNOWLEDGED = "acknowledged"
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

    @property
    def answer_by_at(self) -> datetime | None:
        """The earlier of Amazon's clock and our promise: by then a person has to answer."""
        return answer_by(self.due_at, self.promise_at)

    @property
    def promised_first(self) -> bool:
        """Whether `answer_by_at` is the promise, and Amazon's clock ends later."""
        return is_promised_first(self.due_at, self.promise_at)


def phase(thread: Thread) -> Phase:
    """Return where the thread is in its life: open is two phases, with and without a promise to the buyer."""
    if thread.state is not ThreadState.OPEN:
        return Phase(thread.state.value)
    return Phase.WAITING if thread.acknowledged_at is None else Phase.ACKNOWLEDGED


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
