"""
How much room there is on the disk that holds the state.
"""

import shutil
from pathlib import Path

from responder.core.troubles import Room


def room(folder: Path) -> Room | None:
    """Return what is free of the whole disk; None where that cannot be told."""
    try:
        found = shutil.disk_usage(folder)
    except OSError:
        return None
    return Room(found.free, found.total)
