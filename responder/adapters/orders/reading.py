"""
A report file opened: what it is, when it was made, and its lines one after the other.

Everything that makes a file no report is found before the first line is handed out, so that whoever imports it can
still say no; what is wrong with a single line is a `BadLine`, and the others are read.
"""

import io
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Self
from zoneinfo import ZoneInfo

from responder.adapters.orders.encodings import encoding_of, text_of, without_mark
from responder.adapters.orders.headers import AGAIN, is_preamble, layout_of, nearest_known
from responder.adapters.orders.strangers import refuse_strangers
from responder.adapters.orders.streams import MAX_LINE, MAX_ROWS, Line, Source
from responder.core.amazon import Catalogue
from responder.core.order_reports import Reading, ReportError, line_of
from responder.core.performance_reports import PerformanceReport, performance_report
from responder.core.report_columns import DATES, Layout, ReportColumn, ReportKind
from responder.core.report_dates import day_first_by, has_two_ways
from responder.core.report_lines import BadLine, OtherSale, ReportLine

MAX_JSON = 4 << 20
_LOOKED_AT = 200
# People make this file themselves, and Excel leaves out the tabs behind a line's last cell.
_MAY_END_EARLY = frozenset({ReportKind.SHIPMENT_CONFIRMATION})


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A header that no row of data/order_reports.yaml knows, and the nearest one that some row does."""

    header: str
    nearest: str | None


@dataclass(slots=True)
class Report:
    """
    A report that can be read; `position` is how much of its `size` the lines read so far are.

    Closing it closes the file where it was opened by its path.
    """

    kind: ReportKind
    reported_at: datetime
    size: int
    encoding: str
    unknown: tuple[UnknownColumn, ...] = ()
    performance: PerformanceReport | None = None
    position: int = 0
    _source: Source | None = None
    _reading: Reading | None = None
    _file: BinaryIO | None = None

    def lines(self) -> Iterator[ReportLine | BadLine | OtherSale]:
        """Yield what each line says, in the file's order; a performance report has none."""
        source, reading = self._source, self._reading
        if source is None or reading is None:
            return
        self.position = 0
        for line in _body(source, self.encoding):
            if line.ends_at > self.size:
                return  # it grew while it was read, and nobody looked at what was added
            self.position = line.ends_at
            yield self._said(line, reading)

    def _said(self, line: Line, reading: Reading) -> ReportLine | BadLine | OtherSale:
        cells = _cells(line, self.encoding)
        problem = _problem(line, cells, reading.layout)
        return line_of(cells, line.number, reading) if problem is None else BadLine(line.number, problem)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_report(
    source: Path | BinaryIO | bytes,
    columns: Sequence[ReportColumn],
    catalogue: Catalogue,
    *,
    default_zone: ZoneInfo,
    reported_at: datetime | None = None,
    day_first: bool | None = None,
) -> Report:
    """
    Return the report in a file, an open file or bytes; raise `ReportError` for what is none.

    `reported_at` is when it was made; left out, when the file was last changed. `day_first` says how dates like
    03/04/2026 are meant where the file's own dates do not decide it (`report_dates.day_first_in`).
    """
    file, own = _opened(source)
    try:
        made_at = reported_at or _changed_at(file)
        report = _read(Source(file), columns, _Given(catalogue, default_zone, made_at, day_first))
    except BaseException:
        if own:
            file.close()
        raise
    report._file = file if own else None  # noqa: SLF001 - the report is this module's own
    return report


@dataclass(frozen=True, slots=True)
class _Given:
    """What the file itself does not say."""

    catalogue: Catalogue
    default_zone: ZoneInfo
    reported_at: datetime
    day_first: bool | None


def _opened(source: Path | BinaryIO | bytes) -> tuple[BinaryIO, bool]:
    if isinstance(source, bytes):
        return io.BytesIO(source), True
    if not isinstance(source, Path):
        return source, False
    try:
        found = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # opening a named pipe would wait for ever
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise ReportError(f"it cannot be read: {words}", "see whether it is there and may be read") from None
    file = os.fdopen(found, "rb") if stat.S_ISREG(os.fstat(found).st_mode) else None
    if file is None:
        os.close(found)
        raise ReportError("it is no file", "name the files, not their folder")
    return file, True


