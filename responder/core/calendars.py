"""
When people are at work: weekly hours, public holidays, closures and extra working days, in the seller's own zone.

Wall times are resolved with the IANA time zone data (RFC 8536); everything else is aware UTC. The promise: every
instant is either open or closed, never both and never neither. Nothing here stops Amazon's clock, which never rests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from responder.core.hours import MIDNIGHT, Hours

HORIZON = timedelta(days=400)
"""How far ahead an opening or a closing is looked for: past a year and its moving holidays, short of for ever."""

NEVER = "never"
_LONG = 62  # days: a longer closure would stand in too many of them, so it is looked at on each day instead
WEEKLY = "weekly"

Span = tuple[datetime, datetime]
"""Two instants, the second excluded."""


@dataclass(frozen=True, slots=True, order=True)
class Wall:
    """What a calendar and a clock on the seller's wall show; no instant until a time zone is named."""

    day: date
    clock: time = MIDNIGHT


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The ordinary week (Monday is 0). A weekday without hours is a day off, called weekend wherever it lies."""

    timezone: ZoneInfo
    hours: Mapping[int, tuple[Hours, ...]]


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday; it closes its whole local day. `names` are its names by language, where they are known."""

    on: date
    name: str
    source: str
    names: Mapping[str, str] = field(default_factory=dict)

    def name_in(self, language: str) -> str | None:
        """Return what the holiday is called in a language, None where nobody knows."""
        return self.names.get(language.partition("-")[0])


@dataclass(frozen=True, slots=True)
class Closure:
    """A stretch, from `starts` until just before `ends`, in which the seller is away."""

    starts: Wall
    ends: Wall
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class ExtraDay:
    """A day worked in spite of the weekend, holiday or closure it lies in; its hours replace all others of that day."""

    on: date
    hours: tuple[Hours, ...]
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Away:
    """A closure between two instants; `number` is its place in the calendar: the first of two gives a day its name."""

    number: int
    starts_at: datetime
    ends_at: datetime
    closure: Closure


@dataclass(frozen=True)  # without slots: what is looked up by day is worked out once, when it is first asked for
class Calendar:
    """Everything known about a seller's presence. Precedence: extra working day, closure, holiday, weekly hours."""

    working_hours: WorkingHours
    holidays: Mapping[date, Holiday]
    closures: tuple[Closure, ...] = ()
    extra: tuple[ExtraDay, ...] = ()

    @property
    def timezone(self) -> ZoneInfo:
        """The zone of the seller's wall clock."""
        return self.working_hours.timezone

    @cached_property
    def extra_by_day(self) -> Mapping[date, tuple[ExtraDay, ...]]:
        """The extra working days by their date."""
        found: dict[date, tuple[ExtraDay, ...]] = {}
        for extra in self.extra:
            found[extra.on] = (*found.get(extra.on, ()), extra)
        return found

    @cached_property
    def away(self) -> tuple[Mapping[date, Sequence[Away]], Sequence[Away]]:
        """Closures by each day they touch, and those too long for that."""
        by_day: dict[date, list[Away]] = {}
        long: list[Away] = []
        for number, closure in enumerate(self.closures):
            away = Away(number, *_closure_span(self, closure), closure)
            span = (closure.ends.day - closure.starts.day).days
            if span > _LONG:
                long.append(away)
                continue
            for offset in range(span + 1):
                by_day.setdefault(closure.starts.day + timedelta(days=offset), []).append(away)
        return by_day, long


class ClosedKind(StrEnum):
    """Why nobody is there; the values of `acknowledgements.when`."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSURE = "closure"
    OUTSIDE_HOURS = "outside_hours"


class DayKind(StrEnum):
    """What a whole day is called; `open` is an extra working day."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSURE = "closure"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Open:
    """Somebody is there until `until_at` (at most HORIZON ahead)."""

    until_at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody is there; `period` is the same text for all of one closed stretch: its next opening in UTC, or "never"."""

    kind: ClosedKind
    name: str | None
    source: str
    period: str


@dataclass(frozen=True, slots=True)
class Day:
    """One local day with the hours in which somebody is there; an end of 00:00 is the day's last midnight."""

    on: date
    kind: DayKind
    name: str | None
    source: str
    open: tuple[Hours, ...]


