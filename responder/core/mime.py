"""
A mail taken apart into header fields and leaf parts (RFC 5322 section 2.2, RFC 2046 section 5.1).

Own code instead of the standard library's parser, which recurses once per nesting level and needs seconds for a long
Content-Type: here every step is linear and has a limit, and what exceeds a limit is named as a defect.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from email.message import Message as CompatHeader

from responder.core.words import clean, decoded, decoded_words, known_charset

MAX_HEADER = 65_536
MAX_FIELD = 4_096
MAX_FIELDS = 1_000
MAX_PART_HEADER = 16_384
MAX_DEPTH = 20
MAX_PARTS = 200
# What CPython's parameter parser raises on hostile Content-Type values.
_PARAMETER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, NameError, RecursionError)

Fields = tuple[tuple[str, str], ...]

_BLANK_LINE = re.compile(rb"(?:\A|\n)\r?\n")
_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]*:(.*)", re.DOTALL)
_NOT_ONE_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the MIME tree; `body` is still in its transfer encoding."""

    content_type: str
    charset: str | None
    encoding: str
    name: str
    attached: bool
    body: bytes


def split_header(raw: bytes) -> tuple[bytes, bytes]:
    """Return the header block and the body of a mail or a part; without a blank line all of it is header."""
    blank = _BLANK_LINE.search(raw)
    if blank is None:
        return raw, b""
    return raw[: blank.start() + 1] if blank.start() or raw[:1] == b"\n" else b"", raw[blank.end() :]


def header_fields(block: bytes, defects: list[str]) -> tuple[Fields, bytes]:
    """Return the fields of a header block, names in lower case, values unfolded; and what turned out to be body."""
    found: list[tuple[str, list[bytes]]] = []
    at = 0
    for line in block.split(b"\n"):
        if line[:1] in (b" ", b"\t") and found:
            found[-1][1].append(line.rstrip(b"\r"))
        elif (match := _FIELD.fullmatch(line.rstrip(b"\r"))) is not None:
            found.append((match[1].decode("ascii").lower(), [match[2]]))
        elif line.strip() and not (at == 0 and line.startswith((b"From ", b">From "))):  # an mbox separator
            defects.append("the header ends in a line without a colon")
            return _values(found, defects), block[at:]
        at += len(line) + 1
    return _values(found, defects), b""


def _values(found: list[tuple[str, list[bytes]]], defects: list[str]) -> Fields:
    if len(found) > MAX_FIELDS:
        defects.append(f"more than {MAX_FIELDS} header fields")
    return tuple((name, _one_line(b"".join(lines)[:MAX_FIELD])) for name, lines in found[:MAX_FIELDS])


def _one_line(value: bytes) -> str:
    return _NOT_ONE_LINE.sub(" ", decoded(value, None)).strip()


def leaves(fields: Fields, body: bytes, defects: list[str]) -> tuple[Part, ...]:
    """Return the leaf parts in order, at most `MAX_PARTS`, from at most `MAX_DEPTH` levels."""
    found: list[Part] = []
    waiting: list[tuple[Fields, bytes, int]] = [(fields, body, 0)]
    while waiting:
        if len(found) >= MAX_PARTS:
            defects.append(f"more than {MAX_PARTS} parts")
            break
        part_fields, part_body, depth = waiting.pop()
        header = _content_header(part_fields, defects)
        boundary = _boundary(header, defects)
        if boundary is None:
            found.append(_leaf(header, part_body, defects))
        elif depth >= MAX_DEPTH:
            defects.append(f"parts nested deeper than {MAX_DEPTH} levels")
        else:
            children = split_parts(part_body, boundary, MAX_PARTS + 1)
            waiting.extend((*_child(child, defects), depth + 1) for child in reversed(children))
    return tuple(found)


