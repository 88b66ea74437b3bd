"""When a rate is told of: once each way a day, the worst window first, and in words a person acts on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from responder.adapters.translations import speech
from responder.core.metrics import Basis, Bound, Case, CaseKind, Level, Metric, Rate, RateRule, Window
from responder.core.rate_alerts import Change, Direction, Draft, Told, alert, badness, change, primary
from responder.core.speech import spoken

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OK, WARNING, OVER = 1, 9, 12  # of a thousand, with a cap of 1 %


def rate(numerator: int, metric: Metric = Metric.ORDER_DEFECT_RATE, days: int = 60, **more: Any) -> Rate:
    """Return a rate of a thousand orders."""
    share = metric is Metric.RESPONSE_WITHIN_24H
    rule = RateRule(
        metric=metric, days=days, lag_days=0, basis=Basis.PURCHASED, cap=0.9 if share else 0.01,
        bound=Bound.AT_LEAST if share else Bound.BELOW, warn_at=0.8, amazon=(), marketplaces=(), source="t", grade="W",
    )  # fmt: skip
    case = Case(order_id="305-1234567-7654321", kind=CaseKind.CHARGEBACK, counted_at=NOW, happened_at=NOW)
    given = {"metric": metric, "account": "main", "marketplace": "amazon.fr", "fulfilment": None, "rule": rule,
             "window": Window(NOW - days * 24 * HOUR, NOW), "numerator": numerator, "denominator": 1000,
             "headroom": 0, "cases": (case,) * min(numerator, 7)}  # fmt: skip
    return Rate(**{**given, **more})


def told_by(numerators: Sequence[int], step: timedelta) -> list[str]:
    """Return what is told of a rate that takes these values, a step apart."""
    told, said = Told(), []
    for number, numerator in enumerate(numerators):
        now = NOW + number * step
        found = change(rate(numerator), told, now)
        if found is not None:
            told = told.after(found, now)
            said.append(found.key)
    return said


@pytest.mark.parametrize(
    ("numerators", "said"),
    [
        ([OK, OK], []),
        ([WARNING, WARNING], ["worse:warning"]),
        ([OVER, OVER, OK], ["worse:over", "better:ok"]),
        ([WARNING, OVER], ["worse:warning", "worse:over"]),
        ([OVER, WARNING, OK], ["worse:over", "better:warning", "better:ok"]),
    ],
)
def test_a_level_is_told_once(numerators: list[int], said: list[str]) -> None:
    """The first look tells what is near or past its cap; after it only what changes."""
    assert told_by(numerators, HOUR) == said


def test_a_rate_at_its_edge_tells_each_way_once_a_day() -> None:
    """Forty-eight hours of to and fro, hour by hour, are two alerts and two recoveries, not forty-eight."""
    said = told_by([OVER, WARNING] * 24, HOUR)
    assert said.count("worse:over") == 2
    assert said.count("better:warning") == 2


def test_what_was_put_off_is_told_when_its_day_is_over() -> None:
    """It came back past its cap within the day and stays there: that is not forgotten."""
    assert told_by([OVER, OK, OVER, OVER], 9 * HOUR) == ["worse:over", "better:ok", "worse:over"]


def test_what_is_not_known_changes_nothing() -> None:
    """Without orders a rate is neither better nor worse than what was told."""
    unknown = rate(0, denominator=0)
    assert unknown.level is Level.UNKNOWN
    assert change(unknown, Told(Level.OVER), NOW) is None


def test_one_draft_for_the_windows_of_one_rate() -> None:
    """Of two windows the worse one, of two rates both, the worst first; what is better again needs none."""
    month, ten = rate(12, Metric.LATE_SHIPMENT_RATE, 30), rate(30, Metric.LATE_SHIPMENT_RATE, 10)
    defects, refunds = rate(15), rate(1, Metric.REFUND_RATE)
    worse = [Change(each, Direction.WORSE) for each in (month, ten, defects)]
    assert primary([*worse, Change(refunds, Direction.BETTER)]) == (ten, defects)


def test_a_share_of_what_went_well_is_worse_the_smaller_it_is() -> None:
    """Of answers within a day 50 % is worse than 80 %, and both are past the cap of 90 %."""
    half, most = rate(500, Metric.RESPONSE_WITHIN_24H), rate(800, Metric.RESPONSE_WITHIN_24H)
    assert half.level is most.level is Level.OVER
    assert badness(half) > badness(most)


def test_the_mail_names_the_worst_and_holds_all_of_them() -> None:
    """Value, cap, the newest five cases, what is better again, and the draft beneath."""
    changes = [
        Change(rate(9, Metric.CANCELLATION_RATE, 7), Direction.WORSE),
        Change(rate(12), Direction.WORSE),
        Change(rate(1, Metric.REFUND_RATE, 30), Direction.BETTER),
    ]
    mail = alert(changes, [Draft("about defects", "Dear Seller Support,\n[complete me]")], {"amazon.fr": PARIS}, PARIS)
    assert mail.subject == "Order defect rate past its cap and 1 other: amazon.fr"
    lines = mail.text.splitlines()
    assert lines[0] == "Order defect rate, 60 days · amazon.fr, account main: past its cap"
    assert "  12 of 1000 orders (1.2 %), cap 1 %" in lines
    assert lines.count("  - 305-1234567-7654321: chargeback, Mon 16 Nov") == 10
    assert lines.count("  - and 2 older: responder metrics") == 2
    assert (
        "Refund rate, 30 days · amazon.fr, account main: back within its cap (1 of 1000 orders (0.1 %), cap 1 %)"
        in lines
    )
    assert lines[-1] == "[complete me]"


def test_the_subject_names_the_stores_of_all_that_it_counts() -> None:
    """The first rate's store comes first, then the others, at most three."""
    stores = ("amazon.nl", "amazon.de", "amazon.it", "amazon.es")
    worst = Change(rate(12), Direction.WORSE)
    others = [Change(replace(rate(11), marketplace=store), Direction.WORSE) for store in stores]
    two, many = (alert([worst, *several], [], {}, PARIS) for several in (others[:1], others))
    assert two.subject == "Order defect rate past its cap and 1 other: amazon.fr, amazon.nl"
    assert many.subject == "Order defect rate past its cap and 4 others: amazon.fr, amazon.de, amazon.es, ..."


