"""
A window as it rolls on: what it holds today, what it held at the end of each of the last days, and what leaves it when.

What is counted is sorted once; each window is then two searches.
"""

from bisect import bisect_left
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from responder.core.metrics.values import Bound, RateRule, RollOff, Window
from responder.core.metrics.windows import day_of, leaves_on, window

TREND_DAYS = 14


class Rolling:
    """Collects the instants of what counts, and of what counts against the rate, and says how they stand."""

    def __init__(self, rule: RateRule, now: datetime, zone: ZoneInfo) -> None:
        self._rule = rule
        self._zone = zone
        self._today = day_of(now, zone)
        self.window = window(rule, self._today, zone)
        self.earliest_at = window(rule, self._today - timedelta(days=TREND_DAYS - 1), zone).from_at
        self.latest_at = max(self.window.until_at, now + timedelta.resolution)
        self._counted: list[datetime] = []
        self._against: list[datetime] = []

    def add(self, at: datetime, *, against: bool) -> None:
        """Take in one order or message that counts."""
        self._counted.append(at)
        if against:
            self._against.append(at)

    def now(self) -> tuple[int, int]:
        """Return the numerator and the denominator of today's window."""
        return self._figures(self.window)

    def trend(self) -> tuple[tuple[date, float | None], ...]:
        """Return the value at the end of each of the last days, the oldest first."""
        days = [self._today - timedelta(days=back) for back in reversed(range(TREND_DAYS))]
        return tuple((day, self._value(window(self._rule, day, self._zone))) for day in days)

    def roll_off(self) -> tuple[RollOff, ...]:
        """Return the days on which something that counts against the rate leaves the window."""
        first, last = _places(self._sorted_against, self.window)
        leaving = Counter(leaves_on(self._rule, day_of(at, self._zone)) for at in self._sorted_against[first:last])
        return tuple(RollOff(day, cases) for day, cases in sorted(leaving.items()))

    @cached_property
    def _sorted(self) -> list[datetime]:
        return sorted(self._counted)

    @cached_property
    def _sorted_against(self) -> list[datetime]:
        return sorted(self._against)

    def _value(self, stretch: Window) -> float | None:
        numerator, denominator = self._figures(stretch)
        return numerator / denominator if denominator else None

    def _figures(self, stretch: Window) -> tuple[int, int]:
        counted, against = (_held(instants, stretch) for instants in (self._sorted, self._sorted_against))
        return (against if self._rule.bound is Bound.BELOW else counted - against), counted


def _places(instants: list[datetime], stretch: Window) -> tuple[int, int]:
    return bisect_left(instants, stretch.from_at), bisect_left(instants, stretch.until_at)


def _held(instants: list[datetime], stretch: Window) -> int:
    first, last = _places(instants, stretch)
    return last - first
