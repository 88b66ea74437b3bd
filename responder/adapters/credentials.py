"""
Secrets, read where they are kept: a systemd credential, a file only its owner can read, an environment variable.

A secret is read at the moment it is needed and never kept, but for taking it out of whatever is told (`hidden`). An
error names where it was looked for and the way out, never what was found there.
"""

import base64
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

from responder.errors import ConfigError, Problem

SYSTEM = Path("/etc/responder/credentials")
MAX_SIZE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Credential:
    """`{credential: name}`: from systemd's credentials, or the `credentials` folder beside the configuration."""

    name: str

    def __str__(self) -> str:
        return f"{{credential: {self.name}}}"


@dataclass(frozen=True, slots=True)
class SecretFile:
    """`{file: path}`: a file that only its owner can read."""

    path: str

    def __str__(self) -> str:
        return f"{{file: {self.path}}}"


@dataclass(frozen=True, slots=True)
class Environment:
    """`{env: NAME}`: an environment variable."""

    name: str

    def __str__(self) -> str:
        return f"{{env: {self.name}}}"


SecretSource = Credential | SecretFile | Environment


def secret(source: SecretSource, folder: Path, environ: Mapping[str, str]) -> str:
    """Return the secret without its final line break; `folder` is the configuration's."""
    match source:
        case Environment(name):
            text = environ.get(name, "")
            where, hint = f"the environment variable {name}", f"set {name}"
        case SecretFile():
            path = folder / source.path
            if problem := exposed(path):
                raise ConfigError(problem)
            text, where, hint = _read(path), str(path), f"write the secret into {path}, and chmod 600 it"
        case Credential():
            path = find(source, folder, environ)
            text, where, hint = _read(path), str(path), f"write the secret into {path}"
    if not text:
        raise ConfigError(Problem(where, "holds no secret", hint))
    if text not in _READ:
        _READ[text] = _forms(text)
    return text


_READ: dict[str, tuple[str, ...]] = {}
_SHORTEST = 7  # fewer letters are found in words that mean something else


def hidden(text: str) -> str:
    """Return `text` without the secrets that were read so far: plain, in JSON, in a URL, or within base64."""
    for form in (form for forms in _READ.values() for form in forms):
        if form in text:
            text = text.replace(form, "***")
    return text


def _forms(secret: str) -> tuple[str, ...]:
    """Return the spellings of a secret, the longest first; in base64 (AUTH PLAIN) it begins at one of three bits."""
    raw = secret.encode("utf-8")
    found = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
    found |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    address = secret.partition("://")[2]  # of an address the path is the secret
    found |= {address, address.partition("/")[2]}
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).decode("ascii")
        # The characters in which its neighbours' bits take part are left out at both ends.
        found.add(encoded[(0, 2, 3)[before] : len(encoded) - (0, 3, 2)[(before + len(raw)) % 3]])
    return tuple(sorted((each for each in found if len(each) >= _SHORTEST), key=len, reverse=True))


def find(source: Credential, folder: Path, environ: Mapping[str, str]) -> Path:
    """Return the file a credential is in; a ConfigError names every place that was looked at."""
    places = tuple(places_of(source, folder, environ))
    for place in places:
        if os.path.exists(place):
            return place
    looked = ", ".join(map(str, places))
    hint = f"write it into {folder / 'credentials' / source.name}, and chmod 600 it"
    raise ConfigError(
        Problem(f"credential {source.name}", f"not found, or not for us to read; looked at {looked}", hint)
    )


def places_of(source: Credential, folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield where a credential may be, in order; `LoadCredential=r:FOLDER` names the files of a folder r_NAME."""
    if systemd := environ.get("CREDENTIALS_DIRECTORY"):
        yield Path(systemd) / source.name
        yield Path(systemd) / f"r_{source.name}"
    yield folder / "credentials" / source.name
    yield SYSTEM / source.name


def exposed(path: Path) -> Problem | None:
    """Return the problem when others than the owner can read the file, or None."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    if not stat.S_IMODE(mode) & 0o077:
        return None
    problem = f"others than its owner can read this secret (mode {stat.S_IMODE(mode):o})"
    return Problem(str(path), problem, f"chmod 600 {path}")


def _read(path: Path) -> str:
    try:
        raw = _bytes(path)
        return raw.decode().removesuffix("\n").removesuffix("\r")
    except OSError as error:
        hint = "check the path, and that the daemon's user may read it"
        raise ConfigError(Problem(str(path), f"cannot be read: {error.strerror}", hint)) from None
    except ValueError:
        hint = "write the secret into it as one line of text"
        raise ConfigError(Problem(str(path), "is not UTF-8 text", hint)) from None  # the cause would show the bytes


def _bytes(path: Path) -> bytes:
    # O_NONBLOCK: a pipe put in the secret's place must not hang the start.
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        return file.read(MAX_SIZE)
