"""
Amazon's report files: recognised by their headers, read line by line in constant memory.
"""

from responder.adapters.orders.reading import Report, UnknownColumn, open_report
from responder.core.order_reports import BadLine, ReportError, ReportLine
from responder.core.report_columns import ReportKind

__all__ = ["BadLine", "Report", "ReportError", "ReportKind", "ReportLine", "UnknownColumn", "open_report"]
