"""
What a plan of action may print: figures and days written in the language of the text, and names of Amazon's own words.

It is a draft for Amazon's seller support that a person completes and sends, never a mail of ours.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import get_day_names
from babel.numbers import format_percent

from responder.adapters.templates.dates import locale_of, plain_date
from responder.core.message import clean
from responder.core.metrics import CaseKind, Level, Metric
from responder.core.plan import Cause, CauseKind, Comment, Done, DoneKind, Group, Mark, PlanFacts

NAMED_DONE = 10
_DIGITS = 4
_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class PlanSeller:
    """`seller.`: who writes."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRate:
    """`rate.`: the figures; `kind` is Amazon's rate as the program calls it, what is not known is none."""

    kind: str
    fulfilment: str | None
    level: str
    days: int
    from_date: str
    until_date: str
    value: str | None
    cap: str | None
    numerator: int
    denominator: int
    amazon_value: str | None
    amazon_date: str | None
    at_risk: int


@dataclass(frozen=True, slots=True)
class PlanCases:
    """One of `cases`, in a loop: cases of one kind; `named` are orders with their days."""

    kind: str
    count: int
    named: str


@dataclass(frozen=True, slots=True)
class PlanCause:
    """One of `causes`: what cases share; `name` is a SKU, a carrier, a closed time or a day of the week."""

    kind: str
    count: int
    name: str | None


@dataclass(frozen=True, slots=True)
class PlanDone:
    """One of `done`: what is recorded as done about cases."""

    kind: str
    count: int
    named: str


@dataclass(frozen=True, slots=True)
class PlanComment:
    """One of `comments`: a buyer's own words, on one line."""

    order: str
    date: str
    text: str


def _parts(kind: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))


NAMES: Mapping[str, frozenset[str]] = {
    "seller": _parts(PlanSeller),
    "rate": _parts(PlanRate),
    "marketplace": frozenset(),
    "cases": frozenset(),
    "others": frozenset(),
    "causes": frozenset(),
    "cause_kinds": frozenset(),
    "done": frozenset(),
    "comments": frozenset(),
}
"""What the template may print; the parts of what it loops over are those of the classes above."""


def plan_context(
    facts: PlanFacts, *, seller_name: str, language: str, country: str | None = None
) -> Mapping[str, object]:
    """Return what the plan may print."""
    locale = locale_of(language, country)
    return {
        "seller": PlanSeller(clean(seller_name, 100)),
        "rate": PlanRate(
            kind=str(facts.metric),
            fulfilment=facts.fulfilment,
            level=str(facts.level),
            days=facts.days,
            from_date=plain_date(facts.from_on, locale),
            until_date=plain_date(facts.until_on, locale),
            value=percent(facts.value, locale),
            cap=percent(facts.cap, locale),
            numerator=facts.numerator,
            denominator=facts.denominator,
            amazon_value=percent(facts.amazon_value, locale),
            amazon_date=None if facts.amazon_on is None else plain_date(facts.amazon_on, locale),
            at_risk=facts.at_risk,
        ),
        "marketplace": facts.marketplace,
        "cases": tuple(PlanCases(str(each.kind), each.count, _named(each.marks, locale)) for each in facts.groups),
        "others": facts.others,
        "causes": tuple(PlanCause(str(each.kind), each.count, _shared(each, locale)) for each in facts.causes),
        "cause_kinds": tuple(dict.fromkeys(str(each.kind) for each in facts.causes)),
        "done": tuple(
            PlanDone(str(each.kind), each.count, _named(each.marks[:NAMED_DONE], locale)) for each in facts.done
        ),
        "comments": tuple(
            PlanComment(each.order_id, plain_date(each.on, locale), each.text.replace('"', "'"))
            for each in facts.comments
        ),
    }


def percent(value: float | None, locale: Locale) -> str | None:
    """Return a share as people write it, to a hundredth of a percent; a smaller one never reads as none."""
    if value is None:
        return None
    exact = Decimal(str(value))
    rounded = round(exact, _DIGITS) or exact
    return str(format_percent(rounded, locale=locale, decimal_quantization=False))


