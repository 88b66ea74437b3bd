"""The columns that are shipped: whole, without contradictions, and documented."""

import re
from collections import Counter
from pathlib import Path

from reports.builders import ALL_ORDERS, CONFIRMATION, FEEDBACK, ORDER, RETURNS, UNSHIPPED

from responder.adapters.catalogue import order_reports
from responder.core.report_columns import Meaning, ReportKind, header_key

TABLES = tuple(kind for kind in ReportKind if kind is not ReportKind.PERFORMANCE)
PAGE = (Path(__file__).parents[3] / "docs" / "formats.md").read_text("utf-8")


def test_a_header_means_one_thing_in_a_report() -> None:
    """No report has a header in two rows, and every report needs the order's number and something of its own."""
    for kind in TABLES:
        rows = [row for row in order_reports() if not row.reports or kind in row.reports]
        counted = Counter(header_key(header) for row in rows for header in row.headers)
        assert counted.most_common(1)[0][1] == 1, (kind, counted.most_common(1))
        needed = {row.meaning for row in order_reports() if kind in row.needed}
        assert Meaning.ORDER_ID in needed
        assert len(needed) >= 2


def test_what_a_report_needs_tells_it_from_the_others() -> None:
    """No report's needs are met by the columns of another that is not the same orders in another form."""
    headers = {
        ReportKind.UNSHIPPED: UNSHIPPED,
        ReportKind.ORDER: ORDER,
        ReportKind.ALL_ORDERS: ALL_ORDERS,
        ReportKind.SHIPMENT_CONFIRMATION: CONFIRMATION,
        ReportKind.FEEDBACK: FEEDBACK,
        ReportKind.RETURNS: RETURNS,
    }
    fits = set()
    for kind in TABLES:
        needed = {row.meaning for row in order_reports() if kind in row.needed}
        for other, names in headers.items():
            keys = {header_key(name) for name in names}
            rows = [row for row in order_reports() if not row.reports or kind in row.reports]
            meant = {row.meaning for row in rows for header in row.headers if header_key(header) in keys}
            fits |= {(kind, other)} if needed <= meant else set()
    same = {(ReportKind.ORDER, ReportKind.UNSHIPPED), (ReportKind.ORDER, ReportKind.ALL_ORDERS)}
    assert fits == {(kind, kind) for kind in TABLES} | same


def test_every_meaning_and_every_report_is_documented() -> None:
    """A seller who adds a row finds the words for it."""
    meanings = PAGE[PAGE.index("`meaning` is one of") :].partition("\n\n")[0]
    assert set(Meaning) - set(re.findall(r"[a-z_]+", meanings)) == set()
    for kind in TABLES:
        needed = [row for row in order_reports() if kind in row.needed]
        row = next(line for line in PAGE.splitlines() if f"| `{kind}` |" in line)
        for column in needed:
            keys = {header_key(header) for header in column.headers}
            assert keys & set(map(header_key, re.findall(r"`([^`]+)`", row))), (kind, column.meaning)
