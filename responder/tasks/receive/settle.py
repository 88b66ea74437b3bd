"""
What follows from a mail of ours being accepted, in the transaction that records it.

An acknowledgement becomes a promise on its thread, never an answer. A digest or an alert means that a person was told.
"""

from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import decisions, new_kinds, notice_reports, report_files, threads
from responder.adapters.store.outbox import OutboxRow
from responder.core.threads import Acknowledged
from responder.tasks.receive.clocks import happen
from responder.tasks.receive.judge import Judge


def accepted(conn: Connection, judge: Judge, row: OutboxRow, at: datetime, *, left_at: datetime | None = None) -> None:
    """
    Record what it means that `row` was accepted; doing so twice changes nothing more.

    `at` is when that became known; `left_at` when it left, where that was earlier.
    """
    thread = threads.thread(conn, row.thread_id) if row.thread_id is not None else None
    if row.kind == "acknowledgement" and thread is not None:
        promise_at = datetime.fromisoformat(str(row.payload["promise_at"]))
        happen(conn, judge, thread, Acknowledged(left_at or at, promise_at), at)
    if told := row.payload.get("notice_ids"):
        notice_reports.told(conn, told, row.id, row.kind, at)
    if shown := row.payload.get("new_kind_ids"):
        new_kinds.mark_told(conn, shown, at)
    if files := row.payload.get("report_file_ids"):
        report_files.mark_told(conn, files, at)
    decision = decisions.Decision(
        at=at,
        account=row.account,
        action="sent",
        thread_id=row.thread_id,
        outbox_id=row.id,
        detail={"kind": row.kind, "words": f"{row.kind} accepted by the mail server"},
    )
    decisions.decide(conn, decision)
