"""Calendar files: closures and extra working days, and what is said about a file with mistakes."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from responder.adapters import closures
from responder.core.calendars import Closure, ExtraDay, Wall, closed_on
from responder.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "calendars" / "closures-example.yaml"
YEARS = (2026, 2027)


def read(text: str, years: Sequence[int] = YEARS) -> tuple[list[Closure], list[ExtraDay]]:
    """Read a calendar file's text: its closures, those of each year included, and its extra working days."""
    entries = closures.read(text, "calendars/c.yaml", "c.yaml", years)
    return [each for entry in entries for each in entry.closures], [entry.extra for entry in entries if entry.extra]


def whole(*days: date) -> list[tuple[Wall, Wall]]:
    """Return the two ends of closures of one whole day each."""
    return [(Wall(day), Wall(day + timedelta(days=1))) for day in days]


def ends(text: str, years: Sequence[int] = YEARS) -> list[tuple[Wall, Wall]]:
    """Return the two ends of every closure."""
    return [(closure.starts, closure.ends) for closure in read(text, years)[0]]


def problems(text: str) -> list[str]:
    """Return what is said about a file with mistakes."""
    with pytest.raises(ConfigError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_example_says_what_its_comments_say() -> None:
    """From a moment to a moment, whole days with the last one, parts of a day, every year, and a working Sunday."""
    entries = closures.load(EXAMPLE, YEARS)
    source = "closures-example.yaml"
    assert [entry.closures for entry in entries[:4]] == [
        (Closure(Wall(date(2026, 12, 24), time(12)), Wall(date(2027, 1, 4), time(9)), "Winter break", source),),
        (Closure(Wall(date(2026, 8, 10)), Wall(date(2026, 8, 22)), "Summer holidays", source),),
        (closed_on(date(2026, 5, 15), "Bridge day", source),),
        (Closure(Wall(date(2026, 6, 11), time(13)), Wall(date(2026, 6, 12)), "Company outing", source),),
    ]
    eve, festival = entries[4:6]
    assert [closure.starts for closure in eve.closures] == [Wall(date(year, 12, 31), time(12)) for year in YEARS]
    assert [closure.ends for closure in festival.closures] == [Wall(date(year, 8, 17)) for year in YEARS]
    assert [entry.endless for entry in entries] == [False] * 4 + [True] * 2 + [False]
    assert entries[6].extra == ExtraDay(date(2026, 11, 29), ((time(10), time(16)),), "Black Friday weekend", source)


def test_an_entry_knows_its_line_and_its_last_day() -> None:
    """So that a warning can name it."""
    one, other = closures.load(EXAMPLE, YEARS)[:2]
    assert one.at == f"{EXAMPLE}:9:5"
    assert (one.last_on, other.last_on) == (date(2027, 1, 4), date(2026, 8, 21))


def test_a_file_may_be_empty() -> None:
    """Nothing planned yet is no mistake."""
    assert read("") == read("name: nothing yet\nclosures:\nworking_days: []\n") == ([], [])


@pytest.mark.parametrize(
    ("entry", "years", "expected"),
    [
        ("{on: 12-31, yearly: true}", YEARS, whole(date(2026, 12, 31), date(2027, 12, 31))),
        ("{on: 02-29, yearly: true}", range(2026, 2030), whole(date(2028, 2, 29))),
        ("{on: 02-28, yearly: true}", (2027, 2028), whole(date(2027, 2, 28), date(2028, 2, 28))),
        (
            "{from: 02-29, to: 03-02, yearly: true}",
            (2027, 2028),
            [
                (Wall(date(2027, 3, 1)), Wall(date(2027, 3, 3))),
                (Wall(date(2028, 2, 29)), Wall(date(2028, 3, 3))),
            ],
        ),
        ("{from: 02-20, to: 02-29, yearly: true}", (2027,), [(Wall(date(2027, 2, 20)), Wall(date(2027, 3, 1)))]),
        (
            "{from: 12-24, to: 01-01, yearly: true}",
            (2026,),
            [
                (Wall(date(2025, 12, 24)), Wall(date(2026, 1, 2))),
                (Wall(date(2026, 12, 24)), Wall(date(2027, 1, 2))),
            ],
        ),
        (
            "{from: 12-24T12:00, to: 12-26T09:00, yearly: true}",
            (2026,),
            [(Wall(date(2026, 12, 24), time(12)), Wall(date(2026, 12, 26), time(9)))],
        ),
        (
            '{on: 12-31, from_time: "12:00", to_time: "15:30", yearly: true}',
            (2026,),
            [(Wall(date(2026, 12, 31), time(12)), Wall(date(2026, 12, 31), time(15, 30)))],
        ),
        ("{on: 12-31, yearly: true}", (), []),
    ],
)
def test_a_yearly_closure_is_there_in_each_year_asked_for(
    entry: str, years: Sequence[int], expected: list[tuple[Wall, Wall]]
) -> None:
    """29 February closes in leap years only; a stretch across New Year touches two years."""
    assert ends(f"closures: [{entry}]", years) == expected


@pytest.mark.parametrize(
    ("times", "starts", "closes_until"),
    [
        ('from_time: "12:00"', Wall(date(2026, 12, 24), time(12)), Wall(date(2026, 12, 25))),
        ("to_time: 12:00", Wall(date(2026, 12, 24)), Wall(date(2026, 12, 24), time(12))),
        ("from_time: 12:00, to_time: 24:00", Wall(date(2026, 12, 24), time(12)), Wall(date(2026, 12, 25))),
    ],
)
def test_a_part_of_a_day_has_times(times: str, starts: Wall, closes_until: Wall) -> None:
    """Without the one it is closed from midnight, without the other to midnight."""
    assert ends(f"closures: [{{on: 2026-12-24, {times}}}]") == [(starts, closes_until)]


def test_a_closure_without_a_name_is_called_like_its_file() -> None:
    """The file's own name first, then a plain word."""
    (closed,), _ = read("name: Company closures\nclosures: [{on: 2026-05-15}]")
    assert (closed.name, closed.source) == ("Company closures", "c.yaml")
    (closed,), _ = read("closures: [{on: 2026-05-15}]")
    assert closed.name == "Closed"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-05-15", "2026-05-15", (Wall(date(2026, 5, 15)), Wall(date(2026, 5, 16)))),
        ("2026-12-31", "2027-01-01", (Wall(date(2026, 12, 31)), Wall(date(2027, 1, 2)))),
        ("2026-05-15T12:00", "2026-05-15", (Wall(date(2026, 5, 15), time(12)), Wall(date(2026, 5, 16)))),
        ("2026-05-15T12:00", "2026-05-15T24:00", (Wall(date(2026, 5, 15), time(12)), Wall(date(2026, 5, 16)))),
        ("2026-05-15 12:00", "2026-05-16 09:00", (Wall(date(2026, 5, 15), time(12)), Wall(date(2026, 5, 16), time(9)))),
        ("2028-02-29", "2028-02-29", (Wall(date(2028, 2, 29)), Wall(date(2028, 3, 1)))),
    ],
)
def test_a_closure_ends_at_a_time_or_with_its_last_day(start: str, end: str, expected: tuple[Wall, Wall]) -> None:
    """Without a time the last day is closed too, as people mean it."""
    (closed,), _ = read(f"closures: [{{from: {start}, to: {end}, name: Away}}]")
    assert (closed.starts, closed.ends) == expected


