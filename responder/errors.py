"""
Errors, named for who must act.

Unknown trouble is temporary; permanence must be proven. Exit codes follow sysexits.h where it has a word for it.
"""

from dataclasses import dataclass
from enum import StrEnum

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_TEMPORARY = 75
EXIT_CONFIG = 78


class Severity(StrEnum):
    """How much a problem matters: an error stops the start, a warning is said and lived with."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file of the seller's, with the way out; `at` is `file:line:column` or `file`."""

    at: str
    problem: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.at}: {self.problem}" + (f" ({self.hint})" if self.hint else "")


class ResponderError(Exception):
    """Base of every error this program raises on purpose."""

    exit_code = EXIT_FAILED


class ConfigError(ResponderError):
    """The seller must change a file; carries every problem found, not only the first."""

    exit_code = EXIT_CONFIG

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class UsageError(ResponderError):
    """The command was called with something that does not exist or does not fit."""

    exit_code = EXIT_USAGE


class TemporaryError(ResponderError):
    """Nobody must act: the same thing may work later."""

    exit_code = EXIT_TEMPORARY


class StateError(ResponderError):
    """The stored state cannot be used: another daemon holds it, or a newer version wrote it."""

    exit_code = EXIT_FAILED
