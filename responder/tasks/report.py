"""
The daily digest: gathered, written and enqueued in one transaction, once per local day.

A restart after the hour sends the day's digest late rather than not; days that passed meanwhile are not made up for.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import structlog
from sqlalchemy import Connection

from responder.adapters import digest_page
from responder.adapters.clock import Clock
from responder.adapters.store import (
    Store,
    cursors,
    decisions,
    digests,
    doubts,
    findings,
    health,
    mails,
    new_kinds,
    notices,
    order_news,
    outbox,
    sending,
    threads,
)
from responder.adapters.store.order_news import Place
from responder.core import breaker, calendars, compose, digest
from responder.core import operator as operators
from responder.core.calendars import Calendar, DayKind
from responder.core.deadlines import AnswerPolicy
from responder.core.operator import Operator
from responder.core.threads import Thread, ThreadState
from responder.core.unattended import windows_ahead

log = structlog.get_logger()

DAY = timedelta(days=1)
CLOSED_DAYS = 14
SNIPPET = 140
DOUBTFUL = 10
LAST_MAIL = "last_mail_id"
LAST_CHANGE = "last_calendar_change_id"
BUSINESS = "business_order_ids"
SHOWN = 400
"""Rows read for a digest; what is shown is capped further by the digest itself, which says how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """What a digest is made from besides the state, and for whom."""

    operator: Operator
    accounts: tuple[str, ...]
    at: time
    days: frozenset[int]
    calendar: Calendar
    answer: AnswerPolicy
    version: str
    marks_seen: bool
    dry_run: bool
    orders: Place


def due_day(reporter: Reporter, last: date | None, started_at: datetime, now: datetime) -> date | None:
    """Return the local day whose digest is due at `now` and not made; None when there is none."""
    today = now.astimezone(reporter.operator.zone).date()
    for day in (today - back * DAY for back in range(8)):
        at = calendars.instant(day, reporter.at, reporter.operator.zone)
        if at <= now and day.weekday() in reporter.days:
            # A last digest of a day to come was written while the clock was wrong: it must not silence today's.
            made = last is not None and day <= last <= today
            return day if not made and at > started_at else None
    return None


def next_at(reporter: Reporter, now: datetime) -> datetime:
    """Return when the next digest is due, strictly after `now`."""
    day, at = calendars.next_daily(now, reporter.at, reporter.operator.zone)
    while day.weekday() not in reporter.days:
        day, at = calendars.next_daily(at, reporter.at, reporter.operator.zone)
    return at


def turn(conn: Connection, reporter: Reporter, started_at: datetime, now: datetime) -> int | None:
    """Write the digest that is due, if any, and return its outbox row."""
    last = digests.last_digest(conn)
    day = due_day(reporter, last.day if last else None, started_at, now)
    return None if day is None else write(conn, reporter, day, now)


def write(conn: Connection, reporter: Reporter, day: date, now: datetime) -> int | None:
    """Enqueue the digest of `day`; None when that day has one."""
    outbox_id = _enqueue(conn, reporter, f"digest:{day.isoformat()}", now)
    if outbox_id is not None:
        digests.insert_digest(conn, day, outbox_id, now)
    return outbox_id


def write_extra(conn: Connection, reporter: Reporter, now: datetime) -> int | None:
    """Enqueue a digest that was asked for; the daily ones come as ever. None when this second has one."""
    return _enqueue(conn, reporter, f"digest:extra:{now.isoformat(timespec='seconds')}", now)


