"""
How long to stay away after a failed connection.

Everybody coming back at once is what keeps a server down: every delay is drawn by a jitter in [0, 1).
"""

from datetime import timedelta

from responder.errors import EXIT_TEMPORARY, ResponderError
from responder.imap.errors import AuthenticationFailed, ServerBusy

_FIRST, _LONGEST = timedelta(seconds=1), timedelta(minutes=5)
_BUSY_FIRST, _BUSY_LONGEST = timedelta(minutes=5), timedelta(minutes=15)
_PERSON_FIRST, _PERSON_LONGEST = timedelta(minutes=5), timedelta(hours=1)


def reconnect_delay(failures: int, error: BaseException, jitter: float) -> timedelta:
    """Return the delay before the next try after `failures` (1, 2, ...) in a row, the last of them `error`."""
    if isinstance(error, ServerBusy):
        return _BUSY_FIRST + (_BUSY_LONGEST - _BUSY_FIRST) * jitter
    doubled = 1 << min(max(failures, 1) - 1, 20)
    if _needs_a_person(error):  # every try is a login failure that brings a lock-out nearer
        return min(_PERSON_LONGEST, _PERSON_FIRST * doubled * (1 + jitter / 5))
    return _FIRST + (min(_LONGEST, _FIRST * doubled * 2) - _FIRST) * jitter


def _needs_a_person(error: BaseException) -> bool:
    if isinstance(error, AuthenticationFailed):
        return True
    return isinstance(error, ResponderError) and error.exit_code != EXIT_TEMPORARY
