"""
A private Dovecot 2.3 on loopback: LMTP in, IMAP out, its own certificate, gone with the test.

Runs as root (its workers become `mail`) or as anybody else.
"""

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Self

AVAILABLE = shutil.which("dovecot") is not None and shutil.which("openssl") is not None
NEEDED = "Debian's dovecot-imapd, dovecot-lmtpd and openssl are needed: apt install dovecot-imapd dovecot-lmtpd openssl"

# Dovecot wants every `{` at the end of its line. It never pushes faster than 0.5 s. The poll of 1 s stands in for
# inotify, of which a user has 128 instances.
_CONFIG = """\
base_dir = {run}
state_dir = {base}/state
log_path = {base}/dovecot.log
instance_name = test-{imap}
protocols = imap lmtp
listen = 127.0.0.1
first_valid_uid = 1
first_valid_gid = 1
{identity}
auth_failure_delay = 0
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %Ln
ssl = yes
ssl_cert = <{base}/cert.pem
ssl_key = <{base}/key.pem
mail_location = maildir:{base}/mail/%u
mail_fsync = never
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    {special_use}
    auto = subscribe
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
  service_count = 0
  process_min_avail = 1
  {no_chroot}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
  process_min_avail = 1
  {service_user}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
service anvil {{
  {no_chroot}
}}
service auth {{
  {service_user}
}}
service auth-worker {{
  {service_user}
}}
recipient_delimiter = +
hostname = mx.example.net
postmaster_address = postmaster@example.net
protocol imap {{
  mail_max_userip_connections = 1000
  mailbox_idle_check_interval = 1 secs
}}
{extra}
"""


