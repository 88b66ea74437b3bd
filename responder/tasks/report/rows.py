"""
The rows of a digest about what came in from buyers: open threads, and doubts about answers.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from responder.adapters.store import cancelling, doubts, mails, threads
from responder.core import digest
from responder.core import operator as operators
from responder.core.amazon import CancelWords
from responder.core.cancelling import Wish
from responder.core.threads import Thread
from responder.tasks.report.values import SHOWN


def threads_waiting(
    conn: Connection, words: Sequence[CancelWords], snippet: int = digest.SNIPPET
) -> tuple[digest.OpenThread, ...]:
    """
    Return the threads that wait for an answer; `words`: how buyers ask to cancel.

    Of what the buyer wrote it has so many characters as `snippet` says.
    """
    found = threads.threads(conn, open=True, limit=SHOWN)
    wishes = cancelling.wishes(conn, found, words)
    return tuple(filter(None, (_open(conn, thread, wishes.get(thread.id), snippet) for thread in found)))


def unsure_rows(conn: Connection) -> tuple[digest.Unsure, ...]:
    """Return the answers of which nobody can say which thread they belong to."""
    return tuple(_unsure(each) for each in doubts.doubts(conn, SHOWN))


def _open(conn: Connection, thread: Thread, wish: Wish | None, snippet: int) -> digest.OpenThread | None:
    written = [
        mail
        for mail in mails.thread_mails(conn, thread.id)
        if mail.kind == "buyer_message" and mail.role == "inbox" and mail.repeat_of is None
    ]
    waiting = [mail for mail in written if thread.received_at is None or mail.received_at >= thread.received_at]
    first = waiting[0] if waiting else None
    shown = operators.waiting(
        thread,
        messages=max(len(waiting), 1),
        verified=not waiting or any(mail.authentic != "fail" for mail in waiting),
        snippet=digest.snippet(first.text, first.attachments, snippet) if first and snippet else "",
    )
    attached = tuple(each.name for mail in waiting for each in mail.attachments)
    return shown and replace(shown, attachments=attached, returned=_returned(conn, thread), cancelling=wish)


def _returned(conn: Connection, thread: Thread) -> digest.Returned | None:
    """Return the answer that did not arrive, where no later one did."""
    mail = mails.last_returned(conn, thread.id)
    if mail is None or (thread.answered_at is not None and thread.answered_at > mail.received_at):
        return None
    return digest.Returned(mail.received_at, mail.returned_why or "returned")


def _unsure(doubt: doubts.Doubt) -> digest.Unsure:
    waiting = tuple(
        digest.MayBeAnswered(each.id, each.marketplace, each.order_id, each.subject) for each in doubt.threads
    )
    return digest.Unsure(doubt.at, doubt.words, waiting)
