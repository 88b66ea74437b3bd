"""
The parameters of Content-Type and Content-Disposition (RFC 2045 section 5.1, RFC 2231), read leniently.

The standard library takes a header apart once more for every parameter asked for, and decodes a file name with any
codec the mail names. Here it is one pass of linear time, and only charsets on our list are decoded.
"""

import re
from itertools import islice
from urllib.parse import unquote_to_bytes

from responder.core.charsets import decoded

MAX_PARAMETERS = 100

_PARAMETER = re.compile(r';\s*+([^\s=;"]{1,60}+)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)|([^;]*+))', re.DOTALL)
_CONTINUED = re.compile(r"([^*]+)\*(?:([0-9]{1,2})(\*?))?", re.ASCII)  # RFC 2231 section 3
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

_Pieces = dict[int, tuple[str, bool]]


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return what stands before the first semicolon, and the parameters by name; both in lower case, values as is."""
    plain: dict[str, str] = {}
    pieces: dict[str, _Pieces] = {}
    for match in islice(_PARAMETER.finditer(value), MAX_PARAMETERS):
        name = match[1].lower()
        said = match[3].strip() if match[2] is None else _ESCAPED.sub(r"\1", match[2])
        part = _CONTINUED.fullmatch(name)
        if part is None:
            plain.setdefault(name, said)
        else:
            encoded = part[2] is None or bool(part[3])
            pieces.setdefault(part[1], {}).setdefault(int(part[2] or 0), (said, encoded))
    return value.partition(";")[0].strip().lower(), plain | {name: _joined(found) for name, found in pieces.items()}


def _joined(pieces: _Pieces) -> str:
    """Return the value of a parameter in pieces; the first one names the charset (RFC 2231 section 4.1)."""
    charset, raw = "", b""
    for index in range(len(pieces)):
        said, encoded = pieces.get(index, ("", False))
        if index == 0 and encoded and said.count("'") > 1:
            charset, _language, said = said.split("'", 2)
        raw += unquote_to_bytes(said) if encoded else said.encode("utf-8", "replace")
    return decoded(raw, charset or None)