def _enqueue(conn: Connection, reporter: Reporter, key: str, now: datetime) -> int | None:
    facts = gather(conn, reporter, now)
    page = digest.content(facts)
    mail = operators.write(
        reporter.operator,
        compose.DIGEST,
        key,
        now,
        subject=page.subject,
        text=digest_page.text(page),
        html=digest_page.html(page),
    )
    told = {
        "notice_ids": [notice.id for notice in digest.shown_notices(facts)],
        "new_kind_ids": [kind.id for kind in digest.shown_new_kinds(facts)],
        LAST_MAIL: mails.last_id(conn),
        LAST_CHANGE: max((each.id for each in _changes(conn)), default=0),
        "report_file_ids": [each.id for each in digest.shown_reports(facts)],
        BUSINESS: order_news.told_of(conn, facts.orders, [each.id for each in digest.shown_uploads(facts)], now),
    }
    to = reporter.operator
    return outbox.enqueue_for_operator(conn, to.account, mail, to.email, now, told)


def gather(conn: Connection, reporter: Reporter, now: datetime) -> digest.DigestFacts:
    """Return everything the digest at `now` is written from."""
    last = digests.last_digest(conn)
    since_at = last.at if last else None
    local = now.astimezone(reporter.operator.zone)
    return digest.DigestFacts(
        now=now,
        since_at=since_at,
        zone=reporter.operator.zone,
        number=digests.next_number(conn),
        version=reporter.version,
        threads=tuple(filter(None, (_open(conn, thread) for thread in threads.threads(conn, open=True, limit=SHOWN)))),
        decisions=tuple(_decision(conn, row) for row in _to_decide(conn, since_at)),
        unsure=tuple(_unsure(each) for each in doubts.doubts(conn, SHOWN)),
        sent=tuple(_sent(conn, row) for row in _sent_rows(conn, since_at)),
        notices=tuple(_notice(conn, notice) for notice in notices.notices_for_digest(conn)[:SHOWN]),
        new_kinds=tuple(_new_kind(kind) for kind in new_kinds.new_kinds(conn, untold=True)[:SHOWN]),
        orders=order_news.news(conn, reporter.orders, now, told=_business_told(conn, last), shown=SHOWN),
        marks_notices_seen=reporter.marks_seen,
        closed_days=_closed_days(reporter, local.date()),
        unattended=windows_ahead(reporter.calendar, now, reporter.answer.answer_within),
        calendar_changes=tuple(_calendar_changes(conn, _told_up_to(conn, last, LAST_CHANGE))),
        problems=(*_sending(conn, reporter, since_at, now), *_problems(conn, last)),
        accounts=reporter.accounts,
        next_digest_at=next_at(reporter, now),
        hosts=reporter.operator.hosts,
        dry_run=sending.state(conn).rehearses(dry_run=reporter.dry_run),
        live_since=sending.state(conn).live_since,
    )


def _open(conn: Connection, thread: Thread) -> digest.OpenThread | None:
    written = [
        mail
        for mail in mails.thread_mails(conn, thread.id)
        if mail.kind == "buyer_message" and mail.role == "inbox" and mail.repeat_of is None
    ]
    waiting = [mail for mail in written if thread.received_at is None or mail.received_at >= thread.received_at]
    first = waiting[0] if waiting else None
    shown = operators.waiting(
        thread,
        messages=max(len(waiting), 1),
        verified=not waiting or any(mail.authentic != "fail" for mail in waiting),
        snippet=digest.snippet(first.text, first.attachments, SNIPPET) if first else "",
    )
    attached = tuple(each.name for mail in waiting for each in mail.attachments)
    return shown and replace(shown, attachments=attached, returned=_returned(conn, thread))


def _returned(conn: Connection, thread: Thread) -> digest.Returned | None:
    """Return the answer that did not arrive, where no later one did."""
    mail = mails.last_returned(conn, thread.id)
    if mail is None or (thread.answered_at is not None and thread.answered_at > mail.received_at):
        return None
    return digest.Returned(mail.received_at, mail.returned_why or "returned")


