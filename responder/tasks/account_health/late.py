"""
The alert about orders that have to ship, and about those that are late: each once for each ship-by instant.

The question is "what was not told yet?", so a restart catches up, an outage makes one mail, and an order whose ship-by
is moved is told anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from responder.adapters.store import late_orders, order_alerts, outbox
from responder.core import compose, late_alerts, waking
from responder.core import late_orders as core
from responder.core import operator as operators
from responder.core.alarms import TOGETHER
from responder.core.calendars import next_opening
from responder.core.late_orders import Outlook, Standing, Term, Unshipped
from responder.core.speech import spoken
from responder.core.waking import Waking
from responder.tasks.account_health.values import Watch

SHIP_BY = "ship_by"
LATE = "late"
"""What an alert tells of an order: that it has to ship, that it is late."""
_NEAR = timedelta(days=4)
"""Longer than this, over a long weekend, nothing waits for somebody to be there."""


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is to be told of an order, and when."""

    standing: Standing
    kind: str
    at: datetime

    @property
    def key(self) -> order_alerts.Told:
        order = self.standing.order
        return order.order_id, order.ship_by_at.isoformat()

    def waits(self, now: datetime, morning: datetime) -> bool:
        """Return whether it is due in the night and can wait for the morning."""
        order, last_at = self.standing.order, self.standing.term.last_at
        end_at = last_at if last_at is not None and last_at > now else order.ship_by_at
        return morning > now and (self.kind == LATE or morning < end_at)


def turn(conn: Connection, watch: Watch, now: datetime) -> int | None:
    """Write one alert about every order that is to be told at `now`, and return its outbox row."""
    tellings, morning = _tellings(conn, watch, now), _morning(watch, now)
    if not any(each.at <= now and not each.waits(now, morning) for each in tellings):
        return None
    early = [each for each in tellings if each.kind == SHIP_BY or each.at <= now]
    due = _untold(conn, (each for each in early if each.at <= now + TOGETHER))
    if not any(each.at <= now and not each.waits(now, morning) for each in due):
        return None
    to, first = watch.operator, due[0]
    zones = {each.name: ZoneInfo(each.timezone) for each in watch.catalogue.marketplaces}
    told = late_alerts.Told(zone=to.zone, zones=zones, hosts=to.hosts)
    with spoken(to.speech):
        alert = late_alerts.alert([each.standing for each in due], told, now)
    key = ":".join(("alert", first.kind, first.standing.order.account, *first.key))
    mail = operators.write(to, compose.ALERT, key, now, subject=alert.subject, text=alert.text)
    outbox_id = outbox.enqueue_for_operator(conn, to.account, mail, to.email, now)
    for each in due:
        order_alerts.tell(conn, each.standing.order.account, each.key[0], each.kind, each.key[1], now, outbox_id)
    return outbox_id


def next_at(conn: Connection, watch: Watch, now: datetime) -> datetime | None:
    """Return when the next alert may be due, after `now`; None when nothing that is known will be."""
    tellings, morning = _tellings(conn, watch, now), _morning(watch, now)
    ahead = [each.at for each in tellings if each.at > now]
    due = _untold(conn, (each for each in tellings if each.at <= now)) if morning > now else []
    ahead += [morning for _ in due[:1]]
    return min(ahead, default=None)


def _morning(watch: Watch, now: datetime) -> datetime:
    """Return when to tell what can wait: in waking hours, or where none are set when somebody is there, unless far."""
    if watch.operator.waking is not None:
        return waking.next_waking(watch.operator.waking, now)
    opens_at = next_opening(watch.calendar, now)
    return opens_at if opens_at is not None and opens_at - now <= _NEAR else now


def _tellings(conn: Connection, watch: Watch, now: datetime) -> list[_Telling]:
    """Return what is or will be told of the orders that are not shipped, told already or not."""
    if not watch.warn_ship_by:
        return []
    orders = late_orders.unshipped(conn, [shop.account for shop in watch.shops], now)
    terms = core.terms(watch.calendar, (order.ship_by_at for order in orders), watch.warn_ship_by)
    found = []
    points: dict[tuple[datetime, datetime], tuple[datetime, datetime]] = {}  # few for thousands of orders
    for order in orders:
        if order.left_report:
            continue
        standing = core.standing(order, terms[order.ship_by_at], now, watch.operator.zone)
        key = order.ship_by_at, order.first_at
        if key not in points:
            points[key] = _points(order, standing.term, watch.operator.waking)
        warned_at, late_at = points[key]
        if standing.outlook is not Outlook.LATE:
            found.append(_Telling(standing, SHIP_BY, warned_at))
        found.append(_Telling(standing, LATE, late_at))
    return found


def _points(order: Unshipped, term: Term, hours: Waking | None) -> tuple[datetime, datetime]:
    return core.warned_at(order, term, hours), core.told_late_at(order, hours)


def _untold(conn: Connection, tellings: Iterable[_Telling]) -> Sequence[_Telling]:
    """Return those of which no alert has told."""
    by_kind: dict[tuple[str, str], list[_Telling]] = defaultdict(list)
    for each in tellings:
        by_kind[each.standing.order.account, each.kind].append(each)
    found: list[_Telling] = []
    for (account, kind), several in by_kind.items():
        told = order_alerts.told(conn, account, kind, [each.key for each in several])
        found += [each for each in several if each.key not in told]
    return sorted(found, key=lambda each: (each.at, each.key))
