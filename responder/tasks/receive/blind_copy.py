"""
A blind copy of a person's answer that arrives in the inbox: who vouches for it.

Anybody can write our address into From, and an answer stops a clock. So our own mail server must prove the sender, or
the mail must reply to one that only the buyer, Amazon and we know.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import decisions, threads
from responder.core.amazon_body import order_ids
from responder.core.authenticity import proves_sender
from responder.core.automatic import INSTANCE_HEADER, automatic_reasons
from responder.core.classify import Classified
from responder.core.kinds import Authentic, Kind
from responder.core.matching import Identity
from responder.core.message import Message
from responder.core.threads import ThreadState
from responder.tasks.receive.acknowledgement import DELIVERED_TO
from responder.tasks.receive.judge import Judge
from responder.tasks.receive.noted import note

UNPROVEN = "our mail server does not prove its sender, and it replies to no mail we know"
ELSEWHERE = "it was not delivered to the address of `answers.bcc`; write there the one that Delivered-To names"


@dataclass(frozen=True, slots=True)
class Believed:
    """Why the copy counts, and for which threads; None for any."""

    why: str
    threads: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Doubted:
    """It looks like a copy, and something speaks against it."""

    why: str


def belief(conn: Connection, judge: Judge, message: Message, classified: Classified) -> Believed | Doubted | None:
    """Return whether a mail of the inbox counts as a person's answer; None when it is no blind copy at all."""
    if not _is_blind_copy(judge, message, classified):
        return None
    if not _delivered_to(message, judge.bcc or ""):
        return Doubted(ELSEWHERE)
    if classified.verdict.authentic is Authentic.FAIL:
        return Doubted(UNPROVEN)
    proven = proves_sender(message, judge.authserv_id)
    if proven is not None:
        return Believed(f"our mail server says {proven}", None)
    named = threads.named_by(conn, judge.account, (*message.in_reply_to, *message.references))
    return Believed("it replies to a mail of this thread", named) if named else Doubted(UNPROVEN)


def doubted(
    conn: Connection,
    judge: Judge,
    mail_id: int,
    message: Message,
    classified: Classified,
    why: str,
    now: datetime,
) -> None:
    """Tell a person of a mail in our own name that was not believed, where it would have stopped a clock."""
    identity = Identity(
        references=message.in_reply_to + message.references,
        case_id=classified.case_id,
        order_id=next(iter(order_ids(message)), None),
        buyer_alias=classified.buyer_alias,
        marketplace=classified.marketplace.name if classified.marketplace else None,
    )
    found = threads.candidates(conn, judge.account, identity)
    waiting = sorted({each.thread_id for each in found if each.state is ThreadState.OPEN})
    if not waiting:
        return
    which = f"thread {waiting[0]}" if len(waiting) == 1 else f"one of the threads {', '.join(map(str, waiting))}"
    words = (
        f"a blind copy of an answer to {which} was not believed: {why}."
        f" If it is yours, type: responder thread {waiting[0]} answered"
    )
    thread_id = waiting[0] if len(waiting) == 1 else None
    note(conn, judge, now, decisions.BCC_NOT_BELIEVED, words, mail_id=mail_id, thread_id=thread_id)


def is_own(judge: Judge, message: Message, classified: Classified) -> bool:
    """Return whether a mail of the inbox is a blind copy to somebody else than a buyer: its references vouch for it."""
    not_forged = classified.verdict.authentic is not Authentic.FAIL
    return not_forged and _looks_own(judge, message, classified) and _delivered_to(message, judge.bcc or "")


def _is_blind_copy(judge: Judge, message: Message, classified: Classified) -> bool:
    return classified.buyer_alias is not None and _looks_own(judge, message, classified)


def _looks_own(judge: Judge, message: Message, classified: Classified) -> bool:
    sender = message.from_[0].spec if len(message.from_) == 1 else ""
    return (
        judge.bcc is not None
        and classified.kind is Kind.OTHER
        and sender in judge.mine
        and message.header(INSTANCE_HEADER) is None
        and not automatic_reasons(message, relay=False)
    )


def _delivered_to(message: Message, address: str) -> bool:
    """Return whether the delivering server names the address; one that names none says nothing against it."""
    noted = [value.strip(" <>").lower() for name in DELIVERED_TO for value in message.all_headers(name)]
    return not noted or address.lower() in noted
