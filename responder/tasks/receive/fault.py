"""
Why a folder cannot be watched, as the operator is told of it.
"""

from datetime import datetime

from responder.core.troubles import Cause, Fault
from responder.errors import ConfigError
from responder.imap.errors import AuthenticationFailed


def fault(error: Exception, again_at: datetime | None = None) -> Fault:
    """Return what an error on the way to the mailbox, or in it, means."""
    match error:
        case AuthenticationFailed():
            cause = Cause.PASSWORD_REFUSED
        case ConfigError():  # of all that a connection needs, only its password is read this late
            cause = Cause.PASSWORD_UNREADABLE
        case _:
            cause = Cause.UNREACHABLE
    return Fault(str(error) or type(error).__name__, cause, again_at)
