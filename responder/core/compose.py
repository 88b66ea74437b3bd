"""
Outgoing mail as finished bytes (RFC 5322, RFC 2045-2047, RFC 3834).

Nothing of a received mail becomes a header without being cleaned to one line; the finished bytes are parsed again and
hold exactly the headers meant, exactly one recipient, and exactly the parts meant.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.policy import compat32
from email.utils import format_datetime, getaddresses

from responder.core.message import clean
from responder.core.outgoing_parts import Attachment, Fields, file_part, invoice, misread, multipart, text_part, unfit

__all__ = ["Attachment", "ComposeError", "Outgoing", "finished", "invoice", "message_id"]

ACKNOWLEDGEMENT = "acknowledgement"
FEEDBACK_REQUEST = "feedback_request"
INVOICE = "invoice"
DELAY_NOTICE = "delay_notice"
DIGEST = "digest"
ALERT = "alert"

QUOTE_LIMIT = 4096  # bytes of the buyer's text sent back: enough to recognise the message
REFERENCES_LIMIT = 20


class ComposeError(ValueError):
    """The mail cannot be written as meant; it must be held, never sent in another shape."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail to be written; `date_at` keeps its own zone in the Date header."""

    kind: str
    to: str
    from_: str
    from_name: str
    subject: str
    body: str
    message_id: str
    date_at: datetime
    instance: str
    html: str | None = None
    attachment: Attachment | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    language: str | None = None
    list_id: str | None = None


ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"
DOMAIN = re.compile(rf"{LABEL}(?:\.{LABEL})*\Z")
ADDRESS = re.compile(rf"{ATEXT}(?:\.{ATEXT})*@{LABEL}(?:\.{LABEL})*\Z")
# Looser than RFC 5322 3.6.4, but never a blank, a bracket or anything outside ASCII.
MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,240}@[!-;=?A-~]{1,240}>\Z")
TOKEN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?\Z")
_TAG = r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*"
LANGUAGE = re.compile(rf"{_TAG}(?:, {_TAG}){{0,7}}\Z")  # RFC 3282 2: one tag or several
REPLY_PREFIX = re.compile(
    r"(?:\s*(?:re|aw|sv|vs|antw|rif|odp|ynt|res|r|رد|返信)\.?\s?(?:\[\d{1,3}\])?\s?[:：])+\s*", re.IGNORECASE
)

# Line ends of other systems, and what no text of others may bring: controls, direction overrides and isolates, the BOM.
BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
# Our own texts set names and numbers apart from a text of the other direction (UAX 9): opened and closed on one line.
ISOLATED = re.compile("\u2068([^\n\u2066-\u2069]*)\u2069")
# RFC 5321 4.5.3.1.6, RFC 5322 2.1.1: at most 998 characters, and CR and LF only together.
LINES = re.compile(rb"(?:[^\r\n]{0,998}+\r\n)*+[^\r\n]{0,998}")
SURROGATES = re.compile("[\ud800-\udfff]")


