"""Pauses between tries: growing, bounded, and ended."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core import retry
from responder.core.retry import GiveUp, backoff, login_backoff, next_try, outage_backoff

START = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
jitters = st.floats(min_value=0.0, max_value=1.0, exclude_max=True)


@pytest.mark.parametrize(
    ("attempt", "jitter", "minutes"),
    [(1, 0.0, 0.5), (1, 0.5, 0.75), (2, 0.0, 1.0), (3, 0.0, 2.0), (6, 0.0, 15.0), (7, 0.0, 15.0), (500, 0.0, 15.0)],
)
def test_the_pause_doubles_up_to_the_cap(attempt: int, jitter: float, minutes: float) -> None:
    """A short trouble costs a minute, a long one a try every half hour at most."""
    pause = backoff(attempt, base=timedelta(minutes=1), cap=timedelta(minutes=30), jitter=jitter)
    assert pause == timedelta(minutes=minutes)


@given(attempt=st.integers(1, 10_000), jitter=jitters)
def test_the_pause_stays_between_half_and_the_whole(attempt: int, jitter: float) -> None:
    """No attempt number and no chance leaves the bounds."""
    pause = backoff(attempt, base=retry.FIRST_DELAY, cap=retry.LONGEST_DELAY, jitter=jitter)
    assert retry.FIRST_DELAY / 2 <= pause <= retry.LONGEST_DELAY


@given(attempt=st.integers(1, 1000), jitter=jitters)
def test_a_later_try_never_waits_less(attempt: int, jitter: float) -> None:
    """With the same chance, patience only grows."""
    first, second = (
        backoff(n, base=retry.FIRST_DELAY, cap=retry.LONGEST_DELAY, jitter=jitter) for n in (attempt, attempt + 1)
    )
    assert first <= second


@pytest.mark.parametrize(("attempt", "jitter"), [(0, 0.5), (-1, 0.5), (1, 1.0), (1, -0.1)])
def test_nonsense_is_refused(attempt: int, jitter: float) -> None:
    """A try number below one and a chance outside [0, 1) are bugs of the caller."""
    with pytest.raises(ValueError, match=r"must be in|counts from"):
        backoff(attempt, base=timedelta(minutes=1), cap=timedelta(minutes=30), jitter=jitter)


@given(attempt=st.integers(1, 100), jitter=jitters)
def test_a_refused_login_waits_five_minutes_to_an_hour(attempt: int, jitter: float) -> None:
    """An account is not locked by our own stubbornness."""
    assert timedelta(minutes=5) <= login_backoff(attempt, jitter) <= timedelta(hours=1)


@given(attempt=st.integers(1, 100), jitter=jitters)
def test_an_outage_is_noticed_to_be_over_within_ten_minutes(attempt: int, jitter: float) -> None:
    """However long a mail server was down, mail flows again soon after."""
    assert timedelta(seconds=30) <= outage_backoff(attempt, jitter) <= timedelta(minutes=10)


@given(attempts=st.integers(1, 1000), jitter=jitters, waited=st.timedeltas(timedelta(0), timedelta(days=10)))
def test_a_mail_is_given_up_after_five_days_and_not_before(attempts: int, jitter: float, waited: timedelta) -> None:
    """RFC 5321 section 4.5.4.1: at least 4-5 days; no try is planned after that, none in the past."""
    answer = next_try(attempts, START, START + waited, jitter)
    if waited >= retry.GIVE_UP_AFTER:
        assert isinstance(answer, GiveUp)
    else:
        assert isinstance(answer, datetime)
        assert START + waited < answer <= START + retry.GIVE_UP_AFTER


def test_giving_up_says_how_long_it_was_tried() -> None:
    """The seller reads the reason in the digest."""
    assert next_try(160, START, START + timedelta(days=6), 0.0) == GiveUp("not accepted in 160 tries over 5 days")
