"""
What the digest is told of the daemon itself.

A figure that is not known is None, and nothing is said of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One watched mailbox as the daemon last saw it; `ok`: nothing is wrong with it now."""

    name: str
    seen_at: datetime | None
    ok: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonHealth:
    """
    How the daemon is.

    `troubles`: how often something kept it from its work since the last digest; `unreadable`: mails since then that
    could be read in part only; `set_aside`: those nobody could read, of all time; `waiting` and `held`: mails of ours.
    `handled_after`: how long after its arrival a mail was kept, in the middle of those since the last digest.
    `more`: further sentences of its parts, said already.
    """

    watching_since: datetime | None = None
    mailboxes: tuple[Mailbox, ...] = ()
    troubles: int | None = None
    unreadable: int | None = None
    set_aside: int | None = None
    waiting: int | None = None
    held: int | None = None
    handled_after: timedelta | None = None
    clock_kept: bool | None = None
    disk_used: float | None = None
    more: tuple[str, ...] = ()


NOTHING = DaemonHealth()