class Dovecot:
    """One server; `users` maps names to passwords. Mail for `name@anything` is `name`'s."""

    def __init__(
        self, base: Path, users: Mapping[str, str] | None = None, *, special_use: bool = True, extra: str = ""
    ) -> None:
        self.base = base
        self.users = dict(users or {"seller": "secret"})
        self.special_use = special_use
        self.extra = extra
        self.imap, self.imaps, self.lmtp = _free_ports(3)
        self._run: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def ca_file(self) -> Path:
        """The certificate, which is its own authority, for `localhost` and `127.0.0.1`."""
        return self.base / "cert.pem"

    def start(self, limit: float = 10) -> Self:
        """Start and return when the server greets."""
        config = self._prepare()
        stderr = (self.base / "stderr.log").open("wb")
        with stderr:
            self._process = subprocess.Popen(
                [_dovecot(), "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True
            )
        end = time.perf_counter() + limit
        while time.perf_counter() < end:
            if self._process.poll() is not None:
                raise RuntimeError((self.base / "stderr.log").read_text())
            if _greets(self.imap):
                return self
            time.sleep(0.01)
        raise TimeoutError("dovecot did not answer")

    def stop(self) -> None:
        """Stop the server and end all its sessions."""
        self._end()
        if self._run is not None:
            shutil.rmtree(self._run, ignore_errors=True)
            self._run = None

    def _end(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)  # the master alone would leave sessions in IDLE behind
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def restart(self) -> None:
        """Stop and start on the same ports with the same mail."""
        self.stop()
        self.start()

    def deliver(self, user: str, raw: bytes, sender: str = "sender@example.com") -> None:
        """Deliver a mail by LMTP; it is in the inbox when this returns."""
        with smtplib.LMTP("127.0.0.1", self.lmtp, timeout=10) as lmtp:
            lmtp.sendmail(sender, [user], raw)

    def append(
        self,
        user: str,
        folder: str,
        raw: bytes,
        *,
        internaldate: datetime | None = None,
        flags: Iterable[str] = (),
    ) -> None:
        """Put a mail into a folder, as the user's mail program does with what it sent."""
        with self.login(user) as imap:
            date = imaplib.Time2Internaldate(internaldate) if internaldate else ""
            answer, text = imap.append(f'"{folder}"', f"({' '.join(flags)})", date, raw)
            assert answer == "OK", text

    def fill(self, user: str, mails: Iterable[tuple[bytes, datetime]]) -> None:
        """Put mails with their INTERNALDATE straight into the inbox's folder, in this order: thousands in a second."""
        box = self.base / "mail" / user
        names = [box, *(box / name for name in ("cur", "new", "tmp"))]
        for folder in names:
            folder.mkdir(exist_ok=True)
        numbers = (int(file.name.partition(".")[0]) for file in (box / "cur").iterdir())
        first = max([2_000_000_000, *numbers]) + 1
        files = []
        for number, (raw, at) in enumerate(mails, first):  # UIDs follow the number, INTERNALDATE the file's time
            file = box / "cur" / f"{number}.M0P1.example:2,"
            file.write_bytes(raw)
            os.utime(file, (at.timestamp(), at.timestamp()))
            files.append(file)
        if os.geteuid() == 0:
            for path in [*names, *files]:
                shutil.chown(path, "mail", "mail")

    def login(self, user: str) -> imaplib.IMAP4:
        """Return an independent client that is logged in."""
        imap = imaplib.IMAP4("127.0.0.1", self.imap, timeout=10)
        imap.login(user, self.users[user])
        return imap

    def change_uidvalidity(self, user: str, folder: str = "INBOX") -> None:
        """Make the server forget all UIDs of a folder and count anew, as after a restored backup; it restarts."""
        box = self.base / "mail" / user
        if folder != "INBOX":
            box /= f".{folder}"
        self.stop()
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.log.2",
            "dovecot.index.cache",
        ):
            (box / name).unlink(missing_ok=True)
        self.start()

    def _prepare(self) -> Path:
        for folder in ("state", "mail", "home"):
            (self.base / folder).mkdir(parents=True, exist_ok=True)
        # A socket's path has room for 107 characters, and a test's folder may have more.
        self._run = self._run or Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._run.chmod(0o755)
        if not self.ca_file.exists():
            make_certificate(self.base / "cert.pem", self.base / "key.pem")
        lines = (f"{user}:{{PLAIN}}{password}::::::\n" for user, password in self.users.items())
        (self.base / "users").write_text("".join(lines))
        values = self._as_root() if os.geteuid() == 0 else _as_somebody()
        special_use = "special_use = \\Sent" if self.special_use else ""
        ports = {"imap": self.imap, "imaps": self.imaps, "lmtp": self.lmtp}
        text = _CONFIG.format(
            base=self.base, run=self._run, special_use=special_use, extra=self.extra, **ports, **values
        )
        config = self.base / "dovecot.conf"
        config.write_text(text)
        return config

    def _as_root(self) -> dict[str, str]:
        mail = pwd.getpwnam("mail")
        for folder in ("mail", "home"):
            os.chown(self.base / folder, mail.pw_uid, mail.pw_gid)
        for parent in (self.base, *self.base.parents):  # pytest makes its folders 0700, and the workers are `mail`
            if parent.stat().st_uid == 0 and parent != Path("/"):
                parent.chmod(parent.stat().st_mode | 0o011)
        identity = f"mail_uid = {mail.pw_uid}\nmail_gid = {mail.pw_gid}"
        uid, gid = str(mail.pw_uid), str(mail.pw_gid)
        return {"identity": identity, "uid": uid, "gid": gid, "no_chroot": "", "service_user": ""}


def _as_somebody() -> dict[str, str]:
    name, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    identity = f"default_internal_user = {name}\ndefault_internal_group = {group}\ndefault_login_user = {name}"
    uid, gid = str(os.geteuid()), str(os.getegid())
    return {"identity": identity, "uid": uid, "gid": gid, "no_chroot": "chroot =", "service_user": f"user = {name}"}


def make_certificate(certificate: Path, key: Path, host: str = "localhost") -> None:
    """Make a certificate that is its own authority."""
    names = f"subjectAltName=DNS:{host}" + (",IP:127.0.0.1" if host == "localhost" else "")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
    subject = ["-subj", f"/CN={host}", "-addext", names, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *curve, *subject], check=True, capture_output=True)


def _dovecot() -> str:
    return shutil.which("dovecot") or "/usr/sbin/dovecot"


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 0.5) as sock:
            sock.settimeout(5)
            return sock.recv(200).startswith(b"* OK")
    except OSError:
        return False