def closed_on(day: date, name: str, source: str) -> Closure:
    """Return the closure of one whole day."""
    return Closure(Wall(day), Wall(day + timedelta(days=1)), name, source)


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return when the wall clock shows it: the first instant after a gap, the first occurrence in an overlap."""
    local = datetime.combine(day, wall, tzinfo=zone)
    early, late = local.replace(fold=1).astimezone(UTC), local.replace(fold=0).astimezone(UTC)
    if early >= late:  # no transition nearby, or an overlap (PEP 495: fold=0 is the first occurrence)
        return late
    # In a gap fold=1 reads the clock with the offset after the transition, which lies between the two readings.
    after = late.astimezone(zone).utcoffset()
    low, high = 0, int((late - early).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (early + timedelta(seconds=middle)).astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return (early + timedelta(seconds=high)).replace(microsecond=0)


def next_daily(at: datetime, wall: time, zone: ZoneInfo) -> tuple[date, datetime]:
    """Return the first occurrence of a daily wall time strictly after `at`, with the local date it belongs to."""
    day = at.astimezone(zone).date() - timedelta(days=1)
    while (found := instant(day, wall, zone)) <= at:
        day += timedelta(days=1)
    return day, found


def state_at(calendar: Calendar, at: datetime) -> Open | Closed:
    """Return whether somebody is there; closed time takes the kind of its local day."""
    for start, end in open_spans(calendar, at, at + HORIZON):
        return Open(end) if start <= at else _closed(calendar, at, start.astimezone(UTC).isoformat())
    return _closed(calendar, at, NEVER)


def next_opening(calendar: Calendar, at: datetime) -> datetime | None:
    """Return the first open instant at or after `at`; None when nothing opens within HORIZON."""
    for start, _ in open_spans(calendar, at, at + HORIZON):
        return max(start, at.astimezone(UTC))
    return None


def days(calendar: Calendar, first: date, count: int) -> tuple[Day, ...]:
    """Return what each of `count` local days is, with its open hours."""
    return tuple(_day(calendar, first + timedelta(days=offset)) for offset in range(count))


def open_spans(calendar: Calendar, from_at: datetime, until_at: datetime) -> Iterator[Span]:
    """
    Yield the open stretches that end after `from_at` and begin before `until_at`, joined and in order.

    One that reaches past `until_at` is told at least that far.
    """
    zone = calendar.timezone
    day = from_at.astimezone(zone).date() - timedelta(days=1)  # a night shift reaches into the next day
    last = until_at.astimezone(zone).date()
    waiting: list[Span] = []
    while day <= last:
        waiting = _joined([*waiting, *_worked(calendar, day)])
        day += timedelta(days=1)
        midnight = instant(day, MIDNIGHT, zone)
        while waiting and waiting[0][1] < midnight:  # no later shift can touch it
            yield from _within(waiting.pop(0), from_at, until_at)
    for span in waiting:
        yield from _within(span, from_at, until_at)


def _closed(calendar: Calendar, at: datetime, period: str) -> Closed:
    day = at.astimezone(calendar.timezone).date()
    if extra := _extra_on(calendar, day):
        return Closed(ClosedKind.OUTSIDE_HOURS, None, extra[0].source, period)
    for away in _away_on(calendar, day):
        if away.starts_at <= at < away.ends_at:
            return Closed(ClosedKind.CLOSURE, away.closure.name, away.closure.source, period)
    if holiday := calendar.holidays.get(day):
        return Closed(ClosedKind.HOLIDAY, holiday.name, holiday.source, period)
    if not calendar.working_hours.hours.get(day.weekday()):
        return Closed(ClosedKind.WEEKEND, None, WEEKLY, period)
    return Closed(ClosedKind.OUTSIDE_HOURS, None, WEEKLY, period)


def _day(calendar: Calendar, day: date) -> Day:
    zone, (midnight, next_midnight) = calendar.timezone, _day_span(calendar, day)
    worked = _joined([*_worked(calendar, day - timedelta(days=1)), *_worked(calendar, day)])
    hours = tuple(
        (
            max(start, midnight).astimezone(zone).time(),
            MIDNIGHT if end >= next_midnight else end.astimezone(zone).time(),
        )
        for start, end in worked
        if start < next_midnight and end > midnight
    )
    if extra := _extra_on(calendar, day):
        return Day(day, DayKind.OPEN, extra[0].name, extra[0].source, hours)
    if closure := _closure_of_day(calendar, day):
        return Day(day, DayKind.CLOSURE, closure.name, closure.source, hours)
    if holiday := calendar.holidays.get(day):
        return Day(day, DayKind.HOLIDAY, holiday.name, holiday.source, hours)
    kind = DayKind.WORKING if calendar.working_hours.hours.get(day.weekday()) else DayKind.WEEKEND
    return Day(day, kind, None, WEEKLY, hours)


def _worked(calendar: Calendar, day: date) -> list[Span]:
    """Return the shifts that begin on this day, less what closures and holidays take from them."""
    if extra := _extra_on(calendar, day):
        return [shift for one in extra for shift in _shifts(calendar, day, one.hours)]
    span = _day_span(calendar, day)
    if day in calendar.holidays or any(_covers(away, span) for away in _away_on(calendar, day)):
        return []  # nobody comes to a closed day's night shift, not even after midnight
    cuts = [*_cuts(calendar, day), *_cuts(calendar, day + timedelta(days=1))]
    weekly = _shifts(calendar, day, calendar.working_hours.hours.get(day.weekday(), ()))
    return [piece for shift in weekly for piece in _without(shift, cuts)]


def _cuts(calendar: Calendar, day: date) -> list[Span]:
    """Return the parts of a local day that are closed whatever the weekly hours say."""
    closures = _away_on(calendar, day)
    if _extra_on(calendar, day) or not (closures or day in calendar.holidays):
        return []
    midnight, next_midnight = _day_span(calendar, day)
    if day in calendar.holidays:
        return [(midnight, next_midnight)]
    return [(max(away.starts_at, midnight), min(away.ends_at, next_midnight)) for away in closures]


def _closure_of_day(calendar: Calendar, day: date) -> Closure | None:
    """Return the closure a day is named after: one that covers it, or takes working time from it."""
    weekly = _shifts(calendar, day, calendar.working_hours.hours.get(day.weekday(), ()))
    span = _day_span(calendar, day)
    for away in _away_on(calendar, day):
        takes_time = any(away.starts_at < shift[1] and shift[0] < away.ends_at for shift in weekly)
        if takes_time or _covers(away, span):
            return away.closure
    return None


def _covers(away: Away, span: Span) -> bool:
    return away.starts_at <= span[0] and span[1] <= away.ends_at


def _extra_on(calendar: Calendar, day: date) -> tuple[ExtraDay, ...]:
    return calendar.extra_by_day.get(day, ())


def _away_on(calendar: Calendar, day: date) -> Sequence[Away]:
    by_day, long = calendar.away
    short = by_day.get(day, ())
    far = [away for away in long if away.closure.starts.day <= day <= away.closure.ends.day]
    return sorted([*short, *far], key=lambda away: away.number) if short and far else far or short


def _closure_span(calendar: Calendar, closure: Closure) -> Span:
    zone = calendar.timezone
    return instant(closure.starts.day, closure.starts.clock, zone), instant(closure.ends.day, closure.ends.clock, zone)


def _day_span(calendar: Calendar, day: date) -> Span:
    zone = calendar.timezone
    return instant(day, MIDNIGHT, zone), instant(day + timedelta(days=1), MIDNIGHT, zone)


def _shifts(calendar: Calendar, day: date, hours: Sequence[Hours]) -> list[Span]:
    zone = calendar.timezone
    spans = (
        (instant(day, start, zone), instant(day + timedelta(days=1) if end <= start else day, end, zone))
        for start, end in hours
    )
    return [span for span in spans if span[0] < span[1]]  # a shift inside a DST gap does not happen


def _without(span: Span, cuts: Sequence[Span]) -> list[Span]:
    pieces = [span]
    for from_at, until_at in cuts:
        parts = [part for start, end in pieces for part in ((start, min(end, from_at)), (max(start, until_at), end))]
        pieces = [part for part in parts if part[0] < part[1]]
    return pieces


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _within(span: Span, from_at: datetime, until_at: datetime) -> Iterator[Span]:
    if span[1] > from_at and span[0] < until_at:
        yield span
