"""
Synthetic mail written out by hand (RFC 5322, RFC 2045-2047): the same bytes on every Python.

The standard library's generator folds headers differently from release to release and draws boundaries at random; the
mails in `eml/` are compared byte for byte.
"""

import binascii
import quopri
import re
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 78

Headers = Sequence[tuple[str, str]]

_ADDRESSES = ("from", "to", "cc", "sender", "reply-to")
_MAILBOX = re.compile(r'"?(?P<phrase>[^"<]*)"?\s*(?P<address><.*>)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """One entity: its own header fields, and its body as it goes over the wire."""

    headers: tuple[tuple[str, str], ...]
    body: bytes


def text_part(text: str, subtype: str = "plain", charset: str = "utf-8") -> Part:
    """Return a text as quoted-printable in `charset`, ending with a line break."""
    whole = text if text.endswith("\n") else text + "\n"
    encoded = quopri.encodestring(whole.encode(charset), quotetabs=False)
    return Part(
        (
            ("Content-Type", f'text/{subtype}; charset="{charset}"'),
            ("Content-Transfer-Encoding", "quoted-printable"),
        ),
        _crlf(encoded),
    )


def plain_part(lines: str, content_type: str = "text/plain; charset=us-ascii") -> Part:
    """Return ASCII lines as they stand: delivery statuses, returned headers."""
    return Part((("Content-Type", content_type),), _crlf(lines.encode("ascii")))


def file_part(name: str, content_type: str, content: bytes) -> Part:
    """Return an attachment; its name must be ASCII."""
    lines = [binascii.b2a_base64(content[at : at + 57]).strip() for at in range(0, len(content), 57)]
    return Part(
        (
            ("Content-Type", f'{content_type}; name="{name}"'),
            ("Content-Disposition", f'attachment; filename="{name}"'),
            ("Content-Transfer-Encoding", "base64"),
        ),
        b"\r\n".join(lines) + b"\r\n",
    )


def multipart(subtype: str, parts: Sequence[Part], *, boundary: str = "", parameters: str = "") -> Part:
    """Return `parts` in a multipart with a fixed boundary, that of its subtype where none is given."""
    boundary = boundary or f"=_{subtype}"
    pieces = [f"--{boundary}\r\n".encode() + _header(part.headers) + b"\r\n" + part.body + b"\r\n" for part in parts]
    return Part(
        (("Content-Type", f'multipart/{subtype};{parameters} boundary="{boundary}"'),),
        b"".join(pieces) + f"--{boundary}--\r\n".encode(),
    )


def written(headers: Headers, content: Part) -> bytes:
    """Return the mail: its header in the given order, then MIME's, then the body."""
    return _header((*headers, ("MIME-Version", "1.0"), *content.headers)) + b"\r\n" + content.body


def _header(headers: Headers) -> bytes:
    return "".join(f"{_folded(f'{name}: {_encoded(name, value)}')}\r\n" for name, value in headers).encode()


def _encoded(name: str, value: str) -> str:
    """Return `value` with encoded words where it needs them; in an address only the phrase may have them (RFC 2047)."""
    if value.isascii():
        return value
    mailbox = _MAILBOX.fullmatch(value) if name.lower() in _ADDRESSES else None
    if mailbox is None:
        return _words(value)
    phrase = mailbox["phrase"].strip()
    # A non-ASCII address goes out as it is (RFC 6532): forgeries do that.
    return f"{phrase if phrase.isascii() else _words(phrase)} {mailbox['address']}".strip()


def _words(text: str) -> str:
    """Return `text` as base64 encoded words of at most 75 characters, cut between characters (RFC 2047 section 5)."""
    chunks = [""]
    for char in text:
        if len((chunks[-1] + char).encode()) > 42:
            chunks.append("")
        chunks[-1] += char
    return " ".join(f"=?utf-8?b?{binascii.b2a_base64(chunk.encode()).decode().strip()}?=" for chunk in chunks)


def _folded(line: str) -> str:
    """Return the header line folded before blanks (RFC 5322 section 2.2.3), never where a line would be blank."""
    rows = [""]
    for word in re.findall(r"\s*\S+", line):
        if rows[-1] and len(rows[-1] + word) > WIDTH:
            rows.append("")
        rows[-1] += word
    return "\r\n".join(rows)


def _crlf(body: bytes) -> bytes:
    return body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
