"""
The machine we run on: how full the disk of the state is, and whether something keeps its clock.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

# systemd-timesyncd(8): the file is there once the clock was set by a time server. Other programs leave no such mark.
_TIMESYNC = Path("/run/systemd/timesync")


@dataclass(frozen=True, slots=True)
class Machine:
    """How it is; what cannot be known is None."""

    disk_used: float | None = None
    clock_kept: bool | None = None


def look(folder: Path | None, timesync: Path = _TIMESYNC) -> Machine:
    """Return how the machine is now; `folder` is where the state is, None where it is elsewhere."""
    return Machine(None if folder is None else _used(folder), _kept(timesync))


def _used(folder: Path) -> float | None:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return usage.used / (usage.used + usage.free) if usage.used + usage.free else None


def _kept(timesync: Path) -> bool | None:
    return (timesync / "synchronized").exists() if timesync.is_dir() else None
