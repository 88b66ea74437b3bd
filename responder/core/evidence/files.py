"""
The files of the folder, and their hashes in the form that `sha256sum -c` reads (FIPS 180-4).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from responder.core.evidence import sentences
from responder.core.evidence.entries import (
    Entry,
    Happened,
    Reported,
    Seen,
    Settled,
    entries,
    headers_of,
    truncated,
)
from responder.core.evidence.sentences import both, paragraph
from responder.core.evidence.values import Evidence, InvoiceUse, KeptMail, KeptNotice, Made, OutgoingMail
from responder.core.message import clean
from responder.core.orders import Order, OrderItem
from responder.core.threads import Thread
from responder.core.wording import counted
from responder.core.words import clean_body

SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class File:
    """One file of the folder; `name` may have one folder before it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Making:
    """When the folder is made, by which version, and whose clock is shown beside UTC."""

    at: datetime
    version: str
    zone: ZoneInfo


def files(evidence: Evidence, making: Making) -> tuple[File, ...]:
    """Return every file of the folder, the hashes last."""
    told = entries(evidence)
    mails = [File(each.file, _bytes(each)) for each in told if each.file is not None]
    texts = [
        _text("README.txt", _readme(evidence, told, making)),
        _text("timeline.txt", _timeline(evidence, told, making.zone)),
        File("timeline.json", _json(evidence, told, making)),
        _text("headers.txt", _headers(told)),
    ]
    found = [*texts, *mails]
    return (*found, File(SUMS, checksums(found)))


def checksums(found: Iterable[File]) -> bytes:
    """Return one line a file: its SHA-256, two blanks, its name."""
    return "".join(f"{hashlib.sha256(each.content).hexdigest()}  {each.name}\n" for each in found).encode()


def _bytes(entry: Entry) -> bytes:
    what = entry.what
    return (what.raw or b"") if isinstance(what, KeptMail | OutgoingMail) else b""


def _text(name: str, lines: Iterable[str]) -> File:
    return File(name, ("\n".join(lines) + "\n").encode("utf-8", "replace"))


def _readme(evidence: Evidence, told: tuple[Entry, ...], making: Making) -> Iterator[str]:
    mails = [each.what for each in told if isinstance(each.what, KeptMail)]
    sent = [each.what for each in told if isinstance(each.what, OutgoingMail)]
    erased = sum(mail.raw is None for mail in mails) + sum(mail.raw is None for mail in sent if mail.left)
    yield f"Evidence about {evidence.about}"
    yield ""
    yield f"Made {both(making.at, making.zone)}"
    yield f"by Buyer Responder {making.version}, from what it kept when it happened."
    yield ""
    yield "THIS FOLDER HOLDS PERSONAL DATA of a buyer: names, addresses, their own words. Give it only to those it is"
    yield "for, such as Amazon's own appeal form, and delete it when the matter is over. The time set in retention.mail"
    yield "does not reach this folder or copies of it."
    yield ""
    yield "timeline.txt   everything that happened, in the order of time: mails, Amazon's notices, decisions with their"
    yield "               reasons, our own mails with the mail server's reply, what order reports say"
    yield "timeline.json  the same for machines; instants are ISO 8601"
    yield "headers.txt    of each mail the header lines that say which way it came and who vouches for it"
    yield "mails/         what was received, byte for byte as the mail server gave it"
    yield "sent/          what was sent: by this program (its finished bytes), or by a person (from the Sent folder)"
    yield "SHA256SUMS     the hash of each of these files: sha256sum -c SHA256SUMS"
    yield ""
    yield f"Every time is written twice: on the seller's clock ({making.zone.key}) and in UTC."
    yield "The number of a mail's file is its number in the timeline. When a mail was received is what the seller's own"
    yield "mail server says (IMAP INTERNALDATE, or its Received line, whichever is earlier), never the sender's Date."
    yield ""
    kept = sum(each.file is not None for each in told)
    yield f"{counted(len(told), 'entry', 'entries')}, {counted(kept, 'mail')} with a file."
    if erased:
        yield f"{erased} of the mails {'is' if erased == 1 else 'are'} named without a file: {sentences.ERASED}."
    if any(map(truncated, mails)):
        yield "A file whose name ends in -beginning.eml is the first part of its mail: the rest, such as an attachment,"
        yield "was never fetched. Its hash is that of the part that is here, and a DKIM signature of its body cannot be"
        yield "checked with it."
    yield "The hashes show that nothing in this folder was changed since it was made; they do not show who made it."


def _timeline(evidence: Evidence, told: tuple[Entry, ...], zone: ZoneInfo) -> Iterator[str]:
    yield f"Timeline of {evidence.about}; each time is {zone.key}, then UTC"
    yield ""
    for thread in evidence.threads:
        yield from _thread(thread, evidence, zone)
    for order in evidence.orders:
        yield from _order(order, evidence.items.get(order.account, ()), zone)
    yield ""
    for entry in told:
        yield from paragraph(entry, zone)
        yield ""


