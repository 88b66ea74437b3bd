"""
Working hours as people write them: "09:00-12:30" of one day, and the shifts of a whole week.

Every minute of a day can be written: a shift may end the next morning ("22:00-06:00"), and "00:00-24:00" is all day.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from itertools import pairwise

MIDNIGHT = time(0)

Hours = tuple[time, time]
"""Two wall times of one shift. An end not after its start lies on the next day, so 00:00-24:00 is (00:00, 00:00)."""

Week = Mapping[int, Sequence[Hours]]
"""The shifts that begin on each weekday; Monday is 0."""


def parse_hours(text: str) -> Hours:
    """Read "09:00-12:30", "22:00-06:00" (ends the next morning) or "00:00-24:00"; ValueError says what is wrong."""
    found = re.fullmatch(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)", text)
    if not found:
        raise ValueError(f"hours must be HH:MM-HH:MM, got {text!r}")
    if found[1] == found[2]:
        raise ValueError(f"hours {text!r} begin and end at the same time; a whole day is 00:00-24:00")
    return time.fromisoformat(found[1]), MIDNIGHT if found[2] == "24:00" else time.fromisoformat(found[2])


def hours_text(hours: Hours) -> tuple[str, str]:
    """Return both ends as HH:MM, the midnight that ends a day as 24:00."""
    start, end = hours
    return f"{start:%H:%M}", "24:00" if end == MIDNIGHT else f"{end:%H:%M}"


def first_overlap(hours: Sequence[Hours]) -> tuple[Hours, Hours] | None:
    """Return two shifts of one day that overlap, or None."""
    ordered = sorted(hours)
    for one, other in pairwise(ordered):
        if one[0] == other[0] or one[1] <= one[0] or other[0] < one[1]:
            return one, other
    return None


def run_ins(week: Week) -> Iterator[tuple[int, Hours, Hours]]:
    """Yield each night shift that runs into the next day's first shift, with the weekday on which it begins."""
    for day, shifts in sorted(week.items()):
        following = min(week.get((day + 1) % 7, ()), default=None)
        for start, end in sorted(shifts):
            if following is not None and MIDNIGHT != end <= start and following[0] < end:
                yield day, (start, end), following


def weekday_range(first: int, last: int) -> tuple[int, ...]:
    """Return the weekdays from one to the other, across the end of the week where they wrap: sun-thu is five days."""
    return tuple((first + offset) % 7 for offset in range((last - first) % 7 + 1))
