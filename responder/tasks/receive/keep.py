"""
One mail, one transaction: the mail, its thread or notice, the decision with its reasons, and what is to be sent.

Keeping the same mail twice changes nothing: it is known by its UID and by its content.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from responder.adapters.store import decisions, mails, outbox
from responder.adapters.store import notices as stored_notices
from responder.core.automatic import automatic_reasons
from responder.core.classify import Classified, Kind
from responder.core.message import Message
from responder.tasks.receive import answers, buyer, notices
from responder.tasks.receive.judge import Judge

RAW_LIMIT = 256 * 1024
"""Bytes of a mail that are kept: its headers and text; attachments stay on the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail as it lies on the server; `revalidated`: first seen after the server renumbered the folder."""

    folder: str
    role: str
    uidvalidity: int
    uid: int
    received_at: datetime
    size: int
    flags: frozenset[str]
    raw: bytes
    revalidated: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping a mail led to; `mail_id` is None when it was known already."""

    mail_id: int | None
    kind: Kind
    thread_id: int | None = None
    enqueued: bool = False


def keep(conn: Connection, judge: Judge, arrival: Arrival, now: datetime) -> Kept:
    """Understand a mail, decide, and write all of it; the caller's transaction makes it one step."""
    message, classified = judge.understand(arrival.raw, arrival.size)
    mail_id = mails.insert_mail(conn, _row(judge, arrival, message, classified))
    if mail_id is None:
        return Kept(None, classified.kind)
    if arrival.role == "sent":
        return Kept(mail_id, classified.kind, answers.from_sent_folder(conn, judge, arrival, mail_id, message, now))
    return _received(conn, judge, arrival, mail_id, message, classified, now)


def _received(
    conn: Connection,
    judge: Judge,
    arrival: Arrival,
    mail_id: int,
    message: Message,
    classified: Classified,
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
            )
            return Kept(mail_id, classified.kind, *buyer.keep(conn, judge, mail, now))
        case Kind.NOTICE:
            notices.keep(conn, judge, mail_id, message, classified, arrival.received_at)
            return Kept(mail_id, classified.kind)
        case Kind.ANSWER_COPY:
            thread_id = answers.from_copy(conn, judge, mail_id, classified, arrival.received_at, now)
            return Kept(mail_id, classified.kind, thread_id)
        case Kind.BOUNCE:
            _bounced(conn, judge, mail_id, classified, now)
            return Kept(mail_id, classified.kind)
        case Kind.AUTOMATIC | Kind.OTHER:
            return Kept(mail_id, classified.kind)
        case _:
            assert_never(classified.kind)


def _bounced(conn: Connection, judge: Judge, mail_id: int, classified: Classified, now: datetime) -> None:
    """RFC 3464: a mail of ours came back; the thread it belongs to waits for a person anyway."""
    for message_id in classified.bounced_message_ids:
        outbox_id = outbox.bounced(conn, message_id, "returned by a mail server: the buyer did not get it")
        if outbox_id is None:
            continue
        row = outbox.outbox_row(conn, outbox_id)
        if row and (told := row.payload.get("notice_ids")):
            stored_notices.forget_told(conn, told, row.kind)
        decisions.decide(
            conn,
            decisions.Decision(
                at=now,
                account=judge.account,
                action="bounced",
                mail_id=mail_id,
                thread_id=row.thread_id if row else None,
                outbox_id=outbox_id,
                detail={"words": "our mail was returned; write to the buyer yourself"},
            ),
        )


def _row(judge: Judge, arrival: Arrival, message: Message, classified: Classified) -> mails.NewMail:
    recipient = answers.buyer_of(judge, message) if arrival.role == "sent" else None
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
        text=classified.text or message.text,
        no_response_link=classified.no_response_link,
        authentic=str(classified.verdict.authentic),
        authentic_reason=classified.verdict.reason,
        # In the Sent folder our own address is no sign of a machine.
        automatic=automatic_reasons(message, relay=False) if arrival.role == "sent" else classified.automatic,
        reasons=classified.reasons,
        error=classified.error,
        raw=arrival.raw[:RAW_LIMIT],
        own=answers.is_ours(judge, message),
        flags_answered="\\Answered" in arrival.flags,
        revalidated=arrival.revalidated,
        references=message.in_reply_to + message.references,
    )