def _named(marks: Iterable[Mark], locale: Locale) -> str:
    """Return orders with their days, many on lines of their own; a message that names no order has its day alone."""
    written = (
        f"{mark.order_id} ({plain_date(mark.on, locale)})" if mark.order_id else plain_date(mark.on, locale)
        for mark in marks
    )
    rows = [", ".join(row) for row in _in_rows(tuple(written))]
    return rows[0] if len(rows) == 1 else "".join(f"\n  {row}" for row in rows)


def _in_rows(values: Sequence[str]) -> list[Sequence[str]]:
    """Few in a row: the draft goes into a form, and lines of a thousand letters are read by nobody."""
    return [values[start : start + _IN_A_ROW] for start in range(0, len(values), _IN_A_ROW)]


def _shared(cause: Cause, locale: Locale) -> str | None:
    if cause.weekday is None:
        return cause.name
    return str(get_day_names("wide", locale=locale)[cause.weekday])


_MARKS = (Mark("305-1234567-7654321", date(2026, 11, 3)), Mark("305-1234567-7654322", date(2026, 11, 1)))
_OF = {
    Metric.ORDER_DEFECT_RATE: (CaseKind.NEGATIVE_FEEDBACK, CaseKind.CLAIM_GRANTED, CaseKind.CHARGEBACK),
    Metric.CANCELLATION_RATE: (CaseKind.CANCELLED,),
    Metric.LATE_SHIPMENT_RATE: (CaseKind.SHIPPED_LATE,),
    Metric.REFUND_RATE: (CaseKind.REFUNDED,),
    Metric.VALID_TRACKING_RATE: (CaseKind.NO_TRACKING,),
    Metric.ON_TIME_DELIVERY_RATE: (CaseKind.DELIVERED_LATE,),
    Metric.RESPONSE_WITHIN_24H: (CaseKind.ANSWERED_LATE, CaseKind.NOT_ANSWERED),
    Metric.INVOICE_DEFECT_RATE: (CaseKind.INVOICE_NOT_KNOWN,),
}


def plan_samples(
    language: str, seller_name: str, marketplace: str, country: str | None
) -> tuple[Mapping[str, object], ...]:
    """Return invented plans that reach every branch: every rate, with all that is known of it and with nothing."""
    facts = [_sample(metric, marketplace, full=full) for metric in Metric for full in (True, False)]
    return tuple(plan_context(each, seller_name=seller_name, language=language, country=country) for each in facts)


def _sample(metric: Metric, marketplace: str, *, full: bool) -> PlanFacts:
    named = (CauseKind.SKU, CauseKind.CARRIER, CauseKind.OUT_OF_STOCK)
    dated = (CauseKind.SHIPPING_WEEKDAY, CauseKind.ANSWER_WEEKDAY)
    undated = (each for each in CauseKind if each not in dated)
    causes = [Cause(each, 2, "LAMP-01" if each in named else "Christmas Day") for each in undated]
    causes += [Cause(CauseKind.SHIPPING_CLOSED, 2), Cause(CauseKind.ANSWER_CLOSED, 2)]
    causes += [Cause(each, 2, weekday=4) for each in dated]
    return PlanFacts(
        metric=metric,
        account="main",
        marketplace=marketplace,
        fulfilment="mfn" if full else None,
        level=Level.OVER if full else Level.OK,
        days=60,
        from_on=date(2026, 9, 5),
        until_on=date(2026, 11, 3),
        value=0.0125 if full else None,
        cap=0.01 if full else None,
        numerator=2 if full else 0,
        denominator=160 if full else 0,
        amazon_value=0.013 if full else None,
        amazon_on=date(2026, 11, 18) if full else None,
        at_risk=1 if full else 0,
        groups=tuple(Group(kind, 2, _MARKS) for kind in _OF[metric]) if full else (),
        others=3 if full else 0,
        causes=tuple(causes) if full else (),
        done=tuple(Done(kind, 2, _MARKS) for kind in DoneKind) if full else (),
        comments=(Comment("305-1234567-7654321", date(2026, 11, 4), "The lamp arrived late."),) if full else (),
    )
