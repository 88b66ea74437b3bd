"""
What follows when a mail of ours did not reach its buyer: a server returned it, or Amazon says it was not delivered.

An acknowledgement that came back takes its promise with it; a person's answer that came back puts its thread where it
was before, with the old clock; what nobody asked for touches no thread, and its order was asked for ever. Where several
mails could be meant, none is chosen and a person is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from responder.adapters.store import (
    decisions,
    mails,
    new_kinds,
    notice_reports,
    ours,
    outbox,
    proactive,
    report_files,
    suppressions,
    threads,
)
from responder.adapters.store.ours import Ours
from responder.adapters.store.outbox import PROACTIVE_KINDS
from responder.core import compose, wording
from responder.core.amazon import relay_address
from responder.core.kinds import Kind
from responder.core.message import parse
from responder.core.returned import Report, report
from responder.core.threads import Acknowledged, AcknowledgementReturned, Answered, AnsweredVia, AnswerReturned, Thread
from responder.core.uncovered import Word, Written, stands, uncovered
from responder.tasks.receive import unasked
from responder.tasks.receive.clocks import happen
from responder.tasks.receive.judge import Judge
from responder.tasks.receive.needless import settled
from responder.tasks.receive.noted import note

WITHIN = timedelta(days=7)
"""For how long a report that names no Message-ID of ours may speak of our last mail to that buyer."""
PATIENCE = timedelta(hours=1)
"""For how long the Sent folder's copy of what a report returned may be on its way."""
Matter = int | tuple[str | None, str | None] | None
"""What a mail of ours belongs to: a thread, or a kind of mail and its order."""
SOURCES = {"sent": AnsweredVia.SENT_FOLDER, "bcc": AnsweredVia.BCC, "copy": AnsweredVia.ANSWER_COPY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """
    A mail that says that one of ours did not arrive: which mail, when it came, and why in a few words.

    Anybody can write one. `proven`: it names our own Message-ID, which nobody else knows, or is proven to be Amazon's.
    Without that a thread may be opened again, but no promise is taken back and no buyer is barred. `opted_out`: the
    buyer wants no mail that they did not ask for.
    """

    mail_id: int
    received_at: datetime
    why: str
    proven: bool = False
    opted_out: bool = False


def bounced(conn: Connection, judge: Judge, mail_id: int, report: Report, received_at: datetime, now: datetime) -> None:
    """A mail server returned a mail of ours."""
    told = _told(mail_id, report, received_at)
    named = ours.by_message_id(conn, judge.account, report.message_ids)
    if named:
        _named(conn, judge, told, report, named, now)
        return
    guessed = _guessed(conn, judge, report, received_at)
    if guessed and report.message_ids:
        _wait(conn, judge, told, guessed, now)
    else:
        _settle(conn, judge, told, guessed, now)


def reported_before(conn: Connection, judge: Judge, message_id: str | None, now: datetime) -> None:
    """The report may be read before the Sent folder's copy of what it returns: then it is heard again."""
    for told in ours.reports_on(conn, judge.account, message_id) if message_id else ():
        said = report(parse(told.raw or b""))
        if said is not None:
            bounced(conn, judge, told.id, said, told.received_at, now)


def copy_did_not_come(conn: Connection, judge: Judge, now: datetime) -> None:
    """
    Settle the reports whose mail never turned up: what came back is then our last mail to that buyer.

    Some mail servers replace the Message-ID, and some people keep no copies.
    """
    for mail in ours.waiting_reports(conn, judge.account, now - WITHIN, now - PATIENCE):
        said = report(parse(mail.raw or b""))
        note(conn, judge, now, decisions.RETURNED_LATE, "no copy of the mail that came back was found", mail_id=mail.id)
        if said is not None and not ours.by_message_id(conn, judge.account, said.message_ids):
            told = _told(mail.id, said, mail.received_at)
            _settle(conn, judge, told, _guessed(conn, judge, said, mail.received_at), now)


def refused_by_amazon(
    conn: Connection, judge: Judge, told: Told, alias: str | None, order_ids: Sequence[str], now: datetime
) -> None:
    """Amazon says that it did not deliver what we wrote: our last mail to that buyer, or about that order."""
    aliases = [alias] if alias else []
    found = _to_buyer(conn, judge, aliases, order_ids, told.received_at, copies=True)
    # An opt-out does not touch answers to what the buyer wrote: what nobody asked for is meant, where there is any.
    meant = [each for each in found if each.proactive] if told.opted_out else []
    _settle(conn, judge, told, meant or found, now)


def _told(mail_id: int, report: Report, received_at: datetime) -> Told:
    why = f"returned, {report.status}" if report.status else "returned"
    return Told(mail_id=mail_id, received_at=received_at, why=why)


def _named(conn: Connection, judge: Judge, told: Told, report: Report, named: Sequence[Ours], now: datetime) -> None:
    """It names mail of ours: that one is meant, if the address that failed is whom it was for."""
    aliases = _aliases(judge, report.addresses)
    meant = [each for each in named if _is_about(report, aliases, each)]
    proven = report.standard or bool(report.addresses)
    found = _settle(conn, judge, replace(told, proven=proven), meant, now)
    if found is not None and found.to in _aliases(judge, report.gone):
        reason = f"{suppressions.CAME_BACK} ({report.status})"
        suppressions.suppress(conn, judge.account, found.to, reason, told.received_at)


def _wait(conn: Connection, judge: Judge, told: Told, guessed: Sequence[Ours], now: datetime) -> None:
    """It names a mail nobody knows: to take an earlier one for it would undo an answer that arrived."""
    threads_meant = {each.thread_id for each in guessed}
    thread_id = threads_meant.pop() if len(threads_meant) == 1 else None
    words = f"a mail of ours did not arrive ({told.why}); its copy is not in the Sent folder yet"
    note(conn, judge, now, decisions.RETURNED_WAITS, words, mail_id=told.mail_id, thread_id=thread_id)


def _aliases(judge: Judge, addresses: Sequence[str]) -> list[str]:
    found = [relay_address(address, judge.catalogue) for address in addresses]
    return list(dict.fromkeys(relay.alias for relay in found if relay))


def _is_about(report: Report, aliases: Sequence[str], mail: Ours) -> bool:
    """A mail may have gone to a colleague as well, and an answer of absence refers to our mail: the address decides."""
    if mail.to_operator:  # alone, and their mail may be sent on
        return report.standard or mail.to in report.addresses
    return mail.to is not None and (mail.to in aliases or not report.addresses)


def _guessed(conn: Connection, judge: Judge, report: Report, until: datetime) -> list[Ours]:
    """Return what may be meant where no Message-ID helps; the order counts only where no other address failed."""
    aliases = _aliases(judge, report.addresses)
    if report.addresses and not aliases:
        return []
    return _to_buyer(conn, judge, aliases, report.order_ids, until)


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
    newest: dict[Matter, Ours] = {}
    for each in found:
        known = newest.get(_matter(each))
        newest[_matter(each)] = each if known is None or each.at >= known.at else known
    if len(newest) > 1:
        _unsure(conn, judge, told, list(newest), now)
        return None
    for mail in newest.values():
        if mail.outbox_id is not None:
            _our_mail(conn, judge, told, mail.outbox_id, now)
        elif mail.mail_id is not None:
            _persons_answer(conn, judge, told, mail.mail_id, now)
        return mail
    return None


def _matter(mail: Ours) -> Matter:
    """Return what a mail belongs to: a thread, or an order whose buyer did not ask for it."""
    return (mail.kind, mail.order_id) if mail.proactive else mail.thread_id


def _unsure(conn: Connection, judge: Judge, told: Told, matters: Sequence[Matter], now: datetime) -> None:
    thread_ids = sorted(each for each in matters if isinstance(each, int))
    names = ", ".join(map(str, thread_ids))
    threads_meant = (
        f", in one of the threads {names}" if len(thread_ids) > 1 else f", in thread {names}" if names else ""
    )
    orders = [proactive.about(str(each[0]), each[1]) for each in matters if isinstance(each, tuple)]
    also = (", or " if threads_meant else ": ") + " or ".join(orders) if orders else ""
    words = f"a mail of ours did not arrive ({told.why}){threads_meant}{also}: please check"
    thread_id = thread_ids[0] if len(matters) == 1 and thread_ids else None
    note(conn, judge, now, decisions.RETURNED_UNSURE, words, mail_id=told.mail_id, thread_id=thread_id)


def _our_mail(conn: Connection, judge: Judge, told: Told, outbox_id: int, now: datetime) -> None:
    row = outbox.outbox_row(conn, outbox_id)
    about_order = row is not None and row.kind in PROACTIVE_KINDS
    if row is not None and about_order and told.proven and told.opted_out:
        unasked.bar(conn, row, told.received_at)  # also where a mail server was faster
    if row is None or row.state == "refused":
        return
    if not told.proven and (about_order or row.thread_id is not None):
        _unsure(conn, judge, told, [(row.kind, row.payload.get("order_id")) if about_order else row.thread_id], now)
        return
    who = "it did not arrive" if row.kind in outbox.OPERATOR_KINDS else "the buyer did not get it"
    if outbox.bounced(conn, row.message_id, f"{told.why}: {who}") is None:
        return
    if about_order:
        words = unasked.came_back(conn, row, told.why, told.received_at)
        note(conn, judge, now, decisions.BOUNCED, words, mail_id=told.mail_id, outbox_id=row.id)
        return
    if shown := row.payload.get("notice_ids"):
        notice_reports.forget(conn, shown, row.id)
    if shown := row.payload.get("new_kind_ids"):
        new_kinds.forget_told(conn, shown)
    if files := row.payload.get("report_file_ids"):
        report_files.forget_told(conn, files)
    thread = threads.thread(conn, row.thread_id) if row.thread_id is not None else None
    if thread is not None and row.kind == compose.ACKNOWLEDGEMENT and row.sent_at is not None:
        happen(conn, judge, thread, AcknowledgementReturned(row.sent_at), now)
    kind = "test mail" if row.kind == outbox.CANARY else row.kind
    words = f"our {kind} did not arrive ({told.why})" + ("; write to the buyer yourself" if thread else "")
    note(conn, judge, now, decisions.BOUNCED, words, mail_id=told.mail_id, thread_id=row.thread_id, outbox_id=outbox_id)


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
    note(conn, judge, now, "returned", words, mail_id=told.mail_id, thread_id=answer.thread_id)


def _returned(conn: Connection, thread: Thread, answer: mails.StoredMail, told: Told) -> AnswerReturned:
    """Return the event: what waits again, and which answer stands."""
    kept = mails.thread_mails(conn, thread.id)
    made = decisions.decisions(conn, thread_id=thread.id)
    known = {each.mail_id: each.id for each in made if each.action == "message"}
    needless = settled(made, kept)
    standing = [Answered(at, SOURCES[how]) for how, at in ours.standing_answers(conn, thread.id)]
    waits = uncovered(
        [
            Written(mail.received_at, known.get(mail.id, 0), mail.message_id, mail.flags_answered)
            for mail in kept
            if mail.kind == Kind.BUYER_MESSAGE
            and mail.role == "inbox"
            and mail.repeat_of is None
            and mail.id not in needless
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
    last = max(standing, key=lambda each: each.at, default=None)
    return AnswerReturned(answer.received_at, waits, last, _promise(conn, thread.id))


def _promise(conn: Connection, thread_id: int) -> Acknowledged | None:
    rows = outbox.outbox_rows(conn, ("sent",), kinds=(compose.ACKNOWLEDGEMENT,), thread_id=thread_id)
    made = [Acknowledged(row.sent_at, datetime.fromisoformat(row.payload["promise_at"])) for row in rows if row.sent_at]
    return max(made, key=lambda each: each.at, default=None)
