"""
When to try again and when to give up (RFC 5321 section 4.5.4.1).

The same arguments give the same instant: chance is an argument too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Our own submission server is not a stranger's greylist: the first tries may come soon. The RFC's thirty minutes are
# the rhythm of a lasting outage, and its "at least 4-5 days" the time after which a mail is given up.
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(days=5)

# A refused login is tried rarely: mail hosts lock an account after a handful of wrong passwords.
LOGIN_FIRST_DELAY = timedelta(minutes=5)
LOGIN_LONGEST_DELAY = timedelta(hours=1)

# A mail server that is out of reach is asked for the account, not once for each waiting mail.
OUTAGE_LONGEST_DELAY = timedelta(minutes=10)

MOST_DOUBLINGS = 20  # a million times the first pause: beyond every cap, and below where timedelta overflows


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No further try: the mail has waited as long as the RFC asks for."""

    reason: str


def backoff(attempt: int, *, base: timedelta, cap: timedelta, jitter: float) -> timedelta:
    """Return the pause after try `attempt` (from 1): doubled up to `cap`, of which `jitter` picks in the upper half."""
    if attempt < 1:
        raise ValueError(f"attempt counts from 1, got {attempt}")
    if not 0.0 <= jitter < 1.0:
        raise ValueError(f"jitter must be in [0, 1), got {jitter}")
    whole = min(cap, base * (1 << min(attempt - 1, MOST_DOUBLINGS)))
    return whole * (0.5 + jitter / 2)


def login_backoff(attempt: int, jitter: float) -> timedelta:
    """Return the pause after the `attempt`-th refused login: at least five minutes, at most an hour."""
    return backoff(attempt + 1, base=LOGIN_FIRST_DELAY, cap=LOGIN_LONGEST_DELAY, jitter=jitter)


def outage_backoff(attempt: int, jitter: float) -> timedelta:
    """Return the pause after the `attempt`-th time in a row that the mail server could not be used."""
    return backoff(attempt, base=FIRST_DELAY, cap=OUTAGE_LONGEST_DELAY, jitter=jitter)


def next_try(attempts: int, first_at: datetime, now: datetime, jitter: float) -> datetime | GiveUp:
    """Return when to try again after `attempts` tries that began at `first_at`; the last one is on the limit."""
    last_at = first_at + GIVE_UP_AFTER
    if now >= last_at:
        return GiveUp(f"not accepted in {attempts} tries over {GIVE_UP_AFTER.days} days")
    return min(now + backoff(attempts, base=FIRST_DELAY, cap=LONGEST_DELAY, jitter=jitter), last_at)
