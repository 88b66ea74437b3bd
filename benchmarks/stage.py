"""
What the benchmark stands on: a Dovecot with vacation scripts, a mail server that notes when it accepted what, the
daemon and the hand-written watcher as processes of their own, and a second pair of eyes on Dovecot's push.

The servers are those of the tests: tests/ is put on the import path.
"""

import contextlib
import json
import os
import shutil
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, Self

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from aiosmtpd.smtp import SMTP, Envelope, Session
from mail.builders import buyer_message
from neighbours.dovecot import AVAILABLE, NEEDED, Dovecot
from neighbours.smtp import Mailhost

from responder.adapters.clock import SystemClock

__all__ = ["AVAILABLE", "NEEDED", "PIGEONHOLE"]

PASSWORD = "secret"  # noqa: S105 - of a server that lives as long as the benchmark
LIMIT = 60.0
PIGEONHOLE = shutil.which("sievec") is not None

_SIEVE = """\
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
}}
plugin {{
  sieve = file:{scripts}/%u.sieve
}}
submission_host = 127.0.0.1:{smtp}
"""

_VACATION = """\
require "vacation";
vacation :days 1 :addresses "service@example.com" :from "Maison Exemple <service@example.com>"
"Thank you for your message. Nobody is here today; we will be back on the next working day.";
"""

_CONFIG = """\
dry_run: false
timezone: UTC
state: sqlite:///state.db
operator: {{email: owner@example.com, digest: {{at: "{digest}", days: all}}}}
working_hours: {{days: [{days}], hours: ["09:00-18:00"], holidays: {{country: null}}}}
acknowledgements: {{when: [weekend], delay: 0s}}
limits: {{acknowledgements_per_hour: 100000, per_buyer_per_day: 100}}
log: {{format: json, level: info}}
accounts:
  - name: main
    seller: {{name: Maison Exemple, marketplaces: [amazon.fr]}}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {{host: localhost, port: {imap}, username: {user}, password: {{env: SELLER_PASSWORD}}, ca_file: {ca}}}
    smtp: {{host: 127.0.0.1, port: {smtp}, security: none, username: seller, password: {{env: SELLER_PASSWORD}}}}
"""


class Post(Mailhost):
    """A mail server for all three: it offers a login, demands none, and notes the instant of every acceptance."""

    def __init__(self) -> None:
        super().__init__(users={"seller": PASSWORD})
        self.accepted_at: dict[str, float] = {}
        self._news = threading.Condition()

    def __enter__(self) -> Self:
        super().__enter__()
        # asyncio does not set it on this socket, and aiosmtpd's EHLO reply of several writes would wait 40 ms (Nagle).
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what it accepts inherits it
        return self

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take every sender: neither of the peers logs in."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Note when a mail was accepted for whom; the mail itself is not kept."""
        with self._news:
            self.accepted_at.setdefault(envelope.rcpt_tos[0], time.perf_counter())
            self._news.notify_all()
        return "250 2.0.0 accepted"

    def wait(self, buyers: Sequence[str]) -> list[float]:
        """Return when each buyer's acknowledgement was accepted, once all are; fails when LIMIT passes without one."""
        with self._news:
            while missing := [buyer for buyer in buyers if buyer not in self.accepted_at]:
                if not self._news.wait(LIMIT):
                    raise TimeoutError(f"{len(missing)} of {len(buyers)} not acknowledged, the first is {missing[0]}")
            return [self.accepted_at[buyer] for buyer in buyers]

    def wait_any(self, buyers: Sequence[str]) -> float:
        """Return when the first of these acknowledgements was accepted."""
        with self._news:
            while not (known := [self.accepted_at[buyer] for buyer in buyers if buyer in self.accepted_at]):
                if not self._news.wait(LIMIT):
                    raise TimeoutError("nothing was acknowledged")
            return min(known)


@dataclass(frozen=True, slots=True)
class Buyer:
    """One buyer with one message."""

    address: str
    raw: bytes


def buyers(name: str, count: int) -> list[Buyer]:
    """Return so many buyers with an order and a message each."""
    now = SystemClock().now()

    def made(number: int) -> Buyer:
        alias = f"{name}{number:06d}"
        order = f"171-{number:07d}-{sum(map(ord, name)):07d}"
        return Buyer(f"{alias}@marketplace.amazon.fr", buyer_message(alias=alias, order_id=order, sent_at=now))

    return [made(number) for number in range(count)]


@contextlib.contextmanager
def dovecot(folder: Path, post: Post, users: Sequence[str], vacationers: Sequence[str]) -> Iterator[Dovecot]:
    """A Dovecot in which the vacationers' mail is answered by Pigeonhole, where that is installed."""
    scripts = folder / "sieve"
    scripts.mkdir()
    extra = _SIEVE.format(scripts=scripts, smtp=post.port) if PIGEONHOLE else ""
    server = Dovecot(folder / "dovecot", users=dict.fromkeys([*users, *vacationers], PASSWORD), extra=extra)
    for user in vacationers:
        (scripts / f"{user}.sieve").write_text(_VACATION)
    if os.geteuid() == 0:  # the compiled script is kept beside it
        shutil.chown(scripts, "mail", "mail")
    with server:
        yield server


