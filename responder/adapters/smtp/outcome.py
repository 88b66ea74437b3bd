"""
What became of a mail, and what a server's reply means for it (RFC 5321 section 4.2.1: the first digit says it).

Only a reply to MAIL, RCPT, DATA or the body can refuse a mail for good; everything before is about the connection.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

import aiosmtplib

from responder.errors import ResponderError

REASON_LIMIT = 300  # characters kept of what a server says
LOGIN_WANTED = frozenset({530, 534, 535, 538})  # RFC 4954 section 6: about the session, never about the mail


class LoginRefused(ResponderError):  # noqa: N818 - said of the login, as `Refused` is of the mail
    """The server does not take our name and password; trying again at once would only get the account locked."""


class Stage(StrEnum):
    """How far a mail came."""

    CONNECT = "connect"
    HELLO = "hello"
    TLS = "tls"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The server has taken the mail over."""

    reply: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Surely not sent, and the same mail may go later."""

    reason: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class Refused:
    """Surely not sent, and never will be; `code` is None when we refused it ourselves."""

    reason: str
    stage: Stage
    code: int | None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The body went out and no reply came back: sent or not, nobody here can know."""

    reason: str


Outcome = Delivered | Deferred | Refused | Ambiguous


class Stopped(Exception):  # noqa: N818 - not an error: carries the outcome out of the steps
    """A step ended the sending of this mail."""

    def __init__(self, outcome: Deferred | Refused) -> None:
        super().__init__(outcome)
        self.outcome = outcome


@asynccontextmanager
async def at(stage: Stage, limit: float) -> AsyncIterator[None]:
    """
    Give this step `limit` seconds, and turn what aiosmtplib and the network raise in it into an outcome.

    aiosmtplib is never given a timeout of its own: it uses asyncio.wait_for, which in Python 3.11 loses a cancellation
    that arrives together with the result, and a daemon that is told to stop would go on.
    """
    try:
        async with asyncio.timeout(limit):
            yield
    except aiosmtplib.SMTPResponseException as error:
        stop(stage, error.code, error.message)
    except (aiosmtplib.SMTPException, OSError) as error:
        found = stage if _tls_error(error) is None else Stage.TLS
        raise Stopped(Deferred(f"{why(error)} (at {found})", found)) from error


def stop(stage: Stage, code: int, message: str) -> NoReturn:
    """Raise what a reply other than the wanted one means at this stage, before the body."""
    words = one_line(f"{code} {message}")
    if code in LOGIN_WANTED or (stage is Stage.LOGIN and code // 100 == 5):
        raise LoginRefused(words)
    if code // 100 == 5 and stage in {Stage.MAIL, Stage.RCPT, Stage.DATA}:
        raise Stopped(Refused(words, stage, code))
    raise Stopped(Deferred(f"{words} (at {stage})", stage))


def meaning(code: int, message: str) -> Outcome:
    """Return what the reply to the body means; any proper reply is a certainty."""
    words = one_line(f"{code} {message}")
    match code // 100:
        case 2:
            return Delivered(words)
        case 4:
            return Deferred(f"{words} (at {Stage.BODY})", Stage.BODY)
        case 5:
            return Refused(words, Stage.BODY, code)
        case _:
            return Ambiguous(f"the mail was sent and answered with {words}")


def why(error: BaseException) -> str:
    """Return an error in words a seller can act on."""
    tls = _tls_error(error)
    if isinstance(tls, ssl.SSLCertVerificationError):
        return f"the server's certificate is not trusted: {one_line(tls.verify_message)}"
    if tls is not None and tls.reason == "WRONG_VERSION_NUMBER":
        return "no TLS on this port (security: tls belongs to port 465, starttls to 587)"
    if tls is not None:
        return f"TLS failed: {one_line(tls.reason or str(tls))}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    words = error.message if isinstance(error, aiosmtplib.SMTPException) else str(error)
    return one_line(words) or type(error).__name__


def one_line(text: str) -> str:
    """Return a server's words as one clean line; what it says goes into the log, the digest and the store."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:REASON_LIMIT]


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__
    return error
