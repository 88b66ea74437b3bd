"""
What the daemon did, read from its own state: mails kept, decisions with their reasons, mail sent, deadlines moved.

Nothing here is taken from the log, so whatever is told can be looked up again with `responder thread ID`.
"""

import email
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from responder.adapters.store import cursors, decisions, health, mails, notices, outbox, schema, threads, timers
from responder.adapters.store.decisions import Decided
from responder.adapters.store.mails import StoredMail
from responder.adapters.store.outbox import OutboxRow
from responder.core.acknowledge import SENTENCES, Reason
from responder.core.threads import Thread
from responder.core.wording import moment, span
from responder.demo.servers import SENT
from responder.demo.timeline import Told, day_words

LANGUAGES = {"de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "pl": "Polish"}
VIA = {
    "sent_folder": "its copy lies in the folder of sent mail",
    "answered_flag": "the mailbox marks it as answered",
    "answer_copy": "Amazon sent a copy of it",
    "operator": "you said so",
}
_SAID_PLAINLY = {Reason.OPEN_HOURS, Reason.ANSWERED, Reason.TOO_OLD}  # their detail repeats an instant in UTC


def is_looked_at(conn: Connection, account: str, at: datetime) -> bool:
    """Return whether the daemon spoke with the mailbox at that instant or later."""
    known = {each.account: each.imap_last_contact_at for each in health.health(conn)}
    return (seen := known.get(account)) is not None and seen >= at


def unsettled(conn: Connection, now: datetime, *, put: dict[str, int], marked: set[str], account: str) -> str | None:
    """Return what the daemon still has to do at `now`, or None; `put` mails lie in its folders."""
    if any(cursors.cursor(conn, account, name) is None for name in ("INBOX", SENT)):
        return "it has not looked into its folders yet"
    counted = conn.execute(select(schema.mail.c.role, func.count().label("mails")).group_by(schema.mail.c.role))
    kept = {row.role: row.mails for row in counted}
    if any(kept.get(role, 0) < count for role, count in put.items()):
        return "a mail is not kept yet"
    for message_id in marked:
        mail = mails.mail_by_message_id(conn, account, message_id)
        if mail is not None and not mail.flags_answered:
            return "a flag is not seen yet"
    if any(row.due_at <= now for row in outbox.outbox_rows(conn, ("queued", "sending"))):
        return "a mail is not sent yet"
    if any(timer.due_at <= now for timer in timers.timers(conn)):
        return "a warning is not given yet"
    if any(notice.digest_at and not notice.marked_at for notice in notices.notices(conn)):
        return "a notice is not marked as read yet"
    return None


class Watch:
    """What was told already; `news` returns what came since."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._mail = self._decision = 0
        self._attempts: dict[int, tuple[str, int]] = {}
        self._due: dict[int, datetime] = {}
        self._asking: set[int | None] = set()
        self.claim_seen: bool | None = None
        """Whether the A-to-z notice was last told to be marked as read on the server; None: it has not come."""

    def news(self, conn: Connection, now: datetime) -> tuple[Told, ...]:
        """Return what the daemon did since the last call."""
        told = [*self._decided(conn, now), *self._kept(conn, now), *self._moved(conn, now)]
        for thread in threads.threads(conn, open=True):
            if thread.due_at is not None:
                self._due[thread.id] = thread.due_at
        return tuple(told)

    def _kept(self, conn: Connection, now: datetime) -> Iterator[Told]:
        """Tell of mails that are no message: notices, and what only a machine wrote."""
        ids = conn.scalars(select(schema.mail.c.id).where(schema.mail.c.id > self._mail).order_by(schema.mail.c.id))
        for mail_id in ids.all():
            self._mail = mail_id
            mail = mails.mail(conn, mail_id)
            if mail is not None and mail.role == "inbox" and mail.id not in self._asking:
                text = self._of_mail(conn, mail, now)
                if text is not None:
                    yield Told(now, "daemon", f"kept_{mail.kind}", mail.marketplace or "mailbox", text)

    def _of_mail(self, conn: Connection, mail: StoredMail, now: datetime) -> str | None:
        match mail.kind:
            case "notice":
                found = next(each for each in notices.notices(conn) if each.mail_id == mail.id)
                due = f"due {moment(found.due_at, now, self._zone)}; " if found.due_at else ""
                return f"tracked: {due}it will be marked as read once a digest has told you"
            case "automatic" | "other":
                return f"kept, nothing is sent: {mail.reasons[0]}"
            case _:
                return None

    def _decided(self, conn: Connection, now: datetime) -> Iterator[Told]:
        for decision in decisions.decisions(conn):
            if decision.id <= self._decision:
                continue
            self._decision = decision.id
            thread = threads.thread(conn, decision.thread_id) if decision.thread_id else None
            row = outbox.outbox_row(conn, decision.outbox_id) if decision.outbox_id else None
            who = thread.marketplace if thread and thread.marketplace else "mailbox"
            if row is not None and row.kind in outbox.OPERATOR_KINDS:
                who = row.kind
            text = self._of_decision(conn, decision, thread, row, now)
            kind = f"{decision.action}_{row.kind}" if decision.action == "sent" and row else decision.action
            yield Told(decision.at, "daemon", kind, who, text)

    def _of_decision(
        self, conn: Connection, decision: Decided, thread: Thread | None, row: OutboxRow | None, now: datetime
    ) -> str:
        match decision.action:
            case "message" if thread is not None:
                return self._of_message(conn, decision, thread, now)
            case "withhold":
                return f"no acknowledgement: {_reasons(decision)}"
            case "acknowledge" if row is not None:
                at = moment(row.due_at, now, self._zone)
                return f"{_reasons(decision)}: it is acknowledged at {at} unless somebody answers first"
            case "answer" | "operator" if thread is not None and thread.answered_via is not None:
                return self._of_answer(thread)
            case "asked_by_mail":
                self._asking.add(decision.mail_id)
                return "the mail is proven to be yours; the next digest confirms it, and the link is used up"
            case "sent" if row is not None:
                return self._of_sent(conn, row, thread)
            case _:
                return str(decision.detail.get("words", decision.action))

    def _of_message(self, conn: Connection, decision: Decided, thread: Thread, now: datetime) -> str:
        mail = mails.mail(conn, decision.mail_id) if decision.mail_id else None
        due = f"due {moment(thread.due_at, now, self._zone)}" if thread.due_at else "nothing is due"
        if mail is not None and mail.authentic == "fail":
            return f"listed as not verified: {mail.authentic_reason}"
        return f"same conversation, still {due}" if thread.messages > 1 and thread.id in self._due else due

    def _of_answer(self, thread: Thread) -> str:
        at, due_at = thread.answered_at, self._due.get(thread.id)
        if at is None or due_at is None:
            return "noted as an answer"
        margin = f"{span(due_at - at)} in time" if at <= due_at else f"{span(at - due_at)} too late"
        return f"the clock stops, {margin}: {VIA.get(str(thread.answered_via), str(thread.answered_via))}"

    def _of_sent(self, conn: Connection, row: OutboxRow, thread: Thread | None) -> str:
        if row.kind == "alert":
            return f"mail to {row.recipient}: {'; '.join(self._warnings(conn, row)) or row.subject}"
        if row.kind == "digest":
            return f"mail to {row.recipient}: {row.subject}"
        language = str(email.message_from_bytes(row.rfc822 or b"")["Content-Language"])
        promise_at = datetime.fromisoformat(str(row.payload["promise_at"])).astimezone(self._zone)
        name = thread.buyer_name if thread and thread.buyer_name else row.recipient
        return f"{name} is told in {LANGUAGES.get(language, language)}: an answer by {day_words(promise_at)}"

    def _warnings(self, conn: Connection, row: OutboxRow) -> Iterator[str]:
        """Return what an alert is about: it was written in the moment its timers rang."""
        for timer in timers.timers(conn, pending=False):
            thread = threads.thread(conn, timer.thread_id) if timer.thread_id is not None else None
            if timer.fired_at == row.created_at and thread is not None and thread.answer_by_at is not None:
                due = moment(thread.answer_by_at, row.created_at, self._zone)
                late = thread.answer_by_at < row.created_at
                yield f"{thread.buyer_name} is overdue since {due}" if late else f"answer {thread.buyer_name} by {due}"

    def _moved(self, conn: Connection, now: datetime) -> Iterator[Told]:
        """Tell of our own mail that was put off, called off, or waits for a person."""
        for row in reversed(outbox.outbox_rows(conn)):
            before, self._attempts[row.id] = self._attempts.get(row.id), (row.state, row.attempts)
            if before == (row.state, row.attempts):
                continue
            if row.state == "queued" and row.attempts:
                text = f"the {row.kind} is put off ({row.reason}); again in {span(row.due_at - now)}"
                yield Told(now, "daemon", "put_off", "mail server", text)
            elif row.state in {"cancelled", "held", "ambiguous"} or (row.state == "refused" and row.sent_at is None):
                yield Told(now, "daemon", row.state, "mail server", f"the {row.kind} is {row.state}: {row.reason}")


def _reasons(decision: Decided) -> str:
    said = []
    for reason in decision.reasons:
        code = Reason(reason["code"])
        detail = "" if code in _SAID_PLAINLY else reason["detail"]
        sentence = SENTENCES[code]
        said.append(f"{sentence[0].lower()}{sentence[1:]}" + (f", {detail}" if detail else ""))
    return "; ".join(said)
