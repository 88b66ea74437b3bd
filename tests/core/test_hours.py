"""Working hours of one day, as people write them."""

from datetime import time

import pytest

from responder.core.hours import first_overlap, hours_text, parse_hours, run_ins, weekday_range


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:00-12:30", (time(9), time(12, 30))),
        ("22:00-06:00", (time(22), time(6))),
        ("00:00-24:00", (time(0), time(0))),
        ("13:30-24:00", (time(13, 30), time(0))),
        ("00:00-23:59", (time(0), time(23, 59))),
    ],
)
def test_hours_are_read_and_written_alike(text: str, expected: tuple[time, time]) -> None:
    """What the seller wrote is what the calendar prints."""
    assert parse_hours(text) == expected
    assert "-".join(hours_text(expected)) == text


@pytest.mark.parametrize(
    "text",
    [
        "9:00-12:00",
        "09:00",
        "09:00-25:00",
        "09:00-09:00",
        "00:00-00:00",
        "24:00-06:00",
        "09:60-10:00",
        "",
        "09-12",
        "٠٩:٠٠-١٢:٠٠",
    ],
)
def test_other_writings_are_refused_with_the_value(text: str) -> None:
    """A slip is named, never guessed at: 9:00 may be the morning or a typing error."""
    with pytest.raises(ValueError, match="hours") as caught:
        parse_hours(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("texts", "overlap"),
    [
        (["09:00-12:00", "12:00-18:00"], False),
        (["13:00-18:00", "09:00-13:30"], True),
        (["22:00-06:00", "05:00-12:00"], False),
        (["22:00-06:00", "23:00-23:30"], True),
        (["09:00-24:00", "10:00-11:00"], True),
        (["09:00-10:00", "09:00-10:00"], True),
        ([], False),
    ],
)
def test_overlapping_shifts_of_one_day_are_found(texts: list[str], overlap: bool) -> None:
    """A night shift's morning belongs to the next day and overlaps nothing of this one."""
    assert bool(first_overlap([parse_hours(text) for text in texts])) is overlap


@pytest.mark.parametrize(
    ("week", "found"),
    [
        ({0: ["22:00-06:00"], 1: ["05:00-07:00"]}, [(0, "22:00-06:00", "05:00-07:00")]),
        ({6: ["22:00-06:00"], 0: ["22:00-06:00", "05:30-07:00"]}, [(6, "22:00-06:00", "05:30-07:00")]),
        ({0: ["22:00-06:00"], 1: ["06:00-14:00"]}, []),
        ({0: ["22:00-06:00"], 2: ["05:00-07:00"]}, []),
        ({0: ["00:00-24:00"], 1: ["00:00-24:00"]}, []),
        ({0: ["13:00-24:00"], 1: ["00:00-06:00"]}, []),
        ({}, []),
    ],
)
def test_a_night_shift_that_runs_into_the_next_morning_is_found(
    week: dict[int, list[str]], found: list[tuple[int, str, str]]
) -> None:
    """From one weekday to the next, Sunday to Monday too; where they only touch nothing is wrong."""
    shifts = {day: [parse_hours(text) for text in texts] for day, texts in week.items()}
    assert [
        (day, "-".join(hours_text(one)), "-".join(hours_text(other))) for day, one, other in run_ins(shifts)
    ] == found


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(0, 3, (0, 1, 2, 3)), (6, 3, (6, 0, 1, 2, 3)), (4, 4, (4,)), (0, 6, (0, 1, 2, 3, 4, 5, 6))],
)
def test_a_range_of_weekdays_goes_across_the_end_of_the_week(first: int, last: int, expected: tuple[int, ...]) -> None:
    """Sunday to Thursday is the working week of half of the world's calendars."""
    assert weekday_range(first, last) == expected
