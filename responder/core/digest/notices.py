"""
The digest's section about Amazon's notices, and about kinds of them that nobody knows.
"""

from collections.abc import Iterator
from datetime import datetime

from responder.core import notice_life, wording
from responder.core.actions import Action
from responder.core.digest import notice_words
from responder.core.digest.facts import DigestFacts, NewKind, Notice
from responder.core.digest.page import Group, Item, Items, Lines
from responder.core.digest.words import SHELL_SAFE, UNPROVEN, and_more, few, more, place, soon_until
from responder.core.message import clean
from responder.core.speech import say

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
    needed = waiting(facts)[: facts.rows - min(len(news), few(facts, ROWS_FOR_NEWS))]
    return (*needed, *news[: facts.rows - len(needed)])


def shown_new_kinds(facts: DigestFacts) -> tuple[NewKind, ...]:
    """Return the kinds that have a line: anybody can write in Amazon's name, so unproven ones are few."""
    proven = [kind for kind in facts.new_kinds if kind.verified]
    doubtful = [kind for kind in facts.new_kinds if not kind.verified]
    return (*proven[: facts.rows], *doubtful[: few(facts, UNPROVEN)])


def new_kinds(facts: DigestFacts) -> Lines:
    """Return the kinds of mail from Amazon that nobody knows."""
    return Lines(say("New kind of notice"), tuple(_new_kinds(facts)))


def _new_kinds(facts: DigestFacts) -> Iterator[str]:
    shown = shown_new_kinds(facts)
    for kind in shown:
        names = {"kind": clean(kind.key, 80), "sender": clean(kind.sender, 80), "subject": clean(kind.subject, 100)}
        what = (
            say("{kind} from {sender}, verified: “{subject}”", **names)
            if kind.verified
            else say("{kind} from {sender}, not verified: “{subject}”", **names)
        )
        yield f"{what} · responder notices --new-kinds --sample {kind.key} > new.eml" if _typed(kind) else what
    waiting = len(facts.new_kinds) - len(shown)
    if waiting:
        yield and_more(waiting, "responder notices --new-kinds")
    yield say(
        "No rule knows these yet. A kind is named here once; “{command}” lists them all.",
        command="responder notices --new-kinds",
    )


def _typed(kind: NewKind) -> bool:
    return kind.sampled and SHELL_SAFE.fullmatch(kind.key) is not None


def needed(facts: DigestFacts) -> Iterator[Items]:
    """Yield the notices that need a person, if there are any: those nobody can verify are the last ones."""
    shown = [notice for notice in shown_notices(facts) if notice_life.waits(notice)]
    groups = (
        Group(say("Needs you"), tuple(_notice(facts, notice) for notice in shown if notice.verified)),
        Group(say("Not verified"), tuple(_notice(facts, notice) for notice in shown if not notice.verified)),
    )
    if shown:
        number = len(waiting(facts))
        yield Items(
            say("Amazon asks you"),
            str(number),
            say("What needs you stays in this list, read or not, until you confirm it."),
            tuple(group for group in groups if group.items),
            more(number, "responder notices --needs-answer", len(shown)),
        )


def news(facts: DigestFacts) -> Iterator[Items]:
    """Yield the notices that are only told, by their kinds, if there are any."""
    told = [notice for notice in shown_notices(facts) if not notice_life.waits(notice)]
    number = len(facts.notices) - len(waiting(facts))
    if told:
        yield Items(
            say("Amazon notices"),
            str(number),
            _intro(facts),
            (Group("", tuple(_notice(facts, notice) for notice in told)),),
            more(number, "responder notices --unseen", len(told)),
        )


def _intro(facts: DigestFacts) -> str:
    if facts.marks_notices_seen:
        return say("They will be marked as read in your mailbox after this mail.")
    return say("They stay unread in your mailbox. “responder notice NUMBER seen” files one.")


def _notice(facts: DigestFacts, notice: Notice) -> Item:
    subject = clean(notice.subject) or say("(no subject)")
    came = say("came {time}", time=wording.moment(notice.received_at, facts.now, facts.zone))
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
        details=(*filter(None, details), *([say("no. {number}", number=notice.id)] if needed else [])),
        note=" ".join(notice_words.remarks(notice, facts.now, facts.zone)),
        links=tuple(link for link in links if link.opens == wording.ORDER),
        commands=((say("dealt with? then"), f"responder notice {notice.id} seen"),) if needed else (),
        actions=(facts.actions.of(Action.SEEN, notice.id),) if needed and facts.actions else (),
    )


def _urgency(facts: DigestFacts, due_at: datetime | None) -> str:
    if due_at is None:
        return "none"
    if due_at < facts.now:
        return "late"
    return "soon" if due_at < soon_until(facts) else "later"
