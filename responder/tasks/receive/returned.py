"""
What follows when a mail of ours did not reach its buyer: a server returned it, or Amazon says it was not delivered.

An acknowledgement that came back takes its promise with it; a person's answer that came back puts its thread where it
was before, with the old clock. Where several mails could be meant, none is chosen and a person is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from responder.adapters.store import decisions, mails, new_kinds, notices, ours, outbox, suppressions, threads
from responder.adapters.store.ours import Ours
from responder.core import compose, wording
from responder.core.amazon import relay_address
from responder.core.kinds import Kind
from responder.core.message import parse
from responder.core.returned import Report, report
from responder.core.threads import AcknowledgementReturned, Answered, AnsweredVia, AnswerReturned, Thread
from responder.core.uncovered import Word, Written, stands, uncovered
from responder.tasks.receive.clocks import happen
from responder.tasks.receive.judge import Judge

WITHIN = timedelta(days=7)
"""For how long a report that names no Message-ID of ours may speak of our last mail to that buyer."""
SOURCES = {"sent": AnsweredVia.SENT_FOLDER, "copy": AnsweredVia.ANSWER_COPY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A mail that says that one of ours did not arrive: which mail, when it came, and why in a few words."""

    mail_id: int
    received_at: datetime
    why: str


def bounced(conn: Connection, judge: Judge, mail_id: int, report: Report, received_at: datetime, now: datetime) -> None:
    """A mail server returned a mail of ours."""
    aliases = _aliases(judge, report)
    why = f"returned, {report.status}" if report.status else "returned"
    told = Told(mail_id=mail_id, received_at=received_at, why=why)
    named = ours.by_message_id(conn, judge.account, report.message_ids)
    known = [each for each in named if _is_about(report, aliases, each)]
    found = _settle(conn, judge, told, known or _to_buyer(conn, judge, aliases, report.order_ids, received_at), now)
    if found is not None and report.permanent and found.to in aliases:
        suppressions.suppress(conn, judge.account, found.to, f"{suppressions.CAME_BACK} ({report.status})", now)


def reported_before(conn: Connection, judge: Judge, message_id: str | None, now: datetime) -> None:
    """The report may be read before the Sent folder's copy of what it returns: then it is heard again."""
    for told in ours.reports_on(conn, judge.account, message_id) if message_id else ():
        said = report(parse(told.raw or b""))
        if said is not None:
            bounced(conn, judge, told.id, said, told.received_at, now)


def refused_by_amazon(
    conn: Connection, judge: Judge, told: Told, alias: str | None, order_ids: Sequence[str], now: datetime
) -> None:
    """Amazon says that it did not deliver what we wrote: our last mail to that buyer, or about that order."""
    aliases = [alias] if alias else []
    _settle(conn, judge, told, _to_buyer(conn, judge, aliases, order_ids, told.received_at, copies=True), now)


def _aliases(judge: Judge, report: Report) -> list[str]:
    found = [relay_address(address, judge.catalogue) for address in report.addresses]
    return list(dict.fromkeys(relay.alias for relay in found if relay))


def _is_about(report: Report, aliases: Sequence[str], mail: Ours) -> bool:
    """A report guessed from sentences must name whom we wrote to: an answer of absence refers to our mail as well."""
    return report.standard or mail.to in (*aliases, *report.addresses)


def _to_buyer(
    conn: Connection,
    judge: Judge,
    aliases: Sequence[str],
    order_ids: Sequence[str],
    until: datetime,
    *,
    copies: bool = False,
) -> list[Ours]:
    """Return what we wrote to these aliases and about these orders lately: what fits both, else what fits either."""
    span = (until - WITHIN, until)

    def written(alias: str | None, order_id: str | None) -> tuple[Ours, ...]:
        return ours.to_buyer(conn, judge.account, *span, alias=alias, order_id=order_id, copies=copies)

    by_alias = [each for alias in aliases for each in written(alias, None)]
    by_order = [each for order_id in order_ids for each in written(None, order_id)]
    return [each for each in by_alias if each in by_order] or [*by_alias, *by_order]


def _settle(conn: Connection, judge: Judge, told: Told, found: Sequence[Ours], now: datetime) -> Ours | None:
    """Let the one mail that is meant be the one that came back, and return it; None for none, or for several."""
    newest: dict[int | None, Ours] = {}
    for each in sorted(found, key=lambda mail: mail.at):
        newest[each.thread_id] = each
    if len(newest) > 1:
        _unsure(conn, judge, told, [thread_id for thread_id in newest if thread_id is not None], now)
        return None
    for mail in newest.values():
        if mail.outbox_id is not None:
            _our_mail(conn, judge, told, mail.outbox_id, now)
        elif mail.mail_id is not None:
            _persons_answer(conn, judge, told, mail.mail_id, now)
        return mail
    return None


