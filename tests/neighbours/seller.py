"""
A seller for stories: mailboxes on a private Dovecot, a submission server, a configuration, and the real daemon process.

The daemon's clock is a file that the story moves by hand; a wait ends with what it waits for, or fails after a limit.
"""

import contextlib
import imaplib
import io
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import pytest
from neighbours.dovecot import Dovecot
from neighbours.smtp import Accepted, Mailhost

from responder.cli.main import run

T = TypeVar("T")
LIMIT = 60.0  # seconds; a wait ends with what it waits for, so only a failure takes this long
FROM = "service@example.com"
OPERATOR = "owner@example.com"

_CONFIG = """\
dry_run: false
timezone: Europe/Paris
state: {state}
operator:
  email: owner@example.com
  digest: {{at: "07:30", days: all}}
  warn_before: [6h, 2h]
working_hours:
  days: [mon, tue, wed, thu, fri]
  hours: ["09:00-12:30", "13:30-18:00"]
  holidays: {{country: FR, subdivision: null, calendars: []}}
accounts:
{accounts}
"""

_ACCOUNT = """\
  - name: {name}
    seller: {{name: Maison Exemple, marketplaces: [amazon.fr, amazon.de, amazon.it, amazon.com.br]}}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap:
      {{host: localhost, port: {imap}, ca_file: {ca}, username: {user}, password: {{env: SELLER_PASSWORD}}}}
    smtp:
      {{host: 127.0.0.1, port: {smtp}, security: none, username: seller, password: {{env: SELLER_PASSWORD}}}}
"""


def until(check: Callable[[], T], what: str, limit: float = LIMIT, *, every: float = 0.05) -> T:
    """Return the first true result of `check`; fails, naming `what` was waited for, after `limit` seconds."""
    end = time.perf_counter() + limit
    while time.perf_counter() < end:
        found = check()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"not within {limit} s: {what}")


