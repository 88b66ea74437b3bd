"""The calendar of a configuration: hours, places and files, what comes before what, and what has no effect."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from responder import config
from responder.config import Loaded, calendar_checks
from responder.core import calendars
from responder.core.calendars import Calendar, DayKind
from responder.errors import ConfigError, Severity

GOOD = """\
timezone: Europe/Berlin
operator: {email: owner@example.com}
acknowledgements: {when: [weekend, closure]}
accounts:
  - name: main
    seller: {name: Shop, marketplaces: [amazon.de]}
    from: "Shop <service@example.com>"
    authserv_id: mx.example.com
    imap: {host: mail.example.com, username: service@example.com, password: {credential: imap-password}}
    smtp: {host: mail.example.com, username: service@example.com, password: {credential: smtp-password}}
"""
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
SWEDEN = "working_hours: {holidays: {country: SE}}"
ICS = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1@example.com
SUMMARY:Winter break
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20261227
{more}END:VEVENT
END:VCALENDAR
"""


def loaded(folder: Path, hours: str, **files: str) -> Loaded:
    """Load a configuration with these working hours; a file is named by its stem, `team_ics` is team.ics."""
    (folder / "calendars").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "calendars" / name.replace("_", ".")).write_text(text)
    return config.read(GOOD + f"working_hours: {hours}\n", folder / "config.yaml")


def calendar(folder: Path, hours: str, **files: str) -> Calendar:
    """Return the calendar of these working hours."""
    return config.calendar_of(loaded(folder, hours, **files), range(2025, 2029))


def hours_on(found: Calendar, day: date) -> str:
    """Return what a day is and its open hours, as text."""
    (each,) = calendars.days(found, day, 1)
    return " ".join([each.kind, *(f"{start:%H:%M}-{end:%H:%M}" for start, end in each.open)])


MEANT = "if that is not meant, correct its dates or their order"
OVER = "nothing in it counts any more: it ended on"
USELESS = "takes no working time: nobody is there anyway (remove it, or correct its dates)"


def told(folder: Path, hours: str, now: datetime = NOW, **files: str) -> list[str]:
    """Return what `check` says about the effects of a configuration, without the folder's name."""
    found = list(calendar_checks.effects(loaded(folder, hours, **files), now))
    assert {problem.severity for problem in found} <= {Severity.WARNING}
    return [str(problem).replace(f"{folder}/", "") for problem in found]


def test_a_week_may_be_written_day_by_day(tmp_path: Path) -> None:
    """Each day its own hours with their breaks; a day that is not named is off."""
    found = calendar(tmp_path, '{hours: {mon-thu: ["13:00-17:30", "09:00-12:00"], fri: ["09:00-15:00"]}}')
    week = [hours_on(found, date(2026, 11, day)) for day in range(23, 30)]
    assert week == ["working 09:00-12:00 13:00-17:30"] * 4 + ["working 09:00-15:00"] + ["weekend"] * 2


def test_a_week_may_begin_on_sunday_and_run_through_the_night(tmp_path: Path) -> None:
    """sun-thu wraps; a shift that ends the next morning is open there, even on a day off."""
    found = calendar(tmp_path, '{hours: {sun-thu: ["22:00-06:00"]}}')
    assert hours_on(found, date(2026, 11, 27)) == "weekend 00:00-06:00"
    assert hours_on(found, date(2026, 11, 28)) == "weekend"
    assert hours_on(found, date(2026, 11, 29)) == "working 22:00-00:00"
    assert hours_on(found, date(2026, 11, 30)) == "working 00:00-06:00 22:00-00:00"


def test_round_the_clock_has_no_closed_minute(tmp_path: Path) -> None:
    """00:00-24:00 on seven days never closes, midnight included."""
    found = calendar(tmp_path, '{hours: {mon-sun: ["00:00-24:00"]}}')
    state = calendars.state_at(found, datetime(2026, 11, 29, 23, tzinfo=UTC))
    assert isinstance(state, calendars.Open)
    assert state.until_at >= datetime(2027, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("section", "days"),
    [
        ("{}", {0, 1, 2, 3, 4}),
        ("{holidays: {country: FR}}", {0, 1, 2, 3, 4}),
        ("{holidays: {country: AE}}", {0, 1, 2, 3, 4}),
        ("{holidays: {country: SA}}", {6, 0, 1, 2, 3}),
        ("{holidays: {country: EG}, hours: ['10:00-18:00']}", {6, 0, 1, 2, 3}),
        ("{days: [sat], holidays: {country: SA}}", {5}),
        ("{hours: {fri: ['10:00-18:00']}, holidays: {country: SA}}", {4}),
    ],
)
def test_the_working_days_are_those_of_the_country(tmp_path: Path, section: str, days: set[int]) -> None:
    """Unless the seller names his own; without a country they are Monday to Friday."""
    assert set(calendar(tmp_path, section).working_hours.hours) == days


