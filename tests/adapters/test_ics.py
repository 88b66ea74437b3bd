"""Calendars of other programs: what they close, what is refused, and why the library is not asked first."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from responder.adapters import ics
from responder.core.calendar_files import Entry
from responder.core.calendars import Closure, Wall
from responder.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "calendars" / "team-example.ics"
BERLIN = ZoneInfo("Europe/Berlin")
YEARS = (2026, 2027)
CUSTOM_ZONE = """\
BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0500
TZOFFSETTO:+0500
TZNAME:X
END:STANDARD
END:VTIMEZONE
"""


def calendar(*events: str, before: str = "", newline: str = "\r\n") -> bytes:
    """Return a file with these events; each is the text of a VEVENT."""
    lines = "".join(
        f"BEGIN:VEVENT\nUID:{number}@example.com\n{text}\nEND:VEVENT\n" for number, text in enumerate(events)
    )
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//T//EN\n{before}{lines}END:VCALENDAR\n"
    return text.replace("\n", newline).encode()


def read(raw: bytes, zone: ZoneInfo = BERLIN, years: Sequence[int] = YEARS) -> tuple[Entry, ...]:
    """Read a file's bytes."""
    return ics.read(raw, "calendars/team.ics", "team.ics", zone, years)


def closures(raw: bytes, zone: ZoneInfo = BERLIN, years: Sequence[int] = YEARS) -> list[Closure]:
    """Return what a file closes."""
    return [closure for entry in read(raw, zone, years) for closure in entry.closures]


def ends(text: str, zone: ZoneInfo = BERLIN, before: str = "") -> list[tuple[str, str]]:
    """Return both ends of each time that one event closes, as the wall shows them."""
    return [
        (f"{each.starts.day} {each.starts.clock:%H:%M}", f"{each.ends.day} {each.ends.clock:%H:%M}")
        for each in closures(calendar(text, before=before), zone)
    ]


def problems(raw: bytes) -> list[str]:
    """Return what is said about a file that is refused."""
    with pytest.raises(ConfigError) as caught:
        read(raw)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_example_closes_what_it_says() -> None:
    """Whole days with an exclusive end, the last Friday of each sixth month less one, and no birthday."""
    winter, stocktaking, birthday = ics.load(EXAMPLE, ZoneInfo("Europe/Paris"), (2026, 2027))
    assert winter.closures == (
        Closure(Wall(date(2026, 12, 24)), Wall(date(2027, 1, 2)), "Winter break", "team-example.ics"),
    )
    starts = [closure.starts for closure in stocktaking.closures]
    assert starts == [
        Wall(date(2026, 1, 30), time(13)),
        Wall(date(2027, 1, 29), time(13)),
        Wall(date(2027, 7, 30), time(13)),
    ]
    assert birthday.closures == ()
    assert [entry.at.rpartition(":")[2] for entry in (winter, stocktaking, birthday)] == ["5", "12", "21"]
    assert [entry.endless for entry in (winter, stocktaking, birthday)] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227", ("2026-12-24 00:00", "2026-12-27 00:00")),
        ("DTSTART;VALUE=DATE:20261224", ("2026-12-24 00:00", "2026-12-25 00:00")),
        ("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261224", ("2026-12-24 00:00", "2026-12-25 00:00")),
        ("DTSTART;VALUE=DATE:20261224\nDURATION:P2D", ("2026-12-24 00:00", "2026-12-26 00:00")),
        ("DTSTART:20261224T120000\nDTEND:20261224T180000", ("2026-12-24 12:00", "2026-12-24 18:00")),
        ("DTSTART:20261224T120000\nDURATION:PT90M", ("2026-12-24 12:00", "2026-12-24 13:30")),
        ("DTSTART:20261224T230000Z\nDURATION:PT2H", ("2026-12-25 00:00", "2026-12-25 02:00")),
        ("DTSTART;TZID=America/New_York:20261224T120000\nDURATION:PT1H", ("2026-12-24 18:00", "2026-12-24 19:00")),
        ("DTSTART;TZID=Romance Standard Time:20260701T120000\nDURATION:PT1H", ("2026-07-01 12:00", "2026-07-01 13:00")),
        ('DTSTART;TZID="Tokyo Standard Time":20260701T120000\nDURATION:PT1H', ("2026-07-01 05:00", "2026-07-01 06:00")),
        (
            "DTSTART;TZID=/vendor.example/Asia/Tokyo:20260701T120000\nDURATION:PT1H",
            ("2026-07-01 05:00", "2026-07-01 06:00"),
        ),
    ],
)
def test_an_event_closes_its_time_on_the_sellers_wall(text: str, expected: tuple[str, str]) -> None:
    """All-day ends are exclusive; a zone is its own, the wall's where there is none, a Windows name, or UTC."""
    assert ends(text) == [expected]


