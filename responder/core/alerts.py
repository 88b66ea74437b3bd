"""
Alerts: the mails that cannot wait for the digest.

One mail names every thread that is near its deadline or past it, so that ten late messages make one alert.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from responder.core import cancelling, wording
from responder.core.digest import OpenThread
from responder.core.message import clean
from responder.core.wording import counted

ROWS = 40


@dataclass(frozen=True, slots=True)
class Alert:
    """A plain-text mail to the operator."""

    subject: str
    text: str


def deadlines(
    threads: tuple[OpenThread, ...], *, now: datetime, zone: ZoneInfo, hosts: Mapping[str, str] | None = None
) -> Alert:
    """Return the alert for threads that are due soon or overdue at `now`; there must be at least one."""
    rows = sorted(threads, key=lambda thread: (thread.answer_by_at, thread.id))
    late = sum(thread.answer_by_at < now for thread in rows)
    return Alert(_subject(rows, late, now, zone), "\n".join(_text(rows, now, zone, hosts or {})))


def _subject(rows: list[OpenThread], late: int, now: datetime, zone: ZoneInfo) -> str:
    """Name the most urgent message; the order number tells two alerts of one day apart."""
    first = rows[0]
    order = wording.order_number(first.order_id)
    what = f"“{clean(first.subject, 60) or '(no subject)'}”" + (f" {order}" if order else "")
    others = f" and {counted(len(rows) - 1, 'other')}" if len(rows) > 1 else ""
    if late:
        return f"Overdue: {what}{others}"
    return f"Answer by {wording.moment(first.answer_by_at, now, zone)}: {what}{others}"


def _text(rows: list[OpenThread], now: datetime, zone: ZoneInfo, hosts: Mapping[str, str]) -> Iterator[str]:
    yield f"{_waiting(rows)} (times in {zone.key}):"
    for thread in rows[:ROWS]:
        yield ""
        yield from row(thread, now, zone, hosts)
    if len(rows) > ROWS:
        yield f"\nand {len(rows) - ROWS} more: responder threads --open, responder notices --unseen"
    yield ""
    yield "Amazon's clock runs on weekends and holidays too; an acknowledgement does not stop it."
    if any(not row.notice for row in rows):
        yield "Reply to the buyer's mail as usual. No answer needed? Type: responder thread NUMBER no-response-needed"
    if any(row.notice for row in rows):
        yield "A notice is dealt with in Seller Central. Is it? Type: responder notice NUMBER seen"


def _waiting(rows: list[OpenThread]) -> str:
    told = sum(row.notice for row in rows)
    messages = len(rows) - told
    written = "1 message waits for your answer" if messages == 1 else f"{messages} messages wait for your answer"
    notices = f"{counted(told, 'notice')} from Amazon {'needs' if told == 1 else 'need'} you"
    return " and ".join([*([written] if messages else []), *([notices] if told else [])])


def row(thread: OpenThread, now: datetime, zone: ZoneInfo, hosts: Mapping[str, str]) -> Iterator[str]:
    """Return the lines about one thread or notice: when, what, where, and the way there."""
    subject = clean(thread.subject) or "(no subject)"
    order = wording.order_number(thread.order_id)
    place = clean(thread.marketplace, 40) if thread.marketplace else "marketplace unknown"
    number = f"notice no. {thread.id}" if thread.notice else f"no. {thread.id}"
    by = thread.answer_by_at
    yield f"{wording.deadline(by, now, zone)} ({wording.left(by, now)})  {subject}"
    yield "  " + " · ".join(part for part in (place, order, number) if part)
    yield from _clocks(thread, now, zone)
    if thread.cancelling:
        requested = thread.cancelling.requested_at
        came = wording.moment(requested, now, zone) if requested else ""
        yield f"  The buyer {cancelling.advice(thread.cancelling, order, came)}."
    if thread.acknowledged_at:
        yield f"  acknowledged {wording.moment(thread.acknowledged_at, now, zone)}: Amazon's clock is still running"
    if not thread.verified:
        yield "  The sender could not be verified: compare with Seller Central before you answer."
    for link in wording.seller_central(thread.marketplace, order, hosts, subject):
        yield f"  {link.label}: {link.href}"


def _clocks(thread: OpenThread, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Say which clock the row's time is, and what the other one shows."""
    if thread.promise_at is None:
        return
    if thread.promised_first:
        amazons = f"{wording.moment(thread.due_at, now, zone)} ({wording.left(thread.due_at, now)})"
        yield f"  That is what your acknowledgement promised; Amazon's deadline is {amazons}."
    elif thread.promise_at > thread.due_at:
        promised = wording.moment(thread.promise_at, now, zone)
        yield f"  Your acknowledgement promised {promised}; Amazon's deadline is sooner."


def trouble(problem: str, hint: str, *, now: datetime, zone: ZoneInfo) -> Alert:
    """Return the alert for something that stops the daemon from doing its work."""
    line, way_out = clean(problem, 400), clean(hint, 400)
    when = f"{wording.long_day(now.astimezone(zone).date())} {wording.clock(now, zone)} ({zone.key})"
    lines = [
        f"{line}.".replace("..", "."),
        "",
        *([f"What to do: {way_out}", ""] if way_out else []),
        f"Noticed {when}.",
    ]
    return Alert(f"Problem: {clean(problem, 120)}", "\n".join(lines))
