"""
What a file that others may write to looks like, so that one state of it is told from another (POSIX `stat`).
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
"""How to open what may be no file: a pipe without a writer is not waited for."""
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Look:
    """One state of a file."""

    inode: int
    size: int
    changed_ns: int

    @classmethod
    def of(cls, found: os.stat_result) -> Self:
        """Return a file's."""
        return cls(found.st_ino, found.st_size, found.st_mtime_ns)

    def is_unchanged_since(self, at: datetime) -> bool:
        """Return whether its content is of `at` or older, as it says itself; its time may be one no date can be."""
        return self.changed_ns // 1000 <= (at - _EPOCH) // _TICK
