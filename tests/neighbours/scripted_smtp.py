"""
An SMTP server that misbehaves as told: it runs in the test's own event loop and plays a script of faults.

What the script does not mention is answered as a good server would.
"""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from responder import transports

HOST = "127.0.0.1"
LARGEST_BODY = 2**26
EXTENSIONS = ("SIZE 50000000", "8BITMIME", "PIPELINING", "AUTH PLAIN LOGIN")


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection instead of answering."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Say that this point is reached, and answer only when told to."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Last:
    """Answer, and close the connection."""

    reply: bytes


# One action, or one for each time the step is reached; after the last of them the server behaves again.
Action = bytes | Drop | Wait | Last
Script = Mapping[str, Action | Sequence[Action]]

GOOD = {
    "GREETING": b"220 scripted ready\r\n",
    "AUTH": b"235 2.7.0 welcome\r\n",
    "MAIL": b"250 2.1.0 ok\r\n",
    "RCPT": b"250 2.1.5 ok\r\n",
    "DATA": b"354 go ahead\r\n",
    "BODY": b"250 2.0.0 queued\r\n",
    "RSET": b"250 2.0.0 reset\r\n",
    "NOOP": b"250 2.0.0 ok\r\n",
    "QUIT": b"221 2.0.0 bye\r\n",
    "STARTTLS": b"220 2.0.0 go ahead\r\n",
}


class ScriptedSmtp:
    """
    Steps are GREETING, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, BODY (the reply to the final dot), RSET and QUIT.

    READ, with a Wait, leaves the body unread after the 354.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        extensions: Sequence[str] = EXTENSIONS,
        tls: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self._script = {
            step: iter([actions] if isinstance(actions, bytes | Drop | Wait | Last) else list(actions))
            for step, actions in (script or {}).items()
        }
        self._extensions = extensions
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = port
        self.lines: list[bytes] = []  # every command line, of every connection
        self.mails: list[bytes] = []  # every body that was complete, as it came over the wire
        self.connections = 0
        self.ended = asyncio.Condition()
        self.open = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, HOST, self.port, ssl=self._tls, limit=LARGEST_BODY)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def said(self, verb: str) -> list[bytes]:
        """Return the command lines that begin with `verb`."""
        return [line for line in self.lines if line.upper().startswith(verb.encode())]

    async def all_gone(self) -> None:
        """Return when no client is connected any more; fails after five seconds."""
        async with self.ended, asyncio.timeout(5):
            await self.ended.wait_for(lambda: self.open == 0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open += 1
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        finally:
            transports.abort(writer.transport)
            self._tasks.discard(task)
            async with self.ended:
                self.open -= 1
                self.ended.notify_all()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        step = "GREETING"
        while True:
            reply = await self._play(step, writer)
            if reply is None:
                return
            if step == "DATA" and reply.startswith(b"354"):
                await self._linger()
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                step = "BODY"
                continue
            if step == "QUIT":
                return
            line = await reader.readline()
            if not line:
                return
            self.lines.append(line.rstrip(b"\r\n"))
            step = line.decode("ascii", "replace").split(" ")[0].strip().upper()

    async def _linger(self) -> None:
        """Leave the body unread for as long as the script wants."""
        action = next(self._script.get("READ", iter(())), None)
        if isinstance(action, Wait):
            action.reached.set()
            await action.go.wait()

    async def _play(self, step: str, writer: asyncio.StreamWriter) -> bytes | None:
        """Answer at this step; return None when the connection is over."""
        action = next(self._script.get(step, iter(())), None)
        if isinstance(action, Wait):
            action.reached.set()
            await action.go.wait()
            action = None
        if isinstance(action, Drop):
            return None
        reply = action.reply if isinstance(action, Last) else (action or self._good(step))
        writer.write(reply)
        await writer.drain()
        if isinstance(action, Last):
            writer.write_eof() if writer.can_write_eof() else writer.close()
            return None
        return reply

    def _good(self, step: str) -> bytes:
        if step == "EHLO":
            *most, last = ("scripted", *self._extensions)
            return "".join([*(f"250-{word}\r\n" for word in most), f"250 {last}\r\n"]).encode("ascii")
        return GOOD.get(step, b"502 5.5.1 what?\r\n")
