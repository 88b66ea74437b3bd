"""
What telling of troubles rests on, and what one turn of it comes to.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from responder.core.operator import Operator, Outlet
from responder.core.troubles import Room, Trouble


def _unknown() -> Room | None:
    """The state is on another machine."""
    return None


def _there(_trouble: Trouble) -> bool:
    """Nothing was taken out of the configuration."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Whom to tell, through which accounts, how long something must last before, and what nobody looks after."""

    operator: Operator
    outlets: tuple[Outlet, ...]
    after: timedelta
    gone: Callable[[Trouble], bool] = field(default=_there)
    room: Callable[[], Room | None] = field(default=_unknown)


@dataclass(frozen=True, slots=True)
class Turned:
    """The mail that was written, and the accounts through which mail of another one goes now."""

    outbox_id: int | None = None
    moved_to: tuple[str, ...] = ()
