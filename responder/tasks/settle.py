"""
What follows from a mail of ours being accepted, in the transaction that records it.

An acknowledgement becomes a promise on its thread, never an answer. A digest means that a person was told.
"""

from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import decisions, notices, threads
from responder.adapters.store.outbox import OutboxRow
from responder.core.deadlines import AnswerPolicy
from responder.core.threads import Acknowledged, Changed, apply


def accepted(conn: Connection, row: OutboxRow, at: datetime, *, policy: AnswerPolicy, marks_seen: bool) -> None:
    """Record what it means that `row` was accepted at `at`; without `marks_seen` only a person marks notices."""
    if row.kind == "acknowledgement" and row.thread_id is not None:
        _promised(conn, row, at, policy)
    told = row.payload.get("notice_ids", [])
    if told:
        notices.mark_notices_in_digest(conn, told, at)
        if marks_seen:
            notices.mark_notices_seen(conn, told, at, row.kind)
    decision = decisions.Decision(
        at=at,
        account=row.account,
        action="sent",
        thread_id=row.thread_id,
        outbox_id=row.id,
        detail={"kind": row.kind, "words": f"{row.kind} accepted by the mail server"},
    )
    decisions.decide(conn, decision)


def _promised(conn: Connection, row: OutboxRow, at: datetime, policy: AnswerPolicy) -> None:
    thread = threads.thread(conn, row.thread_id) if row.thread_id is not None else None
    if thread is None:
        return
    event = Acknowledged(at, datetime.fromisoformat(str(row.payload["promise_at"])))
    outcome = apply(thread, event, message_times=threads.message_times(conn, thread.id), policy=policy)
    if isinstance(outcome, Changed):
        threads.save_thread(conn, outcome.thread)
