"""What belongs to a thread or an order, in every account, and nothing of anybody else's."""

from datetime import timedelta
from typing import Any

from neighbours.asking import known
from sqlalchemy import insert

from responder.adapters.store import (
    Store,
    decisions,
    evidence,
    invoice_uses,
    mails,
    notices,
    outbox,
    proactive,
    schema,
    threads,
)

ORDER, OTHER = "171-1234567-1234567", "171-1234567-7654321"
HOUR = timedelta(hours=1)


def test_an_order_s_matter_is_gathered_in_every_account(store: Store, make: Any) -> None:
    """Two accounts' threads, a notice in none, its report, and our mails; nothing about another order."""

    def happen(conn: Any) -> None:
        for account in ("main", "second"):
            thread = threads.insert_thread(conn, make.thread(account=account, order_id=ORDER))
            mails.insert_mail(conn, make.mail(account=account, thread_id=thread.id, raw=b"x"))
            outbox.enqueue(conn, make.outgoing(account=account, thread_id=thread.id))
        stranger = threads.insert_thread(conn, make.thread(order_id=OTHER, buyer_alias="b9@marketplace.amazon.fr"))
        mails.insert_mail(conn, make.mail(thread_id=stranger.id, order_id=OTHER))
        claim = mails.insert_mail(conn, make.mail(kind="notice", order_id=ORDER, notice_type="a_to_z_opened"))
        notice = notices.insert_notice(conn, make.notice(claim or 0))
        key = proactive.key("feedback_request", "main", ORDER)
        asked = outbox.enqueue(conn, make.outgoing(kind="feedback_request", idem_key=key))
        digest = outbox.enqueue(conn, make.outgoing(kind="digest", payload={"order_id": ORDER}))
        told = {"notice_id": notice, "outbox_id": digest, "kind": "digest", "at": make.now}
        conn.execute(insert(schema.notice_report), told)
        decisions.decide(conn, decisions.Decision(at=make.now, action="skip", account="main", outbox_id=asked))
        decisions.decide(
            conn, decisions.Decision(at=make.now, action="look", account="main", detail={"order_id": ORDER})
        )
        decisions.decide(
            conn, decisions.Decision(at=make.now, action="look", account="main", detail={"order_id": OTHER})
        )
        invoice_uses.use(conn, "ab" * 32, "main", ORDER, "invoice.pdf", make.now)

    store.run(happen)
    found = store.run(evidence.of_order, ORDER)
    assert found is not None
    assert [each.account for each in found.threads] == ["main", "second"]
    assert [(each.account, each.kind) for each in found.mails] == [
        ("main", "buyer_message"), ("second", "buyer_message"), ("main", "notice"),
    ]  # fmt: skip
    assert [each.kind for each in found.outgoing] == ["acknowledgement", "acknowledgement", "feedback_request"]
    (notice,) = found.notices
    assert [each.kind for each in notice.told] == ["digest"]
    assert [each.action for each in found.decisions] == ["skip", "look"]
    assert [each.name for each in found.invoices] == ["invoice.pdf"]


def test_its_buyer_s_questions_without_an_order_belong_to_it(store: Store, make: Any) -> None:
    """Who bought it and asks without its number likely means it; another buyer of the account does not."""

    def happen(conn: Any) -> None:
        known(conn, make.now, ORDER, alias=make.buyer)
        threads.insert_thread(conn, make.thread())
        threads.insert_thread(conn, make.thread(buyer_alias="b9@marketplace.amazon.fr"))

    store.run(happen)
    found = store.run(evidence.of_order, ORDER)
    assert found is not None
    assert [(each.buyer_alias, each.order_id) for each in found.threads] == [(make.buyer, None)]
    assert [each.order_id for each in found.orders] == [ORDER]


def test_a_thread_s_matter_is_its_own_and_its_order_s(store: Store, make: Any) -> None:
    """The order's notice in no thread belongs to it; another thread about the same order is its own matter."""

    def happen(conn: Any) -> int:
        mine = threads.insert_thread(conn, make.thread(order_id=ORDER))
        theirs = threads.insert_thread(conn, make.thread(order_id=ORDER, buyer_alias="b9@marketplace.amazon.fr"))
        mails.insert_mail(conn, make.mail(thread_id=mine.id, order_id=ORDER))
        mails.insert_mail(conn, make.mail(thread_id=theirs.id, order_id=ORDER))
        mails.insert_mail(conn, make.mail(kind="notice", order_id=ORDER, received_at=make.now + HOUR))
        return mine.id

    number = store.run(happen)
    found = store.run(evidence.of_thread, number)
    assert found is not None
    assert [(each.kind, each.thread_id) for each in found.mails] == [("buyer_message", number), ("notice", None)]


def test_of_nothing_there_is_no_evidence(store: Store) -> None:
    """A thread and an order that nobody knows make no folder."""
    assert store.run(evidence.of_thread, 7) is None
    assert store.run(evidence.of_order, ORDER) is None
