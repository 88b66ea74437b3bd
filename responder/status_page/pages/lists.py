"""
What the lists have in common: the part of a list that one page shows, and the ways to the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from responder.core import wording
from responder.core.speech import say
from responder.status_page.page import Cell, Choice
from responder.status_page.values import PAGES, ROWS, Asked

T = TypeVar("T")
SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """The rows of one page, and the links to what stands before and after them; none is an empty text."""

    rows: Sequence[T]
    earlier: str
    later: str


def reach(asked: Asked) -> int:
    """Return how many rows have to be read to know the page that is asked for, and whether there is a next one."""
    return asked.page * ROWS + 1


def part(found: Sequence[T], asked: Asked) -> Part[T]:
    """
    Return the page that is asked for of what was found, `reach` of it being enough.

    Of a list that became shorter it is the last one: an empty page would say that nothing waits.
    """
    number = min(asked.page, max(1, -(-len(found) // ROWS)))
    start = (number - 1) * ROWS
    more = len(found) > start + ROWS and number < PAGES
    earlier = asked.query(page=number - 1) if number > 1 else ""
    return Part(found[start : start + ROWS], earlier, asked.query(page=number + 1) if more else "")


def choices(asked: Asked, *, only_open: bool, waiting: str, everything: str) -> tuple[Choice, ...]:
    """Return the two ways to look at a list: what is open, and everything."""
    return (
        Choice(waiting, asked.query(open=True, page=1), only_open),
        Choice(everything, asked.query(open=False, page=1), not only_open),
    )


def due(due_at: datetime | None, now: datetime, zone: ZoneInfo) -> Cell:
    """Return a deadline with the time left, which counts down."""
    if due_at is None:
        return Cell(say("no deadline"))
    tone = "late" if due_at < now else "soon" if due_at < now + SOON else ""
    return Cell(wording.deadline(due_at, now, zone), (wording.left(due_at, now),), tone=tone, due_at=due_at)


def moment(at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """Return an instant as a person says it; a dash for none."""
    return "–" if at is None else wording.moment(at, now, zone)
