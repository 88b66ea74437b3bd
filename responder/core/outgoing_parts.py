"""
The parts of a mail of ours: its text, the same as HTML, and an invoice (RFC 2045, RFC 2046, RFC 2183).

`=_` occurs neither in quoted-printable (RFC 2045 6.7) nor in base64 (6.8), so that a boundary that begins with it
occurs in no part.
"""

import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from responder.core import mime

# Amazon takes 10 MB a message; base64 and its line ends add 37 %.
ATTACHMENT_LIMIT = 7 * 1024 * 1024
PDF = b"%PDF-"
PDF_WITHIN = 1024  # programs write a mark before it, and every viewer looks this far (PDF 1.7, annex H.3.4.1)
# RFC 2183 2.3: short and ASCII, and nothing in it that any system reads as a path. The file's own name is never told.
NAME = re.compile(r"invoice-[0-9]{3}-[0-9]{7}-[0-9]{7}\.pdf\Z")
LINE = 57  # bytes that make 76 characters of base64 (RFC 2045 6.8)

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that goes with a mail, under a name of our own."""

    name: str
    content: bytes


def invoice(order_id: str, content: bytes) -> Attachment:
    """Return an order's invoice under the one name that it is ever sent with."""
    return Attachment(f"invoice-{order_id}.pdf", content)


def unfit(attachment: Attachment) -> str | None:
    """Return in words why a mail cannot carry this, or None."""
    if not NAME.match(attachment.name):
        return f"the attachment's name cannot be used: {attachment.name[:80]!r}"
    if PDF not in attachment.content[:PDF_WITHIN]:
        return "the attachment is no PDF file"
    if len(attachment.content) > ATTACHMENT_LIMIT:
        return f"the attachment has {len(attachment.content):,} bytes; {ATTACHMENT_LIMIT:,} are the most"
    return None


def text_part(subtype: str, text: str) -> tuple[Fields, bytes]:
    """Return a part of text with LF line ends."""
    fields = [("Content-Type", f"text/{subtype}; charset=utf-8"), ("Content-Transfer-Encoding", "quoted-printable")]
    return fields, binascii.b2a_qp(text.replace("\n", "\r\n").encode("utf-8"))


def file_part(attachment: Attachment) -> tuple[Fields, bytes]:
    """Return the part of a PDF (RFC 8118): a file to keep, not shown in the text (RFC 2183 2.2)."""
    fields = [
        ("Content-Type", "application/pdf"),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", f'attachment; filename="{attachment.name}"'),
    ]
    written, content = bytearray(), memoryview(attachment.content)
    for start in range(0, len(content), LINE):
        written += binascii.b2a_base64(content[start : start + LINE], newline=False) + b"\r\n"
    return fields, bytes(written[:-2])


def multipart(subtype: str, key: str, *parts: tuple[Fields, bytes]) -> tuple[Fields, bytes]:
    """Return the parts as one (RFC 2046 5.1); the same `key` has the same boundary."""
    boundary = f"=_{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    pieces: list[bytes] = []
    for fields, content in parts:
        head = "".join(f"{name}: {value}\r\n" for name, value in fields)
        pieces += [f"--{boundary}\r\n{head}\r\n".encode("ascii"), content, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode("ascii"))
    return [("Content-Type", f'multipart/{subtype}; boundary="{boundary}"')], b"".join(pieces)


def misread(raw: bytes, kinds: Sequence[str], text: str, attachment: Attachment | None) -> str | None:
    """
    Return in words what a receiver would see otherwise than it was meant, or None.

    Read by our own parser: the standard library's needs twelve times the size of the largest invoice.
    """
    defects: list[str] = []
    head, body = mime.split_header(raw)
    fields, early = mime.header_fields(head, defects)
    leaves = mime.leaves(fields, body, defects)
    if early or defects or [leaf.content_type for leaf in leaves] != list(kinds):
        return "the parts are not those that were meant"
    read = binascii.a2b_qp(leaves[0].body).decode("utf-8", "replace").replace("\r\n", "\n")
    if read.rstrip("\n") != text.rstrip("\n"):
        return "the text does not read back as it was written"
    if attachment is not None and not _is(attachment, leaves[-1]):
        return "the attachment does not read back as it was written"
    return None


def _is(attachment: Attachment, part: mime.Part) -> bool:
    named = part.attached and part.name == attachment.name
    return named and binascii.a2b_base64(part.body) == attachment.content