@pytest.mark.parametrize("text", ["DTSTART:20261224T120000", "DTSTART:20261224T120000\nDTEND:20261224T120000"])
def test_a_moment_closes_nothing(text: str) -> None:
    """A reminder without a length takes no time."""
    assert ends(text) == []


def test_a_zone_that_the_file_describes_otherwise_is_the_one_of_that_name() -> None:
    """An old export may carry rules of the past; a name of its own needs the description, and keeps it to itself."""
    berlin = "DTSTART;TZID=Europe/Berlin:20261224T120000\nDURATION:PT1H"
    assert ends(berlin, before=CUSTOM_ZONE.format(name="Europe/Berlin")) == [("2026-12-24 12:00", "2026-12-24 13:00")]
    own = "DTSTART;TZID=Office:20261224T120000\nDURATION:PT1H"
    assert ends(own, before=CUSTOM_ZONE.format(name="Office")) == [("2026-12-24 08:00", "2026-12-24 09:00")]
    (problem,) = problems(calendar(own))
    assert problem.startswith("calendars/team.ics:6: nobody knows the time zone 'Office' (choose a zone")


@pytest.mark.parametrize("written", ["(UTC+01:00) Here, There", "(UTC+01:00) Here\\, There", "tzone://Vendor/Here"])
def test_a_zone_may_be_called_like_a_clock(written: str) -> None:
    """Outlook's own names have colons and commas; where they are used they stand in quotes."""
    used = written.replace("\\", "")
    text = f'DTSTART;TZID="{used}":20261224T120000\nDURATION:PT1H'
    assert ends(text, before=CUSTOM_ZONE.format(name=written)) == [("2026-12-24 08:00", "2026-12-24 09:00")]
    (problem,) = problems(calendar(text))
    assert f"nobody knows the time zone '{used}'" in problem


def test_a_task_beside_the_events_is_nobodys_business() -> None:
    """Neither its rule nor its zone is followed, so neither is refused."""
    task = "BEGIN:VTODO\nUID:t\nDUE;TZID=Office:20261224T120000\nRRULE:FREQ=HOURLY\nEND:VTODO\n"
    assert ends("DTSTART;VALUE=DATE:20261224", before=task) == [("2026-12-24 00:00", "2026-12-25 00:00")]


@pytest.mark.parametrize(
    ("starts", "until"),
    [
        ("DTSTART;TZID=Europe/Berlin:20261202T200000", "20261216"),
        ("DTSTART;TZID=America/New_York:20261202T170000", "20261216T170000"),
        ("DTSTART:20261202T200000", "20261216"),
        ("DTSTART;VALUE=DATE:20261202", "20261215T230000Z"),
        ("DTSTART;VALUE=DATE:20261202", "20261216T000000Z"),
        ("DTSTART;VALUE=DATE:20261202", "20261216T225959Z"),
    ],
)
def test_the_last_day_of_a_rule_is_one_of_its_days(starts: str, until: str) -> None:
    """However a program writes UNTIL: as a day, as a time on the event's clock, or as midnight in UTC."""
    found = ends(f"{starts}\nRRULE:FREQ=WEEKLY;UNTIL={until}\nDURATION:P1D")
    assert [start[:10] for start, _ in found] == ["2026-12-02", "2026-12-09", "2026-12-16"]


@pytest.mark.parametrize(
    ("zone", "until"),
    [
        ("Europe/Berlin", "20260731T235959Z"),
        ("Europe/Berlin", "20260731T000000Z"),
        ("Europe/Berlin", "20260730T220000Z"),
        ("Europe/Berlin", "20260731T215959Z"),
        ("Asia/Tokyo", "20260731T235959Z"),
        ("Asia/Tokyo", "20260730T150000Z"),
        ("America/New_York", "20260731T000000Z"),
        ("America/New_York", "20260731T040000Z"),
        ("America/New_York", "20260801T035959Z"),
    ],
)
def test_no_day_is_closed_after_the_last_of_a_rule(zone: str, until: str) -> None:
    """Midnight or the second before it, in UTC or on the wall: the last day is 31 July, and on 1 August we work."""
    found = ends(f"DTSTART;VALUE=DATE:20260720\nRRULE:FREQ=DAILY;UNTIL={until}", ZoneInfo(zone))
    assert (len(found), found[-1]) == (12, ("2026-07-31 00:00", "2026-08-01 00:00"))