def _thread(thread: Thread, evidence: Evidence, zone: ZoneInfo) -> Iterator[str]:
    buyer = f"{clean(thread.buyer_name or '-', 80)} <{clean(thread.buyer_alias, 120)}>"
    yield f"Thread {thread.id} in account {clean(thread.account, 60)}, {thread.marketplace or 'unknown store'}: {buyer}"
    if thread.order_id is None and evidence.orders:
        yield "  it names no order; its buyer bought the one this folder is about"
    yield f"  order {clean(thread.order_id or '-', 40)}, {thread.messages} messages, state {thread.state}"
    for name, at in (
        ("answer due", thread.due_at),
        ("acknowledged", thread.acknowledged_at),
        ("promised by", thread.promise_at),
        ("answered", thread.answered_at),
    ):
        if at is not None:
            yield f"  {name} {both(at, zone)}"


_DATES = ("purchased_at", "ship_by_at", "shipped_at", "deliver_by_at", "delivered_at", "reported_at")


def _order(order: Order, items: tuple[OrderItem, ...], zone: ZoneInfo) -> Iterator[str]:
    yield f"Order {order.order_id} in account {clean(order.account, 60)}, {order.marketplace or 'unknown store'}"
    for name in ("status", "channel", "carrier", "tracking", "ship_country", "buyer_name", "buyer_address"):
        if value := getattr(order, name):
            yield f"  {name.replace('_', ' ')}: {clean(str(value))}"
    for name in _DATES:
        if (at := getattr(order, name)) is not None:
            yield f"  {name.removesuffix('_at').replace('_', ' ')}: {both(at, zone)}"
    for item in items:
        codes = ", ".join(clean(each, 80) for each in (item.sku, item.asin, item.title) if each)
        yield f"  item: {item.quantity if item.quantity is not None else '?'} x {codes}"
    yield "  These facts are what the seller's imported order reports say; a day without an hour is the store's day."


def _headers(told: tuple[Entry, ...]) -> Iterator[str]:
    yield "Header lines of each mail, in the order of the timeline: Received, Authentication-Results, DKIM-Signature,"
    yield "Message-ID, Date. The topmost Received and Authentication-Results are those of the seller's own mail server."
    for entry in told:
        if entry.file is None:
            continue
        yield ""
        yield entry.file
        # A lone CR or a line separator in a header must not begin a line here: it would read as one of ours.
        yield from ("  " + clean_body(line, 4096).replace("\n", " ") for line in headers_of(_bytes(entry)))


def _json(evidence: Evidence, told: tuple[Entry, ...], making: Making) -> bytes:
    value = {
        "about": evidence.about,
        "made_at": making.at,
        "version": making.version,
        "timezone": making.zone.key,
        "threads": [_plain(each) for each in evidence.threads],
        "orders": [_plain(each) for each in evidence.orders],
        "items": {account: [_plain(each) for each in items] for account, items in evidence.items.items()},
        "timeline": [_entry(each) for each in told],
    }
    return (json.dumps(value, indent=1, default=_word) + "\n").encode("ascii")


def _entry(entry: Entry) -> dict[str, Any]:
    said = {"number": entry.number, "at": entry.at, "what": sentences.sentence(entry.what), "file": entry.file}
    return {**said, **_object(entry)}


def _object(entry: Entry) -> dict[str, Any]:
    match entry.what:
        case Reported(notice, told):
            return {"kind": "notice_reported", "notice": notice.id, "in": told.kind, "outbox": told.outbox_id}
        case Seen(notice):
            return {"kind": "notice_seen", "notice": notice.id, "by": notice.seen_by}
        case Settled(notice):
            return {"kind": "notice_settled", "notice": notice.id, "how": notice.settled_how}
        case Happened(account, event):
            return {"kind": "order_event", "account": account, "event": event.kind, "order_id": event.order_id,
                    "source": event.source, "detail": dict(event.detail)}  # fmt: skip
        case KeptMail() as mail:
            kept = None if mail.raw is None else len(mail.raw)
            return {"kind": "mail", "kept_bytes": kept, "truncated": truncated(mail), "mail": _plain(mail)}
        case OutgoingMail() as mail:
            return {"kind": "outgoing", "outgoing": _plain(mail)}
        case KeptNotice() as notice:
            return {"kind": "notice", "notice": notice.id, "mail": notice.mail_id, "life": _plain(notice)}
        case Made() as made:
            return {"kind": "decision", "decision": _plain(made)}
        case InvoiceUse() as use:
            return {"kind": "invoice", "invoice": _plain(use)}
        case _:
            assert_never(entry.what)


def _plain(value: Any) -> dict[str, Any]:
    """Return a value's parts; bytes lie in files of their own."""
    return {each.name: getattr(value, each.name) for each in fields(value) if each.name not in ("raw", "told")}


def _word(value: object) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else str(value)
