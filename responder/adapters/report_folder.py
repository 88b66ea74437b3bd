"""
Files that are handed in: opened without being led astray, and moved when they are done with.

Nothing but a regular file is opened: no link, no pipe (opening one would wait for ever), no device. Nothing is ever
overwritten. A file that may still be written to is left alone.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BufferedReader
from pathlib import Path
from typing import Self

from responder.files import FOLDER, READ, Look

DONE, FAILED = "done", "failed"
REASON = ".reason.txt"
LONGEST = 180
"""So many bytes of a file's name are kept where it is moved to."""
_UNFINISHED = (".part", ".tmp", ".crdownload", ".partial", ".download")


class NotAFileError(Exception):
    """What was handed in cannot be read; the message says what it is."""


class ReplacedError(Exception):
    """Another file has the name by now, or this one was written to: it is looked at anew."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that is ready: its name, and the folder in the watched one that it lies in ("" for none)."""

    name: str
    inside: str = ""


def opened(path: Path) -> BufferedReader:
    """Open a file that a person named."""
    try:
        return _regular(os.open(path, READ))
    except ValueError as error:
        raise NotAFileError(f"it cannot be read: {error}") from None


class ReportFolder:
    """A folder that files are dropped into, and the folders in it that have the name of an account."""

    def __init__(self, path: Path, inside: tuple[str, ...], unchanged_for: timedelta) -> None:
        self.path = path
        self._inside = tuple(name for name in inside if name not in (DONE, FAILED))
        self._unchanged_for = unchanged_for
        self._seen: dict[Handed, tuple[Look, datetime]] = {}

    def ready(self, now: datetime) -> tuple[Handed, ...]:
        """
        Return the files that are as they were at the last look, and were left alone for a while.

        Raises OSError where the folder cannot be read.
        """
        seen = dict(self._look())
        before, self._seen = self._seen, {}
        ready = []
        for each, mark in seen.items():
            known, since = before.get(each, (None, now))
            self._seen[each] = (mark, since if known == mark else now)
            if known == mark and self._is_left_alone(mark, since, now):
                ready.append(each)
        return tuple(sorted(ready, key=lambda each: (each.inside, each.name)))

    def _is_left_alone(self, mark: Look, since: datetime, now: datetime) -> bool:
        """A file's own time may lie in the future, or be that of the original: what we saw ourselves counts as well."""
        before = now - self._unchanged_for
        return mark.is_unchanged_since(before) or since <= before

    def _look(self) -> Iterator[tuple[Handed, Look]]:
        with _Folder(self.path) as folder:
            yield from _files(folder, "")
            for name in self._inside:
                if folder.has_folder(name):
                    with folder.folder(name) as own:
                        yield from _files(own, name)

    def open(self, handed: Handed) -> BufferedReader:
        """Open a file that was ready; `NotAFileError` says what it is instead, `ReplacedError` that it is another."""
        with self._of(handed) as folder:
            self._must_be_the_same(folder, handed)
            try:
                return _regular(os.open(handed.name, READ | os.O_NOFOLLOW, dir_fd=folder.fd))
            except OSError as error:
                if folder.is_link(handed.name):
                    raise NotAFileError("it is a link, not a file") from None
                raise NotAFileError(f"it cannot be read: {error.strerror}") from None

    def done(self, handed: Handed, now: datetime, told: str | None = None) -> str:
        """
        Move a file that was read to done/, with what there is to tell beside it; return where it is now.

        Like `failed`, raises `ReplacedError` for another file of this name, which nobody has read.
        """
        return self._move(handed, DONE, now, told)

    def failed(self, handed: Handed, now: datetime, told: str) -> str:
        """Move a file that cannot be read to failed/, with the reason beside it; return where it is now."""
        return self._move(handed, FAILED, now, told)

    def _move(self, handed: Handed, where: str, now: datetime, told: str | None) -> str:
        with self._of(handed) as folder, folder.made(where) as target:
            self._must_be_the_same(folder, handed)
            name = target.free(f"{now:%Y-%m-%d} {handed.name}")
            os.rename(handed.name, name, src_dir_fd=folder.fd, dst_dir_fd=target.fd)
            self._seen.pop(handed, None)
            if told is not None:
                target.write(name + REASON, told)
        return os.path.join(handed.inside, where, name)

    def _must_be_the_same(self, folder: "_Folder", handed: Handed) -> None:
        mark, found = self._seen.get(handed, (None, None))[0], folder.stat(handed.name)
        if mark is not None and (found is None or Look.of(found) != mark):
            raise ReplacedError

    def _of(self, handed: Handed) -> "_Folder":
        if not handed.inside:
            return _Folder(self.path)
        with _Folder(self.path) as folder:
            return folder.folder(handed.inside)


class _Folder:
    """An open folder: what is done in it stays in it, whatever becomes of its path."""

    def __init__(self, path: Path | str, *, inside: int | None = None) -> None:
        no_link = 0 if inside is None else os.O_NOFOLLOW  # the folder itself is the seller's choice, link or not
        self.fd = os.open(path, FOLDER | no_link, dir_fd=inside)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.fd)

    def folder(self, name: str) -> "_Folder":
        return _Folder(name, inside=self.fd)

    def made(self, name: str) -> "_Folder":
        if not self.has_folder(name):
            os.mkdir(name, dir_fd=self.fd)
        return self.folder(name)

    def has_folder(self, name: str) -> bool:
        found = self.stat(name)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def is_link(self, name: str) -> bool:
        found = self.stat(name)
        return found is not None and stat.S_ISLNK(found.st_mode)

    def free(self, name: str) -> str:
        """Return a name that nothing has: the wanted one, else with a number before its ending."""
        stem, ending = os.path.splitext(name)
        stem = os.fsdecode(os.fsencode(stem)[: LONGEST - len(os.fsencode(ending[:20]))])
        wanted, number = stem + ending[:20], 1
        while self.stat(wanted) is not None or self.stat(wanted + REASON) is not None:
            number += 1
            wanted = f"{stem}.{number}{ending[:20]}"
        return wanted

    def write(self, name: str, text: str) -> None:
        made = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=self.fd)
        with os.fdopen(made, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)

    def stat(self, name: str) -> os.stat_result | None:
        try:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None


def _files(folder: _Folder, inside: str) -> Iterator[tuple[Handed, Look]]:
    with os.scandir(folder.fd) as entries:
        for entry in entries:
            if _is_left_out(entry.name):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # gone since the folder was read
                continue
            if not stat.S_ISDIR(found.st_mode):
                yield Handed(entry.name, inside), Look.of(found)


def _is_left_out(name: str) -> bool:
    low = name.lower()
    return name.startswith((".", "~")) or low.endswith((*_UNFINISHED, REASON, "~"))


def _regular(fd: int) -> BufferedReader:
    if stat.S_ISREG(os.fstat(fd).st_mode):
        return os.fdopen(fd, "rb")
    os.close(fd)
    raise NotAFileError("it is no file: a folder, a pipe or a device")
