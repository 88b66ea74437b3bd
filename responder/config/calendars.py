"""
The seller's calendar, made from the configuration and the files it names.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from responder.adapters import closures, holidays
from responder.config.loaded import Loaded
from responder.config.model import Config, WorkingHours
from responder.core import calendars, festivities
from responder.core.calendar_files import Entry
from responder.core.calendars import Calendar, Holiday
from responder.core.hours import Hours

ICS = ".ics"


def calendar_of(loaded: Loaded, years: Iterable[int]) -> Calendar:
    """Return the seller's calendar; the public holidays and the repetitions are those of `years`."""
    wanted = sorted(set(years))
    return joined(loaded.config, wanted, [each for _, found in entries_of(loaded, wanted) for each in found])


def joined(config: Config, years: Sequence[int], entries: Iterable[Entry]) -> Calendar:
    """Return the calendar of weekly hours, holidays, and these entries of calendar files."""
    section, found = config.working_hours, tuple(entries)
    public = holidays_of(config, years)
    return Calendar(
        calendars.WorkingHours(zone_of(config), week_of(section)),
        festivities.kept(public, section.holidays.ignore),
        tuple(closure for entry in found for closure in entry.closures),
        tuple(entry.extra for entry in found if entry.extra),
    )


def zone_of(config: Config) -> ZoneInfo:
    """Return the clock the working hours are on."""
    return ZoneInfo((config.working_hours.timezone or config.timezone).key)


def week_of(section: WorkingHours) -> dict[int, tuple[Hours, ...]]:
    """Return the shifts of each working day; without `days` these are the country's, else Monday to Friday."""
    if isinstance(section.hours, dict):
        return {day: tuple(sorted(hours)) for span, hours in section.hours.items() for day in span.days}
    days, country = section.days, section.holidays.country
    if days is None:
        days = holidays.working_days(country) if country else holidays.MONDAY_TO_FRIDAY
    return dict.fromkeys(days, tuple(sorted(section.hours)))


def holidays_of(config: Config, years: Sequence[int]) -> dict[date, Holiday]:
    """Return every holiday of the place and the categories, the ignored ones too."""
    chosen = config.working_hours.holidays
    if not chosen.country:
        return {}
    return dict(holidays.public_holidays(chosen.country, chosen.subdivision, years, chosen.categories))


def entries_of(loaded: Loaded, years: Sequence[int]) -> list[tuple[Path, tuple[Entry, ...]]]:
    """Return what each calendar file says; ConfigError holds the problems of the first that has some."""
    files = [loaded.calendars / name for name in loaded.config.working_hours.holidays.calendars]
    return [(file, read_file(file, zone_of(loaded.config), years)) for file in files]


def read_file(file: Path, zone: ZoneInfo, years: Sequence[int]) -> tuple[Entry, ...]:
    """Return what one calendar file says, by its ending."""
    if file.suffix.lower() == ICS:
        from responder.adapters import ics  # noqa: PLC0415 - few sellers have such a file; all would wait for its import

        return ics.load(file, zone, years)
    return closures.load(file, years)
