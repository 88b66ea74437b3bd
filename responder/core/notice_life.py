"""
The life of a notice from Amazon: received, reported, seen by a person, settled.

A line in a digest tells a person; it confirms nothing. What needs an answer stays until a person confirms it or the
matter is over, and a mail program that shows it as read is no person who said so: a preview may have done it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from responder.core.kinds import NoticeType
from responder.core.orders import EventKind
from responder.core.speech import say


class SeenBy(StrEnum):
    r"""How a person has seen a notice: by a command, by replying to it, or as \Seen that somebody else than us set."""

    COMMAND = "command"
    REPLY = "reply"
    MAIL_PROGRAM = "mail_program"


CONFIRMS = (SeenBy.COMMAND, SeenBy.REPLY)
"""What ends the warnings; `mail_program` is recorded and shown, and ends none."""

OUTCOME_GRANTED = "granted"
APPEAL_WITHIN = timedelta(days=30)
"""So long after a claim was granted it can be appealed (help G202041210, grade P); no clock of ours counts it."""

LONG_OVERDUE = timedelta(days=3)
"""So long after its deadline a notice no longer comes before those for which there is time."""

SETTLES: Mapping[NoticeType, tuple[NoticeType, ...]] = {
    NoticeType.A_TO_Z_DECIDED: (NoticeType.A_TO_Z_OPENED, NoticeType.A_TO_Z_INFORMATION),
    NoticeType.CHARGEBACK: (NoticeType.CHARGEBACK,),  # one that says how it ended
    NoticeType.REFUND: (NoticeType.RETURN_REQUEST,),
}
"""Which earlier notices of the same order are over by this one."""

SETTLED_BY_EVENTS: Mapping[NoticeType, tuple[EventKind, ...]] = {
    NoticeType.RETURN_REQUEST: (EventKind.REFUNDED,),
    NoticeType.CANCELLATION_REQUEST: (EventKind.CANCELLED,),
}
"""Which events of the order, later than the notice, end it."""

SETTLED_BY_SHIPPING = (NoticeType.CANCELLATION_REQUEST,)
"""What has its answer when the order ships: nothing can be cancelled any more."""

WHAT_SETTLES: Mapping[NoticeType, str] = {
    NoticeType.A_TO_Z_OPENED: "Amazon's decision of the claim",
    NoticeType.A_TO_Z_INFORMATION: "Amazon's decision of the claim",
    NoticeType.CHARGEBACK: "a notice that says how the chargeback ended",
    NoticeType.RETURN_REQUEST: "a refund for the order",
    NoticeType.CANCELLATION_REQUEST: "the order being cancelled or shipped",
}
"""What settles a notice by itself, in words; anything else needs a person."""

BY_A_PERSON = "you said so"


class Life(Protocol):
    """What of a notice decides whether somebody is still needed."""

    @property
    def urgent(self) -> bool:
        """Whether a person must confirm it."""

    @property
    def due_at(self) -> datetime | None:
        """Until when somebody has to act."""

    @property
    def seen_by(self) -> SeenBy | None:
        """How a person has seen it."""

    @property
    def settled_at(self) -> datetime | None:
        """When the matter was over."""


def needs_answer(notice: Life) -> bool:
    """Return whether a person has to confirm the notice; any other one is done once a digest told of it."""
    return notice.urgent or notice.due_at is not None


def waits(notice: Life) -> bool:
    """Return whether the notice still warns: it needs an answer, nobody confirmed it, and the matter is not over."""
    return needs_answer(notice) and notice.seen_by not in CONFIRMS and notice.settled_at is None


def is_long_overdue(notice: Life, now: datetime) -> bool:
    """Return whether the deadline is so long ago that nothing can be saved by reading of it first."""
    return notice.due_at is not None and notice.due_at < now - LONG_OVERDUE


def settles(notice_type: NoticeType, *, settled: bool) -> tuple[NoticeType, ...]:
    """Return what a notice ends; a chargeback's only where it says how it ended (`settled`)."""
    if notice_type is NoticeType.CHARGEBACK and not settled:
        return ()
    return SETTLES.get(notice_type, ())


def settled_words(notice_type: NoticeType, outcome: str | None, notice_id: int) -> str:
    """Return how a notice ended by another one, as a sentence's part."""
    match notice_type:
        case NoticeType.A_TO_Z_DECIDED:
            how = f": {outcome}" if outcome else ""
            return f"Amazon decided the claim{how} (notice {notice_id})"
        case NoticeType.CHARGEBACK:
            how = f": {outcome}" if outcome else ""
            return f"the chargeback ended{how} (notice {notice_id})"
        case NoticeType.REFUND:
            return f"the order was refunded (notice {notice_id})"
        case _:
            return f"notice {notice_id} ended it"


def appeal(notice_type: str, outcome: str | None) -> str:
    """Return what is possible after a claim was granted to the buyer; nothing for any other notice."""
    if notice_type != NoticeType.A_TO_Z_DECIDED or outcome != OUTCOME_GRANTED:
        return ""
    return say(
        "Granted to the buyer: Amazon takes an appeal within {days} days of the decision.", days=APPEAL_WITHIN.days
    )
