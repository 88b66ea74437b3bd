"""
Past mail from the account's own mailbox: the inbox and the sent mail, merged by INTERNALDATE, opened for reading only.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from responder.adapters.imap import Head, ImapSettings, Mailbox, Raw, Role
from responder.simulation.past import BATCH_BYTES, BATCH_MAILS, RAW_LIMIT, Listed, Past, Skipped

CHUNK = 2_000
"""Mails whose heads are asked for at once."""


@dataclass(frozen=True, slots=True)
class _Entry:
    at: datetime
    role: Role
    head: Head


class Folders:
    """Inbox and Sent of one account, on a connection each."""

    def __init__(self, settings: ImapSettings, since: datetime, now: datetime) -> None:
        self._settings = settings
        self._since = since
        self._now = now
        self._open: dict[Role, Mailbox] = {}
        self._entries: list[_Entry] = []

    async def listed(self, told: Callable[[int], None]) -> Listed:
        """Ask for the date of every mail that may take part; `told` hears how many were looked at."""
        earlier = 0
        skipped: list[Skipped] = []
        for role in (Role.INBOX, Role.SENT):
            mailbox = await Mailbox.open(self._settings, role, read_only=True)
            self._open[role] = mailbox
            # A server's days are those of its own clock.
            uids = await mailbox.uids_since((self._since - timedelta(days=1)).date())
            for start in range(0, len(uids), CHUNK):
                for head in await mailbox.sizes(uids[start : start + CHUNK]):
                    if head.internaldate is None:
                        skipped.append(Skipped(self._shown(role, head.uid), "the server gives no date of its arrival"))
                    elif head.internaldate < self._since:
                        earlier += 1
                    else:
                        self._entries.append(_Entry(min(head.internaldate, self._now), role, head))
                told(len(self._entries) + earlier)
        self._entries.sort(key=lambda entry: (entry.at, entry.role is Role.SENT, entry.head.uid))
        last_at = self._entries[-1].at if self._entries else None
        return Listed(mails=len(self._entries), earlier=earlier, skipped=tuple(skipped), last_at=last_at)

    async def batches(self, lost: Callable[[Skipped], None]) -> AsyncIterator[Sequence[Past]]:
        """Yield the mails in the order of their arrival; `lost` hears of each that cannot be had any more."""
        number = 0
        for entries in self._groups():
            raws: dict[tuple[Role, int], Raw] = {}
            for role, mailbox in self._open.items():
                heads = [entry.head for entry in entries if entry.role is role]
                async for batch in mailbox.fetch([head.uid for head in heads], cap=RAW_LIMIT, heads=heads):
                    raws |= {(role, raw.uid): raw for raw in batch.mails}
            found = []
            for entry in entries:
                number += 1
                raw = raws.get((entry.role, entry.head.uid))
                if raw is None:
                    lost(
                        Skipped(self._shown(entry.role, entry.head.uid), "the server lists it and does not deliver it")
                    )
                    continue
                found.append(self._past(number, entry, raw))
            yield found

    def _past(self, number: int, entry: _Entry, raw: Raw) -> Past:
        return Past(
            number=number,
            place=self._shown(entry.role, raw.uid),
            role=str(entry.role),
            received_at=entry.at,
            size=raw.size,
            flags=raw.flags,
            raw=raw.raw,
        )

    def _groups(self) -> Iterator[list[_Entry]]:
        group: list[_Entry] = []
        size = 0
        for entry in self._entries:
            weight = min(entry.head.size, RAW_LIMIT)
            if group and (len(group) == BATCH_MAILS or size + weight > BATCH_BYTES):
                yield group
                group, size = [], 0
            group.append(entry)
            size += weight
        if group:
            yield group

    def _shown(self, role: Role, uid: int) -> str:
        return f"{self._open[role].folder}, UID {uid}"

    async def close(self) -> None:
        """End the connections."""
        for mailbox in self._open.values():
            await mailbox.close()
