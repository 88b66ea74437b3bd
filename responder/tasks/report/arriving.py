"""
Whether mail still arrives, as a digest tells it of each mailbox: its newest mail, and its last test mail.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from responder.adapters.store import canaries
from responder.core import canary, wording
from responder.core.message import clean
from responder.core.silence import KNOWN_FOR, usual
from responder.core.speech import say
from responder.tasks.report.values import Reporter

LATELY = timedelta(days=100)
"""For how long a test mail is told of; the rarest comes every 90 days, and they may be switched off."""


def lines(conn: Connection, reporter: Reporter, now: datetime) -> Iterator[str]:
    """Yield a sentence about each of both, where there is one."""
    zone = reporter.operator.zone
    for account in reporter.accounts:
        at = canaries.last_arrival(conn, account)
        if at is not None:
            time, within = wording.moment(at, now, zone), usual(canaries.arrivals(conn, account, at - KNOWN_FOR))
            yield _newest(clean(account, 60), time, within)
        last = canaries.last(conn, account)
        if last is not None and now - last.made_at < LATELY:
            yield canary.said(last, now, zone)


def _newest(account: str, time: str, within: timedelta | None) -> str:
    if within is None:
        return say("The newest mail to account {account} came {time}.", account=account, time=time)
    span = wording.span(within)
    return say(
        "The newest mail to account {account} came {time}; one usually comes within {span}.",
        account=account,
        time=time,
        span=span,
    )
