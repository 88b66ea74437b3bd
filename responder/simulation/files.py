"""
Past mail from files: every archive is gone through once, then the mails are read in the order of their arrival.

A mail arrived when the topmost Received field says, which its own server wrote; a sent mail has none, and came when the
archive says. The sender's Date decides nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from responder.adapters.archives import Archive, Lying, Unreadable
from responder.core.arrival import first_received_at
from responder.core.message import parse
from responder.simulation.past import BATCH_BYTES, BATCH_MAILS, RAW_LIMIT, Listed, Past, Skipped

UNDATED = "nothing says when it arrived: no Received field, no date of the file's own"
DRAFT = "a draft that was never sent"
BREATHE = 200
"""Mails after which somebody else is let in, such as whoever pressed Ctrl-C."""


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    """Where a mail lies; ordered by arrival, then as the archives have it."""

    at: datetime
    order: int
    archive: int
    place: int | str
    length: int
    flags: frozenset[str]


class Files:
    """Archives of one account's mail, the received and the sent."""

    def __init__(self, archives: Sequence[Archive], since: datetime, now: datetime) -> None:
        self._archives = archives
        self._since = since
        self._now = now
        self._entries: list[_Entry] = []

    async def listed(self, told: Callable[[int], None]) -> Listed:
        """Look at every mail once; `told` hears how many were looked at."""
        earlier, seen = 0, 0
        skipped: list[Skipped] = []
        for number, archive in enumerate(self._archives):
            for mail in archive.mails():
                seen += 1
                found = self._entry(archive, number, mail, seen)
                if isinstance(found, Skipped):
                    skipped.append(found)
                elif found.at < self._since:
                    earlier += 1
                else:
                    self._entries.append(found)
                if seen % BREATHE == 0:
                    told(seen)
                    await asyncio.sleep(0)
        self._entries.sort()
        last_at = self._entries[-1].at if self._entries else None
        return Listed(mails=len(self._entries), earlier=earlier, skipped=tuple(skipped), last_at=last_at)

    def _entry(self, archive: Archive, number: int, mail: Lying | Unreadable, order: int) -> _Entry | Skipped:
        if isinstance(mail, Unreadable):
            return Skipped(mail.shown, mail.why)
        if "\\Draft" in mail.flags:
            return Skipped(archive.shown(mail.place), DRAFT)
        at = first_received_at(parse(mail.header)) or mail.saved_at
        if at is None:
            return Skipped(archive.shown(mail.place), UNDATED)
        return _Entry(min(at, self._now), order, number, mail.place, mail.length, mail.flags)

    async def batches(self, lost: Callable[[Skipped], None]) -> AsyncIterator[Sequence[Past]]:
        """Yield the mails in the order of their arrival; `lost` hears of each that cannot be had any more."""
        batch: list[Past] = []
        size = 0
        for number, entry in enumerate(self._entries, 1):
            archive = self._archives[entry.archive]
            place = archive.shown(entry.place)
            raw = archive.read(entry.place, min(entry.length, RAW_LIMIT))
            if raw is None:
                lost(Skipped(place, "it is gone since it was listed"))
                continue
            batch.append(
                Past(
                    number=number,
                    place=place,
                    role=None,
                    received_at=entry.at,
                    size=entry.length,
                    flags=entry.flags,
                    raw=raw,
                )
            )
            size += len(raw)
            if len(batch) == BATCH_MAILS or size > BATCH_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    async def close(self) -> None:
        """Let go of the files."""
        for archive in self._archives:
            archive.close()
