"""
A file of mails, each begun by a line "From ADDRESS DATE" (RFC 4155); both ways of quoting such lines are undone.

What separates is a From_ line at the very beginning or behind a blank line, with a date as ctime(3) writes it; some
programs write a bare "From ", which counts where a header field follows.
"""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from responder.adapters.archives.lying import HEADER_LIMIT, Lying, NoArchive

MAX_LINE = 65_536
MAX_FROM = 1_200
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_DATED = re.compile(
    rb"From [^\r\n]{0,998}?(?<= )(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +([A-Z][a-z]{2}) +([0-9]{1,2})"
    rb" +([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(?: +[A-Z]{1,5})?(?: +([+-][0-9]{4}))? +([0-9]{4})(?: +([+-][0-9]{4}))?"
    rb"[ \t]*\r?\n?"
)
_BARE = re.compile(rb"From (?:-[ \t]*)?\r?\n")
_FIELD = re.compile(rb"[!-9;-~]{1,76}:")
_QUOTED = re.compile(rb"(?m)^>(?=>*From )")
# What mutt, Dovecot and Thunderbird write into the header when somebody has answered.
_STATUS = re.compile(rb"(?im)^X-Status:[ \t]{0,9}([A-Z]{1,20})[ \t]*\r?$")
_MOZILLA = re.compile(rb"(?im)^X-Mozilla-Status:[ \t]{0,9}([0-9a-f]{4})[ \t]*\r?$")
_MOZILLA_REPLIED = 0x2
_GZIP = b"\x1f\x8b"


class Mbox:
    """One mbox file, open until `close`."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        if (path / "mbox").is_file():  # Apple Mail exports a folder "Name.mbox" with the file in it
            path /= "mbox"
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe would wait for ever
                raise NoArchive(f"{path} is no regular file; a Maildir is named with --maildir")
            self._file = path.open("rb")
        except OSError as error:
            raise NoArchive(f"{path} cannot be read: {error.strerror}") from None
        first = self._file.readline(MAX_LINE)
        while first in (b"\n", b"\r\n"):
            first = self._file.readline(MAX_LINE)
        if first and not self._separates(first):
            self._file.close()
            if first.startswith(_GZIP):
                raise NoArchive(f"{path} is compressed: unpack it first (gunzip)")
            raise NoArchive(
                f"{path} is no mbox: it does not begin with a line like 'From a@example.org Sat Jan  3 01:05:34 2026'"
            )

    def mails(self) -> Iterator[Lying]:
        """Yield every mail, in the order in which it lies there."""
        self._file.seek(0)
        mail: _Growing | None = None
        at, blank, line_begins, gap = 0, True, True, 0
        while line := self._file.readline(MAX_LINE):
            if blank and line_begins and line.startswith(b"From ") and self._separates(line):
                if mail is not None:
                    yield mail.ended(at - gap)
                mail = _Growing(at + len(line), _date(line))
            elif mail is not None:
                mail.see(line)
            blank = line_begins and line in (b"\n", b"\r\n")
            gap = len(line) if blank else 0  # the blank line before the next From_ line is the file's
            line_begins = line.endswith(b"\n")
            at += len(line)
        if mail is not None:
            yield mail.ended(at - gap)

    def shown(self, place: int | str) -> str:
        """Return where a mail lies, for a person to find it."""
        return f"{self._name}, byte {place}"

    def read(self, place: int | str, length: int) -> bytes | None:
        """Return a mail's first `length` bytes, as they were before they were put into this file."""
        self._file.seek(int(place))
        return _QUOTED.sub(b"", self._file.read(length)) or None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _separates(self, line: bytes) -> bool:
        """Return whether a line begins a mail; the file stands behind it, and does so afterwards."""
        if len(line) <= MAX_FROM and _DATED.fullmatch(line):
            return True
        if _BARE.fullmatch(line) is None:
            return False
        behind = self._file.tell()
        following = self._file.readline(MAX_LINE)
        self._file.seek(behind)
        return _FIELD.match(following) is not None


@dataclass(slots=True)
class _Growing:
    """The mail the reading is at."""

    start: int
    saved_at: datetime | None
    header: bytearray = field(default_factory=bytearray)
    in_header: bool = True

    def see(self, line: bytes) -> None:
        if self.in_header and (line in (b"\n", b"\r\n") or len(self.header) >= HEADER_LIMIT):
            self.in_header = False
        if self.in_header:
            self.header += line

    def ended(self, end: int) -> Lying:
        header = bytes(self.header)
        return Lying(self.start, max(end - self.start, len(header)), self.saved_at, _flags(header), header)


def _flags(header: bytes) -> frozenset[str]:
    mozilla = _MOZILLA.search(header)
    status = _STATUS.search(header)
    replied = mozilla is not None and int(mozilla[1], 16) & _MOZILLA_REPLIED
    answered = status is not None and b"A" in status[1].upper()
    return frozenset({"\\Answered"}) if replied or answered else frozenset()


def _date(line: bytes) -> datetime | None:
    """Return the date of a From_ line; without a zone it is UTC (RFC 4155)."""
    match = _DATED.fullmatch(line)
    if match is None or match[1] not in _MONTHS:
        return None
    day, hour, minute, second, year = (int(match[i] or 0) for i in (2, 3, 4, 5, 7))
    ahead = match[6] or match[8] or b"+0000"
    span = timedelta(hours=int(ahead[1:3]), minutes=int(ahead[3:5]))
    try:
        zone = timezone(-span if ahead[:1] == b"-" else span)
        month = _MONTHS.index(match[1]) + 1
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