def split_parts(body: bytes, boundary: bytes, limit: int) -> list[bytes]:
    """Return the bytes between the boundary lines; a missing last boundary is normal, the mail may be cut."""
    parts: list[bytes] = []
    delimiter, start, at = b"--" + boundary, -1, 0
    while len(parts) < limit:
        at = body.find(delimiter, at)
        if at < 0:
            break
        line_end = body.find(b"\n", at)
        line_end = len(body) if line_end < 0 else line_end
        rest = body[at + len(delimiter) : min(line_end, at + len(delimiter) + 80)].strip()
        if (at == 0 or body[at - 1 : at] == b"\n") and rest in (b"", b"--"):
            if start >= 0:
                parts.append(body[start:at].removesuffix(b"\n").removesuffix(b"\r"))
            start = line_end + 1
            if rest == b"--":
                return parts
        at += len(delimiter)
    if start >= 0 and len(parts) < limit:
        parts.append(body[start:])
    return parts


def _child(raw: bytes, defects: list[str]) -> tuple[Fields, bytes]:
    block, body = split_header(raw)
    if len(block) > MAX_PART_HEADER:
        defects.append("a part's header is too long")
    fields, early = header_fields(block[:MAX_PART_HEADER], [])  # a part that begins without a header is plain text
    return fields, early + body if early else body


def _content_header(fields: Fields, defects: list[str]) -> CompatHeader:
    """Return only the fields MIME needs, for the standard library to take their parameters apart."""
    header = CompatHeader()
    for name in ("content-type", "content-disposition", "content-transfer-encoding"):
        values = [value for key, value in fields if key == name]
        if len(values) > 1:
            defects.append(f"more than one {name} header")
        if values:
            header[name] = values[0]
    return header


def _boundary(header: CompatHeader, defects: list[str]) -> bytes | None:
    """Return the boundary of a multipart; None for a leaf."""
    try:
        if header.get_content_maintype() != "multipart":
            return None
        boundary = header.get_boundary()
    except _PARAMETER_ERRORS:
        boundary = None
    if not boundary or len(boundary) > 200:  # RFC 2046 section 5.1.1 allows 70
        defects.append("a multipart without a usable boundary")
        return None
    return boundary.encode("utf-8", "surrogateescape")


def _leaf(header: CompatHeader, body: bytes, defects: list[str]) -> Part:
    try:
        content_type = header.get_content_type()
        charset = header.get_content_charset()
        disposition = header.get_content_disposition()
        name = header.get_filename() or ""
    except _PARAMETER_ERRORS:
        defects.append("a part's type cannot be read")
        content_type, charset, disposition, name = "application/octet-stream", None, "attachment", ""
    if content_type.startswith("multipart/"):
        content_type = "text/plain"  # its boundary is unusable: what it holds is shown as it is
    if content_type.startswith("text/") and charset is not None and not known_charset(charset):
        defects.append(f"charset {clean(charset, 40)!r} is not read")
    return Part(
        content_type=clean(content_type, 100),
        charset=charset,
        encoding=clean(str(header.get("content-transfer-encoding", "")), 40).lower(),
        name=clean(decoded_words(name), 120),
        attached=disposition == "attachment" or bool(name),
        body=body,
    )


def part_text(part: Part, limit: int) -> str:
    """Return a part's text, decoded from its transfer encoding and charset; at most about `limit` characters."""
    return decoded(part_bytes(part, limit * 4), part.charset)


def part_bytes(part: Part, limit: int) -> bytes:
    """Return the beginning of a part's content, out of its transfer encoding (RFC 2045 section 6)."""
    raw = part.body[: limit * 2]
    if part.encoding == "quoted-printable":
        return binascii.a2b_qp(raw)[:limit]
    if part.encoding == "base64":
        symbols = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
        return base64.b64decode(symbols[: len(symbols) - len(symbols) % 4] + _last_quad(symbols))[:limit]
    return raw[:limit]


def _last_quad(symbols: bytes) -> bytes:
    """Return the incomplete last group padded, or nothing when a single symbol is left over."""
    rest = symbols[len(symbols) - len(symbols) % 4 :]
    return rest.ljust(4, b"=") if len(rest) > 1 else b""


def part_size(part: Part) -> int:
    """Return about how many bytes the part is when decoded."""
    return len(part.body) * 3 // 4 if part.encoding == "base64" else len(part.body)