def _changed_at(file: BinaryIO) -> datetime:
    try:
        return datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except (OSError, ValueError, OverflowError) as error:
        raise ReportError(f"nobody knows when it was made: {error}", "name the time of the report") from None


def _read(source: Source, columns: Sequence[ReportColumn], given: _Given) -> Report:
    refuse_strangers(source.start)
    if without_mark(source.start).lstrip().startswith(b"{"):
        return _performance(source, given)
    scanned = _Scanned()
    encoding = encoding_of(scanned.passing(source.blocks()))
    layout = layout_of(_headers(source, encoding), columns)
    reading = Reading(
        layout, given.catalogue, given.default_zone, given.reported_at, _day_first(source, encoding, layout, given)
    )
    return Report(
        kind=layout.kind,
        reported_at=given.reported_at,
        size=scanned.size,
        encoding=encoding,
        unknown=tuple(UnknownColumn(header, nearest_known(header, columns)) for header in layout.unknown),
        _source=source,
        _reading=reading,
    )


def _performance(source: Source, given: _Given) -> Report:
    raw = b""
    for block in source.blocks():
        raw += block
        if len(raw) > MAX_JSON:
            raise ReportError(f"a JSON file of more than {MAX_JSON >> 20} MB", "no performance report is that large")
    found = performance_report(raw, given.catalogue)
    return Report(ReportKind.PERFORMANCE, given.reported_at, len(raw), "utf-8", performance=found)


@dataclass(slots=True)
class _Scanned:
    """How large a file is, counted while its encoding is looked for."""

    size: int = 0
    lines: int = 0

    def passing(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.size += len(block)
            self.lines += block.count(b"\n")
            if self.lines > MAX_ROWS:
                raise ReportError(f"more than {MAX_ROWS:,} lines", "download it for a shorter time")
            yield block


def _headers(source: Source, encoding: str) -> str:
    for line in source.lines():
        text = text_of(without_mark(line.raw), encoding)
        if not line.whole:
            raise ReportError(f"its first line is longer than {MAX_LINE >> 10} KB", AGAIN)
        if not is_preamble(text):
            return text
    return ""


def _body(source: Source, encoding: str) -> Iterator[Line]:
    """Yield the lines below the headers."""
    lines = source.lines()
    for line in lines:
        if not is_preamble(text_of(without_mark(line.raw), encoding)):
            break
    yield from lines


def _cells(line: Line, encoding: str) -> list[str]:
    return text_of(line.raw, encoding).split("\t")


def _day_first(source: Source, encoding: str, layout: Layout, given: _Given) -> bool | None:
    """Return how the file's dates are written; read whole only where its first lines have dates that it matters for."""
    places = [at for meaning, at in layout.places.items() if meaning in DATES]
    cells = (_cells(line, encoding) for line in _body(source, encoding))
    texts = (row[at] for row in cells for at in places if at < len(row))
    if not any(map(has_two_ways, islice(texts, _LOOKED_AT))):
        return given.day_first
    again = (_cells(line, encoding) for line in _body(source, encoding))
    own = day_first_by(row[at] for row in again for at in places if at < len(row))
    if len(own) == 1:
        return next(iter(own))
    return None if own else given.day_first


def _problem(line: Line, cells: Sequence[str], layout: Layout) -> str | None:
    """Return what makes a line unreadable as a whole."""
    if not line.whole:
        return f"longer than {MAX_LINE >> 10} KB"
    if b"\0" in line.raw:
        return "holds a NUL byte: the file is damaged"
    if any(cells[layout.width :]):
        return f"{len(cells)} cells under {layout.width} headers: a tab stands in one of them"
    if len(cells) < layout.width and not (line.ended and layout.kind in _MAY_END_EARLY):
        return f"{len(cells)} cells under {layout.width} headers: it is cut off, or a line break stands in one of them"
    return None
