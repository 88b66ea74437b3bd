"""
What became of the messages of a store's buyers, for its rates: read for all threads at once.

An acknowledgement is no answer, Amazon's copy of an answer counts by its own time, and a forged mail counts nowhere.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from responder.adapters.store import ours, schema
from responder.core.metrics.facts import MetricResponse
from responder.core.thread_responses import Message, Word, of_thread

_MAIL, _THREAD, _DECISION = schema.mail.c, schema.thread.c, schema.decision.c
_MESSAGE = (_MAIL.role == "inbox") & (_MAIL.kind == "buyer_message") & _MAIL.repeat_of.is_(None)
_GENUINE = _MAIL.authentic != "fail"
_BY_AMAZON = "amazon"
_ANSWERED = "answered"


def answered(
    conn: Connection, account: str, marketplace: str, since: datetime, until: datetime
) -> tuple[MetricResponse, ...]:
    """Return the messages received in that time that want an answer, with what was known of each at `until`."""
    here = _THREAD.marketplace == marketplace
    messages, orders = _messages(conn, account, here, since, until)
    if not messages:
        return ()
    answers = ours.answers_between(conn, account, marketplace, since, until)
    words = _words(conn, account, since, until)
    return tuple(
        MetricResponse(response=response, thread_id=thread_id, order_id=orders[thread_id])
        for thread_id, written in messages.items()
        for _, response in of_thread(written, answers.get(thread_id, ()), words.get(thread_id, ()), until)
    )


def received(conn: Connection, account: str, since: datetime, until: datetime) -> Sequence[datetime]:
    """Return when each message of that time came, whichever store it is about and whether it wants an answer or not."""
    return conn.scalars(select(_MAIL.received_at).where(*_of(account, since, until))).all()


def homeless(conn: Connection, account: str, since: datetime, until: datetime) -> int:
    """Return how many messages of that time are in threads whose store nobody knows."""
    wanted = select(func.count()).select_from(schema.mail.join(schema.thread, _THREAD.id == _MAIL.thread_id))
    return conn.scalar(wanted.where(*_of(account, since, until), _THREAD.marketplace.is_(None))) or 0


def first_at(conn: Connection, account: str) -> datetime | None:
    """Return since when the account's mail is known; before it was first started, as far back as mail was read."""
    started: datetime | None = conn.scalar(
        select(schema.account.c.first_start_at).where(schema.account.c.name == account)
    )
    wanted = select(_MAIL.received_at).where(_MAIL.account == account, _MAIL.role == "inbox")
    first: datetime | None = conn.scalar(wanted.order_by(_MAIL.received_at).limit(1))
    return min((at for at in (started, first) if at is not None), default=None)


def has_copies(conn: Connection, account: str) -> bool:
    """Return whether any copy of an answer written in Seller Central ever came."""
    wanted = select(_MAIL.id).where(_MAIL.account == account, _MAIL.kind == "answer_copy").limit(1)
    return conn.scalar(wanted) is not None


def _of(account: str, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (_MAIL.account == account, _MAIL.received_at >= since, _MAIL.received_at <= until, _MESSAGE, _GENUINE)


def _messages(
    conn: Connection, account: str, here: ColumnElement[bool], since: datetime, until: datetime
) -> tuple[Mapping[int, Sequence[Message]], Mapping[int, str | None]]:
    found: dict[int, list[Message]] = defaultdict(list)
    orders: dict[int, str | None] = {}
    wanted = select(_MAIL.id, _MAIL.received_at, _MAIL.flags_answered, _THREAD.id, _THREAD.order_id)
    wanted = wanted.join(schema.thread, _THREAD.id == _MAIL.thread_id).where(*_of(account, since, until), here)
    for mail_id, at, flagged, thread_id, order_id in conn.execute(wanted.order_by(_MAIL.received_at, _MAIL.id)):
        found[thread_id].append(Message(mail_id, at, flagged))
        orders[thread_id] = order_id
    return found, orders


def _words(conn: Connection, account: str, since: datetime, until: datetime) -> Mapping[int, Sequence[Word]]:
    """Return what was said of messages by a person's word, a mark or Amazon, by thread."""
    found: dict[int, list[Word]] = defaultdict(list)
    for thread_id, word in _said(conn, account, since, until):
        found[thread_id].append(word)
    return found


def _said(conn: Connection, account: str, since: datetime, until: datetime) -> Iterator[tuple[int, Word]]:
    wanted = select(
        _DECISION.thread_id, _DECISION.at, _DECISION.action, _DECISION.detail, _MAIL.id, _MAIL.received_at
    ).outerjoin(schema.mail, _MAIL.id == _DECISION.mail_id)
    wanted = wanted.where(_DECISION.account == account, _DECISION.action.in_(("operator", "no_response")))
    wanted = wanted.where(_DECISION.thread_id.is_not(None), _DECISION.at.between(since, until))
    for row in conn.execute(wanted):
        if row.action == "operator":
            yield row.thread_id, Word(row.at, row.at, needless=row.detail.get("word") != _ANSWERED)
        elif row.received_at is not None:
            one = row.id if row.detail.get("how") == _BY_AMAZON else None
            yield row.thread_id, Word(row.at, row.received_at, needless=True, mail_id=one)
