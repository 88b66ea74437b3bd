"""
The seller's mail program: Debian's neomutt at a pseudo-terminal, typing what a person would type, gone after each task.

It is a client of its own: it reads over IMAP with TLS, sends through the submission server, puts its copy into the Sent
folder and its flags on the server, and knows nothing of the daemon.
"""

import os
import pty
import select
import shutil
import subprocess
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from neighbours.dovecot import Dovecot
from neighbours.smtp import Mailhost

AVAILABLE = shutil.which("neomutt") is not None
NEEDED = "Debian's neomutt is needed: apt install neomutt"
LIMIT = 20.0

# Every question it would ask is answered here; what it still asks would keep it waiting until the limit.
_RC = """\
set folder="imaps://{user}@localhost:{imaps}/" spoolfile="+INBOX"
set imap_pass="{password}" smtp_pass="{password}"
set smtp_url="smtp://seller@127.0.0.1:{smtp}/" smtp_authenticators="plain"
set ssl_force_tls=no ssl_starttls=no ssl_ca_certificates_file="{ca}"
set realname="Maison Exemple" from="service@example.com" hostname="example.com"
set use_envelope_from=yes envelope_from_address="service@example.com" send_charset="utf-8"
set editor="{editor}" edit_headers=no autoedit=no fast_reply=yes include=yes reply_to=yes abort_unmodified=no
set confirmappend=no confirmcreate=no delete=yes quit=yes move=no postpone=no wait_key=no print=no mark_old=no
set sort=mailbox-order sleep_time=0 beep=no help=no header_cache="" message_cachedir="" tmpdir="{folder}"
{copy}
"""


class NeoMutt:
    """One person at one mailbox; `keep_copy=False` is a program that keeps no copy of what it sends."""

    def __init__(
        self, folder: Path, dovecot: Dovecot, mailhost: Mailhost, *, user: str = "seller", keep_copy: bool = True
    ) -> None:
        self._folder = folder
        self._mailhost = mailhost
        folder.mkdir()
        self._text = folder / "answer.txt"
        editor = folder / "editor"  # a person writes above the quotation
        editor.write_text(f'#!/bin/sh\ncat "{self._text}" "$1" >"$1.new" && mv "$1.new" "$1"\n')
        editor.chmod(0o700)
        self._rc = folder / "neomuttrc"
        self._rc.write_text(
            _RC.format(
                user=user,
                password=dovecot.users[user],
                imaps=dovecot.imaps,
                smtp=mailhost.port,
                ca=dovecot.ca_file,
                editor=editor,
                folder=folder,
                copy='set copy=yes record="+Sent"' if keep_copy else "set copy=no\nunset record",
            )
        )

    def reply(self, question: str, text: str = "Bonjour, votre colis part demain.") -> EmailMessage:
        """Answer the mail with that Message-ID, and return what the submission server accepted from this person."""
        before = len(self._mailhost.accepted)
        self._text.write_text(f"{text}\n\n")
        self._type(question, "<reply><send-message>")
        mails = [message_from_bytes(mail.data, policy=policy.default) for mail in self._mailhost.accepted[before:]]
        (answer,) = [mail for mail in mails if mail["In-Reply-To"] == question and mail["Auto-Submitted"] is None]
        assert isinstance(answer, EmailMessage)
        return answer

    def read(self, mail: str) -> None:
        """Open the mail with that Message-ID and close it again."""
        self._type(mail, "<display-message><exit>")

    def set_keyword(self, mail: str, keyword: str) -> None:
        """Give the mail a keyword (a label, a tag) of the server's."""
        self._type(mail, f"<modify-labels>{keyword}<enter>")

    def save_to(self, mail: str, folder: str) -> None:
        """Move the mail into another folder."""
        self._type(mail, f"<save-message>=INBOX<kill-line>={folder}<enter>")

    def _type(self, mail: str, keys: str) -> None:
        """Go to a mail, press the keys, leave; fail after a limit and show the screen, so that no test hangs."""
        where = mail.strip("<>")
        commands = ["-e", f"push '<limit>~i {where}<enter>{keys}<quit>'"]
        master, terminal = pty.openpty()
        process = subprocess.Popen(
            ["neomutt", "-n", "-F", str(self._rc), *commands],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env=self._environment,
            start_new_session=True,
        )
        os.close(terminal)
        try:
            screen = _screen(master, LIMIT)
            process.wait(1)
        except (TimeoutError, subprocess.TimeoutExpired) as error:
            raise AssertionError(f"neomutt did not end: {error}") from None
        finally:
            process.kill()
            process.wait()
            os.close(master)
        assert process.returncode == 0, screen

    @property
    def _environment(self) -> dict[str, str]:
        size = {"TERM": "xterm", "LINES": "40", "COLUMNS": "120"}
        return {"PATH": os.environ["PATH"], "HOME": str(self._folder), "LC_ALL": "C.UTF-8", **size}


def _screen(terminal: int, limit: float) -> str:
    """Return all that the program drew until it closed its terminal."""
    drawn, end = b"", time.perf_counter() + limit
    while (left := end - time.perf_counter()) > 0:
        if not select.select([terminal], [], [], left)[0]:
            break
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux: EIO when the other end is closed
            return drawn.decode(errors="replace")
        if not piece:
            return drawn.decode(errors="replace")
        drawn += piece
    raise TimeoutError(drawn[-2000:].decode(errors="replace"))
