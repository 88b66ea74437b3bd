"""
The digest's section about Amazon's notices, and about kinds of them that nobody knows.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from responder.core import notice_life, wording
from responder.core.digest import notice_words
from responder.core.digest.facts import DigestFacts, NewKind, Notice
from responder.core.digest.page import Group, Item, Items, Lines
from responder.core.digest.words import ROWS, SHELL_SAFE, UNPROVEN, more, place, soon_until
from responder.core.message import clean

ROWS_FOR_NEWS = 10


def waiting(facts: DigestFacts) -> list[Notice]:
    """
    Return the notices that need somebody: by deadline, then the others.

    What is long overdue comes after them, and what nobody can verify comes last.
    """
    needed = (notice for notice in facts.notices if notice_life.waits(notice))
    return sorted(needed, key=lambda notice: _by_need(notice, facts.now))


def _by_need(notice: Notice, now: datetime) -> tuple[bool, bool, bool, datetime, int]:
    """A forged mail claims any deadline: it pushes no genuine one out of the list."""
    long_ago = notice_life.is_long_overdue(notice, now)
    return (not notice.verified, long_ago, notice.due_at is None, notice.due_at or notice.received_at, notice.id)


def shown_notices(facts: DigestFacts) -> tuple[Notice, ...]:
    """
    Return the notices that have a row of their own: the others are only counted, so nobody is told of them.

    Some rows are kept for what is news, however much waits: each notice is told of some day.
    """
    news = [notice for notice in facts.notices if not notice_life.waits(notice)]
    news.sort(key=lambda notice: (not notice.verified, notice.received_at, notice.id))
    needed = waiting(facts)[: ROWS - min(len(news), ROWS_FOR_NEWS)]
    return (*needed, *news[: ROWS - len(needed)])


def shown_new_kinds(facts: DigestFacts) -> tuple[NewKind, ...]:
    """Return the kinds that have a line: anybody can write in Amazon's name, so unproven ones are few."""
    proven = [kind for kind in facts.new_kinds if kind.verified]
    doubtful = [kind for kind in facts.new_kinds if not kind.verified]
    return (*proven[:ROWS], *doubtful[:UNPROVEN])


def new_kinds(facts: DigestFacts) -> Lines:
    """Return the kinds of mail from Amazon that nobody knows."""
    return Lines("New kind of notice", tuple(_new_kinds(facts)))


def _new_kinds(facts: DigestFacts) -> Iterator[str]:
    shown = shown_new_kinds(facts)
    for kind in shown:
        verified = "verified" if kind.verified else "not verified"
        what = f"{clean(kind.key, 80)} from {clean(kind.sender, 80)}, {verified}: “{clean(kind.subject, 100)}”"
        yield f"{what} · responder notices --new-kinds --sample {kind.key} > new.eml" if _typed(kind) else what
    waiting = len(facts.new_kinds) - len(shown)
    if waiting:
        yield f"and {waiting} more: responder notices --new-kinds"
    yield "No rule knows these yet. A kind is named here once; “responder notices --new-kinds” lists them all."


def _typed(kind: NewKind) -> bool:
    return kind.sampled and SHELL_SAFE.fullmatch(kind.key) is not None


def section(facts: DigestFacts) -> Items:
    """Return the notices of which a person has to be told."""
    shown = shown_notices(facts)
    needed = [notice for notice in shown if notice_life.waits(notice)]
    groups = [
        Group("Needs you", tuple(_notice(facts, notice) for notice in needed if notice.verified)),
        Group("Not verified", tuple(_notice(facts, notice) for notice in needed if not notice.verified)),
        Group("For your information", tuple(_notice(facts, notice) for notice in shown if notice not in needed)),
    ]
    return Items(
        "Amazon notices",
        str(len(facts.notices)),
        " ".join(_intro(facts, needed)),
        tuple(group for group in groups if group.items),
        more(len(facts.notices), "responder notices --needs-answer, responder notices --unseen"),
    )


def _intro(facts: DigestFacts, needed: Sequence[Notice]) -> Iterator[str]:
    if facts.marks_notices_seen:
        yield "They will be marked as read in your mailbox after this mail."
    else:
        yield "They stay unread in your mailbox. “responder notice NUMBER seen” files one."
    if needed:
        yield "What needs you stays in this list, read or not, until you confirm it."


def _notice(facts: DigestFacts, notice: Notice) -> Item:
    subject = clean(notice.subject) or "(no subject)"
    came = f"came {wording.moment(notice.received_at, facts.now, facts.zone)}"
    order = wording.order_number(notice.order_id)
    links = wording.seller_central(notice.marketplace, order, facts.hosts, subject) if notice.verified else ()
    needed = notice_life.waits(notice)
    due = notice.due_at if needed else None
    kind = notice_words.kind(notice)
    details = [kind if due else None, place(notice.marketplace), order, *notice_words.amounts(notice), came]
    return Item(
        when=wording.deadline(due, facts.now, facts.zone) if due else kind,
        left=wording.left(due, facts.now) if due else "",
        urgency=_urgency(facts, due),
        title=subject,
        details=(*filter(None, details), *([f"no. {notice.id}"] if needed else [])),
        note=" ".join(notice_words.remarks(notice, facts.now, facts.zone)),
        links=tuple(link for link in links if link.opens == wording.ORDER),
        commands=(("dealt with? then", f"responder notice {notice.id} seen"),) if needed else (),
    )


def _urgency(facts: DigestFacts, due_at: datetime | None) -> str:
    if due_at is None:
        return "none"
    if due_at < facts.now:
        return "late"
    return "soon" if due_at < soon_until(facts) else "later"
