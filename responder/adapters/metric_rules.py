"""
How Amazon counts its rates, read from `responder/data/metrics.yaml` and, before it, the seller's `metrics.yaml`.

A row that cannot be read is a configuration error with its position. The seller's rows for a metric take the place of
all shipped rows of that metric, so that another window does not stand beside the one it was meant to replace.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from responder import document
from responder.core.metrics import Basis, Bound, Metric, RateRule
from responder.errors import ConfigError, Problem

FILE = "metrics.yaml"
GRADES = ("P", "S", "W", "CONFLICT")
_LIST = "metrics"
_LONGEST = 400  # days: what counters are kept for
_WARN_AT = 0.8

Row = dict[str, Any]
# What a value must be, in words, and the check; the words stand in the message.
_Rule = tuple[str, Callable[[Any], bool]]


def load(own_folder: Path | None = None) -> tuple[RateRule, ...]:
    """Return every rule, the seller's own before the shipped ones they do not replace."""
    shipped = _shipped()
    own = _own(own_folder)
    replaced = {rule.metric for rule in own}
    return own + tuple(rule for rule in shipped if rule.metric not in replaced)


def problems(own_folder: Path | None, stores: Collection[str]) -> tuple[Problem, ...]:
    """Return what is wrong with the seller's own rows; `stores` are those that are known."""
    try:
        _own(own_folder, stores)
    except ConfigError as error:
        return error.problems
    return ()


def _own(folder: Path | None, stores: Collection[str] | None = None) -> tuple[RateRule, ...]:
    file = None if folder is None else folder / FILE
    if file is None or not file.is_file():
        return ()
    return parse(document.decode(file.read_bytes(), str(file)), str(file), stores)


@cache
def _shipped() -> tuple[RateRule, ...]:
    text = resources.files("responder").joinpath("data", FILE).read_text("utf-8")
    return parse(text, f"responder/data/{FILE}")


def parse(text: str, file: str, stores: Collection[str] | None = None) -> tuple[RateRule, ...]:
    """Return the rules in `text`; raise `ConfigError` with every problem found, a store that is none of them too."""
    read = document.load(text, file)
    rows = read.value.get(_LIST) if isinstance(read.value, dict) else None
    if not isinstance(rows, list) or set(read.value) != {_LIST}:
        place = str(read.at(()))
        raise ConfigError(Problem(place, f"the file must hold one list named {_LIST!r}", f'begin with "{_LIST}:"'))
    problems = [problem for number, row in enumerate(rows) for problem in _problems(row, read, (_LIST, number))]
    if problems:
        raise ConfigError(*problems)
    rules = tuple(_rule(row) for row in rows)
    if problems := [*_doubles(rules, read), *(_unknown(rules, stores, read) if stores is not None else ())]:
        raise ConfigError(*problems)
    return rules


def _unknown(rules: Sequence[RateRule], stores: Collection[str], read: document.Document) -> Iterator[Problem]:
    """Yield the stores that a rule can never count in, since none is called so."""
    for number, rule in enumerate(rules):
        for place, name in enumerate(rule.marketplaces):
            if name not in stores:
                near = document.nearest(name, list(stores))
                hint = f"did you mean {near!r}?" if near else "the stores are those of marketplaces.yaml"
                where = (_LIST, number, "marketplaces", place)
                yield Problem(str(read.at(where)), f"{name!r} is no store that is known", hint)


def _doubles(rules: Sequence[RateRule], read: document.Document) -> Iterator[Problem]:
    """Yield the rows that nothing a person reads, and no key of an alert, tells from one before them."""
    known: set[tuple[Metric, int, str | None]] = set()
    for number, rule in enumerate(rules):
        mine = {(rule.metric, rule.days, name) for name in rule.marketplaces or (None,)}
        if mine & known:
            problem = f"{rule.metric} over {rule.days} days has a row before this one"
            yield Problem(str(read.at((_LIST, number))), problem, "keep one of the two, or name other stores")
        known |= mine


