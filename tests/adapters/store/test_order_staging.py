"""A report of any size: worked out beside the state, written at once, and nothing that others write is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from neighbours.asking import every_order
from sqlalchemy import Connection

from responder.adapters.store import Store, order_staging, orders
from responder.adapters.store.order_lines import line, milliseconds
from responder.adapters.store.order_rows import BATCH, Counts
from responder.adapters.store.order_staging import TRIES, Staged
from responder.core.orders import EventKind, OrderEvent, OrderFacts, OrderItem

COUNT = BATCH + 20
DAY = timedelta(days=1)


def order_id(number: int) -> str:
    """Return an order number."""
    return f"305-0000000-{number:07}"


def refund(make: Any, number: int, source: str) -> OrderEvent:
    """Return a refund that a notice tells of."""
    return OrderEvent(order_id=order_id(number), kind=EventKind.REFUNDED, at=make.now, source=source)


@pytest.fixture
def staged(make: Any) -> Any:
    """A report of more than one batch; each order has two lines, far apart."""
    with Staged() as report:
        for item in ("1", "2"):
            report.take(
                [
                    (
                        "main",
                        line(
                            order_id(number),
                            make.now,
                            OrderFacts(
                                order_id=order_id(number), status="Shipped", carrier="Post" if item == "1" else None
                            ),
                            [OrderItem(item=item, quantity=1)],
                        ),
                    )
                    for number in range(COUNT)
                ]
            )
        yield report


def keep(store: Store, staged: Staged, make: Any, **given: Any) -> Counts:
    """Keep a report."""
    values = {"then": lambda *_: None, "compared": lambda *_: None, **given}
    return order_staging.keep(store, staged, milliseconds(make.now), **values)


def test_a_report_is_kept_as_its_lines_would_be(store: Store, staged: Staged, make: Any) -> None:
    """Every order once with both its items, and told how far it is; a second time nothing is news."""
    told: list[tuple[int, int]] = []
    assert keep(store, staged, make, compared=lambda *far: told.append(far)) == Counts(new=COUNT)
    assert told == [(BATCH, COUNT), (COUNT, COUNT)]
    before = store.run(order_staging.version)
    assert keep(store, staged, make) == Counts(unchanged=COUNT)
    assert store.run(order_staging.version) == before  # another import need not work out its own changes again
    found = store.run(every_order)
    assert len(found) == COUNT
    assert {(each.status, each.carrier, each.look_at) for each in found} == {("Shipped", "Post", make.now)}
    assert {len(store.run(orders.items, "main", order_id(number))) for number in (0, COUNT - 1)} == {2}


def test_the_daemon_writes_while_a_report_is_worked_out(
    url: str, second_opener: Callable[[str], Store], staged: Staged, make: Any
) -> None:
    """A notice comes between two batches: it is kept at once, and is still there afterwards."""
    daemon, command = Store.open(url, exclusive=True), second_opener(url)
    seen: list[int] = []
    notices = [refund(make, number, "notice:1") for number in (0, COUNT - 1, COUNT + 1)]

    def compared(_done: int, _of: int) -> None:
        if not seen:
            seen.append(daemon.run(orders.add_events, "main", notices, make.now + DAY))

    counts = keep(command, staged, make, compared=compared)
    assert (seen, counts) == ([3], Counts(new=COUNT - 2, changed=2))
    for number in (0, COUNT - 1):
        found = daemon.run(orders.order, "main", order_id(number))
        assert found is not None
        assert (found.status, len(daemon.run(orders.events, "main", order_id(number)))) == ("Shipped", 1)
    assert len(daemon.run(every_order)) == COUNT + 1
    daemon.close()
    command.close()


def test_an_import_ends_although_orders_change_all_the_time(store: Store, staged: Staged, make: Any) -> None:
    """After so many tries the others wait."""
    tries: list[int] = []

    def compared(done: int, of: int) -> None:
        if done == of:
            tries.append(len(tries))
            if len(tries) <= TRIES:
                store.run(orders.add_events, "main", [refund(make, 1, f"notice:{len(tries)}")], make.now)

    assert keep(store, staged, make, compared=compared).new == COUNT - 1
    assert len(tries) == TRIES + 1
    assert len(store.run(orders.events, "main", order_id(1))) == TRIES


def test_all_of_a_report_is_kept_or_nothing(store: Store, staged: Staged, make: Any) -> None:
    """What is noted with it fails: no order of it is there."""

    def fails(_conn: Connection, _counts: Counts) -> None:
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError):
        keep(store, staged, make, then=fails)
    assert store.run(every_order) == ()
    assert keep(store, staged, make) == Counts(new=COUNT)


def test_orders_without_an_account_get_one_or_are_counted(make: Any) -> None:
    """Some are known by their number, the rest are left out with their lines."""
    with Staged() as report:
        report.take([(None, line(order_id(number // 2), make.now)) for number in range(6)])
        report.take([("main", line(order_id(9), make.now))])
        assert list(report.homeless()) == [[order_id(0), order_id(1), order_id(2)]]
        report.place({order_id(0): "second"})
        assert report.accounts() == ["main", "second"]
        assert report.drop_rest() == 4
        assert list(report.homeless()) == []
