r"""
The flags of the inbox: what a person says by them, and what we say.

\Answered and the seller's keyword are read on the messages of open threads; \Seen and \Answered on Amazon's notices,
which get our keyword when they are kept, and \Seen once a person was told. Our own test mail is marked as read when it
comes; a buyer's message is never marked.
"""

import contextlib
from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.imap import Mailbox
from responder.adapters.store import Store, mails, notice_flags, notices, threads
from responder.adapters.store.notice_flags import Flagged, Marking, Place
from responder.core.notice_life import SeenBy
from responder.imap.errors import CommandRefused, ServerBusy
from responder.tasks.receive import answers, needless
from responder.tasks.receive.judge import Judge

log = structlog.get_logger()

AT_ONCE = 1_000
"""Messages whose flags are asked for in one go; between two, other work of the program goes on."""
SEEN, ANSWERED = "\\Seen", "\\Answered"


class Flags:
    """What the flags of one inbox were last seen to be."""

    def __init__(self, store: Store, judge: Judge, clock: Clock, *, marking: Marking, keyword: str | None) -> None:
        self._store = store
        self._judge = judge
        self._clock = clock
        self._marking = marking
        self._keyword = keyword
        self._log = log.bind(account=judge.account)
        self._refused = False  # the server took no keyword on this connection
        self._modseq: int | None = None  # what CONDSTORE counts from: the SELECT of this connection

    def forget(self) -> None:
        """Begin again on a new connection: its SELECT counts from elsewhere."""
        self._modseq = None
        self._refused = False

    async def read(self, mailbox: Mailbox) -> None:
        r"""
        See \Answered and the keyword on the messages of open threads, \Seen and \Answered on notices, and nothing else.

        With CONDSTORE (RFC 7162) only what changed is sent; without it all of them are asked for, a thousand at a time.
        """
        place = self._place(mailbox)
        waiting = await self._store.tx(threads.open_uids, place.account, place.folder, place.uidvalidity)
        of_threads = {uid: (thread, mail) for uid, thread, mail in waiting}
        watched = await self._store.tx(notice_flags.watched, place, self._clock.now())
        of_notices = {each.uid: each for each in watched}
        uids = sorted({*of_threads, *of_notices})
        for start in range(0, len(uids), AT_ONCE):
            changed = await mailbox.flags(uids[start : start + AT_ONCE], self._modseq)
            for uid, flags in changed.items():
                if uid in of_threads:
                    await self._heed(*of_threads[uid], flags)
            await self._heed_notices({uid: of_notices[uid] for uid in changed if uid in of_notices}, changed)
        if uids:
            self._modseq = mailbox.selected.highestmodseq

    def _place(self, mailbox: Mailbox) -> Place:
        return Place(self._judge.account, mailbox.folder, mailbox.selected.uidvalidity)

    async def _heed(self, thread_id: int, mail_id: int, flags: frozenset[str]) -> None:
        mark = needless.by_keyword(self._judge.no_response_keyword, flags)
        now = self._clock.now()
        if ANSWERED in flags and await self._store.tx(answers.from_flag, self._judge, mail_id, thread_id, now):
            self._log.info("answered in a mail program", thread=thread_id)
        elif mark is not None and await self._store.tx(self._mark, mail_id, mark):
            self._log.info("marked as needing no answer", thread=thread_id)

    def _mark(self, conn: Connection, mail_id: int, mark: needless.Mark) -> bool:
        mail = mails.mail(conn, mail_id)
        return mail is not None and needless.known(conn, self._judge, mail, mark, self._clock.now()) is not None

    async def _heed_notices(self, asked: Mapping[int, Flagged], flags: Mapping[int, frozenset[str]]) -> None:
        r"""A person's flags on notices; a \Seen that may be ours is nobody's."""
        replied = [each.notice_id for uid, each in asked.items() if ANSWERED in flags[uid]]
        read = [each.notice_id for uid, each in asked.items() if SEEN in flags[uid] and not each.ours and not each.seen]
        for ids, by in ((replied, SeenBy.REPLY), (read, SeenBy.MAIL_PROGRAM)):
            news = await self._store.tx(notices.see, ids, self._clock.now(), by) if ids else ()
            if news:
                self._log.info("a person has seen notices", notices=len(news), by=str(by))

    async def tag(self, mailbox: Mailbox) -> None:
        """Set our keyword on the notices that are tracked, where the server keeps keywords."""
        if not self._keyword or not mailbox.can_keyword or self._refused:
            return
        waiting = await self._store.tx(notice_flags.untagged, self._place(mailbox), self._clock.now())
        if not waiting:
            return
        try:
            await mailbox.add_flags([each.uid for each in waiting], [self._keyword])
        except (CommandRefused, ServerBusy) as refused:  # RFC 5530: [LIMIT] says so too; it is for other programs
            self._refused = True
            self._log.warning("the server does not take the keyword", keyword=self._keyword, error=str(refused))
            return
        await self._store.tx(notice_flags.tagged, [each.notice_id for each in waiting], self._clock.now())

    async def read_own(self, mailbox: Mailbox, uid: int) -> None:
        r"""Mark our own test mail as read: nobody has to open it. A server that does not take \Seen loses nothing."""
        with contextlib.suppress(CommandRefused, ServerBusy):
            await mailbox.add_flags([uid], [SEEN])

    async def mark_seen(self, mailbox: Mailbox) -> None:
        """Mark Amazon's notices as read once a person was told; a buyer's message is never marked."""
        waiting: Sequence[Flagged] = await self._store.tx(notice_flags.to_mark, self._place(mailbox), self._marking)
        if not waiting:
            return
        # Asked just before: a person may have read one since the last look.
        flags = await mailbox.flags([each.uid for each in waiting])
        await self._heed_notices({each.uid: each for each in waiting if each.uid in flags}, flags)
        unread = [each for each in waiting if SEEN not in flags.get(each.uid, ())]
        ids = [each.notice_id for each in waiting]
        if unread:
            begun = [each.notice_id for each in unread]
            await self._store.tx(notice_flags.begin_marking, begun, self._clock.now())
            await mailbox.add_flags([each.uid for each in unread], [SEEN])
            self._log.info("notices marked as read", notices=len(unread))
        await self._store.tx(notice_flags.marked, ids, self._clock.now())
