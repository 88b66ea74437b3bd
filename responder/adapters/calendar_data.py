"""
Which data public holidays and time zones come from: their versions, to say what brought a change.

The standard library reads the system's time zone files first and the package `tzdata` where there are none (PEP 615).
"""

import hashlib
import zoneinfo
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path


def holidays_version() -> str:
    """Return the version of the library that knows the public holidays."""
    return metadata.version("holidays")


def time_zone_version(zone: str, folders: Sequence[str] = zoneinfo.TZPATH) -> str:
    """Return the version of the data for a zone, such as 2026b; of files without one, their contents in short."""
    for folder in map(Path, folders):
        file = folder / zone
        if file.is_file():
            return _named(folder) or f"file {hashlib.sha256(file.read_bytes()).hexdigest()[:8]}"
    try:
        return f"tzdata {metadata.version('tzdata')}"
    except metadata.PackageNotFoundError:
        return "unknown"


def _named(folder: Path) -> str | None:
    """Return the version the files name themselves: `# version 2026b` in tzdata.zi, or all of +VERSION."""
    for name in ("tzdata.zi", "+VERSION"):
        try:
            with (folder / name).open(encoding="ascii", errors="replace") as file:
                line = file.readline(100).strip()
        except OSError:
            continue
        if version := line.removeprefix("# version ").strip():
            return version
    return None
