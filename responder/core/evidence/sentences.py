"""
The timeline in words for people: each entry a sentence, then what belongs to it.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from responder.core import feedback_reasons, reasons
from responder.core.evidence.entries import (
    Entry,
    Happened,
    Reported,
    Seen,
    Settled,
    What,
    truncated,
    without_invoice,
)
from responder.core.evidence.values import InvoiceUse, KeptMail, KeptNotice, Made, OutgoingMail
from responder.core.message import clean
from responder.core.notice_life import CONFIRMS, SeenBy
from responder.core.orders import EventKind
from responder.core.words import clean_body

TEXT_LIMIT = 64 * 1024
ERASED = "its text and bytes were erased on schedule (retention.mail); what is said here stays on record"

EVENTS = {
    EventKind.CANCELLED: "the order was cancelled",
    EventKind.CANCELLATION_REQUESTED: "the buyer asked to cancel the order",
    EventKind.REFUNDED: "the order was refunded",
    EventKind.RETURN_REQUESTED: "the buyer asked to return it",
    EventKind.CLAIM_OPENED: "the buyer opened an A-to-z claim",
    EventKind.CLAIM_DECIDED: "Amazon decided the A-to-z claim",
    EventKind.CHARGEBACK: "the payment was disputed (chargeback)",
    EventKind.FEEDBACK: "the buyer gave feedback",
    EventKind.FEEDBACK_REMOVED: "Amazon removed the feedback",
}
SEEN: Mapping[str, str] = {
    SeenBy.MAIL_PROGRAM: "a mail program marked it as read, which nobody confirmed",
    SeenBy.REPLY: "a person answered it",
    SeenBy.COMMAND: "a person confirmed it",
}


def both(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant on the seller's clock and in UTC."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S} {zone.key} ({at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC)"


def paragraph(entry: Entry, zone: ZoneInfo) -> Iterator[str]:
    """Yield the lines of one entry."""
    yield f"{entry.number:03}  {both(entry.at, zone)}"
    yield f"     {sentence(entry.what)}"
    if entry.file is not None:
        yield f"     file: {entry.file}"
    for line in details(entry.what, zone):
        yield f"       {line}".rstrip()


def sentence(what: What) -> str:
    """Return what happened in one line."""
    match what:
        case KeptMail() as mail:
            return _mail(mail)
        case OutgoingMail() as mail:
            wrote = "we wrote to the buyer" if mail.left else "a mail to the buyer that did not leave"
            return f"{wrote}: {_word(mail.kind)}, {_word(mail.state)}"
        case KeptNotice() as notice:
            return f"notice {notice.id} from Amazon was kept: {_word(notice.notice_type)}"
        case Reported(notice, told):
            return f"a person was told of notice {notice.id}: {_word(told.kind)}, our mail {told.outbox_id}"
        case Seen(notice):
            return f"notice {notice.id} was seen: {SEEN.get(notice.seen_by or '', clean(notice.seen_by or '', 40))}"
        case Settled(notice):
            return f"notice {notice.id} is settled: {clean(notice.settled_how or '')}"
        case Made() as made:
            return f"decision {made.id}: {_word(made.action)}"
        case Happened(account, event):
            return f"{EVENTS[event.kind]} (account {clean(account, 60)}, from {clean(event.source, 120)})"
        case InvoiceUse() as use:
            return (
                f"an invoice was put into a mail to the buyer, whose entry says whether it left: SHA-256 {use.sha256}"
            )
        case _:
            assert_never(what)


def details(what: What, zone: ZoneInfo) -> Iterator[str]:
    """Yield what belongs to an entry."""
    match what:
        case KeptMail() as mail:
            yield from _about_mail(mail, zone)
        case OutgoingMail() as mail:
            yield from _about_outgoing(mail)
        case KeptNotice() as notice:
            yield from _about_notice(notice, zone)
        case Made() as made:
            yield from _why(made, zone)
        case Happened(_, event):
            yield from _named(event.detail)
        case InvoiceUse() as use:
            yield f"file: {clean(use.name, 120)}"
        case _:
            return


def _word(word: str) -> str:
    """Return one of our own words as it is read."""
    return clean(word, 60).replace("_", " ")


def _mail(mail: KeptMail) -> str:
    if mail.role == "sent":
        return "a copy of our own mail lay in the Sent folder" if mail.own else "a person answered (Sent folder)"
    return f"a mail was received: {_word(mail.notice_type or mail.kind)}; its sender is {_authentic(mail)}"


def _authentic(mail: KeptMail) -> str:
    word = {"pass": "verified", "fail": "NOT who it says"}.get(mail.authentic, "not verified")
    return f"{word} ({clean(mail.authentic_reason, 120)})" if mail.authentic_reason else word


def _about_mail(mail: KeptMail, zone: ZoneInfo) -> Iterator[str]:
    yield f"subject: {clean(mail.subject)}"
    yield f"Message-ID: {clean(mail.message_id or 'none')}"
    place = f"folder {clean(mail.folder, 80)}, UIDVALIDITY {mail.uidvalidity}, UID {mail.uid}"
    yield f"on the mail server: account {clean(mail.account, 60)}, {place}, {mail.size} bytes"
    if mail.order_id:
        yield f"order: {clean(mail.order_id, 40)}"
    if mail.raw is None:
        yield ERASED
    elif truncated(mail):
        yield f"only the first {len(mail.raw)} of its {mail.size} bytes were fetched: the rest is on the mail server"
    if mail.error:
        yield f"it could not be read as usual: {clean(mail.error)}"
    if mail.returned_at is not None:
        yield f"it did not arrive: {clean(mail.returned_why or '')} (known {both(mail.returned_at, zone)})"
    if mail.text:
        yield from (f"> {line}" for line in clean_body(mail.text, TEXT_LIMIT).split("\n"))


def _about_outgoing(mail: OutgoingMail) -> Iterator[str]:
    yield f"to: {clean(mail.recipient)}"
    yield f"subject: {clean(mail.subject)}"
    yield f"Message-ID: {clean(mail.message_id)}"
    yield f"attempts: {mail.attempts}"
    if mail.smtp_reply:
        yield f"the mail server said: {clean(mail.smtp_reply, 400)}"
    if mail.reason:
        yield f"reason: {clean(mail.reason, 400)}"
    if not mail.left:
        yield "it never left: there is no file of it"
    elif mail.raw is None:
        yield ERASED
    elif without_invoice(mail):
        yield "the attached invoice is no longer kept with it: the timeline names its file and its hash"


def _about_notice(notice: KeptNotice, zone: ZoneInfo) -> Iterator[str]:
    if notice.due_at is not None:
        yield f"Amazon wants an answer by {both(notice.due_at, zone)}"
    if notice.outcome:
        yield f"outcome: {_word(notice.outcome)}"
    if notice.amounts:
        yield f"amounts: {clean(', '.join(map(_plain, notice.amounts)))}"
    if notice.seen_by not in CONFIRMS:
        yield "no person has confirmed it"


def _plain(value: Any) -> str:
    return " ".join(map(str, value.values())) if isinstance(value, dict) else str(value)


def _why(made: Made, zone: ZoneInfo) -> Iterator[str]:
    if made.detail.get("words"):
        yield clean(str(made.detail["words"]), 400)
    for name in ("send_at", "promise_at"):
        if (at := _instant(made.detail.get(name))) is not None:
            yield f"{name.removesuffix('_at')}: {both(at, zone)}"
    yield from map(reason, made.reasons)


def reason(kept: Any) -> str:
    """Return a kept reason as a sentence; a code of another version as it is."""
    if not isinstance(kept, Mapping):
        return clean(str(kept), 400)
    code, detail = str(kept.get("code", "")), clean(str(kept.get("detail") or ""), 300)
    try:
        return clean(reasons.words(reasons.Because(reasons.Reason(code), detail)), 500)
    except ValueError:
        return clean(feedback_reasons.words(code, detail), 500)


def _instant(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _named(detail: Mapping[str, Any]) -> Iterator[str]:
    for name, value in detail.items():
        if value not in (None, "", [], {}):
            yield f"{clean(str(name), 40)}: {clean(str(value), 1000)}"
