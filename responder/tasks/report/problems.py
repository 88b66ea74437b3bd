"""
What a digest tells of as a problem, and what changed in the calendar.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import cursors, decisions, health, mails, sending, threads, troubles, undelivered
from responder.core import breaker, trouble_words
from responder.core.speech import say, several
from responder.core.threads import ThreadState
from responder.core.troubles import TroubleKind
from responder.tasks.report.values import SHOWN, Reporter

DOUBTFUL = 10
ARRIVING = (TroubleKind.CANARY, TroubleKind.SILENCE)
"""What says that mail may no longer arrive, which no connection shows."""


def keeps_mail_back(conn: Connection, reporter: Reporter, since_at: datetime | None, now: datetime) -> Iterator[str]:
    """Yield what keeps mail from buyers, and how much was too late since the last digest: nothing is lost silently."""
    obstacle, waiting = sending.state(conn).obstacle(now), sending.waiting(conn, now, since_at)
    if obstacle is not None:
        yield breaker.words(obstacle, waiting.valid, now, reporter.operator.zone)
    if waiting.expired:
        yield breaker.too_late(waiting.expired)


def never_looked_at(conn: Connection, reporter: Reporter) -> Iterator[str]:
    """Yield the mailboxes of which nothing is known: nothing to answer there would be said too soon."""
    known = {each.account for each in health.health(conn) if each.imap_last_contact_at is not None}
    for account in reporter.accounts:
        if account not in known:
            yield say("The mailbox of {account} was never looked at: what waits there is not known.", account=account)


def problems(conn: Connection, since_at: datetime | None, mails_told: int) -> tuple[str, ...]:
    """Return what the operator has to put right: mailboxes, mails set aside, doubts since then."""
    failing = [f"{each.account}: {each.problem}" for each in health.health(conn) if each.problem]
    aside = [
        say(
            "{account}: mail {uid} in {folder} could not be read and was set aside ({error})",
            account=each.account,
            uid=each.uid,
            folder=each.folder,
            error=each.error,
        )
        for each in cursors.quarantined(conn)
    ]
    lost = [
        f"{each.account}: {each.detail['words']}"
        for action in (decisions.RETURNED_UNSURE, decisions.BCC_NOT_BELIEVED)
        for each in decisions.decisions(conn, action=action, since=since_at, limit=SHOWN)
        if action != decisions.BCC_NOT_BELIEVED or _still_asks(conn, each)
    ]
    unheard = [f"{each.account}: {each.words}" for each in troubles.lasting(conn, ARRIVING) if each.well_at is None]
    crowded = [
        f"{trouble_words.headline(each)} ({each.words})"
        for each in troubles.lasting(conn, [TroubleKind.DISK])
        if each.well_at is None
    ]
    unsaid = [
        say("No mail server took this mail to you: “{subject}” ({reason})", subject=each.subject, reason=each.reason)
        for each in undelivered.unsaid(conn)
    ]
    return (*unsaid, *failing, *crowded, *unheard, *aside, *lost, *_doubtful(mails.unverified(conn, mails_told)))


def _still_asks(conn: Connection, doubt: decisions.Decided) -> bool:
    """A copy that was not believed asks nobody any more once its thread was answered another way."""
    thread = None if doubt.thread_id is None else threads.thread(conn, doubt.thread_id)
    return thread is None or thread.state is ThreadState.OPEN


def changes(conn: Connection) -> tuple[decisions.Decided, ...]:
    """Return every change of the calendar that an update brought."""
    return decisions.decisions(conn, action=decisions.CALENDAR_CHANGED)


def calendar_changes(conn: Connection, told: int) -> Iterator[str]:
    """Yield what an update changed in the calendar since the last digest."""
    for change in changes(conn):
        if change.id > told:
            yield from change.detail["words"]


def _doubtful(found: Sequence[mails.StoredMail]) -> Iterator[str]:
    for each in found[:DOUBTFUL]:
        yield say(
            "{account}: not verified, nothing was sent: {subject} ({reason})",
            account=each.account,
            subject=each.subject or say("(no subject)"),
            reason=each.authentic_reason,
        )
    if rest := max(len(found) - DOUBTFUL, 0):
        yield several(
            rest,
            "and {n} more mail that is not verified: look at the mailbox",
            "and {n} more mails that are not verified: look at the mailbox",
        )