def _to_decide(conn: Connection, since_at: datetime | None) -> list[outbox.OutboxRow]:
    """Return what waits for a person; a refused mail is told as long as its buyer waits, any other once."""
    rows = list(outbox.outbox_rows(conn, ("held", "ambiguous"), SHOWN, raw=False))
    lately = _refused_since(conn, since_at)
    for row in outbox.outbox_rows(conn, ("refused",), SHOWN, raw=False):
        thread = _thread_of(conn, row)
        news = since_at is None or row.created_at >= since_at or row.id in lately
        if (thread.state is ThreadState.OPEN) if thread else news:
            rows.append(row)
    return rows


def _refused_since(conn: Connection, since_at: datetime | None) -> frozenset[int | None]:
    """Return what came back since then: a mail that nobody asked for may have been made days before."""
    known = (
        each
        for action in (decisions.BOUNCED, decisions.REFUSED)
        for each in decisions.decisions(conn, action=action, since=since_at)
    )
    return frozenset(each.outbox_id for each in known)


def _thread_of(conn: Connection, row: outbox.OutboxRow) -> Thread | None:
    return threads.thread(conn, row.thread_id) if row.thread_id is not None else None


def _about(conn: Connection, row: outbox.OutboxRow) -> tuple[str | None, str | None]:
    """Return the marketplace and the order of a mail to a buyer, whether it is in a thread or nobody asked for it."""
    thread = _thread_of(conn, row)
    if thread is not None or row.kind not in outbox.PROACTIVE_KINDS:
        return (thread.marketplace, thread.order_id) if thread else (None, None)
    return row.recipient.rpartition("@")[2].removeprefix("marketplace."), row.payload.get("order_id")


def _decision(conn: Connection, row: outbox.OutboxRow) -> digest.Decision:
    marketplace, order_id = _about(conn, row)
    return digest.Decision(
        id=row.id,
        kind=row.kind,
        state=row.state,
        reason=row.reason or "",
        subject=row.subject,
        marketplace=marketplace,
        order_id=order_id,
        expires_at=row.expires_at,
        thread_id=row.thread_id,
        broken=row.state == "held" and bool(findings.found(row)),
    )


def _unsure(doubt: doubts.Doubt) -> digest.Unsure:
    waiting = tuple(
        digest.MayBeAnswered(each.id, each.marketplace, each.order_id, each.subject) for each in doubt.threads
    )
    return digest.Unsure(doubt.at, doubt.words, waiting)


def _sent_rows(conn: Connection, since_at: datetime | None) -> list[outbox.OutboxRow]:
    kinds = (compose.ACKNOWLEDGEMENT, *outbox.PROACTIVE_KINDS)
    rows = outbox.outbox_rows(conn, ("sent",), SHOWN, kinds=kinds, since=since_at, raw=False)
    return sorted((row for row in rows if row.sent_at), key=lambda row: (row.sent_at or row.created_at, row.id))


def _sent(conn: Connection, row: outbox.OutboxRow) -> digest.SentMail:
    marketplace, order_id = _about(conn, row)
    return digest.SentMail(
        at=row.sent_at or row.created_at,
        kind=row.kind,
        marketplace=marketplace,
        order_id=order_id,
        subject=row.subject,
    )


def _notice(conn: Connection, notice: notices.Notice) -> digest.Notice:
    mail = mails.mail(conn, notice.mail_id)
    return digest.Notice(
        id=notice.id,
        notice_type=notice.notice_type,
        marketplace=notice.marketplace,
        order_id=notice.order_id,
        subject=notice.subject,
        received_at=notice.received_at,
        due_at=notice.due_at,
        verified=mail is None or mail.authentic != "fail",
    )


def _new_kind(kind: new_kinds.NewKind) -> digest.NewKind:
    return digest.NewKind(kind.id, kind.key, kind.subject, kind.sender, kind.verified, kind.sampled)


def _closed_days(reporter: Reporter, today: date) -> tuple[digest.ClosedDay, ...]:
    days = calendars.days(reporter.calendar, today, CLOSED_DAYS)
    open_kinds = (DayKind.WORKING, DayKind.OPEN)
    return tuple(digest.ClosedDay(day.on, str(day.kind), day.name) for day in days if day.kind not in open_kinds)


