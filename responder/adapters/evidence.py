"""
A folder of evidence on the disk: whole or not at all, readable by its owner only, never over anything that is there.

It is written beside its place and moved there. Renaming a folder (POSIX rename) replaces an empty folder and nothing
else, so what appears in the meantime is not lost either; every file is opened beneath the folder's own descriptor, so
that no link can lead elsewhere.
"""

import os
import secrets
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from responder.core.evidence import File
from responder.errors import UsageError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_EMPTY = "name a folder that does not exist, or an empty one"


def free(folder: Path) -> Path:
    """Return where the folder will stand; raise `UsageError` when something is there, or nothing to put it in."""
    place = Path(os.path.abspath(folder))  # `resolve` would follow a link in its last part
    try:
        there = place.lstat()
    except FileNotFoundError:
        there = None
    except OSError as error:
        raise UsageError(f"{folder} cannot be looked at: {error.strerror}") from None
    if not place.parent.is_dir():
        raise UsageError(f"there is no folder {place.parent} to make {place.name} in")
    if there is None:
        return place
    if stat.S_ISLNK(there.st_mode):
        raise UsageError(f"{folder} is a link; {_EMPTY}")
    if not stat.S_ISDIR(there.st_mode):
        raise UsageError(f"{folder} is a file; {_EMPTY}")
    try:
        taken = any(place.iterdir())
    except OSError as error:
        raise UsageError(f"{folder} cannot be looked into: {error.strerror}; {_EMPTY}") from None
    if taken:
        raise UsageError(f"{folder} is not empty, and nothing in it is replaced; {_EMPTY}")
    return place


def write(folder: Path, files: Iterable[File]) -> Path:
    """Write the files into a folder that is new or empty, and return where it stands."""
    place = free(folder)
    try:
        parent = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise UsageError(f"{place.parent} cannot be opened: {error.strerror}") from None
    beside = f".evidence-{secrets.token_hex(8)}"
    try:
        os.mkdir(beside, 0o700, dir_fd=parent)
        _fill(beside, files, parent)
        os.rename(beside, place.name, src_dir_fd=parent, dst_dir_fd=parent)
    except BaseException as error:
        with suppress(OSError):
            shutil.rmtree(beside, dir_fd=parent)
        if isinstance(error, OSError):
            raise UsageError(f"{folder} cannot be written: {error.strerror}; {_EMPTY}") from None
        raise
    finally:
        os.close(parent)
    return place


def _fill(name: str, files: Iterable[File], parent: int) -> None:
    root = os.open(name, _FOLDER, dir_fd=parent)
    within: dict[str, int] = {"": root}
    try:
        for file in files:
            folder, _, last = file.name.rpartition("/")
            if folder not in within:
                os.mkdir(folder, 0o700, dir_fd=root)
                within[folder] = os.open(folder, _FOLDER, dir_fd=root)
            with os.fdopen(os.open(last, _NEW_FILE, 0o600, dir_fd=within[folder]), "wb") as written:
                written.write(file.content)
    finally:
        for opened in within.values():
            os.close(opened)
