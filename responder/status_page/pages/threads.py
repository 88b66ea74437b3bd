"""
The first page: which threads wait for an answer, by deadline.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from responder.adapters.store import cancelling, doubts, mails, sending
from responder.adapters.store import threads as stored
from responder.core import breaker, wording
from responder.core import cancelling as wishes
from responder.core.cancelling import Wish
from responder.core.deadlines import is_overdue
from responder.core.digest import snippet
from responder.core.message import clean
from responder.core.speech import say, several
from responder.core.threads import Thread, ThreadState
from responder.status_page.page import Cell, Page, Section, Table
from responder.status_page.pages import lists
from responder.status_page.values import Facts, Now

WORDS: Mapping[str, int] = {"none": 0, "short": wording.SNIPPET, "full": 1_000}
DOUBTS = 500


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the threads of one page besides themselves."""

    unsure: Collection[int]
    wishes: Mapping[int, Wish]


def page(conn: Connection, facts: Facts, now: Now) -> Page:
    """Return the threads that wait, or with `open=0` all of them."""
    only_open = now.asked.open is not False
    found = stored.threads(conn, open=True if only_open else None, limit=None if only_open else lists.reach(now.asked))
    shown = lists.part(found, now.asked)
    known = _Known(
        frozenset(each.id for doubt in doubts.doubts(conn, DOUBTS) for each in doubt.threads),
        cancelling.wishes(conn, shown.rows, facts.operator.cancelling),
    )
    return Page(
        title=say("Messages to answer") if only_open else say("All threads"),
        summary=tuple(_summary(found, now)) if only_open else (),
        alarms=tuple(_obstacles(conn, facts, now)),
        sections=tuple(_sections(conn, facts, now, shown.rows, known, only_open=only_open)),
        choices=lists.choices(
            now.asked, only_open=only_open, waiting=say("Waiting for an answer"), everything=say("All threads")
        ),
        earlier=shown.earlier,
        later=shown.later,
    )


def _summary(found: Sequence[Thread], now: Now) -> Iterator[str]:
    yield several(len(found), "{n} message waits for an answer.", "{n} messages wait for an answer.")
    late = sum(is_overdue(thread.answer_by_at, now.at) for thread in found)
    if late:
        yield several(late, "{n} is overdue.", "{n} are overdue.")


def _obstacles(conn: Connection, facts: Facts, now: Now) -> Iterator[str]:
    """Yield what keeps mail from buyers."""
    kept = sending.state(conn)
    obstacle = kept.obstacle(now.at)
    if obstacle is not None:
        yield breaker.words(obstacle, sending.waiting(conn, now.at, obstacle.at).valid, now.at, facts.operator.zone)
    elif kept.rehearses(dry_run=facts.dry_run):
        yield say("This is a rehearsal: nothing is sent to buyers until you type: responder go-live")


def _sections(
    conn: Connection, facts: Facts, now: Now, rows: Sequence[Thread], known: _Known, *, only_open: bool
) -> Iterator[Section]:
    columns = (say("Answer by"), say("Message"), say("Store and order"), say("Seller Central"))
    if not only_open:
        yield Table(
            say("All threads"),
            columns,
            tuple(_row(conn, facts, now, each, known) for each in rows),
            empty=say("No buyer has written yet."),
        )
        return
    late = [each for each in rows if is_overdue(each.answer_by_at, now.at)]
    soon = [each for each in rows if each not in late and _is_soon(each, now)]
    later = [each for each in rows if each not in late and each not in soon]
    groups = ((say("Overdue"), late, "late"), (say("Within 24 hours"), soon, "soon"), (say("Later"), later, ""))
    for title, group, tone in groups:
        if group:
            yield Table(title, columns, tuple(_row(conn, facts, now, each, known) for each in group), tone=tone)
    if not rows:
        yield Table(say("Messages to answer"), columns, (), empty=say("Nothing to answer: no message waits."))


def _is_soon(thread: Thread, now: Now) -> bool:
    return thread.answer_by_at is not None and thread.answer_by_at < now.at + lists.SOON


def _row(conn: Connection, facts: Facts, now: Now, thread: Thread, known: _Known) -> tuple[Cell, ...]:
    zone, order = facts.operator.zone, wording.order_number(thread.order_id)
    subject = clean(thread.subject) or say("(no subject)")
    place = clean(thread.marketplace or "", 40) or say("marketplace unknown")
    account = clean(thread.account, 40) if len(facts.accounts) > 1 else ""
    return (
        lists.due(thread.answer_by_at, now.at, zone)
        if thread.state is ThreadState.OPEN
        else _closed(thread, now, facts),
        Cell(
            subject,
            tuple(_remarks(conn, facts, now, thread, known)),
            href=f"/thread/{thread.id}",
            quote=_first_words(conn, facts, thread),
        ),
        Cell(place, tuple(filter(None, (order, account)))),
        Cell("", links=wording.seller_central(thread.marketplace, order, facts.operator.hosts, subject)),
    )


def _closed(thread: Thread, now: Now, facts: Facts) -> Cell:
    if thread.state is ThreadState.NO_RESPONSE_NEEDED:
        return Cell(say("needs no answer"))
    at = lists.moment(thread.answered_at, now.at, facts.operator.zone)
    return Cell(say("answered"), (at,), tone="good")


def _remarks(conn: Connection, facts: Facts, now: Now, thread: Thread, known: _Known) -> Iterator[str]:
    if thread.state is not ThreadState.OPEN:
        return
    zone = facts.operator.zone
    if thread.id in known.unsure:
        yield say("An answer may have closed it: say which one it was.")
    if (wish := known.wishes.get(thread.id)) is not None:
        came = lists.moment(wish.requested_at, now.at, zone) if wish.requested_at else ""
        yield wishes.advice(wish, wording.order_number(thread.order_id), came)
    if thread.acknowledged_at is not None:
        yield say(
            "Acknowledged {time}: Amazon's clock is still running.",
            time=wording.moment(thread.acknowledged_at, now.at, zone),
        )
    if thread.promise_at is not None:
        yield say("Promised by {time}.", time=wording.moment(thread.promise_at, now.at, zone))


def _first_words(conn: Connection, facts: Facts, thread: Thread) -> str:
    """Return the beginning of what waits, as much of it as the digest shows."""
    limit = WORDS.get(facts.snippets, 0)
    if not limit or thread.state is not ThreadState.OPEN:
        return ""
    first = mails.first_waiting(conn, thread.id, thread.received_at)
    return wording.masked(snippet(first.text, first.attachments, limit), limit) if first else ""
