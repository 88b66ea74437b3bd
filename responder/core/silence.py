"""
Whether a mailbox has been silent for longer than its own rhythm explains.

A pure function of when mail came. Nights, weekends and slow weeks are part of the rhythm; below twenty mails nothing
is known of it, and nothing is said.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low

KNOWN_FOR = timedelta(days=60)
"""How far back the rhythm is read."""
ENOUGH = 20
"""Mails from which on there is a rhythm."""
TIMES = 3
"""How many usual intervals may pass."""
_WEEK = timedelta(days=7)
_COMMON = 0.95
_OF_A_WEEK = (
    2 / 3
)  # so that three usual intervals are two of the longest pauses of a usual week: a long weekend is none


@dataclass(frozen=True, slots=True)
class Silence:
    """Since when no mail came, and within how long one usually does."""

    since: datetime
    usual: timedelta


def silence(arrivals: Sequence[datetime], silent_after: timedelta | None, now: datetime) -> Silence | None:
    """Return the silence of a mailbox whose mail came at `arrivals` (ascending), None where it is none."""
    if silent_after is None or not arrivals:
        return None
    interval, since = usual(arrivals), arrivals[-1]
    if interval is None or now - since < max(silent_after, TIMES * interval):
        return None
    return Silence(since, interval)


def usual(arrivals: Sequence[datetime]) -> timedelta | None:
    """
    Return within how long the next mail usually comes: the longest of the usual gaps.

    That is the gap which 19 of 20 do not exceed; or, where mail comes in bursts and stays away at night and on
    weekends, what the longest pause of a usual week says.
    """
    if len(arrivals) < ENOUGH:
        return None
    gaps = [(after, after - before) for before, after in pairwise(arrivals)]
    lengths = sorted(length for _, length in gaps)
    common = lengths[math.ceil(_COMMON * len(lengths)) - 1]
    return max(common, _OF_A_WEEK * _longest_of_a_week(gaps))


def _longest_of_a_week(gaps: Sequence[tuple[datetime, timedelta]]) -> timedelta:
    """Return the longest gap of the median week; a gap belongs to the week it ends in, counted back from the last."""
    last, longest = gaps[-1][0], dict[int, timedelta]()
    for ended_at, length in gaps:
        week = (last - ended_at) // _WEEK
        longest[week] = max(length, longest.get(week, timedelta(0)))
    return median_low(longest.values())
