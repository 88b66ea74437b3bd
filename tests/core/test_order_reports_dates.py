"""Days and times of reports: read where one instant is meant, and refused where two could be."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.report_dates import (
    DateError,
    day_first_by,
    day_first_in,
    day_of,
    first_instant,
    has_two_ways,
    last_instant,
    moment,
)

DAY = date(2026, 11, 26)
BERLIN, PACIFIC = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-11-26",
            "2026/11/26",
            "26.11.2026",
            "26. 11. 2026",
            "26.11.26",
            "26-Nov-2026",
            "26 Nov 2026",
            "26/Nov/26",
        ),
        *(
            "26/11/2026",
            "11/26/2026",
            "26-11-2026",
            "11/26/26",
            "Nov 26, 2026",
            "26. November 2026",
            "2026年11月26日",
            "２０２６年１１月２６日",
        ),
        *("26 novembre 2026", "26 listopada 2026", " 2026-11-26 "),
    ],
)
def test_a_day_is_read_in_each_form(text: str) -> None:
    """Whatever the form, the same day, and nothing of a time."""
    assert moment(text) == DAY
    assert not isinstance(moment(text), datetime)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-26T10:15:30+00:00", "10:15:30"),
        ("2026-11-26T10:15:30Z", "10:15:30"),
        ("2026-11-26T10:15:30.123Z", "10:15:30"),
        ("2026-11-26T11:15:30+0100", "10:15:30"),
        ("2026-11-26 02:15:30 -08:00", "10:15:30"),
        ("2026-11-26 02:15:30 PST", "10:15:30"),
        ("11/26/2026 02:15:30 AM PST", "10:15:30"),
        ("Nov 26, 2026 3:15:30 AM PDT", "10:15:30"),
        ("2026/11/26 19:15:30 JST", "10:15:30"),
        ("26.11.2026 11:15:30 CET", "10:15:30"),
        ("26-Nov-2026 10:15:30 UTC", "10:15:30"),
        ("2026-11-26 12:15:30 p.m. gmt", "12:15:30"),
        ("2026-11-26 12:15:30 a.m. gmt", "00:15:30"),
        ("2026-11-26T10:15+00:00", "10:15:00"),
    ],
)
def test_a_time_with_its_zone_is_that_instant(text: str, at: str) -> None:
    """ISO 8601, and the local forms with an abbreviation that means one time; the store's zone plays no part."""
    wanted = datetime.fromisoformat(f"2026-11-26T{at}+00:00")
    assert first_instant(moment(text), BERLIN) == last_instant(moment(text), PACIFIC) == wanted


def test_a_time_without_a_zone_is_that_of_the_store() -> None:
    """What a report writes without an offset is on the store's clock; in a gap it is the first instant after it."""
    assert first_instant(moment("2026-11-26 10:15:30"), BERLIN) == datetime(2026, 11, 26, 9, 15, 30, tzinfo=UTC)
    assert first_instant(moment("2026-03-29T02:30:00"), BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_day_is_its_first_or_its_last_instant_in_the_store() -> None:
    """Also on the days of 23 and 25 hours; what happens on the next day is later than the day's last instant."""
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (DAY, 24)):
        first, last = first_instant(day, BERLIN), last_instant(day, BERLIN)
        assert last - first == timedelta(hours=hours, seconds=-1)
        assert first.astimezone(BERLIN).date() == last.astimezone(BERLIN).date() == day
        assert first_instant(day + timedelta(days=1), BERLIN) > last


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no date"),
        ("soon", "no date"),
        ("2026-13-01", "no day of the calendar"),
        ("30.02.2026", "no day of the calendar"),
        ("99/99/2026", "no day of the calendar"),
        ("2026-11-26T25:00:00+00:00", "no time of the day"),
        ("2026-11-26 13:15 PM", "no time of the day"),
        ("2026-11-26T10:15:61+00:00", "no time of the day"),
        ("2026-11-26 10:15 IST", "stands for several"),
        ("2026-11-26 10:15 BST", "stands for several"),
        ("2026-11-26 10:15:30+15:00", "no time zone has"),
        ("0026-11-26", "of the year 26"),
        ("1999-12-31T10:15:30+00:00", "of the year 1999"),
        ("26-Nob-2026", "no date"),
        ("46352.43", "no date"),
        ("2026-11-26 " + " " * 80, "no date"),
    ],
)
def test_what_is_no_certain_date_is_refused_in_words(text: str, why: str) -> None:
    """A spreadsheet's number of days, an abbreviation of three zones, a day that does not exist: none is guessed."""
    with pytest.raises(DateError, match=why):
        moment(text)


def test_digits_that_are_two_days_are_read_as_the_file_is_written() -> None:
    """3 April or 4 March: only where somebody knows; where both numbers are the same there is nothing to know."""
    assert moment("03/04/2026", day_first=True) == date(2026, 4, 3)
    assert moment("03/04/2026", day_first=False) == date(2026, 3, 4)
    assert moment("04-04-2026") == date(2026, 4, 4)
    with pytest.raises(DateError, match="two days"):
        moment("03/04/2026 10:15:30 PST")
    assert moment("26/11/2026", day_first=False) == moment("11/26/2026", day_first=True) == DAY


def test_a_files_own_dates_show_how_they_are_written() -> None:
    """A number above 12 is a day; two such dates that contradict each other show both."""
    assert day_first_by(["03/04/2026", "2026-11-26", "no date", "13/04/2026 10:15"]) == {True}
    assert day_first_by(["03/04/2026", "04/13/2026"]) == {False}
    assert day_first_by(["13/04/2026", "04/13/2026"]) == {True, False}
    assert day_first_by(["03/04/2026", "13/13/2026", ""]) == frozenset()
    assert has_two_ways("03/04/2026 10:15")
    assert not has_two_ways("03.04.2026")


@pytest.mark.parametrize(
    ("countries", "day_first"),
    [
        (["DE", "FR"], True),
        (["US"], False),
        (["US", "DE"], None),
        (["CA"], None),
        (["JP"], None),
        (["DE", "ZA"], None),
        ([], None),
    ],
)
def test_countries_decide_only_where_they_agree(countries: list[str], day_first: bool | None) -> None:
    """The United States write the month first; Canada writes both."""
    assert day_first_in(countries) is day_first


@given(st.integers(946_800_000, 4_102_300_000), st.sampled_from([BERLIN, PACIFIC]))
def test_an_instant_written_by_iso_comes_back(seconds: int, zone: ZoneInfo) -> None:
    """In any zone, with its offset."""
    at = datetime.fromtimestamp(seconds, zone)
    said = moment(at.isoformat())
    assert first_instant(said, BERLIN) == at
    assert day_of(said) == at.date()


@given(st.text(max_size=80) | st.from_regex(r"[0-9/.\-: TZ+APM]{1,40}"), st.sampled_from([True, False, None]))
def test_any_text_is_an_instant_of_this_century_or_refused(text: str, day_first: bool | None) -> None:
    """Nothing else can come out, whatever stands in a cell."""
    try:
        said = moment(text, day_first)
    except DateError:
        return
    first, last = first_instant(said, PACIFIC), last_instant(said, PACIFIC)
    assert first <= last
    assert 1999 <= first.year <= 2100
