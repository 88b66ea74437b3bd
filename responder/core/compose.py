"""
Outgoing mail as finished bytes (RFC 5322, RFC 2045-2047, RFC 3834).

Nothing of a received mail becomes a header without being cleaned to one line; the finished bytes are parsed again and
hold exactly the headers meant, and exactly one recipient.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.policy import compat32
from email.utils import format_datetime, getaddresses

from responder.core.message import clean

ACKNOWLEDGEMENT = "acknowledgement"
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
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    language: str | None = None
    list_id: str | None = None


def message_id(secret: bytes, key: str, domain: str) -> str:
    """Return the Message-ID that belongs to the idempotency `key`: the same for every attempt."""
    raise NotImplementedError


def reply_subject(subject: str) -> str:
    """Return the subject of a reply: one `Re: ` and no more."""
    raise NotImplementedError


def quote(text: str) -> str:
    """Return `text` as a quotation, cut at 4 KiB."""
    raise NotImplementedError


def with_quote(body: str, intro: str, text: str) -> str:
    """Return `body` followed by the buyer's own words, so that the relay and the buyer see what is answered."""
    raise NotImplementedError


def finished(outgoing: Outgoing) -> bytes:
    """Return the complete mail with CRLF line ends; raise `ComposeError` when it would not be the mail that was meant."""
    raise NotImplementedError
