"""
IMAP responses from bytes (RFC 9051 section 9), without any I/O.

Any split of a stream gives the same responses; any bytes give responses or `ProtocolError`, never another exception.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from responder.imap.errors import ProtocolError

LINE_CAP = 8 << 20
LITERAL_CAP = 64 << 20
NESTING_CAP = 100
TEXT_CAP = 500

Value = bytes | None | tuple["Value", ...]
"""An atom or string, NIL, or a parenthesised list."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """`+ text`: the server waits for more of the command."""

    text: bytes


@dataclass(frozen=True, slots=True)
class Status:
    """OK, NO, BAD, BYE or PREAUTH; `tag` is None when untagged. `text` is made printable and cut."""

    tag: str | None
    condition: str
    code: str | None
    arguments: str
    text: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """`* n FETCH (...)`, item names in upper case: `BODY[]`, `BODY[]<0>`, `FLAGS`."""

    sequence: int
    items: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Data:
    """Any other untagged response: `* 5 EXISTS` has a number, `* LIST ...` has values."""

    name: str
    number: int | None
    values: tuple[Value, ...]


Response = Continuation | Status | Fetch | Data

_LITERAL = re.compile(rb"~?\{([0-9]{1,18})\}\Z")
_STATUS = re.compile(rb"(\*|[A-Za-z0-9]{1,32}) (OK|NO|BAD|BYE|PREAUTH)(?: (.*))?\Z", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(rb"\[([^\] ]{1,64})(?: ([^\]]*))?\] ?", re.DOTALL)
_NUMBERED = re.compile(rb"\* ([0-9]{1,18}) ([A-Za-z][A-Za-z0-9-]{0,63})(?= |\Z)")
_NAMED = re.compile(rb"\* ([A-Za-z][A-Za-z0-9.=-]{0,63})(?= |\Z)")
# Possessive repeats (Python 3.11) keep no way back, so that 8 MB of escapes cost neither memory nor time.
_TOKEN = re.compile(
    rb" *(?:([()])"
    rb'|"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
    rb'|((?i:BODY|BINARY|BINARY\.SIZE)\[[^\]]{0,300}+\](?:<[0-9]+>)?|[^ ()"{]++))',
    re.DOTALL,
)


class Decoder:
    """Collects bytes and gives out complete responses; after a `ProtocolError` it gives nothing any more."""

    def __init__(self, *, line_cap: int = LINE_CAP, literal_cap: int = LITERAL_CAP) -> None:
        self._line_cap = line_cap
        self._literal_cap = literal_cap
        self._buffer = bytearray()
        self._start = 0  # everything before is consumed
        self._scanned = 0  # no line ends before: each byte is looked at once
        self._literal: int | None = None
        self._parts: list[bytes] = []
        self._line_bytes = 0
        self._literal_bytes = 0
        self._broken: ProtocolError | None = None

    @property
    def pending(self) -> bool:
        """Whether bytes are held that make no complete response yet."""
        return len(self._buffer) > self._start or bool(self._parts)

    def feed(self, data: bytes) -> Iterator[Response]:
        """Take bytes and return the responses they complete; iterating raises `ProtocolError` at a broken one."""
        self._buffer += data
        return self._complete()

    def _complete(self) -> Iterator[Response]:
        if self._broken is not None:
            raise self._broken
        try:
            while (parts := self._next()) is not None:
                yield parse(parts)
        except ProtocolError as error:
            self._broken = error
            self._buffer.clear()
            raise
        del self._buffer[: self._start]
        self._scanned -= self._start
        self._start = 0

    def _next(self) -> list[bytes] | None:
        while True:
            if self._literal is not None and not self._take_literal(self._literal):
                return None
            line = self._take_line()
            if line is None:
                return None
            opened = None if self._is_text(line) else _LITERAL.search(line)
            if opened is None:
                parts, self._parts = [*self._parts, line], []
                self._line_bytes = self._literal_bytes = 0
                return parts
            self._parts.append(line[: opened.start()])
            self._open_literal(int(opened[1]))

    def _is_text(self, line: bytes) -> bool:
        """Tell a line of words, which never opens a literal, whatever it ends with."""
        if self._parts or _NUMBERED.match(line):
            return False
        return not line.startswith(b"* ") or _STATUS.match(line) is not None

    def _open_literal(self, size: int) -> None:
        self._literal_bytes += size
        if self._literal_bytes > self._literal_cap:
            raise ProtocolError(f"a literal of {size} bytes is over the limit of {self._literal_cap}")
        self._literal = size

    def _take_literal(self, size: int) -> bool:
        end = self._start + size
        if len(self._buffer) < end:
            return False
        with memoryview(self._buffer) as view:
            self._parts.append(bytes(view[self._start : end]))
        self._start = self._scanned = end
        self._literal = None
        return True

    def _take_line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n", self._scanned)
        held = (len(self._buffer) - 1 if end < 0 else end) - self._start
        if self._line_bytes + held > self._line_cap:
            raise ProtocolError(f"a line is longer than {self._line_cap} bytes")
        if end < 0:
            self._scanned = max(self._start, len(self._buffer) - 1)
            return None
        line = bytes(self._buffer[self._start : end])
        self._line_bytes += len(line)
        self._start = self._scanned = end + 2
        return line


def parse(parts: Sequence[bytes]) -> Response:
    """Return the response made of a line, or of lines (odd ones) with the literals between them (even ones)."""
    line = parts[0]
    if line == b"+" or line.startswith(b"+ "):
        return Continuation(line[2:])
    if numbered := _NUMBERED.match(line):
        values = _values(parts, numbered.end())
        number, name = int(numbered[1]), numbered[2].decode("ascii").upper()
        return Fetch(number, _items(values)) if name == "FETCH" else Data(name, number, values)
    if status := _STATUS.match(line):
        return _status(status)
    if named := _NAMED.match(line):
        return Data(named[1].decode("ascii").upper(), None, _values(parts, named.end()))
    raise ProtocolError(f"no IMAP response: {printable(line[:80])!r}")


def printable(text: bytes) -> str:
    """Return a server's words as one printable line, cut: fit for a log and an error."""
    decoded = text[: TEXT_CAP * 4].decode("utf-8", "replace")[:TEXT_CAP]
    return "".join(c if c.isprintable() else " " for c in decoded).strip()


