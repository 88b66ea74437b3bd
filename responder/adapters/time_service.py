"""
Whether something keeps this machine's clock: deadlines are counted by it.
"""

from pathlib import Path

# systemd-timesyncd(8): the file is there once a time server set the clock. Other programs leave no such mark.
_TIMESYNC = Path("/run/systemd/timesync")


def is_kept(timesync: Path = _TIMESYNC) -> bool | None:
    """Return whether a time server set the clock since this machine began; None where nobody can tell."""
    return (timesync / "synchronized").exists() if timesync.is_dir() else None
