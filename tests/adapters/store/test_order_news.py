"""What a digest tells of orders, on both databases."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from neighbours.asking import Line, upsert

from responder.adapters.store import Store, order_news, orders
from responder.adapters.store.order_news import Place
from responder.core.orders import FeedbackState, OrderFacts

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = Place(zones={"amazon.co.uk": ZoneInfo("Europe/London")}, zone=ZoneInfo("Europe/Paris"), folder="invoices/")


def test_what_is_lacking_and_what_is_to_be_uploaded_is_found(store: Store) -> None:
    """The first to end first, counted beyond what is shown; each marketplace's day ends by its own clock."""
    facts = [
        OrderFacts(order_id=f"305-0000000-000000{n}", marketplace="amazon.co.uk", business=n > 3, shipped_at=NOW - HOUR)
        for n in range(1, 6)
    ]
    store.run(upsert, "main", [Line(each) for each in facts], reported_at=NOW, now=NOW)
    for n in (1, 2, 3):
        order = store.run(orders.order, "main", f"305-0000000-000000{n}")
        assert order is not None
        held: dict[str, object] = {
            "state": FeedbackState.HELD,
            "reason": "invoice_missing",
            "look_at": None,
            "now": NOW,
        }
        store.run(orders.decided, order.id, detail={"words": f"{n}.pdf"}, at=NOW + (4 - n) * HOUR, **held)  # type: ignore[arg-type]
    found = store.run(order_news.news, PLACE, NOW, told=(), shown=2)
    assert [each.expected for each in found.lacking] == ["3.pdf", "2.pdf"]
    assert found.lacking_in_all == 3
    assert [each.by_at for each in found.to_upload] == [datetime(2026, 11, 27, 23, 59, tzinfo=UTC)] * 2
    first, second = (each.id for each in found.to_upload)
    told = store.run(order_news.told_of, found, [first], NOW)
    assert told == [first]
    again = store.run(order_news.news, PLACE, NOW + HOUR, told=told, shown=2)
    assert [each.id for each in again.to_upload] == [second]
    assert found.held == ()
    for n in (4, 5):
        order = store.run(orders.order, "main", f"305-0000000-000000{n}")
        assert order is not None
        held["reason"] = "no_address"
        store.run(orders.decided, order.id, detail={}, at=NOW + n * HOUR, **held)  # type: ignore[arg-type]
    (held_back,) = store.run(order_news.news, PLACE, NOW, told=told, shown=2).held
    assert (held_back.orders, held_back.until_at) == (2, NOW + 4 * HOUR)
