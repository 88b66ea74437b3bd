"""
The rates by which Amazon measures a seller: value, cap, headroom, what leaves the window when, and the cases behind it.

Computed from what reports and notices say; each says what it was computed from and what is missing. Nothing here reads
a clock, a file or the state.
"""

from responder.core.metrics.values import (
    AmazonFigure,
    Basis,
    Bound,
    Case,
    CaseKind,
    Level,
    Metric,
    Rate,
    RateRule,
    RollOff,
    Window,
)

__all__ = [
    "AmazonFigure",
    "Basis",
    "Bound",
    "Case",
    "CaseKind",
    "Level",
    "Metric",
    "Rate",
    "RateRule",
    "RollOff",
    "Window",
]
