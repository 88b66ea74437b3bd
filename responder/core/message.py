"""
Mail as plain values: what we know after parsing (RFC 5322, RFC 2045-2047).

Malformed mail is an everyday value, not an exception: `parse` never raises, whatever the bytes. Sizes, depth and
counts are capped before anything is decoded, so that no mail costs more than a few milliseconds.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import islice

from responder.core.addresses import MAX_ADDRESSES, Address, addresses, strict_spec
from responder.core.markup import MAX_HTML, plain_text
from responder.core.mime import MAX_FIELD, MAX_HEADER, Fields, Part, header_fields, leaves, split_header
from responder.core.transfer import part_size, part_text
from responder.core.words import clean, clean_body, decoded_words

__all__ = ["Address", "Attachment", "Message", "ReportPart", "clean", "message_ids", "parse"]

MAX_RAW = 1_048_576
MAX_TEXT = 65_536
MAX_REPORT = 16_384
MAX_IDS = 50
MAX_SAME = 2
_MEANINGFUL = frozenset({"from", "sender", "reply-to", "subject", "message-id", "date", "content-type"})
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>", re.ASCII)
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail: named, never decoded."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A machine-readable part of a multipart/report (RFC 6522): the delivery status, or the returned mail's header."""

    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """One parsed mail. `date_at` is the sender's claim and never decides a deadline; `raw` are its bytes, capped."""

    size: int
    truncated: bool
    headers: tuple[tuple[str, str], ...]
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_: tuple[Address, ...]
    sender: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    return_path: str | None
    subject: str
    date_at: datetime | None
    text: str
    html: str
    content_type: str
    attachments: tuple[Attachment, ...]
    report: tuple[ReportPart, ...]
    defects: tuple[str, ...]
    dedup_key: str
    raw: bytes = field(default=b"", repr=False, compare=False)

    def header(self, name: str) -> str | None:
        """Return the first header of this name, as written."""
        return next(iter(self.all_headers(name)), None)

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Return every header of this name, topmost first."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)


def parse(raw: bytes, *, size: int | None = None) -> Message:
    """Return what `raw` says; `size` is the whole mail's size when `raw` is only its beginning."""
    defects: list[str] = []
    whole = max(len(raw), size or 0)
    raw = raw[:MAX_RAW]
    block, body = split_header(raw)
    if len(block) > MAX_HEADER:
        defects.append(f"a header of more than {MAX_HEADER // 1024} KiB")
    fields, early = header_fields(block[:MAX_HEADER], defects)
    return _message(_Raw(raw, whole, whole > len(raw), fields, early + b"\n" + body if early else body), defects)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A mail of which only the header is read."""

    raw: bytes
    size: int
    truncated: bool
    fields: Fields
    body: bytes

    def first(self, name: str) -> str:
        return next((value for key, value in self.fields if key == name), "")

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Return the addresses of the first `MAX_SAME` fields of this name: RFC 5322 section 3.6 allows one."""
        values = islice((value for key, value in self.fields if key == name), MAX_SAME)
        return tuple(islice((address for value in values for address in addresses(value)), MAX_ADDRESSES))


