r"""
A notice from Amazon: kept with its deadline, and with when to tell of it; what ends an earlier one ends it here.

\Seen on its mail when it comes was set by a mail program of the seller's; with our keyword beside it we may have been
the ones, before the state was lost.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import notices, ours, suppressions, timers
from responder.core import escalation, notice_life
from responder.core.amazon_body import relay_in_body
from responder.core.classify import Authentic, Classified, NoticeType
from responder.core.deadlines import notice_due_at
from responder.core.message import Message
from responder.core.notice_life import SeenBy
from responder.core.ship_by import ship_by_at
from responder.tasks.receive import happened, returned
from responder.tasks.receive.judge import Judge

REFUSALS = {
    NoticeType.OPT_OUT: "Amazon: the buyer opted out",
    NoticeType.MESSAGE_REFUSED: "Amazon refused it",
}


def keep(
    conn: Connection,
    judge: Judge,
    mail_id: int,
    message: Message,
    classified: Classified,
    received_at: datetime,
    now: datetime,
    flags: frozenset[str] = frozenset(),
) -> None:
    """Keep the notice and set its timers; a notice that failed verification is listed, but warns nobody."""
    notice_type = str(classified.notice_type or NoticeType.OTHER)
    due_at = notice_due_at(
        notice_type,
        received_at,
        classified.named_deadline,
        judge.answer,
        settled=classified.settled,
        ship_by_at=_ship_by(conn, judge, classified),
    )
    notice_id = notices.insert_notice(
        conn,
        notices.NewNotice(
            account=judge.account,
            mail_id=mail_id,
            notice_type=notice_type,
            marketplace=classified.marketplace.name if classified.marketplace else None,
            order_id=next(iter(classified.order_ids), None),
            subject=message.subject,
            received_at=received_at,
            due_at=due_at,
            amounts=_amounts(classified),
            outcome=classified.outcome,
            urgent=classified.urgent,
        ),
    )
    happened.keep(conn, judge, mail_id, message, classified, received_at, now)
    if notice_type == NoticeType.OPT_OUT and classified.verdict.authentic is Authentic.PASS:
        _opted_out(conn, judge, classified, received_at)
    refusal = REFUSALS.get(NoticeType(notice_type))
    # Without proof it is enough to let a person look again; only what is proven false is not.
    if refusal is not None and classified.verdict.authentic is not Authentic.FAIL:
        proven = classified.verdict.authentic is Authentic.PASS
        opted_out = notice_type == NoticeType.OPT_OUT
        told = returned.Told(mail_id=mail_id, received_at=received_at, why=refusal, proven=proven, opted_out=opted_out)
        returned.refused_by_amazon(conn, judge, told, _buyer(judge, message, classified), classified.order_ids, now)
    if notice_id is None:
        return
    if classified.verdict.authentic is not Authentic.FAIL:
        _set_timers(conn, judge, notice_id, read_before="\\Seen" in flags, now=now)
    _heed_flags(conn, judge, notice_id, flags, now)
    _heed_reply(conn, judge, notice_id, message)
    _settle(conn, judge, notice_id, classified)


def replied(conn: Connection, judge: Judge, message: Message, at: datetime) -> tuple[int, ...]:
    """A person replied to these notices, or passed them on: their mail names them."""
    named = dict.fromkeys((*message.in_reply_to, *message.references))
    ids = notices.named_by(conn, judge.account, list(named)) if named else ()
    return notices.see(conn, ids, at, SeenBy.REPLY) if ids else ()


def _set_timers(conn: Connection, judge: Judge, notice_id: int, *, read_before: bool, now: datetime) -> None:
    notice = notices.notice(conn, notice_id)
    if notice is None:
        return
    alarmed = escalation.Alarmed(
        notice_type=notice.notice_type,
        urgent=notice.urgent,
        received_at=notice.received_at,
        due_at=notice.due_at,
        read_before=read_before,
        history=notice.received_at < judge.first_start_at,
    )
    for step in escalation.steps(alarmed, judge.warn_before, judge.waking, now):
        due = notice.due_at.isoformat() if notice.due_at else "none"
        key = f"{step.kind}:notice:{notice_id}:{due}:{step.at.isoformat()}"
        timers.add_timer(conn, key, step.kind, step.at, account=judge.account, notice_id=notice_id)


def _heed_flags(conn: Connection, judge: Judge, notice_id: int, flags: frozenset[str], now: datetime) -> None:
    if "\\Answered" in flags:
        notices.see(conn, [notice_id], now, SeenBy.REPLY)
    elif "\\Seen" in flags and (judge.notice_keyword is None or judge.notice_keyword not in flags):
        notices.see(conn, [notice_id], now, SeenBy.MAIL_PROGRAM)


def _heed_reply(conn: Connection, judge: Judge, notice_id: int, message: Message) -> None:
    """The Sent folder may be read before the inbox, as at a first start: the reply is known already."""
    at = ours.replied_at(conn, judge.account, message.message_id) if message.message_id else None
    if at is not None:
        notices.see(conn, [notice_id], at, SeenBy.REPLY)


def _settle(conn: Connection, judge: Judge, notice_id: int, classified: Classified) -> None:
    """What a verified notice ends is over; one that comes in after its own end, as in a history, is over at once."""
    notice = notices.notice(conn, notice_id)
    if notice is None or notice.order_id is None:
        return
    if classified.verdict.authentic is Authentic.PASS:
        ends = notice_life.settles(NoticeType(notice.notice_type), settled=classified.settled)
        how = notice_life.settled_words(NoticeType(notice.notice_type), notice.outcome, notice_id)
        notices.settle(conn, judge.account, notice.order_id, ends, how, notice.received_at, by=notice_id)
    later = notices.ending(conn, notice)
    if later is not None:
        how = notice_life.settled_words(NoticeType(later.notice_type), later.outcome, later.id)
        notices.settle_one(conn, notice_id, later.received_at, how)


def _amounts(classified: Classified) -> tuple[Mapping[str, str], ...]:
    named = classified.details.get("amounts")
    return tuple(named) if isinstance(named, list) else ()


def _ship_by(conn: Connection, judge: Judge, classified: Classified) -> datetime | None:
    """Return until when the order has to ship, as this mail says, else the verified notice of the order."""
    order_id = next(iter(classified.order_ids), None)
    known = notices.order_details(conn, judge.account, order_id) if order_id else ()
    return ship_by_at((classified.details, *known), classified.marketplace.timezone if classified.marketplace else None)


def _buyer(judge: Judge, message: Message, classified: Classified) -> str | None:
    relay = relay_in_body(message, judge.catalogue) if classified.buyer_alias is None else None
    return relay.alias if relay else classified.buyer_alias


def _opted_out(conn: Connection, judge: Judge, classified: Classified, at: datetime) -> None:
    """The buyer wants no more of our mail, or not about this order: nothing automatic is sent from now on."""
    for subject in (classified.buyer_alias, *classified.order_ids):
        if subject is not None:
            suppressions.suppress(conn, judge.account, subject, suppressions.OPTED_OUT, at)
