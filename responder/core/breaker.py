"""
May mail go to buyers now? The circuit breaker that ends a flood, the pause a person asked for, the rehearsal.

A mistake must not become a flood: once as many acknowledgements left as the seller allows in an hour or in 24 hours,
or as many mails that nobody asked for as can only be a fault, the next one stops them all until a person says go on.
Mail to the operator is never stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from responder.core import wording
from responder.core.alerts import Alert
from responder.core.objections import Objection
from responder.core.speech import noted, say, several

REHEARSAL = noted("dry run: nothing is sent to buyers until `responder go-live`")
"""Why mail to buyers is held in a rehearsal; by these words going live finds it again."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Cap(StrEnum):
    """Stable codes of which limit stopped the sending."""

    HOURLY = "hourly_cap"
    DAILY = "daily_cap"
    REQUESTS = "requests_cap"


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How many acknowledgements of all accounts may leave, how many automatic mails to one buyer, and how many requests
    for feedback, mails with an invoice and notices of a delay of one account: twice what is decided in a day, so only a
    fault reaches it.
    """

    per_hour: int = 60
    per_day: int = 300
    per_buyer: int = 2
    requests: int = 200


@dataclass(frozen=True, slots=True)
class Left:
    """A mail to a buyer that left, may have left, or is under way."""

    at: datetime
    to: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The breaker's word, until a person resumes: when, for which limit, and what had left in its stretch of time."""

    at: datetime
    cap: Cap
    limit: int
    sent: int
    buyers: int


@dataclass(frozen=True, slots=True)
class Paused:
    """A person stopped the sending; with `until` it goes on by itself."""

    at: datetime
    until: datetime | None = None


Obstacle = Stopped | Paused


@dataclass(frozen=True, slots=True)
class Sending:
    """What is stored about sending to buyers; what left before `counted_from` counts no more for the breaker."""

    live_since: datetime | None = None
    paused: Paused | None = None
    stopped: Stopped | None = None
    counted_from: datetime | None = None

    def rehearses(self, *, dry_run: bool) -> bool:
        """Return whether this is a rehearsal: `dry_run` is what the configuration says, until a person goes live."""
        return dry_run and self.live_since is None

    def obstacle(self, now: datetime) -> Obstacle | None:
        """Return what keeps mail from buyers at `now`; a stop outweighs a pause, since it does not end by itself."""
        if self.stopped is not None:
            return self.stopped
        if self.paused is not None and (self.paused.until is None or now < self.paused.until):
            return self.paused
        return None


def since(sending: Sending, now: datetime) -> datetime:
    """Return from when on what left counts: 24 hours back, and never before the last resume."""
    day, resumed_at = now - DAY, sending.counted_from
    # A resume far in the future was typed while a clock was wrong: until then nothing would count.
    return day if resumed_at is None or resumed_at > now + HOUR else max(day, resumed_at)


def trip(left: Sequence[Left], limits: Limits, now: datetime) -> Stopped | None:
    """Return the stop if one more acknowledgement at `now` would be over a limit; `left` is what left `since` then."""
    for cap, limit, stretch in ((Cap.HOURLY, limits.per_hour, HOUR), (Cap.DAILY, limits.per_day, DAY)):
        within = [each for each in left if each.at > now - stretch]
        if len(within) >= limit:
            return _stopped(within, cap, limit, now)
    return None


def trip_requests(left: Sequence[Left], limits: Limits, now: datetime) -> Stopped | None:
    """Return the stop if one more mail that no buyer asked for would be more than a day's decisions can explain."""
    within = [each for each in left if each.at > now - DAY]
    return _stopped(within, Cap.REQUESTS, limits.requests, now) if len(within) >= limits.requests else None


def buyer_waits(to_buyer: Sequence[datetime], limits: Limits, now: datetime) -> Objection | None:
    """Return until when one more mail to a buyer has to wait who got these, so many in 24 hours as are allowed."""
    within = sorted(at for at in to_buyer if at > now - DAY)
    if len(within) < limits.per_buyer:
        return None
    until = within[-limits.per_buyer] + DAY if limits.per_buyer else now + DAY
    got = f"this buyer got {wording.counted(len(within), 'automatic mail')} in 24 hours"
    return Objection(f"{got}, and limits.per_buyer_per_day is {limits.per_buyer}", until)


