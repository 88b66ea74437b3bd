"""
Which orders ship late, or will unless somebody comes: their ship-by day against the hours in which somebody is there.

Amazon counts an order that is confirmed after its ship-by instant, whatever the calendar says. So what counts for the
seller is the last moment before it at which somebody is there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from responder.core import wording, working_time
from responder.core.calendars import Calendar, Closed, ClosedKind, state_at
from responder.core.closings import closing_behind, described_at
from responder.core.message import clean
from responder.core.orders import OrderFacts
from responder.core.speech import noted, say
from responder.core.waking import Waking, moved, next_waking

AHEAD = timedelta(days=60)
"""How far ahead a ship-by day is looked at: what has to ship before a closure may be due after it."""
BEHIND = timedelta(days=30)
"""How long an order counts as late; Amazon cancels it after 7 days, or 30 (grade CONFLICT: two help texts differ)."""
STALE = timedelta(hours=24)
"""After so long without a newer report, what shipped since is not known."""
SOON = timedelta(days=7)
"""How far ahead the last moments are told of orders that have to ship before closed time."""
SHIPPED = ("shipped", "delivered")
"""How the status of an order begins that is shipped, in the reports of all stores."""

_TICK = timedelta(milliseconds=1)
_NAMES = {
    ClosedKind.WEEKEND: noted("your weekend"),
    ClosedKind.HOLIDAY: noted("a public holiday"),
    ClosedKind.CLOSURE: noted("your closed days"),
}


def is_shipped(order: OrderFacts) -> bool:
    """Return whether an order left: its status may say so long before a report says when."""
    dated = order.shipped_at is not None or order.delivered_at is not None
    return dated or (order.status or "").casefold().startswith(SHIPPED)


class Outlook(StrEnum):
    """What becomes of an order that is not shipped, the worst first."""

    LATE = "late"  # its ship-by has passed
    NOBODY = "nobody_there"  # nobody is there any more before it
    TODAY = "ship_today"
    CLOSING = "before_closing"  # its ship-by lies in closed time: it has to ship before that begins
    LATER = "later"


@dataclass(frozen=True, slots=True)
class BuyerTold:
    """A notice of the delay to the buyer, which names this day; it `waits` to leave, or came back (`returned`)."""

    until: date
    waits: bool = False
    returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshipped:
    """
    An order of which nothing says that it shipped; `reported_at` is its newest source's instant.

    `known_at` is as of when its store is known: what shipped since then is not. `listed`: reports of unshipped orders
    of its store are read. `left_report`: a newer one of them does not name it any more. `cancelling`: its buyer asked
    for a cancellation. `told`: the newest notice of the delay to its buyer.
    """

    account: str
    order_id: str
    marketplace: str | None
    ship_by_at: datetime
    first_at: datetime
    reported_at: datetime
    known_at: datetime
    listed: bool = True
    left_report: bool = False
    cancelling: bool = False
    told: BuyerTold | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """
    What a ship-by instant means in this calendar: until when somebody is there before it, and when to warn.

    `stretch` names the closed time in which the ship-by lies, where that is more than a night or a break;
    `stretch_words` says it.
    """

    last_at: datetime | None
    warn_at: datetime
    stretch: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An order that is not shipped, and what becomes of it."""

    order: Unshipped
    term: Term
    outlook: Outlook

    @property
    def until_at(self) -> datetime:
        """Until when somebody who is there can ship it; the ship-by itself where nobody is there, or was."""
        return self.order.ship_by_at if self.outlook in _ENDED else self.term.last_at or self.order.ship_by_at


_ENDED = (Outlook.LATE, Outlook.NOBODY)


def terms(calendar: Calendar, instants: Iterable[datetime], lead: timedelta) -> Mapping[datetime, Term]:
    """Return what each of these ship-by instants means, warned of `lead` of working time before its last moment."""
    wanted = set(instants)
    if not wanted:
        return {}
    time = working_time.around(calendar, min(wanted), max(wanted))
    names: dict[tuple[datetime | None, date], str | None] = {}
    found = {}
    for at in wanted:
        last_at = time.last_before(at)
        day = (at - _TICK).astimezone(calendar.timezone).date()  # midnight ends the day before it
        if (last_at, day) not in names:
            names[last_at, day] = _stretch(calendar, at - _TICK, last_at)
        found[at] = Term(last_at, time.before(last_at or at, lead), names[last_at, day])
    return found


