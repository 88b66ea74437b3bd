"""
Reading one file of a folder that anybody may have written to: no link is followed, nothing is waited for.

The file that is looked at is the one that is read: everything is asked of the open file, nothing of its name.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from responder.files import FOLDER, READ, Look

_LINK = frozenset({errno.ELOOP, errno.EMLINK, errno.ENOTDIR})
Stamp = tuple[int, int, int]


class NotAFile(Exception):  # noqa: N818 - reads as what was found
    """What has this name is no file that may be read; the message says what it is."""


@contextmanager
def folder(root: Path, subfolder: str | None) -> Iterator[int]:
    """
    Open the folder, or its subfolder where it exists, for as long as the block runs.

    The way to `root` is the seller's own and may go over links; below it none is followed.
    """
    opened = os.open(root, FOLDER)
    try:
        below = None if subfolder is None else _below(opened, subfolder)
        try:
            yield opened if below is None else below
        finally:
            if below is not None:
                os.close(below)
    finally:
        os.close(opened)


def _below(root: int, name: str) -> int | None:
    try:
        return os.open(name, FOLDER | os.O_NOFOLLOW, dir_fd=root)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in _LINK:
            raise NotAFile(f"{name} in it is a link or no folder") from None
        raise


def read(folder_fd: int, name: str, max_size: int) -> tuple[Look, bytes | None]:
    """
    Return a file's state and its bytes; None for the bytes of one that is too large, or that changed meanwhile.

    Raises NotAFile for a link, a folder, a pipe and whatever else is no regular file.
    """
    try:
        opened = os.open(name, READ | os.O_NOFOLLOW, dir_fd=folder_fd)
    except OSError as error:
        if error.errno in _LINK:
            raise NotAFile("it is a link") from None
        if error.errno in {errno.ENXIO, errno.ENODEV}:  # a socket, a device that is not there
            raise NotAFile("it is no regular file") from None
        raise
    try:
        before = os.fstat(opened)
        if not stat.S_ISREG(before.st_mode):
            raise NotAFile("it is a folder" if stat.S_ISDIR(before.st_mode) else "it is no regular file")
        if before.st_size > max_size:
            return Look.of(before), None
        content = _content(opened, max_size)
        after = os.fstat(opened)
    finally:
        os.close(opened)
    same = Look.of(before) == Look.of(after) and len(content) == after.st_size
    return Look.of(after), content if same else None


def _content(opened: int, max_size: int) -> bytes:
    """Read at most one byte more than is allowed, so that a file which grows is noticed and never fills the memory."""
    parts, left = [], max_size + 1
    while left > 0 and (part := os.read(opened, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def look(folder_fd: int, name: str) -> Look | None:
    """Return the state of what has this name, of the link itself where it is one; None when it is gone."""
    try:
        return Look.of(os.stat(name, dir_fd=folder_fd, follow_symlinks=False))
    except FileNotFoundError:
        return None


def stamp(folder_fd: int) -> Stamp:
    """Return what changes when a name comes or goes; within one tick of the file system's clock it may not."""
    found = os.fstat(folder_fd)
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def names(folder_fd: int) -> Iterator[str]:
    """Yield every name of the folder."""
    with os.scandir(folder_fd) as entries:
        for entry in entries:
            yield entry.name