def test_an_ignored_holiday_is_a_working_day(tmp_path: Path) -> None:
    """By its name in any language, or by its date."""
    section = "{holidays: {country: DE, subdivision: BY, ignore: [pfingstmontag, 2027-01-06]}}"
    found = calendar(tmp_path, section)
    assert hours_on(found, date(2027, 5, 17)).startswith("working ")
    assert hours_on(found, date(2027, 1, 6)).startswith("working ")
    assert hours_on(found, date(2026, 1, 6)) == "holiday"


def test_categories_add_their_holidays(tmp_path: Path) -> None:
    """Midsummer Eve is worked by law, and nobody works."""
    assert hours_on(calendar(tmp_path, "{holidays: {country: SE}}"), date(2026, 6, 19)).startswith("working ")
    section = "{holidays: {country: SE, categories: [public, de_facto]}}"
    assert hours_on(calendar(tmp_path, section), date(2026, 6, 19)) == "holiday"


HOLIDAY, SATURDAY, WORKDAY = date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 24)
CLOSED = "closures: [{from: 2026-12-24, to: 2026-12-26, name: Break}]\n"
WORKED = (
    "working_days: ["
    + ", ".join(f'{{on: {day}, hours: ["10:00-11:00"]}}' for day in (WORKDAY, HOLIDAY, SATURDAY))
    + "]\n"
)


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({}, {WORKDAY: "working 09:00-17:00", HOLIDAY: "holiday", SATURDAY: "holiday"}),
        ({"c_yaml": CLOSED}, dict.fromkeys((WORKDAY, HOLIDAY, SATURDAY), "closure")),
        ({"t_ics": ICS.format(more="")}, dict.fromkeys((WORKDAY, HOLIDAY, SATURDAY), "closure")),
        ({"c_yaml": CLOSED + WORKED}, dict.fromkeys((WORKDAY, HOLIDAY, SATURDAY), "open 10:00-11:00")),
        ({"c_yaml": WORKED, "t_ics": ICS.format(more="")}, dict.fromkeys((WORKDAY, SATURDAY), "open 10:00-11:00")),
        ({"c_yaml": WORKED}, {HOLIDAY: "open 10:00-11:00"}),
    ],
)
def test_what_comes_before_what(tmp_path: Path, files: dict[str, str], kind: dict[date, str]) -> None:
    """An extra working day before a closure of either kind, that before a holiday, that before the weekly hours."""
    names = ", ".join(name.replace("_", ".") for name in files)
    section = f"{{hours: ['09:00-17:00'], holidays: {{country: DE, subdivision: BY, calendars: [{names}]}}}}"
    found = calendar(tmp_path, section, **files)
    assert {day: hours_on(found, day) for day in kind} == kind
    assert DayKind(hours_on(found, date(2026, 12, 27)).split()[0]) is DayKind.WEEKEND


def test_the_calendars_own_zone_decides_which_day_it_is(tmp_path: Path) -> None:
    """23:30 UTC on Christmas Day is 26 December in Tokyo: worked there, whatever the clock of the machine."""
    found = calendar(tmp_path, "{timezone: Asia/Tokyo, holidays: {country: US}, hours: {mon-sun: ['00:00-24:00']}}")
    assert isinstance(calendars.state_at(found, datetime(2026, 12, 25, 14, 59, tzinfo=UTC)), calendars.Closed)
    assert isinstance(calendars.state_at(found, datetime(2026, 12, 25, 15, 0, tzinfo=UTC)), calendars.Open)
    assert isinstance(calendars.state_at(found, datetime(2026, 12, 24, 14, 59, tzinfo=UTC)), calendars.Open)


def test_a_floating_event_is_on_the_clock_of_the_hours(tmp_path: Path) -> None:
    """A time without a zone is the seller's wall clock, not that of the digest."""
    team = (
        ICS.format(more="")
        .replace(";VALUE=DATE:20261224", ":20261224T120000")
        .replace(";VALUE=DATE:20261227", ":20261224T150000")
    )
    section = "{timezone: Asia/Tokyo, hours: ['09:00-18:00'], holidays: {calendars: [team.ics]}}"
    found = calendar(tmp_path, section, team_ics=team)
    (closure,) = found.closures
    assert closure.starts.clock == time(12)
    assert hours_on(found, date(2026, 12, 24)) == "closure 09:00-12:00 15:00-18:00"
    assert isinstance(calendars.state_at(found, datetime(2026, 12, 24, 4, tzinfo=UTC)), calendars.Closed)