def test_every_mistake_is_found_at_once_with_its_place() -> None:
    """File, line, column, what is wrong, and the way out, for each of them."""
    found = problems(
        """\
nam: Company closures
closures:
  - {from: 2026-12-24T25:00, to: 2027-01-04T09:00, name: Hour}
  - {from: 2026-12-24, to: 2026-12-23, name: Backwards}
  - {on: 2026-02-29, name: No leap year}
  - {onn: 2026-05-15}
  - 2026-05-15
working_days:
  - {on: 2026-11-29, hours: ["10:00-16:00", "15:00-17:00"]}
  - {on: 2026-11-29, hours: ["9:00-16:00"]}
  - {on: 2026-12-06, hours: []}
"""
    )
    short = {"write 2026-12-24 or 2026-12-24T12:00": "WRITE", "on, from, to, from_time, to_time, yearly, name": "KEYS"}
    for long, word in short.items():
        found = [problem.replace(long, word) for problem in found]
    assert found == [
        "calendars/c.yaml:1:1: unknown key `nam` (did you mean `name`?)",
        "calendars/c.yaml:3:12: this must be a date, with or without a time, got '2026-12-24T25:00' (WRITE)",
        "calendars/c.yaml:4:28: `to` (2026-12-23) must be after `from` (2026-12-24) (swap them)",
        "calendars/c.yaml:5:10: this must be a date, got '2026-02-29' (write 2026-12-24)",
        "calendars/c.yaml:6:6: unknown key `onn` (did you mean `on`?)",
        "calendars/c.yaml:6:5: a closure needs `on`, or `from` and `to` (write on: 2026-12-24)",
        "calendars/c.yaml:7:5: this must have the keys KEYS, got '2026-05-15' (write key: value)",
        "calendars/c.yaml:9:29: the hours 10:00-16:00 and 15:00-17:00 overlap (join them, or move one)",
        "calendars/c.yaml:10:30: hours must be HH:MM-HH:MM, got '9:00-16:00' (write \"10:00-16:00\")",
        'calendars/c.yaml:11:29: `hours` must be a list of times, got an empty list (write ["10:00-16:00"])',
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- closures", "c.yaml:1:1: this must have the keys name, closures, working_days, got a list"),
        ("closures: {on: 2026-05-15}", "1:11: `closures` must be a list, got keys and values"),
        ("closures: [{on: 2026-05-15, to: 2026-05-16}]", "either `on` or `from` and `to`"),
        ("closures: [{from: 2026-05-15}]", "a closure needs `on`, or `from` and `to`"),
        ("closures: [{from: 2026-05-15T09:00, to: 2026-05-15T09:00}]", "must be after `from`"),
        ("closures: [{on: 2026-05-15T12:00}]", "this must be a date, got '2026-05-15T12:00'"),
        ("closures: [{on: 20260515}]", "this must be a date, got 20260515"),
        ("closures: [{on: 2026-W20-5}]", "this must be a date"),
        ("closures: [{on: 0026-05-15}]", "this must be a date"),
        ("closures: [{from: 2026-05-15, to: 9999-12-31}]", "this must be a date"),
        ("closures: [{on: 2026-05-15, name: [a]}]", "`name` must be text"),
        ("closures: [{on: }]", "got nothing"),
        ("closures: [{on: 12-31}]", "got '12-31' (write 2026-12-24; or add yearly: true)"),
        ("closures: [{on: 2026-12-31, yearly: true}]", "(write 12-24; a yearly closure has no year)"),
        ("closures: [{on: 02-30, yearly: true}]", "this must be a day of every year, got '02-30'"),
        ("closures: [{from: 2026-12-31, to: 01-01, yearly: true}]", "(write 12-24 or 12-24T12:00; a yearly"),
        ("closures: [{from: 12-24T12:00, to: 12-24T12:00, yearly: true}]", "must be after `from`"),
        ("closures: [{on: 2026-12-31, yearly: yes}]", "`yearly` must be true or false, got 'yes'"),
        ("closures: [{on: 2026-12-31, from_time: 25:00}]", "`from_time` must be HH:MM, got '25:00'"),
        ("closures: [{on: 2026-12-31, from_time: 24:00}]", "`from_time` must be HH:MM, got '24:00'"),
        (
            "closures: [{on: 2026-12-31, from_time: 12:00, to_time: 12:00}]",
            "`to_time` (12:00) must be after `from_time`",
        ),
        (
            "closures: [{on: 2026-12-31, from_time: 12:00, to_time: 09:00}]",
            "`to_time` (09:00) must be after `from_time`",
        ),
        ("closures: [{from: 2026-12-31, to: 2027-01-01, to_time: 09:00}]", "`to_time` belongs to `on`"),
        ("working_days: [{on: 2026-11-29}]", "a working day needs `on` and `hours`"),
        ("working_days: [{on: 2026-11-29, hours: 10:00-16:00}]", "`hours` must be a list of times"),
        ("working_days: [{on: 2026-11-29, hours: [9]}]", "hours must be HH:MM-HH:MM, got '9'"),
        (
            'working_days:\n- {on: 2026-11-29, hours: ["10:00-11:00"]}\n- {on: 2026-11-29, hours: ["12:00-13:00"]}',
            "3:8: 2026-11-29 is here twice (the first is in line 2",
        ),
    ],
)
def test_a_mistake_is_said_in_plain_words(text: str, said: str) -> None:
    """Nothing is guessed, and nothing is silently left out."""
    (found,) = problems(text)
    assert said in found


def test_a_file_that_cannot_be_read_is_a_configuration_error(tmp_path: Path) -> None:
    """Missing, a folder, or not UTF-8: each says so with the file's name."""
    (tmp_path / "latin.yaml").write_bytes("name: Fermé".encode("latin-1"))
    cases = {"missing.yaml": "No such file", "latin.yaml": "not UTF-8", "": "cannot be read"}
    for name, said in cases.items():
        with pytest.raises(ConfigError, match=said) as caught:
            closures.load(tmp_path / name, YEARS)
        assert str(tmp_path) in str(caught.value)
