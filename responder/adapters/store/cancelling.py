"""
Which open threads ask to cancel their order, from the kept text of the messages that wait, and what of it is known.

Nothing is stored for it: the words are data, and what they find changes with them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from sqlalchemy import Connection, func, select

from responder.adapters.store import orders, schema
from responder.core.amazon import CancelWords
from responder.core.cancelling import MAX_TEXT, Hint, Wish, asks_to_cancel
from responder.core.late_orders import is_shipped
from responder.core.orders import EventKind
from responder.core.threads import Thread, ThreadState

_MAIL = schema.mail.c
_BATCH = 200
_WRITTEN = (
    select(_MAIL.thread_id, _MAIL.received_at, func.substr(_MAIL.text, 1, MAX_TEXT).label("text"))
    .where(
        _MAIL.kind == "buyer_message",
        _MAIL.role == "inbox",
        _MAIL.repeat_of.is_(None),
        _MAIL.authentic != "fail",
        _MAIL.text.is_not(None),
    )
    .order_by(_MAIL.received_at.desc(), _MAIL.id)
)


def wish(conn: Connection, thread: Thread, words: Sequence[CancelWords]) -> Wish | None:
    """Return what the messages of one thread that wait for an answer ask."""
    return wishes(conn, [thread], words).get(thread.id)


def wishes(conn: Connection, threads: Iterable[Thread], words: Sequence[CancelWords]) -> Mapping[int, Wish]:
    """Return the wishes of those threads that have one; what is answered asks nothing any more."""
    waiting = (thread for thread in threads if thread.state is ThreadState.OPEN and thread.received_at is not None)
    found: dict[int, Wish] = {}
    while batch := {thread.id: thread for thread in islice(waiting, _BATCH)}:
        found.update(_wishes(conn, batch, words))
    return found


def _wishes(
    conn: Connection, threads: Mapping[int, Thread], words: Sequence[CancelWords]
) -> Iterator[tuple[int, Wish]]:
    hints: dict[int, Hint] = {}
    for row in conn.execute(_WRITTEN.where(_MAIL.thread_id.in_(list(threads)))):
        thread = threads[row.thread_id]
        if thread.id in hints or (thread.received_at is not None and row.received_at < thread.received_at):
            continue
        hint = asks_to_cancel(row.text, thread.language, words)
        if hint is not None:
            hints[thread.id] = hint
    for thread_id, hint in hints.items():
        yield thread_id, _known(conn, threads[thread_id], hint)


def _known(conn: Connection, thread: Thread, hint: Hint) -> Wish:
    """Add what is known of the order; few messages ask to cancel, so each may ask for its own."""
    if thread.order_id is None:
        return Wish(hint)
    order = orders.order(conn, thread.account, thread.order_id)
    asked = [
        event.at
        for event in orders.events(conn, thread.account, thread.order_id)
        if event.kind is EventKind.CANCELLATION_REQUESTED and event.detail.get("verified", True)
    ]
    return Wish(hint, requested_at=max(asked, default=None), shipped=order is not None and is_shipped(order))