def _stretch(calendar: Calendar, at: datetime, last_at: datetime | None) -> str | None:
    """Name the closed time `at` lies in; the evening after the last hours of its own day is none."""
    zone = calendar.timezone
    if last_at is not None and last_at.astimezone(zone).date() >= at.astimezone(zone).date():
        return None
    state = state_at(calendar, at)
    if isinstance(state, Closed) and state.kind is ClosedKind.OUTSIDE_HOURS:  # early on Monday is still the weekend
        closing = closing_behind(calendar, at)
        state = state_at(calendar, described_at(calendar, closing) if closing else at)
    if not isinstance(state, Closed) or state.kind is ClosedKind.OUTSIDE_HOURS:
        return None
    return f"“{clean(state.name, 60)}”" if state.name else _NAMES[state.kind]


def stretch_words(stretch: str) -> str:
    """Return the name of closed time in the language spoken; one that the seller gave stays as it is, in its quotes."""
    return say(stretch) if stretch in _NAMES.values() else wording.quoted(stretch.strip("“”"))


def standing(order: Unshipped, term: Term, now: datetime, zone: ZoneInfo) -> Standing:
    """Return what becomes of an order, seen at `now` on the seller's clock."""
    return Standing(order, term, outlook(order.ship_by_at, term, now, zone))


def outlook(ship_by_at: datetime, term: Term, now: datetime, zone: ZoneInfo) -> Outlook:
    """Return what becomes of orders that have to ship by then and did not."""
    if now > ship_by_at:
        return Outlook.LATE
    if term.last_at is None or term.last_at <= now:
        return Outlook.NOBODY
    if term.last_at.astimezone(zone).date() == now.astimezone(zone).date():
        return Outlook.TODAY
    return Outlook.CLOSING if term.stretch is not None and term.last_at <= now + SOON else Outlook.LATER


def warned_at(order: Unshipped, term: Term, waking: Waking | None) -> datetime:
    """
    Return when the operator is warned that an order has to ship: never in the night where it can be before or after.

    An order that became known after that is told of at once.
    """
    end_at = term.last_at if term.last_at is not None and term.last_at > order.first_at else order.ship_by_at
    return moved(waking, max(term.warn_at, order.first_at), order.first_at, end_at)


def told_late_at(order: Unshipped, waking: Waking | None) -> datetime:
    """Return when the operator is told that an order is late: nothing gets worse until morning."""
    return next_waking(waking, max(order.ship_by_at + _TICK, order.first_at))


def ship_by_words(ship_by_at: datetime, zone: ZoneInfo) -> str:
    """Return a ship-by as the store shows it: `Sun 29 Nov`, with its time where it is not the day's end."""
    there = (ship_by_at - _TICK).astimezone(zone)
    day = wording.short_day(there.date())
    ends_the_day = (there + timedelta(minutes=1, milliseconds=2)).date() != there.date()
    return day if ends_the_day else f"{day} {wording.clock(ship_by_at, zone)}"


def remarks(each: Standing) -> Iterator[str]:
    """Yield what else is to be known of an order that is not shipped."""
    if each.outlook is Outlook.NOBODY:
        yield say("late unless somebody comes before it")
    if each.term.stretch is not None and each.outlook is not Outlook.LATE:
        yield say("the ship-by lies in {stretch}", stretch=stretch_words(each.term.stretch))
    if each.order.cancelling:
        yield say("its buyer asked for a cancellation: decide that first")
    if (told := each.order.told) is not None:
        yield _told_words(told)


def _told_words(told: BuyerTold) -> str:
    if told.returned:
        return say("the notice to the buyer did not arrive")
    day = wording.short_day(told.until)
    if told.waits:
        return say("a notice to the buyer waits in the outbox: it is sent by {day}", day=day)
    return say("the buyer was told: it is sent by {day}", day=day)


def source_words(orders: Iterable[Unshipped], now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Say what is known of these orders from which reports: how old they are, and what they cannot tell."""
    known = tuple(orders)
    if known:
        yield _as_of(min(order.known_at for order in known), now, zone)
    nameless = say("a store that no report names")
    if stores := sorted({order.marketplace or nameless for order in known if not order.listed}):
        yield say(
            "No report of unshipped orders was read for {stores}: only your shipment confirmations tell what shipped.",
            stores=", ".join(clean(store, 40) for store in stores),
        )


def _as_of(as_of: datetime, now: datetime, zone: ZoneInfo) -> str:
    at = f"{wording.short_day(as_of.astimezone(zone).date())} {wording.clock(as_of, zone)}"
    if now - as_of <= STALE:
        return say("As of the report of {time}.", time=at)
    return say(
        "As of the report of {time}. It is {age} old: what shipped since is not known here.",
        time=at,
        age=wording.span(now - as_of),
    )
