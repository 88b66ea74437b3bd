"""
One folder of one account, watched: catch up, look at flags, mark what a person has seen, wait for a push, begin again.

After every wait comes a catch-up, push or not, so a lost push costs at most one IDLE round. The cursor moves in the
transaction that keeps the mail, so a crash at any point neither loses a mail nor handles it twice.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock, monotonic, pause
from responder.adapters.imap import Head, ImapSettings, Mailbox, Raw, Role, reconnect_delay
from responder.adapters.store import Store, cursors, health, mails
from responder.adapters.store.notice_flags import Marking
from responder.core import obeyed
from responder.core.actions import Asked
from responder.core.amazon import Catalogue
from responder.core.arrival import arrived_at, surely_before, written_at
from responder.core.authenticity import wants_dkim
from responder.core.dkim import DkimResult
from responder.core.kinds import Kind
from responder.core.message import Message, parse
from responder.core.troubles import Fault
from responder.errors import ResponderError, StateError, TemporaryError
from responder.imap.errors import ProtocolError
from responder.tasks.receive import returned
from responder.tasks.receive.fault import fault
from responder.tasks.receive.flags import Flags
from responder.tasks.receive.judge import Judge
from responder.tasks.receive.keep import RAW_LIMIT, Arrival, Kept, keep

log = structlog.get_logger()

ATTEMPTS = 2
"""How often a mail may go undelivered, or kill the process, before it is set aside."""
BATCH = 50
HEALTHY = 600.0
"""Seconds of a working connection after which earlier failures are forgotten."""


class Verifier(Protocol):
    """What checks DKIM signatures (adapters.authenticity)."""

    async def verify(self, message: Message, catalogue: Catalogue) -> DkimResult:
        """Return what the signatures of the From's store prove about `message`."""

    async def verify_sender(self, message: Message, domain: str) -> DkimResult:
        """Return what the signatures of `domain`, the sender's, prove about `message`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSettings:
    """How one folder is watched; without a `verifier` only the mail server's word on a sender counts."""

    imap: ImapSettings
    role: Role
    history: timedelta
    mark_seen: str = "after_digest"
    keyword: str | None = None
    verifier: Verifier | None = None


