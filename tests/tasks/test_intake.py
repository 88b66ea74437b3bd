"""Report files in: by hand and from the watched folder, good and bad, whole and again."""

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from neighbours.asking import every_order
from reports.builders import Rated, Returned, Sold, all_orders, confirmation, feedback, order_id, performance, returns
from reports.builders import unshipped as unshipped_report

from responder.adapters import catalogue
from responder.adapters.clock import ManualClock
from responder.adapters.report_folder import REASON, ReportFolder, opened
from responder.adapters.store import Store, orders, report_files
from responder.adapters.store import performance as figures
from responder.adapters.store.order_rows import Counts
from responder.core.orders import Channel, EventKind, Order
from responder.tasks.intake import Intake, look, run, turn
from responder.tasks.intake.importing import import_file
from responder.tasks.intake.values import FAILED, IMPORTED, REPEATED, Imported, Importer, Shop, Unheard, Wanted
from responder.tasks.intake.watching import StoppedError, take

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BOUGHT = NOW - timedelta(days=5)


def sold(number: int, marketplace: str = "amazon.fr", **given: Any) -> Sold:
    """Return an order."""
    values = {"purchased_at": BOUGHT, "promise_at": BOUGHT + timedelta(days=2), "marketplace": marketplace}
    return Sold(**{"order_id": order_id(number), **values, **given})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A state, as the daemon opens it."""
    made = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    yield made
    made.close()


@pytest.fixture(scope="module")
def one_shop() -> Importer:
    """An account that sells on two stores."""
    return Importer(
        shops=(Shop("main", frozenset({"amazon.fr", "amazon.de"})),),
        columns=catalogue.order_reports(),
        catalogue=catalogue.load(),
        zone=ZoneInfo("Europe/Paris"),
    )


@pytest.fixture
def two_shops(one_shop: Importer) -> Importer:
    """Two accounts that both sell on amazon.fr, the second one on amazon.it as well."""
    return replace(one_shop, shops=(*one_shop.shops, Shop("second", frozenset({"amazon.fr", "amazon.it"}))))


Import = Callable[..., Imported]


@pytest.fixture
def imports(store: Store, one_shop: Importer, tmp_path: Path) -> Import:
    """Import a report of these bytes."""

    def work(raw: bytes, importer: Importer = one_shop, *, at: datetime = NOW - MINUTE, **wanted: Any) -> Imported:
        path = dropped(tmp_path / "report.txt", raw, at)
        progress = wanted.pop("progress", Unheard())
        with opened(path) as file:
            asked = Wanted(**wanted)
            return import_file(store, importer, file, "report.txt", wanted=asked, now=NOW, progress=progress)

    return work


def dropped(path: Path, raw: bytes, at: datetime = NOW - MINUTE) -> Path:
    """Write a file that was last changed at an instant."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def order(store: Store, number: int, account: str = "main") -> Order:
    """Return an order that must be there."""
    found = store.run(orders.order, account, order_id(number))
    assert found is not None
    return found


def kinds(store: Store, number: int) -> list[EventKind]:
    """Return what happened to an order."""
    return [each.kind for each in store.run(orders.events, "main", order_id(number))]


def test_what_each_report_says_comes_together(imports: Import, store: Store) -> None:
    """Sold, shipped, returned, rated: five files of one order are one order, and the file is noted with it."""
    assert imports(unshipped_report([sold(1)])).counts == Counts(new=1)
    assert imports(confirmation([sold(1, shipped_at=BOUGHT)])).counts == Counts(changed=1)
    assert imports(all_orders([sold(1, updated_at=BOUGHT)])).counts == Counts(changed=1)
    assert imports(returns([Returned(order_id=order_id(1), date="20-Nov-2026")])).counts == Counts(changed=1, events=1)
    assert imports(feedback([Rated(order_id=order_id(1), date="2026-11-22", rating=2)])).counts.events == 1
    found = order(store, 1)
    assert (found.marketplace, found.channel, found.carrier) == ("amazon.fr", Channel.MERCHANT, "Post")
    assert (found.shipped_at is not None, found.ship_by_at is not None) == (True, True)
    assert kinds(store, 1) == [EventKind.RETURN_REQUESTED, EventKind.FEEDBACK]
    last = store.run(report_files.last)
    assert last is not None
    assert (last.kind, last.state, last.rows, last.orders, last.skipped) == ("feedback", "done", 1, 1, 0)


