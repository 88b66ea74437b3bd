"""
The alert about negative feedback: one mail for all that is new, each feedback once, whichever source tells it first.

A first import of years of feedback floods nobody: what is older than two weeks is only listed (`responder feedback`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from responder.adapters import removal_rules, templates
from responder.adapters.store import bad_feedback, order_alerts, outbox
from responder.adapters.store.bad_feedback import ALERT, Found
from responder.core import bad_feedback as core
from responder.core import bad_feedback_alert as words
from responder.core import compose, waking
from responder.core import operator as operators
from responder.core.amazon import Marketplace
from responder.core.bad_feedback import FeedbackStanding
from responder.core.late_orders import is_shipped
from responder.core.speech import spoken
from responder.tasks.account_health.values import Shop, Watch

FRESH = timedelta(days=14)
"""What was given longer ago is no alert any more."""
DRAFTS = 3
"""So many drafts in one mail; for the others it says what to type."""


def turn(conn: Connection, watch: Watch, now: datetime) -> int | None:
    """Write one alert about the negative feedback nobody was told of, by day, and return its outbox row."""
    if not waking.is_waking(watch.operator.waking, now):
        return None
    news = _untold(conn, watch, now)
    if not news:
        return None
    to, first = watch.operator, news[0]
    zones = {each.name: ZoneInfo(each.timezone) for each in watch.catalogue.marketplaces}
    told = words.Told(zone=to.zone, zones=zones, hosts=to.hosts, rules=removal_rules.load())
    stories = [_story(conn, watch, each, with_draft=place < DRAFTS) for place, each in enumerate(news)]
    with spoken(to.speech):
        alert = words.alert(stories, told, now)
    key = ":".join(("alert", ALERT, first.account, first.order_id, first.feedback.keys[0]))
    mail = operators.write(to, compose.ALERT, key, now, subject=alert.subject, text=alert.text)
    outbox_id = outbox.enqueue_for_operator(conn, to.account, mail, to.email, now)
    for each in news:
        for source in each.feedback.keys:
            order_alerts.tell(conn, each.account, each.order_id, ALERT, source, now, outbox_id)
    return outbox_id


def next_at(conn: Connection, watch: Watch, now: datetime) -> datetime | None:
    """Return when the next alert is due; None while nothing new is known."""
    return waking.next_waking(watch.operator.waking, now) if _untold(conn, watch, now) else None


def _untold(conn: Connection, watch: Watch, now: datetime) -> Sequence[Found]:
    """Return the negative feedback of the last days of which no alert has told; the same one is told once."""
    accounts = [shop.account for shop in watch.shops]
    known = [
        each
        for each in bad_feedback.found(conn, accounts, now - FRESH)
        if each.feedback.standing is FeedbackStanding.OPEN
    ]
    told = bad_feedback.told_at(conn, known) if known else {}
    return [each for each in known if (each.account, each.order_id) not in told]


def _story(conn: Connection, watch: Watch, each: Found, *, with_draft: bool) -> words.Story:
    store = watch.catalogue.by_name(each.marketplace) if each.marketplace else None
    spoken = core.languages(watch.catalogue, each.marketplace, _shop(watch, each.account).marketplaces)
    wrote = bad_feedback.correspondence(conn, each)
    return words.Story(
        account=each.account,
        order_id=each.order_id,
        marketplace=each.marketplace,
        feedback=each.feedback,
        order=each.order,
        events=each.events,
        wrote=tuple((one.at, one.by_buyer) for one in wrote),
        hints=core.hints(each.feedback, each.order, removal_rules.load(), spoken),
        draft=_draft(watch, each, store) if with_draft and store else None,
    )


def _draft(watch: Watch, each: Found, store: Marketplace) -> words.Draft | None:
    """Return the draft in the store's language; None where the seller's template does not print this order."""
    template = watch.templates.get(templates.FEEDBACK_ANSWER)
    language = templates.pick_language(template, store.language) if template else None
    if template is None or language is None or each.order is None:
        return None
    context = templates.order_context(
        buyer_name=each.order.buyer_name,
        seller_name=_shop(watch, each.account).seller_name,
        order_id=each.order_id,
        purchased_at=each.order.purchased_at,
        shipped_at=each.order.shipped_at,
        marketplace=store.name,
        language=language,
        zone=ZoneInfo(store.timezone),
        country=store.country,
        shipped=is_shipped(each.order),
    )
    try:
        rendered = templates.render(template, language, context)
    except templates.TemplateFailed:
        return None
    return words.Draft(rendered.subject, rendered.body)


def _shop(watch: Watch, account: str) -> Shop:
    return next(shop for shop in watch.shops if shop.account == account)
