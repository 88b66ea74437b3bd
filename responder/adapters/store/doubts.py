"""
Answers that fit several threads, or may be our own text: a person has to say which thread they closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from responder.adapters.store import schema
from responder.adapters.store.decisions import Decided, decisions
from responder.adapters.store.threads import thread
from responder.core.threads import Thread, ThreadState

UNSURE = "unsure"
"""The action of a decision that an answer closed no thread; each thread that fits has one."""
OPERATOR = "operator"
_DECISION = schema.decision.c


@dataclass(frozen=True, slots=True)
class Doubt:
    """One such answer: written `at`, in words what was seen, and the threads it may belong to that still wait."""

    mail_id: int
    at: datetime
    words: str
    threads: tuple[Thread, ...]


def doubts(conn: Connection, limit: int) -> tuple[Doubt, ...]:
    """
    Return the doubts that still need a person, the oldest first.

    A doubt is over when none of its threads waits any more for a message that the answer could have answered, and when
    a person has said something of any of them since: the others then are plain open threads. While one of two still
    waits it stays, because the other may have been closed by something else.
    """
    waiting = select(schema.thread.c.id).where(schema.thread.c.state == str(ThreadState.OPEN))
    wanted = select(_DECISION.mail_id).where(_DECISION.action == UNSURE, _DECISION.thread_id.in_(waiting))
    mail_ids = conn.scalars(wanted.group_by(_DECISION.mail_id).order_by(_DECISION.mail_id)).all()
    found = (_doubt(conn, mail_id) for mail_id in mail_ids if mail_id is not None)
    return tuple([each for each in found if each is not None][:limit])


def _doubt(conn: Connection, mail_id: int) -> Doubt | None:
    noted = [each for each in decisions(conn, mail_id=mail_id) if each.action == UNSURE]
    last = noted[-1]
    thread_ids = list(dict.fromkeys(each.thread_id for each in noted if each.thread_id is not None))
    if any(_person_spoke(conn, thread_id, last.id) for thread_id in thread_ids):
        return None
    at = _written_at(last)
    found = (thread(conn, thread_id) for thread_id in thread_ids)
    waiting = tuple(each for each in found if each and each.received_at is not None and each.received_at <= at)
    return Doubt(mail_id, at, str(last.detail.get("words", "")), waiting) if waiting else None


def _written_at(decided: Decided) -> datetime:
    """Return when the answer was written; the first versions did not note it, and decided at once."""
    written = decided.detail.get("answer_at")
    return datetime.fromisoformat(written) if isinstance(written, str) else decided.at


def _person_spoke(conn: Connection, thread_id: int, after: int) -> bool:
    said: Sequence[Decided] = decisions(conn, thread_id=thread_id, action=OPERATOR)
    return any(each.id > after for each in said)