def test_the_same_file_again_changes_nothing(imports: Import, store: Store) -> None:
    """Whatever it is called; `again` reads it once more."""
    raw = unshipped_report([sold(1), sold(2)])
    assert imports(raw).state == IMPORTED
    again = imports(raw, at=NOW)
    assert (again.state, again.before_at, again.is_whole) == (REPEATED, NOW, True)
    assert imports(raw, again=True).counts == Counts(unchanged=2)
    assert order(store, 1).reported_at == NOW - MINUTE


def test_an_old_file_does_not_undo_a_new_one(imports: Import, store: Store) -> None:
    """A report of last week, imported today: the order stays cancelled, and what only it says is known now."""
    imports(all_orders([sold(1, status="Cancelled", updated_at=NOW - MINUTE)]))
    imports(all_orders([sold(1, status="Shipped", updated_at=BOUGHT, business=True)]))
    imports(unshipped_report([sold(1, alias="buyer0001abc")]), at=BOUGHT)
    found = order(store, 1)
    assert (found.status, found.business) == ("Cancelled", False)
    assert found.buyer_alias == "buyer0001abc@marketplace.amazon.fr"
    assert kinds(store, 1) == [EventKind.CANCELLED]


def test_a_bad_line_is_told_and_the_others_count(imports: Import, store: Store) -> None:
    """Neither is the file lost for one line, nor the line in silence."""
    raw = unshipped_report([sold(number) for number in range(1, 31)])
    for number in range(1, 26):
        raw = raw.replace(order_id(number).encode(), f"305-{number}".encode())
    done = imports(raw, watched=True)
    assert (done.state, done.rows, done.bad_lines, len(done.bad), done.is_whole) == (IMPORTED, 5, 25, 20, False)
    assert done.bad[0].number == 2
    assert done.reason is not None
    assert done.reason.startswith("25 of 30 lines could not be read: line 2: '305-1' is no order number")
    (told,) = store.run(report_files.untold)
    assert (told.reason, told.skipped, len(store.run(every_order))) == (done.reason, 25, 5)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"hello\tworld\r\n1\t2\r\n", "columns nobody knows: 'hello', 'world'"),
        (b"", ""),
        (b"PK\x03\x04 a spreadsheet", ""),
        (unshipped_report([sold(1)]).replace(order_id(1).encode(), b"305"), "none of its 1 lines can be read; line 2"),
        (unshipped_report([sold(1, "amazon.es")]), r"none of its rows is of a store you sell on \(amazon.es: 1\)"),
        (performance({"amazon.es": "GOOD"}), "none of its rows is of a store you sell on"),
    ],
)
def test_what_is_no_report_of_ours_fails_with_the_reason(
    imports: Import, store: Store, raw: bytes, problem: str
) -> None:
    """Nothing of it is kept, and it is noted once however often it is tried."""
    import re

    for _ in range(2):
        done = imports(raw, watched=True)
        assert done.state == FAILED
        assert re.search(problem, done.reason or "")
        assert done.hint
    assert store.run(every_order) == ()
    assert [each.reason for each in store.run(report_files.untold)] == [done.reason]


@pytest.mark.parametrize("seconds", [10**12, -(10**12)])
def test_the_time_of_a_file_may_be_any_number(store: Store, one_shop: Importer, seconds: int) -> None:
    """A file system can say millions of years: such a file is from now, or older than every other."""
    with os.fdopen(os.memfd_create("report"), "r+b") as file:
        file.write(unshipped_report([sold(1)]))
        file.flush()
        os.utime(file.fileno(), (seconds, seconds))
        done = import_file(store, one_shop, file, "report", wanted=Wanted(), now=NOW, progress=Unheard())
    assert (done.state, done.reported_at) == (IMPORTED, NOW if seconds > 0 else datetime(1970, 1, 1, tzinfo=UTC))


