"""When a mailbox is silent for longer than its own rhythm explains: shops of every size, told as examples."""

import random
from bisect import bisect
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from responder.core.silence import ENOUGH, silence, usual

MONDAY = datetime(2026, 7, 6, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AFTER = 3 * DAY


def on_weekdays(hours: Sequence[int], weeks: int = 8) -> list[datetime]:
    """A shop that hears something at these hours from Monday to Friday, until the last Friday."""
    days = [MONDAY + week * 7 * DAY + day * DAY for week in range(weeks) for day in range(5)]
    return [day + hour * HOUR for day in days for hour in hours]


def every(gap: timedelta, count: int) -> list[datetime]:
    """Mail at even distances."""
    return [MONDAY + number * gap for number in range(count)]


def alarm_after(arrivals: Sequence[datetime], after: timedelta = AFTER) -> timedelta | None:
    """How long nothing has to come until it is said, to the hour; None when it never is within a quarter."""
    if silence(arrivals, after, arrivals[-1] + 90 * DAY) is None:
        return None
    hours = range(24 * 90)
    return bisect(hours, 0, key=lambda hour: silence(arrivals, after, arrivals[-1] + hour * HOUR) is not None) * HOUR


@pytest.mark.parametrize("hours", [(10,), (9, 16), (8, 9, 11, 14, 17), tuple(range(7, 20))])
def test_a_shop_that_hears_nothing_on_weekends_is_quiet_over_a_long_one(hours: tuple[int, ...]) -> None:
    """From Friday evening to Tuesday of Easter nothing comes, and nothing is said, however busy the weekdays are."""
    arrivals = on_weekdays(hours)
    easter = arrivals[-1].replace(hour=0) + 4 * DAY + hours[0] * HOUR  # Tuesday's first mail
    assert silence(arrivals, AFTER, easter) is None
    assert silence(arrivals, AFTER, easter + 5 * DAY) is not None


def test_a_busy_mailbox_is_missed_after_the_least_time_there_is() -> None:
    """Forty mails a day, nights included: the configuration's three days decide."""
    assert alarm_after(every(DAY / 40, 60 * 40)) == AFTER


def test_one_mail_a_day_is_missed_after_three() -> None:
    """Three times the usual interval, and no sooner than configured."""
    assert alarm_after(every(DAY, 60)) == 3 * DAY
    assert alarm_after(every(DAY, 60), HOUR) == 3 * DAY


def test_a_shop_with_a_mail_every_third_day_waits_nine() -> None:
    """What is usual there is not what is usual elsewhere."""
    assert alarm_after(every(3 * DAY, ENOUGH)) == 9 * DAY


def test_less_than_twenty_mails_are_no_rhythm() -> None:
    """A mailbox that was just connected is never called silent."""
    assert usual(every(DAY, ENOUGH - 1)) is None
    assert alarm_after(every(DAY, ENOUGH - 1)) is None
    assert usual(every(DAY, ENOUGH)) == DAY


def test_it_can_be_switched_off() -> None:
    """Without a least time nothing is ever said."""
    assert silence(every(HOUR, 200), None, MONDAY + 400 * DAY) is None
    assert silence([], AFTER, MONDAY) is None


def test_mails_that_come_in_bursts_do_not_make_a_mailbox_impatient() -> None:
    """Ten notices a minute apart every second day: the pause between the bursts is what is usual."""
    arrivals = [at + minute * timedelta(minutes=1) for at in every(2 * DAY, 25) for minute in range(10)]
    assert (found := alarm_after(arrivals)) is not None
    assert found >= 3 * DAY + 20 * HOUR


def test_one_long_pause_in_the_past_does_not_make_it_patient() -> None:
    """A summer closure of ten days among eight weeks is not how it usually is."""
    first, second = every(HOUR * 6, 100), [at + 35 * DAY for at in every(HOUR * 6, 80)]
    assert alarm_after([*first, *second]) == AFTER


@pytest.mark.parametrize("a_day", [0.3, 0.5, 1, 2])
def test_mail_that_comes_by_chance_is_never_called_silent(a_day: float) -> None:
    """Two years of mail at random instants, looked at in each gap: nobody is woken for nothing."""
    chance = random.Random(7)  # noqa: S311 - chance, no secret
    arrivals = [MONDAY]
    while arrivals[-1] < MONDAY + 730 * DAY:
        arrivals.append(arrivals[-1] + chance.expovariate(a_day) * DAY)
    long = [number for number in range(ENOUGH, len(arrivals) - 1) if arrivals[number + 1] - arrivals[number] >= AFTER]
    first = {number: max(0, number - round(60 * a_day)) for number in long}
    assert [n for n in long if silence(arrivals[first[n] : n + 1], AFTER, arrivals[n + 1])] == []
    assert long
