"""
The daily digest: gathered, written and enqueued in one transaction, once per local day; its rates are computed before.

A restart after the hour sends the day's digest late rather than not; days that passed meanwhile are not made up for.
"""

from responder.tasks.report.due import due_day, next_at
from responder.tasks.report.fitting import fitting
from responder.tasks.report.gathering import gather
from responder.tasks.report.loop import page, run, turn, with_rates, write, write_due, write_extra
from responder.tasks.report.values import Reporter

__all__ = [
    "Reporter",
    "due_day",
    "fitting",
    "gather",
    "next_at",
    "page",
    "run",
    "turn",
    "with_rates",
    "write",
    "write_due",
    "write_extra",
]
