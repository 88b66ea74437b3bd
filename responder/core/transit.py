"""
How long a parcel is under way: working days of the country it goes to, counted from the day after it was shipped.

Carriers rest on weekends and public holidays of the country of destination. A day counts as over at its end, so that
nothing is ever thought to be delivered too early.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core.calendars import instant
from responder.core.hours import MIDNIGHT

DEFAULT = "default"
"""The key of `transit_days` for every country that is not named."""
_DAY = timedelta(days=1)
LONGEST_REST = 30
"""Days in a row without one working day that are believed of a calendar; no country rests longer."""


@dataclass(frozen=True, slots=True)
class CountryDays:
    """When a country works: its weekdays (Monday is 0) and its public holidays, in the years that matter."""

    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: Collection[date] = frozenset()

    def works(self, day: date) -> bool:
        """Return whether parcels are delivered on this day."""
        return day.weekday() in self.weekdays and day not in self.holidays


MONDAY_TO_FRIDAY = CountryDays()
"""The week of a country nobody knows."""


def days_to(country: str | None, transit_days: Mapping[str, int]) -> int:
    """Return how many working days a parcel to this country takes."""
    return transit_days.get(country or DEFAULT, transit_days.get(DEFAULT, 0))


def delivered_by(shipped_at: datetime, days: int, calendar: CountryDays, zone: ZoneInfo) -> datetime:
    """Return the end of the `days`-th working day after the day of shipping."""
    day, rested = shipped_at.astimezone(zone).date(), 0
    while days > 0:
        day += _DAY
        if calendar.works(day) or rested >= LONGEST_REST:
            days, rested = days - 1, 0
        else:
            rested += 1
    return instant(day + _DAY, MIDNIGHT, zone)
