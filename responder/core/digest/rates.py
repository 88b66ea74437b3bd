"""
The digest's section about the rates by which Amazon measures the seller: past their caps, near them, and the rest.
"""

from collections.abc import Iterator, Sequence

from responder.core.digest.facts import DigestFacts
from responder.core.digest.page import Lines, Section, Table
from responder.core.message import clean
from responder.core.metrics import wording
from responder.core.metrics.values import Level, Rate
from responder.core.wording import counted, short_day

SHOWN, FINE, LEAVING = 12, 12, 3
TITLE = "Against Amazon's limits"
_SOURCE = (
    "Measured from your reports and your mail: “responder metrics” says what is missing. Amazon's own figure decides."
)


def needs_you(rates: Sequence[Rate]) -> list[Rate]:
    """Return the rates past their caps, then those near them; within each the smallest room first."""
    worst = {Level.OVER: 0, Level.WARNING: 1}
    found = [rate for rate in rates if rate.level in worst]
    return sorted(found, key=lambda rate: (worst[rate.level], rate.headroom or 0, rate.marketplace))


def subject(rates: Sequence[Rate]) -> Iterator[str]:
    """Yield what the digest's subject says of them."""
    if over := sum(rate.level is Level.OVER for rate in rates):
        yield f"{counted(over, 'rate')} past {'its cap' if over == 1 else 'their caps'}"


def sections(facts: DigestFacts) -> Iterator[Section]:
    """Yield the section, if any rate is known."""
    urgent = needs_you(facts.rates)
    fine = [rate for rate in facts.rates if rate.level is Level.OK]
    if urgent:
        yield Table(
            TITLE,
            ", ".join(_counts(urgent)),
            " ".join(filter(None, (_fine(fine), _SOURCE))),
            ("Rate", "Store", "Now", "Room", "Leaves the window", "14 days"),
            tuple(_row(facts, rate) for rate in urgent[:SHOWN]),
            f"and {len(urgent) - SHOWN} more: responder metrics" if len(urgent) > SHOWN else "",
        )
    elif fine:
        yield Lines(TITLE, (_fine(fine), _SOURCE))


def _counts(urgent: Sequence[Rate]) -> Iterator[str]:
    over = sum(rate.level is Level.OVER for rate in urgent)
    if over:
        yield f"{over} past {'its cap' if over == 1 else 'their caps'}"
    if len(urgent) > over:
        yield f"{len(urgent) - over} near it" if over else f"{len(urgent)} near the cap"


def _row(facts: DigestFacts, rate: Rate) -> tuple[str, ...]:
    return (wording.title(rate), _store(facts, rate), _now(facts, rate), _room(rate), _leaving(rate), _trend(rate))


def _store(facts: DigestFacts, rate: Rate) -> str:
    account = f" ({clean(rate.account, 40)})" if len(facts.accounts) > 1 else ""
    return f"{clean(rate.marketplace, 40)}{account}"


def _now(facts: DigestFacts, rate: Rate) -> str:
    """Return Amazon's figure where it leads, and ours."""
    theirs = wording.amazon(rate, facts.zone) if rate.amazon and rate.amazon.fresh else None
    return wording.value(rate) if theirs is None else f"{theirs}; ours: {wording.value(rate)}"


def _room(rate: Rate) -> str:
    if rate.level is Level.OVER:
        return wording.level(rate)
    return "" if rate.headroom is None else f"room for {rate.headroom} more"


def _leaving(rate: Rate) -> str:
    days = [f"{each.cases} on {short_day(each.on)}" for each in rate.roll_off[:LEAVING]]
    rest = sum(each.cases for each in rate.roll_off[LEAVING:])
    return ", ".join([*days, *([f"{rest} later"] if rest else [])])


def _trend(rate: Rate) -> str:
    """Return what the value was two weeks ago and what it is."""
    known = [value for _, value in rate.trend if value is not None]
    if len(known) < 2:
        return ""
    first, last = known[0], known[-1]
    return f"{wording.percent(first, last)} → {wording.percent(last, first)}"


def _fine(rates: Sequence[Rate]) -> str:
    """Return the rates within their caps in one sentence, those with the least room first."""
    if not rates:
        return ""
    ordered = sorted(rates, key=lambda rate: (rate.headroom is None, rate.headroom or 0, rate.marketplace))
    names = [f"{wording.title(rate)}, {wording.percent(rate.leads or 0)} ({rate.marketplace})" for rate in ordered]
    rest = f"; and {len(names) - FINE} more" if len(names) > FINE else ""
    return f"Within their caps: {'; '.join(names[:FINE])}{rest}."
