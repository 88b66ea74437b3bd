"""How long a parcel is under way: working days of the country of destination."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.transit import CountryDays, days_to, delivered_by

PARIS = ZoneInfo("Europe/Paris")
FRANCE = CountryDays(holidays=frozenset({date(2026, 7, 14), date(2026, 12, 25), date(2026, 1, 1)}))


def paris(text: str) -> datetime:
    """An instant of the wall clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("shipped", "days", "by"),
    [
        ("2026-07-06T10:00", 2, "2026-07-09T00:00"),  # Monday, so Wednesday at its end
        ("2026-07-06T23:59", 2, "2026-07-09T00:00"),
        ("2026-07-10T10:00", 2, "2026-07-16T00:00"),  # Friday: Monday, and Wednesday, since Tuesday is 14 July
        ("2026-12-23T10:00", 2, "2026-12-29T00:00"),  # Thursday; Christmas and a weekend between
        ("2026-07-06T10:00", 0, "2026-07-07T00:00"),  # the same day, at its end
        ("2026-10-23T10:00", 1, "2026-10-27T00:00"),  # the clocks go back between
        ("2026-03-27T10:00", 1, "2026-03-31T00:00"),  # the clocks go forward between
    ],
)
def test_a_parcel_takes_working_days(shipped: str, days: int, by: str) -> None:
    """It arrives at the end of a working day of the country, and the day of shipping does not count."""
    assert delivered_by(paris(shipped), days, FRANCE, PARIS) == paris(by)


def test_a_country_has_a_weekend_of_its_own() -> None:
    """In Egypt Friday and Saturday are off."""
    cairo = ZoneInfo("Africa/Cairo")
    egypt = CountryDays(weekdays=(0, 1, 2, 3, 6))
    shipped = datetime(2026, 7, 2, 10, tzinfo=cairo)  # a Thursday
    assert delivered_by(shipped, 1, egypt, cairo) == datetime(2026, 7, 6, tzinfo=cairo)


def test_a_calendar_without_a_working_day_still_ends() -> None:
    """A wrong calendar makes a delivery late, and never keeps the program busy for ever."""
    assert delivered_by(paris("2026-07-06T10:00"), 3, CountryDays(weekdays=()), PARIS) < paris("2027-01-01T00:00")


def test_a_country_that_is_not_named_takes_the_default() -> None:
    """transit_days names some countries; the others, and unknown ones, have the default."""
    assert [days_to(country, {"default": 4, "FR": 2}) for country in ("FR", "DE", None)] == [2, 4, 4]


@given(
    shipped=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    days=st.integers(0, 20),
    zone=st.sampled_from(["Europe/Paris", "America/Sao_Paulo", "Asia/Tokyo", "Africa/Cairo", "America/Los_Angeles"]),
)
def test_a_delivery_is_the_end_of_a_day_after_the_shipping(shipped: datetime, days: int, zone: str) -> None:
    """More days never make it earlier, and it never lies before the shipping."""
    place = ZoneInfo(zone)
    by = delivered_by(shipped, days, FRANCE, place)
    assert by > shipped
    assert by - shipped >= timedelta(days=days)
    assert delivered_by(shipped, days + 1, FRANCE, place) > by
    assert (by - timedelta(milliseconds=1)).astimezone(place).date() != by.astimezone(place).date()
