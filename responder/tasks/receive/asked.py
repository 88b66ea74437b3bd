"""
A mail that asks for something by a link of the digest: who may ask, how often, and what is done.

It must come from the operator's address, proven, written by a person, with one token of ours that was not used and has
not expired. Each attempt is kept, done or refused; nobody is answered, so nobody learns anything by trying.
"""

from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import by_person, mail_actions, mails, notices, outbox, suppressions, threads
from responder.core import actions
from responder.core.actions import Action, Asked, Command, Judged, Outcome, Token
from responder.core.dkim import DkimResult
from responder.core.message import Message
from responder.core.notice_life import SeenBy
from responder.core.obeyed import Request, request
from responder.core.threads import Thread, ThreadState
from responder.tasks.receive.by_person import stop_clock
from responder.tasks.receive.judge import Judge
from responder.tasks.receive.noted import note

ASKED = "asked_by_mail"
"""The action of a decision about what a link of the digest asked for; its reason is an `Outcome`."""
BY_A_LINK = "by a link of the digest"
_GONE_ON = ("queued", "sending", "sent")


def keep(
    conn: Connection,
    judge: Judge,
    mail_id: int,
    message: Message,
    dkim: DkimResult | None,
    received_at: datetime,
    now: datetime,
) -> Asked | None:
    """Do, or refuse, what a mail asks for, and keep what became of it; None when it asks for nothing."""
    found = request(message, judge.obeys, dkim)
    if found is None:
        return None
    command, token = found.commands[0], actions.opened(judge.instance.secret, found.commands[0].token)
    refused = _refusal(conn, found, token, received_at)
    if token is None or refused is not None:
        judged = refused or Judged(Outcome.NOT_OURS, "")
    else:
        judged = _do(conn, judge, mail_id, token, received_at, now)
    return _kept(conn, judge, mail_id, command, token, judged, now)


def _kept(
    conn: Connection,
    judge: Judge,
    mail_id: int,
    command: Command,
    token: Token | None,
    judged: Judged,
    now: datetime,
) -> Asked:
    attempt = mail_actions.Attempt(
        account=judge.account,
        mail_id=mail_id,
        at=now,
        action=command.action,
        target=command.target,
        token=token.text if token else None,
        outcome=judged.outcome,
        detail=judged.detail,
    )
    made = mail_actions.add(conn, attempt)
    if made is None:  # this very transaction looked before it did anything
        raise AssertionError("a token was used twice")
    verb = "done" if judged.outcome.is_done else "refused"
    meant = token if token and _is_believed(judged.outcome) else None
    note(
        conn,
        judge,
        now,
        ASKED,
        f"asked by mail: {command.action.word} {command.target}; {verb}",
        mail_id=mail_id,
        thread_id=_thread_of(conn, meant),
        outbox_id=meant.target if meant and meant.action is Action.RELEASE and _is_there(judged) else None,
        reasons=[{"code": str(judged.outcome), "detail": judged.detail}],
    )
    return Asked(made, now, command.action, command.target, judged.outcome, judged.detail)


def _is_there(judged: Judged) -> bool:
    return judged.outcome is not Outcome.GONE


def _is_believed(outcome: Outcome) -> bool:
    """Return whether the operator asked: a forged mail has no place in a thread's story."""
    return outcome.is_done or outcome in actions.FROM_THE_OPERATOR


def _thread_of(conn: Connection, token: Token | None) -> int | None:
    if token is None or token.action not in (Action.ANSWERED, Action.NO_RESPONSE_NEEDED, Action.SUPPRESS):
        return None
    return token.target if threads.thread(conn, token.target) else None


def _refusal(conn: Connection, found: Request, token: Token | None, received_at: datetime) -> Judged | None:
    """Return why nothing is done, before anything is looked at that it is about; None when the operator asks."""
    if found.refused is not None:
        return found.refused
    (command,) = found.commands
    if token is None or (token.action, token.target) != (command.action, command.target):
        return Judged(Outcome.NOT_OURS, "the link is of another installation, or was changed")
    if received_at > token.expires_at:
        return Judged(Outcome.EXPIRED, token.expires_at.isoformat(timespec="seconds"))
    used_at = mail_actions.used_at(conn, token.text)
    return Judged(Outcome.USED, used_at.isoformat(timespec="seconds")) if used_at else None


