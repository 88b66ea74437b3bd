"""The text of a plan of action, as the shipped template prints it."""

from dataclasses import replace
from datetime import date

import pytest

from responder.adapters import templates
from responder.adapters.templates import plan_context, render
from responder.core import plan
from responder.core.metrics import CaseKind, Level, Metric
from responder.core.plan import Comment, Group, Mark, PlanFacts

ORDER = "305-1234567-7654321"
FACTS = PlanFacts(
    metric=Metric.ORDER_DEFECT_RATE, account="main", marketplace="amazon.it", fulfilment=None, level=Level.OVER,
    days=60, from_on=date(2026, 9, 8), until_on=date(2026, 11, 11), value=0.0125, cap=0.01, numerator=2,
    denominator=160, amazon_value=0.013, amazon_on=date(2026, 11, 8), at_risk=0, causes=(), done=(), others=0,
    groups=(Group(CaseKind.NEGATIVE_FEEDBACK, 1, (Mark(ORDER, date(2026, 11, 3)),)),),
    comments=(Comment(ORDER, date(2026, 11, 4), '{{ 7 * 7 }} {% raw %} "no" <b>'),),
)  # fmt: skip


def written(facts: PlanFacts, language: str) -> str:
    """Return the draft in this language."""
    template = templates.load(None)[plan.TEMPLATE]
    return render(template, language, plan_context(facts, seller_name="Lampade", language=language)).body


@pytest.mark.parametrize("language", ["en", "de", "fr", "it", "es"])
def test_a_buyer_s_words_are_printed_and_never_run(language: str) -> None:
    """What looks like a template is text, and no quotation mark of a buyer's ends the quotation."""
    assert "\"{{ 7 * 7 }} {% raw %} 'no' <b>\"" in written(FACTS, language)


@pytest.mark.parametrize(("first", "last"), [(8, 11), (1, 30)])
def test_italian_puts_no_article_before_a_figure(first: int, last: int) -> None:
    """It would be another one for each: dall'8, dal 9, l'1 %, il 4 %."""
    facts = replace(FACTS, from_on=date(2026, 9, first), amazon_on=date(2026, 11, first), until_on=date(2026, 11, last))
    text = written(facts, "it")
    assert not [each for each in ("Dal ", " al 1", " al 3", " del 8", " del 1", " sotto 1") if each in text]
    assert f"{last} novembre 2026 (60 giorni). I nostri dati contano 2 su 160: 1,25%." in text


def test_spanish_has_its_article_before_a_percentage() -> None:
    """The target is "por debajo del 1 %"."""
    assert "por debajo del 1\N{NO-BREAK SPACE}%" in written(FACTS, "es")
