"""
The timeline: everything that happened, in the order of time, each with its number and the file that proves it.

A number is also the number of its mail's file, so that a reader finds one from the other.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from responder.core.evidence.values import Evidence, InvoiceUse, KeptMail, KeptNotice, Made, OutgoingMail, Told
from responder.core.mime import split_header
from responder.core.orders import OrderEvent

INVOICE_PART = b"\nContent-Type: application/pdf"
"""How the part with an invoice begins in a mail of ours; once it is sent, only the text before it is kept."""
_NOT_OURS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Settled:
    """A notice's matter is over."""

    notice: KeptNotice
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """A person has seen a notice."""

    notice: KeptNotice
    at: datetime


@dataclass(frozen=True, slots=True)
class Reported:
    """A digest or an alert told of a notice."""

    notice: KeptNotice
    told: Told


@dataclass(frozen=True, slots=True)
class Happened:
    """What a report or a notice says happened to the order."""

    account: str
    event: OrderEvent


What = KeptMail | OutgoingMail | KeptNotice | Reported | Seen | Settled | Made | Happened | InvoiceUse


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `file` holds its bytes, where any are kept."""

    number: int
    at: datetime
    what: What
    file: str | None


def entries(evidence: Evidence) -> tuple[Entry, ...]:
    """Return the timeline; what happened at one instant stays in a fixed order."""
    dated = sorted(_dated(evidence), key=lambda each: each[0])
    return tuple(Entry(number, at, what, _file(number, at, what)) for number, (at, what) in enumerate(dated, start=1))


def _dated(evidence: Evidence) -> Iterable[tuple[datetime, What]]:
    yield from ((mail.received_at, mail) for mail in evidence.mails)
    for notice in evidence.notices:
        yield notice.received_at, notice
        yield from ((told.at, Reported(notice, told)) for told in notice.told)
        if notice.seen_at is not None:
            yield notice.seen_at, Seen(notice, notice.seen_at)
        if notice.settled_at is not None:
            yield notice.settled_at, Settled(notice, notice.settled_at)
    for account in sorted(evidence.events):
        yield from ((event.at, Happened(account, event)) for event in evidence.events[account])
    yield from ((made.at, made) for made in evidence.decisions)
    yield from ((use.at, use) for use in evidence.invoices)
    yield from ((mail.at, mail) for mail in evidence.outgoing)


def truncated(mail: KeptMail) -> bool:
    """Return whether only the beginning of a mail is kept."""
    return mail.raw is not None and len(mail.raw) < mail.size


def without_invoice(mail: OutgoingMail) -> bool:
    """Return whether a mail's invoice is no longer among its bytes."""
    if mail.raw is None or INVOICE_PART in mail.raw:
        return False
    return b"multipart/mixed" in split_header(mail.raw)[0].lower()


def _file(number: int, at: datetime, what: What) -> str | None:
    """Return the name of a mail's file: numbers, our own words and an instant, nothing else."""
    when = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    match what:
        case KeptMail(raw=bytes()) as mail:
            part = "-beginning" if truncated(mail) else ""
            folder, verb = ("sent", "in-sent-folder") if mail.role == "sent" else ("mails", "received")
            return f"{folder}/{number:03}-{verb}-{when}-{ours(mail.notice_type or mail.kind)}{part}.eml"
        case OutgoingMail(raw=bytes(), left=True) as mail:
            part = "-beginning" if without_invoice(mail) else ""
            return f"sent/{number:03}-{ours(mail.kind)}-{when}-{ours(mail.state)}{part}.eml"
        case _:
            return None


def ours(word: str) -> str:
    """Return one of our own words as a part of a file's name."""
    return _NOT_OURS.sub("-", word.lower())[:40].strip("-") or "mail"


_HEADER_LIMIT = 64 * 1024
_TOLD_OF = ("received", "authentication-results", "arc-authentication-results", "dkim-signature", "message-id", "date")


def headers_of(raw: bytes) -> tuple[str, ...]:
    """Return the header lines that say which way a mail came and who vouches for it, folded as they are."""
    block, _ = split_header(raw[:_HEADER_LIMIT])
    kept: list[str] = []
    wanted = False
    for line in block.split(b"\n"):
        if line[:1] not in (b" ", b"\t"):
            wanted = line.partition(b":")[0].strip().lower().decode("ascii", "replace") in _TOLD_OF
        if wanted:
            kept.append(line.rstrip(b"\r").decode("utf-8", "replace"))
    return tuple(kept)
