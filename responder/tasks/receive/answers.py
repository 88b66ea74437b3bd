r"""
Answers by a person: the copy in the Sent folder or by Bcc, the \Answered flag, Amazon's copy of a reply.

An answer stops the clock of exactly one thread. Where two fit, none is closed and a person is asked; our own automatic
text, whoever copies it to us, is none.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import mails, ours, outbox, proactive, threads
from responder.adapters.store.doubts import UNSURE
from responder.core import wording
from responder.core.addresses import addresses
from responder.core.amazon import RelayAddress, relay_address
from responder.core.amazon_body import order_ids
from responder.core.automatic import INSTANCE_HEADER, automatic_reasons
from responder.core.classify import Authentic, Classified
from responder.core.echo import Echo
from responder.core.matching import (
    Candidate,
    Choice,
    Identity,
    Matched,
    NoMatch,
    Unsure,
    choose_answered,
    choose_copied,
)
from responder.core.message import Message
from responder.core.threads import Answered, AnsweredVia, ThreadState
from responder.tasks.receive import echoes
from responder.tasks.receive.blind_copy import Believed
from responder.tasks.receive.clocks import happen
from responder.tasks.receive.judge import Judge
from responder.tasks.receive.noted import note
from responder.tasks.receive.settle import accepted

OWN_COPY = "own_copy"
"""The action of a decision that a copy holds our own automatic text: it is no answer."""

KNOWN_COPY = "known_copy"
"""The action of a decision that a copy holds an answer which is known already."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What may be a person's answer: the mail, what it says of its thread, and what is known of how it came."""

    mail_id: int
    event: Answered
    identity: Identity
    buyer_name: str | None = None
    because: str = ""


def is_ours(judge: Judge, message: Message) -> bool:
    """Return whether this very installation wrote the mail."""
    return message.header(INSTANCE_HEADER) == judge.instance.id


def buyer_of(judge: Judge, message: Message) -> RelayAddress | None:
    """
    Return the buyer a mail was written to, openly or by Bcc.

    References alone make no answer: a question passed on to a colleague has them too, and the buyer hears nothing.
    """
    hidden = [address for value in message.all_headers("bcc")[:2] for address in addresses(value)]
    specs = [address.spec for address in (*message.to, *message.cc, *hidden)]
    return next((relay for spec in specs if (relay := relay_address(spec, judge.catalogue))), None)


def written(
    conn: Connection, judge: Judge, received_at: datetime, mail_id: int, message: Message, now: datetime,
    *, bcc: Believed | None = None,
) -> int | None:  # fmt: skip
    """A copy of what was sent, in the Sent folder or by `bcc`: of our own mail it proves the delivery."""
    if is_ours(judge, message) or outbox.outbox_by_message_id(conn, message.message_id or "") is not None:
        mails.mark_own(conn, mail_id)
        _settle(conn, judge, message.message_id, received_at, now)
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
    via, because = (AnsweredVia.BCC, f"; {bcc.why}") if bcc else (AnsweredVia.SENT_FOLDER, "")
    answer = _Answer(mail_id, Answered(received_at, via), identity, because=because)
    found = _candidates(conn, judge, answer, bcc.threads if bcc else None)
    said, row = echoes.of_mail(conn, judge.catalogue, message, _suspects(judge, answer, found, order_ids(message)))
    if said is Echo.PERSON:
        return _close(conn, judge, answer, found, now)
    if said is Echo.OURS and row is not None:
        mails.mark_own(conn, mail_id)
        _settle(conn, judge, row.message_id, received_at, now)
    _not_ours_to_say(conn, judge, answer, found, (said, row), now)
    return None


def from_copy(
    conn: Connection, judge: Judge, mail_id: int, message: Message, classified: Classified, received_at: datetime,
    now: datetime,
) -> int | None:  # fmt: skip
    """
    Amazon's copy of a reply: by order, else by the buyer's name. It counts only when it is proven to be Amazon's.

    Amazon may copy what came by e-mail too, and so our own acknowledgement: that is no answer.
    """
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
    answer = _Answer(mail_id, Answered(received_at, AnsweredVia.ANSWER_COPY), identity, classified.buyer_name)
    found = _candidates(conn, judge, answer)
    suspects = _suspects(judge, answer, found, classified.order_ids)
    said, row = echoes.of_copy(conn, judge.catalogue, message, classified, suspects)
    if said is Echo.PERSON:
        first = echoes.of_answer(conn, judge.catalogue, message, classified, suspects.threads, received_at)
        if first is None:
            return _close(conn, judge, answer, found, now)
        _known_already(conn, judge, mail_id, first, now)
        return None
    if said is Echo.OURS:
        mails.mark_own(conn, mail_id)
    _not_ours_to_say(conn, judge, answer, found, (said, row), now)
    return None


def _suspects(judge: Judge, answer: _Answer, found: tuple[Candidate, ...], named: tuple[str, ...]) -> echoes.Suspects:
    """Return what of ours this may be: what is in the threads it fits, and what its buyer was sent without asking."""
    threads_meant = frozenset(each.thread_id for each in found)
    return echoes.Suspects(judge.account, threads_meant, answer.identity.buyer_alias, named)


