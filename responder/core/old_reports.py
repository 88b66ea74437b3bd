"""
Bounces in the forms from before and beside RFC 3464: qmail, Exchange, Postfix, Yahoo and others, read by flufl.bounce.

That library searches every line of a mail with some sixty patterns, most of which take quadratic time on a long line.
So it is given a mail rebuilt from few header fields and few short lines, and whatever it raises is met here: no mail
costs it more than a few hundredths of a second.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as EmailMessage
from email.parser import BytesParser
from email.policy import compat32

from responder.core.addresses import strict_spec
from responder.core.message import Message
from responder.core.mime import split_header

MAX_BODY = 8_192
MAX_LINES = 150
MAX_LINE = 160
MAX_COST = 500_000
"""The sum of the squares of the lines' lengths: what the patterns' time grows with."""
MAX_DASHED = 12
"""Lines that may be MIME boundaries: each part is walked once per pattern."""
_FIELD = 500
_FIELDS = ("from", "subject", "content-type", "x-mailer")


@dataclass(frozen=True, slots=True)
class Failures:
    """The addresses a report names: those that may still be reached, and those that were given up."""

    temporary: tuple[str, ...] = ()
    permanent: tuple[str, ...] = ()


def failures(message: Message) -> Failures:
    """Return what the report says; nothing for one that nobody can read. Never raises."""
    try:
        # Its patterns take long to compile: not before the first report.
        temporary, permanent = importlib.import_module("flufl.bounce").all_failures(_rebuilt(message))
        return Failures(_specs(temporary), _specs(permanent))
    except Exception:  # noqa: BLE001 - parser and patterns raise what they like (RecursionError, LookupError, IndexError)
        return Failures()


def _rebuilt(message: Message) -> EmailMessage:
    whole = not message.content_type.startswith("multipart/")
    names = [name for name in _FIELDS if message.header(name) is not None and not (whole and name == "content-type")]
    fields = [f"{name}: {' '.join((message.header(name) or '').split())[:_FIELD]}" for name in names]
    # A single part is decoded already; in parts the report itself is plain in all forms the library knows.
    body = message.text.encode() if whole else split_header(message.raw)[1]
    raw = "\n".join(fields).encode("ascii", "replace") + b"\n\n" + b"\n".join(_lines(body))
    return BytesParser(policy=compat32).parsebytes(raw)


def _lines(body: bytes) -> Iterator[bytes]:
    cost = dashed = 0
    for line in body[:MAX_BODY].splitlines()[:MAX_LINES]:
        kept = line[:MAX_LINE]
        cost += len(kept) ** 2
        dashed += kept.startswith(b"--")
        if cost > MAX_COST or dashed > MAX_DASHED:
            return
        yield kept


def _specs(found: frozenset[bytes]) -> tuple[str, ...]:
    read = {strict_spec(address.decode("ascii", "replace").strip(" <>")) for address in found}
    return tuple(sorted(read - {""}))
