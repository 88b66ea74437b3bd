"""
Addresses in header fields (RFC 5322 section 3.4), read strictly.

An address is either exactly `local@domain` in plain ASCII or it is nothing: quoted local parts, comments inside the
address and look-alike letters give an empty `spec`. One pass over the text, the same result on every Python: the
standard library's reader differs between patch releases and recurses on nested comments.
"""

import re
from dataclasses import dataclass

from responder.core.words import clean, decoded_words

MAX_ADDRESSES = 100

# RFC 5322 atext, without quoted strings; RFC 1035 labels, without a final dot.
_SPEC = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}+){0,30}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,10}[A-Za-z][A-Za-z0-9-]{1,61}",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a header; `spec` is `local@domain`, domain in lower case, or empty when it is not valid."""

    name: str
    spec: str

    @property
    def local(self) -> str:
        """The part before the at sign."""
        return self.spec.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """The part after the at sign, in lower case."""
        return self.spec.rpartition("@")[2]


def strict_spec(text: str) -> str:
    """Return `local@domain` with the domain in lower case, or "" when `text` is anything else."""
    if len(text) > 254 or not _SPEC.fullmatch(text):  # RFC 5321 section 4.5.3.1.3
        return ""
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}" if len(local) <= 64 else ""


class _Mailbox:
    """The address being read: what stood outside and inside the angle brackets."""

    def __init__(self) -> None:
        self.outside: list[str] = []
        self.inside: list[str] | None = None
        self.spoiled = False  # a quoted string or a comment in a place where only an address may stand
        self.comment: list[str] = []

    @property
    def untouched(self) -> bool:
        """Whether nothing has been read yet."""
        return not self.outside and self.inside is None and not self.comment and not self.spoiled

    def add(self, char: str) -> None:
        """Keep one character; blanks in front mean nothing."""
        if self.inside is not None:
            self.inside.append(char)
        elif char != " " or self.outside:
            self.outside.append(char)

    def address(self) -> Address | None:
        outside = "".join(self.outside).strip()
        if self.inside is None:
            spec = "" if self.spoiled else strict_spec(outside)
            name = "".join(self.comment) if spec else outside
        else:
            spec = "" if self.spoiled else strict_spec("".join(self.inside).strip())
            name = outside
        if not outside and self.inside is None:
            return None
        return Address(name=clean(decoded_words(name), 120), spec=spec)


def addresses(value: str) -> tuple[Address, ...]:
    """Return the addresses of one unfolded header value, at most `MAX_ADDRESSES`, invalid ones with an empty spec."""
    found: list[Address] = []
    box, depth, at, end = _Mailbox(), 0, 0, len(value)
    grouped = False
    while at < end and len(found) < MAX_ADDRESSES:
        char = value[at]
        at += 1
        if depth:
            depth, at = _in_comment(box, value, char, depth, at)
        elif char == "(":
            depth = 1
            box.spoiled |= box.inside is not None
            box.add(" ")  # RFC 5322 section 3.2.2: a comment separates as a blank does
        elif char == '"':
            at = _quoted(box, value, at)
        elif char == "<":
            box.spoiled |= box.inside is not None  # a second route address: nobody knows which one is meant
            box.inside = []
        elif char == ">":
            at = _to_next_comma(box, value, at)
        elif char in ",;" and (box.inside is None or char == ","):
            box = _ended(box, found)
            grouped = grouped and char == ","
            box.spoiled |= grouped
        elif char == ":" and box.inside is None:
            box.outside.clear()  # a group's name (RFC 5322 section 3.4): its members are nobody's plain address
            grouped = box.spoiled = True
        else:
            box.add(char)
    box.spoiled |= depth > 0
    if len(found) < MAX_ADDRESSES:
        _finish(box, found)
    return tuple(found)


def _ended(box: _Mailbox, found: list[Address]) -> _Mailbox:
    """Return the box for what comes behind a separator: thousands of them in a row cost nothing."""
    if box.untouched:
        return box
    _finish(box, found)
    return _Mailbox()


def _finish(box: _Mailbox, found: list[Address]) -> None:
    address = box.address()
    if address is not None:
        found.append(address)


def _in_comment(box: _Mailbox, value: str, char: str, depth: int, at: int) -> tuple[int, int]:
    if char == "\\":
        return depth, at + 1
    depth += (char == "(") - (char == ")")
    if depth:
        box.comment.append(char)
    return depth, at


def _quoted(box: _Mailbox, value: str, at: int) -> int:
    """Read a quoted string from behind its opening quote; return where to go on."""
    text: list[str] = []
    while at < len(value) and value[at] != '"':
        if value[at] == "\\":
            at += 1
        text.append(value[at : at + 1])
        at += 1
    if box.inside is not None or value[at + 1 : at + 2] == "@":
        box.spoiled = True  # RFC 5322 allows a quoted local part; no Amazon address has one
    box.outside.append("".join(text))
    return at + 1


def _to_next_comma(box: _Mailbox, value: str, at: int) -> int:
    """Skip what follows a closing bracket; anything but a comment or blanks makes the address invalid."""
    comma = value.find(",", at)
    stop = len(value) if comma < 0 else comma
    rest = value[at:stop].strip(" ;")
    if box.inside is None or (rest and not (rest.startswith("(") and rest.endswith(")"))):
        box.spoiled = True
    box.inside = box.inside if box.inside is not None else []
    return stop
