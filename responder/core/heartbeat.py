"""
What is said to the service that hears whether we live.
"""

from enum import StrEnum


class Signal(StrEnum):
    """What is said, as the end of the service's address."""

    ALIVE = ""
    START = "/start"
    FAIL = "/fail"
