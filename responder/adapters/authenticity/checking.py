"""
One signature checked by dkimpy, which never touches the network: it is given the key and the mail's bytes.

Whatever a hostile mail makes it raise becomes a result, and a result counts only where both readers of the mail, ours
and dkimpy's, see the same header fields and the same signature.
"""

import logging
import re

import dkim
from dkim.canonicalization import InvalidCanonicalizationPolicyError
from dkim.crypto import DigestTooLargeError, UnparsableKeyError
from dkim.util import InvalidTagValueList

from responder.adapters.authenticity.lookup import Absent, Found, TxtAnswer, Unreachable
from responder.core.dkim import ALGORITHM, DkimResult, NoKey, Signature, usable_key
from responder.core.kinds import Authentic
from responder.core.message import Message
from responder.core.mime import split_header

SMALLEST_KEY = 1024
# dkimpy handles each blank of a relaxed body on its own: half a MiB of them took 90 MiB of memory.
MAX_BLANKS = 100_000

# What dkimpy was seen to raise, or can raise, on fields and keys that break its expectations.
_HOSTILE = (
    dkim.DKIMException,
    InvalidTagValueList,
    InvalidCanonicalizationPolicyError,
    UnparsableKeyError,
    DigestTooLargeError,
    ValueError,  # with UnicodeError and binascii.Error
    LookupError,
    TypeError,
    AttributeError,
    NameError,
    AssertionError,
    ArithmeticError,
    RecursionError,
)
_ANOTHER_TIME = ("x= value is past", "t= value is in the future")
# An mbox separator; "From :" is a field in the old syntax (RFC 5322 section 4.5).
_MBOX_LINE = re.compile(rb"\A>?From (?![ \t]*:)[^\n]*\n")
_SILENT = logging.getLogger("dkimpy")
_SILENT.setLevel(logging.CRITICAL + 1)  # it would log fields of the mail as they are


class ReadMail:
    """A mail in the form dkimpy wants, in time that is linear in its size whatever it holds."""

    def __init__(self, message: Message) -> None:
        self.message = message
        block, self._body = split_header(message.raw)
        self._header = _MBOX_LINE.sub(b"", block)
        self._read: dict[bool, dkim.DKIM | str] = {}

    def for_dkimpy(self, *, relaxed: bool) -> dkim.DKIM | str:
        """Return dkimpy's view of the mail, or in words why it is not to be had."""
        if relaxed not in self._read:
            body = _relaxed(self._body) if relaxed else _simple(self._body)
            many = relaxed and body.count(b" ") > MAX_BLANKS
            self._read[relaxed] = "the mail holds too many blanks" if many else self._reading(body)
        return self._read[relaxed]

    def _reading(self, body: bytes) -> dkim.DKIM | str:
        try:
            reading = dkim.DKIM(self._header, logger=_SILENT, minkey=SMALLEST_KEY)
        except _HOSTILE:
            return "the mail's header is malformed"
        if [name.decode("ascii").lower() for name, _ in reading.headers] != [name for name, _ in self.message.headers]:
            return "the mail's header can be read in two ways"
        reading.body = body  # dkimpy would first make a list of its lines: 90 MiB for a MiB of line ends
        return reading


def _crlf(body: bytes) -> bytes:
    return body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _simple(body: bytes) -> bytes:
    """Return the body in the simple form (RFC 6376 section 3.4.3), but for the CRLF that an empty one gets."""
    body = _crlf(body)
    blank = re.match(rb"(?:\n\r)*+", body[::-1])
    return body[: len(body) - blank.end()] + b"\r\n" if blank is not None and blank.end() else body


def _relaxed(body: bytes) -> bytes:
    """
    Return the body in the relaxed form (RFC 6376 section 3.4.4).

    dkimpy does the same, but first looks for blanks before a line end: on a MiB of blanks that takes hours.
    """
    body = _crlf(body).replace(b"\t", b" ")
    while b"  " in body:  # halves the longest run each time
        body = body.replace(b"  ", b" ")
    return _simple(body.replace(b" \r\n", b"\r\n"))


def checked(mail: ReadMail, signature: Signature, answer: TxtAnswer | None) -> DkimResult:
    """Return what one signature proves."""
    whose = f"its DKIM signature by {signature.domain}"
    if answer is None:
        return DkimResult(Authentic.UNKNOWN, f"{whose} is of a kind that proves nothing (not {ALGORITHM})")
    key = _key(answer, signature)
    if isinstance(key, str):
        return DkimResult(Authentic.UNKNOWN, f"{whose} could not be checked: {key}", signature.domain)
    reading = mail.for_dkimpy(relaxed=signature.relaxed_body)
    if isinstance(reading, str):
        return DkimResult(Authentic.UNKNOWN, f"{whose} could not be checked: {reading}", signature.domain)
    return _verified(mail.message, reading, signature, key)


def _key(answer: TxtAnswer, signature: Signature) -> bytes | str:
    """Return the key's record, or in words why there is none that could be used."""
    match answer:
        case Unreachable(reason):
            return reason
        case Absent():
            return "its key is not, or no longer, published"
        case Found(records):
            found = usable_key(records, signature)
            return found.reason if isinstance(found, NoKey) else _readable(found.record)


def _readable(record: bytes) -> bytes | str:
    """Return the record where dkimpy can read the key: it answers an unreadable one like a forged signature."""
    try:
        _, size, _, _ = dkim.evaluate_pk("", record)
    except _HOSTILE:
        return "its key cannot be read"
    if size < SMALLEST_KEY:
        return f"its key is shorter than {SMALLEST_KEY} bits"
    return record


def _verified(message: Message, reading: dkim.DKIM, signature: Signature, record: bytes) -> DkimResult:
    whose = f"its DKIM signature by {signature.domain}"

    try:
        fits = reading.verify(signature.index, dnsfunc=lambda _name, timeout=0: record)
    except dkim.ValidationError as error:
        return _refused(str(error), signature, whose)
    except _HOSTILE:
        return DkimResult(Authentic.FAIL, f"{whose} is malformed", signature.domain)
    if not _same(reading, signature):
        return DkimResult(Authentic.UNKNOWN, f"{whose} can be read in two ways", signature.domain)
    if not fits:
        return DkimResult(Authentic.FAIL, f"{whose} does not fit the mail", signature.domain)
    return DkimResult(Authentic.PASS, f"{whose} is valid", signature.domain, signature.covers(message))


def _refused(problem: str, signature: Signature, whose: str) -> DkimResult:
    if problem.startswith(_ANOTHER_TIME):
        return DkimResult(Authentic.UNKNOWN, f"{whose} is not valid at this time (t=, x=)", signature.domain)
    if problem.startswith("body hash mismatch"):
        return DkimResult(Authentic.FAIL, f"{whose} does not fit the mail's body", signature.domain)
    return DkimResult(Authentic.FAIL, f"{whose} is malformed", signature.domain)


def _same(reading: dkim.DKIM, signature: Signature) -> bool:
    """Return whether dkimpy checked the signature that we chose."""
    names = tuple(name.decode("latin-1") for name in reading.include_headers)
    chosen = (signature.domain.encode("ascii"), signature.selector.encode("ascii"))
    return (reading.domain.lower(), reading.selector.lower()) == chosen and names == signature.headers
