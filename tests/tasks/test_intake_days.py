"""Days in a report that names no store: they are days of the order's store, whichever file comes first."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from reports.builders import Sold, confirmation, order_id, order_report

from responder.adapters import catalogue
from responder.adapters.report_folder import opened
from responder.adapters.store import Store, orders
from responder.core.orders import EventKind, OrderEvent
from responder.tasks.intake.importing import import_file
from responder.tasks.intake.values import IMPORTED, Importer, Shop, Unheard, Wanted

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
BOUGHT = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SHIPPED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STORES = {"amazon.co.uk": "Europe/London", "amazon.com": "America/Los_Angeles", "amazon.co.jp": "Asia/Tokyo"}


@pytest.fixture
def importer() -> Importer:
    """A seller in Paris with stores abroad."""
    return Importer(
        shops=(Shop("main", frozenset({*STORES, "amazon.fr"})),),
        columns=catalogue.order_reports(),
        catalogue=catalogue.load(),
        zone=ZoneInfo("Europe/Paris"),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A state."""
    made = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    yield made
    made.close()


def take_in(store: Store, importer: Importer, path: Path, at: datetime = NOW) -> None:
    """Import a file that was made at an instant."""
    os.utime(path, (at.timestamp(), at.timestamp()))
    with opened(path) as file:
        done = import_file(store, importer, file, path.name, wanted=Wanted(), now=NOW, progress=Unheard())
    assert done.state == IMPORTED, done


def shipped_at(store: Store, number: int) -> datetime | None:
    """Return when an order was shipped."""
    found = store.run(orders.order, "main", order_id(number))
    return found and found.shipped_at


@pytest.mark.parametrize("files", [("order", "shipped"), ("shipped", "order")])
@pytest.mark.parametrize("apart", [timedelta(), timedelta(days=1)])
def test_a_day_of_shipping_begins_in_the_orders_store(
    store: Store, importer: Importer, tmp_path: Path, files: tuple[str, ...], apart: timedelta
) -> None:
    """The seller confirms 20 November, a file that names no store: the same in each order of files, made when ever."""
    all_sold = [
        Sold(order_id=order_id(number), purchased_at=BOUGHT, promise_at=NOW, shipped_at=SHIPPED, marketplace=name)
        for number, name in enumerate(STORES)
    ]
    (tmp_path / "order").write_bytes(order_report(all_sold))
    (tmp_path / "shipped").write_bytes(confirmation(all_sold))
    for number, name in enumerate(files):
        take_in(store, importer, tmp_path / name, NOW - number * apart)
    for number, zone in enumerate(STORES.values()):
        begins = datetime.combine(date(2026, 11, 20), datetime.min.time(), ZoneInfo(zone))
        assert shipped_at(store, number) == begins.astimezone(UTC)


def test_until_its_store_is_known_a_day_is_the_sellers_own(store: Store, importer: Importer, tmp_path: Path) -> None:
    """A confirmation before the order's report; a notice in between changes nothing of the day."""
    sold = Sold(order_id=order_id(1), purchased_at=BOUGHT, promise_at=NOW, shipped_at=SHIPPED, marketplace="amazon.com")
    path = tmp_path / "report"
    path.write_bytes(confirmation([sold]))
    take_in(store, importer, path)
    assert shipped_at(store, 1) == datetime(2026, 11, 19, 23, tzinfo=UTC)
    refunded = OrderEvent(order_id=order_id(1), kind=EventKind.REFUNDED, at=NOW, source="notice:<1@amazon>")
    assert store.run(orders.add_events, "main", [refunded], NOW) == 1
    assert shipped_at(store, 1) == datetime(2026, 11, 19, 23, tzinfo=UTC)
    path.write_bytes(order_report([sold]))
    take_in(store, importer, path)
    assert shipped_at(store, 1) == datetime(2026, 11, 20, 8, tzinfo=UTC)