def test_a_recovery_alone_is_short() -> None:
    """What is back within its cap is one line, without advice and without a draft."""
    mail = alert([Change(rate(1), Direction.BETTER)], [], {}, PARIS)
    assert mail.subject == "Order defect rate back within its cap: amazon.fr"
    assert len(mail.text.splitlines()) == 1


def test_a_rate_that_is_near_its_cap_again_is_told_as_better() -> None:
    """The subject of a recovery never reads like a warning."""
    mail = alert([Change(rate(9), Direction.BETTER)], [], {}, PARIS)
    assert mail.subject == "Order defect rate no longer past its cap, still near it: amazon.fr"


@pytest.mark.parametrize(
    ("language", "figures", "room"),
    [
        ("it", "9 su 1000 ordini (0,9%), limite 1%", "nel limite, il caso n.\xa02 lo raggiunge"),
        ("es", "9 de 1000 pedidos (0,9\xa0%), límite 1\xa0%", "en el límite, el 2.º lo alcanza"),
    ],
)
def test_figures_are_written_as_the_language_writes_them(language: str, figures: str, room: str) -> None:
    """Its comma, its sign for percent and its ordinals: what English does not have is not left out."""
    with spoken(speech(language)):
        lines = alert([Change(rate(9, headroom=1), Direction.WORSE)], [], {}, PARIS).text.splitlines()
    assert f"  {figures}" in lines
    assert any(line.endswith(room) for line in lines)
