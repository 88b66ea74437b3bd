"""
What was told already, so that one cause is one mail: a small file in the folder of the state.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path

from responder.deadman.settings import replace

_FORGOTTEN = timedelta(days=40)


class Stamps:
    """The causes that were told, each with what it was about and when."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._told = _read(file)

    def about(self, cause: str) -> str | None:
        """Return what was told of a cause last."""
        return self._told.get(cause, ("", ""))[0] or None

    def at(self, cause: str) -> datetime | None:
        """Return when a cause was told last."""
        at = self._told.get(cause, ("", ""))[1]
        return datetime.fromisoformat(at) if at else None

    def can_keep(self) -> bool:
        """Return whether the file can be written: on a full disk it cannot."""
        try:
            self._write()
        except OSError:
            return False
        return True

    def keep(self, cause: str, about: str, now: datetime) -> None:
        """Note that a cause was told."""
        self._told[cause] = (about, now.isoformat())
        recent = {
            cause: told for cause, told in self._told.items() if now - datetime.fromisoformat(told[1]) < _FORGOTTEN
        }
        self._told = recent
        self._write()

    def _write(self) -> None:
        replace(self._file, json.dumps(self._told, indent=1))


def _read(file: Path) -> dict[str, tuple[str, str]]:
    """Return what is in the file; one that is broken told of nothing."""
    try:
        found = json.loads(file.read_text("utf-8"))
        return {
            str(cause): (str(about), datetime.fromisoformat(at).isoformat()) for cause, (about, at) in found.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
