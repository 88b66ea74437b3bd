"""
A buyer's message: its thread, its clock, and whether it is acknowledged now.

The clock starts whatever else is decided: a withheld acknowledgement never hides the message.
"""

import functools
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from responder.adapters.store import mails, ours, outbox, proactive, sending, suppressions, threads
from responder.core.acknowledge import Acknowledge, Facts, Withhold, closing_for, decide
from responder.core.breaker import why
from responder.core.classify import Authentic, Classified
from responder.core.closings import Closing
from responder.core.detecting import detect
from responder.core.matching import SENT_AGAIN_WITHIN, Identity, Matched, choose, is_distinctive, text_key
from responder.core.message import Message
from responder.core.threads import Answered, AnsweredVia, MessageReceived, Thread, ThreadState
from responder.core.wording import span
from responder.tasks.receive import acknowledgement, answers
from responder.tasks.receive.clocks import happen
from responder.tasks.receive.judge import Judge
from responder.tasks.receive.needless import Mark, settle
from responder.tasks.receive.noted import note

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LATE_COPY_WITHIN = 12 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A buyer's message that was just kept."""

    mail_id: int
    message: Message
    classified: Classified
    received_at: datetime
    answered_flag: bool
    revalidated: bool
    mark: Mark | None = None


def keep(conn: Connection, judge: Judge, mail: Received, now: datetime) -> tuple[int, bool]:
    """Put the message into its thread, start or keep the clock, decide; return the thread and whether mail waits."""
    again = _said_again(conn, judge, mail, now)
    if again is not None:
        return again, False
    thread, via = _thread_of(conn, judge, mail)
    mails.put_in_thread(conn, mail.mail_id, thread.id)
    # A forgery is shown in the digest; it rings no alarm.
    genuine = mail.classified.verdict.authentic is not Authentic.FAIL
    thread, why = happen(conn, judge, thread, MessageReceived(mail.received_at), now, warns=genuine)
    thread = _answered_already(conn, judge, mail, thread, now)
    told = {"words": why, "thread": via}
    note(conn, judge, now, "message", told, mail_id=mail.mail_id, thread_id=thread.id)
    closing = closing_for(judge.calendar, judge.acknowledge, mail.received_at, thread.answer_by_at, now)
    return thread.id, acknowledge(conn, judge, mail, thread, now, closing) is not None


def acknowledge(
    conn: Connection, judge: Judge, mail: Received, thread: Thread, now: datetime, closing: Closing | None = None
) -> int | None:
    """Decide whether the message is acknowledged, when it comes or at closing time; return the outbox row."""
    facts = _facts(conn, judge, mail, thread, now)
    decision = decide(facts, judge.calendar, judge.acknowledge, now, closing)
    return _carry_out(conn, judge, mail, thread, decision, now)


def _said_again(conn: Connection, judge: Judge, mail: Received, now: datetime) -> int | None:
    """
    Put a message that says again what one before it said into that one's thread, and return it.

    It has no clock and is not acknowledged; an answer to it is an answer to the first.
    """
    first = _first_of(conn, mail)
    thread = threads.thread(conn, first.thread_id) if first and first.thread_id else None
    if first is None or thread is None or not _is_copy(conn, judge, mail, first):
        return None
    if thread.state is not ThreadState.OPEN and not _is_late_copy(mail, first):
        return None
    mails.put_in_thread(conn, mail.mail_id, thread.id)
    mails.mark_repeat(conn, mail.mail_id, first.id)
    thread = _answered_already(conn, judge, mail, thread, now)
    words = (
        f"the same text was sent again, {span(mail.received_at - first.received_at)} after the first:"
        " not a second message, the clock stays as it is and nothing is acknowledged"
    )
    told = {"words": words, "thread": "repeat", "repeat_of": first.id}
    note(conn, judge, now, "message", told, mail_id=mail.mail_id, thread_id=thread.id)
    return thread.id


def _is_copy(conn: Connection, judge: Judge, mail: Received, first: mails.StoredMail) -> bool:
    """The same words are another message when something new comes with them: a photo, or our mail they answer."""
    files, before = mail.classified.attachments, first.attachments
    if sorted((each.name, each.content_type) for each in files) != sorted(
        (each.name, each.content_type) for each in before
    ):
        return False
    referred = {*mail.message.in_reply_to, *mail.message.references} - {*first.references}
    return not ours.by_message_id(conn, judge.account, sorted(referred))


def _is_late_copy(mail: Received, first: mails.StoredMail) -> bool:
    """
    After the answer a short question is more likely asked again than sent again; so is one in another case, and one
    that comes later than Amazon was seen to send a copy (26 minutes to about 10 hours).
    """
    soon = mail.received_at - first.received_at <= LATE_COPY_WITHIN
    return soon and is_distinctive(mail.classified.text) and first.case_id in (None, mail.classified.case_id)


def _first_of(conn: Connection, mail: Received) -> mails.StoredMail | None:
    classified, key = mail.classified, text_key(mail.classified.text)
    if key is None or classified.verdict.authentic is Authentic.FAIL:
        return None
    since = mail.received_at - SENT_AGAIN_WITHIN
    order_id = next(iter(classified.order_ids), None)
    return mails.sent_before(conn, mail.mail_id, key, since, order_id=order_id, alias=classified.buyer_alias)


