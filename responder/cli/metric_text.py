"""
Rates as a person reads them: a table for each store, then what leaves the windows, and what is missing.
"""

import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from responder.cli.session import local, table
from responder.cli.tables import cell
from responder.core.metrics import AmazonFigure, Bound, Case, Level, Metric, Rate, wording
from responder.core.metrics.missing import NOTHING_KNOWN
from responder.core.metrics.sources import NOWHERE
from responder.core.wording import short_day

NOTHING = """\
No rate can be computed yet: no order and no buyer's message is known.
Drop Amazon's reports into the folder of orders, or type: responder orders import FILE.
docs/orders.md says how to get each report."""
NOT_MEASURED = "Amazon does not measure this in a store that is meant: docs/metrics.md"
HEADERS = ("RATE", "VALUE", "CAP", "AMAZON", "ROOM", "IN A WEEK", "LEVEL")
WIDEST = 48
_CASES = 400
_DAYS = 5


@dataclass(frozen=True, slots=True)
class Told:
    """What is told, as of `at` on the seller's clock; `zones` are the stores', since windows are days there."""

    at: datetime
    zone: ZoneInfo
    zones: Mapping[str, ZoneInfo]
    details: bool

    def lines(self, found: Sequence[Sequence[Rate]]) -> Iterator[str]:
        """Yield all of it: `found` are the rates of each store."""
        found = [rates for rates in found if rates]
        if not found:
            yield NOT_MEASURED
            return
        if not any(_is_known(rate) for rates in found for rate in rates):
            yield NOTHING
            return
        shared = _in_every_store(found)
        for place, rates in enumerate(found):
            if place:
                yield ""
            yield from self._store(rates, shared)
        for account, said in shared.items():
            yield from _listed(f"In every store of account {cell(account)}:", said)

    def _store(self, rates: Sequence[Rate], shared: Mapping[str, Sequence[str]]) -> Iterator[str]:
        first = rates[0]
        yield f"{first.marketplace}, account {cell(first.account)}, as of {local(self.at, self.zone)}"
        yield from _table(rates, self.zones[first.marketplace])
        yield from _listed("What leaves its window, and no longer counts:", list(_leaving(rates)))
        if self.details:
            for rate in rates:
                yield from self._details(rate)
        told = shared.get(first.account, ())
        yield from _listed("Not known, or not surely:", [said for said in _missing(rates) if said not in told])

    def _details(self, rate: Rate) -> Iterator[str]:
        zone = self.zones[rate.marketplace]
        yield ""
        yield f"{wording.title(rate)}: {'; '.join(wording.sentences(rate, zone))}"
        if (apart := wording.counts(rate)) is not None:
            yield f"  counted apart: {apart}"
        for said in rate.computed_from:
            yield f"  from: {cell(said, 200)}"
        yield f"  rule: {cell(rate.rule.source, 400)} (grade {rate.rule.grade})"
        told = [(each, "at risk, does not count yet") for each in reversed(rate.at_risk)]
        told += [(each, "") for each in reversed(rate.cases)]
        if told:
            rows = [_case(each, risk, zone) for each, risk in told[:_CASES]]
            yield from (
                f"  {line}" for line in table(rows, ("ORDER", "IN THE WINDOW BY", "KNOWN", "WHAT", "")).splitlines()
            )
        if len(told) > _CASES:
            yield f"  and {len(told) - _CASES} more: --json prints all"


def _is_known(rate: Rate) -> bool:
    """Return whether anything is known of the store, or of the account in no store."""
    told = NOTHING_KNOWN not in rate.missing or any(NOWHERE in said for said in rate.missing)
    return told or rate.amazon is not None


def _table(rates: Sequence[Rate], zone: ZoneInfo) -> Iterator[str]:
    """Yield the table; where the terminal is narrower, the same as sentences."""
    rows = [_row(rate, zone) for rate in rates]
    said = [place for place, _ in enumerate(HEADERS) if any(row[place] for row in rows)]
    lines = table([[row[place] for place in said] for row in rows], [HEADERS[place] for place in said], WIDEST)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    if width is None or max(map(len, lines.splitlines())) <= width:
        yield from lines.splitlines()
        return
    for rate in rates:
        yield f"{wording.title(rate)}: {wording.level(rate)}"
        yield from (f"  {said}" for said in wording.sentences(rate, zone))


def _row(rate: Rate, zone: ZoneInfo) -> list[str]:
    return [
        wording.title(rate),
        _value(rate),
        _cap(rate),
        _amazon(rate.amazon, rate.rule.cap, zone),
        "" if rate.headroom is None or rate.level is Level.UNKNOWN else f"{rate.headroom} more",
        wording.moved(rate) or "",
        wording.level(rate),
    ]


def _value(rate: Rate) -> str:
    if rate.value is None:
        return ""
    return f"{wording.percent(rate.value, rate.rule.cap)} ({rate.numerator} of {rate.denominator})"


def _cap(rate: Rate) -> str:
    if rate.rule.cap is None:
        return ""
    return f"{'below' if rate.rule.bound is Bound.BELOW else 'at least'} {wording.percent(rate.rule.cap)}"


def _amazon(figure: AmazonFigure | None, cap: float | None, zone: ZoneInfo) -> str:
    if figure is None or figure.value is None:
        return ""
    day = short_day(figure.at.astimezone(zone).date())
    return f"{wording.percent(figure.value, cap)}, {day}{'' if figure.fresh else ', old'}"


def _leaving(rates: Sequence[Rate]) -> Iterator[str]:
    for rate in rates:
        if rate.roll_off:
            days = [f"{each.cases} on {short_day(each.on)}" for each in rate.roll_off[:_DAYS]]
            rest = sum(each.cases for each in rate.roll_off[_DAYS:])
            yield f"{wording.title(rate)}: {', '.join([*days, *([f'{rest} later'] if rest else [])])}"


def _missing(rates: Sequence[Rate]) -> Iterator[str]:
    """Yield each sentence once, with the rates it is about where it is not about all."""
    about: dict[str, list[Metric]] = defaultdict(list)
    for rate in rates:
        for said in rate.missing:
            about[said].append(rate.metric)
    every = {rate.metric for rate in rates}
    for said, of in about.items():
        names = ", ".join(dict.fromkeys(wording.NAMES[metric] for metric in of))
        yield said if set(of) == every else f"{said} ({names})"


def _in_every_store(found: Sequence[Sequence[Rate]]) -> Mapping[str, Sequence[str]]:
    """Return what is missing in all the stores of an account that has several, to be told once."""
    stores: dict[str, list[list[str]]] = defaultdict(list)
    for rates in found:
        stores[rates[0].account].append(list(_missing(rates)))
    return {
        account: [said for said in first if all(said in each for each in others)]
        for account, (first, *others) in stores.items()
        if others
    }


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {cell(line, 400)}" for line in lines)


def _case(case: Case, risk: str, zone: ZoneInfo) -> list[object]:
    what = wording.CASES[case.kind]
    about = case.order_id or (f"thread {case.thread_id}" if case.thread_id is not None else None)
    said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in case.detail.items() if value is not None)
    return [
        about,
        local(case.counted_at, zone),
        local(case.happened_at, zone),
        what,
        ", ".join(filter(None, (risk, said))),
    ]
