"""
A draft of a plan of action about one rate, from what is recorded. It is shown to a person and sent by nobody here.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from responder.adapters.store import plan_facts
from responder.adapters.templates import Rendered, Template, pick_language, plan_context, render
from responder.core import plan
from responder.core.amazon import Marketplace
from responder.core.calendars import Calendar
from responder.core.metrics import Rate


def facts(conn: Connection, rate: Rate, calendar: Calendar, store: Marketplace, now: datetime) -> plan.PlanFacts:
    """Return what a plan about this rate may say at `now`; its days are those of the store."""
    behind = plan_facts.behind(conn, rate, now)
    return plan.facts(rate, behind.orders, behind.threads, calendar, ZoneInfo(store.timezone))


def draft(
    said: plan.PlanFacts, template: Template, store: Marketplace, seller_name: str, language: str | None = None
) -> Rendered:
    """Return the draft in the language of the store where the template has it, else in English."""
    chosen = pick_language(template, language or store.language) or next(iter(template.bodies))
    country = store.country if language is None else None
    context = plan_context(said, seller_name=seller_name, language=chosen, country=country)
    return render(template, chosen, context)
