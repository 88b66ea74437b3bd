"""
Amazon's report files: recognised by their headers, read line by line in constant memory.
"""

from responder.adapters.orders.reading import Report, UnknownColumn, open_report
from responder.core.order_reports import ReportError
from responder.core.report_columns import ReportKind
from responder.core.report_lines import BadLine, OtherSale, ReportLine

__all__ = [
    "BadLine", "OtherSale", "Report", "ReportError", "ReportKind", "ReportLine", "UnknownColumn", "open_report",
]  # fmt: skip
