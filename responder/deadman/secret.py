"""
The password, read at the moment it is needed, by the rules of the daemon: a file that others can read is refused.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

_LIMIT = 64 * 1024  # bytes
_SYSTEM = Path("/etc/responder/credentials")


class NoSecret(Exception):  # noqa: N818 - reads as the sentence it begins
    """There is no password where it should be; the words never hold one."""


def secret(place: tuple[str, str], folder: Path, environ: Mapping[str, str]) -> str:
    """Return the secret without its final line break; `folder` is the configuration's."""
    kind, name = place
    if kind == "env":
        found = environ.get(name, "")
    elif kind == "file":
        found = _private(folder / name)
    else:
        found = _credential(name, folder, environ)
    if not found:
        raise NoSecret(f"{kind} {name} holds no secret")
    return found


def _credential(name: str, folder: Path, environ: Mapping[str, str]) -> str:
    for path in _places(name, folder, environ):
        if path.exists():
            return _read(path)
    raise NoSecret(f"credential {name} not found, or not for us to read")


def _places(name: str, folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield where it may be, in order; `LoadCredential=r:FOLDER` names the files of a folder r_NAME."""
    if systemd := environ.get("CREDENTIALS_DIRECTORY"):
        yield Path(systemd) / name
        yield Path(systemd) / f"r_{name}"
    yield folder / "credentials" / name
    yield _SYSTEM / name


def _private(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise NoSecret(f"{path} cannot be read: {error.strerror}") from None
    if mode & 0o077:
        raise NoSecret(f"others than its owner can read {path} (mode {mode:o}): chmod 600 it")
    return _read(path)


def _read(path: Path) -> str:
    try:
        # O_NONBLOCK: a pipe put in the secret's place must not hang us.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
            return file.read(_LIMIT).decode().removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise NoSecret(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise NoSecret(f"{path} is not UTF-8 text") from None  # the cause would show the bytes
