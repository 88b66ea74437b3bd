"""
The digest's section about Amazon's notices, and about kinds of them that nobody knows.
"""

from collections.abc import Iterator
from datetime import datetime

from responder.core import wording
from responder.core.digest.facts import DigestFacts, NewKind, Notice
from responder.core.digest.page import Group, Item, Items, Lines
from responder.core.digest.words import NOTICES, ROWS, SHELL_SAFE, UNPROVEN, more, place, soon_until
from responder.core.message import clean


def shown_notices(facts: DigestFacts) -> tuple[Notice, ...]:
    """Return the notices that have a row of their own: the others are only counted, so nobody is told of them."""
    dated = sorted((notice for notice in facts.notices if notice.due_at), key=lambda notice: notice.due_at or facts.now)
    plain = sorted((notice for notice in facts.notices if not notice.due_at), key=lambda notice: notice.received_at)
    return (*dated, *plain)[:ROWS]


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
    groups = [
        Group("With a deadline", tuple(_notice(facts, notice) for notice in shown if notice.due_at)),
        Group("For your information", tuple(_notice(facts, notice) for notice in shown if not notice.due_at)),
    ]
    intro = "They will be marked as read in your mailbox after this mail."
    if not facts.marks_notices_seen:
        intro = "They stay unread in your mailbox. “responder notice NUMBER seen” files one."
    return Items(
        "Amazon notices",
        str(len(facts.notices)),
        intro,
        tuple(group for group in groups if group.items),
        more(len(facts.notices), "responder notices --unseen"),
    )


def _notice(facts: DigestFacts, notice: Notice) -> Item:
    subject = clean(notice.subject) or "(no subject)"
    came = f"came {wording.moment(notice.received_at, facts.now, facts.zone)}"
    order = wording.order_number(notice.order_id)
    links = wording.seller_central(notice.marketplace, order, facts.hosts, subject) if notice.verified else ()
    due = notice.due_at
    return Item(
        when=wording.deadline(due, facts.now, facts.zone) if due else NOTICES.get(notice.notice_type, "Notice"),
        left=wording.left(due, facts.now) if due else "",
        urgency=_urgency(facts, due),
        title=subject,
        details=tuple(
            detail
            for detail in (
                NOTICES.get(notice.notice_type, "Notice") if due else None,
                place(notice.marketplace),
                order,
                came,
            )
            if detail
        ),
        note=""
        if notice.verified
        else "The sender could not be verified: look in Seller Central, not at this mail's links.",
        links=tuple(link for link in links if link.label == "Order"),
    )


def _urgency(facts: DigestFacts, due_at: datetime | None) -> str:
    if due_at is None:
        return "none"
    if due_at < facts.now:
        return "late"
    return "soon" if due_at < soon_until(facts) else "later"
