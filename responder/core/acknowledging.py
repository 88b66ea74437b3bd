"""
What a decision about an acknowledgement rests on, and what it is: values only, the rules are in `acknowledge`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from responder.core.calendars import ClosedKind
from responder.core.detecting import Detected
from responder.core.kinds import Authentic, Kind
from responder.core.reasons import Because
from responder.core.threads import ThreadState


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """
    Send it at `send_at`, unless somebody answers first; after `opens_at` it would be pointless.

    `languages`: one text in each, one after the other. `described_at`: an instant of the closed time that it tells of.
    """

    template: str
    languages: tuple[str, ...]
    promise_at: datetime
    period: str
    send_at: datetime
    opens_at: datetime
    described_at: datetime
    reasons: tuple[Because, ...]

    @property
    def language(self) -> str:
        """The language of the first text."""
        return self.languages[0]


@dataclass(frozen=True, slots=True)
class Withhold:
    """Send nothing."""

    reasons: tuple[Because, ...]


Decision = Acknowledge | Withhold


@dataclass(frozen=True, slots=True)
class AcknowledgePolicy:
    """
    What the seller wants; `languages` are those the template is written in, no `marketplaces` means all of them.

    `answer_margin` is working time: the promise lies that much of it after the opening.
    """

    enabled: bool = True
    when: frozenset[str] = frozenset({ClosedKind.WEEKEND, ClosedKind.HOLIDAY, ClosedKind.CLOSURE})
    once_per: Literal["closed_time"] = "closed_time"
    delay: timedelta = timedelta(minutes=5)
    max_age: timedelta = timedelta(hours=24)
    answer_margin: timedelta = timedelta(0)
    per_buyer_per_day: int = 2
    languages: frozenset[str] = frozenset({"en"})
    fallback_language: str | None = "en"
    marketplaces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What is known of one message, its thread and what we sent before; the defaults are those of an empty memory.

    `suppressed`: a person or the buyer forbade it; `returned`: an earlier mail to the buyer came back for good.
    `same_text_from_others`: how many other buyers' addresses sent the same text within 24 hours.
    `sending_stopped`: why nothing goes to any buyer until a person resumes it.
    `written_in`: the languages of the marketplace's texts, where it has several; `detected`: what the buyer surely
    wrote in, which then counts alone.
    """

    kind: Kind
    authentic: Authentic
    automatic: tuple[str, ...]
    own: bool
    addressed_to_us: bool
    message_id: str | None
    received_at: datetime
    language: str | None
    marketplace: str | None
    first_start_at: datetime | None = None
    revalidated: bool = False
    thread_state: ThreadState | None = None
    answered_at: datetime | None = None
    acknowledged_periods: frozenset[str] = frozenset()
    suppressed: bool = False
    returned: bool = False
    same_text_from_others: int = 0
    sent_to_buyer_today: int = 0
    sending_stopped: str | None = None
    written_in: tuple[str, ...] = ()
    detected: Detected | None = None