def _stopped(within: Sequence[Left], cap: Cap, limit: int, now: datetime) -> Stopped:
    return Stopped(now, cap, limit, len(within), len({buyer(each.to) for each in within}))


def buyer(address: str) -> str:
    """Return the address without the case in it (alias+case@...): one buyer has one for each matter."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}".lower()


def why(stopped: Stopped) -> str:
    """Return what happened, as a clause."""
    buyers = several(stopped.buyers, "{n} buyer", "{n} buyers")
    match stopped.cap:
        case Cap.HOURLY:
            return several(
                stopped.sent,
                "{n} acknowledgement to {buyers} left within an hour, and limits.acknowledgements_per_hour is {limit}",
                "{n} acknowledgements to {buyers} left within an hour, and limits.acknowledgements_per_hour is {limit}",
                buyers=buyers,
                limit=stopped.limit,
            )
        case Cap.DAILY:
            return several(
                stopped.sent,
                "{n} acknowledgement to {buyers} left within 24 hours, and limits.acknowledgements_per_day is {limit}",
                "{n} acknowledgements to {buyers} left within 24 hours, and limits.acknowledgements_per_day is {limit}",
                buyers=buyers,
                limit=stopped.limit,
            )
        case Cap.REQUESTS:
            return several(
                stopped.sent,
                "{n} unasked mail to {buyers} left within 24 hours, and twice feedback.per_day is {limit}",
                "{n} unasked mails to {buyers} left within 24 hours, and twice feedback.per_day is {limit}",
                buyers=buyers,
                limit=stopped.limit,
            )


def words(obstacle: Obstacle, waiting: int, now: datetime, zone: ZoneInfo) -> str:
    """Return why nothing goes to buyers, how much waits and the way out, as one line."""
    at = wording.moment(obstacle.at, now, zone)
    match obstacle:
        case Stopped():
            return say(
                "Sending to buyers has STOPPED at {time}: {why}; {waiting}"
                " · look: responder outbox · go on: responder resume",
                time=at,
                why=why(obstacle),
                waiting=_waits(waiting),
            )
        case Paused(until=until):
            if until is None:
                return say(
                    "Sending to buyers is paused until you resume it; {waiting} · end it now: responder resume",
                    waiting=_waits(waiting),
                )
            return say(
                "Sending to buyers is paused until {time}; {waiting} · end it now: responder resume",
                time=wording.moment(until, now, zone),
                waiting=_waits(waiting),
            )


def too_late(expired: int) -> str:
    """Return that mail was not sent because somebody was back before it could go."""
    return several(
        expired,
        "{n} mail to a buyer was not sent in time and is not sent any more",
        "{n} mails to buyers were not sent in time and are not sent any more",
    )


def _waits(waiting: int) -> str:
    return several(waiting, "{n} mail to buyers waits", "{n} mails to buyers wait")


def alert(stopped: Stopped, waiting: int, zone: ZoneInfo) -> Alert:
    """Return the one mail that says that the breaker stopped the sending, and what to look at."""
    when = f"{wording.long_day(stopped.at.astimezone(zone).date())} {wording.clock(stopped.at, zone)} ({zone.key})"
    lines = (
        say("Nothing more is sent to buyers since {when}: {why}.", when=when, why=why(stopped)),
        "",
        say("{waiting}; what still waits when somebody is back is not sent any more.", waiting=_waits(waiting)),
        say("New messages are kept and their deadlines run, but they are not acknowledged."),
        say("Digests and alerts come as ever."),
        "",
        *_ways_out(),
        "",
        say(
            "The count starts anew when you resume. A limit that is too low for your shop is in config.yaml, under"
            " limits."
        ),
    )
    subject = several(
        stopped.sent,
        "Problem: sending to buyers has stopped after {n} mail",
        "Problem: sending to buyers has stopped after {n} mails",
    )
    return Alert(subject, "\n".join(lines))


def _ways_out() -> list[str]:
    """Return what to look at and to type, the commands beneath each other in every language."""
    ways = (
        (say("Look at what was sent and what waits:"), "responder outbox"),
        (say("Why one buyer got a mail:"), "responder threads --open, responder thread NUMBER"),
        (say("It was only a busy day? Go on:"), "responder resume"),
        (say("It was a machine? Drop what waits:"), "responder resume --drop-waiting"),
    )
    width = max(len(what) for what, _ in ways)
    return [f"{what:{width}}  {command}" for what, command in ways]
