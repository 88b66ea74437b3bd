"""What is known of orders beyond their reports, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from neighbours.asking import Line, upsert
from sqlalchemy import Connection

from responder.adapters.store import Store, feedback_facts, invoice_uses, mails, orders, outbox, suppressions, threads
from responder.adapters.store.feedback_facts import Known
from responder.core.feedback_values import Fate
from responder.core.orders import EventKind, Order, OrderEvent, OrderFacts, OrderItem
from responder.core.threads import AnsweredVia, ThreadState

ORDER, OTHER = "171-1234567-1234567", "171-7654321-7654321"
DAY = timedelta(days=1)


def reported(conn: Connection, make: Any, account: str, order_id: str = ORDER, **more: Any) -> Order:
    """A report names an order."""
    facts = {"order_id": order_id, "marketplace": "amazon.fr", "buyer_alias": make.buyer, "purchased_at": make.now}
    line = Line(OrderFacts(**{**facts, **more}), (OrderItem(item="1", sku="A"),))
    upsert(conn, account, [line], reported_at=make.now, now=make.now)
    found = orders.order(conn, account, order_id)
    assert found is not None
    return found


def known(shared: Store, account: str, *wanted: Order) -> tuple[Known, ...]:
    """What is known of these orders."""
    return shared.run(feedback_facts.known, account, wanted)


def test_everything_of_an_order_is_found_and_nothing_of_another(shared: Store, make: Any) -> None:
    """Items, events, suppressions and threads belong to the order or its buyer."""
    account = make.account()
    mine = shared.run(reported, make, account)
    theirs = shared.run(reported, make, account, OTHER, buyer_alias="zzzzzzzzzzzz@marketplace.amazon.fr")
    event = OrderEvent(order_id=ORDER, kind=EventKind.REFUNDED, at=make.now, source="r")
    shared.run(orders.add_events, account, [event], make.now)
    shared.run(suppressions.suppress, account, make.buyer, "opted out", make.now)
    opened = shared.run(threads.insert_thread, make.thread(account=account))
    first, second = known(shared, account, mine, theirs)
    assert [item.sku for item in first.items] == ["A"]
    assert [each.kind for each in first.events] == [EventKind.REFUNDED]
    assert first.suppressed == "opted out"
    assert [each.id for each in first.threads] == [opened.id]
    assert (second.events, second.suppressed, second.threads, second.mails) == ((), None, (), ())


def test_a_settled_thread_of_before_the_purchase_is_left_out(shared: Store, make: Any) -> None:
    """It was about something else; one that names the order counts at any time."""
    account = make.account()
    order = shared.run(reported, make, account)
    old = {"account": account, "state": ThreadState.ANSWERED, "last_message_at": make.now - DAY}
    shared.run(threads.insert_thread, make.thread(**old))
    named = shared.run(threads.insert_thread, make.thread(**old, order_id=ORDER, buyer_alias="other"))
    (found,) = known(shared, account, order)
    assert [each.id for each in found.threads] == [named.id]


def test_a_message_that_a_person_settled_has_no_time_of_answer(shared: Store, make: Any) -> None:
    """The word of a person says that it is answered, and not when."""
    account = make.account()
    order = shared.run(reported, make, account)
    settled = {"answered_at": make.now + DAY, "answered_via": AnsweredVia.OPERATOR, "state": ThreadState.ANSWERED}
    thread = shared.run(threads.insert_thread, make.thread(account=account, order_id=ORDER, **settled))
    for hours in (0, 48):
        at = make.now + timedelta(hours=hours)
        shared.run(mails.insert_mail, make.mail(account=account, thread_id=thread.id, received_at=at))
    (found,) = known(shared, account, order)
    assert [marked for _, marked in found.threads[0].messages] == [True, False]


def test_only_a_proven_message_about_the_order_names_an_address(shared: Store, make: Any) -> None:
    """A forged one, an unproven one, one about another order, and one whose words alone name this one name none."""
    account = make.account()
    order = shared.run(reported, make, account)
    thread = shared.run(threads.insert_thread, make.thread(account=account, order_id=ORDER))
    of_thread = {"account": account, "thread_id": thread.id}
    named = [("fail", ORDER, ORDER), ("unknown", ORDER, ORDER), ("pass", OTHER, OTHER), ("pass", ORDER, OTHER)]
    for number, (authentic, about, by_amazon) in enumerate([*named, ("pass", ORDER, None)]):
        details = {mails.ORDER_BY_AMAZON: by_amazon} if by_amazon else {}
        told = make.mail(**of_thread, authentic=authentic, order_id=about, buyer_address=f"{number}@x", details=details)
        shared.run(mails.insert_mail, told)
    assert known(shared, account, order)[0].address is None
    good = {"authentic": "pass", "order_id": ORDER, "details": {mails.ORDER_BY_AMAZON: ORDER}}
    shared.run(mails.insert_mail, make.mail(**of_thread, **good, buyer_address="a@x"))
    assert known(shared, account, order)[0].address == "a@x"


@pytest.mark.parametrize(
    ("state", "reason", "more", "fate"),
    [
        ("queued", None, {}, Fate.PENDING),
        ("held", "dry run", {}, Fate.PENDING),
        ("sending", None, {}, Fate.LEFT),
        ("sent", None, {}, Fate.LEFT),
        ("ambiguous", None, {}, Fate.LEFT),
        ("refused", "550", {}, Fate.LEFT),
        ("cancelled", "cancelled by a person", {}, Fate.DROPPED),
        ("cancelled", "cancelled by a person", {"payload": {"findings": ["L04"]}}, Fate.WITHDRAWN),
        ("cancelled", f"{feedback_facts.WITHDRAWN}it was refunded", {}, Fate.WITHDRAWN),
        ("cancelled", "expired", {}, Fate.WITHDRAWN),
        ("cancelled", f"{feedback_facts.WITHDRAWN}too late", {"started": True}, Fate.LEFT),
    ],
)
def test_a_mails_fate_says_whether_another_may_be_written(
    shared: Store, make: Any, state: str, reason: str | None, more: dict[str, Any], fate: Fate
) -> None:
    """What surely never left, and was ours to take back, may be written anew; nothing else may."""
    account = make.account()
    order = shared.run(reported, make, account)
    payload = more.get("payload", {})

    def written(conn: Connection) -> None:
        key = f"feedback:{account}:{ORDER}"
        new = make.outgoing(account=account, kind="feedback_request", idem_key=key, payload=payload)
        outbox_id = outbox.enqueue(conn, new)
        table = outbox.schema.outbox
        values = {"state": state, "reason": reason, "data_started_at": make.now if "started" in more else None}
        conn.execute(table.update().where(table.c.id == outbox_id).values(**values))

    shared.run(written)
    (found,) = known(shared, account, order)
    assert [each.fate for each in found.mails] == [fate]


def test_the_later_mails_of_an_order_are_found_as_well(shared: Store, make: Any) -> None:
    """Each has the key of the first and a number; a delay notice as well as the others."""
    account = make.account()
    order = shared.run(reported, make, account)
    keys = [f"feedback:{account}:{ORDER}", f"feedback:{account}:{ORDER}:2", f"invoice:{account}:{ORDER}"]
    for key in keys:
        kind = "invoice" if key.startswith("invoice") else "feedback_request"
        shared.run(outbox.enqueue, make.outgoing(account=account, kind=kind, idem_key=key))
    delays = [f"delay:{account}:{ORDER}", f"delay:{account}:{ORDER}:2"]
    for key in delays:
        shared.run(outbox.enqueue, make.outgoing(account=account, kind="delay_notice", idem_key=key))
    (found,) = known(shared, account, order)
    assert {each.key for each in found.mails} == {*keys, *delays}


def test_the_cap_counts_what_was_written_and_what_waits(shared: Store, make: Any) -> None:
    """Cancelled mail does not count, nor what left a day ago, nor an acknowledgement."""
    account = make.account()
    mail = make.outgoing(account=account, kind="feedback_request")
    old = replace(mail, idem_key="old" + account, message_id=f"<old-{account}@x>", created_at=make.now - 3 * DAY)
    for new in (mail, old, make.outgoing(account=account)):
        shared.run(outbox.enqueue, new)
    assert len(shared.run(feedback_facts.written_since, account, make.now - DAY)) == 2
    row = shared.run(outbox.claim_due, account, make.now, ("feedback_request",))
    shared.run(outbox.put_back, row.id, "x")
    shared.run(outbox.cancel, row.id, "x")
    assert len(shared.run(feedback_facts.written_since, account, make.now - DAY)) == 1


def test_a_file_goes_to_one_order(shared: Store, make: Any) -> None:
    """The same order may have it again; another one, or another account's, never."""
    account, sha = make.account(), make.account()
    use = ("invoice.pdf", make.now)
    assert shared.run(invoice_uses.used_for, sha) is None
    assert shared.run(invoice_uses.use, sha, account, ORDER, *use)
    assert shared.run(invoice_uses.use, sha, account, ORDER, *use)
    assert not shared.run(invoice_uses.use, sha, account, OTHER, *use)
    assert not shared.run(invoice_uses.use, sha, "another", ORDER, *use)
    assert shared.run(invoice_uses.used_for, sha) == (account, ORDER)
