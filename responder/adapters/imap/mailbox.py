"""
One folder of one mailbox on one connection: UIDs, sizes, mails, flags, and waiting for news.

Reading never marks a mail as read (BODY.PEEK), and a UID that was asked for and not answered is unknown, not gone.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self

from responder.adapters.imap.offer import folder_name, no_such_folder
from responder.adapters.imap.settings import ImapSettings, Role, log_in
from responder.imap.client import Client
from responder.imap.commands import astring, search_date
from responder.imap.errors import CommandRefused
from responder.imap.values import Changed, Event, Exists, Expunged, Fetched, Selected, Vanished

BATCH_MAILS = 200
BATCH_BYTES = 8 << 20
POLL = timedelta(seconds=60)

_HEAD = ("UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE")
_IDENTITY = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM DATE SUBJECT)]"
_MESSAGE_ID = re.compile(rb"^Message-ID:[ \t]*((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Head:
    """A mail without its body; `internaldate` is None where the server's date cannot be read."""

    uid: int
    size: int
    internaldate: datetime | None
    flags: frozenset[str]
    message_id: str | None = None
    header: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Raw:
    """A mail's first bytes; all of them when `size` is not larger."""

    uid: int
    flags: frozenset[str]
    internaldate: datetime | None
    size: int
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """Mails of one FETCH, ascending by UID, and the UIDs it did not answer: ask again, they may still be there."""

    mails: tuple[Raw, ...]
    unknown: tuple[int, ...]


