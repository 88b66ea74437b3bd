"""
The text of PDFs, read in a process of its own that is replaced when a file is too much for it.

pypdf hangs and fills the memory on some broken files (tests/adapters/invoices shows both): here such a file costs a
few seconds, and gets the answer that it cannot be read.
"""

import contextlib
import os
import subprocess
import sys
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock, Timer
from typing import Self

from responder.adapters.invoices import exchange
from responder.core.invoice_text import Named, named

WORKER = "responder.adapters.invoices.worker"  # by name: the daemon itself never imports pypdf
SECONDS = 20
REMEMBERED = 20_000
STRIKES = 2
_KEPT = ("PYTHON", "LD_", "LC_", "LANG", "PATH", "VIRTUAL_ENV")
"""What of the environment is handed on: passwords may be in it, and the worker reads what others wrote."""


@dataclass(frozen=True, slots=True)
class NoText:
    """Why the text of a file is not known; `passing`: the file is not to blame, and is to be asked about again."""

    words: str
    passing: bool = False


class TextReader:
    """Reads PDFs, and remembers what was in them; for any thread, one at a time. `close` ends its process."""

    def __init__(self, seconds: int = SECONDS) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._known: OrderedDict[str, Named | NoText] = OrderedDict()
        self._strikes: dict[str, int] = {}
        self._used = False
        self._closed = False

    def numbers(self, content: bytes) -> Named | NoText:
        """Return which orders a PDF names, or why that cannot be told."""
        key = sha256(content).hexdigest()
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            found = self._read(key, content)
            if isinstance(found, Named) or not found.passing:
                self._known[key] = found
                if len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
            return found

    def _read(self, key: str, content: bytes) -> Named | NoText:
        if self._closed:
            return NoText("the daemon is ending", passing=True)
        self._used = True
        try:
            reply = self._ask(content)
        except OSError as error:
            return NoText(f"no process could be started to read it: {error.strerror}", passing=True)
        if reply is not None:
            words = reply.get("text")
            return NoText(reply.get("problem", "no text")) if words is None else named(words)
        # Somebody may have ended the process, or the machine slept: a file is to blame the second time.
        strikes = self._strikes[key] = self._strikes.get(key, 0) + 1
        if strikes < STRIKES:
            return NoText("it took too long to read; it is tried again", passing=True)
        del self._strikes[key]
        return NoText("it takes too long or too much memory to read: save it as a PDF again")

    def _ask(self, content: bytes) -> dict[str, str] | None:
        """Return the worker's answer; None when it ended over this file."""
        process = self._running()
        timer = Timer(self._seconds, process.kill)
        timer.daemon = True
        timer.start()
        reply = None
        try:
            reply = _exchange(process, content)
        finally:
            timer.cancel()
            if reply is None or "problem" in reply:  # what a bad file left behind is nothing for the next one
                self._end()
        return reply

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", WORKER, str(self._seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name.startswith(_KEPT)},
                start_new_session=True,  # Ctrl-C is for the daemon
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was still to be written to a process that is gone
                    pipe.close()
        process.wait()

    def rest(self) -> None:
        """End the process when nothing was read since the last call: it holds 50 MB that are seldom needed."""
        with self._lock:
            if not self._used:
                self._end()
            self._used = False

    def close(self) -> None:
        """End the process for good; a file that is being read is left unread."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _exchange(process: subprocess.Popen[bytes], content: bytes) -> dict[str, str] | None:
    """Hand a file over and return the answer; None when there is none."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("the worker has pipes")
    with contextlib.suppress(BrokenPipeError):  # it ended before it read all: its answer says nothing then
        exchange.send(process.stdin, content)
    return exchange.reply(process.stdout)