@pytest.mark.parametrize("until", ["99991231T235959Z", "99991231", "99991231T235959"])
@pytest.mark.parametrize("starts", ["DTSTART;VALUE=DATE:20261202", "DTSTART;TZID=America/New_York:20261202T100000"])
def test_the_year_9999_is_no_end(starts: str, until: str) -> None:
    """Some programs write it for a rule without an end."""
    assert len(ends(f"{starts}\nRRULE:FREQ=WEEKLY;UNTIL={until}\nDURATION:PT24H")) == 57


def test_a_file_of_nothing_but_beginnings_is_refused_at_once() -> None:
    """Nobody looks through fifty thousand of them for each line, and no page of problems has thousands."""
    found = problems(b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 50_000)
    assert found[0] == "calendars/team.ics:11: X begins inside of too many others (export the calendar again)"
    assert len(found) <= 102
    events = (f"DTSTART;TZID=Place{number}:20261224T120000" for number in range(500))
    assert len(problems(calendar(*events))) <= 102


def test_two_events_of_one_name_are_refused() -> None:
    """One of them would be left out without a word; the same one twice, or a newer one, is harmless."""
    one, other = "SUMMARY:A\nDTSTART;VALUE=DATE:20261202", "SUMMARY:B\nDTSTART;VALUE=DATE:20261209"

    def named_alike(*events: str) -> bytes:
        return calendar(*events).replace(b"UID:1@", b"UID:0@")

    (problem,) = problems(named_alike(one, other))
    assert problem.startswith("calendars/team.ics:9: event 'B' has the UID of the event in line 4, and another time")
    assert len(closures(named_alike(one, one))) == 1
    assert [each.name for each in closures(named_alike(one, f"{other}\nSEQUENCE:1"))] == ["B"]


def test_a_series_has_its_exceptions() -> None:
    """Weekly in the zone's own time across the clock change, one day left out, one moved, one made free."""
    weekly = "SUMMARY:Team day\nDTSTART;TZID=Europe/Berlin:20261016T130000\nDTEND;TZID=Europe/Berlin:20261016T180000\n"
    weekly += "RRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=Europe/Berlin:20261023T130000"
    moved = (
        "RECURRENCE-ID;TZID=Europe/Berlin:20261106T130000\nDTSTART;TZID=Europe/Berlin:20261105T090000\nDURATION:PT1H"
    )
    free = "RECURRENCE-ID;TZID=Europe/Berlin:20261113T130000\nDTSTART;TZID=Europe/Berlin:20261113T130000\n"
    free += "DURATION:PT5H\nTRANSP:TRANSPARENT"
    raw = calendar(weekly, moved, free).replace(b"UID:1@", b"UID:0@").replace(b"UID:2@", b"UID:0@")
    assert [(each.starts, each.name) for each in closures(raw)] == [
        (Wall(date(2026, 10, 16), time(13)), "Team day"),
        (Wall(date(2026, 10, 30), time(13)), "Team day"),
        (Wall(date(2026, 11, 5), time(9)), "Closed"),
    ]
    (entry,) = read(raw)
    assert entry.endless is False


def test_only_the_years_asked_for_are_worked_out() -> None:
    """A yearly event goes on for ever; a stretch across New Year belongs to both years, and no year to no calendar."""
    text = "DTSTART;VALUE=DATE:20201224\nDTEND;VALUE=DATE:20210103\nRRULE:FREQ=YEARLY"
    assert [each.starts.day.year for each in closures(calendar(text), years=(2026,))] == [2025, 2026]
    assert closures(calendar(text), years=()) == []


