"""
Everything the digest is written from, read in one transaction.
"""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from responder.adapters import room, time_service
from responder.adapters.store import (
    daemon_health,
    digests,
    late_orders,
    mail_actions,
    mails,
    message_days,
    order_news,
    outages,
    rates,
    sending,
)
from responder.core import calendars, digest
from responder.core.actions import Links
from responder.core.calendars import DayKind
from responder.core.unattended import windows_ahead
from responder.tasks.report import arriving, bad, due, noticed, outgoing, problems, rows, told
from responder.tasks.report.values import SHOWN, Reporter

CLOSED_DAYS = 14


def gather(conn: Connection, reporter: Reporter, now: datetime, *, looking: bool = False) -> digest.DigestFacts:
    """Return everything the digest at `now` is written from; who is `looking` may do so while no daemon runs."""
    last = digests.last_that_counts(conn)
    since_at = last.at if last else None
    local = now.astimezone(reporter.operator.zone)
    return digest.DigestFacts(
        now=now,
        since_at=since_at,
        zone=reporter.operator.zone,
        number=digests.next_number(conn),
        version=reporter.version,
        threads=rows.threads_waiting(conn, reporter.operator.cancelling, reporter.words),
        decisions=tuple(outgoing.decision(conn, row) for row in outgoing.to_decide(conn, since_at)),
        unsure=rows.unsure_rows(conn),
        sent=tuple(outgoing.sent(conn, row) for row in outgoing.sent_rows(conn, since_at)),
        notices=noticed.rows(conn, now),
        new_kinds=noticed.new_kind_rows(conn),
        bad_feedback=bad.news(conn, reporter, since_at, now),
        late=late_orders.news(
            conn,
            reporter.accounts,
            reporter.calendar,
            reporter.orders,
            now,
            weekly=due.first_of_week(reporter, since_at, now),
        ),
        orders=order_news.news(conn, reporter.orders, now, told=told.business(conn, last), shown=SHOWN),
        rates=rates.measured(conn, reporter.rates, now) if reporter.rates_known is None else reporter.rates_known,
        marks_notices_seen=reporter.marks_seen,
        closed_days=_closed_days(reporter, local.date()),
        unattended=windows_ahead(reporter.calendar, now, reporter.answer.answer_within),
        calendar_changes=tuple(problems.calendar_changes(conn, told.up_to(conn, last, told.LAST_CHANGE))),
        problems=(
            *(problems.never_looked_at(conn, reporter) if looking else ()),
            *problems.keeps_mail_back(conn, reporter, since_at, now),
            *problems.problems(conn, since_at, told.up_to(conn, last, told.LAST_MAIL)),
        ),
        outages=_outages(conn, reporter, now, looking=looking),
        accounts=reporter.accounts,
        next_digest_at=due.next_at(reporter, now),
        hosts=reporter.operator.hosts,
        dry_run=sending.state(conn).rehearses(dry_run=reporter.dry_run),
        live_since=sending.state(conn).live_since,
        actions=_links(conn, reporter, now),
        asked=mail_actions.asked(conn, told.up_to(conn, last, told.LAST_ASKED), SHOWN),
        messages=message_days.messages(conn, reporter.rates.shops, reporter.operator.zone, now),
        health=_health(conn, reporter, since_at, now),
        words=reporter.words,
    )


def _links(conn: Connection, reporter: Reporter, now: datetime) -> Links | None:
    """Return the links that answer this digest, where it is to have any; the instant makes them its own."""
    if reporter.links_for is None:
        return None
    return Links(
        secret=reporter.operator.secret,
        address=reporter.operator.from_address,
        issued_at=now,
        valid_for=reporter.links_for,
        batch=now.isoformat(),
        last_mail=mails.last_id(conn),
    )


def _health(conn: Connection, reporter: Reporter, since_at: datetime | None, now: datetime) -> digest.DaemonHealth:
    known = daemon_health.of(conn, reporter.accounts, since_at)
    disk = room.room(reporter.folder) if reporter.folder is not None else None
    used = 1 - disk.free / disk.whole if disk is not None and disk.whole else None
    more = tuple(arriving.lines(conn, reporter, now))
    return replace(known, clock_kept=time_service.is_kept(), disk_used=used, more=more)


def _outages(conn: Connection, reporter: Reporter, now: datetime, *, looking: bool) -> tuple[digest.Outage, ...]:
    """Return the times in which nobody watched and of which no digest told; for who is `looking` also that of now."""
    known = outages.untold(conn)
    before = outages.heartbeat_at(conn) if looking else None
    if before is not None and now - before > outages.NOTICEABLE:
        known = (*known, outages.Outage(before, now))
    return tuple(daemon_health.outage(conn, each, reporter.accounts) for each in known)


def _closed_days(reporter: Reporter, today: date) -> tuple[digest.ClosedDay, ...]:
    days = calendars.days(reporter.calendar, today, CLOSED_DAYS)
    open_kinds = (DayKind.WORKING, DayKind.OPEN)
    return tuple(digest.ClosedDay(day.on, str(day.kind), day.name) for day in days if day.kind not in open_kinds)