def _do(conn: Connection, judge: Judge, mail_id: int, token: Token, received_at: datetime, now: datetime) -> Judged:
    match token.action:
        case Action.ANSWERED | Action.NO_RESPONSE_NEEDED:
            return _stop_clock(conn, judge, mail_id, token, received_at, now)
        case Action.SUPPRESS:
            return _suppress(conn, judge, token, now)
        case Action.SEEN:
            return _see(conn, token, now)
        case Action.RELEASE:
            return _release(conn, token, now)


def _stop_clock(
    conn: Connection, judge: Judge, mail_id: int, token: Token, received_at: datetime, now: datetime
) -> Judged:
    thread = threads.thread(conn, token.target)
    if thread is None:
        return Judged(Outcome.GONE, f"there is no thread {token.target}")
    if thread.state is not ThreadState.OPEN:
        return Judged(Outcome.ALREADY, f"it was {thread.state} before")
    if unseen := _not_shown(conn, thread, token):
        return unseen
    at = max(received_at, thread.last_message_at or received_at)  # what the digest had shown is what is settled
    why = stop_clock(conn, judge, thread.id, token.action.word, now, at=at, mail_id=mail_id)
    return Judged(Outcome.DONE, why or "")


def _not_shown(conn: Connection, thread: Thread, token: Token) -> Judged | None:
    """
    Return why the digest does not speak for the thread as it is now: what came since was not in it.

    An answer that it knew may have come back since, with the report.
    """
    kept = mails.thread_mails(conn, thread.id)
    since = [mail for mail in kept if mail.id > token.shown]
    written = [mail.received_at for mail in since if mail.kind == "buyer_message" and mail.repeat_of is None]
    if written:
        return Judged(Outcome.WROTE_AGAIN, max(written).isoformat(timespec="seconds"))
    reported = {mail.received_at for mail in since}
    returned = [
        mail.received_at
        for mail in kept
        if mail.returned_at is not None and (mail.id > token.shown or mail.returned_at in reported)
    ]
    return Judged(Outcome.CAME_BACK, max(returned).isoformat(timespec="seconds")) if returned else None


def _suppress(conn: Connection, judge: Judge, token: Token, now: datetime) -> Judged:
    """Keep it in every account, as the command does."""
    thread = threads.thread(conn, token.target)
    if thread is None:
        return Judged(Outcome.GONE, f"there is no thread {token.target}")
    names = tuple(dict.fromkeys((thread.account, *judge.accounts)))
    before = [suppressions.suppressed(conn, name, [thread.buyer_alias]) for name in names]
    reason = suppressions.by_you(BY_A_LINK)
    stands, _ = by_person.suppress(conn, names, thread.buyer_alias, reason, now, "you")
    if before == list(stands):
        return Judged(Outcome.ALREADY, f"it stood already ({stands[0].reason})")
    return Judged(Outcome.DONE, "no automatic mail to this buyer any more")


def _see(conn: Connection, token: Token, now: datetime) -> Judged:
    if notices.notice(conn, token.target) is None:
        return Judged(Outcome.GONE, f"there is no notice {token.target}")
    if not notices.see(conn, [token.target], now, SeenBy.COMMAND):
        return Judged(Outcome.ALREADY, "it was confirmed before")
    return Judged(Outcome.DONE, "confirmed as seen")


def _release(conn: Connection, token: Token, now: datetime) -> Judged:
    row = outbox.outbox_row(conn, token.target)
    if row is not None and row.state in by_person.WAITING and row.attempts != token.shown:
        return Judged(Outcome.TRIED_AGAIN, f"it is {row.state}, after {row.attempts} tries")
    match by_person.release(conn, token.target, now):
        case by_person.Released():
            return Judged(Outcome.DONE, "released")
        case by_person.BreaksARule(broken=broken):
            return Judged(Outcome.BREAKS_A_RULE, broken)
        case by_person.NotWaiting(row):
            outcome = Outcome.ALREADY if row.state in _GONE_ON else Outcome.NOT_WAITING
            return Judged(outcome, f"it is {row.state}")
        case None:
            return Judged(Outcome.GONE, f"there is no outbox entry {token.target}")