def test_names_are_one_clean_line() -> None:
    """What another program wrote is shown, never obeyed."""
    (closure,) = closures(calendar("DTSTART;VALUE=DATE:20261224\nSUMMARY:a\\nb\\, \x1b[31m\u202ec" + "x" * 300))
    assert closure.name.startswith("a b, [31mcxx")
    assert len(closure.name) == 120
    assert closure.source == "team.ics"


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_lines_may_be_folded_and_end_either_way(newline: str) -> None:
    """RFC 5545 section 3.1; a byte order mark is no text."""
    raw = b"\xef\xbb\xbf" + calendar("DTSTART;VALUE=DATE:2026\n 1224\nSUMMARY:Winter\n  break", newline=newline)
    (closure,) = closures(raw)
    assert (closure.starts, closure.name) == (Wall(date(2026, 12, 24)), "Winter break")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("DTSTART:20261224T120000\nSTATUS:CANCELLED\nSUMMARY:Party", 4, "event 'Party' is cancelled"),
        ("SUMMARY:Party", 4, "event 'Party' has no DTSTART"),
        ("DTSTART:20261224T120000\nDTEND:20261224T110000", 4, "'0@example.com' ends before it starts"),
        ("DTSTART:20261224T120000\nDURATION:-PT1H", 4, "has a duration of -1 days"),
        ("DTSTART:20261224T120000\nDURATION:P99999999D", 4, "has a duration of 99999999 days"),
        ("DTSTART;VALUE=DATE:20261224\nDTEND:20261225T120000", 4, "has a day and a time for its two ends"),
        ("DTSTART:tomorrow", 4, "DTSTART cannot be read"),
        ("DTSTART;VALUE=DATE:20260130\nRRULE:FREQ=MONTHLY;BYMONTH=2", 4, "its rule may never fall on any day"),
        ("DTSTART:20261224T120000\nDTSTART:20261225T120000", 7, "DTSTART is here twice"),
        ("DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=YEARLY", 4, "is not between 1970 and 2199"),
        ("DTSTART:20261224T120000\nRRULE:FREQ=SECONDLY\nSUMMARY:Flood", 7, "event 'Flood': it repeats SECONDLY"),
        ("DTSTART:20261224T120000\nRRULE:FREQ=DAILY;INTERVAL=0", 7, "INTERVAL=0 in its rule"),
        ("DTSTART:20261224T120000\nRRULE:FREQ=YEARLY\nRRULE:FREQ=DAILY", 8, "has two rules"),
        ("DTSTART:20261224T120000\nEXRULE:FREQ=DAILY", 7, "EXRULE is out of use"),
        ("DTSTART;TZID=../../etc/passwd:20261224T120000", 6, "nobody knows the time zone '../../etc/passwd'"),
        ("DTSTART;TZID=:20261224T120000", 6, "nobody knows the time zone ''"),
        ("DTSTART:20261224T120000\n???", 7, "this is no line of an iCalendar file"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_line(text: str, line: int, said: str) -> None:
    """Nothing is guessed: each event that is wrong is named, with the way out."""
    (problem,) = problems(calendar(text))
    assert problem.startswith(f"calendars/team.ics:{line}: ")
    assert said in problem
    assert problem.endswith(")")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "there is no event in it"),
        (calendar(), "there is no event in it"),
        (b"hello world\r\n", "1: this is no line of an iCalendar file"),
        (b"BEGIN:VEVENT\r\nDTSTART:20261224T120000\r\nEND:VEVENT\r\n", "does not begin with BEGIN:VCALENDAR"),
        (calendar("DTSTART:20261224T120000")[:-30], "ends inside a VEVENT"),
        (calendar("DTSTART:20261224T120000").replace(b"END:VCALENDAR\r\n", b""), "ends inside a VCALENDAR"),
        (calendar("SUMMARY:x").replace(b"Y:x", b"Y:\xe9"), "6: this line is not UTF-8"),
        (calendar("DTSTART:20261224T120000", before="METHOD:CANCEL\n"), "METHOD:CANCEL"),
        (calendar("DESCRIPTION:" + "x" * ics.MAX_SIZE), "larger than 1,000,000 bytes"),
        (calendar(*["DTSTART:20261224T120000"] * (ics.MAX_EVENTS + 1)), "more than 5,000 events"),
        (calendar(*["DTSTART;VALUE=DATE:19800101\nRRULE:FREQ=DAILY"] * 10), "more than 100,000 days to look at"),
        (calendar(*["DTSTART;VALUE=DATE:20250101\nRRULE:FREQ=DAILY"] * 10), "closes more than 2,000 times"),
        (
            calendar(
                "DTSTART:20261224T120000",
                before=CUSTOM_ZONE.format(name="X").replace("DTSTART", "RRULE:FREQ=SECONDLY\nDTSTART"),
            ),
            "time zone: it repeats SECONDLY",
        ),
    ],
)
def test_a_file_that_is_none_or_too_much_is_refused(raw: bytes, said: str) -> None:
    """Before anything is worked out that might not end."""
    assert said in problems(raw)[0]


