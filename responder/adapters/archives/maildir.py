"""
A Maildir: one file for each mail in `cur` and `new`, its flags behind the name.

A mail came at the earlier of the file's time and the number its name begins with: copying a folder often loses the one,
moving mail between servers the other. Folders below it (Maildir++) are archives of their own.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from responder.adapters.archives.lying import HEADER_LIMIT, Lying, NoArchive, Unreadable, header_of

_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)\Z")
_BEGINNING = re.compile(r"([0-9]{9,10})\.")
_MEANING = {"R": "\\Answered", "S": "\\Seen", "D": "\\Draft"}


class Maildir:
    """One Maildir; its folders are named by the seller where they are wanted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        missing = [name for name in ("cur", "new") if not (path / name).is_dir()]
        if not path.is_dir():
            raise NoArchive(f"{path} is no directory; an mbox file is named with --mbox")
        if missing:
            raise NoArchive(f"{path} is no Maildir: it has no folder '{missing[0]}'")

    def mails(self) -> Iterator[Lying | Unreadable]:
        """Yield every mail, by name within `cur` and `new`."""
        for part in ("cur", "new"):
            for name in sorted(os.listdir(self._path / part)):
                if not name.startswith("."):
                    yield self._mail(f"{part}/{name}")

    def shown(self, place: int | str) -> str:
        """Return where a mail lies, for a person to find it."""
        return f"{self._path.name}/{place}"

    def read(self, place: int | str, length: int) -> bytes | None:
        """Return a mail's first `length` bytes; None when it is gone meanwhile."""
        try:
            with (self._path / str(place)).open("rb") as file:
                return file.read(length)
        except OSError:
            return None

    def close(self) -> None:
        """Let go of the files: none is kept open."""

    def _mail(self, place: str) -> Lying | Unreadable:
        path = self._path / place
        try:
            if path.is_symlink() or not path.is_file():
                return Unreadable(self.shown(place), "it is no regular file")
            with path.open("rb") as file:
                header = header_of(file.read(HEADER_LIMIT))
                status = os.fstat(file.fileno())
        except OSError as error:
            return Unreadable(self.shown(place), error.strerror or "it cannot be read")
        return Lying(place, status.st_size, _saved_at(path.name, status.st_mtime), _flags(path.name), header)


def _flags(name: str) -> frozenset[str]:
    match = _FLAGS.search(name)
    return frozenset(_MEANING[letter] for letter in match[1] if letter in _MEANING) if match else frozenset()


def _saved_at(name: str, changed: float) -> datetime | None:
    begins = _BEGINNING.match(name)
    seconds = min([changed, *([float(begins[1])] if begins else [])])
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
