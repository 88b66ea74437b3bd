"""
What a rate makes of one order or message: whether it counts, what counts against it, and what is not known of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from responder.core.metrics.values import CaseKind


class Note(StrEnum):
    """What is not known of an order, or why it is left out; `missing` has the sentence."""

    UNDATED = "undated"
    FUTURE = "future"
    CHANNEL_UNKNOWN = "channel_unknown"
    BUSINESS_UNKNOWN = "business_unknown"
    UNVERIFIED = "unverified"
    OUTCOME_UNKNOWN = "outcome_unknown"
    CANCELLER_UNKNOWN = "canceller_unknown"
    REQUEST_UNVERIFIED = "request_unverified"
    SHIPPED_UNDATED = "shipped_undated"
    NO_SHIP_BY = "no_ship_by"
    TRACKING_UNKNOWN = "tracking_unknown"
    NOT_DELIVERED = "not_delivered"
    ANSWERED_UNKNOWN = "answered_unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that speaks against an order, and when it became known."""

    kind: CaseKind
    at: datetime
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """
    What became of it: `counts` in the denominator, and `against` it the rate; both empty-handed where it went well.

    `at_risk` does not count yet, `told` counts nowhere.
    """

    counts: bool = True
    against: tuple[Found, ...] = ()
    at_risk: tuple[Found, ...] = ()
    told: tuple[Found, ...] = ()
    notes: tuple[Note, ...] = ()


WELL = Judged()
LEFT_OUT = Judged(counts=False)