def _status(match: re.Match[bytes]) -> Status:
    tag = None if match[1] == b"*" else match[1].decode("ascii")
    condition = match[2].decode("ascii").upper()
    if tag is not None and condition in {"BYE", "PREAUTH"}:
        raise ProtocolError(f"{condition} with a tag")
    text: bytes = match[3] or b""
    code = _CODE.match(text)
    if code is None:
        return Status(tag, condition, None, "", printable(text))
    name = printable(code[1]).upper()
    return Status(tag, condition, name, (code[2] or b"").decode("utf-8", "replace"), printable(text[code.end() :]))


def _values(parts: Sequence[bytes], start: int) -> tuple[Value, ...]:
    if len(parts) == 1 and not re.search(rb'[("{]', parts[0]):
        return _atoms(parts[0][start:])
    stack: list[list[Value]] = [[]]
    for index, part in enumerate(parts):
        if index % 2:
            stack[-1].append(part)
        else:
            _tokens(part, 0 if index else start, stack)
    if len(stack) != 1:
        raise ProtocolError("a parenthesis is not closed")
    return tuple(stack[0])


def _atoms(text: bytes) -> tuple[Value, ...]:
    """Return the values of a line without lists and strings: a SEARCH answer may hold a million of them."""
    if b")" in text:
        raise ProtocolError("a parenthesis is closed that was not opened")
    atoms = [atom for atom in text.split(b" ") if atom]
    return tuple(None if atom.upper() == b"NIL" else atom for atom in atoms) if b"NIL" in text.upper() else tuple(atoms)


def _tokens(line: bytes, position: int, stack: list[list[Value]]) -> None:
    """Add the values of one line to the innermost open list; the stack is explicit, so depth costs no recursion."""
    while token := _TOKEN.match(line, position):
        position = token.end()
        kind = token.lastindex
        if kind == 3:
            atom: bytes = token[3]
            stack[-1].append(None if len(atom) == 3 and atom.upper() == b"NIL" else atom)
        elif kind == 2:
            stack[-1].append(_unescaped(token[2]))
        elif token[1] == b"(":
            if len(stack) > NESTING_CAP:
                raise ProtocolError(f"lists are nested deeper than {NESTING_CAP}")
            stack.append([])
        else:
            _close(stack)
    if line[position:].strip(b" "):
        raise ProtocolError(f"cannot read a response at {printable(line[position : position + 40])!r}")


def _unescaped(quoted: bytes) -> bytes:
    # A run of backslashes begins with an escape, so pairs found from the left are escaped backslashes.
    return b"\\".join(part.replace(b"\\", b"") for part in quoted.split(b"\\\\")) if b"\\" in quoted else quoted


def _close(stack: list[list[Value]]) -> None:
    if len(stack) == 1:
        raise ProtocolError("a parenthesis is closed that was not opened")
    closed = tuple(stack.pop())
    stack[-1].append(closed)


def _items(values: tuple[Value, ...]) -> Mapping[str, Value]:
    if len(values) != 1 or not isinstance(values[0], tuple) or len(values[0]) % 2:
        raise ProtocolError("a FETCH response is no list of names and values")
    flat = values[0]
    items: dict[str, Value] = {}
    for name, value in zip(flat[::2], flat[1::2], strict=True):
        if not isinstance(name, bytes):
            raise ProtocolError("an item of a FETCH response has no name")
        key = _item_name(name)
        if key == "UID" and items.get(key, value) != value:
            raise ProtocolError("a FETCH response names two UIDs")
        items[key] = value
    return items


def _item_name(name: bytes) -> str:
    # Some servers quote the header names they were asked for, and change their case.
    text = name.decode("ascii", "replace").upper()
    return " ".join(text.replace('"', "").split()) if "[" in text else text
