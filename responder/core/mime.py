"""
A mail taken apart into header fields and leaf parts (RFC 5322 section 2.2, RFC 2046 section 5.1).

Own code instead of the standard library's parser, which recurses once per nesting level and needs seconds for a long
Content-Type: here every step is linear and has a limit, and what exceeds a limit is named as a defect.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from responder.core.charsets import decoded, known_charset
from responder.core.parameters import parameters
from responder.core.words import clean, decoded_words

MAX_HEADER = 65_536
MAX_FIELD = 4_096
MAX_FIELDS = 1_000
MAX_PART_HEADER = 16_384
MAX_PART_HEADERS = 65_536  # of all parts together
MAX_BOUNDARY = 200  # RFC 2046 section 5.1.1 allows 70
MAX_DASH_LINES = 10_000
MAX_DEPTH = 20
MAX_PARTS = 200

_MIME_FIELDS = ("content-type", "content-disposition", "content-transfer-encoding")

Fields = tuple[tuple[str, str], ...]

_BLANK_LINE = re.compile(rb"\n\r?\n")
_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]*:(.*)", re.DOTALL)
_NOT_ONE_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Part:
    """
    One leaf of the MIME tree; `body` is still in its transfer encoding.

    `attached` is what its disposition says; `versions_of` numbers the multipart/alternative it stands in, 0 for none.
    """

    content_type: str
    charset: str | None
    encoding: str
    name: str
    attached: bool
    flowed: bool
    delsp: bool
    versions_of: int
    body: bytes


def split_header(raw: bytes) -> tuple[bytes, bytes]:
    """Return the header block and the body of a mail; without a blank line all of it is header."""
    at, body_at = _header_end(raw, 0, len(raw))
    return raw[:at], raw[body_at:]


def header_fields(block: bytes, defects: list[str], wanted: Collection[str] | None = None) -> tuple[Fields, bytes]:
    """
    Return the fields of a header block, names in lower case, values unfolded; and what turned out to be body.

    Of a part only the `wanted` fields are kept; None keeps all.
    """
    found: list[tuple[str, list[bytes]]] = []
    at = 0
    for line in block.split(b"\n"):
        if len(found) > MAX_FIELDS:
            break
        if line[:1] in (b" ", b"\t") and found:
            found[-1][1].append(line.rstrip(b"\r"))
        elif (match := _FIELD.fullmatch(line.rstrip(b"\r"))) is not None:
            found.append((match[1].decode("ascii").lower(), [match[2]]))
        elif line.strip() and not (at == 0 and line.startswith((b"From ", b">From "))):  # an mbox separator
            defects.append("the header ends in a line without a colon")
            return _values(found, wanted, defects), block[at:]
        at += len(line) + 1
    return _values(found, wanted, defects), b""


def _values(found: list[tuple[str, list[bytes]]], wanted: Collection[str] | None, defects: list[str]) -> Fields:
    if len(found) > MAX_FIELDS:
        defects.append(f"more than {MAX_FIELDS} header fields")
    return tuple(
        (name, _one_line(b"".join(lines)[:MAX_FIELD]))
        for name, lines in found[:MAX_FIELDS]
        if wanted is None or name in wanted
    )


def _one_line(value: bytes) -> str:
    return _NOT_ONE_LINE.sub(" ", decoded(value, None)).strip()


@dataclass(frozen=True, slots=True)
class _Content:
    """What the fields of MIME say of a part (RFC 2045 sections 5 and 6, RFC 2183)."""

    kind: str
    charset: str | None
    boundary: str
    encoding: str
    name: str
    attached: bool
    flowed: bool
    delsp: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part lies, how deep, and in which multipart/alternative."""

    start: int
    end: int
    depth: int = 0
    versions_of: int = 0


