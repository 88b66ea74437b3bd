"""
What telling of troubles rests on, and what one turn of it comes to.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from responder.core.operator import Operator, Outlet
from responder.core.troubles import Room


def _unknown() -> Room | None:
    """The state is on another machine."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Whom to tell, through which accounts, and how long something must last before."""

    operator: Operator
    outlets: tuple[Outlet, ...]
    after: timedelta
    room: Callable[[], Room | None] = field(default=_unknown)


@dataclass(frozen=True, slots=True)
class Turned:
    """The mail that was written, and the accounts through which mail of another one goes now."""

    outbox_id: int | None = None
    moved_to: tuple[str, ...] = ()
