"""Until when an order has to ship: read where one day is meant, and the whole of that day counts."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.ship_by import MONTHS, day_named, end_of_day, ship_by_at

DAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-27", DAY),
        ("27 November 2026", DAY),
        ("Fri, 27 Nov 2026", DAY),
        ("November 27, 2026", DAY),
        ("Friday, November 27th, 2026", DAY),
        ("Nov. 27, 2026", DAY),
        ("Freitag, 27. November 2026", DAY),
        ("27. März 2026", date(2026, 3, 27)),
        ("1er décembre 2026", date(2026, 12, 1)),
        ("viernes, 27 de noviembre de 2026", DAY),
        ("27 NOVEMBRE 2026", DAY),
        ("27 listopada 2026", DAY),
        ("27 Kasım 2026", DAY),
        ("2026年11月27日", DAY),
        ("29 February 2028", date(2028, 2, 29)),
        ("29 February 2027", None),
        ("11/12/2026", None),
        ("27.11.2026", None),
        ("27 November", None),
        ("27 November 26", None),
        ("25 November 2026 - 27 November 2026", None),
        ("27 Novembrish 2026", None),
        ("2026-13-01", None),
        ("1999-11-27", None),
        ("9999-12-31", None),
        ("as soon as you can", None),
        ("", None),
    ],
)
def test_a_day_is_read_where_only_one_can_be_meant(text: str, day: date | None) -> None:
    """ISO 8601 or the month in letters; digits alone, ranges and days that do not exist are none."""
    assert day_named(text) == day


def test_every_language_names_twelve_months() -> None:
    """A month's name means one month in all languages, and is written as names are compared."""
    assert set(MONTHS.values()) == set(range(1, 13))
    assert all(day_named(f"3 {name} 2026") == date(2026, number, 3) for name, number in MONTHS.items())
    assert all(day_named(f"{name.upper()} 3, 2026") == date(2026, number, 3) for name, number in MONTHS.items())


@given(st.text(max_size=120))
def test_no_text_is_too_strange(text: str) -> None:
    """Whatever a mail says there is a day, or none."""
    assert isinstance(day_named(text), date | None)


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("Europe/Paris", "2026-11-27T23:00:00+00:00"),
        ("America/Los_Angeles", "2026-11-28T08:00:00+00:00"),
        ("Asia/Tokyo", "2026-11-27T15:00:00+00:00"),
    ],
)
def test_the_whole_day_counts_in_the_stores_zone(zone: str, end: str) -> None:
    """Shipped in the evening of the day is shipped in time, by the store's own clock."""
    assert end_of_day(DAY, ZoneInfo(zone)) == datetime.fromisoformat(end)
    assert ship_by_at([{"ship_by": "27 Nov 2026"}], zone) == datetime.fromisoformat(end)


def test_the_first_mail_that_names_a_day_counts() -> None:
    """What cannot be read is passed over; without a store there is no zone, so no instant."""
    said = [{}, {"ship_by": "11/12/2026"}, {"ship_by": 3}, {"ship_by": "2026-11-27"}, {"ship_by": "2026-12-24"}]
    assert ship_by_at(said, "Europe/Lisbon") == datetime(2026, 11, 28, tzinfo=UTC)
    assert ship_by_at(said, None) is None
    assert ship_by_at([{}], "Europe/Lisbon") is None