class _Walk:
    """One way through the parts of a body, which is never copied or searched twice: its limits are counted here."""

    def __init__(self, body: bytes, defects: list[str]) -> None:
        self.body = body
        self.defects = defects
        self.seen = 0
        self._header_left = MAX_PART_HEADERS
        self._lines: dict[bytes, list[int]] | None = None

    def children(self, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """Return where the parts lie; a missing last boundary is normal, the mail may be cut."""
        if self._lines is None:
            self._lines = _dash_lines(self.body, self.defects)
        closing = _between(self._lines.get(b"--" + boundary + b"--", []), start, end, 1)
        stop = closing[0] if closing else end
        opening = _between(self._lines.get(b"--" + boundary, []), start, stop, MAX_PARTS + 1)
        return [self._part(at, until, end) for at, until in pairwise([*opening, stop])]

    def _part(self, at: int, until: int, end: int) -> tuple[int, int]:
        """Return where the part behind the boundary line at `at` lies; the line end before the next is not in it."""
        first = self.body.find(b"\n", at, until) + 1 or until
        if until == end:
            return first, end
        return first, max(first, until - (2 if self.body[until - 2 : until] == b"\r\n" else 1))

    def opened(self, start: int, end: int) -> tuple[Fields, int]:
        """Return the header of the part that lies there, and where its body begins."""
        at, body_at = _header_end(self.body, start, end)
        block = self.body[start : min(at, start + min(MAX_PART_HEADER, self._header_left))]
        self._header_left -= len(block)
        fields, early = header_fields(block, [], _MIME_FIELDS)
        if early:  # a part that begins without a header is plain text
            return fields, start + len(block) - len(early)
        if len(block) < at - start:
            self.defects.append("a part's header is too long")
        return fields, body_at


def leaves(fields: Fields, body: bytes, defects: list[str]) -> tuple[Part, ...]:
    """Return the leaf parts in order: at most `MAX_PARTS` parts are looked at, on at most `MAX_DEPTH` levels."""
    walk = _Walk(body, defects)
    found: list[Part] = []
    waiting: list[_Place] = []
    _visit(walk, fields, _Place(0, len(body)), found, waiting)
    while waiting:
        if walk.seen > MAX_PARTS:
            defects.append(f"more than {MAX_PARTS} parts")
            break
        place = waiting.pop()
        part_fields, body_at = walk.opened(place.start, place.end)
        _visit(walk, part_fields, replace(place, start=body_at), found, waiting)
    return tuple(found)


def _visit(walk: _Walk, fields: Fields, place: _Place, found: list[Part], waiting: list[_Place]) -> None:
    """Add one part to the leaves found, or its children to those that wait."""
    start, end = place.start, place.end
    walk.seen += 1
    content = _content(fields, walk.defects)
    boundary = _boundary(content, walk.defects)
    if boundary is None:
        found.append(_leaf(content, place, walk))
    elif place.depth >= MAX_DEPTH:
        walk.defects.append(f"parts nested deeper than {MAX_DEPTH} levels")
    elif children := walk.children(boundary, start, end):
        versions_of = walk.seen if content.kind == "multipart/alternative" else place.versions_of
        waiting.extend(_Place(*child, place.depth + 1, versions_of) for child in reversed(children))
    elif walk.body[start:end].strip():
        walk.defects.append("a multipart without parts")
        found.append(_leaf(content, place, walk))


def _dash_lines(body: bytes, defects: list[str]) -> dict[bytes, list[int]]:
    """Return where each line stands that begins as a boundary does: looked for once, for all levels together."""
    found: dict[bytes, list[int]] = {}
    for count, at in enumerate(_dashes(body)):
        if count == MAX_DASH_LINES:
            defects.append(f"more than {MAX_DASH_LINES} lines that look like boundaries")
            break
        line = body[at : at + MAX_BOUNDARY + 80].partition(b"\n")[0].rstrip()
        found.setdefault(line, []).append(at)
    return found


def _dashes(body: bytes) -> Iterator[int]:
    if body.startswith(b"--"):
        yield 0
    at = body.find(b"\n--")
    while at >= 0:
        yield at + 1
        at = body.find(b"\n--", at + 1)


def _between(places: list[int], start: int, end: int, limit: int) -> list[int]:
    first = bisect_left(places, start)
    return places[first : min(bisect_left(places, end), first + limit)]


def _header_end(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where a header block ends and where its body begins; without a blank line all of it is header."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return start, raw.find(b"\n", start) + 1
    blank = _BLANK_LINE.search(raw, start, end)
    return (blank.start() + 1, blank.end()) if blank is not None else (end, end)


def _content(fields: Fields, defects: list[str]) -> _Content:
    """Return what the fields of MIME say; of a repeated field the first counts."""
    said = {}
    for name in _MIME_FIELDS:
        values = [value for key, value in fields if key == name]
        if len(values) > 1:
            defects.append(f"more than one {name} header")
        said[name] = values[0] if values else ""
    kind, named = parameters(said["content-type"])
    disposition, more = parameters(said["content-disposition"])
    return _Content(
        kind=kind if kind.count("/") == 1 else "text/plain",
        charset=named.get("charset", "").strip().lower() or None,
        boundary=named.get("boundary", "").rstrip(),
        encoding=said["content-transfer-encoding"],
        name=more.get("filename") or named.get("name", ""),
        attached=disposition == "attachment",
        flowed=kind == "text/plain" and named.get("format", "").strip().lower() == "flowed",
        delsp=named.get("delsp", "").strip().lower() == "yes",
    )


def _boundary(content: _Content, defects: list[str]) -> bytes | None:
    """Return the boundary of a multipart; None for a leaf."""
    if not content.kind.startswith("multipart/"):
        return None
    if not content.boundary or len(content.boundary) > MAX_BOUNDARY:
        defects.append("a multipart without a usable boundary")
        return None
    return content.boundary.encode("utf-8", "replace")


def _leaf(content: _Content, place: _Place, walk: _Walk) -> Part:
    # A multipart that cannot be taken apart: what it holds is shown as it is.
    kind = "text/plain" if content.kind.startswith("multipart/") else content.kind
    charset = content.charset
    if kind.startswith("text/") and charset is not None and not known_charset(charset):
        walk.defects.append(f"charset {clean(charset, 40)!r} is not read")
    return Part(
        content_type=clean(kind, 100),
        charset=charset,
        encoding=clean(content.encoding, 40).lower(),
        name=clean(decoded_words(content.name), 120),
        attached=content.attached,
        flowed=content.flowed,
        delsp=content.delsp,
        versions_of=place.versions_of,
        body=walk.body[place.start : place.end],
    )
