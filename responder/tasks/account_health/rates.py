"""
The alert about rates that came near their cap or past it, with a draft of a plan of action; or that are better again.

It goes to the operator and to nobody else. Every hour, and when a report was read, the rates are computed anew.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from responder.adapters.store import Store, outbox, rate_levels
from responder.adapters.store import rates as stored
from responder.adapters.templates import TemplateFailed
from responder.core import compose, plan, rate_alerts, waking
from responder.core import operator as operators
from responder.core.metrics import Rate
from responder.core.rate_alerts import Change, Draft, Told
from responder.core.speech import say, spoken
from responder.tasks.account_health import drafts
from responder.tasks.account_health.values import Watch

EVERY = timedelta(hours=1)


async def turn(store: Store, watch: Watch, now: datetime) -> int | None:
    """
    Compute the rates when they are due, write one alert about all that changed, and return its outbox row.

    The single writer is not held meanwhile: each shop is read by itself, and what takes longest reads nothing.
    """
    newest = await store.tx(rate_levels.newest_report)  # one that comes while we compute is not in it
    if await store.tx(next_at, watch, now) > now:
        return None
    zones = {each.name: ZoneInfo(each.timezone) for each in watch.catalogue.marketplaces}
    shops = {shop.account: [name for name in shop.marketplaces if name in zones] for shop in watch.shops}
    found = await stored.measured_apart(store, stored.Measured(shops, watch.rules, zones), now)
    return await store.tx(tell, watch, found, newest, now)


def tell(conn: Connection, watch: Watch, rates: Sequence[Rate], newest: str | None, now: datetime) -> int | None:
    """Write one alert about all of these rates that changed since a person was told, and return its outbox row."""
    known = rate_levels.told(conn, [shop.account for shop in watch.shops])
    found = [(rate, known.get(rate_levels.key(rate), Told())) for rate in rates]
    changes = [(each, told) for rate, told in found if (each := rate_alerts.change(rate, told, now)) is not None]
    for rate, told in found:
        if (rest := rate_alerts.lapsed(rate, told)) is not None:
            rate_levels.tell(conn, rate, rest, now)
    rate_levels.look(conn, now, newest)
    if not changes:
        return None
    to = watch.operator
    with spoken(to.speech):  # a draft for Amazon is in a language of its own all the same: its template's
        alert = rate_alerts.alert(
            [each for each, _ in changes],
            _drafts(conn, watch, [each for each, _ in changes], now),
            {store.name: ZoneInfo(store.timezone) for store in watch.catalogue.marketplaces},
            to.zone,
        )
    key = f"alert:rates:{now.isoformat()}"
    mail = operators.write(to, compose.ALERT, key, now, subject=alert.subject, text=alert.text)
    outbox_id = outbox.enqueue_for_operator(conn, to.account, mail, to.email, now)
    for each, told in changes:
        rate_levels.tell(conn, each.rate, told.after(each, now), now)
    return outbox_id


def next_at(conn: Connection, watch: Watch, now: datetime) -> datetime:
    """Return when the rates are to be computed next: an hour after the last time, or at once after a report; by day."""
    last = rate_levels.looked_at(conn)
    # A look that lies ahead was made by a clock that was put right since.
    due = now if last is None or last > now or rate_levels.imported_since(conn) else last + EVERY
    return waking.next_waking(watch.operator.waking, max(due, now))


def _drafts(conn: Connection, watch: Watch, changes: Sequence[Change], now: datetime) -> list[Draft]:
    """Return a draft for each rate that became worse, the worst first, and not more than a person reads."""
    sellers = {shop.account: shop.seller_name for shop in watch.shops}
    found = []
    for rate in rate_alerts.primary(changes)[: rate_alerts.DRAFTS]:
        store = watch.catalogue.by_name(rate.marketplace)
        if store is None:
            continue
        said = drafts.facts(conn, rate, watch.calendar, store, now)
        try:
            made = drafts.draft(said, watch.templates[plan.TEMPLATE], store, sellers[rate.account])
            text = f"{made.subject}\n\n{made.body}"
        except TemplateFailed as error:
            command = f"responder plan {rate.metric}"
            text = say("There is none: {error}. Mend the template, then: {command}", error=error, command=command)
        found.append(Draft(rate_alerts.title(rate), text))
    return found
