"""
One IMAP connection: one command at a time, its answer, and everything the server says by itself.

A connection that fell silent, was cancelled, or spoke nonsense is aborted and never used again; whoever waits on it is
told at once, in the server's own words where it had some.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from responder import transports
from responder.imap.commands import Argument, encode
from responder.imap.errors import ConnectionLost, ImapError, ProtocolError, ServerBusy, Silence
from responder.imap.wire import LITERAL_CAP, Continuation, Decoder, Response, Status

IDLE_ANSWER = timedelta(seconds=20)
USER_TIMEOUT_MS = 120_000

Wants = Callable[[Response], bool]
Answer = Callable[[bytes], bytes]

_BUSY_CODES = frozenset({"LIMIT", "UNAVAILABLE", "INUSE", "SERVERBUG"})
_BUSY_WORDS = ("too many", "rate limit", "temporar", "try again", "overload", "maximum number of connections")


def is_busy(status: Status) -> bool:
    """Whether a refusal means "not now" (RFC 5530) rather than "not you" or "not this"."""
    return status.code in _BUSY_CODES or any(word in status.text.lower() for word in _BUSY_WORDS)


@dataclass(frozen=True, slots=True)
class Command:
    """A command to run: which untagged responses belong to it, and how it answers when asked for more."""

    name: str
    arguments: tuple[Argument, ...] = ()
    wants: Wants = lambda _: False
    answer: Answer | None = None
    last: bool = False  # nothing may follow its answer in the clear (STARTTLS)
    ends: bool = False  # the server says BYE as part of it (LOGOUT)


@dataclass(slots=True)
class _Running:
    tag: str
    command: Command
    finished: asyncio.Future[Status]
    pieces: list[bytes] = field(default_factory=list)
    taken: list[Response] = field(default_factory=list)
    idling: asyncio.Future[None] | None = None
    pushed: asyncio.Future[None] | None = None


class Connection(asyncio.Protocol):
    """The transport's protocol and the engine behind it; `on_response` gets what belongs to no command."""

    def __init__(
        self, *, silence: timedelta, on_response: Callable[[Response], bool], literal_cap: int = LITERAL_CAP
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._silence = silence.total_seconds()
        self._on_response = on_response
        self._literal_cap = literal_cap
        self._decoder = Decoder(literal_cap=literal_cap)
        self._transport: asyncio.Transport | None = None
        self._lock = asyncio.Lock()
        self._running: _Running | None = None
        self._lost: ImapError | None = None
        self._sealed = False
        self._count = 0
        self._heard = 0.0
        self._unsent = 0
        self.greeting: asyncio.Future[Status] = self._loop.create_future()
        self.gone: asyncio.Future[None] = self._loop.create_future()
        self.capabilities: frozenset[str] = frozenset()

    # -- what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport and let the kernel notice a dead peer."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - asyncio gives nothing else to a TCP protocol
        self._transport = transport
        _keep_alive(transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        """Hand every complete response to whom it belongs."""
        self._watch_from_now()
        try:
            self._feed(data)
        except ProtocolError as error:
            self.abort(error)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        self.abort(ConnectionLost(f"the connection broke: {exc}" if exc else "the server closed the connection"))
        _settle(self.gone)

    # -- what the client calls

    @property
    def lost(self) -> ImapError | None:
        """Why this connection cannot be used any more, or None."""
        return self._lost

    def abort(self, error: ImapError) -> None:
        """End the connection without a word; the first reason given is the one that is told."""
        if self._lost is not None:
            return
        self._lost = error
        if self._transport is not None:
            transports.abort(self._transport)
        else:
            _settle(self.gone)
        waiting = [self.greeting, *([self._running.finished] if self._running else [])]
        for future in waiting:
            if not future.done():
                future.set_exception(error)
                future.exception()  # retrieved: nobody may be waiting for it

    async def run(self, command: Command) -> tuple[Status, list[Response]]:
        """Run a command and return its tagged answer with the responses it wanted."""
        async with self._lock, self._exchange(command) as running:
            self._watch_from_now()
            watch = self._loop.call_later(self._silence, self._watch, running)
            try:
                self._send(running)
                status = await running.finished
            finally:
                watch.cancel()
            return status, running.taken

    async def idle(self, limit: timedelta, wake: asyncio.Event | None) -> Status | None:
        """Run one IDLE round (RFC 2177), ended by a push, `wake` or `limit`; None when woken before it began."""
        async with self._lock:
            if wake is not None and wake.is_set():
                return None
            async with self._exchange(Command("IDLE")) as running:
                running.idling = idling = self._loop.create_future()
                running.pushed = pushed = self._loop.create_future()
                self._send(running)
                if await self._soon(running, idling, "the server did not answer IDLE"):
                    await self._pushed(running, pushed, limit, wake)
                    if not running.finished.done():
                        self._write(b"DONE\r\n")
                await self._soon(running, None, "the server did not answer DONE")
                return running.finished.result()

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Encrypt the connection after the server agreed to STARTTLS (RFC 9051 section 6.2.1)."""
        if self._lost is not None:
            raise self._lost
        transport = self._transport
        assert transport is not None  # noqa: S101 - STARTTLS was just answered on it
        self._sealed = False
        self._decoder = Decoder(literal_cap=self._literal_cap)
        self.capabilities = frozenset()  # what was said in the clear does not count
        try:
            self._transport = await self._loop.start_tls(
                transport, self, context, server_hostname=host, ssl_handshake_timeout=self._silence
            )
        except BaseException:
            self.abort(ConnectionLost("the connection could not be encrypted"))
            _settle(self.gone)  # asyncio tells the protocol nothing about a handshake that failed
            raise

    async def aclose(self) -> None:
        """End the connection at once and wait until it is gone."""
        self.abort(ConnectionLost("the connection was closed by us"))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await asyncio.shield(self.gone)

    # -- one exchange

    @contextlib.asynccontextmanager
    async def _exchange(self, command: Command) -> AsyncIterator[_Running]:
        if self._lost is not None:
            raise self._lost.with_traceback(None)
        self._count += 1
        tag = f"R{self._count}"
        pieces = list(encode(tag, command.name, command.arguments, self.capabilities))
        self._running = _Running(tag, command, self._loop.create_future(), pieces)
        try:
            yield self._running
        except BaseException:
            # Its answer may still come: a connection in that state would hand it to the next command.
            self.abort(ConnectionLost(f"{command.name} was given up"))
            raise
        finally:
            self._running = None

    def _send(self, running: _Running) -> None:
        self._write(running.pieces.pop(0))

    def _write(self, data: bytes) -> None:
        if self._transport is not None and self._lost is None:
            self._transport.write(data)
            self._unsent = self._transport.get_write_buffer_size()

    def _watch_from_now(self) -> None:
        self._heard = self._loop.time()

    def _watch(self, running: _Running) -> None:
        """Abort when nothing was heard for the timeout; bytes that left us count, for a large mail takes its time."""
        if self._running is not running or running.finished.done() or self._transport is None:
            return
        unsent = self._transport.get_write_buffer_size()
        if unsent < self._unsent:
            self._watch_from_now()
        self._unsent = unsent
        left = self._heard + self._silence - self._loop.time()
        if left <= 0:
            self.abort(Silence(f"the server said nothing for {self._silence:g} s during {running.command.name}"))
            return
        self._loop.call_later(max(left, 0.01), self._watch, running)

    async def _soon(self, running: _Running, other: asyncio.Future[None] | None, otherwise: str) -> bool:
        """Wait for the tagged answer, or for `other` before it; return whether it was `other`."""
        waits: set[asyncio.Future[Status] | asyncio.Future[None]] = {running.finished}
        if other is not None:
            waits.add(other)
        limit = min(IDLE_ANSWER.total_seconds(), self._silence)
        done, _ = await asyncio.wait(waits, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            self.abort(Silence(f"{otherwise} within {limit:g} s"))
        return not running.finished.done()

    async def _pushed(
        self, running: _Running, pushed: asyncio.Future[None], limit: timedelta, wake: asyncio.Event | None
    ) -> None:
        async def woken() -> None:
            if wake is not None:
                await wake.wait()
                _settle(pushed)

        async with asyncio.TaskGroup() as group:
            waker = group.create_task(woken())
            waits: set[asyncio.Future[Status] | asyncio.Future[None]] = {running.finished, pushed}
            await asyncio.wait(waits, timeout=limit.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
            waker.cancel()

    # -- what the server says

    def _feed(self, data: bytes) -> None:
        for response in self._decoder.feed(data):
            self._received(response)
            if self.lost is not None:
                return
        if self._sealed and self._decoder.pending:
            raise ProtocolError("the server sent more after its answer to STARTTLS")

    def _received(self, response: Response) -> None:
        if self._sealed:
            raise ProtocolError("the server sent more after its answer to STARTTLS")
        if isinstance(response, Continuation):
            self._asked(response.text)
        elif isinstance(response, Status) and response.tag is not None:
            self._answered(response)
        elif not self.greeting.done():
            self._greeted(response)
        elif isinstance(response, Status) and response.condition == "BYE" and not self._ending():
            self.abort(_farewell(response))
        else:
            self._told(response)

    def _ending(self) -> bool:
        return self._running is not None and self._running.command.ends

    def _greeted(self, response: Response) -> None:
        if not isinstance(response, Status) or response.condition not in {"OK", "PREAUTH", "BYE"}:
            raise ProtocolError("the server's first words are no IMAP greeting")
        if response.condition == "BYE":
            self.abort(_farewell(response))
            return
        self.greeting.set_result(response)

    def _asked(self, text: bytes) -> None:
        running = self._running
        if running is None:
            raise ProtocolError("the server asked for more when nothing was sent")
        if running.pieces:
            self._send(running)
        elif running.command.answer is not None:
            self._write(running.command.answer(text) + b"\r\n")
        elif running.idling is not None and not running.idling.done():
            running.idling.set_result(None)
        else:
            raise ProtocolError(f"the server asked for more of {running.command.name}")

    def _answered(self, status: Status) -> None:
        running = self._running
        if running is None or running.tag != status.tag or running.finished.done():
            raise ProtocolError(f"the server answered a command that was not given: {status.text!r}")
        self._sealed = running.command.last and status.condition == "OK"
        running.finished.set_result(status)

    def _told(self, response: Response) -> None:
        running = self._running
        if running is not None and not running.finished.done() and running.command.wants(response):
            running.taken.append(response)
            return
        is_push = self._on_response(response)
        if is_push and running is not None and running.pushed is not None:
            _settle(running.pushed)


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _farewell(bye: Status) -> ImapError:
    words = bye.text or "goodbye"
    return ServerBusy(words) if is_busy(bye) else ConnectionLost(f"the server said goodbye: {words}")


def _keep_alive(sock: socket.socket | None) -> None:
    if sock is None:
        return
    options = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4, "TCP_USER_TIMEOUT": USER_TIMEOUT_MS}
    with contextlib.suppress(OSError):  # not a TCP socket in a test, or a kernel without it
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in options.items():
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
