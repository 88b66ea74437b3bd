"""
A notice from Amazon: kept as unread until a person was told, with its own deadline where it has one.
"""

from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import notices, suppressions
from responder.core.amazon_body import relay_in_body
from responder.core.classify import Authentic, Classified, NoticeType
from responder.core.deadlines import notice_due_at
from responder.core.message import Message
from responder.core.ship_by import ship_by_at
from responder.tasks.receive import happened, returned
from responder.tasks.receive.clocks import Running, set_timers
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
    if notice_id is not None and due_at is not None and classified.verdict.authentic is not Authentic.FAIL:
        clock = Running(what=f"notice:{notice_id}", start_at=received_at, due_at=due_at, notice_id=notice_id)
        set_timers(conn, judge, clock, now)


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
