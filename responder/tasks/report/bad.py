"""
What a digest tells of negative feedback: what is new since the last one, beside what still stands.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from responder.adapters import catalogue, removal_rules
from responder.adapters.store import bad_feedback
from responder.adapters.store.bad_feedback import Found
from responder.core import bad_feedback as core
from responder.core import digest
from responder.core.bad_feedback import FeedbackStanding
from responder.tasks.report.values import Reporter

FRESH = timedelta(days=14)
"""What was given longer ago is no news, whenever a report told of it."""


def news(conn: Connection, reporter: Reporter, since_at: datetime | None, now: datetime) -> digest.BadNews:
    """Return it: new is what an alert told since the last digest, or what the next one will tell."""
    rules = removal_rules.load()
    found = bad_feedback.found(conn, reporter.accounts, now - timedelta(days=rules.days))
    standing = [each for each in found if each.feedback.standing is FeedbackStanding.OPEN]
    told = bad_feedback.told_at(conn, standing)

    def is_new(each: Found) -> bool:
        told_at = told.get((each.account, each.order_id))
        if told_at is None:
            return each.feedback.at >= now - FRESH
        return since_at is None or told_at >= since_at

    return digest.BadNews(
        new=tuple(_row(reporter, each) for each in standing if is_new(each)),
        older=tuple(_row(reporter, each) for each in standing if not is_new(each)),
        days=rules.days,
        zones=reporter.orders.zones,
    )


def _row(reporter: Reporter, each: Found) -> digest.BadRow:
    spoken = core.languages(catalogue.load(), each.marketplace, reporter.rates.shops.get(each.account, ()))
    hints = core.hints(each.feedback, each.order, removal_rules.load(), spoken)
    return digest.BadRow(each.order_id, each.marketplace, each.feedback, hints)
