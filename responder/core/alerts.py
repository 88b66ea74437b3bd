"""
Alerts: the mails that cannot wait for the digest.

One mail names every thread that is near its deadline or past it, so that ten late messages make one alert.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from responder.core.digest import OpenThread


@dataclass(frozen=True, slots=True)
class Alert:
    """A plain-text mail to the operator."""

    subject: str
    text: str


def deadlines(
    threads: tuple[OpenThread, ...], *, now: datetime, zone: ZoneInfo, hosts: Mapping[str, str] | None = None
) -> Alert:
    """Return the alert for threads that are due soon or overdue at `now`."""
    raise NotImplementedError


def trouble(problem: str, hint: str, *, now: datetime, zone: ZoneInfo) -> Alert:
    """Return the alert for something that stops the daemon from doing its work."""
    raise NotImplementedError