def test_a_file_of_which_rows_were_left_out_counts_when_it_comes_again(imports: Import, one_shop: Importer) -> None:
    """The seller adds the store and drops the same file: what was left out is taken then, and once."""
    raw = unshipped_report([sold(1), sold(2, "amazon.de")])
    at_first = replace(one_shop, shops=(Shop("main", frozenset({"amazon.fr"})),))
    assert imports(raw, at_first).foreign == {"amazon.de": 1}
    assert imports(raw).counts == Counts(new=1, unchanged=1)
    assert imports(raw).state == REPEATED


def test_a_sale_outside_amazon_is_no_bad_line(imports: Import) -> None:
    """A seller whose parcels Amazon sends for another shop as well has one in each report: nothing is to be told."""
    raw = all_orders([sold(1, updated_at=BOUGHT), sold(2, updated_at=BOUGHT, sales_channel="Non-Amazon")])
    done = imports(raw.replace(order_id(2).encode(), b"S02-1234567-1234567"))
    assert (done.state, done.reason, dict(done.foreign)) == (IMPORTED, None, {"Non-Amazon": 1})


def test_rows_of_other_stores_are_counted(imports: Import, store: Store) -> None:
    """By the store they name; the file is whole all the same."""
    done = imports(unshipped_report([sold(1), sold(2, "amazon.es"), sold(3, "amazon.es"), sold(4, "amazon.it")]))
    assert (done.foreign, done.rows, done.skipped, done.is_whole) == ({"amazon.es": 2, "amazon.it": 1}, 1, 3, True)
    assert done.reason is None
    assert [each.order_id for each in store.run(every_order)] == [order_id(1)]


def test_whose_a_row_is_must_be_known(imports: Import, two_shops: Importer, store: Store) -> None:
    """Both sell there: said, and nothing is guessed. With the account it is theirs, and the same file again is not."""
    raw = unshipped_report([sold(1)])
    done = imports(raw, two_shops)
    assert done.reason is not None
    assert "main and second all sell on amazon.fr" in done.reason
    assert imports(raw, two_shops, account="second").counts == Counts(new=1)
    assert imports(raw, two_shops, account="second").state == REPEATED
    assert order(store, 1, "second").marketplace == "amazon.fr"
    assert imports(unshipped_report([sold(2, "amazon.it")]), two_shops, account="main").state == FAILED


def test_a_row_without_a_store_is_of_who_knows_its_order(imports: Import, two_shops: Importer, store: Store) -> None:
    """A confirmation names none: one order is of the second account, one is of nobody; with one account all are its."""
    imports(unshipped_report([sold(1, "amazon.it")]), two_shops)
    imports(unshipped_report([sold(2, "amazon.de")]), two_shops)
    shipped = [sold(number, shipped_at=BOUGHT) for number in (1, 2, 3)]
    done = imports(confirmation(shipped), two_shops, watched=True)
    assert (done.rows, done.foreign, done.counts) == (2, {"": 1}, Counts(changed=2))
    told = "rows that name no store, of orders that no account knows: 1 (give it again once one does)"
    assert [each.reason for each in store.run(report_files.untold)] == [done.reason] == [told]
    assert order(store, 1, "second").carrier == order(store, 2).carrier == "Post"
    done = imports(confirmation([sold(3, shipped_at=BOUGHT)]), two_shops)
    assert done.reason == "its rows name no store, and no account knows their orders (use --account)"
    assert imports(confirmation([sold(4, shipped_at=BOUGHT)])).counts == Counts(new=1)


def test_amazons_figures_are_kept_by_store(imports: Import, store: Store) -> None:
    """Of the stores the account sells on; the newest report counts."""
    done = imports(performance({"amazon.fr": "BAD", "amazon.es": "GOOD"}))
    assert (done.state, done.stores, done.foreign) == (IMPORTED, ("amazon.fr",), {"amazon.es": 1})
    kept = store.run(figures.latest, "main", "amazon.fr")
    assert kept is not None
    assert (kept.figures["messaging_abuse"], kept.at) == (True, NOW - MINUTE)


