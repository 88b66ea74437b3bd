"""
Alerts: the mails that cannot wait for the digest.

One mail names every thread and notice that needs somebody now, so that ten late messages make one alert.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from responder.core import cancelling, wording
from responder.core.digest import Notice, OpenThread, notice_words
from responder.core.message import clean
from responder.core.speech import say, several

ROWS = 40


@dataclass(frozen=True, slots=True)
class Alert:
    """A plain-text mail to the operator."""

    subject: str
    text: str


def deadlines(
    told: Sequence[OpenThread | Notice], *, now: datetime, zone: ZoneInfo, hosts: Mapping[str, str] | None = None
) -> Alert:
    """Return the alert for what is due soon, overdue at `now`, or needs somebody at once: one thing at least."""
    rows = in_order(told, now)
    return Alert(_subject(rows, now, zone), "\n".join(_text(rows, now, zone, hosts or {})))


def in_order(told: Sequence[OpenThread | Notice], now: datetime) -> list[OpenThread | Notice]:
    """Return what an alert tells of: by what ends first; what has no end needs somebody now."""
    return sorted(told, key=lambda each: (ends_at(each) or now, isinstance(each, Notice), each.id))


def shown(told: Sequence[OpenThread | Notice], now: datetime) -> list[OpenThread | Notice]:
    """Return what has a row of its own: the others are only counted, so nobody is told of them."""
    return in_order(told, now)[:ROWS]


def ends_at(each: OpenThread | Notice) -> datetime | None:
    """Return until when somebody has to act; None for a notice without a deadline."""
    return each.due_at if isinstance(each, Notice) else each.answer_by_at


def _subject(rows: Sequence[OpenThread | Notice], now: datetime, zone: ZoneInfo) -> str:
    """Name the most urgent one; the order number tells two alerts of one day apart."""
    said = _first(rows[0], now, zone)
    others = len(rows) - 1
    return several(others, "{first} and {n} other", "{first} and {n} others", first=said) if others else said


def _first(first: OpenThread | Notice, now: datetime, zone: ZoneInfo) -> str:
    what, end = _named(first), ends_at(first)
    if end is None:
        return say("Needs you: {what}", what=what)
    if end < now:
        return say("Overdue: {what}", what=what)
    time = wording.moment(end, now, zone)
    if isinstance(first, Notice):
        return say("Act by {time}: {what}", time=time, what=what)
    return say("Answer by {time}: {what}", time=time, what=what)


def _named(first: OpenThread | Notice) -> str:
    order = wording.order_number(first.order_id)
    whole = clean(first.subject, 100)
    if order and order in whole:  # the number comes once, and never cut
        what = wording.quoted(whole)
    else:
        what = wording.quoted(clean(first.subject, 60) or say("(no subject)")) + (f" {order}" if order else "")
    return f"{notice_words.kind(first)} {what}" if isinstance(first, Notice) else what


def _text(
    rows: Sequence[OpenThread | Notice], now: datetime, zone: ZoneInfo, hosts: Mapping[str, str]
) -> Iterator[str]:
    told = sum(isinstance(each, Notice) for each in rows)
    yield say("{waiting} (times in {zone}):", waiting=_waiting(len(rows) - told, told), zone=zone.key)
    for each in rows[:ROWS]:
        yield ""
        yield from lines(each, now, zone, hosts)
    if len(rows) > ROWS:
        yield ""
        yield more(len(rows) - ROWS)
    yield ""
    if any(ends_at(each) is not None for each in rows):
        yield say("Amazon's clock runs on weekends and holidays too; an acknowledgement does not stop it.")
    if told < len(rows):
        command = "responder thread NUMBER no-response-needed"
        yield say("Reply to the buyer's mail as usual. No answer needed? Type: {command}", command=command)
    if told:
        command = "responder notice NUMBER seen"
        yield say("A notice is dealt with in Seller Central. Is it? Type: {command}", command=command)


def more(number: int) -> str:
    """Return how many threads and notices have no row, and where they are."""
    command = "responder threads --open, responder notices --needs-answer"
    return several(number, "and {n} more: {command}", "and {n} more: {command}", command=command)


def _waiting(messages: int, told: int) -> str:
    written = several(messages, "{n} message waits for your answer", "{n} messages wait for your answer")
    notices = several(told, "{n} notice from Amazon needs you", "{n} notices from Amazon need you")
    if messages and told:
        return say("{messages} and {notices}", messages=written, notices=notices)
    return written if messages else notices


def lines(each: OpenThread | Notice, now: datetime, zone: ZoneInfo, hosts: Mapping[str, str]) -> Iterator[str]:
    """Return the lines about one thread or notice: when, what, where, and the way there."""
    return _notice(each, now, zone, hosts) if isinstance(each, Notice) else _thread(each, now, zone, hosts)


def _notice(notice: Notice, now: datetime, zone: ZoneInfo, hosts: Mapping[str, str]) -> Iterator[str]:
    subject = clean(notice.subject) or say("(no subject)")
    order = wording.order_number(notice.order_id)
    place = clean(notice.marketplace, 40) if notice.marketplace else say("marketplace unknown")
    came = say("came {time}", time=wording.moment(notice.received_at, now, zone))
    due = notice.due_at
    when = f"{wording.deadline(due, now, zone)} ({wording.left(due, now)})" if due else say("Needs you")
    yield f"{when}  {wording.labelled(notice_words.kind(notice), subject)}"
    facts = (place, order, *notice_words.amounts(notice), came, say("notice no. {number}", number=notice.id))
    yield "  " + " · ".join(part for part in facts if part)
    for remark in notice_words.remarks(notice, now, zone):
        yield f"  {remark}"
    for link in wording.seller_central(notice.marketplace, order, hosts, subject):
        if link.opens == wording.ORDER:
            yield f"  {wording.labelled(link.label, link.href)}"


def _thread(thread: OpenThread, now: datetime, zone: ZoneInfo, hosts: Mapping[str, str]) -> Iterator[str]:
    subject = clean(thread.subject) or say("(no subject)")
    order = wording.order_number(thread.order_id)
    place = clean(thread.marketplace, 40) if thread.marketplace else say("marketplace unknown")
    by = thread.answer_by_at
    yield f"{wording.deadline(by, now, zone)} ({wording.left(by, now)})  {subject}"
    yield "  " + " · ".join(part for part in (place, order, say("no. {number}", number=thread.id)) if part)
    yield from _clocks(thread, now, zone)
    if thread.cancelling:
        requested = thread.cancelling.requested_at
        came = wording.moment(requested, now, zone) if requested else ""
        yield "  " + say("The buyer {asks}.", asks=cancelling.advice(thread.cancelling, order, came))
    if thread.acknowledged_at:
        at = wording.moment(thread.acknowledged_at, now, zone)
        yield "  " + say("acknowledged {time}: Amazon's clock is still running", time=at)
    if not thread.verified:
        yield "  " + say("The sender could not be verified: compare with Seller Central before you answer.")
    for link in wording.seller_central(thread.marketplace, order, hosts, subject):
        yield f"  {wording.labelled(link.label, link.href)}"


def _clocks(thread: OpenThread, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Say which clock the row's time is, and what the other one shows."""
    if thread.promise_at is None:
        return
    if thread.promised_first:
        amazons = f"{wording.moment(thread.due_at, now, zone)} ({wording.left(thread.due_at, now)})"
        yield "  " + say("That is what your acknowledgement promised; Amazon's deadline is {time}.", time=amazons)
    elif thread.promise_at > thread.due_at:
        promised = wording.moment(thread.promise_at, now, zone)
        yield "  " + say("Your acknowledgement promised {time}; Amazon's deadline is sooner.", time=promised)


def trouble(problem: str, hint: str, *, now: datetime, zone: ZoneInfo) -> Alert:
    """Return the alert for something that stops the daemon from doing its work."""
    line, way_out = clean(problem, 400), clean(hint, 400)
    when = f"{wording.long_day(now.astimezone(zone).date())} {wording.clock(now, zone)} ({zone.key})"
    lines = [
        f"{line}.".replace("..", "."),
        "",
        *([say("What to do: {way_out}", way_out=way_out), ""] if way_out else []),
        say("Noticed {when}.", when=when),
    ]
    return Alert(say("Problem: {problem}", problem=clean(problem, 120)), "\n".join(lines))