class Seller:
    """One seller and everything around; `users` are the mailboxes, one account each."""

    def __init__(
        self,
        folder: Path,
        dovecot: Dovecot,
        mailhost: Mailhost,
        start: datetime,
        *,
        users: Sequence[str] = ("seller",),
        state: str = "sqlite:///state.db",
    ) -> None:
        self.folder = folder
        self.dovecot = dovecot
        self.mailhost = mailhost
        self.users = tuple(users)
        self._clock = folder / "clock"
        self._process: subprocess.Popen[bytes] | None = None
        self._log_starts = 0
        self.config = folder / "config.yaml"
        self.write_config(state)
        self.move_to(start)

    def write_config(self, state: str = "sqlite:///state.db") -> None:
        """Write the configuration, one account per user, all on the same servers."""
        ports = {"imap": self.dovecot.imaps, "smtp": self.mailhost.port, "ca": self.dovecot.ca_file}
        accounts = "".join(_ACCOUNT.format(name=f"account-{user}", user=user, **ports) for user in self.users)
        self.config.write_text(_CONFIG.format(state=state, accounts=accounts))

    def configure(self, old: str, new: str) -> None:
        """Change the configuration; it counts from the next start."""
        text = self.config.read_text()
        assert old in text, f"{old!r} is not in the configuration"
        self.config.write_text(text.replace(old, new))

    @property
    def now(self) -> datetime:
        """The story's instant."""
        return datetime.fromisoformat(self._clock.read_text()).astimezone(UTC)

    def move_to(self, at: datetime) -> None:
        """Move the daemon's clock; readers see the old instant or the new one, never half of it."""
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(at.astimezone(UTC).isoformat())
        fresh.replace(self._clock)

    def move_by(self, **length: float) -> None:
        """Move the daemon's clock forward."""
        self.move_to(self.now + timedelta(**length))

    @property
    def environment(self) -> dict[str, str]:
        """What the daemon and the commands run with."""
        password = self.dovecot.users[self.users[0]]
        return {**os.environ, "RESPONDER_CLOCK_FILE": str(self._clock), "SELLER_PASSWORD": password, "NO_COLOR": "1"}

    def command(self, *arguments: str, code: int = 0) -> str:
        """Run a command as a user would, and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "responder", "-c", str(self.config), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """Run a command with --json and return its objects; in this process, since a wait asks again and again."""
        printed = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
            for name, value in self.environment.items():
                patch.setenv(name, value)
            code = run(["-c", str(self.config), *arguments, "--json"])
        assert code == 0, f"{arguments} ended with {code}:\n{printed.getvalue()}"
        return [json.loads(line) for line in printed.getvalue().splitlines()]

    def start(self) -> None:
        """Start the daemon; it is watching when this returns."""
        self.launch()
        self.watching()

    def launch(self) -> None:
        """Start the daemon and do not wait for it."""
        self._log_starts = len(self.log())
        log = (self.folder / "daemon.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "responder", "-c", str(self.config), "run"],
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        """The daemon's process."""
        assert self._process is not None
        return self._process.pid

    def watching(self) -> None:
        """Return when every inbox is caught up and idle."""

        def idle() -> bool:
            self._alive()
            if '"event": "started"' not in self.log()[self._log_starts :]:
                return False  # what the state says may be the last word of a process that was killed
            accounts = self.status()["accounts"]
            return len(accounts) == len(self.users) and all(account["imap"]["idle"] for account in accounts)

        until(idle, "the daemon watches its mailboxes")

    def _alive(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError(f"the daemon ended with {self._process.returncode}:\n{self.log()}")

    def log(self) -> str:
        """What the daemon wrote."""
        file = self.folder / "daemon.log"
        return file.read_text() if file.exists() else ""

    def kill(self) -> None:
        """End the daemon as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        self.died()

    def died(self) -> None:
        """Return when the daemon is gone."""
        assert self._process is not None
        self._process.wait(LIMIT)
        self._process = None

    def stop(self) -> int:
        """Ask the daemon to end, and return its exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            code = self._process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"the daemon did not stop:\n{self.log()}") from None
        self._process = None
        return code

    def receive(self, raw: bytes, at: datetime | None = None, *, user: str | None = None) -> None:
        """Put a mail into the inbox as if it had arrived `at` (now, where nothing is said)."""
        self.dovecot.append(user or self.users[0], "INBOX", raw, internaldate=at or self.now)

    def answer(self, raw: bytes, at: datetime | None = None, *, user: str | None = None) -> None:
        """Put a mail into the Sent folder, as a mail program does."""
        self.dovecot.append(user or self.users[0], "Sent", raw, internaldate=at or self.now, flags=["\\Seen"])

    def flags(self, uid: int, user: str | None = None) -> set[str]:
        """Return the flags the server shows for a mail of the inbox."""
        with self.dovecot.login(user or self.users[0]) as imap:
            imap.select("INBOX", readonly=True)
            _, answer = imap.uid("FETCH", str(uid), "(FLAGS)")
            return {flag.decode() for flag in imaplib.ParseFlags(answer[0])} if answer and answer[0] else set()

    def set_flag(self, uid: int, flag: str, user: str | None = None) -> None:
        """Set a flag as a mail program does."""
        with self.dovecot.login(user or self.users[0]) as imap:
            imap.select("INBOX")
            assert imap.uid("STORE", str(uid), "+FLAGS", f"({flag})")[0] == "OK"

    @contextlib.contextmanager
    def state(self) -> Iterator[sqlite3.Connection]:
        """Look into the state file beside the daemon, without being able to change it."""
        with contextlib.closing(sqlite3.connect(f"file:{self.folder / 'state.db'}?mode=ro", uri=True)) as conn:
            yield conn

    def sound(self) -> None:
        """Assert that the state file is whole and that `status` can read it."""
        with self.state() as conn:
            assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        assert self.status()["accounts"]

    def status(self) -> dict[str, Any]:
        """Return `status --json`."""
        return self.rows("status")[0]

    def threads(self, count: int = 1, **wanted: Any) -> list[dict[str, Any]]:
        """Return the threads once there are `count` whose fields are as `wanted`."""

        def found() -> list[dict[str, Any]]:
            self._alive()
            rows = [row for row in self.rows("threads") if all(row[key] == value for key, value in wanted.items())]
            return rows if len(rows) >= count else []

        return until(found, f"{count} threads with {wanted}")

    def outbox(self, count: int = 1, **wanted: Any) -> list[dict[str, Any]]:
        """Return the outbox rows once there are `count` whose fields are as `wanted`."""

        def found() -> list[dict[str, Any]]:
            rows = [row for row in self.rows("outbox") if all(row[key] == value for key, value in wanted.items())]
            return rows if len(rows) >= count else []

        return until(found, f"{count} outbox rows with {wanted}")

    def settled(self) -> None:
        """Return when nothing is due: no backlog, and no mail that waits for this instant."""

        def quiet() -> bool:
            self._alive()
            status = self.status()
            busy = any(account["backlog"] or not account["imap"]["idle"] for account in status["accounts"])
            due = status["next_due_at"]
            return (
                not busy
                and not status["outbox"].get("sending")
                and (due is None or datetime.fromisoformat(due) > self.now)
            )

        until(quiet, "nothing is due")

    def sent_to(self, address: str) -> list[EmailMessage]:
        """Return the mails the submission server accepted for an address."""
        return [_parsed(mail) for mail in list(self.mailhost.accepted) if address in mail.recipients]

    def acknowledgements(self) -> list[EmailMessage]:
        """Return the acknowledgements the submission server accepted."""
        return [_parsed(mail) for mail in list(self.mailhost.accepted) if "@marketplace." in mail.recipients[0]]


def _parsed(mail: Accepted) -> EmailMessage:
    parsed = message_from_bytes(mail.data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def text_of(mail: EmailMessage) -> str:
    """Return a mail's plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return re.sub(r"\r\n", "\n", body.get_content())
