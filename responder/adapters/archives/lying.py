"""
A mail as it lies in an archive.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from responder.errors import UsageError

HEADER_LIMIT = 65_536


class NoArchive(UsageError):  # noqa: N818 - named for what is wrong
    """What was named cannot be read as an archive of mail."""


@dataclass(frozen=True, slots=True)
class Lying:
    """
    A mail that can be read: `place` and `length` say where its bytes are.

    `saved_at` is when the archive itself says that it came, None where it does not.
    """

    place: int | str
    length: int
    saved_at: datetime | None
    flags: frozenset[str]
    header: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A mail that is there and cannot be read, and why."""

    shown: str
    why: str


class Archive(Protocol):
    """A file or folder with mail in it."""

    def mails(self) -> Iterator[Lying | Unreadable]:
        """Yield every mail, in the order in which it lies there."""

    def shown(self, place: int | str) -> str:
        """Return where a mail lies, for a person to find it."""

    def read(self, place: int | str, length: int) -> bytes | None:
        """Return a mail's first `length` bytes; None when it is gone meanwhile."""

    def close(self) -> None:
        """Let go of the files."""


def header_of(raw: bytes) -> bytes:
    """Return the header block at the beginning of a mail's bytes."""
    ends = (raw.find(end) for end in (b"\n\n", b"\n\r\n"))
    return raw[: min((end for end in ends if end >= 0), default=len(raw))][:HEADER_LIMIT]
