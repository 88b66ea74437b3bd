"""
What the program must know of the configuration, read without asking whether all of it is right.

A file that cannot be read must not silence it: the daemon leaves what it started with in `deadman.json`, without any
secret, and that is used instead.
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import time
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import yaml

KEPT = "deadman.json"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FOLDERS = {Path("/etc/responder"): Path("/var/lib/responder")}
_LIMIT = 1_000_000  # bytes
_NAMED = re.compile(r"<([^<>]*)>\s*$")  # parseaddr stumbles over names that the daemon takes
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\()]{1,64}@[A-Za-z0-9.-]{1,255}")


class Unusable(Exception):  # noqa: N818 - reads as the sentence it begins
    """The configuration does not say what the program must know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Whom to tell, when the digest is due, where the state is, and how to send; never a secret, only where it is."""

    email: str
    sender: str
    zone: str
    at: str
    days: tuple[int, ...]
    state: str
    folder: str
    host: str
    port: int
    security: str
    username: str
    password: tuple[str, str]  # credential, file or env, and its name
    ca_file: str | None = None

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)
        time.fromisoformat(self.at)
        for address in (self.email, self.sender):
            if not _ADDRESS.fullmatch(address):
                raise ValueError(f"no e-mail address: {address[:80]!r}")
        if self.security not in {"tls", "starttls", "none"} or self.password[0] not in {"credential", "file", "env"}:
            raise ValueError("no such security, or no such place for a password")

    def text(self) -> str:
        """Return what `kept` reads."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def kept(cls, text: str) -> Self:
        """Return what the daemon left."""
        value = json.loads(text)
        return cls(**{**value, "days": tuple(value["days"]), "password": tuple(value["password"])})


def home(folder: Path, environ: Mapping[str, str]) -> Path:
    """Return where state is kept that belongs to the configuration in `folder`: systemd's folder, else beside it."""
    return Path(environ.get("STATE_DIRECTORY", "").partition(":")[0] or _FOLDERS.get(folder, folder))


def state_url(url: str, folder: Path, environ: Mapping[str, str]) -> str:
    """Return the URL of the state with an absolute file."""
    scheme, _, rest = url.partition(":///")
    if scheme != "sqlite" or rest.startswith("/"):
        return url
    return f"{scheme}:///{(home(folder, environ) / rest).resolve()}"


def read(file: Path, environ: Mapping[str, str]) -> tuple[Settings, str]:
    """Return the settings, and what is wrong with the configuration where they are those that the daemon left."""
    try:
        return of_file(file, environ), ""
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, what was good before is good enough
        wrong = f"{file} cannot be used: {_problem(error)}"
    try:
        return Settings.kept((home(file.resolve().parent, environ) / KEPT).read_text("utf-8")), wrong
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Unusable(f"{wrong}; and what the daemon left cannot be read either: {error}") from error


def _problem(error: Exception) -> str:
    """Return what is wrong without the line that it stands in: there may be a password where none belongs."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem} in line {error.problem_mark.line + 1}"
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def of_file(file: Path, environ: Mapping[str, str]) -> Settings:
    """Return what the configuration says, with the defaults of keys that are not there."""
    with file.open("rb") as opened:
        # Text stays text: with YAML's own types 7:30 would be the number 450.
        value = yaml.load(opened.read(_LIMIT), yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and mappings only
    folder = file.resolve().parent
    account, operator = value["accounts"][0], value["operator"]
    smtp, digest = account["smtp"], operator.get("digest") or {}
    ((kind, name),) = smtp["password"].items()
    security = smtp.get("security", "tls")
    return Settings(
        email=operator["email"],
        sender=_spec(account["from"]),
        zone=value["timezone"],
        at=digest.get("at", "07:30").zfill(5),
        days=_days(digest.get("days", "all")),
        state=state_url(value.get("state", "sqlite:///state.db"), folder, environ),
        folder=str(folder),
        host=smtp["host"],
        port=int(smtp.get("port", 465)),
        security=security,
        username=smtp["username"],
        password=(kind, name),
        ca_file=str(folder / smtp["ca_file"]) if smtp.get("ca_file") not in {None, "", "null", "~"} else None,
    )


def _spec(text: str) -> str:
    named = _NAMED.search(text)
    return named[1].strip() if named else parseaddr(text)[1]


def _days(value: Any) -> tuple[int, ...]:
    return tuple(range(7)) if value == "all" else tuple(sorted(WEEKDAYS.index(each) for each in value))


def keep(settings: Settings, folder: Path) -> None:
    """Leave the settings for a time at which the configuration cannot be read."""
    replace(folder / KEPT, settings.text())


def replace(file: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
