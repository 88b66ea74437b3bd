r"""
Answers by a person: the copy in the Sent folder, the \Answered flag, Amazon's copy of a reply in Seller Central.

An answer stops the clock of exactly one thread. Where two fit, none is closed and a person is asked.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from responder.adapters.store import mails, ours, outbox, threads
from responder.core.amazon import RelayAddress, relay_address
from responder.core.amazon_body import order_ids
from responder.core.automatic import automatic_reasons
from responder.core.classify import Authentic, Classified
from responder.core.matching import Identity, Matched, NoMatch, Unsure, choose_answered
from responder.core.message import Message
from responder.core.threads import Answered, AnsweredVia, ThreadState
from responder.tasks.receive.clocks import happen
from responder.tasks.receive.judge import Judge
from responder.tasks.receive.noted import note
from responder.tasks.receive.settle import accepted

if TYPE_CHECKING:
    from responder.tasks.receive.keep import Arrival

INSTANCE = "x-responder-instance"


def is_ours(judge: Judge, message: Message) -> bool:
    """Return whether this very installation wrote the mail."""
    return message.header(INSTANCE) == judge.instance.id


def buyer_of(judge: Judge, message: Message) -> RelayAddress | None:
    """Return the buyer a mail was written to."""
    specs = [address.spec for address in (*message.to, *message.cc)]
    return next((relay for spec in specs if (relay := relay_address(spec, judge.catalogue))), None)


def from_sent_folder(
    conn: Connection, judge: Judge, arrival: "Arrival", mail_id: int, message: Message, now: datetime
) -> int | None:
    """A copy in the Sent folder: of our own mail it proves the delivery, of a person's it is an answer."""
    if is_ours(judge, message):
        _settle(conn, judge, message, now)
        return None
    buyer = buyer_of(judge, message)
    if buyer is None or automatic_reasons(message, relay=False):
        return None
    identity = Identity(
        references=message.in_reply_to + message.references,
        case_id=buyer.case_id,
        order_id=next(iter(order_ids(message)), None),
        buyer_alias=buyer.alias,
        marketplace=buyer.marketplace.name,
    )
    event = Answered(arrival.received_at, AnsweredVia.SENT_FOLDER)
    return _close(conn, judge, identity, event, mail_id, now)


def from_copy(
    conn: Connection, judge: Judge, mail_id: int, classified: Classified, received_at: datetime, now: datetime
) -> int | None:
    """Amazon's copy of a reply: by order, else by the buyer's name. It counts only when it is proven to be Amazon's."""
    if classified.verdict.authentic is not Authentic.PASS:
        words = f"a copy of an answer that could not be verified stops no clock ({classified.verdict.reason})"
        note(conn, judge, now, "unverified_copy", words, mail_id=mail_id)
        return None
    identity = Identity(
        references=(),
        case_id=classified.case_id,
        order_id=next(iter(classified.order_ids), None),
        buyer_alias=classified.buyer_alias,
        marketplace=classified.marketplace.name if classified.marketplace else None,
    )
    event = Answered(received_at, AnsweredVia.ANSWER_COPY)
    return _close(conn, judge, identity, event, mail_id, now, buyer_name=classified.buyer_name)


def from_flag(conn: Connection, judge: Judge, mail_id: int, thread_id: int, now: datetime) -> bool:
    r"""
    A mail program set \Answered on a buyer's message: that message was answered by now, and those before it.

    The flag has no time. It may be older than a message that came after the flagged one and is not flagged itself. On
    what an answer covered that came back it says nothing: that answer may have set it.
    """
    thread = threads.thread(conn, thread_id)
    # Not noted either: `core/uncovered.py` takes a flag that is known for the sign of an answer that arrived.
    if thread is None or ours.lost_answer_to(conn, mail_id) or not mails.mark_answered_flag(conn, mail_id):
        return False
    at = _answered_at(conn, mail_id, thread_id, now)
    _, why = happen(conn, judge, thread, Answered(at, AnsweredVia.ANSWERED_FLAG), now)
    note(conn, judge, now, "answer", why, mail_id=mail_id, thread_id=thread_id)
    return True


def _answered_at(conn: Connection, mail_id: int, thread_id: int, now: datetime) -> datetime:
    """Return `now`, or when the flagged message was received where a later one waits without the flag."""
    written = [mail for mail in mails.thread_mails(conn, thread_id) if mail.kind == "buyer_message"]
    flagged_at = next(mail.received_at for mail in written if mail.id == mail_id)
    first = [mail for mail in written if mail.repeat_of is None]
    waits = any(mail.received_at > flagged_at and not mail.flags_answered for mail in first)
    return flagged_at if waits else now


def _settle(conn: Connection, judge: Judge, message: Message, now: datetime) -> None:
    if message.message_id is None:
        return
    outbox_id = outbox.settle_by_message_id(conn, message.message_id, now, "its copy lies in the Sent folder")
    row = outbox.outbox_row(conn, outbox_id) if outbox_id is not None else None
    if row is not None:
        accepted(conn, judge, row, now)


def _close(
    conn: Connection,
    judge: Judge,
    identity: Identity,
    event: Answered,
    mail_id: int,
    now: datetime,
    *,
    buyer_name: str | None = None,
) -> int | None:
    candidates = threads.candidates(conn, judge.account, identity, buyer_name=buyer_name)
    match choose_answered(candidates, event.at, order_id=identity.order_id, buyer_name=buyer_name):
        case NoMatch():
            return None
        case Unsure(thread_ids):
            names = ", ".join(map(str, thread_ids))
            words = f"this answer fits the threads {names}: none was closed, please check"
            for thread_id in thread_ids:
                note(conn, judge, now, "unsure", words, mail_id=mail_id, thread_id=thread_id)
            return None
        case Matched(thread_id, _):
            thread = threads.thread(conn, thread_id)
            if thread is None:
                return None
            after, why = happen(conn, judge, thread, event, now)
            mails.put_in_thread(conn, mail_id, thread_id)
            note(conn, judge, now, "answer", why, mail_id=mail_id, thread_id=thread_id)
            return thread_id if after.state is not ThreadState.OPEN else None
