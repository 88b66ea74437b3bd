"""
What a calendar file of the seller's says, entry by entry, before the entries are joined to one calendar.

An entry remembers where it stands, so that whoever looks at the joined calendar can name the line that does nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from responder.core.calendars import Closure, ExtraDay, Wall
from responder.core.hours import MIDNIGHT

YEARS = range(1970, 2200)  # a year outside is a slip of the pen, and arithmetic with it may overflow


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `at` is file:line:column; what it closes or opens in the years asked for; whether it ever ends."""

    at: str
    closures: tuple[Closure, ...] = ()
    extra: ExtraDay | None = None
    endless: bool = False

    @property
    def last_on(self) -> date | None:
        """The last day it says something about; None when that is no day of the years asked for."""
        if self.extra:
            return self.extra.on
        return max(map(last_day, self.closures), default=None)


@dataclass(frozen=True, slots=True, order=True)
class YearWall:
    """A wall time of every year."""

    month: int
    day: int
    clock: time = MIDNIGHT

    def in_year(self, year: int) -> Wall:
        """Return it in one year; 29 February is the first moment of March where there is none."""
        try:
            return Wall(date(year, self.month, self.day), self.clock)
        except ValueError:
            return Wall(date(year, 3, 1))

    def next_day(self) -> "YearWall":
        """Return the midnight that ends its day."""
        following = date(2000, self.month, self.day) + timedelta(days=1)  # a leap year has every day there is
        return YearWall(following.month, following.day)


def last_day(closure: Closure) -> date:
    """Return the last local day a closure touches."""
    return closure.ends.day - timedelta(days=1) if closure.ends.clock == MIDNIGHT else closure.ends.day


def every_year(starts: YearWall, ends: YearWall, years: Sequence[int], name: str, source: str) -> Iterator[Closure]:
    """Yield the closure of each year that touches one of `years`; an end not after its start is in the next year."""
    if not years:
        return
    for year in range(min(years) - 1, max(years) + 1):
        found = Closure(starts.in_year(year), ends.in_year(year + (ends <= starts)), name, source)
        # 29 February alone is nothing in three years out of four.
        if found.starts < found.ends and last_day(found).year >= min(years):
            yield found
