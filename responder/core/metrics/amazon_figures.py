"""
Amazon's own figure of a rate, found in the figures of its performance report by the names the rules give.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from responder.core.metrics.facts import AmazonReport
from responder.core.metrics.values import AmazonFigure, RateRule, Window

MERCHANT, AMAZON = "mfn", "afn"


def amazon_figure(
    report: AmazonReport | None, rule: RateRule, fulfilment: str | None, now: datetime
) -> AmazonFigure | None:
    """Return what the report says of the rate; None without a report, or where it does not have the rate."""
    if report is None or report.at > now:
        return None
    said = [each for each in report.figures.get("rates", ()) if each.get("name") in rule.amazon]
    # A rate of the seller's own shipments may be given by itself, or among Amazon's two parts.
    wanted = (fulfilment,) if fulfilment is not None else (None, MERCHANT)
    found = next((each for each in said if each.get("fulfilment") in wanted), None)
    return None if found is None else _figure(found, rule, report.at, now)


def _figure(said: Mapping[str, Any], rule: RateRule, at: datetime, now: datetime) -> AmazonFigure:
    counts = said.get("counts", {})
    numerator, denominator = _first(counts, rule.amazon_numerator), _first(counts, rule.amazon_denominator)
    value = said.get("rate")
    if value is None and numerator is not None and denominator:
        value = numerator / denominator
    return AmazonFigure(
        value=value,
        numerator=numerator,
        denominator=denominator,
        target=said.get("target"),
        status=said.get("status"),
        window=_window(said.get("from_at"), said.get("until_at")),
        at=at,
        fresh=now - at <= timedelta(days=rule.fresh_days),
    )


def _first(counts: Mapping[str, int], names: Sequence[str]) -> int | None:
    return next((counts[name] for name in names if name in counts), None)


def _window(from_at: str | None, until_at: str | None) -> Window | None:
    if from_at is None or until_at is None:
        return None
    return Window(datetime.fromisoformat(from_at), datetime.fromisoformat(until_at))
