"""
The digest's sections, in the order in which they need a person.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from responder.core import cancelling, unattended, wording
from responder.core.digest import bad_feedback, late, notices, orders, rates, unsure
from responder.core.digest.attached import names
from responder.core.digest.facts import ClosedDay, Decision, DigestFacts, OpenThread
from responder.core.digest.page import Group, Item, Items, Lines, Section, Table
from responder.core.digest.words import (
    ROWS,
    capped,
    closed_name,
    due_soon,
    kind_name,
    kinds_counted,
    language_name,
    more,
    past_due,
    place,
    release_words,
    state_name,
)
from responder.core.message import clean
from responder.core.wording import counted


def sections(facts: DigestFacts, threads: Sequence[OpenThread]) -> Iterator[Section]:
    """Return every section that has something to say."""
    trusted = [thread for thread in threads if thread.verified]
    doubtful = [thread for thread in threads if not thread.verified]
    if trusted:
        yield _answers(facts, trusted)
    if doubtful:
        yield _unverified(facts, doubtful)
    if facts.decisions or facts.unsure:
        yield _decisions(facts)
    yield from bad_feedback.sections(facts)
    yield from late.sections(facts)
    if not facts.orders.is_empty:
        yield orders.section(facts)
    if facts.sent:
        yield _sent(facts)
    if facts.notices:
        yield notices.section(facts)
    if facts.new_kinds:
        yield notices.new_kinds(facts)
    yield from rates.sections(facts)
    yield from _next_days(facts)
    if facts.calendar_changes:
        yield Lines("Calendar changed", tuple(clean(change, 400) for change in facts.calendar_changes))
    if facts.problems:
        yield Lines("Problems", capped([clean(problem, 400) for problem in facts.problems], "responder status"))


def _answers(facts: DigestFacts, threads: Sequence[OpenThread]) -> Items:
    shown = threads[:ROWS]
    late, soon = past_due(facts, shown), due_soon(facts, shown)
    later = [thread for thread in shown if thread not in late and thread not in soon]
    until = wording.moment(facts.next_digest_at, facts.now, facts.zone) if facts.next_digest_at else ""
    groups = [
        Group("Overdue", tuple(_answer(facts, thread, "late") for thread in late)),
        Group(
            f"Before the next digest ({until})" if until else "Within 24 hours",
            tuple(_answer(facts, thread, "soon") for thread in soon),
        ),
        Group("Later", tuple(_answer(facts, thread, "later") for thread in later)),
    ]
    return Items(
        "Answer first",
        f"{len(threads)} open",
        "Sorted by what ends first, Amazon's deadline or our promise. Amazon's runs on weekends and holidays too.",
        tuple(group for group in groups if group.items),
        more(len(threads), "responder threads --open"),
    )


def _answer(facts: DigestFacts, thread: OpenThread, urgency: str) -> Item:
    subject = clean(thread.subject) or "(no subject)"
    order = wording.order_number(thread.order_id)
    details = [place(thread.marketplace), order, language_name(thread.language), f"no. {thread.id}"]
    return Item(
        when=wording.deadline(thread.answer_by_at, facts.now, facts.zone),
        left=wording.left(thread.answer_by_at, facts.now),
        urgency=urgency,
        title=subject,
        details=tuple(detail for detail in details if detail),
        note=" · ".join(_remarks_on(facts, thread)),
        snippet=wording.masked(thread.snippet),
        links=wording.seller_central(thread.marketplace, order, facts.hosts, subject),
    )


def _remarks_on(facts: DigestFacts, thread: OpenThread) -> Iterator[str]:
    if thread.returned:
        at = wording.moment(thread.returned.at, facts.now, facts.zone)
        yield f"your answer of {at} did not reach the buyer ({clean(thread.returned.why, 80)})"
    if thread.cancelling:
        requested = thread.cancelling.requested_at
        came = wording.moment(requested, facts.now, facts.zone) if requested else ""
        yield cancelling.advice(thread.cancelling, wording.order_number(thread.order_id), came)
    if thread.messages > 1:
        yield "the buyer wrote twice" if thread.messages == 2 else f"the buyer wrote {thread.messages} times"
    if thread.acknowledged_at:
        at = wording.moment(thread.acknowledged_at, facts.now, facts.zone)
        yield f"acknowledged {at}: Amazon's clock is still running"
    if thread.promise_at:
        amazons = wording.moment(thread.due_at, facts.now, facts.zone)
        sooner = f", before Amazon's deadline ({amazons})" if thread.promised_first else ""
        yield f"promised by {wording.moment(thread.promise_at, facts.now, facts.zone)}{sooner}"
    if thread.attachments:
        yield f"attached: {names(thread.attachments)}"


def _unverified(facts: DigestFacts, threads: Sequence[OpenThread]) -> Items:
    items = tuple(
        _answer(facts, thread, "late" if thread.answer_by_at < facts.now else "later") for thread in threads[:ROWS]
    )
    return Items(
        "Could not be verified",
        str(len(threads)),
        "The mail does not prove that it comes from Amazon, so nothing was sent to it. Compare with Seller Central.",
        (Group("", items),),
        more(len(threads), "responder threads --open"),
    )


def _decisions(facts: DigestFacts) -> Items:
    asked = [unsure.item(facts, each) for each in facts.unsure[:ROWS]]
    return Items(
        "Needs your decision",
        str(len(facts.decisions) + len(facts.unsure)),
        "",
        (Group("", (*asked, *(_decision(facts, decision) for decision in facts.decisions[:ROWS]))),),
        more(len(facts.decisions), "responder outbox --held"),
    )


def _decision(facts: DigestFacts, decision: Decision) -> Item:
    expires = ""
    if decision.expires_at and decision.state != "refused":
        expires = f"expires {wording.moment(decision.expires_at, facts.now, facts.zone)}"
    details = [kind_name(decision.kind), place(decision.marketplace), decision.order_id]
    return Item(
        when=state_name(decision.state),
        left=expires,
        urgency="none",
        title=clean(decision.subject) or "(no subject)",
        details=tuple(clean(detail, 80) for detail in details if detail),
        note=clean(decision.reason, 300),
        commands=_ways_out(decision),
    )


def _ways_out(decision: Decision) -> tuple[tuple[str, str], ...]:
    """Return what a person may type: a refused mail is over, its buyer still waits; a rule is not waved through."""
    if decision.state == "refused":
        done = f"responder thread {decision.thread_id} answered"
        return (("write to the buyer yourself, then", done),) if decision.thread_id else ()
    if decision.broken:
        return (("mend the template, then", f"responder outbox {decision.id} cancel"),)
    return (
        (release_words(decision.state), f"responder outbox {decision.id} release"),
        ("leave it", f"responder outbox {decision.id} cancel"),
    )


def _sent(facts: DigestFacts) -> Table:
    mails = sorted(facts.sent, key=lambda mail: mail.at)
    since = f"since {wording.moment(facts.since_at, facts.now, facts.zone)}" if facts.since_at else "so far"
    kinds = Counter(mail.kind for mail in mails)
    rows = [
        (
            wording.moment(mail.at, facts.now, facts.zone),
            clean(mail.marketplace or "", 40),
            clean(mail.order_id or "", 40),
            f"{kind_name(mail.kind)}: {clean(mail.subject, 80)}",
        )
        for mail in mails[:ROWS]
    ]
    return Table(
        "Sent for you",
        f"{len(mails)} {since}",
        ", ".join(_kinds_counted(kinds)) + ".",
        ("Time", "Marketplace", "Order", "What"),
        tuple(rows),
        more(len(mails), "responder outbox"),
    )


def _kinds_counted(kinds: Counter[str]) -> Iterator[str]:
    for kind, number in kinds.most_common():
        yield kinds_counted(kind, number)


def _next_days(facts: DigestFacts) -> Iterator[Lines]:
    days = list(_stretches(facts.closed_days))
    gaps = list(_windows(facts, unattended.SHOWN))
    if days or gaps:
        said = "On closed days acknowledgements go out; Amazon's deadlines do not stop."
        yield Lines("Next closed days", (*days[:10], said, *gaps))


def _windows(facts: DigestFacts, shown: int) -> Iterator[str]:
    for window in facts.unattended[:shown]:
        words = unattended.sentence(window, facts.now, facts.zone)
        yield f"{words[0].upper()}{words[1:]}."
    if len(facts.unattended) > shown:
        yield f"and {len(facts.unattended) - shown} more: responder calendar"


def _stretches(days: Sequence[ClosedDay]) -> Iterator[str]:
    """Days of one kind and name that follow each other, as one line."""
    rows = sorted(days, key=lambda day: day.on)
    start = 0
    breaks = [
        index
        for index, (one, two) in enumerate(pairwise(rows), start=1)
        if two.on - one.on != timedelta(days=1) or (one.kind, one.name) != (two.kind, two.name)
    ]
    for end in [*breaks, len(rows)] if rows else []:
        first, last = rows[start], rows[end - 1]
        dates = wording.short_day(first.on)
        if first.on != last.on:
            dates = f"{dates} to {wording.short_day(last.on)}"
        name = clean(first.name or "", 80)
        kind = closed_name(first.kind)
        yield f"{dates}: {name} ({kind})" if name else f"{dates}: {kind}"
        start = end


def all_clear(facts: DigestFacts) -> Iterator[Lines]:
    """Return the short form for a day on which nothing waits."""
    since = f" since {wording.moment(facts.since_at, facts.now, facts.zone)}" if facts.since_at else ""
    days = list(_stretches(facts.closed_days))
    lines = [
        "No message waits for an answer, and no notice has come.",
        f"{counted(len(facts.sent), 'mail')} sent for you{since}."
        if facts.sent
        else f"Nothing was sent for you{since}.",
        *([f"Closed next on {days[0]}."] if days else []),
        *_windows(facts, 1),
    ]
    yield Lines("All clear", tuple(lines))
