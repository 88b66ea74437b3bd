"""
A rate as a script reads it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from responder.core.metrics import AmazonFigure, Case, Rate, Window


def as_object(rate: Rate, *, details: bool) -> Mapping[str, Any]:
    """Return the rate; with `details` each case as well, and where the rule is from."""
    found: dict[str, Any] = {
        "metric": rate.metric,
        "account": rate.account,
        "marketplace": rate.marketplace,
        "fulfilment": rate.fulfilment,
        "value": rate.value,
        "numerator": rate.numerator,
        "denominator": rate.denominator,
        "cap": rate.rule.cap,
        "bound": rate.rule.bound,
        "headroom": rate.headroom,
        "level": rate.level,
        "window": _window(rate.window) | {"days": rate.rule.days},
        "cases": _orders(rate.cases),
        "at_risk": _orders(rate.at_risk),
        "counts": dict(rate.counts),
        "roll_off": [{"on": each.on, "cases": each.cases} for each in rate.roll_off],
        "trend": [{"on": day, "value": value} for day, value in rate.trend],
        "computed_from": list(rate.computed_from),
        "missing": list(rate.missing),
        "amazon": None if rate.amazon is None else _amazon(rate.amazon),
    }
    return {**found, **_details(rate)} if details else found


def _details(rate: Rate) -> Mapping[str, Any]:
    return {
        "details": [*_cases(rate.cases, at_risk=False), *_cases(rate.at_risk, at_risk=True)],
        "source": rate.rule.source,
        "grade": rate.rule.grade,
    }


def _orders(cases: tuple[Case, ...]) -> list[str]:
    """Return the orders of the cases, each once; a message may be about none."""
    return list(dict.fromkeys(each.order_id for each in cases if each.order_id is not None))


def _cases(cases: tuple[Case, ...], *, at_risk: bool) -> Iterator[Mapping[str, Any]]:
    for each in cases:
        yield {
            "order_id": each.order_id,
            "thread_id": each.thread_id,
            "kind": each.kind,
            "at_risk": at_risk,
            "counted_at": each.counted_at,
            "happened_at": each.happened_at,
            "detail": dict(each.detail),
        }


def _window(window: Window) -> dict[str, Any]:
    return {"from": window.from_at, "until": window.until_at}


def _amazon(figure: AmazonFigure) -> Mapping[str, Any]:
    return {
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "target": figure.target,
        "status": figure.status,
        "window": None if figure.window is None else _window(figure.window),
        "at": figure.at,
        "fresh": figure.fresh,
    }
