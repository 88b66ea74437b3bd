"""
Past mail from files: every archive is gone through once, then the mails are read in the order of their arrival.

A mail arrived when the topmost Received field says, which its own server wrote. A sent mail has none: it came when the
seller's own program dated it, which knows the zone and outlives every copying. What has neither came when the archive
says. The Date of anybody else decides nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from responder.adapters.archives import Archive, Lying, Unreadable
from responder.core.arrival import first_received_at
from responder.core.kinds import OwnAddresses
from responder.core.message import Message, parse
from responder.core.words import decoded_words
from responder.simulation.past import BATCH_BYTES, BATCH_MAILS, RAW_LIMIT, Listed, Past, Skipped

UNDATED = "nothing says when it arrived: no Received field, no date of the file's own"
DRAFT = "a draft that was never sent"
# How Gmail's export labels a draft (X-Gmail-Labels), in the languages of the marketplaces.
_DRAFTS = frozenset({
    "drafts", "draft", "entwürfe", "brouillons", "bozze", "borradores", "concepten", "utkast", "wersje robocze",
    "rascunhos", "taslaklar", "下書き", "المسودات", "مسودات",
})  # fmt: skip
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

    def __init__(self, archives: Sequence[Archive], since: datetime, now: datetime, own: OwnAddresses) -> None:
        self._archives = archives
        self._own = own
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
        message = parse(mail.header)
        if "\\Draft" in mail.flags or _is_draft(message):
            return Skipped(archive.shown(mail.place), DRAFT)
        at = first_received_at(message) or self._sent_at(message) or mail.saved_at
        if at is None:
            return Skipped(archive.shown(mail.place), UNDATED)
        return _Entry(min(at, self._now), order, number, mail.place, mail.length, mail.flags)

    def _sent_at(self, message: Message) -> datetime | None:
        """Return when a mail was sent; None for one that is not the seller's own, or that came by a server."""
        own = any(address.spec in self._own for address in message.from_[:1])
        return message.date_at if own and message.header("received") is None else None

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


def _is_draft(message: Message) -> bool:
    labels = decoded_words(message.header("x-gmail-labels") or "").split(",")
    return any(label.strip().casefold() in _DRAFTS for label in labels)
