"""
Whether the daemon is silent, and why as far as can be known: decided from values, at an instant that is handed in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from responder.deadman.settings import Settings
from responder.deadman.state import Digest, Seen

LATE = timedelta(minutes=30)
"""How long after its time a digest may come: a mail server may be slow, and a restart takes a moment."""
SILENT = timedelta(minutes=15)
"""How old a heartbeat may be; the daemon writes it every half minute while all its parts move."""
HEARTBEAT = "heartbeat"
_NEWS = timedelta(days=1)  # a digest of before is no news: the next one is due


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: a `cause` is told once for each `about`, in these words."""

    cause: str
    about: str
    words: str


def due_day(settings: Settings, now: datetime) -> tuple[date, datetime] | None:
    """Return the latest day whose digest should have arrived by `now`, with its time; None when that is long ago."""
    today = now.astimezone(ZoneInfo(settings.zone)).date()
    for day in (today, today - timedelta(days=1)):
        at = datetime.combine(day, time.fromisoformat(settings.at), ZoneInfo(settings.zone)).astimezone(UTC)
        if day.weekday() in settings.days and at + LATE <= now < at + _NEWS:
            return day, at
    return None


def period(settings: Settings, now: datetime) -> str:
    """Return the day that began when a digest was last missed: what lasts is told again then, never at midnight."""
    at = time.fromisoformat(settings.at)
    began = now.astimezone(ZoneInfo(settings.zone)) - LATE - timedelta(hours=at.hour, minutes=at.minute)
    return began.date().isoformat()


def findings(settings: Settings, seen: Seen, now: datetime, due: tuple[date, datetime] | None) -> Iterator[Finding]:
    """Yield what is wrong, the cause before what follows from it."""
    zone, today = ZoneInfo(settings.zone), period(settings, now)
    if seen.first_start_at is None:
        if due is not None:
            yield Finding("never started", today, "The daemon was never started.")
        return
    beat = seen.heartbeat_at
    if beat is None and now - seen.first_start_at > SILENT:
        yield Finding(
            "no heartbeat", today, "The daemon was started once and has no heartbeat: its first start failed."
        )
    elif beat is None:
        pass  # it has just been started
    elif now - beat > SILENT:
        yield Finding(
            "heartbeat", beat.isoformat(), f"The daemon stands still: its last heartbeat was {_at(beat, zone)}."
        )
    elif beat - now > SILENT:
        words = f"The clock is wrong, or was: the daemon's last heartbeat is of {_at(beat, zone)}, which is to come."
        yield Finding("heartbeat to come", today, words)
    if due is not None and due[1] > seen.first_start_at:
        yield from _digest(seen.digest, due[0].isoformat(), _at(due[1], zone), now)


def _digest(digest: Digest | None, day: str, at: str, now: datetime) -> Iterator[Finding]:
    if digest is None:
        yield Finding("no digest", day, f"The digest of {at} was not written.")
    elif timedelta(0) <= now - digest.at < LATE:
        pass  # written late, as after a start, and on its way
    elif digest.state == "ambiguous":
        words = f"The digest of {at} was handed over, and the mail server did not say whether it took it"
        yield Finding("digest in doubt", day, f"{words}{_why(digest)}.")
    elif digest.state != "sent":
        tries = f", after {digest.attempts} tries" if digest.attempts else ""
        words = f"The digest of {at} was written and did not leave: it is {digest.state} in the outbox{tries}"
        yield Finding("digest not sent", day, f"{words}{_why(digest)}.")


def _why(digest: Digest) -> str:
    return f" ({digest.reason})" if digest.reason else ""


def _at(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %H:%M}"
