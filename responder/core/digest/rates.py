"""
The digest's section about the rates by which Amazon measures the seller: how much of each cap is used up, and by when.
"""

from collections.abc import Iterator, Sequence

from responder.core.digest import days
from responder.core.digest.facts import DigestFacts
from responder.core.digest.page import Columns, Gauge, Picture
from responder.core.digest.words import and_more, few
from responder.core.message import clean
from responder.core.metrics import wording
from responder.core.metrics.values import Bound, Level, Rate
from responder.core.speech import say, several
from responder.core.wording import decimal, short_day

SHOWN, DRAWN, CALM, FINE, LEAVING = 12, 3, 4, 12, 3
"""Rates that need somebody, those with a picture of their days, those shown where none does, names, days named."""
_URGENCY = {Level.OVER: "late", Level.WARNING: "near", Level.OK: "later", Level.UNKNOWN: "none"}


def needs_you(rates: Sequence[Rate]) -> list[Rate]:
    """Return the rates past their caps, then those near them; within each the smallest room first."""
    worst = {Level.OVER: 0, Level.WARNING: 1}
    found = [rate for rate in rates if rate.level in worst]
    return sorted(found, key=lambda rate: (worst[rate.level], rate.headroom or 0, rate.marketplace))


def subject(rates: Sequence[Rate]) -> Iterator[str]:
    """Yield what the digest's subject says of them."""
    if over := sum(rate.level is Level.OVER for rate in rates):
        yield several(over, "{n} rate past its cap", "{n} rates past their caps")


def sections(facts: DigestFacts) -> Iterator[Picture]:
    """Yield the section, if any rate is known: those that need somebody, or else those with the least room."""
    urgent = needs_you(facts.rates)
    fine = _by_room(rate for rate in facts.rates if rate.level is Level.OK)
    shown, named = (
        (urgent[: few(facts, SHOWN)], fine) if urgent else (fine[: few(facts, CALM)], fine[few(facts, CALM) :])
    )
    if not shown:
        return
    drawn = few(facts, DRAWN) if urgent else 1
    yield Picture(
        say("Against Amazon's limits"),
        ", ".join(_counts(urgent)) or say("all within their caps"),
        say("Measured from your reports and your mail. Amazon's own figure decides."),
        tuple(_gauge(facts, rate, drawn=number < drawn) for number, rate in enumerate(shown)),
        lines=tuple(_fine(named)),
        more=and_more(len(urgent) - len(shown), "responder metrics") if urgent else "",
    )


def _by_room(rates: Iterator[Rate]) -> list[Rate]:
    return sorted(rates, key=lambda rate: (rate.headroom is None, rate.headroom or 0, rate.marketplace))


def _counts(urgent: Sequence[Rate]) -> Iterator[str]:
    over = sum(rate.level is Level.OVER for rate in urgent)
    if over:
        yield several(over, "{n} past its cap", "{n} past their caps")
    if near := len(urgent) - over:
        yield several(near, "{n} near its cap", "{n} near their caps")


def _gauge(facts: DigestFacts, rate: Rate, *, drawn: bool) -> Gauge:
    return Gauge(
        title=wording.title(rate),
        place=_store(facts, rate),
        value=_now(facts, rate),
        filled=_filled(rate),
        urgency=_URGENCY[rate.level],
        notes=tuple(_notes(rate)),
        days=_days(rate),
        drawn=drawn,
    )


def _store(facts: DigestFacts, rate: Rate) -> str:
    account = f" ({clean(rate.account, 40)})" if len(facts.accounts) > 1 else ""
    return f"{clean(rate.marketplace, 40)}{account}"


def _now(facts: DigestFacts, rate: Rate) -> str:
    """Return Amazon's figure where it leads, and ours."""
    theirs = wording.amazon(rate, facts.zone) if rate.amazon and rate.amazon.fresh else None
    ours = wording.value(rate)
    return ours if theirs is None else say("{amazons}; ours: {ours}", amazons=theirs, ours=ours)


def _filled(rate: Rate) -> int:
    """Return how many percent of what the cap allows are used up; all of it at the cap and past it."""
    value, cap = rate.leads, rate.rule.cap
    if value is None or cap is None:
        return 0
    used, allowed = (value, cap) if rate.rule.bound is Bound.BELOW else (1 - value, 1 - cap)
    return 100 if allowed <= 0 or used >= allowed else max(round(100 * used / allowed), 0)


def _notes(rate: Rate) -> Iterator[str]:
    yield from filter(None, (wording.headroom(rate), wording.trend(rate)))
    leaving = [say("{n} on {day}", n=each.cases, day=short_day(each.on)) for each in rate.roll_off[:LEAVING]]
    if rest := sum(each.cases for each in rate.roll_off[LEAVING:]):
        leaving.append(say("{n} later", n=rest))
    if leaving:
        yield say("leave the window: {days}", days=", ".join(leaving))


def _days(rate: Rate) -> Columns | None:
    """Return the value at the end of each day, where at least two are known."""
    known = [value for _, value in rate.trend if value is not None]
    if len(known) < 2:
        return None
    said = [(day, value, "–" if value is None else _number(value)) for day, value in rate.trend]
    return days.columns(say("The last {days} days, in percent", days=len(said[-days.SHOWN :])), said)


def _number(value: float) -> str:
    return decimal(value * 100, 2 if value < 0.1 else 0)


def _fine(rates: Sequence[Rate]) -> Iterator[str]:
    """Yield the rates within their caps that are not shown in one sentence."""
    if not rates:
        return
    names = [
        say(
            "{rate}, {percent} ({place})",
            rate=wording.title(rate),
            percent=wording.percent(rate.leads or 0),
            place=rate.marketplace,
        )
        for rate in rates[:FINE]
    ]
    if len(rates) > FINE:
        names.append(several(len(rates) - FINE, "{n} more", "{n} more"))
    yield say("Within their caps: {rates}.", rates="; ".join(names))
