r"""
The flags of the inbox: what a person says by them, and what we say.

\Answered and the seller's keyword are read on the messages of open threads; Amazon's notices are marked as read once a
person was told of them. A buyer's message is never marked.
"""

from collections.abc import Collection, Sequence

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.imap import Mailbox
from responder.adapters.store import Store, mails, notices, threads
from responder.tasks.receive import answers, needless
from responder.tasks.receive.judge import Judge

log = structlog.get_logger()

AT_ONCE = 1_000
"""Messages whose flags are asked for in one go; between two, other work of the program goes on."""


class Flags:
    """What the flags of one inbox were last seen to be."""

    def __init__(
        self,
        store: Store,
        judge: Judge,
        clock: Clock,
        *,
        marks: Collection[str],
        keyword: str | None,
    ) -> None:
        self._store = store
        self._judge = judge
        self._clock = clock
        self._marks = frozenset(marks)
        self._keyword = keyword
        self._log = log.bind(account=judge.account)
        self._modseq: int | None = None  # what CONDSTORE counts from: the SELECT of this connection

    def forget(self) -> None:
        """Begin again on a new connection: its SELECT counts from elsewhere."""
        self._modseq = None

    async def read(self, mailbox: Mailbox) -> None:
        r"""
        See \Answered and the keyword on the messages of open threads, and on nothing else of the folder.

        With CONDSTORE (RFC 7162) only what changed is sent; without it all of them are asked for, a thousand at a time.
        """
        where = (self._judge.account, mailbox.folder, mailbox.selected.uidvalidity)
        waiting = {uid: (thread, mail) for uid, thread, mail in await self._store.tx(threads.open_uids, *where)}
        uids = sorted(waiting)
        for start in range(0, len(uids), AT_ONCE):
            changed = await mailbox.flags(uids[start : start + AT_ONCE], self._modseq)
            for uid, flags in changed.items():
                if uid in waiting:
                    await self._heed(*waiting[uid], flags)
        if uids:
            self._modseq = mailbox.selected.highestmodseq

    async def _heed(self, thread_id: int, mail_id: int, flags: frozenset[str]) -> None:
        mark = needless.by_keyword(self._judge.no_response_keyword, flags)
        now = self._clock.now()
        if "\\Answered" in flags and await self._store.tx(answers.from_flag, self._judge, mail_id, thread_id, now):
            self._log.info("answered in a mail program", thread=thread_id)
        elif mark is not None and await self._store.tx(self._mark, mail_id, mark):
            self._log.info("marked as needing no answer", thread=thread_id)

    def _mark(self, conn: Connection, mail_id: int, mark: needless.Mark) -> bool:
        mail = mails.mail(conn, mail_id)
        return mail is not None and needless.known(conn, self._judge, mail, mark, self._clock.now()) is not None

    async def mark_seen(self, mailbox: Mailbox) -> None:
        """Mark Amazon's notices as read once a person was told; a buyer's message is never marked."""
        flags = set(self._marks)
        if flags and self._keyword and mailbox.can_keyword:
            flags.add(self._keyword)
        where = (self._judge.account, mailbox.folder, mailbox.selected.uidvalidity)
        seen: Sequence[tuple[int, int]] = await self._store.tx(notices.unmarked_seen_notices, *where)
        if not flags or not seen:
            return
        await mailbox.add_flags([uid for _, uid in seen], frozenset(flags))
        await self._store.tx(notices.mark_notices_marked, [notice for notice, _ in seen], self._clock.now())
        self._log.info("notices marked as read", notices=len(seen))