class Letterbox:
    """One LMTP connection."""

    def __init__(self, server: Dovecot) -> None:
        self._lmtp = smtplib.LMTP("127.0.0.1", server.lmtp, timeout=LIMIT)
        self._lmtp.ehlo()

    def deliver(self, user: str, buyer: Buyer) -> tuple[float, float]:
        """Deliver a message; return when its final dot was sent, and when the server said that it is delivered."""
        lmtp = self._lmtp
        assert lmtp.mail(buyer.address)[0] == 250
        assert lmtp.rcpt(f"{user}@example.com")[0] == 250
        assert lmtp.docmd("DATA")[0] == 354
        lmtp.send(buyer.raw.rstrip(b"\r\n") + b"\r\n.\r\n")  # the builder's mails have no line that begins with a dot
        dot_at = time.perf_counter()
        code, text = lmtp.getreply()
        assert code == 250, text
        return dot_at, time.perf_counter()

    def close(self) -> None:
        """End the connection."""
        self._lmtp.quit()


class Observer:
    """A raw IMAP connection in IDLE that notes when Dovecot pushes: what no client can be faster than."""

    def __init__(self, server: Dovecot, user: str) -> None:
        self._imap = server.login(user)
        self._imap.select("INBOX", readonly=True)
        self._imap.send(b"observe IDLE\r\n")
        assert self._imap.readline().startswith(b"+")
        self.pushed_at: list[float] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        self._imap.sock.settimeout(None)
        with contextlib.suppress(OSError, ValueError):
            while line := self._imap.readline():
                if line.rstrip().endswith(b"EXISTS"):
                    self.pushed_at.append(time.perf_counter())

    def close(self) -> None:
        """End the connection."""
        with contextlib.suppress(OSError):
            self._imap.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._imap.file.close()
        self._imap.sock.close()


def until(check: Callable[[], bool], what: str) -> None:
    """Return when `check` holds; fails, naming `what` was waited for, when LIMIT has passed."""
    end = time.perf_counter() + LIMIT
    while not check():
        if time.perf_counter() > end:
            raise TimeoutError(f"not within {LIMIT:.0f} s: {what}")
        time.sleep(0.1)


class Program:
    """A contender in a process of its own."""

    def __init__(self, arguments: Sequence[str], folder: Path) -> None:
        self.log = folder / "log"
        self._env = {**os.environ, "SELLER_PASSWORD": PASSWORD}
        self._env.pop("RESPONDER_CLOCK_FILE", None)
        self._arguments = [sys.executable, *arguments]
        self._folder = folder

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._arguments, env=self._env, cwd=self._folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def watching(self) -> bool:
        """Return whether it waits for new mail."""
        self.alive()
        return "watching" in self.log.read_text()

    def alive(self) -> None:
        """Fail if it has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(f"{self._arguments} ended:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._process.terminate()
        self._process.wait(30)

    @property
    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Resident memory now, in MB."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


class Daemon(Program):
    """The real `responder run`: TLS verified, SQLite state synced to disk, today a weekend by its calendar."""

    def __init__(self, folder: Path, server: Dovecot, post: Post, user: str) -> None:
        folder.mkdir()
        now = SystemClock().now().astimezone(UTC)
        names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        working = [names[(now.weekday() + step) % 7] for step in (2, 3, 4, 5)]  # neither today nor the days beside it
        self._config = folder / "config.yaml"
        values: dict[str, Any] = {"imap": server.imaps, "smtp": post.port, "ca": server.ca_file, "user": user}
        digest = (now + timedelta(hours=12)).strftime("%H:%M")
        self._config.write_text(_CONFIG.format(days=", ".join(working), digest=digest, **values))
        super().__init__(["-m", "responder", "-c", str(self._config), "run"], folder)

    def watching(self) -> bool:
        """Return whether it has caught up and waits for new mail."""
        self.alive()
        command = [sys.executable, "-m", "responder", "-c", str(self._config), "status", "--json"]
        done = subprocess.run(command, env=self._env, capture_output=True, timeout=LIMIT, check=False)
        if done.returncode not in {0, 1}:
            return False
        accounts = json.loads(done.stdout or b'{"accounts": []}')["accounts"]
        return bool(accounts) and all(account["imap"]["idle"] and not account["backlog"] for account in accounts)


class Watcher(Program):
    """The hand-written loop on aioimaplib."""

    def __init__(self, folder: Path, server: Dovecot, post: Post, user: str) -> None:
        folder.mkdir()
        script = Path(__file__).resolve().parent / "watcher.py"
        super().__init__([str(script), user, str(server.imaps), str(post.port), str(server.ca_file)], folder)
