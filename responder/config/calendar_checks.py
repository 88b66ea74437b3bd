"""
What cannot be right about the working hours, the holidays and the calendar files, and what has no effect.

The first is said whenever the configuration is loaded. The second depends on the day, so it is said by
`responder check` alone: rules that match nothing, calendars that end, a subdivision that is missing where it matters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from responder.adapters import holidays
from responder.config import calendars as sources
from responder.config.checks import Finding
from responder.config.loaded import Loaded
from responder.config.model import Config
from responder.config.values import WEEKDAYS
from responder.core import calendars, festivities
from responder.core.calendar_files import Entry
from responder.core.calendars import HORIZON, Calendar, Closure, DayKind, ExtraDay
from responder.core.hours import Hours, first_overlap, hours_text, run_ins
from responder.document import Path as KeyPath
from responder.errors import ConfigError, Problem, Severity

SOON = timedelta(days=60)
LONG = timedelta(days=60)
"""A shop that closes for longer has most likely two dates in the wrong order, or a wrong year."""
_DAY = timedelta(days=1)
_HOURS: KeyPath = ("working_hours", "hours")
_HOLIDAYS: KeyPath = ("working_hours", "holidays")


def settings(config: Config) -> Iterator[Finding]:
    """Yield what is wrong with the hours and the place, whatever the day."""
    yield from _weekdays(config)
    yield from _place(config)
    if not any(finding.severity is Severity.ERROR for finding in _place(config)):
        yield from _overlaps(config)


def files(config: Config, folder: Path) -> Iterator[Problem]:
    """Yield what is wrong inside the calendar files, at their own lines."""
    for name in config.working_hours.holidays.calendars:
        file = folder / config.calendars / name
        if file.parent.is_dir():
            try:
                sources.read_file(file, sources.zone_of(config), ())
            except ConfigError as error:
                yield from error.problems


def effects(loaded: Loaded, now: datetime) -> Iterator[Problem]:
    """Yield what has no effect, or soon none any more, seen from `now`."""
    today = now.astimezone(sources.zone_of(loaded.config)).date()
    years = range(today.year - 1, today.year + 3)
    found = sources.entries_of(loaded, years)
    calendar = sources.joined(loaded.config, years, [entry for _, entries in found for entry in entries])
    if calendars.next_opening(calendar, now) is None:
        hint = "look at working_hours and the calendar files; responder calendar shows every day"
        yield Problem(str(loaded.file), "working_hours: nothing opens within a year: no date can be promised", hint)
    for finding in (
        *_missing_country(loaded.config),
        *_missing_subdivision(loaded.config, today),
        *_ignored_in_vain(loaded.config, today),
    ):
        yield loaded.problem(finding)
    for file, entries in found:
        if entries and not any(entry.closures or entry.extra or entry.endless for entry in entries):
            yield _closes_nothing(file, years[0])
        elif _is_over(entries, today):
            yield from _past(file, entries)
        elif file.suffix.lower() != sources.ICS:  # another program's events are many, and not written for this
            yield from _in_vain(calendar, entries, today)
    yield from _ending(found, today)


def _weekdays(config: Config) -> Iterator[Finding]:
    hours = config.working_hours.hours
    if not isinstance(hours, dict):
        return
    if config.working_hours.days is not None:
        problem = "means nothing where `hours` names its own days"
        yield Finding(("working_hours", "days"), problem, "remove it: the keys of `hours` are the working days")
    seen: dict[int, str] = {}
    for span in hours:
        twice = [day for day in span.days if seen.setdefault(day, span) != span]
        if twice:
            problem = f"{WEEKDAYS[twice[0]]} is here and in {seen[twice[0]]}"
            yield Finding((*_HOURS, span), problem, "name each day once", on_key=True)


def _overlaps(config: Config) -> Iterator[Finding]:
    hours = config.working_hours.hours
    places = {day: (*_HOURS, span) for span in hours for day in span.days} if isinstance(hours, dict) else {}
    week = sources.week_of(config.working_hours)
    told: set[KeyPath] = set()
    for day, shifts in sorted(week.items()):
        place = places.get(day, _HOURS)
        if place not in told and (overlap := first_overlap(shifts)):
            told.add(place)
            yield Finding(place, f"{_text(overlap[0])} and {_text(overlap[1])} overlap", "join them, or move one")
    for day, night, morning in run_ins(week):
        place = places.get((day + 1) % 7, _HOURS)
        if place not in told:
            told.add(place)
            following = WEEKDAYS[(day + 1) % 7]
            problem = f"{_text(night)} of {WEEKDAYS[day]} runs into {_text(morning)} of {following}"
            yield Finding(place, problem, f"begin {following} when the night shift ends, or later")


def _text(hours: Hours) -> str:
    return "-".join(hours_text(hours))


def _place(config: Config) -> Iterator[Finding]:
    chosen = config.working_hours.holidays
    if chosen.country is None:
        unused = {
            "subdivision": chosen.subdivision is not None,
            "categories": chosen.categories != (holidays.PUBLIC,),
            "ignore": bool(chosen.ignore),
        }
        for key in (key for key, used in unused.items() if used):
            yield Finding((*_HOLIDAYS, key), "needs a country", "set holidays.country")
        return
    try:
        holidays.public_holidays(chosen.country, chosen.subdivision, (), chosen.categories)
    except holidays.UnknownPlaceError as error:
        yield Finding((*_HOLIDAYS, error.key), error.problem, error.hint)


def _missing_country(config: Config) -> Iterator[Finding]:
    section = config.acknowledgements
    if config.working_hours.holidays.country is None and section.enabled and "holiday" in section.when:
        problem = "is not set: no day is a public holiday, not even 25 December"
        hint = "write the two letters of your country, or take holiday out of acknowledgements.when"
        yield Finding((*_HOLIDAYS, "country"), problem, hint, Severity.WARNING)


def _missing_subdivision(config: Config, today: date) -> Iterator[Finding]:
    chosen = config.working_hours.holidays
    if chosen.country is None or chosen.subdivision is not None:
        return
    other = holidays.differing(chosen.country, today, HORIZON, chosen.categories)
    if not other:
        return
    part, day = min(other.items(), key=lambda each: each[1])
    problem = f"is not set: only holidays of the whole of {chosen.country} count"
    problem += f", and {len(other)} of its parts have other ones; the next is {day} in {part}"
    known = holidays.subdivisions(chosen.country)
    hint = f"known are {', '.join(known[:20])}{' ...' if len(known) > 20 else ''}; write none if yours has no others"
    yield Finding((*_HOLIDAYS, "subdivision"), problem, hint, Severity.WARNING)


def _ignored_in_vain(config: Config, today: date) -> Iterator[Finding]:
    words = config.working_hours.holidays.ignore
    years = range(today.year, (today + HORIZON).year + 1)
    ahead = [
        holiday
        for day, holiday in (sources.holidays_of(config, years) if words else {}).items()
        if today <= day <= today + HORIZON
    ]
    for number, word in enumerate(words):
        if not any(festivities.is_meant(holiday, word) for holiday in ahead):
            names = ", ".join(dict.fromkeys(holiday.name for holiday in ahead))
            problem = f"'{word}' is no holiday of the next {HORIZON.days} days"
            yield Finding((*_HOLIDAYS, "ignore", number), problem, f"these are {names}", Severity.WARNING)


def _is_over(entries: Sequence[Entry], today: date) -> bool:
    return not any(entry.endless or (entry.last_on and entry.last_on >= today) for entry in entries)


def _closes_nothing(file: Path, year: int) -> Problem:
    problem = f"no event in it closes anything from {year} on: they are over, or leave their time free"
    return _warning(str(file), problem, "mark closed days as busy in the calendar program, and export again")


def _past(file: Path, entries: Sequence[Entry]) -> Iterator[Problem]:
    if lasts := [entry.last_on for entry in entries if entry.last_on]:
        problem = f"nothing in it counts any more: it ended on {max(lasts)}"
        yield _warning(str(file), problem, "add days, or remove it from the list")


def _in_vain(calendar: Calendar, entries: Sequence[Entry], today: date) -> Iterator[Problem]:
    """Yield the entries of a file written by hand that have no effect."""
    past = [entry for entry in entries if not entry.endless and entry.last_on and entry.last_on < today]
    if past:
        count = "one entry lies" if len(past) == 1 else f"this entry and {len(past) - 1} more lie"
        yield _warning(past[0].at, f"{count} in the past", "remove what is over")
    for entry in entries:
        if entry in past:
            continue
        if entry.extra and _changes_nothing(calendar, entry.extra):
            problem = f"{entry.extra.on} has these hours anyway"
            yield _warning(entry.at, problem, "remove it, or correct the date or the hours")
        elif long := _long(entry, today):
            problem = f"'{long.name}' closes {(long.ends.day - long.starts.day).days} days, from {long.starts.day} on"
            yield _warning(entry.at, problem, "if that is not meant, correct its dates or their order")
        elif entry.closures and not any(_takes_time(calendar, closure) for closure in entry.closures):
            problem = f"'{entry.closures[0].name}' takes no working time: nobody is there anyway"
            yield _warning(entry.at, problem, "remove it, or correct its dates")


def _long(entry: Entry, today: date) -> Closure | None:
    """Return the next of its closures that is longer than any holiday."""
    ahead = (each for each in entry.closures if each.ends.day > today)
    return next((each for each in ahead if each.ends.day - each.starts.day > LONG), None)


def _takes_time(calendar: Calendar, closure: Closure) -> bool:
    """Return whether anybody would be there if it were not for this closure."""
    zone = calendar.timezone
    starts = calendars.instant(closure.starts.day, closure.starts.clock, zone)
    ends = min(calendars.instant(closure.ends.day, closure.ends.clock, zone), starts + HORIZON)
    near = _near(calendar, closure.starts.day, closure.ends.day)
    without, alone = replace(near, closures=()), replace(near, closures=(closure,))
    return list(calendars.open_spans(without, starts, ends)) != list(calendars.open_spans(alone, starts, ends))


def _changes_nothing(calendar: Calendar, extra: ExtraDay) -> bool:
    near = _near(calendar, extra.on, extra.on)
    without = replace(near, extra=tuple(each for each in near.extra if each.on != extra.on))
    (before,), (after,) = calendars.days(without, extra.on, 1), calendars.days(near, extra.on, 1)
    return before.kind is DayKind.WORKING and before.open == after.open


def _near(calendar: Calendar, first: date, last: date) -> Calendar:
    """Return the calendar with those entries only that bear on these days; a night shift reaches into the next."""
    begin, end = first - 2 * _DAY, last + 2 * _DAY
    return replace(
        calendar,
        closures=tuple(each for each in calendar.closures if each.starts.day <= end and begin <= each.ends.day),
        extra=tuple(each for each in calendar.extra if begin <= each.on <= end),
    )


def _ending(found: Sequence[tuple[Path, Sequence[Entry]]], today: date) -> Iterator[Problem]:
    """Yield a calendar that soon ends, unless another of its kind goes on."""
    lasts = {
        file: max((entry.last_on for entry in entries if entry.last_on), default=None)
        for file, entries in found
        if not _is_over(entries, today) and not any(entry.endless for entry in entries)
    }
    for file, last in lasts.items():
        later = any(
            each and last and each > today + SOON for other, each in lasts.items() if other.suffix == file.suffix
        )
        if last and last <= today + SOON and not later:
            yield _warning(str(file), f"it ends on {last}", "add the days after it: next year's closures, for example")


def _warning(at: str, problem: str, hint: str) -> Problem:
    return Problem(at, problem, hint, Severity.WARNING)