def test_trying_changes_nothing(imports: Import, store: Store) -> None:
    """What would change is counted, and neither the order nor the file is kept."""
    raw = unshipped_report([sold(1)])
    assert imports(raw, dry_run=True).counts == Counts(new=1)
    assert imports(performance({"amazon.fr": "BAD"}), dry_run=True).stores == ("amazon.fr",)
    assert imports(b"", dry_run=True).state == FAILED
    assert store.run(every_order) == ()
    assert store.run(report_files.last) is None
    assert store.run(figures.latest, "main", "amazon.fr") is None


def test_a_file_that_changes_while_it_is_read_is_not_believed(imports: Import, store: Store, tmp_path: Path) -> None:
    """Something else writes into it: nothing is kept."""

    class Writing(Unheard):
        def read(self, position: int, size: int) -> None:
            with (tmp_path / "report.txt").open("ab") as file:
                file.write(b"more\r\n")

    done = imports(unshipped_report([sold(1)]), progress=Writing())
    assert done.problem == "it was changed while it was read"
    assert store.run(every_order) == ()
    assert store.run(report_files.last) is None  # once it is complete it is another file


def test_a_report_is_never_newer_than_now(imports: Import, store: Store) -> None:
    """A file from the future would win over every report to come; a person may say when it was made."""
    imports(unshipped_report([sold(1)]), at=NOW + timedelta(days=365))
    assert order(store, 1).reported_at == NOW
    imports(unshipped_report([sold(2)]), reported_at=BOUGHT)
    assert order(store, 2).reported_at == BOUGHT


class Watch:
    """A watched folder and its state."""

    def __init__(self, store: Store, importer: Importer, path: Path) -> None:
        self.store = store
        self.path = path
        self.folder = ReportFolder(path, tuple(each.account for each in importer.shops), timedelta(seconds=30))
        self.importer = importer
        path.mkdir()

    def look(self, now: datetime = NOW) -> tuple[Imported, ...]:
        """Look twice, a minute apart."""
        self.folder.ready(now)
        taken = take(self.store, self.importer, self.folder, now + MINUTE, lambda: False)
        assert taken.problem is None
        return taken.files

    def lies_in(self, where: str) -> list[str]:
        """Return the names in a folder of it."""
        return sorted(each.name for each in (self.path / where).iterdir())


@pytest.fixture
def watch(store: Store, two_shops: Importer, tmp_path: Path) -> Watch:
    """The folder of two accounts."""
    return Watch(store, two_shops, tmp_path / "orders")


def test_a_dropped_file_is_imported_and_moved(watch: Watch) -> None:
    """To done/, with its date; a second look finds nothing."""
    dropped(watch.path / "u.txt", unshipped_report([sold(1, "amazon.de")]))
    (done,) = watch.look()
    assert (done.state, order(watch.store, 1).marketplace) == (IMPORTED, "amazon.de")
    assert watch.lies_in("") == ["done"]
    assert watch.lies_in("done") == ["2026-11-26 u.txt"]
    assert watch.look(NOW + 5 * MINUTE) == ()


def test_a_file_in_an_accounts_folder_is_of_that_account(watch: Watch) -> None:
    """Where both sell on the store; it is moved within that folder."""
    dropped(watch.path / "second" / "u.txt", unshipped_report([sold(1)]))
    assert [each.state for each in watch.look()] == [IMPORTED]
    assert order(watch.store, 1, "second").marketplace == "amazon.fr"
    assert watch.lies_in("second/done") == ["2026-11-26 u.txt"]