def test_a_subdivision_is_missed_only_where_it_matters(tmp_path: Path) -> None:
    """In Germany every Land has its own days; in the Netherlands none has. `none` says that it was thought of."""
    (line,) = told(tmp_path, "{holidays: {country: DE}}")
    assert line.startswith(
        "config.yaml:11:17: working_hours.holidays.subdivision: is not set: only holidays of the whole"
    )
    assert "17 of its parts have other ones; the next is 2027-01-06 in BW (known are BB, BE, BW" in line
    for section in (
        "{country: NL}",
        "{country: SE}",
        "{country: DE, subdivision: BY}",
        "{country: FR, subdivision: none}",
    ):
        assert told(tmp_path, f"{{holidays: {section}}}") == []


def test_a_word_that_ignores_nothing_is_told(tmp_path: Path) -> None:
    """With the names of the next 400 days; what is over counts as nothing."""
    section = "{holidays: {country: SE, ignore: [Juldagen, Yule, 2026-11-25, 12-26]}}"
    one, other = told(tmp_path, section)
    assert one.startswith(
        "config.yaml:11:60: working_hours.holidays.ignore[1]: 'Yule' is no holiday of the next 400 days"
    )
    assert "Christmas Day" in one
    assert "ignore[2]: '2026-11-25' is no holiday" in other


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("closures: [{on: 2027-05-07, name: Bridge day}]", []),
        ("", []),
        (
            "closures: [{on: 2026-05-15}, {from: 2026-08-01, to: 2026-08-09}]",
            [f"calendars/c.yaml: {OVER} 2026-08-09 (add days, or remove it from the list)"],
        ),
        (
            "closures: [{on: 2026-05-15}, {on: 2026-05-16}, {on: 2027-05-07}]",
            ["calendars/c.yaml:1:12: this entry and 1 more lie in the past (remove what is over)"],
        ),
        (
            "closures:\n- {on: 2027-05-08, name: Saturday}\n- {on: 2027-12-24}",
            [f"calendars/c.yaml:2:3: 'Saturday' {USELESS}"],
        ),
        (
            "closures: [{on: 2027-05-07, from_time: 18:00, name: Evening}, {on: 2027-12-24}]",
            [f"calendars/c.yaml:1:12: 'Evening' {USELESS}"],
        ),
        (
            "closures: [{on: 12-25, yearly: true, name: Christmas}]",
            [f"calendars/c.yaml:1:12: 'Christmas' {USELESS}"],
        ),
        ("closures: [{on: 12-24, yearly: true, name: Christmas Eve}]", []),
        (
            'working_days: [{on: 2027-05-07, hours: ["09:00-12:30", "13:30-18:00"]}]',
            ["calendars/c.yaml:1:16: 2027-05-07 has these hours anyway (remove it, or correct the date or the hours)"],
        ),
        ('working_days: [{on: 2027-05-08, hours: ["09:00-12:30", "13:30-18:00"]}]', []),
        ('working_days: [{on: 2027-05-07, hours: ["09:00-12:30"]}]', []),
        (
            "closures: [{from: 2026-12-24, to: 2027-01-03}]",
            ["calendars/c.yaml: it ends on 2027-01-03 (add the days after it: next year's closures, for example)"],
        ),
        ("closures: [{from: 2026-12-24, to: 2027-01-03}, {on: 05-15, yearly: true}]", []),
        ("closures: [{from: 2026-12-24, to: 2027-01-26}]", []),
        (
            "closures: [{from: 12-24, to: 03-01, yearly: true, name: Winter}]",
            [f"calendars/c.yaml:1:12: 'Winter' closes 68 days, from 2026-12-24 on ({MEANT})"],
        ),
    ],
)
def test_an_entry_without_an_effect_is_told(tmp_path: Path, text: str, expected: list[str]) -> None:
    """What is over, what takes no working time, what changes no hours, and a file that soon ends."""
    section = "{holidays: {country: DE, subdivision: BY, calendars: [c.yaml]}}"
    assert told(tmp_path, section, c_yaml=text) == expected


