"""Calendar files: closures and extra working days, and what is said about a file with mistakes."""

from datetime import date, time
from pathlib import Path

import pytest

from responder.adapters import closures
from responder.core.calendars import Closure, ExtraDay, Wall, closed_on
from responder.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "calendars" / "closures-example.yaml"


def read(text: str) -> tuple[tuple[Closure, ...], tuple[ExtraDay, ...]]:
    """Read a calendar file's text."""
    return closures.read(text, "calendars/c.yaml", "c.yaml")


def problems(text: str) -> list[str]:
    """Return what is said about a file with mistakes."""
    with pytest.raises(ConfigError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_example_says_what_its_comments_say() -> None:
    """From a moment to a moment, whole days with the last one, one day, and a working Sunday."""
    source = "closures-example.yaml"
    closed, extra = closures.load(EXAMPLE)
    assert closed == (
        Closure(Wall(date(2026, 12, 24), time(12)), Wall(date(2027, 1, 4), time(9)), "Winter break", source),
        Closure(Wall(date(2026, 8, 10)), Wall(date(2026, 8, 22)), "Summer holidays", source),
        closed_on(date(2026, 5, 15), "Bridge day", source),
    )
    assert extra == (ExtraDay(date(2026, 11, 29), ((time(10), time(16)),), "Black Friday weekend", source),)


def test_a_file_may_be_empty() -> None:
    """Nothing planned yet is no mistake."""
    assert read("") == read("name: nothing yet\nclosures:\nworking_days: []\n") == ((), ())


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
    assert [problem.replace("write 2026-12-24 or 2026-12-24T12:00", "WRITE") for problem in found] == [
        "calendars/c.yaml:1:1: unknown key `nam` (did you mean `name`?)",
        "calendars/c.yaml:3:12: this must be a date, with or without a time, got '2026-12-24T25:00' (WRITE)",
        "calendars/c.yaml:4:28: `to` (2026-12-23) must be after `from` (2026-12-24) (swap them)",
        "calendars/c.yaml:5:10: this must be a date, got '2026-02-29' (write 2026-12-24)",
        "calendars/c.yaml:6:6: unknown key `onn` (did you mean `on`?)",
        "calendars/c.yaml:6:5: a closure needs `on`, or `from` and `to` (write on: 2026-12-24)",
        "calendars/c.yaml:7:5: this must have the keys on, from, to, name, got '2026-05-15' (write key: value)",
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
    """Missing, a folder, not UTF-8, or a calendar format we do not read: each says so with the file's name."""
    (tmp_path / "latin.yaml").write_bytes("name: Fermé".encode("latin-1"))
    cases = {"missing.yaml": "No such file", "latin.yaml": "not UTF-8", "team.ics": "iCalendar", "": "cannot be read"}
    for name, said in cases.items():
        with pytest.raises(ConfigError, match=said) as caught:
            closures.load(tmp_path / name)
        assert str(tmp_path) in str(caught.value)
