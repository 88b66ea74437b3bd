"""
One report file in: recognised, read line by line, and kept in one transaction, or not at all.

A line that cannot be read is told of and left out; the others count. The same file again changes nothing.
"""

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from io import BufferedReader
from itertools import islice

from sqlalchemy import Connection

from responder.adapters.orders import BadLine, OtherSale, Report, open_report
from responder.adapters.store import Store, order_staging, performance, report_files, unshipped_reports
from responder.adapters.store.order_lines import Line, line, milliseconds
from responder.adapters.store.order_rows import Counts
from responder.adapters.store.order_staging import Staged
from responder.adapters.store.performance import Performance
from responder.adapters.store.report_files import NewReportFile
from responder.core.order_reports import ReportError
from responder.core.report_columns import ReportKind
from responder.core.report_dates import day_first_in
from responder.tasks.intake.homes import Homes
from responder.tasks.intake.values import (
    FAILED,
    IMPORTED,
    NO_STORE,
    REPEATED,
    SHOWN,
    Imported,
    Importer,
    Progress,
    Wanted,
)

_AT_ONCE = 1_000


class ChangedError(ReportError):
    """Somebody writes to the file."""


def import_file(
    store: Store,
    importer: Importer,
    file: BufferedReader,
    name: str,
    *,
    wanted: Wanted,
    now: datetime,
    progress: Progress,
) -> Imported:
    """Import an open file and return what became of it; what is no report is noted as failed, with the reason."""
    done = Imported(name=name)
    try:
        done = replace(done, sha256=_sha256(file))
        return _Import(store, importer, wanted, now, progress).run(file, done)
    except ChangedError as error:
        return done.failed(error.problem, error.hint)  # not noted: once it is complete it is another file
    except ReportError as error:
        failed = done.failed(error.problem, error.hint)
    except OSError as error:
        failed = done.failed(f"it cannot be read: {error.strerror}", "try again")
    if not wanted.dry_run:
        store.run(note, failed, wanted, now)
    return failed


def note(conn: Connection, done: Imported, wanted: Wanted, now: datetime) -> None:
    """Keep what became of a file; what was wrong with it is kept once."""
    new = NewReportFile(
        account=wanted.account,
        name=done.name,
        sha256=done.sha256,
        kind=done.kind,
        state=report_files.FAILED if done.state == FAILED else report_files.DONE,
        reason=done.reason,
        rows=done.rows,
        orders=done.orders,
        skipped=done.skipped,
        at=now,
    )
    if new.reason is not None and report_files.noted_before(conn, new):
        return
    row = report_files.keep(conn, new)
    if not wanted.watched:
        report_files.mark_told(conn, [row], now)  # whoever typed the command reads it there


def _sha256(file: BufferedReader) -> str:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


