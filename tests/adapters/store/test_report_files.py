"""Report files by their content, and Amazon's own figures by store and instant."""

from datetime import timedelta
from typing import Any

from responder.adapters.store import Store, performance, report_files
from responder.adapters.store.performance import Performance
from responder.adapters.store.report_files import DONE, FAILED, NewReportFile

DAY = timedelta(days=1)


def file(make: Any, **given: Any) -> NewReportFile:
    """Return a file that was imported."""
    values = {"account": None, "name": "orders.txt", "sha256": "aa", "kind": "unshipped", "state": DONE, "at": make.now}
    return NewReportFile(**{**values, **given})


def test_a_file_is_known_by_its_content(store: Store, make: Any) -> None:
    """Whatever it is called, for the account it was said to be of; one that failed, or in part, may come again."""
    store.run(report_files.keep, file(make, rows=3, orders=2))
    known = store.run(report_files.imported_whole, "aa", None)
    assert known is not None
    assert (known.name, known.rows, known.orders, known.told_at) == ("orders.txt", 3, 2, None)
    assert store.run(report_files.imported_whole, "aa", "second") is None
    bad = file(make, sha256="bb", state=FAILED, reason="no report", at=make.now + DAY)
    assert not store.run(report_files.noted_before, bad)
    store.run(report_files.keep, bad)
    assert store.run(report_files.imported_whole, "bb", None) is None
    assert store.run(report_files.noted_before, bad)
    store.run(report_files.keep, file(make, sha256="cc", skipped=1))
    assert store.run(report_files.imported_whole, "cc", None) is None
    last = store.run(report_files.last)
    assert last is not None
    assert (last.sha256, last.reason) == ("bb", "no report")


def test_a_file_that_failed_is_told_once(store: Store, make: Any) -> None:
    """So is one with lines that were left out; a digest that came back has told nobody."""
    store.run(report_files.keep, file(make))
    ids = [
        store.run(report_files.keep, file(make, state=FAILED, reason="no report")),
        store.run(report_files.keep, file(make, reason="1 of 9 lines could not be read")),
    ]
    assert [each.id for each in store.run(report_files.untold)] == ids
    assert store.run(report_files.mark_told, ids, make.now) == 2
    assert store.run(report_files.mark_told, ids, make.now + DAY) == 0
    assert store.run(report_files.untold) == ()
    assert store.run(report_files.forget_told, ids[:1]) == 1
    assert [each.id for each in store.run(report_files.untold)] == ids[:1]


def test_the_newest_figures_of_a_store_count(store: Store, make: Any) -> None:
    """An older report after a newer one is kept beside it; the same one again is no news."""
    new = Performance("main", "amazon.fr", make.now, {"status": "NORMAL"})
    old = Performance("main", "amazon.fr", make.now - DAY, {"status": "AT_RISK"})
    assert store.run(performance.keep, new)
    assert store.run(performance.keep, old)
    assert not store.run(performance.keep, new)
    assert store.run(performance.latest, "main", "amazon.fr") == new
    corrected = Performance("main", "amazon.fr", make.now, {"status": "DEACTIVATED"})
    assert store.run(performance.keep, corrected)
    assert store.run(performance.latest, "main", "amazon.fr") == corrected
    assert store.run(performance.latest, "main", "amazon.de") is None