def _thread_of(conn: Connection, judge: Judge, mail: Received) -> tuple[Thread, str]:
    classified = mail.classified
    alias = classified.buyer_alias or "unknown"
    if classified.verdict.authentic is not Authentic.FAIL:  # a forged mail never touches a genuine thread
        identity = Identity(
            references=mail.message.in_reply_to + mail.message.references,
            case_id=classified.case_id,
            order_id=next(iter(classified.order_ids), None),
            buyer_alias=alias,
            marketplace=classified.marketplace.name if classified.marketplace else None,
        )
        found_by = threads.candidates(conn, judge.account, identity)
        match choose(found_by, mail.received_at, order_id=identity.order_id):
            case Matched(thread_id, via):
                found = threads.thread(conn, thread_id)
                if found is not None:
                    return found, via
            case _:
                pass
    new = Thread(
        id=0,
        account=judge.account,
        marketplace=classified.marketplace.name if classified.marketplace else None,
        order_id=next(iter(classified.order_ids), None),
        case_id=classified.case_id,
        buyer_alias=alias,
        buyer_name=classified.buyer_name,
        subject=mail.message.subject,
        language=classified.language,
    )
    return threads.insert_thread(conn, new), "new"


def _answered_already(conn: Connection, judge: Judge, mail: Received, thread: Thread, now: datetime) -> Thread:
    """An answer may be known before its message: two folders are read at once, and flags come with the mail."""
    if mail.classified.verdict.authentic is Authentic.FAIL:
        return _marked(conn, judge, mail, thread, now)
    ids = [each for each in (mail.message.message_id, *mail.message.in_reply_to, *mail.message.references) if each]
    later = threads.answers_to(conn, judge.account, thread, ids, mail.received_at)
    for mail_id, at, via in later:
        mails.put_in_thread(conn, mail_id, thread.id)
        thread, _ = happen(conn, judge, thread, Answered(at, via), now)
    if mail.answered_flag and thread.state is ThreadState.OPEN and not ours.lost_answer_to(conn, mail.mail_id):
        at = answers.flagged_answer_at(conn, mail.mail_id, thread.id, now)  # a later one may have been read first
        thread, _ = happen(conn, judge, thread, Answered(at, AnsweredVia.ANSWERED_FLAG), now)
    return _marked(conn, judge, mail, thread, now)


def _marked(conn: Connection, judge: Judge, mail: Received, thread: Thread, now: datetime) -> Thread:
    """A message may come with the mark that it needs no answer."""
    if mail.mark is None or thread.state is not ThreadState.OPEN:
        return thread
    return settle(conn, judge, thread, mail.mail_id, mail.received_at, mail.mark, now)


def _facts(conn: Connection, judge: Judge, mail: Received, thread: Thread, now: datetime) -> Facts:
    classified = mail.classified
    about = [thread.buyer_alias, thread.order_id, *classified.order_ids]
    barred = suppressions.suppressed(conn, judge.account, about)
    key = text_key(classified.text) if is_distinctive(classified.text) else None
    return Facts(
        kind=classified.kind,
        authentic=classified.verdict.authentic,
        automatic=classified.automatic,
        own=classified.own,
        addressed_to_us=acknowledgement.addressed_to(mail.message, judge.mine),
        message_id=mail.message.message_id,
        received_at=mail.received_at,
        first_start_at=judge.first_start_at,
        revalidated=mail.revalidated,
        # A marked message needs no answer, whatever else of its thread still waits.
        thread_state=ThreadState.NO_RESPONSE_NEEDED if mail.mark else thread.state,
        acknowledged_periods=outbox.acknowledged_periods(conn, thread.id),
        suppressed=barred is not None and not barred.came_back,
        returned=barred is not None and barred.came_back,
        same_text_from_others=mails.same_text_from_others(
            conn, judge.account, key, classified.buyer_alias, mail.received_at - DAY
        ),
        sent_to_buyer_today=_sent_to(conn, judge.account, thread.buyer_alias, now - DAY),
        sending_stopped=why(stopped) if (stopped := sending.state(conn).stopped) else None,
        language=classified.language,
        written_in=classified.marketplace.texts if classified.marketplace else (),
        detected=detect(judge.detector, classified.text, judge.acknowledge.languages),
        marketplace=thread.marketplace,
        answered_at=threads.last_answered_at(conn, thread.id),
    )


def _sent_to(conn: Connection, account: str, alias: str, since: datetime) -> int:
    """Return how much automatic mail a buyer got, also what nobody asked for."""
    answered = outbox.acknowledgements_sent(conn, account, alias, since)
    return answered + proactive.lately_to(conn, account, alias, since)


def _carry_out(
    conn: Connection, judge: Judge, mail: Received, thread: Thread, decision: Acknowledge | Withhold, now: datetime
) -> int | None:
    reasons = tuple({"code": str(because.code), "detail": because.detail} for because in decision.reasons)
    noted = functools.partial(note, conn, judge, now, mail_id=mail.mail_id, thread_id=thread.id)
    match decision:
        case Withhold():
            noted("withhold", {}, reasons=reasons)
            return None
        case Acknowledge():
            faster = outbox.cancelled_acknowledgements(conn, thread.id, decision.period)
            new = acknowledgement.write(
                judge, mail.message, mail.classified, mail.received_at, thread, decision, now, cancelled=faster
            )
            if isinstance(new, str):
                noted("withhold", new, reasons=[{"code": "not_written", "detail": new}])
                return None
            outbox_id = outbox.enqueue(conn, new)
            detail = {"promise_at": decision.promise_at.isoformat(), "send_at": decision.send_at.isoformat()}
            noted("acknowledge", detail, reasons=reasons, outbox_id=outbox_id)
            return outbox_id