def test_a_file_that_failed_has_its_reason_beside_it(watch: Watch, tmp_path: Path) -> None:
    """What it is not, what to do, and for bad lines which; a link is moved as the link it is. Told in the digest."""
    dropped(watch.path / "a.txt", b"hello\tworld\r\n")
    dropped(watch.path / "b.txt", unshipped_report([sold(1)]))
    raw = unshipped_report([sold(2, "amazon.de"), sold(3, "amazon.de")])
    dropped(watch.path / "c.txt", raw.replace(order_id(2).encode(), b"305"))
    (watch.path / "d.txt").symlink_to(dropped(tmp_path / "secret.txt", unshipped_report([sold(4, "amazon.de")])))
    assert [each.state for each in watch.look()] == [FAILED, FAILED, IMPORTED, FAILED]
    failed = [f"2026-11-26 {name}.txt" for name in "abd"]
    assert watch.lies_in("failed") == sorted([*failed, *(name + REASON for name in failed)])
    assert watch.lies_in("done") == ["2026-11-26 c.txt", "2026-11-26 c.txt" + REASON]
    said = {
        name: (watch.path / where / f"2026-11-26 {name}.txt{REASON}").read_text()
        for name, where in (("a", "failed"), ("b", "failed"), ("c", "done"), ("d", "failed"))
    }
    assert "docs/formats.md" in said["a"]
    assert "a folder main/" in said["b"]
    assert said["c"].splitlines()[-1] == "line 2: '305' is no order number: three, seven and seven digits with hyphens"
    assert said["d"].startswith("it is a link, not a file")
    assert [each.name for each in watch.store.run(report_files.untold)] == ["a.txt", "b.txt", "c.txt", "d.txt"]
    assert watch.store.run(orders.order, "main", order_id(4)) is None


def test_a_bad_line_is_told_once_however_often_its_file_comes(watch: Watch) -> None:
    """It is read again, since the formats may know more by now; the digest has told of it."""
    raw = unshipped_report([sold(1, "amazon.de"), sold(2, "amazon.de")]).replace(order_id(2).encode(), b"305")
    for minutes in (0, 5):
        dropped(watch.path / "u.txt", raw)
        assert [each.bad_lines for each in watch.look(NOW + minutes * MINUTE)] == [1]
    assert len(watch.store.run(report_files.untold)) == 1


def test_a_file_that_was_replaced_is_not_taken_for_the_one_that_was_read(watch: Watch) -> None:
    """A program writes its report anew while the one before is imported: it stays, and is imported next."""
    dropped(watch.path / "u.txt", unshipped_report([sold(1, "amazon.de")]))

    def stopped() -> bool:
        dropped(watch.path / "new", unshipped_report([sold(2, "amazon.de")])).rename(watch.path / "u.txt")
        return False

    watch.folder.ready(NOW)
    taken = take(watch.store, watch.importer, watch.folder, NOW + MINUTE, stopped)
    assert (taken.problem, [each.state for each in taken.files]) == (None, [IMPORTED])
    assert watch.lies_in("") == ["done", "u.txt"]
    assert [each.state for each in watch.look(NOW + 2 * MINUTE)] == [IMPORTED]
    assert [order(watch.store, number).order_id for number in (1, 2)] == [order_id(1), order_id(2)]


def test_a_crash_between_keeping_and_moving_is_made_good(watch: Watch, imports: Import) -> None:
    """The file is known by its content: nothing changes, and it is moved now."""
    raw = unshipped_report([sold(1, "amazon.de")])
    imports(raw, watch.importer, watched=True)
    dropped(watch.path / "u.txt", raw)
    (done,) = watch.look()
    assert (done.state, done.counts) == (REPEATED, Counts())
    assert watch.lies_in("done") == ["2026-11-26 u.txt"]


def test_a_folder_that_cannot_be_used_is_a_problem_in_words(watch: Watch) -> None:
    """What cannot be moved away is imported once all the same, and told until somebody mends it."""
    for name in ("done", "failed"):
        dropped(watch.path / name, b"a file in the place of the folder")
    dropped(watch.path / "u.txt", unshipped_report([sold(1, "amazon.de")]))
    watch.folder.ready(NOW)
    for minutes, state in ((1, IMPORTED), (2, REPEATED)):
        taken = take(watch.store, watch.importer, watch.folder, NOW + minutes * MINUTE, lambda: False)
        assert [each.state for each in taken.files] == [FAILED, FAILED, state]
        assert taken.problem == "done cannot be moved out of the folder of order reports: File exists (and 2 more)"
    for name in ("done", "failed"):
        (watch.path / name).unlink()
    taken = take(watch.store, watch.importer, watch.folder, NOW + 3 * MINUTE, lambda: False)
    assert (taken.problem, [each.state for each in taken.files]) == (None, [REPEATED])


