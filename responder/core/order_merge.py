"""
What several sources say of one order, as one state: the newest source wins, value by value.

Each value carries the instant of the source that said it, so any order of sources, repeated or overlapping, gives the
same state. What a source does not say never takes the place of what is known. Instants are milliseconds, as kept; the
day of a store that its source does not name is text.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Value = str | int


@dataclass(frozen=True, slots=True)
class Said:
    """What is known by name, and the instant of the source that said each; `seen_at`: of the newest source at all."""

    values: Mapping[str, Value] = field(default_factory=dict)
    at: Mapping[str, int] = field(default_factory=dict)
    seen_at: int = 0

    @property
    def older(self) -> dict[str, int]:
        """The names whose source is older than the newest, each with its instant."""
        return {name: at for name, at in sorted(self.at.items()) if at != self.seen_at}


def kept(values: Mapping[str, Value | None], seen_at: int, older: Mapping[str, int]) -> Said:
    """Return what was kept as `values`, `seen_at` and `older`."""
    known = _known(values)
    at = {name: older.get(name, seen_at) for name in known} if older else dict.fromkeys(known, seen_at)
    return Said(known, at, seen_at)


def merged(known: Said, new: Mapping[str, Value | None], at: int) -> Said:
    """Return what is known once a source of `at` said `new`; of two sources of one instant the greater value counts."""
    if not known.values:
        first = _known(new)
        return Said(first, dict.fromkeys(first, at), max(known.seen_at, at))
    values, said_at = dict(known.values), dict(known.at)
    for name, value in new.items():
        if value is None:
            continue
        before = said_at.get(name)
        if before is None or at > before or (at == before and _is_greater(value, values[name])):
            values[name], said_at[name] = value, at
    return Said(values, said_at, max(known.seen_at, at))


def detail_merged(known: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details of one event that two sources tell of: all of them, of two that differ the greater one."""
    detail = {name: value for name, value in known.items() if value is not None}
    for name, value in new.items():
        if value is not None and (name not in detail or _rank(value) > _rank(detail[name])):
            detail[name] = value
    return dict(sorted(detail.items()))


def _known(values: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None}


def _is_greater(value: Value, other: Value) -> bool:
    """Compare two values of one column: both are of one type, or one is an instant, which says more than a day."""
    if type(value) is type(other):
        return value > other  # type: ignore[operator]
    return isinstance(value, int)


def _rank(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