class Folder:
    """One folder and what is known of it; `turn` is one catch-up on an open connection, `run` is for ever."""

    def __init__(
        self,
        store: Store,
        judge: Judge,
        settings: FolderSettings,
        clock: Clock,
        *,
        wake: asyncio.Event,
        kept: Callable[[Kept], None],
        ticked: Callable[[], None],
        report: Callable[[Fault | None], None],
    ) -> None:
        """`ticked` is called at the end of each turn, `report` with each batch of one as well: it may take hours."""
        self._store = store
        self._judge = judge
        self._settings = settings
        self._clock = clock
        self._wake = wake
        self._kept = kept
        self._ticked = ticked
        self._report = report
        self._log = log.bind(account=judge.account, folder=str(settings.role))
        self._step = BATCH
        self._undelivered: Counter[int] = Counter()  # how often the server listed a mail and did not deliver it
        self._flags = Flags(store, judge, clock, marking=Marking(settings.mark_seen), keyword=settings.keyword)

    async def run(self) -> None:
        """Watch the folder for ever; a lost connection is opened again after a growing, jittered pause."""
        failures = 0
        while True:
            began = monotonic()
            try:
                await self._session()
            except (ResponderError, OSError) as error:
                if isinstance(error, StateError):
                    raise
                failures = 1 if monotonic() - began > HEALTHY else failures + 1
                delay = reconnect_delay(failures, error, random.random())  # noqa: S311 - jitter, no secret
                await self._trouble(error, delay)
                self._ticked()  # a server that is away is no loop that stands still: the watchdog kills all accounts
                await pause(delay.total_seconds())

    async def once(self) -> None:
        """Catch up once, look at the flags, mark what was seen, and close the connection."""
        mailbox = await Mailbox.open(self._settings.imap, self._settings.role)
        try:
            await self.turn(mailbox)
        finally:
            await mailbox.close()

    async def _session(self) -> None:
        mailbox = await Mailbox.open(self._settings.imap, self._settings.role)
        try:
            self._log.info("connected to the mailbox", uidvalidity=mailbox.selected.uidvalidity)
            self._flags.forget()
            while True:
                await self.turn(mailbox)
                if not mailbox.changed:
                    await self._health("connected", idle=True)
                    await mailbox.wait(self._wake)
        finally:
            await mailbox.close()

    async def turn(self, mailbox: Mailbox) -> None:
        """Do everything this folder needs now."""
        mailbox.changed = False
        await self._catch_up(mailbox)
        if self._settings.role is Role.INBOX:
            await self._flags.read(mailbox)
            await self._store.tx(returned.copy_did_not_come, self._judge, self._clock.now())
            await self._flags.tag(mailbox)
            await self._flags.mark_seen(mailbox)
        self._report(None)  # before the turn is told: only the end of one in a folder that can be reached was a look
        self._ticked()

    async def _catch_up(self, mailbox: Mailbox) -> None:
        account, uidvalidity = self._judge.account, mailbox.selected.uidvalidity
        cursor = await self._store.tx(cursors.cursor, account, mailbox.folder)
        if cursor is None:
            cursor = await self._first_cursor(mailbox)
        elif cursor.uidvalidity != uidvalidity:
            await self._renumbered(mailbox, cursor)
            return
        uids = await mailbox.uids_after(cursor.last_uid)
        await self._fetch_and_keep(mailbox, uids, revalidated=False)

    async def _first_cursor(self, mailbox: Mailbox) -> cursors.Cursor:
        """A first start looks back over `history` only: what is older has no clock that still runs."""
        since = self._judge.first_start_at - self._settings.history
        # Asked for first: a mail that arrives between the two questions is above the cursor, not under it.
        newest = max(await mailbox.uids_after(0), default=0)
        uids = await mailbox.uids_since((since - timedelta(days=1)).date())
        last = min(uids) - 1 if uids else newest
        self._log.info("first look at the folder", looking_back_to=since.isoformat(), mails=len(uids))
        return await self._store.tx(self._move_cursor, mailbox, last, None)

    def _move_cursor(
        self, conn: Connection, mailbox: Mailbox, last_uid: int, last_internaldate: datetime | None
    ) -> cursors.Cursor:
        uidvalidity = mailbox.selected.uidvalidity
        return cursors.move_cursor(
            conn, self._judge.account, mailbox.folder, uidvalidity, last_uid, None, last_internaldate
        )

    async def _fetch_and_keep(self, mailbox: Mailbox, uids: Sequence[int], *, revalidated: bool) -> None:
        start = 0
        while start < len(uids):
            await self._health("connected", idle=False, backlog=len(uids) - start)
            batch = uids[start : start + self._step]
            await self._keep_batch(mailbox, batch, revalidated=revalidated)
            start += len(batch)
        self._step = BATCH
        if uids:
            await self._health("connected", idle=False, backlog=0)

    async def _keep_batch(self, mailbox: Mailbox, uids: Sequence[int], *, revalidated: bool) -> None:
        heads = {head.uid: head for head in await mailbox.sizes(uids)}
        oldest = self._judge.first_start_at - self._settings.history
        wanted = [uid for uid in uids if uid in heads and _arrived(heads[uid], self._clock.now()) >= oldest]
        hopeless = {uid for uid in uids if self._undelivered[uid] >= ATTEMPTS}
        raws = await self._fetch(mailbox, [heads[uid] for uid in wanted if uid not in hopeless])
        asked = [uid for uid in uids if uid not in hopeless and (uid in wanted or uid not in heads)]
        missing = [uid for uid in asked if uid not in raws]
        unknown = await self._still_there(mailbox, missing)
        for uid in uids:
            if uid in raws:
                await self._keep_one(mailbox, raws[uid], revalidated=revalidated)
            elif uid in hopeless:
                await self._quarantine(
                    mailbox, uid, "the server lists it and does not deliver it", revalidated=revalidated
                )
            elif uid in unknown:  # asked for and not given: nothing behind it is passed by until it is known
                self._undelivered[uid] += 1
                raise TemporaryError(f"the server lists mail {uid} in {mailbox.folder} and does not deliver it")
            else:
                await self._store.tx(self._pass_by, mailbox, heads.get(uid), uid, revalidated=revalidated)

    async def _fetch(self, mailbox: Mailbox, heads: Sequence[Head]) -> dict[int, Raw]:
        """Fetch mails; after an answer nobody can read, one at a time, so that one mail does not hold up the others."""
        uids = [head.uid for head in heads]
        try:
            batches = mailbox.fetch(uids, cap=RAW_LIMIT, heads=heads)
            return {raw.uid: raw async for batch in batches for raw in batch.mails}
        except ProtocolError:
            self._step = 1
            if len(uids) == 1:
                self._undelivered[uids[0]] += 1
            raise

    async def _still_there(self, mailbox: Mailbox, uids: Sequence[int]) -> frozenset[int]:
        if not uids:
            return frozenset()
        return frozenset(uids) & frozenset(await mailbox.uids_after(min(uids) - 1))

    async def _keep_one(self, mailbox: Mailbox, raw: Raw, *, revalidated: bool) -> None:
        # Counted before a byte is parsed: a mail that kills the process is known at the next start.
        place = (self._judge.account, mailbox.folder, mailbox.selected.uidvalidity, raw.uid)
        if await self._store.tx(cursors.begin_attempt, *place, self._clock.now()) > ATTEMPTS:
            why = "reading it ended the program again and again"
            await self._quarantine(mailbox, raw.uid, why, revalidated=revalidated)
            return
        try:
            message = parse(raw.raw, size=raw.size)
            dkim = await self._proof(message)
            kept = await self._store.tx(self._keep, mailbox, raw, message, dkim, revalidated=revalidated)
        except TemporaryError:
            with contextlib.suppress(TemporaryError):  # the state's trouble, not the mail's: it counts for nothing
                await self._store.tx(cursors.finish_attempt, *place)
            raise
        except Exception as error:  # noqa: BLE001 - whatever one mail does, the next one is handled
            self._log.exception("a mail could not be handled", uid=raw.uid)
            why = f"{type(error).__name__} while it was handled"
            await self._quarantine(mailbox, raw.uid, why, revalidated=revalidated)
            return
        if kept.mail_id is not None:
            self._log.info("mail kept", uid=raw.uid, mail=kept.mail_id, kind=str(kept.kind), thread=kept.thread_id)
        elif kept.thread_id is not None:
            self._log.info("marked as needing no answer", uid=raw.uid, thread=kept.thread_id)
        if kept.asked is not None:
            self._say_asked(raw.uid, kept.asked)
        self._kept(kept)
        if kept.canary:
            self._log.info("test mail arrived", uid=raw.uid)
            if self._settings.role is Role.INBOX:  # other folders are opened to be read
                await self._flags.read_own(mailbox, raw.uid)

    def _say_asked(self, uid: int, found: Asked) -> None:
        action, reason = str(found.action), str(found.outcome)
        if found.outcome.is_done:
            self._log.info(
                "done, as a link of the digest asked", uid=uid, action=action, target=found.target, reason=reason
            )
        else:
            self._log.warning(
                "refused what a link of the digest asked", uid=uid, action=action, target=found.target, reason=reason
            )

    async def _proof(self, message: Message) -> DkimResult | None:
        """Check the signature now, before the transaction: keys change, so a later look would prove nothing."""
        judge, verifier = self._judge, self._settings.verifier
        if verifier is None:
            return None
        if wants_dkim(message, judge.catalogue, judge.authserv_id):
            return await verifier.verify(message, judge.catalogue)
        if self._settings.role is Role.INBOX and obeyed.wants_dkim(message, judge.obeys):
            return await verifier.verify_sender(message, message.from_[0].domain)
        return None

    def _keep(
        self,
        conn: Connection,
        mailbox: Mailbox,
        raw: Raw,
        message: Message,
        dkim: DkimResult | None,
        *,
        revalidated: bool,
    ) -> Kept:
        now = self._clock.now()
        dated = written_at if self._settings.role is Role.SENT else arrived_at
        arrival = Arrival(
            folder=mailbox.folder,
            role=str(self._settings.role),
            uidvalidity=mailbox.selected.uidvalidity,
            uid=raw.uid,
            received_at=dated(raw.internaldate, message, now),
            size=raw.size,
            flags=raw.flags,
            raw=raw.raw,
            revalidated=revalidated,
            message=message,
            dkim=dkim,
        )
        since = self._judge.first_start_at - self._settings.history
        old = surely_before(since, arrival.received_at, message)
        kept = Kept(None, Kind.OTHER) if old else keep(conn, self._judge, arrival, now)
        cursors.finish_attempt(conn, self._judge.account, mailbox.folder, arrival.uidvalidity, raw.uid)
        if not revalidated:
            self._move_cursor(conn, mailbox, raw.uid, raw.internaldate)
        return kept

    async def _quarantine(self, mailbox: Mailbox, uid: int, error: str, *, revalidated: bool) -> None:
        """Set a mail aside for a person: it stays on the server, is shown and counted, and the next one is handled."""

        def set_aside(conn: Connection) -> None:
            place = (self._judge.account, mailbox.folder, mailbox.selected.uidvalidity, uid)
            if not cursors.quarantine(conn, *place, error, self._clock.now()):
                cursors.begin_attempt(conn, *place, self._clock.now())
                cursors.quarantine(conn, *place, error, self._clock.now())
            if not revalidated:  # else the folder would look matched before it is
                self._move_cursor(conn, mailbox, uid, None)

        await self._store.tx(set_aside)
        self._undelivered.pop(uid, None)
        self._log.error("a mail was set aside for a person", uid=uid, reason=error)

    def _pass_by(self, conn: Connection, mailbox: Mailbox, head: Head | None, uid: int, *, revalidated: bool) -> None:
        """Move on from a mail of before the history looked at, or one that was deleted meanwhile."""
        if not revalidated:
            self._move_cursor(conn, mailbox, uid, head.internaldate if head else None)

    async def _renumbered(self, mailbox: Mailbox, cursor: cursors.Cursor) -> None:
        """
        UIDVALIDITY changed (RFC 3501 2.3.1.1): no UID known before means anything now.

        Known mails are found by Message-ID and size; what is left and not older than the last mail handled is new,
        gets its clock, and is never acknowledged, since it may have been before.
        """
        self._log.warning("the server renumbered the folder", was=cursor.uidvalidity, now=mailbox.selected.uidvalidity)
        since = self._judge.first_start_at - self._settings.history
        newest = cursor.last_internaldate or self._judge.first_start_at
        if self._settings.role is Role.NO_RESPONSE:  # a mail that is put there keeps its date; marking twice is nothing
            newest = since
        # Asked for first: a mail that arrives while the folder is matched stays above the cursor.
        last = max(await mailbox.uids_after(0), default=0)
        heads = await mailbox.message_ids(await mailbox.uids_since((since - timedelta(days=1)).date()))
        known = await self._store.tx(self._rejoin, mailbox, heads)
        fresh = [head.uid for head in heads if head.uid not in known and _arrived(head, self._clock.now()) >= newest]
        await self._fetch_and_keep(mailbox, fresh, revalidated=True)
        last = max([last, *(head.uid for head in heads)])
        await self._store.tx(self._move_cursor, mailbox, last, newest)
        self._log.warning("the folder was matched again", known=len(known), new=len(fresh))

    def _rejoin(self, conn: Connection, mailbox: Mailbox, heads: Sequence[Head]) -> frozenset[int]:
        known = set()
        for head in heads:
            mail = mails.mail_by_message_id(conn, self._judge.account, head.message_id) if head.message_id else None
            if mail is not None and mail.size == head.size and mail.role == str(self._settings.role):
                mails.move_mail_uid(conn, mail.id, mailbox.folder, mailbox.selected.uidvalidity, head.uid)
                known.add(head.uid)
        return frozenset(known)

    async def _health(self, state: str, *, idle: bool, backlog: int | None = None) -> None:
        self._report(None)
        if self._settings.role is Role.INBOX:
            await self._store.tx(
                health.set_health,
                self._judge.account,
                imap_state=state,
                imap_contact_at=self._clock.now(),
                imap_idle=idle,
                backlog=backlog,
            )

    async def _trouble(self, error: Exception, delay: timedelta) -> None:
        self._log.warning("the mailbox cannot be reached", error=str(error), again_in=round(delay.total_seconds()))
        self._report(fault(error, self._clock.now() + delay))
        try:
            if self._settings.role is Role.INBOX:
                await self._store.tx(health.set_health, self._judge.account, imap_state="failing", imap_idle=False)
        except TemporaryError as second:
            self._log.warning("the trouble could not be noted", error=str(second))


def _arrived(mail: Head, now: datetime) -> datetime:
    """Return INTERNALDATE, or now where the server gives none or one that has not come."""
    return min(mail.internaldate or now, now)
