"""
A thread's two clocks as rows: its state saved, and a timer for each warning before either ends.

The timers follow their clock: they are cancelled with it and set anew when it moves; the other clock's stay.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import orders, outbox, threads, timers
from responder.core.alarms import AMAZONS, PROMISES, alarms, overdue_again
from responder.core.threads import (
    AcknowledgementReturned,
    AnswerReturned,
    Changed,
    Event,
    Thread,
    ThreadState,
    Unchanged,
    apply,
)
from responder.tasks.receive.judge import Judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A clock that runs: `what` makes its timers' keys its own; `kinds` are those near its end and past it."""

    what: str
    start_at: datetime
    due_at: datetime
    thread_id: int | None = None
    notice_id: int | None = None
    kinds: tuple[str, str] = AMAZONS


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
            # What a buyer waits for, and how long they did, decides whether they are asked for feedback.
            about = [changed.order_id] if changed.order_id else []
            orders.look_again(conn, judge.account, now, order_ids=about, alias=changed.buyer_alias)
            came_back = isinstance(event, AnswerReturned | AcknowledgementReturned)
            _follow(conn, judge, thread, changed, now, warns=warns, came_back=came_back)
            return changed, why


def _follow(
    conn: Connection, judge: Judge, before: Thread, after: Thread, now: datetime, *, warns: bool, came_back: bool
) -> None:
    if after.state is not ThreadState.OPEN:
        outbox.cancel_thread_acknowledgements(conn, after.id, f"the thread is {after.state} before it was sent")
    # A deadline may come back: the keys of its first timers are used up, so each revision has its own.
    what = f"thread:{after.id}:{threads.rev(conn, after.id)}"
    for running, kinds in ((_amazons, AMAZONS), (_promise, PROMISES)):
        was, clock = running(before, what), running(after, what)
        if (was and was.due_at) == (clock and clock.due_at):
            continue  # what was told of this clock is not told again
        timers.cancel_thread_timers(conn, after.id, kinds)
        if warns and clock is not None:
            set_timers(conn, judge, clock, now, came_back=came_back)


def _amazons(thread: Thread, what: str) -> Running | None:
    if thread.received_at is None or thread.due_at is None:
        return None
    return Running(what=what, start_at=thread.received_at, due_at=thread.due_at, thread_id=thread.id)


def _promise(thread: Thread, what: str) -> Running | None:
    """Return the promise's clock; None where Amazon's ends with it."""
    start_at, due_at = thread.acknowledged_at, thread.promise_at
    if start_at is None or due_at is None or due_at == thread.due_at:
        return None
    return Running(what=what, start_at=start_at, due_at=due_at, thread_id=thread.id, kinds=PROMISES)


def set_timers(conn: Connection, judge: Judge, clock: Running, now: datetime, *, came_back: bool = False) -> None:
    """Set a timer for each alarm that lies ahead of the clock; one that `came_back` after its end is told as over."""
    near, over = clock.kinds
    ahead = alarms(clock.start_at, clock.due_at, judge.warn_before, judge.waking, now)
    for alarm in ahead or ((overdue_again(judge.waking, now),) if came_back else ()):
        kind = over if alarm.overdue else near
        timers.add_timer(
            conn,
            f"{kind}:{clock.what}:{clock.due_at.isoformat()}:{alarm.at.isoformat()}",
            kind,
            alarm.at,
            account=judge.account,
            thread_id=clock.thread_id,
            notice_id=clock.notice_id,
        )
