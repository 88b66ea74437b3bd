"""
A rate as plain values: what is counted, against which cap, over which window, and the cases behind it.

Every instant is aware UTC; a window's `from_at` belongs to it, its `until_at` does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction


class Metric(StrEnum):
    """Amazon's rates, and the seller's own cap on refunds; part of the program's outside, never renamed."""

    ORDER_DEFECT_RATE = "order_defect_rate"
    CANCELLATION_RATE = "cancellation_rate"
    LATE_SHIPMENT_RATE = "late_shipment_rate"
    REFUND_RATE = "refund_rate"
    VALID_TRACKING_RATE = "valid_tracking_rate"
    ON_TIME_DELIVERY_RATE = "on_time_delivery_rate"
    RESPONSE_WITHIN_24H = "response_within_24h"
    INVOICE_DEFECT_RATE = "invoice_defect_rate"


class Bound(StrEnum):
    """Which side of the cap is good: a rate of defects stays below it, a share of what went well at it or above."""

    BELOW = "below"
    AT_LEAST = "at_least"


class Basis(StrEnum):
    """By which of its instants an order or a message is counted into a window."""

    PURCHASED = "purchased_at"
    SHIP_BY = "ship_by_at"
    SHIPPED = "shipped_at"
    DELIVER_BY = "deliver_by_at"
    RECEIVED = "received_at"  # of a buyer's message


class Level(StrEnum):
    """How a rate stands: within its cap, near it, past it, or not known."""

    OK = "ok"
    WARNING = "warning"
    OVER = "over"
    UNKNOWN = "unknown"


class CaseKind(StrEnum):
    """Why an order, or a message, counts against a rate."""

    NEGATIVE_FEEDBACK = "negative_feedback"
    CLAIM_OPENED = "claim_opened"  # not decided: at risk
    CLAIM_GRANTED = "claim_granted"
    CLAIM_DENIED = "claim_denied"  # counts nowhere; told apart
    CLAIM_DECIDED = "claim_decided"  # the notice does not say how
    CHARGEBACK = "chargeback"
    CANCELLED = "cancelled"
    SHIPPED_LATE = "shipped_late"
    UNSHIPPED_LATE = "unshipped_late"  # its ship-by has passed: at risk
    REFUNDED = "refunded"
    NO_TRACKING = "no_tracking"
    DELIVERED_LATE = "delivered_late"
    ANSWERED_LATE = "answered_late"
    NOT_ANSWERED = "not_answered"
    INVOICE_NOT_KNOWN = "invoice_not_known"  # a business order whose upload nothing here can see


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule:
    """
    How Amazon counts one rate, as `data/metrics.yaml` says it, with its source and grade.

    The window is `days` long and ends `lag_days` before today's end, in the marketplace's time zone. `warn_at` is the
    share of the cap at which it warns (of the way down to it, for a share of good ones).
    """

    metric: Metric
    days: int
    lag_days: int
    basis: Basis
    cap: float | None
    bound: Bound
    warn_at: float
    amazon: tuple[str, ...]  # its names in Amazon's performance report
    marketplaces: tuple[str, ...]  # where it is measured; empty: everywhere
    source: str
    grade: str
    amazon_numerator: tuple[str, ...] = ()  # the names of its counts there
    amazon_denominator: tuple[str, ...] = ()
    fresh_days: int = 7  # so old may Amazon's own figure be and still lead

    def level(self, value: float | None) -> Level:
        """Return how a value of this rate stands."""
        if value is None or self.cap is None:
            return Level.UNKNOWN
        if self.bound is Bound.BELOW:
            if value >= self.cap:
                return Level.OVER
            return Level.WARNING if value >= self._warns_from(self.cap) else Level.OK
        if value < self.cap:
            return Level.OVER
        return Level.WARNING if value < self._warns_from(self.cap) else Level.OK

    def _warns_from(self, cap: float) -> float:
        """Return the warning level from the decimal texts: 0.8 of 1 % is 4 in 500, not a hair above it."""
        exact, share = Fraction(str(cap)), Fraction(str(self.warn_at))
        return float(exact * share if self.bound is Bound.BELOW else exact + (1 - exact) * (1 - share))


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time whose orders count."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """
    One order, or message, that counts against the rate; `counted_at` is the instant by which it is in the window.

    `happened_at` is when the defect became known. `detail` holds plain values for a person: a comment, an amount.
    """

    order_id: str | None
    kind: CaseKind
    counted_at: datetime
    happened_at: datetime
    thread_id: int | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RollOff:
    """So many cases of the numerator leave the window on that day, in the marketplace's time zone."""

    on: date
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AmazonFigure:
    """What Amazon's own performance report says of the rate; `fresh`: young enough to lead."""

    value: float | None
    numerator: int | None
    denominator: int | None
    target: float | None
    status: str | None
    window: Window | None
    at: datetime
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """
    One rate of an account in one store; `fulfilment` is "mfn" or "afn" where they are counted apart.

    `headroom`: so many more orders may go wrong with the rate still within its cap; None where there is no cap or
    nothing to count. `trend` has the value at the end of each of the last days, the oldest first. `at_risk` are cases
    that do not count yet. `missing` says what could not be known, `computed_from` what it rests on, in sentences.
    """

    metric: Metric
    account: str
    marketplace: str
    fulfilment: str | None
    rule: RateRule
    window: Window
    numerator: int
    denominator: int
    headroom: int | None
    cases: tuple[Case, ...]
    at_risk: tuple[Case, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)  # by kind of case, those that count nowhere too
    roll_off: tuple[RollOff, ...] = ()
    trend: tuple[tuple[date, float | None], ...] = ()
    computed_from: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    amazon: AmazonFigure | None = None

    @property
    def value(self) -> float | None:
        """Our own figure; None where there is nothing to divide by."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def leads(self) -> float | None:
        """The figure that counts: Amazon's own where a fresh report has it, else ours."""
        return self.amazon.value if self.amazon and self.amazon.fresh and self.amazon.value is not None else self.value

    @property
    def level(self) -> Level:
        """How the rate stands, by the figure that counts."""
        return self.rule.level(self.leads)
