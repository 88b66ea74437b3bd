"""
One mail, one transaction: the mail, its thread or notice, the decision with its reasons, and what is to be sent.

Keeping the same mail twice changes nothing: it is known by its UID and by its content.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from responder.adapters.store import canaries, mails, new_kinds, suppressions, threads
from responder.core.actions import Action, Asked
from responder.core.automatic import automatic_reasons
from responder.core.canary import code_in
from responder.core.classify import Authentic, Classified, Kind
from responder.core.dkim import DkimResult
from responder.core.matching import text_key
from responder.core.message import Message, parse
from responder.core.own_words import names_order
from responder.core.threads import AnsweredVia
from responder.tasks.receive import answers, asked, blind_copy, buyer, needless, notices, returned
from responder.tasks.receive.judge import Judge

INBOX, SENT, NO_RESPONSE = "inbox", "sent", "no_response"
RAW_LIMIT = 256 * 1024
"""Bytes of a mail that are kept: its headers and text; attachments stay on the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """
    A mail as it lies on the server; `revalidated`: first seen after the server renumbered the folder.

    `message` is what its bytes say where they were parsed already, `dkim` what checking its signature gave.
    """

    folder: str
    role: str
    uidvalidity: int
    uid: int
    received_at: datetime
    size: int
    flags: frozenset[str]
    raw: bytes
    revalidated: bool = False
    message: Message | None = None
    dkim: DkimResult | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """
    What keeping a mail led to; `mail_id` is None when it was known already, with a thread where that was marked.

    `canary`: it was our own test mail, of which nothing is kept but that it came. `asked`: what the mail
    asked for by a link of the digest, and what became of it.
    """

    mail_id: int | None
    kind: Kind
    thread_id: int | None = None
    enqueued: bool = False
    canary: bool = False
    asked: Asked | None = None


def keep(conn: Connection, judge: Judge, arrival: Arrival, now: datetime) -> Kept:
    """Understand a mail, decide, and write all of it; the caller's transaction makes it one step."""
    message = arrival.message or parse(arrival.raw, size=arrival.size)
    if arrival.role != SENT and answers.is_ours(judge, message) and _canary(conn, judge, arrival, message):
        return Kept(None, Kind.AUTOMATIC, canary=True)
    classified = judge.understand(message, arrival.dkim)
    if arrival.role == SENT:
        return _sent(conn, judge, arrival, message, classified, now)
    bcc = blind_copy.belief(conn, judge, message, classified)
    if isinstance(bcc, blind_copy.Believed):
        return _sent(conn, judge, replace(arrival, role=SENT), message, classified, now, bcc)
    put_there = needless.by_folder(arrival.folder) if arrival.role == NO_RESPONSE else None
    arrival = replace(arrival, role=INBOX)
    mail_id = mails.insert_mail(conn, _row(judge, arrival, message, classified))
    if mail_id is None:
        return _known(conn, judge, message, classified, put_there, now)
    if isinstance(bcc, blind_copy.Doubted):
        blind_copy.doubted(conn, judge, mail_id, message, classified, bcc.why, now)
    if classified.new_kind is not None and classified.verdict.authentic is not Authentic.FAIL:
        new_kinds.saw(conn, _new_kind(judge, arrival, mail_id, message, classified, classified.new_kind))
    mark = put_there or needless.by_keyword(judge.no_response_keyword, arrival.flags)
    return _received(conn, judge, arrival, mail_id, message, classified, mark, now)


def _canary(conn: Connection, judge: Judge, arrival: Arrival, message: Message) -> bool:
    """Return whether the mail is our own test mail; that it came, and where, is kept."""
    code = code_in(message.subject)
    found = canaries.arrived(conn, judge.account, message.message_id, code, arrival.folder, arrival.received_at)
    return found is not None


def _sent(
    conn: Connection,
    judge: Judge,
    arrival: Arrival,
    message: Message,
    classified: Classified,
    now: datetime,
    bcc: blind_copy.Believed | None = None,
) -> Kept:
    """What we sent is one mail, whether it lies in the Sent folder, came as a blind copy, or both."""
    row = _row(judge, arrival, message, classified)
    mail_id = mails.insert_mail(conn, replace(row, details={threads.VIA: str(AnsweredVia.BCC)}) if bcc else row)
    if mail_id is None:
        return Kept(None, classified.kind)
    thread_id = answers.written(conn, judge, arrival.received_at, mail_id, message, now, bcc=bcc)
    if not automatic_reasons(message, relay=False) and not answers.is_ours(judge, message):
        notices.replied(conn, judge, message, arrival.received_at)
    returned.reported_before(conn, judge, message.message_id, now)
    return Kept(mail_id, classified.kind, thread_id)


def _known(
    conn: Connection,
    judge: Judge,
    message: Message,
    classified: Classified,
    mark: needless.Mark | None,
    now: datetime,
) -> Kept:
    """A mail that was kept before, and that a person has put into the folder of those that need no answer."""
    mail = mails.mail_by_content(conn, judge.account, INBOX, message.dedup_key) if mark else None
    thread_id = needless.known(conn, judge, mail, mark, now) if mail and mark else None
    return Kept(None, classified.kind, thread_id)