def _message(mail: _Raw, defects: list[str]) -> Message:
    for name, value in mail.fields:
        if name in _MEANINGFUL and len(value) >= MAX_FIELD - 8:
            defects.append(f"a {name} header of more than {MAX_FIELD // 1024} KiB")
    parts = leaves(mail.fields, mail.body, defects)
    content_type = _content_type(mail.first("content-type"))
    reports = tuple(part for part in parts if _is_report(part.content_type, content_type))
    said = _said(parts)
    shown = {id(part) for part in (*said.parts, *reports)}
    message_id = next(iter(message_ids(mail.first("message-id"))), None)
    return Message(
        size=mail.size,
        truncated=mail.truncated,
        headers=mail.fields,
        message_id=message_id,
        in_reply_to=message_ids(mail.first("in-reply-to")),
        references=message_ids(mail.first("references")),
        from_=mail.addresses("from"),
        sender=mail.addresses("sender"),
        reply_to=mail.addresses("reply-to"),
        to=mail.addresses("to"),
        cc=mail.addresses("cc"),
        return_path=_return_path(mail),
        subject=clean(decoded_words(mail.first("subject"))),
        date_at=_claimed_date(mail.first("date")),
        text=said.text,
        html=said.page,
        content_type=content_type,
        attachments=tuple(
            Attachment(part.name, part.content_type, part_size(part)) for part in parts if id(part) not in shown
        ),
        report=tuple(
            ReportPart(part.content_type, clean_body(part_text(part, MAX_REPORT), MAX_REPORT)) for part in reports[:10]
        ),
        defects=tuple(dict.fromkeys(defects)),
        dedup_key=_dedup_key(mail, said.text),
        raw=mail.raw,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """The text of a mail, its HTML, and the parts they come from."""

    text: str
    page: str
    parts: tuple[Part, ...]


def _said(parts: tuple[Part, ...]) -> _Said:
    """Return what a mail says: its plain text, else its HTML as text, else a text of another type."""
    readable = _readable(parts)
    texts = [part for part in readable if part.content_type == "text/plain"]
    pages = [part for part in readable if part.content_type == "text/html"]
    page = clean_body("\n".join(part_text(part, MAX_HTML) for part in pages[:5]), MAX_HTML)
    text = clean_body("\n".join(part_text(part, MAX_TEXT) for part in texts[:5]), MAX_TEXT)
    if not text.strip() and page:
        text = clean_body(plain_text(page), MAX_TEXT)
    other = next((part for part in parts if _is_other_text(part, len(parts))), None)
    if text.strip() or other is None:
        return _Said(text, page, (*texts, *pages))
    return _Said(clean_body(_other_text(other), MAX_TEXT), page, (*texts, *pages, other))


def _readable(parts: tuple[Part, ...]) -> list[Part]:
    """
    Return the parts that hold a mail's text; an attached one never does.

    A name alone makes no attachment of the first text, nor of its other version in the same multipart/alternative;
    a named text that comes after is a file.
    """
    texts = [part for part in parts if part.content_type in ("text/plain", "text/html") and not part.attached]
    kinds: set[str] = set()
    readable = []
    for part in texts:
        version = part.versions_of and part.versions_of == texts[0].versions_of and part.content_type not in kinds
        if not part.name or part is texts[0] or version:
            readable.append(part)
        kinds.add(part.content_type)
    return readable


def _is_other_text(part: Part, count: int) -> bool:
    """Return whether this may be a mail's text although it is neither plain nor HTML; a named one only when alone."""
    kind = part.content_type
    if not kind.startswith("text/") or kind in ("text/plain", "text/html", "text/rfc822-headers") or part.attached:
        return False
    return not part.name or count == 1


def _other_text(part: Part) -> str:
    """Return a text whose type nobody knows, without the tags of those that have some; RFC 1896 for enriched ones."""
    text = part_text(part, MAX_TEXT)
    if "html" in part.content_type:
        return plain_text(text)
    if part.content_type in ("text/enriched", "text/richtext"):
        return plain_text("<pre>" + text.replace("&", "&amp;").replace("<<", "&lt;"))
    return text


def message_ids(value: str) -> tuple[str, ...]:
    """Return the `<...>` identifiers of a header value in order (RFC 5322 section 3.6.4), the newest `MAX_IDS`."""
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(value)))[-MAX_IDS:]


def _content_type(value: str) -> str:
    kind = value.partition(";")[0].strip().lower()
    return kind if _TYPE.fullmatch(kind) else "text/plain"


def _is_report(part_type: str, whole_type: str) -> bool:
    """Return whether a part is for machines (RFC 6522); a forwarded mail outside a report is only an attachment."""
    if part_type in ("message/delivery-status", "message/disposition-notification"):
        return True
    return whole_type == "multipart/report" and part_type in ("message/rfc822", "text/rfc822-headers", "message/global")


def _return_path(mail: _Raw) -> str | None:
    value = mail.first("return-path")
    if not value:
        return None
    inner = value.strip().removeprefix("<").partition(">")[0].strip()
    return strict_spec(inner) or (None if inner else "")


def _claimed_date(value: str) -> datetime | None:
    try:
        claimed = parsedate_to_datetime(value)
        # RFC 5322 section 3.3: "-0000" says the zone is not known; UTC is then as good as any.
        return (claimed if claimed.tzinfo else claimed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, AttributeError, OverflowError):
        return None


def _dedup_key(mail: _Raw, text: str) -> str:
    """Return a digest of what makes two deliveries the same mail, whichever folder or UID they came with."""
    digest = sha256()
    for value in (*map(mail.first, ("message-id", "from", "date", "subject")), text):
        raw = value.encode("utf-8", "replace")
        digest.update(b"%d:" % len(raw) + raw)
    return digest.hexdigest()
