"""
A rate in short sentences for a person: its value, the room left, what leaves the window when, and how it moved.

Percentages are exact enough never to show a value as its cap where it is not.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core.metrics.values import AmazonFigure, Basis, Bound, CaseKind, Level, Metric, Rate
from responder.core.wording import counted, short_day

NAMES: Mapping[Metric, str] = {
    Metric.ORDER_DEFECT_RATE: "Order defect rate",
    Metric.CANCELLATION_RATE: "Cancellation rate",
    Metric.LATE_SHIPMENT_RATE: "Late shipment rate",
    Metric.REFUND_RATE: "Refund rate",
    Metric.VALID_TRACKING_RATE: "Valid tracking rate",
    Metric.ON_TIME_DELIVERY_RATE: "On-time delivery rate",
    Metric.RESPONSE_WITHIN_24H: "Answered within 24 h",
    Metric.INVOICE_DEFECT_RATE: "Invoice defect rate",
}
LEVELS: Mapping[Level, str] = {
    Level.OK: "within its cap",
    Level.WARNING: "near its cap",
    Level.OVER: "past its cap",
    Level.UNKNOWN: "not known",
}
CASES: Mapping[CaseKind, str] = {
    CaseKind.NEGATIVE_FEEDBACK: "negative feedback",
    CaseKind.CLAIM_OPENED: "A-to-z claim, not decided",
    CaseKind.CLAIM_GRANTED: "A-to-z claim, granted",
    CaseKind.CLAIM_DENIED: "A-to-z claim, denied",
    CaseKind.CLAIM_DECIDED: "A-to-z claim, decided, nobody knows how",
    CaseKind.CHARGEBACK: "chargeback",
    CaseKind.CANCELLED: "cancelled before its shipment",
    CaseKind.SHIPPED_LATE: "shipped late",
    CaseKind.UNSHIPPED_LATE: "not shipped, and overdue",
    CaseKind.REFUNDED: "refunded",
    CaseKind.NO_TRACKING: "no tracking number",
    CaseKind.DELIVERED_LATE: "delivered late",
    CaseKind.ANSWERED_LATE: "answered after more than 24 h",
    CaseKind.NOT_ANSWERED: "not answered",
    CaseKind.INVOICE_NOT_KNOWN: "invoice to be uploaded, nobody knows whether it was",
}
_FULFILMENTS = {"mfn": "shipped by you", "afn": "shipped by Amazon"}
_PLACES = range(2, 7)
_WEEK = timedelta(days=7)
_SAME = "unchanged"


def title(rate: Rate) -> str:
    """Return `Order defect rate, shipped by you`, `Late shipment rate, 30 days`."""
    shipped = f", {_FULFILMENTS[rate.fulfilment]}" if rate.fulfilment is not None else ""
    return f"{NAMES[rate.metric]}{shipped}, {counted(rate.rule.days, 'day')}"


def percent(value: float, unlike: float | None = None) -> str:
    """Return `0.42 %`; with more digits where the value would look like `unlike`, none or all, and is not."""
    others = [other for other in (0, 1, unlike) if other is not None and value != other]

    def is_plain(places: int) -> bool:
        return _rounded(value, places) not in {_rounded(other, places) for other in others}

    return _rounded(value, next(filter(is_plain, _PLACES), _PLACES[0]))


def value(rate: Rate) -> str:
    """Return our own figure beside its cap: `2 of 480 orders (0.42 %), cap 1 %`."""
    if rate.value is None:
        return "nothing to count"
    things = counted(rate.denominator, thing(rate))
    return f"{rate.numerator} of {things} ({percent(rate.value, rate.rule.cap)}), {cap(rate)}"


def cap(rate: Rate) -> str:
    """Return `cap 1 %`, `at least 95 %`, `no cap`."""
    if rate.rule.cap is None:
        return "no cap"
    return f"{'cap' if rate.rule.bound is Bound.BELOW else 'at least'} {percent(rate.rule.cap)}"


def thing(rate: Rate) -> str:
    """Return what is counted: `order` or `message`."""
    return "message" if rate.rule.basis is Basis.RECEIVED else "order"


def headroom(rate: Rate) -> str | None:
    """Return `2 more orders are still within the cap, the 3rd reaches it`; None where there is no room to speak of."""
    room = rate.headroom
    if room is None or rate.level is Level.UNKNOWN:
        return None
    if rate.level is Level.OVER:
        return f"{'past' if rate.rule.bound is Bound.BELOW else 'below'} the cap of {percent(rate.rule.cap or 0)}"
    reaches = "reaches it" if rate.rule.bound is Bound.BELOW else "takes the rate below it"
    if room == 0:
        return f"no more {thing(rate)} is within the cap: the next one {reaches}"
    verb = "is" if room == 1 else "are"
    return f"{counted(room, f'more {thing(rate)}')} {verb} still within the cap, the {_ordinal(room + 1)} {reaches}"


def roll_off(rate: Rate, days: int = 3) -> tuple[str, ...]:
    """Return `3 leave the window on Tue 1 Dec`, for the first so many days on which something does."""
    said = (
        f"{each.cases} {'leaves' if each.cases == 1 else 'leave'} the window on {short_day(each.on)}"
        for each in rate.roll_off[:days]
    )
    return tuple(said)


def trend(rate: Rate) -> str | None:
    """Return `up from 0.31 % a week ago`, `unchanged for a week`; None where one of the two is not known."""
    went = moved(rate)
    return went and f"{went} {'for a week' if went == _SAME else 'a week ago'}"


def moved(rate: Rate) -> str | None:
    """Return `up from 0.31 %` or `unchanged`, against a week before; None where one of the two is not known."""
    values = dict(rate.trend)
    if not values:
        return None
    today = max(values)
    last, before = values[today], values.get(today - _WEEK)
    if last is None or before is None:
        return None
    if last == before:
        return _SAME
    return f"{'up' if last > before else 'down'} from {percent(before, last)}"


def level(rate: Rate) -> str:
    """Return `near its cap`, or `no cap`."""
    return "no cap" if rate.rule.cap is None else LEVELS[rate.level]


def counts(rate: Rate) -> str | None:
    """Return what was found by its kind, `A-to-z claim, denied: 1; chargeback: 2`; None where there is nothing."""
    found = [f"{words}: {rate.counts[kind]}" for kind, words in CASES.items() if kind in rate.counts]
    return "; ".join(found) or None


def amazon(rate: Rate, zone: ZoneInfo) -> str | None:
    """Return Amazon's own figure with its date: `0.4 % (2 of 500) by Amazon's report of Wed 25 Nov`."""
    figure = rate.amazon
    if figure is None or figure.value is None:
        return None
    beside = "" if figure.fresh else ", too old to lead"
    return f"{percent(figure.value, rate.rule.cap)}{_of(figure)} by Amazon's report of {_day(figure.at, zone)}{beside}"


def missing(rate: Rate) -> tuple[str, ...]:
    """Return what could not be known, in sentences."""
    return rate.missing


def sentences(rate: Rate, zone: ZoneInfo) -> Iterator[str]:
    """Yield all that is to be said of a rate in few words, Amazon's own figure first where it leads."""
    figure = amazon(rate, zone)
    leads = rate.amazon is not None and rate.amazon.fresh
    if figure is not None and leads:
        yield figure
    yield value(rate)
    if figure is not None and not leads:
        yield figure
    for said in (headroom(rate), trend(rate)):
        if said is not None:
            yield said
    yield from roll_off(rate)


def _of(figure: AmazonFigure) -> str:
    return (
        "" if figure.numerator is None or not figure.denominator else f" ({figure.numerator} of {figure.denominator})"
    )


def _rounded(share: float, places: int) -> str:
    text = f"{share * 100:.{places}f}".rstrip("0").rstrip(".")
    return f"{text} %"


def _ordinal(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _day(at: datetime, zone: ZoneInfo) -> str:
    return short_day(at.astimezone(zone).date())
