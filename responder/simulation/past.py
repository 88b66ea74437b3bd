"""
Past mail, from wherever it comes: listed once, then handed over in the order of its arrival.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from responder.tasks.receive.keep import RAW_LIMIT

__all__ = ["BATCH_BYTES", "BATCH_MAILS", "RAW_LIMIT", "Listed", "Past", "Skipped", "Source"]

BATCH_MAILS = 200
BATCH_BYTES = 8 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A mail that came once; `number` is its place in the order of arrival, `role` None where its writer decides."""

    number: int
    place: str
    role: str | None
    received_at: datetime
    size: int
    flags: frozenset[str]
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A mail that takes no part, and why."""

    place: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a source holds: how many mails take part, how many are older than asked for, and which cannot."""

    mails: int
    earlier: int
    skipped: tuple[Skipped, ...]
    last_at: datetime | None


class Source(Protocol):
    """Where past mail comes from; listed before it is read."""

    async def listed(self, told: Callable[[int], None]) -> Listed:
        """Look at every mail once; `told` hears how many were looked at."""

    def batches(self, lost: Callable[[Skipped], None]) -> AsyncIterator[Sequence[Past]]:
        """Yield the mails in the order of their arrival; `lost` hears of each that cannot be had any more."""

    async def close(self) -> None:
        """Let go of files and connections."""