def message_id(secret: bytes, key: str, domain: str) -> str:
    """Return the Message-ID that belongs to the idempotency `key`: the same for every attempt."""
    if not DOMAIN.match(domain):
        raise ComposeError(f"no domain for a Message-ID: {domain!r}")
    digest = hmac.new(secret, key.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return f"<{base64.b32encode(digest).decode('ascii')[:32].lower()}@{domain}>"


def without_reply_prefix(subject: str) -> str:
    """Return the subject without any `Re:`, in the words that mail programs write for it in our languages."""
    return REPLY_PREFIX.sub("", subject, count=1) if REPLY_PREFIX.match(subject) else subject.strip()


def reply_subject(subject: str) -> str:
    """Return the subject of a reply: one `Re: ` and no more."""
    return f"Re: {without_reply_prefix(clean(subject))}".strip()


def plain(text: str) -> str:
    """Return `text` with LF line ends and nothing that a plain text part must not carry."""
    text = UNWANTED.sub("", BREAKS.sub("\n", text))
    return SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def quote(text: str) -> str:
    """Return `text` as a quotation, cut at 4 KiB."""
    data = plain(text).strip().encode("utf-8")
    kept = data[:QUOTE_LIMIT].decode("utf-8", "ignore")
    lines = [line.rstrip() for line in kept.split("\n")] + (["[...]"] if len(data) > QUOTE_LIMIT else [])
    return "\n".join(f"> {line}".rstrip() for line in lines)


def with_quote(body: str, intro: str, text: str) -> str:
    """Return `body` followed by the buyer's own words, so that the relay and the buyer see what is answered."""
    if not plain(text).strip():
        return body
    return f"{body.rstrip()}\n\n{intro.strip()}\n{quote(text)}\n"


def finished(outgoing: Outgoing) -> bytes:
    """Return the complete mail with CRLF line ends; raise `ComposeError` when it is not the mail that was meant."""
    _refuse_malformed(outgoing)
    text = _body(outgoing.body)
    fields, content = _content(outgoing, text)
    headers = [*_headers(outgoing), ("MIME-Version", "1.0"), *fields]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")
    raw = head + b"\r\n" + content
    del content  # an invoice's is large
    _check(raw, outgoing, [name for name, _ in headers], text)
    return raw


def _content(outgoing: Outgoing, text: str) -> tuple[Fields, bytes]:
    """Return the text alone, or the text first and then the same as HTML (RFC 2046 5.1.4) or a file (5.1.3)."""
    plain_part = text_part("plain", text)
    if outgoing.attachment is not None:
        return multipart("mixed", outgoing.message_id, plain_part, file_part(outgoing.attachment))
    if outgoing.html is not None:
        return multipart("alternative", outgoing.message_id, plain_part, text_part("html", _body(outgoing.html)))
    return plain_part


def _refuse_malformed(outgoing: Outgoing) -> None:
    checks = [
        ("recipient", outgoing.to, ADDRESS),
        ("sender", outgoing.from_, ADDRESS),
        ("Message-ID", outgoing.message_id, MESSAGE_ID),
        ("instance", outgoing.instance, TOKEN),
        ("language", outgoing.language or "en", LANGUAGE),
        ("List-Id", outgoing.list_id or "none", TOKEN),
    ]
    for what, value, pattern in checks:
        if not pattern.match(value) or len(value) > 254:
            raise ComposeError(f"the {what} cannot be used: {value[:80]!r}")
    if outgoing.attachment is not None and (why := unfit(outgoing.attachment)):
        raise ComposeError(why)
    if outgoing.attachment is not None and outgoing.html is not None:
        raise ComposeError("a mail has HTML or an attachment, not both")
    if outgoing.date_at.tzinfo is None:
        raise ComposeError("the date has no time zone")
    if not plain(outgoing.body).strip():
        raise ComposeError("the text is empty")


def _headers(outgoing: Outgoing) -> list[tuple[str, str]]:
    automatic = "auto-replied" if outgoing.kind == ACKNOWLEDGEMENT else "auto-generated"
    headers = [
        ("Date", format_datetime(outgoing.date_at)),
        ("From", mailbox(outgoing.from_name, outgoing.from_)),
        ("To", outgoing.to),
        ("Subject", _unstructured(_line(outgoing.subject))),
        ("Message-ID", outgoing.message_id),
        *_threading(outgoing),
        ("Auto-Submitted", automatic),  # RFC 3834 5.1
        ("X-Auto-Response-Suppress", "All"),  # MS-OXCMAIL 2.1.3.2.20: Exchange answers nothing to it
        ("X-Responder-Instance", outgoing.instance),
    ]
    if outgoing.kind == ACKNOWLEDGEMENT:
        headers.append(("Precedence", "bulk"))  # RFC 3834 2: what older responders look at
    if outgoing.list_id is not None:
        headers.append(("List-Id", f"<{outgoing.list_id}>"))  # RFC 2919: a filter rule's handle
    if outgoing.language is not None:
        headers.append(("Content-Language", outgoing.language))
    return headers


def _threading(outgoing: Outgoing) -> list[tuple[str, str]]:
    """RFC 5322 3.6.4: the parent, and its ancestors with the parent last; what is no msg-id is left out."""
    parent = outgoing.in_reply_to if outgoing.in_reply_to and MESSAGE_ID.match(outgoing.in_reply_to) else None
    known = [each for each in outgoing.references if MESSAGE_ID.match(each) and each != parent]
    known = (list(dict.fromkeys(known)) + ([parent] if parent else []))[-REFERENCES_LIMIT:]
    fields = [("In-Reply-To", parent)] if parent else []
    return fields + ([("References", "\r\n ".join(known))] if known else [])


def _line(text: str) -> str:
    return " ".join(SURROGATES.sub("\N{REPLACEMENT CHARACTER}", clean(text)).split())


def _unstructured(text: str) -> str:
    """RFC 5322 2.2.3: ASCII folded at blanks; anything else, and words too long to fold, as encoded words."""
    words = text.split(" ")
    if not text.isascii() or "=?" in text or max(map(len, words)) > 60:
        return "\r\n ".join(_encoded_words(text))
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) > 64:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return "\r\n ".join(lines)


