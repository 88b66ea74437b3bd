"""
What the seller wrote about the calendar, in short: the same words have the same fingerprint.

Keys that are not written are left out, so that a default of a new version is not taken for the seller's own change.
"""

import hashlib
import json
from typing import Any

from responder.config.loaded import Loaded


def calendar_fingerprint(loaded: Loaded) -> str:
    """Return the fingerprint of the calendar's section and of its files, contents and all."""
    config = loaded.config
    written = {"timezone": config.timezone.key, "working_hours": config.working_hours.model_dump(exclude_unset=True)}
    found = hashlib.sha256(json.dumps(written, sort_keys=True, default=_plain).encode())
    for name in config.working_hours.holidays.calendars:
        file = loaded.calendars / name
        content = file.read_bytes() if file.is_file() else b""
        found.update(f"\0{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)
