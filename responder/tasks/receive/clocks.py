"""
A thread's clock as rows: its state saved, and a timer for each warning before its deadline.

The timers follow the deadline: they are cancelled with it and set anew when it moves.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from responder.adapters.store import outbox, threads, timers
from responder.core.deadlines import warning_points
from responder.core.threads import Changed, Event, Thread, ThreadState, Unchanged, apply
from responder.tasks.receive.judge import Judge

WARN = "warn"
OVERDUE = "overdue"
LATE = timedelta(seconds=1)
"""An answer at the very deadline is in time: overdue begins after it."""


def happen(
    conn: Connection, judge: Judge, thread: Thread, event: Event, now: datetime, *, warns: bool = True
) -> tuple[Thread, str]:
    """Apply `event`, save the thread with its timers (none unless `warns`), and return the thread and why it is so."""
    times = threads.message_times(conn, thread.id)
    match apply(thread, event, message_times=times, policy=judge.answer):
        case Unchanged(why):
            return thread, why
        case Changed(changed, why):
            threads.save_thread(conn, changed)
            _follow(conn, judge, thread, changed, now, warns=warns)
            return changed, why


def _follow(conn: Connection, judge: Judge, before: Thread, after: Thread, now: datetime, *, warns: bool) -> None:
    if after.state is not ThreadState.OPEN:
        outbox.cancel_thread_acknowledgements(conn, after.id, f"the thread is {after.state} before it was sent")
    if after.due_at == before.due_at:
        return
    timers.cancel_thread_timers(conn, after.id)
    if warns and after.due_at is not None and after.received_at is not None:
        # A deadline may come back: the keys of its first timers are used up, so each revision has its own.
        what = f"thread:{after.id}:{threads.rev(conn, after.id)}"
        set_timers(conn, judge, what, after.received_at, after.due_at, now, thread_id=after.id)


def set_timers(
    conn: Connection,
    judge: Judge,
    what: str,
    received_at: datetime,
    due_at: datetime,
    now: datetime,
    *,
    thread_id: int | None = None,
    notice_id: int | None = None,
) -> None:
    """
    Set the warnings that lie ahead, and the last that has passed: a message fetched late is warned of at once.

    What is overdue already is the digest's matter, not an alert's.
    """
    points = warning_points(due_at, received_at, judge.warn_before)
    passed = max((at for at in points if at <= now), default=None)
    wanted = [(WARN, at) for at in points if at > now or at == passed]
    for kind, at in [*wanted, (OVERDUE, due_at + LATE)]:
        if due_at + LATE > now:
            timers.add_timer(
                conn,
                f"{kind}:{what}:{due_at.isoformat()}:{at.isoformat()}",
                kind,
                at,
                account=judge.account,
                thread_id=thread_id,
                notice_id=notice_id,
            )
