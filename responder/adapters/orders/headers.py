"""
The first line of a report file: which report it is, or why it is none, in words that name the columns.
"""

from collections.abc import Sequence

from responder import document
from responder.core.message import clean
from responder.core.order_reports import ReportError
from responder.core.report_columns import Layout, NoReport, ReportColumn, Twice, known_headers, layout

MAX_FIELDS = 250
MAX_NAMED = 12
_TEMPLATE = "templatetype="
_SEPARATORS = {";": "semicolons", ",": "commas", "|": "upright strokes"}
AGAIN = "download it from Amazon again, and do not save it with a spreadsheet program"
SYNONYM = "a header in another language is added in formats/order_reports.yaml, see docs/formats.md"


def is_preamble(line: str) -> bool:
    """Return whether this is the line that Amazon's templates for uploads have above their headers."""
    return line.casefold().startswith(_TEMPLATE)


def layout_of(line: str, columns: Sequence[ReportColumn]) -> Layout:
    """Return what the headers in this line are; raise `ReportError` when they are those of no report."""
    if line.count("\t") >= MAX_FIELDS:
        raise ReportError(f"its first line has more than {MAX_FIELDS} columns", "no report of Amazon has so many")
    headers = [clean(header, 80) for header in line.split("\t")]
    found = layout(headers, columns)
    if isinstance(found, Layout):
        return found
    if isinstance(found, Twice):
        raise ReportError(f"the column {found.header!r} stands in it twice", AGAIN)
    raise _saved_anew(line, columns) or _no_report(headers, found, columns)


def nearest_known(header: str, columns: Sequence[ReportColumn]) -> str | None:
    """Return the known header that this one was probably meant to be."""
    return document.nearest(header, known_headers(columns))


def _saved_anew(line: str, columns: Sequence[ReportColumn]) -> ReportError | None:
    """Return what to say of a report that a spreadsheet program saved in its own way."""
    plain = line.replace('"', "")
    if plain != line and isinstance(layout(plain.split("\t"), columns), Layout):
        return ReportError("its headers stand in quotes: a spreadsheet program saved it", AGAIN)
    for separator, words in _SEPARATORS.items():
        if plain.count(separator) < MAX_FIELDS and isinstance(layout(plain.split(separator), columns), Layout):
            return ReportError(f"its columns are separated by {words}, not by tabs", AGAIN)
    return None


def _no_report(headers: Sequence[str], found: NoReport, columns: Sequence[ReportColumn]) -> ReportError:
    if len(headers) < 2:
        return ReportError("its first line has no columns: a report has headers, separated by tabs", AGAIN)
    named = [_named(header, columns) for header in found.unknown[:MAX_NAMED]]
    more = len(found.unknown) - len(named)
    unknown = f"; columns nobody knows: {', '.join(named)}" + (f", and {more} more" if more else "") if named else ""
    if not found.has_order_id:
        return ReportError(f"it has no column with the order's number (order-id){unknown}", SYNONYM)
    return ReportError(f"its columns are those of no report we know{unknown}", SYNONYM)


def _named(header: str, columns: Sequence[ReportColumn]) -> str:
    near = nearest_known(header, columns)
    return f"{header!r} (near {near!r})" if near else repr(header)
