"""
What the digest is told of negative feedback.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from responder.core.bad_feedback import BadFeedback
from responder.core.removal import Hint


@dataclass(frozen=True, slots=True)
class BadRow:
    """The negative feedback of one order, and which of Amazon's removal criteria may fit."""

    order_id: str
    marketplace: str | None
    feedback: BadFeedback
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class BadNews:
    """
    Negative feedback of the last `days` that stands, the newest first: `new` since the last digest, `older` before it.

    `zones`: each store's clock.
    """

    new: tuple[BadRow, ...] = ()
    older: tuple[BadRow, ...] = ()
    days: int = 90
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be told: what was told before comes along with what is new."""
        return not self.new


NONE = BadNews()
