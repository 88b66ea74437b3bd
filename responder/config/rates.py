"""
By which rules the rates of this seller are computed: Amazon's as data, with the seller's own caps over them.
"""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from responder.adapters import metric_rules
from responder.adapters.store.rates import Measured
from responder.config.consumers import catalogue_of
from responder.config.loaded import Loaded
from responder.core.metrics import Metric, RateRule

_AS_SHIPPED = 0.8


def rules_of(loaded: Loaded) -> tuple[RateRule, ...]:
    """Return the rules; a row of the seller's own that names its cap, or another share to warn at, keeps it."""
    section = loaded.config.metrics

    def with_own(rule: RateRule) -> RateRule:
        cap = section.refund_rate_cap if rule.metric is Metric.REFUND_RATE and rule.cap is None else rule.cap
        return replace(rule, cap=cap, warn_at=section.warn_at if rule.warn_at == _AS_SHIPPED else rule.warn_at)

    return tuple(map(with_own, metric_rules.load(loaded.formats)))


def measured_of(loaded: Loaded) -> Measured:
    """Return what is measured of this seller."""
    return Measured(shops_of(loaded), rules_of(loaded), zones_of(loaded))


def shops_of(loaded: Loaded) -> Mapping[str, tuple[str, ...]]:
    """Return the stores of each account."""
    return {each.name: tuple(each.seller.marketplaces) for each in loaded.config.accounts}


def zones_of(loaded: Loaded) -> Mapping[str, ZoneInfo]:
    """Return the clock of each store: Amazon's windows are days there."""
    return {each.name: ZoneInfo(each.timezone) for each in catalogue_of(loaded).marketplaces}
