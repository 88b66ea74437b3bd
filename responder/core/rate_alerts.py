"""
When a rate is told of: it came near its cap or past it, or is better again. Each at most once a day.

A rate that goes to and fro at its cap tells a person once a day that it is past it, and once that it is back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from responder.core.alerts import Alert
from responder.core.message import clean
from responder.core.metrics import Bound, Level, Rate, wording
from responder.core.speech import say, several
from responder.core.wording import labelled, short_day

AGAIN = timedelta(days=1)
CASES = 5
DRAFTS = 3
STORES = 3
_RANK = {Level.OK: 0, Level.WARNING: 1, Level.OVER: 2}


class Direction(StrEnum):
    """Which way a rate went since a person was told of it."""

    WORSE = "worse"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class Told:
    """The level a person was told last, and when each way to each level was told ("worse:over")."""

    level: Level = Level.OK
    said: Mapping[str, datetime] = field(default_factory=dict)

    def after(self, change: "Change", now: datetime) -> "Told":
        """Return what a person knows once the change is told."""
        return Told(change.rate.level, {**self.said, change.key: now})


@dataclass(frozen=True, slots=True)
class Change:
    """A rate of which a person has to be told."""

    rate: Rate
    direction: Direction

    @property
    def key(self) -> str:
        """What is told at most once a day."""
        return f"{self.direction}:{self.rate.level}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan of action beneath the alert; `text` says why where there is none."""

    title: str
    text: str


def change(rate: Rate, told: Told, now: datetime) -> Change | None:
    """Return what is to be told of a rate at `now`; what is not known is no change."""
    if rate.level is Level.UNKNOWN or rate.level is told.level:
        return None
    worse = _RANK[rate.level] > _RANK.get(told.level, 0)
    found = Change(rate, Direction.WORSE if worse else Direction.BETTER)
    last = told.said.get(found.key)
    return None if last is not None and now < last + AGAIN else found


def lapsed(rate: Rate, told: Told) -> Told | None:
    """Return what is left of what was told of a bad rate once nothing is known of it: bad again is told again."""
    if rate.level is not Level.UNKNOWN or told.level not in (Level.WARNING, Level.OVER):
        return None
    return Told(Level.UNKNOWN, told.said)


def primary(changes: Sequence[Change]) -> tuple[Rate, ...]:
    """Return the rates a draft is written about: of several windows of one rate the worst, else the first."""
    found: dict[tuple[str, str, str, str | None], Rate] = {}
    for each in changes:
        rate = each.rate
        key = (rate.account, rate.marketplace, str(rate.metric), rate.fulfilment)
        if each.direction is Direction.WORSE and (key not in found or badness(rate) > badness(found[key])):
            found[key] = rate
    return tuple(sorted(found.values(), key=badness, reverse=True))


def badness(rate: Rate) -> tuple[int, float]:
    """Return how bad a rate is: by its level, then by how far it is past its cap, as a share of the room there is."""
    rank = _RANK.get(rate.level, -1)
    if rate.leads is None or rate.rule.cap is None:
        return rank, 0.0
    cap = rate.rule.cap
    if rate.rule.bound is Bound.BELOW:
        return rank, (rate.leads - cap) / (cap or 1)
    return rank, (cap - rate.leads) / (1 - cap or 1)


def alert(changes: Sequence[Change], drafts: Sequence[Draft], zones: Mapping[str, ZoneInfo], zone: ZoneInfo) -> Alert:
    """Return the mail about these changes, of which there is one at least; `zones` by store, `zone` for others."""
    worse = [each for each in changes if each.direction is Direction.WORSE]
    better = [each for each in changes if each.direction is Direction.BETTER]
    lines = [
        *_worse(worse, zones, zone),
        *_better(better),
        *(_advice() if worse else ()),
        *(line for draft in drafts for line in _draft(draft)),
    ]
    return Alert(_subject(worse, better), "\n".join(lines).rstrip() + "\n")


def _subject(worse: Sequence[Change], better: Sequence[Change]) -> str:
    over = [each for each in worse if each.rate.level is Level.OVER]
    told = over or worse or better
    first, others = told[0].rate, len(worse or better) - 1
    state = wording.level(first) if worse else _better_words(first)
    stores = _stores([first, *(each.rate for each in worse or better)])
    name = wording.name(first.metric)
    if not others:
        return say("{rate} {state}: {stores}", rate=name, state=state, stores=stores)
    return several(
        others,
        "{rate} {state} and {n} other: {stores}",
        "{rate} {state} and {n} others: {stores}",
        rate=name,
        state=state,
        stores=stores,
    )


def _stores(rates: Sequence[Rate]) -> str:
    """Return the first rate's store, and what others there are, as many as a subject has room for."""
    first, *others = dict.fromkeys(clean(rate.marketplace, 60) for rate in rates)
    shown = [first, *sorted(others)]
    return ", ".join([*shown[:STORES], *(["..."] if len(shown) > STORES else [])])


def _worse(changes: Sequence[Change], zones: Mapping[str, ZoneInfo], zone: ZoneInfo) -> Iterator[str]:
    for each in sorted(changes, key=lambda one: badness(one.rate), reverse=True):
        rate = each.rate
        there = zones.get(rate.marketplace, zone)
        yield labelled(_place(rate), wording.level(rate))
        yield from (f"  {line}" for line in wording.sentences(rate, there))
        newest = sorted(rate.cases, key=lambda case: (case.happened_at, case.order_id or ""), reverse=True)
        for case in newest[:CASES]:
            what = clean(case.order_id or "", 40) or say("thread {number}", number=case.thread_id)
            day = short_day(case.happened_at.astimezone(there).date())
            yield "  - " + labelled(what, f"{wording.case(case.kind)}, {day}")
        if len(newest) > CASES:
            older = len(newest) - CASES
            yield "  - " + say("and {n} older: {command}", n=older, command="responder metrics")
        yield ""


def _better(changes: Sequence[Change]) -> Iterator[str]:
    for each in changes:
        yield labelled(_place(each.rate), f"{_better_words(each.rate)} ({wording.value(each.rate)})")
    if changes:
        yield ""


def _better_words(rate: Rate) -> str:
    return say("back within its cap") if rate.level is Level.OK else say("no longer past its cap, still near it")


def _advice() -> Iterator[str]:
    yield say("Amazon's own figures decide: Seller Central, Account Health. Nothing of this is sent to Amazon.")
    yield say(
        "What our figures rest on, and what is missing: {metrics}. A draft at any time: {plan}",
        metrics="responder metrics",
        plan="responder plan METRIC",
    )
    yield ""


def _draft(draft: Draft) -> Iterator[str]:
    yield "=== " + say("Draft for Amazon's seller support: {title}", title=draft.title)
    yield "=== " + say(
        "Check every line, complete what stands in [brackets], and send it yourself where it is asked for."
    )
    yield ""
    yield draft.text.rstrip()
    yield ""


def _place(rate: Rate) -> str:
    store, account = clean(rate.marketplace, 60), clean(rate.account, 60)
    return say("{rate} · {store}, account {account}", rate=wording.title(rate), store=store, account=account)


def title(rate: Rate) -> str:
    """Return the heading of a rate's draft."""
    return _place(rate)
