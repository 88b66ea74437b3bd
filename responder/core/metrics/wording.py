"""
A rate in short sentences for a person: its value, the room left, what leaves the window when, and how it moved.

Percentages are exact enough never to show a value as its cap where it is not.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core.metrics.values import AmazonFigure, Basis, Bound, CaseKind, Level, Metric, Rate
from responder.core.speech import noted, say, say_as, several
from responder.core.wording import decimal, short_day

NAMES: Mapping[Metric, str] = {
    Metric.ORDER_DEFECT_RATE: noted("Order defect rate"),
    Metric.CANCELLATION_RATE: noted("Cancellation rate"),
    Metric.LATE_SHIPMENT_RATE: noted("Late shipment rate"),
    Metric.REFUND_RATE: noted("Refund rate"),
    Metric.VALID_TRACKING_RATE: noted("Valid tracking rate"),
    Metric.ON_TIME_DELIVERY_RATE: noted("On-time delivery rate"),
    Metric.RESPONSE_WITHIN_24H: noted("Answered within 24 h"),
    Metric.INVOICE_DEFECT_RATE: noted("Invoice defect rate"),
}
LEVELS: Mapping[Level, str] = {
    Level.OK: noted("within its cap"),
    Level.WARNING: noted("near its cap"),
    Level.OVER: noted("past its cap"),
    Level.UNKNOWN: noted("not known"),
}
CASES: Mapping[CaseKind, str] = {
    CaseKind.NEGATIVE_FEEDBACK: noted("negative feedback"),
    CaseKind.CLAIM_OPENED: noted("A-to-z claim, not decided"),
    CaseKind.CLAIM_GRANTED: noted("A-to-z claim, granted"),
    CaseKind.CLAIM_DENIED: noted("A-to-z claim, denied"),
    CaseKind.CLAIM_DECIDED: noted("A-to-z claim, decided, nobody knows how"),
    CaseKind.CHARGEBACK: noted("chargeback"),
    CaseKind.CANCELLED: noted("cancelled before its shipment"),
    CaseKind.SHIPPED_LATE: noted("shipped late"),
    CaseKind.UNSHIPPED_LATE: noted("not shipped, and overdue"),
    CaseKind.REFUNDED: noted("refunded"),
    CaseKind.NO_TRACKING: noted("no tracking number"),
    CaseKind.DELIVERED_LATE: noted("delivered late"),
    CaseKind.ANSWERED_LATE: noted("answered after more than 24 h"),
    CaseKind.NOT_ANSWERED: noted("not answered"),
    CaseKind.INVOICE_NOT_KNOWN: noted("invoice to be uploaded, nobody knows whether it was"),
}
_PLACES = range(2, 7)
_WEEK = timedelta(days=7)


def title(rate: Rate) -> str:
    """Return `Order defect rate, shipped by you`, `Late shipment rate, 30 days`."""
    shipped = [] if rate.fulfilment is None else [_shipped(rate.fulfilment)]
    return ", ".join([name(rate.metric), *shipped, several(rate.rule.days, "{n} day", "{n} days")])


def _shipped(fulfilment: str) -> str:
    return say_as("rate", "shipped by you") if fulfilment == "mfn" else say_as("rate", "shipped by Amazon")


def name(metric: Metric) -> str:
    """Return the rate's name, as Amazon's pages call it."""
    return say(NAMES[metric])


def case(kind: CaseKind) -> str:
    """Return what counts against the rate, of one order or message."""
    return say(CASES[kind])


def percent(value: float, unlike: float | None = None) -> str:
    """Return `0.42 %`; with more digits where the value would look like `unlike`, none or all, and is not."""
    others = [other for other in (0, 1, unlike) if other is not None and value != other]

    def is_plain(places: int) -> bool:
        return _rounded(value, places) not in {_rounded(other, places) for other in others}

    return _rounded(value, next(filter(is_plain, _PLACES), _PLACES[0]))


def value(rate: Rate) -> str:
    """Return our own figure beside its cap: `2 of 480 orders (0.42 %), cap 1 %`."""
    if rate.value is None:
        return say("nothing to count")
    share = percent(rate.value, rate.rule.cap)
    if rate.rule.basis is Basis.RECEIVED:
        return several(
            rate.denominator,
            "{found} of {n} message ({percent}), {cap}",
            "{found} of {n} messages ({percent}), {cap}",
            found=rate.numerator,
            percent=share,
            cap=cap(rate),
        )
    return several(
        rate.denominator,
        "{found} of {n} order ({percent}), {cap}",
        "{found} of {n} orders ({percent}), {cap}",
        found=rate.numerator,
        percent=share,
        cap=cap(rate),
    )


def cap(rate: Rate) -> str:
    """Return `cap 1 %`, `at least 95 %`, `no cap`."""
    if rate.rule.cap is None:
        return say("no cap")
    share = percent(rate.rule.cap)
    if rate.rule.bound is Bound.BELOW:
        return say("cap {percent}", percent=share)
    return say("at least {percent}", percent=share)


def headroom(rate: Rate) -> str | None:
    """Return `2 more orders are still within the cap, the 3rd reaches it`; None where there is no room to speak of."""
    room = rate.headroom
    if room is None or rate.level is Level.UNKNOWN:
        return None
    if rate.level is Level.OVER:
        share = percent(rate.rule.cap or 0)
        if rate.rule.bound is Bound.BELOW:
            return say("past the cap of {percent}", percent=share)
        return say("below the cap of {percent}", percent=share)
    still = _of_messages(room) if rate.rule.basis is Basis.RECEIVED else _of_orders(room)
    following = _ordinal(room + 1)
    if rate.rule.bound is Bound.BELOW:
        if room == 0:
            return say("{still}: the next one reaches it", still=still)
        return say("{still}, the {ordinal} reaches it", still=still, ordinal=following)
    if room == 0:
        return say("{still}: the next one takes the rate below it", still=still)
    return say("{still}, the {ordinal} takes the rate below it", still=still, ordinal=following)


def _of_orders(room: int) -> str:
    if room == 0:
        return say("no more order is within the cap")
    return several(room, "{n} more order is still within the cap", "{n} more orders are still within the cap")


def _of_messages(room: int) -> str:
    if room == 0:
        return say("no more message is within the cap")
    return several(room, "{n} more message is still within the cap", "{n} more messages are still within the cap")


def roll_off(rate: Rate, days: int = 3) -> tuple[str, ...]:
    """Return `3 leave the window on Tue 1 Dec`, for the first so many days on which something does."""
    return tuple(_leaves(each.cases, short_day(each.on)) for each in rate.roll_off[:days])


def _leaves(cases: int, day: str) -> str:
    return several(cases, "{n} leaves the window on {day}", "{n} leave the window on {day}", day=day)


def trend(rate: Rate) -> str | None:
    """Return `up from 0.31 % a week ago`, `unchanged for a week`; None where one of the two is not known."""
    went = _in_a_week(rate)
    if went is None:
        return None
    before, last = went
    if last == before:
        return say("unchanged for a week")
    then = percent(before, last)
    if last > before:
        return say("up from {percent} a week ago", percent=then)
    return say("down from {percent} a week ago", percent=then)


def moved(rate: Rate) -> str | None:
    """Return `up from 0.31 %` or `unchanged`, against a week before; None where one of the two is not known."""
    went = _in_a_week(rate)
    if went is None:
        return None
    before, last = went
    if last == before:
        return say("unchanged")
    then = percent(before, last)
    return say("up from {percent}", percent=then) if last > before else say("down from {percent}", percent=then)


def _in_a_week(rate: Rate) -> tuple[float, float] | None:
    """Return the value of a week ago and that of today."""
    values = dict(rate.trend)
    if not values:
        return None
    today = max(values)
    last, before = values[today], values.get(today - _WEEK)
    return None if last is None or before is None else (before, last)


def level(rate: Rate) -> str:
    """Return `near its cap`, or `no cap`."""
    return say("no cap") if rate.rule.cap is None else say(LEVELS[rate.level])


def counts(rate: Rate) -> str | None:
    """Return what was found by its kind, `A-to-z claim, denied: 1; chargeback: 2`; None where there is nothing."""
    found = [f"{case(kind)}: {rate.counts[kind]}" for kind in CASES if kind in rate.counts]
    return "; ".join(found) or None


def amazon(rate: Rate, zone: ZoneInfo) -> str | None:
    """Return Amazon's own figure with its date: `0.4 % (2 of 500) by Amazon's report of Wed 25 Nov`."""
    figure = rate.amazon
    if figure is None or figure.value is None:
        return None
    said, day = _figure(figure, percent(figure.value, rate.rule.cap)), _day(figure.at, zone)
    if figure.fresh:
        return say("{figure} by Amazon's report of {day}", figure=said, day=day)
    return say("{figure} by Amazon's report of {day}, too old to lead", figure=said, day=day)


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


def _figure(figure: AmazonFigure, share: str) -> str:
    if figure.numerator is None or not figure.denominator:
        return share
    return say("{percent} ({found} of {all})", percent=share, found=figure.numerator, all=figure.denominator)


def _rounded(share: float, places: int) -> str:
    return say("{number} %", number=decimal(share * 100, places))


def _ordinal(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return say_as("ordinal", "{number}th", number=number)
    match number % 10:
        case 1:
            return say_as("ordinal", "{number}st", number=number)
        case 2:
            return say_as("ordinal", "{number}nd", number=number)
        case 3:
            return say_as("ordinal", "{number}rd", number=number)
        case _:
            return say_as("ordinal", "{number}th", number=number)


def _day(at: datetime, zone: ZoneInfo) -> str:
    return short_day(at.astimezone(zone).date())
