"""
How the daemon and the process that reads PDFs talk: a length and bytes, each way.
"""

import json
import struct
from typing import IO

LENGTH = struct.Struct(">Q")
MAX_TEXT = 2_000_000
MAX_REPLY = 6 * MAX_TEXT + 1_000  # JSON in ASCII takes at most six bytes for a character, twelve for two


def send(target: IO[bytes], content: bytes) -> None:
    """Hand bytes over."""
    target.write(LENGTH.pack(len(content)))
    target.write(content)
    target.flush()


def received(source: IO[bytes], limit: int | None = None) -> bytes | None:
    """Return the next bytes; None at the end, for bytes that were cut off, and for more than may come."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    length = LENGTH.unpack(head)[0]
    if limit is not None and length > limit:
        return None
    content = source.read(length)
    return content if len(content) == length else None


def reply(source: IO[bytes]) -> dict[str, str] | None:
    """Return what the process answered; None for no answer."""
    content = received(source, MAX_REPLY)
    try:
        answer = None if content is None else json.loads(content)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