def test_all_problems_are_told_at_once() -> None:
    """Two bad events are two lines of the report."""
    found = problems(calendar("SUMMARY:One", "SUMMARY:Two\nDTSTART:20261224T120000\nSTATUS:CANCELLED"))
    assert [problem.split(" (")[0] for problem in found] == [
        "calendars/team.ics:4: event 'One' has no DTSTART",
        "calendars/team.ics:8: event 'Two' is cancelled",
    ]


def test_a_file_that_cannot_be_opened_names_itself(tmp_path: Path) -> None:
    """Missing, or a folder."""
    for name, said in {"missing.ics": "No such file", "": "cannot be read"}.items():
        with pytest.raises(ConfigError, match=said) as caught:
            ics.load(tmp_path / name, BERLIN, YEARS)
        assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("DTSTART:20261224T120000\nDURATION:PT1H\nSTATUS:CANCELLED", datetime(2026, 12, 24, 12)),  # noqa: DTZ001
        ("DTSTART:20261224T120000\nDTEND:20261223T120000", datetime(2026, 12, 23, 12)),  # noqa: DTZ001
        ("DTSTART;TZID=Nowhere:20261224T120000\nDURATION:PT1H", datetime(2026, 12, 24, 12)),  # noqa: DTZ001
    ],
)
def test_the_library_alone_would_take_what_is_refused_here(text: str, starts: datetime) -> None:
    """Cancelled events, ends before their start, zones nobody knows: it returns all of them without a word."""
    parsed = icalendar.Calendar.from_ical(calendar(text))
    (found,) = recurring_ical_events.of(parsed).between(date(2026, 12, 1), date(2026, 12, 31))
    assert found.start == starts
    assert problems(calendar(text))


def test_the_library_alone_would_not_come_back() -> None:
    """A rule of seconds has a hundred thousand times in 28 hours, and an interval of 0 stays at its first for ever."""
    begin = datetime(2026, 1, 1)  # noqa: DTZ001 - a floating time (RFC 5545)
    seconds = list(islice(rrulestr("FREQ=SECONDLY", dtstart=begin), 100_000))
    assert seconds[-1] - begin < timedelta(hours=28)
    assert set(islice(rrulestr("FREQ=DAILY;INTERVAL=0", dtstart=begin), 1_000)) == {begin}
    for rule in ("FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0"):
        assert problems(calendar(f"DTSTART:20260101T000000\nRRULE:{rule}"))[0].startswith("calendars/team.ics:7: ")


def test_the_library_alone_carries_a_zone_from_one_file_to_the_next() -> None:
    """It keeps what a file calls a zone for every file after it, so it is told to forget before each."""
    own = "DTSTART;TZID=Carried:20261224T120000\nDURATION:PT1H"
    with_zone = calendar(own, before=CUSTOM_ZONE.format(name="Carried"))
    icalendar.Calendar.from_ical(with_zone)
    (event,) = icalendar.Calendar.from_ical(calendar(own)).walk("VEVENT")
    assert event.start.utcoffset() == timedelta(hours=5)
    other = calendar(own, before=CUSTOM_ZONE.format(name="Carried").replace("+0500", "+0200"))
    assert closures(other)[0].starts == Wall(date(2026, 12, 24), time(11))


_PIECES = [
    "DTSTART:20261224T120000",
    "DTEND:2026",
    "RRULE:FREQ=WEEKLY",
    ";BYDAY=MO",
    "EXDATE:20261231",
    "DURATION:P1W",
    ";TZID=X",
]
_PIECES += [
    "RECURRENCE-ID:20261224T120000",
    "RDATE;VALUE=PERIOD:20261224T120000/PT1H",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "UID:",
    ",",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from([*_PIECES, "\x00", "\r\n", ":", ";", "=", '"', "é"])), max_size=4
    )
)
def test_a_damaged_file_is_read_or_refused(changes: list[tuple[int, str]]) -> None:
    """Whatever stands in a file: closures in the years asked for, or a list of problems with their file."""
    lines = EXAMPLE.read_text().splitlines()
    for number, piece in changes:
        at = number % len(lines)
        lines[at : at + 1] = [piece, lines[at]] if number % 2 else [lines[at] + piece]
    found, said = list[Closure](), list[str]()
    try:
        found = closures("\r\n".join(lines).encode())
    except ConfigError as error:
        said = [problem.at for problem in error.problems]
    assert all(at.startswith("calendars/team.ics") for at in said)
    assert all(each.starts < each.ends and each.ends.day.year >= 2026 for each in found)