class Mailbox:
    """
    One folder, open on a connection of its own; a method that raises anything but a refusal leaves it dead.

    `changed` tells that news came since it was last cleared: clear it, catch up, then `wait`, which returns at once
    when something came meanwhile.
    """

    def __init__(self, settings: ImapSettings, role: Role) -> None:
        self._settings = settings
        self._role = role
        self._client: Client
        self.folder = ""
        self.selected: Selected
        self.changed = False

    @classmethod
    async def open(cls, settings: ImapSettings, role: Role, *, read_only: bool = False) -> Self:
        """Connect, log in and open the folder: the inbox for setting flags unless `read_only`, others to be read."""
        mailbox = cls(settings, role)
        client = await log_in(settings, mailbox._heard)
        try:
            mailbox._client = client
            mailbox.folder = await folder_name(client, settings, role)
            mailbox.selected = await client.select(mailbox.folder, read_only=read_only or role is not Role.INBOX)
        except CommandRefused as refused:
            await client.aclose()
            if role is Role.NO_RESPONSE:
                raise no_such_folder(settings, refused) from refused
            raise
        except BaseException:
            await client.aclose()
            raise
        return mailbox

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server offers."""
        return self._client.capabilities

    @property
    def can_keyword(self) -> bool:
        """Whether the server promises to keep any keyword; some promise it and forget, so read it back once."""
        return "\\*" in self.selected.permanent_flags

    @property
    def pushes(self) -> bool:
        """Whether news arrive by themselves instead of being asked for."""
        return "IDLE" in self.capabilities

    async def uids_after(self, last_uid: int) -> tuple[int, ...]:
        """Return the UIDs above `last_uid`, ascending."""
        found = await self._client.uid_search(f"UID {last_uid + 1}:*")
        return tuple(uid for uid in found if uid > last_uid)  # `n:*` names the newest mail even below n

    async def uids_since(self, since: date) -> tuple[int, ...]:
        """Return the UIDs of mails that arrived on `since` or later, by the server's days."""
        return await self._client.uid_search(f"SINCE {search_date(since)}")

    async def sizes(self, uids: Iterable[int]) -> tuple[Head, ...]:
        """Return size, date and flags of the mails the server answered for."""
        return tuple(map(_head, await self._client.uid_fetch(uids, _HEAD)))

    async def message_ids(self, uids: Iterable[int]) -> tuple[Head, ...]:
        """Return the heads with Message-ID, From, Date and Subject, to know a mail again when UIDVALIDITY changed."""
        found: list[Head] = []
        for group in _groups([(uid, 0) for uid in sorted(set(uids))]):
            found += map(_head, await self._client.uid_fetch(group, (*_HEAD, _IDENTITY)))
        return tuple(found)

    async def fetch(
        self, uids: Iterable[int], *, cap: int, heads: Iterable[Head] | None = None
    ) -> AsyncIterator[Batch]:
        """
        Yield the mails in batches of at most 200 mails and 8 MB, each mail cut at `cap` bytes.

        Their sizes are those in `heads`, or asked for where none are given.
        """
        asked = sorted(set(uids))
        sizes = {head.uid: head.size for head in (await self.sizes(asked) if heads is None else heads)}
        for group in _groups([(uid, min(sizes.get(uid, cap), cap)) for uid in asked]):
            answered = await self._client.uid_fetch(group, (*_HEAD, f"BODY.PEEK[]<0.{cap}>"))
            mails = tuple(raw for raw in (_raw(mail, cap) for mail in answered) if raw is not None)
            known = {mail.uid for mail in mails}
            yield Batch(mails, tuple(uid for uid in group if uid not in known))

    async def flags(self, uids: Iterable[int], changed_since: int | None = None) -> Mapping[int, frozenset[str]]:
        """Return the flags of mails; with CONDSTORE only those that changed after `changed_since` (RFC 7162)."""
        if "CONDSTORE" not in self.capabilities or self.selected.highestmodseq is None:
            changed_since = None
        answered = await self._client.uid_fetch(uids, ("UID", "FLAGS"), changed_since=changed_since)
        return {mail.uid: mail.flags for mail in answered if mail.flags is not None}

    async def search_message_id(self, message_id: str) -> tuple[int, ...]:
        """Return the UIDs of mails with this Message-ID."""
        return await self._client.uid_search("HEADER Message-ID", astring(message_id))

    async def add_flags(self, uids: Iterable[int], flags: Iterable[str]) -> None:
        """Add flags to mails; a mail that is gone is no error."""
        await self._client.uid_store(uids, flags)

    async def noop(self) -> None:
        """Ask for news, and find out whether the connection lives."""
        await self._client.noop()

    async def wait(self, wake: asyncio.Event) -> None:
        """
        Wait for news for one round: return at a push, when `wake` is set (it is then cleared), or when it is over.

        Catch up after every round, push or not: some servers tell only then. No other call may run meanwhile.
        """
        if not self.changed:
            await (self._client.idle(self._settings.idle_round, wake) if self.pushes else self._poll(wake))
        wake.clear()

    async def close(self) -> None:
        """Log out and end the connection; never raises an `ImapError`."""
        await self._client.logout()

    async def _poll(self, wake: asyncio.Event) -> None:
        limit = min(POLL, self._settings.idle_round)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit.total_seconds()):
                await wake.wait()
        await self._client.noop()

    def _heard(self, event: Event) -> None:
        if isinstance(event, Expunged | Vanished | Changed) or (isinstance(event, Exists) and event.news):
            self.changed = True


def _groups(sizes: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    group: list[int] = []
    total = 0
    for uid, size in sizes:
        if group and (len(group) == BATCH_MAILS or total + size > BATCH_BYTES):
            yield group
            group, total = [], 0
        group.append(uid)
        total += size
    if group:
        yield group


def _head(mail: Fetched) -> Head:
    header = next((text for name, text in mail.sections.items() if name.startswith("BODY[HEADER")), None) or b""
    return Head(mail.uid, mail.size or 0, mail.internaldate, mail.flags or frozenset(), _message_id(header), header)


def _message_id(header: bytes) -> str | None:
    match = _MESSAGE_ID.search(header)
    text = " ".join(match[1].decode("utf-8", "replace").split()) if match else ""
    return text or None


def _raw(mail: Fetched, cap: int) -> Raw | None:
    body = mail.sections.get("BODY[]")
    if body is None:
        return None
    size = len(body) if mail.size is None else mail.size
    return Raw(mail.uid, mail.flags or frozenset(), mail.internaldate, size, body[:cap])