def test_a_calendar_that_ends_is_told_unless_the_next_one_is_there(tmp_path: Path) -> None:
    """The file of the next year takes its place; the same holds for another program's calendars."""
    this, following = "closures: [{on: 2026-12-24}]", "closures: [{on: 2027-12-24}]"
    section = "{holidays: {calendars: [a.yaml, b.yaml]}}"
    assert told(tmp_path, section, a_yaml=this, b_yaml=following) == []
    assert len(told(tmp_path, section, a_yaml=this, b_yaml=this)) == 2
    (line,) = told(tmp_path, "{holidays: {calendars: [team.ics]}}", team_ics=ICS.format(more=""))
    assert line.startswith("calendars/team.ics: it ends on 2026-12-26")
    endless = ICS.format(more="RRULE:FREQ=YEARLY\n")
    assert told(tmp_path, "{holidays: {calendars: [team.ics]}}", team_ics=endless) == []


def test_another_programs_calendar_that_closes_nothing_is_told(tmp_path: Path) -> None:
    """All its events leave their time free, or all are over."""
    section = "{holidays: {calendars: [team.ics]}}"
    free = ICS.format(more="RRULE:FREQ=YEARLY\nTRANSP:TRANSPARENT\n")
    (line,) = told(tmp_path, section, team_ics=free)
    assert "no event in it closes anything from 2025 on: they are over, or leave their time free" in line
    (line,) = told(tmp_path, section, datetime(2031, 1, 1, tzinfo=UTC), team_ics=ICS.format(more=""))
    assert "no event in it closes anything from 2030 on" in line
    (line,) = told(tmp_path, section, datetime(2027, 1, 1, tzinfo=UTC), team_ics=ICS.format(more=""))
    assert "nothing in it counts any more: it ended on 2026-12-26" in line


def test_a_bad_event_is_told_when_the_configuration_is_loaded(tmp_path: Path) -> None:
    """Like a mistake in a file written by hand: with its line, before anything is worked out."""
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "team.ics").write_text(ICS.format(more="STATUS:CANCELLED\n"))
    with pytest.raises(ConfigError, match=r"team\.ics:2: event 'Winter break' is cancelled"):
        config.read(GOOD + "working_hours: {holidays: {calendars: [team.ics]}}\n", tmp_path / "config.yaml")


def test_a_shop_without_public_holidays_is_told(tmp_path: Path) -> None:
    """Where holidays are to be acknowledged and no country is named, no day is one; who knows takes the word out."""
    text = GOOD.replace("[weekend, closure]", "[weekend, holiday]")
    (line,) = map(str, calendar_checks.effects(config.read(text, tmp_path / "config.yaml"), NOW))
    assert "working_hours.holidays.country: is not set: no day is a public holiday, not even 25 December" in line
    for known in (GOOD, text.replace("{when:", "{enabled: false, when:")):
        assert list(calendar_checks.effects(config.read(known, tmp_path / "config.yaml"), NOW)) == []
    assert list(calendar_checks.effects(config.read(f"{text}{SWEDEN}", tmp_path / "config.yaml"), NOW)) == []


def test_a_long_file_is_checked_in_no_time(tmp_path: Path) -> None:
    """A closure to the end of the century, and hundreds of entries of both kinds: nobody waits for `check`."""
    first = date(2026, 12, 1)
    on = [first + timedelta(days=number) for number in range(400)]
    closed = "".join(f"  - {{on: {day}}}\n" for day in on)
    worked = "".join(f'  - {{on: {day}, hours: ["10:00-11:00"]}}\n' for day in on)
    text = (
        f"closures:\n  - {{from: 2028-01-01, to: 2199-12-31, name: Closed for good}}\n{closed}working_days:\n{worked}"
    )
    found = loaded(tmp_path, "{holidays: {calendars: [c.yaml]}}", c_yaml=text)
    problems = list(calendar_checks.effects(found, NOW))
    assert len(problems) == 401  # each day is worked all the same
    assert ["Closed for good" in each.problem for each in problems] == [True] + [False] * 400


def test_a_shop_that_never_opens_is_an_error(tmp_path: Path) -> None:
    """No date could be promised to anybody."""
    section = "{holidays: {calendars: [c.yaml]}}"
    closed = loaded(tmp_path, section, c_yaml="closures: [{from: 2026-01-01, to: 2029-12-31}]")
    (problem,) = (each for each in calendar_checks.effects(closed, NOW) if each.severity is Severity.ERROR)
    assert "nothing opens within a year" in problem.problem
