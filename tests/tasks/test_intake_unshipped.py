"""A report of unshipped orders says which orders of its stores have left: those that it does not name any more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from reports.builders import Sold, order_id, order_report, unshipped

from responder.adapters import catalogue
from responder.adapters.report_folder import opened
from responder.adapters.store import Store, late_orders, unshipped_reports
from responder.tasks.intake.importing import import_file
from responder.tasks.intake.values import IMPORTED, Importer, Shop, Unheard, Wanted

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MADE = NOW - DAY + timedelta(microseconds=987_654)
Import = Callable[..., None]


def sold(number: int, marketplace: str = "amazon.fr") -> Sold:
    """Return an order that has to ship tomorrow."""
    return Sold(order_id=order_id(number), purchased_at=NOW - 3 * DAY, promise_at=NOW + DAY, marketplace=marketplace)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """A state, as the daemon opens it."""
    made = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    yield made
    made.close()


@pytest.fixture
def imports(store: Store, tmp_path: Path) -> Import:
    """Import a report that was made at an instant, of one of two accounts or of whoever sells on its stores."""
    shops = (Shop("main", frozenset({"amazon.fr", "amazon.de"})), Shop("second", frozenset({"amazon.it"})))
    importer = Importer(
        shops=shops, columns=catalogue.order_reports(), catalogue=catalogue.load(), zone=ZoneInfo("Europe/Paris")
    )

    def work(raw: bytes, at: datetime = MADE, *, dry_run: bool = False, account: str | None = None) -> None:
        path = tmp_path / "report.txt"
        path.write_bytes(raw)
        with opened(path) as file:
            wanted = Wanted(reported_at=at, dry_run=dry_run, account=account)
            done = import_file(store, importer, file, "report.txt", wanted=wanted, now=NOW, progress=Unheard())
        assert done.state == IMPORTED

    return work


def left(store: Store) -> dict[str, bool]:
    """Return of each order that may be late whether it has left."""
    found = store.run(late_orders.unshipped, ["main", "second"], NOW)
    return {each.order_id: each.left_report for each in found}


def test_an_order_that_the_next_report_does_not_name_has_left(store: Store, imports: Import) -> None:
    """One of the same store; of other stores, and other accounts, the report says nothing."""
    imports(unshipped([sold(1), sold(2), sold(3, "amazon.de"), sold(4, "amazon.it")]), MADE - DAY)
    imports(unshipped([sold(2)]))
    assert left(store) == {order_id(1): True, order_id(2): False, order_id(3): False, order_id(4): False}
    assert store.run(unshipped_reports.newest).keys() == {
        ("main", "amazon.fr"),
        ("main", "amazon.de"),
        ("second", "amazon.it"),
    }


def test_an_order_report_says_nothing_of_what_has_left(store: Store, imports: Import) -> None:
    """It names new orders only; nor does a rehearsal of an import, or a report that came late."""
    imports(unshipped([sold(1), sold(2)]), MADE - DAY)
    imports(order_report([sold(2)]))
    imports(unshipped([sold(2)]), dry_run=True)
    imports(unshipped([sold(2)]), MADE - 2 * DAY)
    assert set(left(store).values()) == {False}


def test_a_report_with_a_line_that_cannot_be_read_lets_none_leave(store: Store, imports: Import) -> None:
    """That line may be the order's."""
    imports(unshipped([sold(1), sold(2)]), MADE - DAY)
    imports(unshipped([sold(2), sold(1)]).replace(order_id(1).encode(), b"no order"))
    assert left(store) == {order_id(1): False, order_id(2): False}


def test_where_an_account_sells_on_one_store_an_empty_report_says_that_all_have_left(
    store: Store, imports: Import
) -> None:
    """Everything shipped: each evening's file is the same bytes. Of an account with two stores it says nothing."""
    imports(unshipped([sold(1, "amazon.it")]), MADE - 3 * DAY, account="second")
    imports(unshipped([]), MADE - 2 * DAY, account="second")
    assert left(store) == {order_id(1): True}
    imports(unshipped([sold(2, "amazon.it"), sold(3)]), MADE - DAY)
    imports(unshipped([]), MADE, account="second")
    imports(unshipped([]), MADE, account="main")
    assert left(store) == {order_id(1): True, order_id(2): True, order_id(3): False}