def test_a_folder_that_is_gone_is_a_problem_in_words(watch: Watch) -> None:
    """It says which folder, and what the system says of it."""
    watch.path.rmdir()
    taken = take(watch.store, watch.importer, watch.folder, NOW, lambda: False)
    assert taken.problem == f"the folder of order reports {watch.path} cannot be read: No such file or directory"


def test_a_file_that_the_disk_has_no_room_for_is_a_problem_in_words(watch: Watch) -> None:
    """It stays where it is and keeps no other file waiting; once there is room it is imported."""
    pages = watch.store.run(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar_one())
    watch.store.run(lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count={pages + 30}"))
    dropped(watch.path / "a.txt", unshipped_report([sold(number, "amazon.de") for number in range(2, 600)]))
    dropped(watch.path / "b.txt", unshipped_report([sold(1, "amazon.de")]))
    watch.folder.ready(NOW)
    taken = take(watch.store, watch.importer, watch.folder, NOW + MINUTE, lambda: False)
    full = "the state cannot be written now: database or disk is full"
    assert (taken.problem, [each.name for each in taken.files]) == (f"a.txt cannot be imported now: {full}", ["b.txt"])
    assert watch.lies_in("") == ["a.txt", "done"]
    watch.store.run(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count=100000"))
    assert [each.state for each in watch.look(NOW + 2 * MINUTE)] == [IMPORTED]


def test_what_was_begun_when_the_daemon_ends_is_left_for_the_next_start(watch: Watch) -> None:
    """Nothing of it is kept, and the file stays where it is."""
    dropped(watch.path / "u.txt", unshipped_report([sold(1, "amazon.de")]))
    watch.folder.ready(NOW)
    with pytest.raises(StoppedError):
        take(watch.store, watch.importer, watch.folder, NOW + MINUTE, lambda: True)
    assert watch.lies_in("") == ["u.txt"]
    assert watch.store.run(every_order) == ()
    assert [each.state for each in watch.look()] == [IMPORTED]


async def test_the_loop_takes_what_is_dropped_and_says_so(watch: Watch) -> None:
    """At its second look the file is imported and others are told; it ends when it is asked to."""
    dropped(watch.path / "u.txt", unshipped_report([sold(1, "amazon.de")]))
    clock, looked, news = ManualClock(NOW), asyncio.Event(), asyncio.Event()
    problems: list[str | None] = []

    def ticked(problem: str | None) -> None:
        problems.append(problem)
        looked.set()

    intake = Intake(folder=watch.folder, importer=watch.importer, every=MINUTE)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        wake = asyncio.Event()
        loop = group.create_task(run(watch.store, intake, clock, wake=wake, imported=news.set, ticked=ticked))
        await looked.wait()
        assert not news.is_set()
        clock.move_to(NOW + MINUTE)
        await news.wait()
        loop.cancel()
    assert problems[0] is None
    assert (await watch.store.tx(orders.order, "main", order_id(1))) is not None


async def test_once_looks_before_and_takes_after(watch: Watch) -> None:
    """`run --once` has two looks as well: what rested between them is taken."""
    dropped(watch.path / "u.txt", unshipped_report([sold(1, "amazon.de")]))
    intake = Intake(folder=watch.folder, importer=watch.importer, every=MINUTE)
    await look(intake, NOW)
    dropped(watch.path / "late.txt", unshipped_report([sold(2, "amazon.de")]))
    taken = await turn(watch.store, intake, NOW)
    assert [each.name for each in taken.files] == ["u.txt"]
    assert watch.lies_in("") == ["done", "late.txt"]