class _Import:
    """The import of one file."""

    def __init__(self, store: Store, importer: Importer, wanted: Wanted, now: datetime, progress: Progress) -> None:
        self._store = store
        self._importer = importer
        self._wanted = wanted
        self._now = now
        self._progress = progress
        self._homes = Homes(importer.shops, wanted.account)
        self._bad: list[BadLine] = []
        self._bad_lines = 0
        self._rows = 0
        self._unshipped: dict[str, set[str]] = {}  # the stores of which the file names unshipped orders, by account

    def run(self, file: BufferedReader, done: Imported) -> Imported:
        """Return what became of the file."""
        known = self._store.run(report_files.imported_whole, done.sha256, self._wanted.account)
        if known is not None and known.rows and not self._wanted.again:  # an empty one says each day that all have left
            return replace(done, state=REPEATED, kind=known.kind, rows=known.rows, before_at=known.at)
        report = self._opened(file)
        done = replace(done, kind=str(report.kind), reported_at=report.reported_at, unknown=report.unknown)
        return self._performance(report, done) if report.performance else self._orders(report, file, done)

    def _opened(self, file: BufferedReader) -> Report:
        """Open the report: it was made when the file was last changed, and never in the future."""
        changed_at = _changed_at(file, self._now)
        importer, catalogue = self._importer, self._importer.catalogue
        shops = [each for each in importer.shops if self._wanted.account in (None, each.account)]
        stores = filter(None, (catalogue.by_name(name) for shop in shops for name in shop.marketplaces))
        return open_report(
            file,
            importer.columns,
            catalogue,
            default_zone=importer.zone,
            reported_at=min(self._wanted.reported_at or changed_at, self._now),
            day_first=day_first_in({each.country for each in stores}),
        )

    def _orders(self, report: Report, file: BufferedReader, done: Imported) -> Imported:
        before = _mark(file)
        with Staged(self._importer.zone_of) as staged:
            self._read(report, staged)
            if _mark(file) != before:
                raise ChangedError("it was changed while it was read", "wait until it is complete")
            self._homes.settle(self._store, staged)
            self._refuse_nothing()
            done = self._so_far(done)
            return replace(done, counts=self._keep(staged, done))

    def _read(self, report: Report, staged: Staged) -> None:
        lines = self._placed(report)
        while part := list(islice(lines, _AT_ONCE)):
            staged.take(part)
            self._progress.read(report.position, report.size)
        self._progress.read(report.size, report.size)

    def _placed(self, report: Report) -> Iterator[tuple[str | None, Line]]:
        for each in report.lines():
            if isinstance(each, BadLine):
                self._bad_lines += 1
                if len(self._bad) < SHOWN:
                    self._bad.append(each)
                continue
            self._rows += 1
            if isinstance(each, OtherSale):
                self._homes.foreign[each.channel] += 1
                continue
            at = each.updated_at or report.reported_at
            said = line(each.facts.order_id, at, each.facts, each.items, each.events, each.days)
            for home, placed in self._homes.placed(each.facts.marketplace, said):
                if report.kind is ReportKind.UNSHIPPED and home is not None and each.facts.marketplace is not None:
                    self._unshipped.setdefault(home, set()).add(each.facts.marketplace)
                yield home, placed

    def _kept_rows(self) -> int:
        return self._rows - self._homes.foreign.total()

    def _so_far(self, done: Imported) -> Imported:
        """Return the file as imported, before its orders are counted."""
        foreign = dict(self._homes.foreign.most_common())
        return replace(
            done,
            state=IMPORTED,
            rows=self._kept_rows(),
            bad=tuple(self._bad),
            bad_lines=self._bad_lines,
            foreign=foreign,
        )

    def _refuse_nothing(self) -> None:
        """A file of which no row can be kept failed, whatever it is."""
        if self._kept_rows() or not (self._rows or self._bad):
            return
        if not self._rows:
            first = self._bad[0]
            raise ReportError(
                f"none of its {self._bad_lines} lines can be read; line {first.number}: {first.problem}",
                "download it again, and leave it as it comes",
            )
        named = ", ".join(f"{name or 'no store'}: {count}" for name, count in self._homes.foreign.most_common())
        if set(self._homes.foreign) == {NO_STORE}:
            raise ReportError("its rows name no store, and no account knows their orders", "use --account")
        raise ReportError(
            f"none of its rows is of a store you sell on ({named})", "see seller.marketplaces in the configuration"
        )

    def _keep(self, staged: Staged, done: Imported) -> Counts:
        def then(conn: Connection, counts: Counts) -> None:
            note(conn, replace(done, counts=counts), self._wanted, self._now)
            for account, marketplaces in self._said_of(done).items():
                unshipped_reports.note(conn, account, marketplaces, done.reported_at or self._now)

        now = milliseconds(self._now)
        if self._wanted.dry_run:
            return staged.work_out(self._store.run, now, self._progress.compared)
        return order_staging.keep(self._store, staged, now, then, self._progress.compared)

    def _said_of(self, done: Imported) -> Mapping[str, Collection[str]]:
        """Return of which stores it names every unshipped order; a file of an account with one store may name none."""
        if done.kind != ReportKind.UNSHIPPED or self._bad_lines:
            return {}
        shops = [each for each in self._importer.shops if self._wanted.account in (None, each.account)]
        if len(shops) == 1 and len(shops[0].marketplaces) == 1:
            return {shops[0].account: {*shops[0].marketplaces, NO_STORE}}
        return self._unshipped

    def _performance(self, report: Report, done: Imported) -> Imported:
        """Keep Amazon's figures, those of a store with the account that sells there."""
        found = report.performance
        if found is None:
            return done
        kept = [
            Performance(str(account), each.marketplace, report.reported_at, each.figures())
            for each in found.stores
            for account, _ in self._homes.placed(each.marketplace, _NOTHING)
        ]
        self._rows = len(found.stores)
        self._refuse_nothing()
        done = replace(self._so_far(done), stores=tuple(each.marketplace for each in kept))
        if not self._wanted.dry_run:
            self._store.run(_keep_figures, kept, done, self._wanted, self._now)
        return done


_NOTHING = Line("", 0)


def _keep_figures(conn: Connection, kept: list[Performance], done: Imported, wanted: Wanted, now: datetime) -> None:
    for each in kept:
        performance.keep(conn, each)
    note(conn, done, wanted, now)


def _changed_at(file: BufferedReader, now: datetime) -> datetime:
    """Return when a file was last changed; a file system may say any number, millions of years away."""
    return datetime.fromtimestamp(min(max(os.fstat(file.fileno()).st_mtime, 0), now.timestamp()), UTC)


def _mark(file: BufferedReader) -> tuple[int, int]:
    """Return what changes when a file is written to."""
    found = os.fstat(file.fileno())
    return found.st_size, found.st_mtime_ns
