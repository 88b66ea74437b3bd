"""What was sent to buyers without being asked: found by buyer and by order, and counted, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from neighbours import asking
from sqlalchemy import Connection, update

from responder.adapters.store import Store, findings, ours, outbox, proactive, schema, threads
from responder.adapters.store.outbox import NewOutbox
from responder.core.message import parse

HOUR = timedelta(hours=1)
ORDER, OTHER = "171-1234567-1234567", "171-7654321-7654321"
KINDS = ("feedback_request", "invoice")


def request(
    make: Any, order_id: str = ORDER, kind: str = "feedback_request", more: str = "", **given: Any
) -> NewOutbox:
    """A mail about an order to its buyer."""
    account = given.setdefault("account", "main")
    given.setdefault("payload", {"order_id": order_id, "alias": make.buyer})
    made: NewOutbox = make.outgoing(kind=kind, idem_key=proactive.key(kind, account, order_id) + more, **given)
    return made


def sent(store: Store, new: NewOutbox, at: Any) -> int:
    """It is due and leaves."""
    row_id = store.run(outbox.enqueue, new)
    assert row_id is not None
    claimed = store.run(outbox.claim_due, new.account, at)
    assert claimed is not None
    assert claimed.id == row_id
    store.run(outbox.mark_sent, row_id, at, "250 ok")
    return row_id


def test_it_is_found_by_its_order_whatever_its_key_ends_with(store: Store, make: Any) -> None:
    """The first and every later one, of both kinds; not another order's, another account's, nor an acknowledgement."""
    wanted = [
        store.run(outbox.enqueue, request(make)),
        store.run(outbox.enqueue, request(make, more=":2")),
        store.run(outbox.enqueue, request(make, kind="invoice")),
    ]
    for other in (request(make, OTHER), request(make, account="second"), make.outgoing()):
        store.run(outbox.enqueue, other)
    found = store.run(proactive.rows, "main", order_ids=[ORDER], limit=9)
    assert sorted(row.id for row in found) == wanted
    assert [row.id for row in store.run(proactive.rows, "main", order_ids=[ORDER], limit=1)] == [wanted[2]]
    assert store.run(proactive.rows, "main", order_ids=[ORDER], states=("sent",), limit=9) == ()
    assert store.run(proactive.rows, "main", limit=9) == ()


@pytest.mark.parametrize(
    ("to", "found"),
    [
        ("k3xw9q2m7v5t@marketplace.amazon.fr", True),
        ("K3XW9Q2M7V5T@marketplace.amazon.fr", True),
        ("k3xw9q2m7v5t+0b9c3a54-6f2e@marketplace.amazon.fr", True),
        ("k3xw9q2m7v5tz@marketplace.amazon.fr", False),
        ("ak3xw9q2m7v5t@marketplace.amazon.fr", False),
        ("k3xw9q2m7v5t@marketplace.amazon.de", False),
        ("k3xw9q2m7v5t+0b9c3a54-6f2e@xmarketplace.amazon.fr", False),
    ],
)
def test_it_is_found_by_its_buyer_with_or_without_a_case(shared: Store, make: Any, to: str, found: bool) -> None:
    """The address decides; nothing in it is a pattern."""
    account = make.account()
    shared.run(outbox.enqueue, request(make, recipient=to, account=account))
    assert len(shared.run(proactive.rows, account, aliases=[make.buyer], limit=9)) == found
    assert shared.run(proactive.rows, account, aliases=["k3xw9q2m7v_t@marketplace.amazon.fr"], limit=9) == ()


def test_what_a_buyer_got_is_counted_with_the_acknowledgements(store: Store, make: Any) -> None:
    """When each left, from then on, without the one that is asked about; what waits counts once it was made lately."""
    thread = store.run(threads.insert_thread, make.thread())
    sent(store, make.outgoing(thread_id=thread.id), make.now)
    first = sent(store, request(make, created_at=make.now - 50 * HOUR), make.now + HOUR)
    times = store.run(proactive.sent_to, "main", make.buyer, make.now)
    assert times == (make.now, make.now + HOUR)
    assert store.run(proactive.sent_to, "main", make.buyer, make.now + HOUR / 2, besides=first) == ()
    assert store.run(proactive.sent_to, "second", make.buyer, make.now) == ()
    assert store.run(proactive.lately_to, "main", make.buyer, make.now) == 1  # made long before, and left now
    store.run(outbox.enqueue, request(make, OTHER))
    assert store.run(proactive.lately_to, "main", make.buyer, make.now) == 2
    store.run(outbox.enqueue, request(make, OTHER, "invoice", state="held", reason="dry run"))
    assert store.run(proactive.lately_to, "main", make.buyer, make.now) == 2
    assert [store.run(proactive.waiting, "main", each) for each in (make.buyer, OTHER, ORDER)] == [2, 2, 0]
    store.run(outbox.enqueue, make.outgoing(thread_id=thread.id))
    assert store.run(proactive.waiting, "main", make.buyer) == 3


def test_it_is_ours_by_message_id_by_buyer_and_by_order(store: Store, make: Any) -> None:
    """It belongs to no thread but to its order, and is for the buyer by the one alias."""
    to = make.buyer.replace("@", "+0b9c3a54-6f2e@")
    new = request(make, recipient=to)
    row_id = sent(store, new, make.now)
    mail = ours.Ours(make.now, None, make.buyer, outbox_id=row_id, kind="feedback_request", order_id=ORDER)
    assert (mail.proactive, mail.to_operator) == (True, False)
    span = ("main", make.now - HOUR, make.now + HOUR)
    assert store.run(ours.by_message_id, "main", [new.message_id]) == (mail,)
    assert store.run(ours.to_buyer, *span, alias=make.buyer, order_id=None) == (mail,)
    assert store.run(ours.to_buyer, *span, alias=None, order_id=ORDER) == (mail,)
    assert store.run(ours.to_buyer, *span, alias=make.buyer, order_id=ORDER) == (mail,)
    assert store.run(ours.to_buyer, *span, alias=make.buyer, order_id=OTHER) == ()
    assert store.run(ours.to_buyer, "main", make.now + HOUR, make.now + 2 * HOUR, alias=make.buyer, order_id=None) == ()


def test_a_list_leaves_the_finished_bytes_out(store: Store, make: Any) -> None:
    """With invoices they are large; everything else is there."""
    store.run(outbox.enqueue, request(make))
    ((bare,), (whole,)) = store.run(outbox.outbox_rows, raw=False), store.run(outbox.outbox_rows)
    assert (bare.rfc822, whole.rfc822 is None) == (None, False)
    assert (bare.id, bare.payload, bare.state, bare.due_at) == (whole.id, whole.payload, whole.state, whole.due_at)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"payload": {"findings": ["L05 line 3: x", "L08 line 4: y"]}}, ("L05 line 3: x", "L08 line 4: y")),
        ({"state": "held", "reason": "L05 line 3: x; L08 line 4: y"}, ("L05 line 3: x; L08 line 4: y",)),
        ({"state": "held", "reason": "dry run: nothing is sent"}, ()),
        ({"reason": "L05 line 3: x"}, ()),
        ({}, ()),
    ],
)
def test_what_a_mail_breaks_is_kept_with_it(shared: Store, make: Any, given: Any, found: tuple[str, ...]) -> None:
    """Also of one that was held before there was a place for it."""
    row = shared.run(outbox.outbox_row, shared.run(outbox.enqueue, make.outgoing(**given)))
    assert row is not None
    assert findings.found(row) == found
    assert findings.words(row) == ("; ".join(found) or None)


def test_an_invoice_goes_when_its_mail_is_done_with(store: Store, make: Any) -> None:
    """What left, or never will, keeps the text by which a copy is known; what may still leave keeps everything."""
    whole = asking.request(make.now)
    states = ("sent", "cancelled", "queued", "held", "ambiguous")
    for number, state in enumerate(states):
        new = replace(whole, idem_key=f"{whole.idem_key}:{number}", message_id=f"<{number}@example.com>")
        row_id = store.run(outbox.enqueue, new)
        assert row_id is not None
        store.run(move_to, state, row_id, make.now)
    assert store.run(proactive.drop_files) == 2
    rows = {row.state: row for row in store.run(outbox.outbox_rows)}
    assert set(rows) == set(states)
    for state, row in rows.items():
        assert parse(row.rfc822 or b"").text.rstrip() == parse(whole.rfc822).text.rstrip()
        assert (row.rfc822 == whole.rfc822) is (state in {"queued", "held", "ambiguous"})
        assert len(row.rfc822 or b"") < 2_000 or row.rfc822 == whole.rfc822
    assert store.run(proactive.drop_files) == 0


def move_to(conn: Connection, state: str, row_id: int, at: datetime) -> None:
    """Bring a queued row into a state."""
    if state in {"sent", "ambiguous"}:
        conn.execute(update(schema.outbox).where(schema.outbox.c.id == row_id).values(state="sending"))
    match state:
        case "sent":
            outbox.mark_sent(conn, row_id, at, "250 ok")
        case "ambiguous":
            outbox.make_ambiguous(conn, row_id, "no reply", at)
        case "held":
            outbox.hold(conn, row_id, "dry run")
        case "cancelled":
            outbox.cancel(conn, row_id, "over")