def _sending(conn: Connection, reporter: Reporter, since_at: datetime | None, now: datetime) -> Iterator[str]:
    """Yield what keeps mail from buyers, and how much was too late since the last digest: nothing is lost silently."""
    obstacle, waiting = sending.state(conn).obstacle(now), sending.waiting(conn, now, since_at)
    if obstacle is not None:
        yield breaker.words(obstacle, waiting.valid, now, reporter.operator.zone)
    if waiting.expired:
        yield breaker.too_late(waiting.expired)


def _problems(conn: Connection, last: digests.DigestRow | None) -> tuple[str, ...]:
    troubles = [f"{each.account}: {each.problem}" for each in health.health(conn) if each.problem]
    aside = [
        f"{each.account}: mail {each.uid} in {each.folder} could not be read and was set aside ({each.error})"
        for each in cursors.quarantined(conn)
    ]
    since_at = last.at if last else None
    lost = [
        f"{each.account}: {each.detail['words']}"
        for action in (decisions.RETURNED_UNSURE, decisions.BCC_NOT_BELIEVED)
        for each in decisions.decisions(conn, action=action, since=since_at, limit=SHOWN)
        if action != decisions.BCC_NOT_BELIEVED or _still_asks(conn, each)
    ]
    return (*troubles, *aside, *lost, *_doubtful(mails.unverified(conn, _told_up_to(conn, last, LAST_MAIL))))


def _still_asks(conn: Connection, doubt: decisions.Decided) -> bool:
    """A copy that was not believed asks nobody any more once its thread was answered another way."""
    thread = None if doubt.thread_id is None else threads.thread(conn, doubt.thread_id)
    return thread is None or thread.state is ThreadState.OPEN


def _changes(conn: Connection) -> tuple[decisions.Decided, ...]:
    return decisions.decisions(conn, action=decisions.CALENDAR_CHANGED)


def _calendar_changes(conn: Connection, told: int) -> Iterator[str]:
    """Yield what an update changed in the calendar since the last digest."""
    for change in _changes(conn):
        if change.id > told:
            yield from change.detail["words"]


def _told_up_to(conn: Connection, last: digests.DigestRow | None, what: str) -> int:
    """Return up to which row the last digest told; by time a mail fetched late would be between two digests."""
    row = outbox.outbox_row(conn, last.outbox_id) if last and last.outbox_id is not None else None
    return int(row.payload.get(what, 0)) if row else 0


def _business_told(conn: Connection, last: digests.DigestRow | None) -> frozenset[int]:
    """Return the business orders of which the last digest has told, and those before it; none if it did not arrive."""
    row = outbox.outbox_row(conn, last.outbox_id) if last and last.outbox_id is not None else None
    return frozenset() if row is None or row.state == "refused" else frozenset(row.payload.get(BUSINESS, ()))


def _doubtful(found: Sequence[mails.StoredMail]) -> Iterator[str]:
    for each in found[:DOUBTFUL]:
        subject = each.subject or "(no subject)"
        yield f"{each.account}: not verified, nothing was sent: {subject} ({each.authentic_reason})"
    if len(found) > DOUBTFUL:
        yield f"and {len(found) - DOUBTFUL} more mails that are not verified: look at the mailbox"


async def run(
    store: Store,
    reporter: Reporter,
    started_at: datetime,
    clock: Clock,
    *,
    wake: asyncio.Event,
    enqueued: Callable[[str], None],
    ticked: Callable[[], None],
) -> None:
    """Write a digest each day, for ever."""
    while True:
        now = clock.now()
        outbox_id = await store.tx(turn, reporter, started_at, now)
        if outbox_id is not None:
            log.info("digest written", outbox=outbox_id)
            enqueued(reporter.operator.account)
        ticked()
        await clock.wait(wake, next_at(reporter, now))
