"""
The one trouble that no row can tell of: the state itself cannot be written, so nothing is kept, decided or sent.

Its mail goes past the outbox. That it was told is kept in memory, and in the state once that can be written again.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.smtp import Ambiguous, Delivered, LoginRefused, Sender
from responder.adapters.store import Store, troubles
from responder.core import compose, trouble_words
from responder.core import operator as operators
from responder.core.operator import OperatorMail, Outlet, in_the_name_of
from responder.core.speech import spoken
from responder.core.trouble_words import Facts
from responder.core.troubles import Trouble, TroubleKind
from responder.daemon.parts import AccountParts, Parts
from responder.errors import ConfigError

log = structlog.get_logger()

KEY = "state"


class Unwritable:
    """Since when the state cannot be written, and whether that was told."""

    def __init__(self, parts: Parts, store: Store, clock: Clock) -> None:
        self._operator = parts.operator
        self._accounts = sorted(parts.accounts, key=lambda each: each.name != parts.operator.account)
        self._after: timedelta = parts.loaded.config.operator.unreachable_after
        self._store = store
        self._clock = clock
        self._since: datetime | None = None
        self._told_at: datetime | None = None
        self._words = ""

    async def failed(self, words: str) -> None:
        """Note that it cannot be written; tell the operator once when that lasts."""
        now = self._clock.now()
        self._since = self._since or now
        self._words = words
        if self._told_at is None and now - self._since >= self._after and await self._tell(self._since, now):
            self._told_at = now

    async def worked(self) -> None:
        """Note that it can be written: what was told is a row from now on, so that its end is told as any other's."""
        if self._since is not None and self._told_at is not None:
            await self._store.tx(_keep, self._operator.account, self._words, self._since, self._told_at)
            await self._store.tx(troubles.over, self._operator.account, TroubleKind.STATE, KEY, self._clock.now())
        self._since = self._told_at = None

    async def _tell(self, since: datetime, now: datetime) -> bool:
        """Hand the mail to the first server that takes it."""
        mail = self._mail(since, now)
        for account in self._accounts:
            if await _handed_over(account, self._operator.email, mail):
                log.error("told past the outbox that nothing can be stored", account=account.name)
                return True
        log.error("nothing can be stored, and no mail server takes the mail that says so", reason=self._words)
        return False

    def _mail(self, since: datetime, now: datetime) -> OperatorMail:
        to = self._operator
        facts = Facts(troubles=(self._trouble(since),), now=now, zone=to.zone, hosts=to.hosts)
        with spoken(to.speech):
            alert = trouble_words.alert(facts)
        key = f"alert:unwritable:{since.isoformat()}"
        return operators.write(to, compose.ALERT, key, now, subject=alert.subject, text=alert.text)

    def _trouble(self, since: datetime) -> Trouble:
        return Trouble(
            id=0,
            account=self._operator.account,
            kind=TroubleKind.STATE,
            key=KEY,
            words=self._words,
            began_at=since,
            last_at=since,
            bad_at=since,
            away=timedelta(0),
        )


async def _handed_over(account: AccountParts, to: str, mail: OperatorMail) -> bool:
    """Send the mail in this account's name; one of unknown fate may have arrived, and is not repeated."""
    sender = Sender(account.smtp)
    raw = in_the_name_of(Outlet(account.name, account.sender), mail.raw)
    try:
        outcome = await sender.send(account.sender, to, raw, _at_once)
    except (LoginRefused, ConfigError) as error:
        log.warning("a mail server refuses us", account=account.name, reason=str(error))
        return False
    finally:
        await sender.close()
    return isinstance(outcome, Delivered | Ambiguous)


async def _at_once() -> bool:
    """There is no row in which the start of the body could be noted."""
    return True


def _keep(conn: Connection, account: str, words: str, since: datetime, told_at: datetime) -> None:
    troubles.begin(conn, account, TroubleKind.STATE, KEY, words, since)
    known = troubles.one(conn, account, TroubleKind.STATE, KEY)
    if known is not None:
        troubles.told(conn, [known.id], None, told_at)
