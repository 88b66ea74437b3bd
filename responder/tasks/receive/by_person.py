"""
A person stops a thread's clock, by a command or by a link of the digest: the same event as any other answer.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import threads
from responder.core.threads import Answered, AnsweredVia, Event, NoResponseNeeded
from responder.tasks.receive.clocks import happen
from responder.tasks.receive.judge import Judge
from responder.tasks.receive.noted import note

ANSWERED, NO_RESPONSE_NEEDED = "answered", "no-response-needed"
OPERATOR = "operator"
"""The action of a decision that a person stopped a clock."""


def stop_clock(
    conn: Connection,
    judge: Judge,
    thread_id: int,
    word: str,
    now: datetime,
    *,
    at: datetime | None = None,
    mail_id: int | None = None,
) -> str | None:
    """
    Say that it was answered, or needs no answer, `at` (now); return why it is as it is, None when there is none.

    The thread may be of another account than the judge, who decides about all clocks alike.
    """
    found = threads.thread(conn, thread_id)
    if found is None:
        return None
    judge = replace(judge, account=found.account)
    event: Event = Answered(at or now, AnsweredVia.OPERATOR) if word == ANSWERED else NoResponseNeeded(at or now)
    _, why = happen(conn, judge, found, event, now)
    note(conn, judge, now, OPERATOR, {"words": why, "word": word}, mail_id=mail_id, thread_id=thread_id)
    return why
