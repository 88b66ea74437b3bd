"""
What keeps a mail that was decided earlier from leaving now.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a mail does not leave now: with `until` it waits and is looked at again then, without it never leaves."""

    words: str
    until: datetime | None = None
