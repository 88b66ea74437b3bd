"""
One mail at a time over a kept connection (RFC 5321 sections 3.3 and 4.5.2).

The step that makes the outcome uncertain, the first byte of the body, is taken only after the caller has committed it.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable

import aiosmtplib
from aiosmtplib.protocol import SMTPProtocol

from responder.adapters.smtp.connection import SmtpSettings, abort, alive, connect, leave, size_limit
from responder.adapters.smtp.outcome import (
    Ambiguous,
    Deferred,
    Delivered,
    Outcome,
    Refused,
    Stage,
    Stopped,
    at,
    meaning,
    one_line,
    stop,
    why,
)

SLOWEST_UPLOAD = 32_000  # bytes a second; aiosmtplib starts its timer when the body is only buffered
LARGE = 1_000_000  # bytes; rewriting the line endings of more would stop the event loop for a noticeable time

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)  # dot-atoms: one address, nothing to quote


class Sender:
    """The kept connection of one account; one mail at a time."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._smtp: aiosmtplib.SMTP | None = None
        self._lock = asyncio.Lock()
        self._used_at = 0.0  # of the event loop's clock
        self._clean = False  # the last mail was delivered: no transaction is open, and no 421 was said

    async def send(
        self, sender: str, recipient: str, message: bytes, before_data: Callable[[], Awaitable[bool]]
    ) -> Outcome:
        """
        Hand in one mail for one recipient and return what the server's reply means.

        `before_data` is awaited when only the body is missing: it commits "data started", or returns False to stop.
        Raises LoginRefused. When this is cancelled or raises, the connection is gone.
        """
        impossible = _impossible(sender, recipient, message)
        if impossible is not None:
            return impossible
        size, wire = await asyncio.to_thread(_wire, message) if len(message) > LARGE else _wire(message)
        async with self._lock:
            try:
                smtp = await self._connected()
                self._clean = False
                await self._envelope(smtp, sender, recipient, size)
                outcome = await self._hand_over(smtp, wire, before_data)
            except Stopped as stopped:
                return stopped.outcome
            except BaseException:
                # A reply that nobody waits for any more would be taken for the reply to the next command.
                self._drop()
                raise
            self._clean = isinstance(outcome, Delivered)
            self._used_at = asyncio.get_running_loop().time()
            return outcome

    async def close(self) -> None:
        """Say goodbye if nothing is under way, and close."""
        if self._smtp is not None and self._smtp.is_connected and not self._lock.locked():
            await leave(self._smtp)
        self._drop()

    async def _connected(self) -> aiosmtplib.SMTP:
        """Return the kept connection if it is fresh or answers, else a new one."""
        smtp = self._smtp
        if smtp is not None and smtp.is_connected:
            idle = asyncio.get_running_loop().time() - self._used_at
            if self._clean and idle <= self._settings.idle.total_seconds():
                return smtp
            if await alive(smtp):
                return smtp
        self._drop()
        self._smtp = await connect(self._settings)
        return self._smtp

    async def _envelope(self, smtp: aiosmtplib.SMTP, sender: str, recipient: str, size: int) -> None:
        largest = size_limit(smtp)
        if largest is not None and size > largest:
            raise Stopped(Refused(f"the mail has {size} bytes, the server takes {largest}", Stage.MAIL, None))
        options = [f"SIZE={size}"] if smtp.supports_extension("size") else []  # RFC 1870
        limit = self._settings.timeout.total_seconds()
        await _command(smtp, Stage.MAIL, 2, limit, "MAIL", f"FROM:<{sender}>", *options)
        await _command(smtp, Stage.RCPT, 2, limit, "RCPT", f"TO:<{recipient}>")
        await _command(smtp, Stage.DATA, 3, limit, "DATA")

    async def _hand_over(
        self, smtp: aiosmtplib.SMTP, wire: bytes, before_data: Callable[[], Awaitable[bool]]
    ) -> Outcome:
        protocol = smtp.protocol  # kept: aiosmtplib forgets it when the connection is lost
        if not await before_data():
            self._drop()  # after 354 there is no other way back
            return Deferred("stopped before the first byte of the mail", Stage.DATA)
        if protocol is None or not protocol.is_connected:
            self._drop()
            return Deferred("connection lost before the first byte of the mail", Stage.DATA)
        outcome = await _body(protocol, wire, self._settings.final_timeout.total_seconds())
        if isinstance(outcome, Ambiguous):
            self._drop()
        return outcome

    def _drop(self) -> None:
        if self._smtp is not None:
            abort(self._smtp)
        self._smtp = None
        self._clean = False


async def _command(smtp: aiosmtplib.SMTP, stage: Stage, wanted: int, limit: float, *words: str) -> None:
    try:
        async with at(stage, limit):
            reply = await smtp.execute_command(*(word.encode("ascii") for word in words))
    except Stopped:
        abort(smtp)
        raise
    if reply.code // 100 == wanted:
        return
    if reply.code // 100 not in {4, 5}:
        abort(smtp)  # an answer to something else: this connection has lost its order
    stop(stage, reply.code, reply.message)


async def _body(protocol: SMTPProtocol, wire: bytes, final_timeout: float) -> Outcome:
    protocol.write(wire)
    try:
        async with asyncio.timeout(final_timeout + len(wire) / SLOWEST_UPLOAD):
            reply = await protocol.read_response()
    except (aiosmtplib.SMTPException, OSError) as error:
        return Ambiguous(f"the mail was sent and not answered: {why(error)}")
    return meaning(reply.code, reply.message)


def _impossible(sender: str, recipient: str, message: bytes) -> Refused | None:
    """Return why no server could take this, before one is asked: these are bugs of ours, not of the day."""
    if sender and not _ADDRESS.fullmatch(sender):
        return Refused(f"not an address that can be put in an envelope: {one_line(sender)!r}", Stage.MAIL, None)
    if not _ADDRESS.fullmatch(recipient):
        return Refused(f"not an address that can be put in an envelope: {one_line(recipient)!r}", Stage.RCPT, None)
    if not message.isascii():
        return Refused("the mail has 8-bit bytes, which not every server takes", Stage.DATA, None)
    return None


def _wire(message: bytes) -> tuple[int, bytes]:
    """Return the size as SIZE counts it, and the bytes DATA wants: CRLF, leading dots doubled, final dot."""
    lines = _LINE_END.sub(b"\r\n", message)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return len(lines), _LEADING_DOT.sub(b"..", lines) + b".\r\n"
