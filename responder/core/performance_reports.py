"""
Amazon's V2 seller performance report (accountHealthReport, JSON) as plain values: its rates and warnings in each store.

Keys that nobody knows are passed over; a number or a date that is none makes the whole report unreadable, since half of
one would be believed.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from responder.core.amazon import Catalogue
from responder.core.message import clean
from responder.core.order_reports import ReportError
from responder.core.report_dates import DateError, first_instant, last_instant, moment

MESSAGING = "spamming_seller_messaging"
BAD = "BAD"
MAX_STORES = 40
MAX_ENTRIES = 100
_WHOLE = "accountHealthReport"
_UTC = ZoneInfo("UTC")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{1,60}")
_WORD = re.compile(r"[A-Z][A-Z_]{1,39}")
_COUNT = re.compile(r"Count(?![a-z])")  # orderCount, shipmentCountWithValidTracking
_LARGEST = 1_000_000_000
_AGAIN = "request the V2 seller performance report again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """
    One of Amazon's rates: `fulfilment` is "mfn" or "afn" where it is given for each.

    `counts` has what it was computed from, `order_count` and each kind of defect.
    """

    name: str
    fulfilment: str | None = None
    rate: float | None = None
    target: float | None = None
    condition: str | None = None
    status: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StorePerformance:
    """An account in one store: its status, its rates, and each warning, GOOD or BAD."""

    marketplace: str
    status: str | None
    rates: tuple[Rate, ...]
    warnings: Mapping[str, str]

    @property
    def messaging_abuse(self) -> bool | None:
        """Whether Amazon warns of the messages to buyers; None where the report does not say."""
        said = self.warnings.get(MESSAGING)
        return None if said is None else said == BAD

    def figures(self) -> dict[str, Any]:
        """Return all of it as JSON takes it."""
        rates = [
            {key: _plain(value) for key, value in asdict(rate).items() if value is not None} for rate in self.rates
        ]
        return {
            "status": self.status,
            "messaging_abuse": self.messaging_abuse,
            "warnings": dict(self.warnings),
            "rates": rates,
        }


@dataclass(frozen=True, slots=True)
class PerformanceReport:
    """The whole report; `unknown` are the ids of stores that no row of ours knows."""

    stores: tuple[StorePerformance, ...]
    unknown: tuple[str, ...]


def performance_report(raw: bytes, catalogue: Catalogue) -> PerformanceReport:
    """Return the report in `raw`; raise `ReportError` for what is none."""
    whole = _mapping(_loaded(raw))
    report = _mapping(whole.get(_WHOLE, whole))
    metrics = report.get("performanceMetrics")
    if not isinstance(metrics, list) or not metrics:
        raise ReportError("this JSON file is no seller performance report: it has no performanceMetrics", _AGAIN)
    statuses = dict(_statuses(report.get("accountStatuses")))
    stores, unknown = [], []
    for entry in metrics[:MAX_STORES]:
        read = _mapping(entry)
        store_id = read.get("marketplaceId")
        store = catalogue.by_id(store_id) if isinstance(store_id, str) else None
        if store is None:
            unknown.append(clean(str(store_id), 40))
        else:
            warnings = dict(_states(read.get("warningStates")))
            stores.append(StorePerformance(store.name, statuses.get(store.id), tuple(_rates(read)), warnings))
    if not stores:
        raise ReportError(f"its store is none we know: {', '.join(unknown)}", "see formats/marketplaces.yaml")
    return PerformanceReport(tuple(stores), tuple(unknown))


def _loaded(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise ReportError(f"this JSON file cannot be read: {clean(str(error), 120)}", _AGAIN) from None


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ReportError("this JSON file is no seller performance report", _AGAIN)
    return value


def _statuses(value: object) -> Iterator[tuple[str, str]]:
    for entry in value[:MAX_STORES] if isinstance(value, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("marketplaceId"), str):
            status = _word(entry.get("status"))
            if status is not None:
                yield entry["marketplaceId"], status


def _states(value: object) -> Iterator[tuple[str, str]]:
    """
    Yield each warning with its state.

    The facts name the entry and its two states, and not how they are written: {name: state}, {name: {status: state}}
    and a list of {name: ..., status: state} are all read.
    """
    entries: list[Any] = value[:MAX_ENTRIES] if isinstance(value, list) else [value]
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        state = _word(entry.get("status", entry.get("state")))
        names = [text for text in entry.values() if isinstance(text, str) and _NAME.fullmatch(text)]
        if state is not None:
            yield from ((_snake(name), state) for name in names if not _WORD.fullmatch(name))
            continue
        for name, said in list(entry.items())[:MAX_ENTRIES]:
            nested = _word(said.get("status") if isinstance(said, dict) else said)
            if _NAME.fullmatch(name) and nested is not None:
                yield _snake(name), nested


def _rates(metrics: Mapping[str, Any]) -> Iterator[Rate]:
    for name, value in list(metrics.items())[:MAX_ENTRIES]:
        if name == "warningStates" or not isinstance(value, dict) or not _NAME.fullmatch(name):
            continue
        parts = {key: value[key] for key in ("afn", "mfn") if isinstance(value.get(key), dict)}
        if parts:
            yield from (_rate(name, key, part) for key, part in parts.items())
        else:
            yield _rate(name, None, value)


def _rate(name: str, fulfilment: str | None, value: Mapping[str, Any]) -> Rate:
    window = value.get("reportingDateRange")
    window = window if isinstance(window, dict) else {}
    return Rate(
        name=_snake(name),
        fulfilment=fulfilment,
        rate=_number(f"{name}.rate", value.get("rate")),
        target=_number(f"{name}.targetValue", value.get("targetValue")),
        condition=_word(value.get("targetCondition")),
        status=_word(value.get("status")),
        from_at=_instant(name, window.get("reportingDateFrom"), last=False),
        until_at=_instant(name, window.get("reportingDateTo"), last=True),
        counts=dict(_counts(name, value)),
    )


def _counts(name: str, value: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield every count: a number whose key says "Count", and the `count` of each kind of defect."""
    for key, said in list(value.items())[:MAX_ENTRIES]:
        nested = said.get("count") if isinstance(said, dict) else None
        if not _NAME.fullmatch(key) or (nested is None and not _COUNT.search(key)):
            continue
        number = _number(f"{name}.{key}", said if nested is None else nested)
        if number is not None:
            yield _snake(key), int(number)


def _number(place: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LARGEST:
        raise ReportError(f"{place} is {clean(repr(value), 40)}, no number that it can be", _AGAIN)
    return float(value) if math.isfinite(value) else None


def _instant(name: str, value: object, *, last: bool) -> datetime | None:
    if value is None:
        return None
    try:
        said = moment(value if isinstance(value, str) else "")
    except DateError as error:
        raise ReportError(f"a date of {name}, {clean(repr(value), 40)}, {error}", _AGAIN) from None
    return (last_instant if last else first_instant)(said, _UTC)


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
