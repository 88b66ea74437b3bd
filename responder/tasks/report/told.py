"""
What a digest tells of, as its outbox row remembers it: where the next one goes on, and what a bounce takes back.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from responder.adapters.store import digests, mail_actions, mails, order_news, outbox
from responder.core import digest
from responder.tasks.report import problems
from responder.tasks.report.values import Reporter

LAST_MAIL = "last_mail_id"
LAST_CHANGE = "last_calendar_change_id"
LAST_ASKED = "last_asked_id"
BUSINESS = "business_order_ids"


def payload(conn: Connection, reporter: Reporter, facts: digest.DigestFacts, now: datetime) -> dict[str, Any]:
    """Return what a digest of these facts tells of."""
    return {
        "notice_ids": [notice.id for notice in digest.shown_notices(facts)],
        "new_kind_ids": [kind.id for kind in digest.shown_new_kinds(facts)],
        LAST_MAIL: mails.last_id(conn),
        LAST_CHANGE: max((each.id for each in problems.changes(conn)), default=0),
        LAST_ASKED: mail_actions.last_id(conn),
        "report_file_ids": [each.id for each in digest.shown_reports(facts)],
        BUSINESS: order_news.told_of(conn, facts.orders, [each.id for each in digest.shown_uploads(facts)], now),
    }


def up_to(conn: Connection, last: digests.DigestRow | None, what: str) -> int:
    """Return up to which row the last digest told; by time a mail fetched late would be between two digests."""
    row = outbox.outbox_row(conn, last.outbox_id) if last and last.outbox_id is not None else None
    return int(row.payload.get(what, 0)) if row else 0


def business(conn: Connection, last: digests.DigestRow | None) -> frozenset[int]:
    """Return the business orders of which the last digest has told, and those before it."""
    row = outbox.outbox_row(conn, last.outbox_id) if last and last.outbox_id is not None else None
    return frozenset(row.payload.get(BUSINESS, ())) if row else frozenset()
