"""
What a part of a mail holds, out of its transfer encoding (RFC 2045 section 6), only as much of it as is asked for.
"""

import base64
import binascii
import re

from responder.core.charsets import decoded, known_charset, widest
from responder.core.mime import Part

_PRESCANNED = 1_024
_META_CHARSET = re.compile(rb"<meta\s[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


def part_text(part: Part, limit: int) -> str:
    """Return a part's text, decoded from its transfer encoding and charset; at most `limit` characters."""
    raw = part_bytes(part, limit * widest(part.charset))
    text = decoded(raw, part.charset or (_of_the_page(raw) if "html" in part.content_type else None))
    return unflowed(text[:limit], part.delsp) if part.flowed else text[:limit]


def _of_the_page(raw: bytes) -> str | None:
    """
    Return the charset that only the beginning of a page names (HTML, "prescan a byte stream").

    A page that is sound UTF-8 was converted on its way, and its own word is then an old one.
    """
    named = _META_CHARSET.search(raw, 0, _PRESCANNED)
    if named is None or not known_charset(named[1].decode("ascii")):
        return None
    try:
        return named[1].decode("ascii") if raw.isascii() or not raw.decode("utf-8") else None
    except UnicodeDecodeError:
        return named[1].decode("ascii")


def unflowed(text: str, delsp: bool) -> str:
    """
    Return a text of format=flowed with its paragraphs on one line each (RFC 3676 section 4.2).

    Quoted lines, blank ones and the separator of a signature keep their lines: other readers look for them.
    """
    paragraph: list[str] = []
    paragraphs: list[list[str]] = []
    open_ended = False
    for written in text.replace("\r\n", "\n").split("\n"):
        line = written.removeprefix(" ") if not written.startswith(" >") else written  # space-stuffed (section 4.4)
        alone = not line.strip() or written.startswith(">") or line == "-- "
        flows = not alone and line.endswith(" ")
        said = line[:-1] if flows and delsp else line
        if open_ended and not alone:
            paragraph.append(said)
        else:
            paragraph = [said]
            paragraphs.append(paragraph)
        open_ended = flows
    return "\n".join(map("".join, paragraphs))


def part_bytes(part: Part, limit: int) -> bytes:
    """Return the beginning of a part's content, out of its transfer encoding (RFC 2045 section 6)."""
    raw = part.body[: limit * 2]
    if part.encoding == "quoted-printable":
        return binascii.a2b_qp(raw)[:limit]
    if part.encoding == "base64":
        symbols = raw.translate(None, _NOT_BASE64)
        return base64.b64decode(symbols[: len(symbols) - len(symbols) % 4] + _last_quad(symbols))[:limit]
    return raw[:limit]


def _last_quad(symbols: bytes) -> bytes:
    """Return the incomplete last group padded, or nothing when a single symbol is left over."""
    rest = symbols[len(symbols) - len(symbols) % 4 :]
    return rest.ljust(4, b"=") if len(rest) > 1 else b""


def part_size(part: Part) -> int:
    """Return about how many bytes the part is when decoded."""
    return len(part.body) * 3 // 4 if part.encoding == "base64" else len(part.body)