def _unsure(conn: Connection, judge: Judge, told: Told, thread_ids: Sequence[int], now: datetime) -> None:
    names = ", ".join(map(str, sorted(thread_ids)))
    words = f"a mail of ours did not arrive ({told.why}), in one of the threads {names}: please check them"
    _note(conn, judge, told, decisions.RETURNED_UNSURE, words, now)


def _our_mail(conn: Connection, judge: Judge, told: Told, outbox_id: int, now: datetime) -> None:
    row = outbox.outbox_row(conn, outbox_id)
    if row is None or outbox.bounced(conn, row.message_id, f"{told.why}: the buyer did not get it") is None:
        return
    if shown := row.payload.get("notice_ids"):
        notices.forget_told(conn, shown, row.kind)
    if shown := row.payload.get("new_kind_ids"):
        new_kinds.forget_told(conn, shown)
    thread = threads.thread(conn, row.thread_id) if row.thread_id is not None else None
    if thread is not None and row.kind == compose.ACKNOWLEDGEMENT and row.sent_at is not None:
        happen(conn, judge, thread, AcknowledgementReturned(row.sent_at), now)
    words = f"our {row.kind} did not arrive ({told.why})" + ("; write to the buyer yourself" if thread else "")
    _note(conn, judge, told, "bounced", words, now, thread_id=row.thread_id, outbox_id=outbox_id)


def _persons_answer(conn: Connection, judge: Judge, told: Told, mail_id: int, now: datetime) -> None:
    answer = mails.mail(conn, mail_id)
    if answer is None or not mails.mark_returned(conn, mail_id, told.received_at, told.why):
        return
    written = wording.moment(answer.received_at, now, judge.calendar.timezone)
    words = f"the answer of {written} did not reach the buyer ({told.why})"
    thread = threads.thread(conn, answer.thread_id) if answer.thread_id is not None else None
    if thread is not None:
        _, why = happen(conn, judge, thread, _returned(conn, thread, answer, told), now)
        mails.put_in_thread(conn, told.mail_id, thread.id)
        words = f"{words}: {why}"
    _note(conn, judge, told, "returned", words, now, thread_id=answer.thread_id)


def _returned(conn: Connection, thread: Thread, answer: mails.StoredMail, told: Told) -> AnswerReturned:
    """Return the event: what waits again, and which answer stands."""
    kept = mails.thread_mails(conn, thread.id)
    made = decisions.decisions(conn, thread_id=thread.id)
    known = {each.mail_id: each.id for each in made if each.action == "message"}
    standing = [Answered(at, SOURCES[how]) for how, at in ours.standing_answers(conn, thread.id)]
    waits = uncovered(
        [
            Written(mail.received_at, known.get(mail.id, 0), mail.message_id, mail.flags_answered)
            for mail in kept
            if mail.kind == Kind.BUYER_MESSAGE and mail.role == "inbox" and mail.repeat_of is None
        ],
        answer.received_at,
        told.received_at,
        standing=[each.at for each in standing],
        words=[
            Word(each.at, each.id, needless=each.detail.get("word") == "no-response-needed")
            for each in made
            if each.action == "operator"
        ],
        replied_to=[reference for mail in kept if mail.returned_at for reference in mail.references],
    )
    by_word = thread.answered_via is AnsweredVia.OPERATOR and thread.answered_at is not None
    if by_word and thread.answered_at and stands(thread.answered_at, answer.received_at, told.received_at):
        standing.append(Answered(thread.answered_at, AnsweredVia.OPERATOR))
    return AnswerReturned(answer.received_at, waits, max(standing, key=lambda each: each.at, default=None))


def _note(
    conn: Connection,
    judge: Judge,
    told: Told,
    action: str,
    words: str,
    now: datetime,
    *,
    thread_id: int | None = None,
    outbox_id: int | None = None,
) -> None:
    decisions.decide(
        conn,
        decisions.Decision(
            at=now,
            account=judge.account,
            action=action,
            mail_id=told.mail_id,
            thread_id=thread_id,
            outbox_id=outbox_id,
            detail={"words": words},
        ),
    )
