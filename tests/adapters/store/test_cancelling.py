"""Which open threads ask to cancel their order, from the kept text, and what is known of the order."""

from datetime import timedelta
from typing import Any

from responder.adapters.catalogue import load
from responder.adapters.store import Store, cancelling, mails, orders, threads
from responder.adapters.store.order_lines import line
from responder.core.orders import EventKind, OrderEvent, OrderFacts
from responder.core.threads import ThreadState

WORDS = load().cancelling
HOUR = timedelta(hours=1)
ASKS = "Bonjour, merci d'annuler ma commande."


def kept(shared: Store, make: Any, *texts: tuple[str, timedelta], **given: Any) -> Any:
    """Return a thread with these messages, each so long after its first unanswered one."""

    def work(conn: Any) -> Any:
        thread = threads.insert_thread(conn, make.thread(**given))
        for text, after in texts:
            mails.insert_mail(
                conn,
                make.mail(account=thread.account, thread_id=thread.id, text=text, received_at=make.now + after),
            )
        return thread

    return shared.run(work)


def wish(shared: Store, thread: Any) -> Any:
    """Return what the thread asks."""
    return shared.run(cancelling.wish, thread, WORDS)


def test_only_what_waits_asks(shared: Store, make: Any) -> None:
    """An old message that was answered does not, nor does one of a thread that waits for nothing."""
    account = make.account()
    assert wish(shared, kept(shared, make, (ASKS, 0 * HOUR), account=account)).hint.language == "fr"
    assert wish(shared, kept(shared, make, (ASKS, -HOUR), ("Merci", 0 * HOUR), account=account)) is None
    answered = kept(shared, make, (ASKS, 0 * HOUR), account=account, state=ThreadState.ANSWERED)
    assert wish(shared, answered) is None
    assert wish(shared, kept(shared, make, ("Merci", 0 * HOUR), (ASKS, HOUR), account=account)) is not None


def test_what_is_known_of_the_order_is_told_with_it(shared: Store, make: Any) -> None:
    """Amazon's own request and the shipment: each changes what the seller should do."""
    account, number = make.account(), "171-1234567-1234567"
    thread = kept(shared, make, (ASKS, 0 * HOUR), account=account, order_id=number)
    found = wish(shared, thread)
    assert (found.requested_at, found.shipped) == (None, False)
    for source, verified in (("notice:<forged>", False), ("notice:<one>", True)):
        detail = {"verified": verified}
        event = OrderEvent(
            order_id=number,
            kind=EventKind.CANCELLATION_REQUESTED,
            at=make.now + HOUR,
            source=source,
            detail=detail,
        )
        shared.run(orders.add_events, account, [event], make.now)
        found = wish(shared, thread)
        assert (found.requested_at is not None) is verified
    assert found.requested_at == make.now + HOUR
    shipped = line(number, make.now, OrderFacts(order_id=number, shipped_at=make.now))
    shared.run(orders.keep, account, [shipped], make.now)
    assert wish(shared, thread).shipped


def test_many_threads_are_read_together(shared: Store, make: Any) -> None:
    """More than fit one query: each wish is its own thread's."""
    account = make.account()
    asking = [kept(shared, make, (ASKS if number % 3 else "Merci", 0 * HOUR), account=account) for number in range(205)]
    found = shared.run(cancelling.wishes, asking, WORDS)
    assert set(found) == {thread.id for number, thread in enumerate(asking) if number % 3}
