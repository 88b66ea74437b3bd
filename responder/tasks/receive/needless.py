"""
A buyer's message that needs no answer: by a keyword or a folder of the seller's, or by Amazon's own mark.

It settles the messages of its thread up to that one, and nothing that came later.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from responder.adapters.store import decisions, mails, threads
from responder.core.kinds import Kind
from responder.core.threads import NoResponseNeeded, Thread, ThreadState
from responder.tasks.receive.clocks import happen
from responder.tasks.receive.judge import Judge
from responder.tasks.receive.noted import note

NO_RESPONSE = "no_response"
"""The action of a decision that a message needs no answer; its detail names how that is known."""


class How(StrEnum):
    """Who says so, and where."""

    KEYWORD = "keyword"
    FOLDER = "folder"
    AMAZON = "amazon"


@dataclass(frozen=True, slots=True)
class Mark:
    """What says that a message needs no answer, in words."""

    how: How
    words: str


def by_keyword(keyword: str | None, flags: frozenset[str]) -> Mark | None:
    """Return the mark of a message with these flags; keywords have no case (RFC 9051 section 2.3.2)."""
    if keyword is None or keyword.casefold() not in {flag.casefold() for flag in flags}:
        return None
    return Mark(How.KEYWORD, f"the keyword {keyword} is set on the message")


def by_folder(folder: str) -> Mark:
    """Return the mark of a message that was put into the seller's folder."""
    return Mark(How.FOLDER, f"the message lies in the folder {folder}")


def by_amazon(words: str | None) -> Mark | None:
    """Return the mark of a message that carries Amazon's own."""
    return Mark(How.AMAZON, f"Amazon marks the message: {words}") if words else None


def settle(
    conn: Connection, judge: Judge, thread: Thread, mail_id: int, received_at: datetime, mark: Mark, now: datetime
) -> Thread:
    """
    Let the messages up to this one need no answer, and return the thread; what is settled already is not noted again.

    Amazon speaks of one message: an earlier one that waits keeps its clock.
    """
    earlier = thread.received_at is not None and thread.received_at < received_at
    if mark.how is How.AMAZON and earlier:
        words = f"{mark.words}; it has no clock, and an earlier message still waits"
    else:
        after, why = happen(conn, judge, thread, NoResponseNeeded(received_at), now)
        if after == thread:
            return thread
        words = f"{mark.words}: no answer is needed" if mark.how is How.AMAZON else f"{mark.words}: {why}"
        thread = after
    note(conn, judge, now, NO_RESPONSE, {"words": words, "how": mark.how}, mail_id=mail_id, thread_id=thread.id)
    return thread


def known(conn: Connection, judge: Judge, mail: mails.StoredMail, mark: Mark, now: datetime) -> int | None:
    """Mark a message that was kept before; return its thread where that changed something."""
    thread = threads.thread(conn, mail.thread_id) if mail.thread_id is not None else None
    if thread is None or mail.kind != Kind.BUYER_MESSAGE or thread.state is not ThreadState.OPEN:
        return None
    return thread.id if settle(conn, judge, thread, mail.id, mail.received_at, mark, now) != thread else None


def settled(made: tuple[decisions.Decided, ...], kept: tuple[mails.StoredMail, ...]) -> frozenset[int]:
    """Return which of a thread's mails need no answer by such decisions, whatever becomes of an answer to them."""
    marked = {each.mail_id: each.detail.get("how") for each in made if each.action == NO_RESPONSE}
    until = [mail.received_at for mail in kept if mail.id in marked and marked[mail.id] != How.AMAZON]
    return frozenset(mail.id for mail in kept if mail.id in marked or (until and mail.received_at <= max(until)))
