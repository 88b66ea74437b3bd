"""
One thread with its whole story: what came, what was decided and why, what left. As evidence has it, in English.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

from responder.adapters.store import evidence as stored
from responder.core import wording
from responder.core.deadlines import is_overdue
from responder.core.evidence import entries, sentences
from responder.core.evidence.values import KeptMail
from responder.core.message import clean
from responder.core.speech import say
from responder.core.threads import Thread, ThreadState
from responder.status_page.page import Chapter, Lines, Page, Story
from responder.status_page.pages import lists
from responder.status_page.values import Facts, Now

LINES = 60
CHAPTERS = 400
"""The newest so many things are told of one thread."""
_QUOTED = "> "


def page(conn: Connection, facts: Facts, now: Now, thread_id: int) -> Page | None:
    """Return a thread's page; None for no such thread."""
    kept = stored.of_thread(conn, thread_id)
    if kept is None:
        return None
    thread = kept.threads[0]
    told = entries.entries(kept)
    order = wording.order_number(thread.order_id)
    subject = clean(thread.subject) or say("(no subject)")
    return Page(
        title=subject,
        sections=(
            Lines(say("Where it stands"), tuple(_state(thread, now, facts))),
            Story(say("What happened"), tuple(_chapter(each, facts, now) for each in told[-CHAPTERS:])),
        ),
        links=wording.seller_central(thread.marketplace, order, facts.operator.hosts, subject),
    )


def _state(thread: Thread, now: Now, facts: Facts) -> Iterator[str]:
    zone, at = facts.operator.zone, now.at
    yield say("Thread {number}, account {account}.", number=thread.id, account=clean(thread.account, 60))
    yield say(
        "Order {order} on {marketplace}.",
        order=wording.order_number(thread.order_id) or "–",
        marketplace=clean(thread.marketplace or "–", 40),
    )
    if facts.snippets != "none" and thread.buyer_name:
        yield say("The buyer is {name}.", name=clean(thread.buyer_name, 80))
    if thread.state is ThreadState.ANSWERED:
        yield say("Answered {time}.", time=lists.moment(thread.answered_at, at, zone))
    elif thread.state is ThreadState.NO_RESPONSE_NEEDED:
        yield say("It needs no answer.")
    elif thread.answer_by_at is not None:
        by, left = wording.deadline(thread.answer_by_at, at, zone), wording.left(thread.answer_by_at, at)
        if is_overdue(thread.answer_by_at, at):
            yield say("OVERDUE: the answer was due {time} ({left}).", time=by, left=left)
        else:
            yield say("Answer by {time} ({left}).", time=by, left=left)
    if thread.promise_at is not None and thread.state is ThreadState.OPEN:
        yield say("Promised by {time}.", time=wording.moment(thread.promise_at, at, zone))


def _chapter(entry: entries.Entry, facts: Facts, now: Now) -> Chapter:
    zone = facts.operator.zone
    lines = list(sentences.details(entry.what, zone))
    quoted = [line.removeprefix(_QUOTED) for line in lines if line.startswith(_QUOTED)]
    if not isinstance(entry.what, KeptMail) or facts.snippets == "none":
        quoted = []
    rest = [say("and {n} more lines", n=len(quoted) - LINES)] if len(quoted) > LINES else []
    return Chapter(
        when=f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        at=entry.at,
        what=sentences.sentence(entry.what),
        details=tuple(line for line in lines if not line.startswith(_QUOTED)),
        quoted="\n".join([*quoted[:LINES], *rest]).strip("\n"),
    )