def _problems(row: object, read: document.Document, path: document.Path) -> Iterator[Problem]:
    if not isinstance(row, dict):
        yield Problem(str(read.at(path)), "a row must have named values", "write {metric: ...}")
        return
    for key in row:
        if key not in _COLUMNS:
            near = document.nearest(key, _COLUMNS)
            hint = f"did you mean {near!r}?" if near else f"known are {', '.join(_COLUMNS)}"
            yield Problem(str(read.at((*path, key), key=True)), f"unknown key {key!r}", hint)
    for key, (words, fits) in _COLUMNS.items():
        if key in row and not fits(row[key]):
            yield Problem(str(read.at((*path, key))), f"{key!r} is {row[key]!r}", f"it must be {words}")
        elif key not in row and key not in _DEFAULTS:
            yield Problem(str(read.at(path)), f"{key!r} is missing", f"it must be {words}")
    if row.get("metric") in tuple(Metric):
        yield from _misfits(row, read, path)


def _misfits(row: Row, read: document.Document, path: document.Path) -> Iterator[Problem]:
    """Yield what is a value of its own, but none of this metric."""
    metric = Metric(row["metric"])
    fitting = (Basis.RECEIVED,) if metric is Metric.RESPONSE_WITHIN_24H else _OF_ORDERS
    if row.get("basis") in tuple(Basis) and row["basis"] not in fitting:
        problem = f"{metric} is not counted by {row['basis']}"
        yield Problem(str(read.at((*path, "basis"))), problem, f"write {', '.join(fitting)}")
    bound = Bound.AT_LEAST if metric in _SHARES else Bound.BELOW
    if row.get("bound") in tuple(Bound) and row["bound"] != bound:
        yield Problem(
            str(read.at((*path, "bound"))), f"{metric} is no rate that stays {row['bound']}", f"write {bound}"
        )


def _rule(row: Row) -> RateRule:
    values: Row = {key: row.get(key, _DEFAULTS.get(key)) for key in _COLUMNS}
    values |= {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    values |= {key: float(values[key]) for key in ("cap", "warn_at") if values[key] is not None}
    values["marketplaces"] = tuple(name.lower() for name in values["marketplaces"])
    values |= {"metric": Metric(row["metric"]), "basis": Basis(row["basis"]), "bound": Bound(row["bound"])}
    return RateRule(**values)


def _one_of(words: tuple[str, ...]) -> _Rule:
    return f"one of {', '.join(words)}", lambda value: value in words


def _whole(low: int, high: int) -> _Rule:
    return f"a whole number from {low} to {high}", lambda value: type(value) is int and low <= value <= high


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


_SHARE: _Rule = ("a number above 0 and at most 1, as 0.01 for 1 %", _is_share)
_CAP: _Rule = (f"{_SHARE[0]}, or left out", lambda value: value is None or _is_share(value))
_TEXT: _Rule = ("a text", lambda value: isinstance(value, str) and bool(value.strip()))
_TEXTS: _Rule = ("a list of texts", _texts)

_COLUMNS: dict[str, _Rule] = {
    "metric": _one_of(tuple(Metric)),
    "days": _whole(1, _LONGEST),
    "lag_days": _whole(0, _LONGEST),
    "basis": _one_of(tuple(Basis)),
    "cap": _CAP,
    "bound": _one_of(tuple(Bound)),
    "warn_at": _SHARE,
    **dict.fromkeys(("amazon", "amazon_numerator", "amazon_denominator", "marketplaces"), _TEXTS),
    "fresh_days": _whole(1, _LONGEST),
    "source": _TEXT,
    "grade": _one_of(GRADES),
}
_DEFAULTS: Row = {
    "cap": None,
    "warn_at": _WARN_AT,
    **dict.fromkeys(("amazon", "amazon_numerator", "amazon_denominator", "marketplaces"), ()),
    "fresh_days": 7,
}
_SHARES = (Metric.VALID_TRACKING_RATE, Metric.ON_TIME_DELIVERY_RATE, Metric.RESPONSE_WITHIN_24H)
_OF_ORDERS = (Basis.PURCHASED, Basis.SHIP_BY, Basis.SHIPPED, Basis.DELIVER_BY)
