"""What was told of a rate is kept for each window by itself, and what is recorded behind its cases is found."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from neighbours.asking import Line, upsert

from responder.adapters.store import Store, outbox, plan_facts, rate_levels, report_files, threads
from responder.core.metrics import Basis, Bound, Case, CaseKind, Level, Metric, Rate, RateRule, Window
from responder.core.orders import EventKind, OrderEvent, OrderFacts, OrderItem
from responder.core.plan import DoneKind, PlanOrder
from responder.core.rate_alerts import Told

DAY = timedelta(days=1)
ORDER, OTHER = "171-1234567-1234567", "171-1234567-7654321"


def _rate(make: Any, *cases: Case, days: int = 30) -> Rate:
    rule = RateRule(
        metric=Metric.LATE_SHIPMENT_RATE, days=days, lag_days=0, basis=Basis.SHIPPED, cap=0.04, bound=Bound.BELOW,
        warn_at=0.8, amazon=(), marketplaces=(), source="test", grade="W",
    )  # fmt: skip
    return Rate(
        metric=rule.metric, account="main", marketplace="amazon.fr", fulfilment=None, rule=rule,
        window=Window(make.now - days * DAY, make.now), numerator=len(cases), denominator=100, headroom=0, cases=cases,
    )  # fmt: skip


def test_what_was_told_is_read_as_it_was_kept(store: Store, make: Any) -> None:
    """Both windows of a rate have a row of their own, the second telling takes the place of the first."""
    month, ten = _rate(make), _rate(make, days=10)
    first = Told(Level.WARNING, {"worse:warning": make.now})
    store.run(rate_levels.tell, month, first, make.now)
    store.run(rate_levels.tell, ten, first, make.now)
    later = Told(Level.OVER, {**first.said, "worse:over": make.now + DAY})
    store.run(rate_levels.tell, month, later, make.now + DAY)
    store.run(rate_levels.tell, replace(month, account="second"), first, make.now)
    assert store.run(rate_levels.told, ["main"]) == {rate_levels.key(month): later, rate_levels.key(ten): first}


def test_when_they_were_computed_is_known_after_a_restart(store: Store, make: Any) -> None:
    """Nothing at first, then the last time; no report was read since."""
    assert store.run(rate_levels.looked_at) is None
    store.run(rate_levels.look, make.now, store.run(rate_levels.newest_report))
    store.run(rate_levels.look, make.now + DAY, store.run(rate_levels.newest_report))
    assert store.run(rate_levels.looked_at) == make.now + DAY
    assert not store.run(rate_levels.imported_since)


def test_a_report_whose_reading_began_before_a_look_is_new_to_it(store: Store, make: Any) -> None:
    """Its instant is that of its beginning: what counts is that it was not there. One look is enough for it."""
    store.run(rate_levels.look, make.now + DAY, store.run(rate_levels.newest_report))
    file = report_files.NewReportFile(name="a.txt", sha256="ab" * 32, kind="order", at=make.now, account="main",
                                      state="done")  # fmt: skip
    store.run(report_files.keep, file)
    assert store.run(rate_levels.imported_since)
    store.run(rate_levels.look, make.now + DAY, store.run(rate_levels.newest_report))
    assert not store.run(rate_levels.imported_since)


def test_what_is_recorded_behind_a_case_is_found(store: Store, make: Any) -> None:
    """
    Its shipping, products and refund; the answer to its buyer; a notice of its delay that left, and no other.

    As of an instant before all that there is none of it.
    """

    def happen(conn: Any) -> int:
        refund = OrderEvent(order_id=ORDER, kind=EventKind.REFUNDED, at=make.now + DAY, source="notice:1")
        facts = OrderFacts(order_id=ORDER, carrier="Colissimo", ship_by_at=make.now, shipped_at=make.now + DAY)
        items = (OrderItem(item="1", sku="LAMP"), OrderItem(item="2", sku="BULB"), OrderItem(item="3", sku="LAMP"))
        upsert(conn, "main", [Line(facts, items, (refund,))], reported_at=make.now, now=make.now)
        answered = threads.insert_thread(conn, make.thread(order_id=ORDER, answered_at=make.now + 2 * DAY))
        threads.insert_thread(conn, make.thread(order_id=ORDER, account="second", answered_at=make.now))
        left = make.outgoing(kind="delay_notice", payload={"order_id": ORDER})
        outbox.enqueue(conn, left)
        claimed = outbox.claim_due(conn, "main", make.now)
        assert claimed is not None
        outbox.mark_sent(conn, claimed.id, make.now + 3 * DAY, "250 ok")
        outbox.enqueue(conn, make.outgoing(kind="delay_notice", payload={"order_id": OTHER}))
        return answered.id

    thread_id = store.run(happen)
    cases = [
        Case(order_id=ORDER, kind=CaseKind.SHIPPED_LATE, counted_at=make.now, happened_at=make.now),
        Case(order_id=OTHER, kind=CaseKind.SHIPPED_LATE, counted_at=make.now, happened_at=make.now),
        Case(
            order_id=None, kind=CaseKind.ANSWERED_LATE, counted_at=make.now, happened_at=make.now, thread_id=thread_id
        ),
    ]
    found = store.run(plan_facts.behind, _rate(make, *cases), make.now + 3 * DAY)
    known = found.orders[ORDER]
    assert (known.carrier, known.ship_by_at, known.shipped_at) == ("Colissimo", make.now, make.now + DAY)
    assert sorted(known.skus) == ["BULB", "LAMP"]
    assert known.done == (
        (DoneKind.REFUNDED, make.now + DAY),
        (DoneKind.ANSWERED, make.now + 2 * DAY),
        (DoneKind.DELAY_NOTICE, make.now + 3 * DAY),
    )
    assert found.orders[OTHER] == PlanOrder()
    assert found.threads[thread_id].done == ((DoneKind.ANSWERED, make.now + 2 * DAY),)
    before = store.run(plan_facts.behind, _rate(make, *cases), make.now + DAY / 2)
    assert (before.orders[ORDER].shipped_at, before.orders[ORDER].done, before.threads) == (None, (), {})
