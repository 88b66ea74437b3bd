"""
What several sources say of one order, as one state: the newest source wins, value by value.

Each value carries the instant of the source that said it, so any order of sources, repeated or overlapping, gives the
same state. What a source does not say never takes the place of what is known.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from responder.core.orders import OrderEvent

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """What is known by name, and the instant of the source that said each; `seen_at`: of the newest source at all."""

    values: Mapping[str, Any] = field(default_factory=dict)
    at: Mapping[str, datetime] = field(default_factory=dict)
    seen_at: datetime = _EPOCH

    @property
    def older(self) -> dict[str, int]:
        """The names whose source is older than the newest, each with its instant in milliseconds."""
        return {name: milliseconds(at) for name, at in sorted(self.at.items()) if at != self.seen_at}


def kept(values: Mapping[str, Any], seen_at: datetime, older: Mapping[str, int]) -> Said:
    """Return what was kept as `values`, `seen_at` and `older`."""
    known = {name: value for name, value in values.items() if value is not None}
    at = {name: instant(older[name]) if name in older else seen_at for name in known}
    return Said(known, at, seen_at)


def merged(known: Said, new: Mapping[str, Any], at: datetime) -> Said:
    """Return what is known once a source of `at` said `new`; of two sources of one instant the greater value counts."""
    at = whole(at)
    values, said_at = dict(known.values), dict(known.at)
    for name, value in new.items():
        if value is None:
            continue
        given = whole(value) if isinstance(value, datetime) else value
        before = said_at.get(name)
        if before is None or at > before or (at == before and given > values[name]):
            values[name], said_at[name] = given, at
    return Said(values, said_at, max(known.seen_at, at))


def event_merged(known: OrderEvent, new: OrderEvent) -> OrderEvent:
    """Return one event that two sources tell of: the earlier instant, and all the details (the greater of two)."""
    detail = {name: value for name, value in known.detail.items() if value is not None}
    for name, value in new.detail.items():
        if value is not None and (name not in detail or _rank(value) > _rank(detail[name])):
            detail[name] = value
    return replace(known, at=whole(min(known.at, new.at)), detail=dict(sorted(detail.items())))


def whole(at: datetime) -> datetime:
    """Return an instant to the millisecond, as it is kept."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def milliseconds(at: datetime) -> int:
    """Return an instant as milliseconds since 1970."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def instant(since: int) -> datetime:
    """Return the instant so many milliseconds after 1970."""
    return _EPOCH + timedelta(milliseconds=since)


def _rank(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