def _received(
    conn: Connection,
    judge: Judge,
    arrival: Arrival,
    mail_id: int,
    message: Message,
    classified: Classified,
    mark: needless.Mark | None,
    now: datetime,
) -> Kept:
    match classified.kind:
        case Kind.BUYER_MESSAGE:
            mail = buyer.Received(
                mail_id=mail_id,
                message=message,
                classified=classified,
                received_at=arrival.received_at,
                answered_flag="\\Answered" in arrival.flags,
                revalidated=arrival.revalidated,
                mark=mark or needless.by_amazon(classified.needless),
            )
            if classified.verdict.authentic is Authentic.PASS and classified.buyer_alias:
                suppressions.heard_from(conn, judge.account, classified.buyer_alias, arrival.received_at)
            return Kept(mail_id, classified.kind, *buyer.keep(conn, judge, mail, now))
        case Kind.NOTICE:
            notices.keep(conn, judge, mail_id, message, classified, arrival.received_at, now, arrival.flags)
            return Kept(mail_id, classified.kind)
        case Kind.ANSWER_COPY:
            thread_id = answers.from_copy(conn, judge, mail_id, message, classified, arrival.received_at, now)
            return Kept(mail_id, classified.kind, thread_id)
        case Kind.BOUNCE:
            said = classified.returned
            if said is not None and classified.verdict.authentic is not Authentic.FAIL:  # a forged one settles nothing
                returned.bounced(conn, judge, mail_id, said, arrival.received_at, now)
            return Kept(mail_id, classified.kind)
        case Kind.AUTOMATIC | Kind.OTHER:
            # One that was put into the folder of messages that need no answer was read where it arrived.
            if mark is None and (request := _asked(conn, judge, arrival, mail_id, message, now)):
                return Kept(mail_id, classified.kind, enqueued=request.action is Action.RELEASE, asked=request)
            if classified.kind is Kind.OTHER and blind_copy.is_own(judge, message, classified):
                notices.replied(conn, judge, message, arrival.received_at)
            return Kept(mail_id, classified.kind)
        case _:
            assert_never(classified.kind)


def _asked(
    conn: Connection, judge: Judge, arrival: Arrival, mail_id: int, message: Message, now: datetime
) -> Asked | None:
    return asked.keep(conn, judge, mail_id, message, arrival.dkim, arrival.received_at, now)


def _new_kind(
    judge: Judge, arrival: Arrival, mail_id: int, message: Message, classified: Classified, key: str
) -> new_kinds.Seen:
    return new_kinds.Seen(
        account=judge.account,
        key=key,
        mail_id=mail_id,
        at=arrival.received_at,
        subject=message.subject,
        sender=next((address.spec for address in message.from_), ""),
        verified=classified.verdict.authentic is Authentic.PASS,
        sample=b"" if classified.kind is Kind.BUYER_MESSAGE else arrival.raw,  # a buyer's words have one place
    )


def _row(judge: Judge, arrival: Arrival, message: Message, classified: Classified) -> mails.NewMail:
    recipient = answers.buyer_of(judge, message) if arrival.role == SENT else None
    buyers = classified.kind is Kind.BUYER_MESSAGE
    return mails.NewMail(
        account=judge.account,
        folder=arrival.folder,
        role=arrival.role,
        uidvalidity=arrival.uidvalidity,
        uid=arrival.uid,
        dedup_key=message.dedup_key,
        message_id=message.message_id,
        received_at=arrival.received_at,
        size=arrival.size,
        kind=str(classified.kind),
        notice_type=str(classified.notice_type) if classified.notice_type else None,
        notification_type=classified.notification_type,
        marketplace=classified.marketplace.name if classified.marketplace else None,
        language=classified.language,
        order_id=next(iter(classified.order_ids), None),
        buyer_alias=recipient.alias if recipient else classified.buyer_alias,
        buyer_address=recipient.full if recipient else classified.buyer_address,
        buyer_name=classified.buyer_name,
        case_id=recipient.case_id if recipient else classified.case_id,
        subject=message.subject,
        text=classified.text if buyers else classified.text or message.text,
        no_response_link=classified.no_response_link,
        authentic=str(classified.verdict.authentic),
        authentic_reason=classified.verdict.reason,
        # In the Sent folder our own address is no sign of a machine.
        automatic=automatic_reasons(message, relay=False) if arrival.role == SENT else classified.automatic,
        reasons=classified.reasons,
        error=classified.error,
        raw=arrival.raw[:RAW_LIMIT],
        own=answers.is_ours(judge, message),
        flags_answered="\\Answered" in arrival.flags,
        revalidated=arrival.revalidated,
        text_key=text_key(classified.text) if buyers else None,
        attachments=classified.attachments,
        details={**classified.details, **_order_by_amazon(judge, message, classified)},
        # A report is found again by what it returned.
        references=message.in_reply_to + message.references + classified.bounced_message_ids,
    )


def _order_by_amazon(judge: Judge, message: Message, classified: Classified) -> Mapping[str, str]:
    """Return the order of a buyer's message where Amazon's template names it; a buyer's own words may name any."""
    order_id = next(iter(classified.order_ids), None)
    if classified.kind is not Kind.BUYER_MESSAGE or order_id is None:
        return {}
    return {mails.ORDER_BY_AMAZON: order_id} if names_order(message, judge.catalogue, order_id) else {}
