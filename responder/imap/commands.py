"""
Bytes of IMAP commands (RFC 9051 section 9): quoting, literals, mailbox names, UID sets, dates.

What reaches the server is what was meant: CR, LF and NUL are refused, and nothing is ever sent unquoted.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from responder.imap.errors import Unsendable

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SET_LIMIT = 4000  # RFC 7162 section 4 asks clients for command lines of at most 8192 octets
LITERAL_MINUS_LIMIT = 4096  # RFC 7888 section 5

_TEXT = re.compile(r"[ -~]+")
_FLAG = re.compile(r"\\?[!#$&'+,./0-9:;<=>?@A-Z^_`a-z|}~-]{1,200}")
_QUOTABLE = re.compile(rb"[ -~]*")
_FORBIDDEN = re.compile(rb"[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Literal:
    """Bytes that go out as they are, announced by their length; never shown."""

    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A string argument that can be quoted; never shown, for it may be a password."""

    content: bytes = field(repr=False)


Argument = str | Quoted | Literal
"""A `str` is protocol text: atoms, lists and sets made by this package."""


def astring(text: str) -> Quoted | Literal:
    """Return a string argument; outside of ASCII it becomes a literal in UTF-8."""
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError:
        raise Unsendable("a text with half a character in it cannot be sent") from None
    if _FORBIDDEN.search(content):
        raise Unsendable("CR, LF and NUL cannot be sent in an argument")
    return Quoted(content) if len(content) < 1000 and _QUOTABLE.fullmatch(content) else Literal(content)


def mailbox(name: str) -> Quoted:
    """Return a folder's name in modified UTF-7 (RFC 3501 section 5.1.3), quoted."""
    if not name or re.search(r"[\r\n\0]", name):
        raise Unsendable("a folder's name must not be empty nor hold CR, LF or NUL")
    return Quoted(encode_utf7(name))


def message(content: bytes) -> Literal:
    """Return a mail for APPEND."""
    if b"\0" in content:
        raise Unsendable("a mail with a NUL byte cannot be sent in a literal")
    return Literal(content)


def flag_list(flags: Iterable[str]) -> str:
    r"""Return `(\Answered $Keyword)`."""
    names = sorted(flags)
    for name in names:
        if not _FLAG.fullmatch(name):
            raise Unsendable(f"not a flag: {name!r}")
    return "(" + " ".join(names) + ")"


def quoted_list(texts: Iterable[str]) -> str:
    """Return `("name" "Buyer Responder")`."""
    quoted = []
    for text in texts:
        if not _TEXT.fullmatch(text):
            raise Unsendable("only printable ASCII can be quoted")
        quoted.append('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
    return "(" + " ".join(quoted) + ")"


def encode(tag: str, name: str, arguments: Iterable[Argument], capabilities: frozenset[str]) -> tuple[bytes, ...]:
    """Return a command in the pieces to send; before every piece but the first the server must ask for it (`+`)."""
    pieces: list[bytes] = []
    line = bytearray(f"{tag} {_checked(name)}".encode("ascii"))
    for argument in arguments:
        line += b" "
        if isinstance(argument, str):
            line += _checked(argument).encode("ascii")
        elif isinstance(argument, Quoted):
            line += b'"' + re.sub(rb'(["\\])', rb"\\\1", argument.content) + b'"'
        elif _unasked(len(argument.content), capabilities):
            line += b"{%d+}\r\n" % len(argument.content) + argument.content
        else:
            pieces.append(bytes(line) + b"{%d}\r\n" % len(argument.content))
            line = bytearray(argument.content)
    return (*pieces, bytes(line) + b"\r\n")


def _unasked(size: int, capabilities: frozenset[str]) -> bool:
    """Whether a literal may follow without the server's leave (RFC 7888)."""
    return "LITERAL+" in capabilities or ("LITERAL-" in capabilities and size <= LITERAL_MINUS_LIMIT)


def _checked(text: str) -> str:
    if not _TEXT.fullmatch(text):
        raise Unsendable("protocol text must be printable ASCII")
    return text


def uid_sets(uids: Iterable[int], limit: int = SET_LIMIT) -> Iterator[tuple[tuple[int, ...], str]]:
    """Return UIDs in ascending order as sets (`1:4,9`) of at most `limit` characters, each with the UIDs in it."""
    members: list[int] = []
    text = ""
    for run in _runs(sorted(set(uids))):
        part = str(run[0]) if len(run) == 1 else f"{run[0]}:{run[-1]}"
        if text and len(text) + 1 + len(part) > limit:
            yield tuple(members), text
            members, text = [], ""
        members += run
        text = f"{text},{part}" if text else part
    if text:
        yield tuple(members), text


def _runs(uids: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for uid in uids:
        if not 0 < uid < 1 << 32:
            raise Unsendable(f"not a UID: {uid!r}")
        if run and uid != run[-1] + 1:
            yield run
            run = []
        run.append(uid)
    if run:
        yield run


def search_date(day: date) -> str:
    """Return `17-Jul-2026`; the months are English whatever the locale."""
    return f"{day.day}-{MONTHS[day.month - 1]}-{day.year:04d}"


def append_date(at: datetime) -> Quoted:
    """Return `17-Jul-2026 02:44:25 +0000` for APPEND."""
    if at.utcoffset() is None:
        raise Unsendable("an instant without a zone cannot be sent")
    return Quoted(f"{at.day:2d}-{MONTHS[at.month - 1]}-{at:%Y %H:%M:%S %z}".encode("ascii"))


def encode_utf7(name: str) -> bytes:
    """Return a name in modified UTF-7."""

    def shifted(match: re.Match[str]) -> str:
        if match[0] == "&":
            return "&-"
        coded = base64.b64encode(match[0].encode("utf-16-be"), b"+,").decode("ascii")
        return "&" + coded.rstrip("=") + "-"

    try:
        return re.sub(r"&|[^ -~]+", shifted, name).encode("ascii")
    except UnicodeEncodeError:
        raise Unsendable("a folder's name with half a character in it cannot be sent") from None


def decode_utf7(name: bytes) -> str:
    """Return a name read from modified UTF-7; what is none is kept as it is, for servers that send UTF-8."""

    def unshifted(match: re.Match[str]) -> str:
        if not match[1]:
            return "&"
        padded = match[1].replace(",", "/") + "=" * (-len(match[1]) % 4)
        return base64.b64decode(padded, validate=True).decode("utf-16-be")

    text = name.decode("utf-8", "replace")
    try:
        return re.sub(r"&([^-]*)-", unshifted, text)
    except ValueError:
        return text
