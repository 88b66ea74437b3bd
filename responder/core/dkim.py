"""
DKIM signatures and keys, read but not computed (RFC 6376 sections 3.2, 3.5, 3.6.1).

What does not follow the grammar to the letter is no signature: a field that two readers could understand in two ways
is never checked, and no name is ever looked up that is not made of strict ASCII labels.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from responder.core.kinds import Authentic
from responder.core.message import Message
from responder.core.mime import MAX_HEADER, split_header

# The only algorithm of RFC 8301 in use by Amazon; rsa-sha1 proves nothing any more.
ALGORITHM = "rsa-sha256"
# RSA with 4096 bits needs 740 characters; numbers much longer would take seconds to compute with.
MAX_RECORD = 1_500
MAX_SIGNATURE = 4_096
# Blanks in a row inside a signature field: patterns that meet longer runs take quadratic time.
MAX_BLANKS = 100
MAX_SIGNED = 100

_FIELD = re.compile(rb"^dkim-signature[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE | re.MULTILINE)
_PRINTABLE = re.compile(r"[\t\r\n -~]*")
_BLANKS = re.compile(rf"\s{{{MAX_BLANKS}}}")
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_NAME = re.compile(r"[!-9;-~]{1,76}")
_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_SELECTOR = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")


@dataclass(frozen=True, slots=True)
class DkimResult:
    """
    What checking the signature of `domain` gave.

    `signed` are the header fields it covers, in lower case. A field that stands in the mail more often than in `h=`
    is not among them: anybody may have added one.
    """

    outcome: Authentic
    reason: str
    domain: str = ""
    signed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Signature:
    """One well-formed DKIM-Signature field; `index` counts the mail's fields of this name from the top."""

    index: int
    selector: str
    domain: str
    headers: tuple[str, ...]
    algorithm: str
    relaxed_body: bool
    identity: str

    @property
    def key_name(self) -> str:
        """Return the absolute name under which the DNS keeps its key."""
        return f"{self.selector}._domainkey.{self.domain}."

    def covers(self, message: Message) -> frozenset[str]:
        """Return the names of which every field of `message` is signed."""
        listed = Counter(self.headers)
        present = Counter(name for name, _ in message.headers)
        return frozenset(name for name, times in listed.items() if times >= present[name])


@dataclass(frozen=True, slots=True)
class Key:
    """A record of a usable public key, written anew in its plainest form: dkimpy trips over rarer tags."""

    record: bytes


@dataclass(frozen=True, slots=True)
class NoKey:
    """Why a signature has no key that could prove anything."""

    reason: str


def claims(message: Message) -> Iterator[tuple[tuple[str, str], ...]]:
    """Return the tags of every DKIM-Signature, read generously: all that some reader might see in it."""
    for value in _fields(message):
        yield tuple((name.lower(), "".join(text.split())) for name, text in _pairs(value))


def well_formed(message: Message) -> tuple[Signature, ...]:
    """Return the signatures that can be read in one way only, topmost first."""
    found = (_signature(index, value) for index, value in enumerate(_fields(message)))
    return tuple(signature for signature in found if signature is not None)


def unreadable(message: Message) -> bool:
    """Return whether the header holds a signature that `well_formed` leaves out, wherever it stands."""
    block, _ = split_header(message.raw)
    return sum(1 for _ in _FIELD.finditer(block)) > len(well_formed(message))


def usable_key(records: Sequence[bytes], signature: Signature) -> Key | NoKey:
    """Return the key among the texts that the DNS holds for `signature`."""
    keys = [(record, tags) for record in records if "p" in (tags := _tags(record.decode("latin-1")) or {})]
    if len(keys) != 1:
        return NoKey("more than one key is published" if keys else "what is published holds no key")
    record, tags = keys[0]
    reason = _objection(record, tags, signature)
    return Key(f"k=rsa; p={tags['p']}".encode("ascii")) if reason is None else NoKey(reason)


def _objection(record: bytes, tags: dict[str, str], signature: Signature) -> str | None:
    """Return why this key proves nothing (RFC 6376 section 3.6.1); dkimpy looks at `v`, `k` and `p` only."""
    if not tags["p"]:
        return "its key is revoked"
    if tags.get("v", "DKIM1") != "DKIM1" or tags.get("k", "rsa") != "rsa" or len(record) > MAX_RECORD:
        return "its key is of a form we do not know"
    if not {"*", "email"} & _items(tags.get("s", "*")) or "sha256" not in _items(tags.get("h", "sha256")):
        return "its key is not for mail signed in this way"
    flags = _items(tags.get("t", ""))
    if "y" in flags:
        return "its key is marked as a test"
    if "s" in flags and signature.identity != signature.domain:
        return "its key does not speak for sub-domains"
    return None


def _items(value: str) -> set[str]:
    return {item.strip().lower() for item in value.split(":")}


def _fields(message: Message) -> Iterable[str]:
    """
    Return the DKIM-Signature values from the bytes of the mail.

    The parsed header has them cut at a length; what an overlong field says at its end must count too.
    """
    block, _ = split_header(message.raw)
    return (match[1].decode("latin-1") for match in _FIELD.finditer(block[:MAX_HEADER]))


def _pairs(value: str) -> Iterator[tuple[str, str]]:
    for piece in value.split(";"):
        name, _, text = piece.partition("=")
        yield name.strip(" \t\r\n"), text.strip(" \t\r\n")


def _tags(value: str) -> dict[str, str] | None:
    """Return the tag list (RFC 6376 section 3.2), or None when it is not one."""
    value = value.strip(" \t\r\n").removesuffix(";")
    if _PRINTABLE.fullmatch(value) is None or any("=" not in piece for piece in value.split(";")):
        return None
    pairs = tuple(_pairs(value))
    tags = dict(pairs)
    if len(tags) < len(pairs) or any(_TAG.fullmatch(name) is None for name in tags):
        return None
    return tags


def _signature(index: int, value: str) -> Signature | None:
    if len(value) > MAX_SIGNATURE or _BLANKS.search(value) is not None:
        return None
    tags = _tags(value)
    if tags is None or not tags.keys() >= {"v", "a", "b", "bh", "d", "h", "s"}:
        return None
    headers = tuple(name.strip(" \t\r\n").lower() for name in tags["h"].split(":"))
    domain, selector = tags["d"].lower(), tags["s"].lower()
    if len(headers) > MAX_SIGNED or any(_NAME.fullmatch(name) is None for name in headers):
        return None
    if _DOMAIN.fullmatch(domain) is None or _SELECTOR.fullmatch(selector) is None:
        return None
    if len(f"{selector}._domainkey.{domain}") > 253:  # RFC 1035 section 2.3.4
        return None
    relaxed = tags.get("c", "simple").partition("/")[2] == "relaxed"
    identity = tags.get("i", f"@{domain}").rpartition("@")[2].lower()
    return Signature(index, selector, domain, headers, tags["a"], relaxed, identity)
