"""
Mail as plain values: what we know after parsing (RFC 5322, RFC 2045-2047).

Malformed mail is an everyday value, not an exception: `parse` never raises, whatever the bytes. Sizes, depth and
counts are capped before anything is decoded, so that no mail costs more than a few milliseconds.
"""

from dataclasses import dataclass
from datetime import datetime

from responder.core.addresses import Address
from responder.core.words import clean

__all__ = ["Address", "Attachment", "Message", "ReportPart", "clean", "parse"]


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
    """One parsed mail. `date_at` is the sender's claim and never decides a deadline."""

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

    def header(self, name: str) -> str | None:
        """Return the first header of this name, as written."""
        return next(iter(self.all_headers(name)), None)

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Return every header of this name, topmost first."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)


def parse(raw: bytes, *, size: int | None = None) -> Message:
    """Return what `raw` says; `size` is the whole mail's size when `raw` is only its beginning."""
    raise NotImplementedError