def _known_already(conn: Connection, judge: Judge, mail_id: int, first: mails.StoredMail, now: datetime) -> None:
    """Amazon copies what came by mail too: it answers nothing that was written since."""
    sent = wording.moment(first.received_at, now, judge.calendar.timezone)
    words = f"Amazon's copy of the answer of {sent}, which is known: nothing new"
    note(conn, judge, now, KNOWN_COPY, words, mail_id=mail_id, thread_id=first.thread_id)


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
    at = flagged_answer_at(conn, mail_id, thread_id, now)
    _, why = happen(conn, judge, thread, Answered(at, AnsweredVia.ANSWERED_FLAG), now)
    note(conn, judge, now, "answer", why, mail_id=mail_id, thread_id=thread_id)
    return True


def flagged_answer_at(conn: Connection, mail_id: int, thread_id: int, now: datetime) -> datetime:
    """Return `now`, or when the flagged message was received where a later one waits without the flag."""
    written = [mail for mail in mails.thread_mails(conn, thread_id) if mail.kind == "buyer_message"]
    flagged_at = next(mail.received_at for mail in written if mail.id == mail_id)
    first = [mail for mail in written if mail.repeat_of is None]
    waits = any(mail.received_at > flagged_at and not mail.flags_answered for mail in first)
    return flagged_at if waits else now


def _settle(conn: Connection, judge: Judge, message_id: str | None, left_at: datetime, now: datetime) -> None:
    """The fate of a mail of ours is known by its copy, which may be read days after the mail left."""
    if message_id is None:
        return
    outbox_id = outbox.settle_by_message_id(conn, message_id, now, "its copy lies in the Sent folder")
    row = outbox.outbox_row(conn, outbox_id) if outbox_id is not None else None
    if row is not None:
        accepted(conn, judge, row, now, left_at=left_at)


def _not_ours_to_say(
    conn: Connection,
    judge: Judge,
    answer: _Answer,
    candidates: tuple[Candidate, ...],
    found: echoes.Found,
    now: datetime,
) -> None:
    """Note that a copy holds our own text and nothing else, or more than that: then a person is asked."""
    said, row = found
    if row is None:
        return
    name = proactive.name(row.kind)
    if said is Echo.OURS:
        words = f"a copy of our own {name} {row.id}: no answer, the clock stays as it is"
        note(conn, judge, now, OWN_COPY, words, mail_id=answer.mail_id, thread_id=row.thread_id, outbox_id=row.id)
        return
    words = f"a copy that holds our own {name} and more than that: it may be an answer, please check"
    _unsure(conn, judge, answer, _meant(row, answer, candidates), words, now)


def _meant(row: outbox.OutboxRow, answer: _Answer, candidates: tuple[Candidate, ...]) -> tuple[int, ...]:
    """Return which threads a copy may answer: that of the text in it, else those it fits by what it says."""
    if row.thread_id is not None:
        return (row.thread_id,)
    match _choice(answer, candidates):
        case Matched(thread_id, _):
            return (thread_id,)
        case Unsure(thread_ids):
            return thread_ids
        case NoMatch():
            return ()


def _unsure(
    conn: Connection, judge: Judge, answer: _Answer, thread_ids: tuple[int, ...], words: str, now: datetime
) -> None:
    detail = {"words": words, "answer_at": answer.event.at.isoformat(), "threads": list(thread_ids)}
    for thread_id in thread_ids:
        note(conn, judge, now, UNSURE, detail, mail_id=answer.mail_id, thread_id=thread_id)


def _candidates(
    conn: Connection, judge: Judge, answer: _Answer, only: frozenset[int] | None = None
) -> tuple[Candidate, ...]:
    found = threads.candidates(conn, judge.account, answer.identity, buyer_name=answer.buyer_name)
    return tuple(each for each in found if only is None or each.thread_id in only)


def _choice(answer: _Answer, candidates: tuple[Candidate, ...]) -> Choice:
    at, order_id = answer.event.at, answer.identity.order_id
    if answer.event.via is AnsweredVia.ANSWER_COPY:
        return choose_copied(candidates, at, order_id=order_id, buyer_name=answer.buyer_name)
    return choose_answered(candidates, at, order_id=order_id)


def _close(
    conn: Connection, judge: Judge, answer: _Answer, candidates: tuple[Candidate, ...], now: datetime
) -> int | None:
    event, mail_id = answer.event, answer.mail_id
    match _choice(answer, candidates):
        case NoMatch():
            return None
        case Unsure(thread_ids):
            names = ", ".join(map(str, thread_ids))
            words = f"this answer fits the threads {names}: none was closed, please check"
            _unsure(conn, judge, answer, thread_ids, words, now)
            return None
        case Matched(thread_id, _):
            thread = threads.thread(conn, thread_id)
            if thread is None:
                return None
            after, why = happen(conn, judge, thread, event, now)
            mails.put_in_thread(conn, mail_id, thread_id)
            note(conn, judge, now, "answer", f"{why}{answer.because}", mail_id=mail_id, thread_id=thread_id)
            return thread_id if after.state is not ThreadState.OPEN else None