def _encoded_words(text: str) -> list[str]:
    """RFC 2047 2 and 5: at most 75 characters each, and no character split between two."""
    chunks = [b""]
    for character in text:
        data = character.encode("utf-8")
        if len(chunks[-1]) + len(data) > 36:
            chunks.append(b"")
        chunks[-1] += data
    return [f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?=" for chunk in chunks]


def mailbox(name: str, address: str) -> str:
    """Return a name and an address as a header has them, folded where they are long (RFC 5322 3.4)."""
    name = _line(name)[:64].strip()
    if not name:
        return address
    if name.isascii() and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"\r\n <{address}>' if len(escaped) + len(address) > 64 else f'"{escaped}" <{address}>'
    return "\r\n ".join([*_encoded_words(name), f"<{address}>"])


def _body(text: str) -> str:
    """Return our own text: as `plain`, but what a template set apart stays so."""
    parts = ISOLATED.split(BREAKS.sub("\n", text))
    kept = [f"\u2068{plain(part)}\u2069" if index % 2 else plain(part) for index, part in enumerate(parts)]
    return "".join(kept).rstrip() + "\n"


def _check(raw: bytes, outgoing: Outgoing, names: list[str], text: str) -> None:
    """Parse our own bytes again, as the receiver will."""
    if not LINES.fullmatch(raw):
        raise ComposeError("a line is too long or ends in a bare CR or LF")
    parsed = BytesParser(policy=compat32).parsebytes(raw[: raw.index(b"\r\n\r\n") + 4])
    if [name for name, _ in parsed.items()] != names or len(set(names)) != len(names):
        raise ComposeError(f"the headers are not those that were meant: {sorted(parsed.keys())}")
    if getaddresses(parsed.get_all("To", [])) != [("", outgoing.to)]:
        raise ComposeError("the mail does not have exactly one recipient")
    if [spec for _, spec in getaddresses(parsed.get_all("From", []))] != [outgoing.from_]:
        raise ComposeError("the mail does not have exactly one sender")
    if str(make_header(decode_header(parsed["Subject"].replace("\r\n", "")))) != _line(outgoing.subject):
        raise ComposeError("the subject does not read back as it was written")
    kinds = ["text/plain"] + (["text/html"] if outgoing.html is not None else [])
    kinds += ["application/pdf"] if outgoing.attachment is not None else []
    if wrong := misread(raw, kinds, text, outgoing.attachment):
        raise ComposeError(wrong)
