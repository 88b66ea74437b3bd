"""
Which troubles are told now, in which mail; and which are over.
"""

from collections import Counter
from datetime import datetime

import structlog
from sqlalchemy import Connection

from responder.adapters.store import mails, notices, outbox, threads, troubles
from responder.core import compose, trouble_words
from responder.core import operator as operators
from responder.core.speech import spoken
from responder.core.trouble_words import Facts, Recovered
from responder.core.troubles import TOGETHER, Night, Trouble, TroubleKind, over_from, recovery_at, tell_at
from responder.tasks.troubles.values import Guard

log = structlog.get_logger()

_MISSED_MAIL = (TroubleKind.MAILBOX, TroubleKind.PASSWORD_REFUSED, TroubleKind.PASSWORD_UNREADABLE)


def settle(conn: Connection, guard: Guard, now: datetime) -> None:
    """End what has been well for long enough; and, without a word, what nobody looks after any more."""
    gone = [each.id for each in troubles.lasting(conn) if each.rule.recovers and guard.gone(each)]
    if gone:
        troubles.end(conn, gone, now)
        troubles.over_told(conn, gone, now)
    ended = [each for each in troubles.lasting(conn) if (at := over_from(each, guard.after)) is not None and at <= now]
    if ended:
        troubles.end(conn, [each.id for each in ended], now)
    for each in ended:
        if each.told_at is not None:
            log.info("a trouble is over", account=each.account, kind=str(each.kind), key=each.key)


def tell(conn: Connection, guard: Guard, now: datetime) -> int | None:
    """Write one mail about all that is to be told now, and return its outbox row."""
    began, over = _due(conn, guard, now), _recovered(conn, guard, now)
    if not began and not over:
        return None
    to = guard.operator
    facts = Facts(
        troubles=began,
        recovered=tuple(Recovered(each, _came(conn, each)) for each in over),
        threads=tuple(
            told
            for each in threads.threads(conn, open=True)
            if (told := operators.waiting(each, messages=each.messages)) is not None
        ),
        now=now,
        zone=to.zone,
        hosts=to.hosts,
    )
    with spoken(to.speech):
        alert = trouble_words.alert(facts)
    key = f"alert:troubles:{(*began, *over)[0].id}:{now.isoformat()}"
    mail = operators.write(to, compose.ALERT, key, now, subject=alert.subject, text=alert.text)
    outbox_id = outbox.enqueue_for_operator(conn, to.account, mail, to.email, now)
    troubles.told(conn, [each.id for each in began], outbox_id, now)
    troubles.over_told(conn, [each.id for each in over], now)
    for (account, kind), number in Counter((each.account, str(each.kind)) for each in began).items():
        log.error("a trouble is told", account=account, kind=kind, number=number, outbox=outbox_id)
    return outbox_id


def next_at(conn: Connection, guard: Guard, now: datetime) -> datetime | None:
    """Return when something is to be told or ended next; None while nothing is wrong."""
    lasting = troubles.lasting(conn)
    night, daily = _night(conn, guard, now), troubles.daily_told_at(conn)
    points = [tell_at(each, guard.after, night, daily) for each in lasting]
    points += [over_from(each, guard.after) for each in lasting]
    points += [recovery_at(each, guard.operator.waking) for each in troubles.to_recover(conn)]
    return min((at for at in points if at is not None), default=None)


def _due(conn: Connection, guard: Guard, now: datetime) -> tuple[Trouble, ...]:
    """Return what is told now: what is due, and in its company what would be soon."""
    untold = [each for each in troubles.lasting(conn) if each.told_at is None]
    if not untold:
        return ()
    night, daily = _night(conn, guard, now), troubles.daily_told_at(conn)
    points = [(each, at) for each in untold if (at := tell_at(each, guard.after, night, daily)) is not None]
    if not any(at <= now for _, at in points):
        return ()
    return tuple(each for each, at in points if at <= now + TOGETHER)


def _night(conn: Connection, guard: Guard, now: datetime) -> Night:
    """Return whether the operator sleeps, and the first deadline there is; what is overdue is lost already."""
    waking = guard.operator.waking
    if waking is None:
        return Night()
    ends = [each.answer_by_at for each in threads.threads(conn, open=True)]
    ends += [each.due_at for each in notices.notices(conn, waiting=True)]
    return Night(waking, min((at for at in ends if at is not None and at >= now), default=None))


def _recovered(conn: Connection, guard: Guard, now: datetime) -> tuple[Trouble, ...]:
    """Return what is over and is said now."""
    points = [(each, recovery_at(each, guard.operator.waking)) for each in troubles.to_recover(conn)]
    return tuple(each for each, at in points if at is not None and at <= now)


def _came(conn: Connection, trouble: Trouble) -> int | None:
    """Return how many messages came in while nobody could see them."""
    if trouble.kind not in _MISSED_MAIL or trouble.key == "smtp" or trouble.over_at is None:
        return None
    return mails.arrived(conn, trouble.account, trouble.began_at, trouble.over_at)
