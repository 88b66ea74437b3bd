"""
The documentation of the configuration and the example file, both made from its declaration.
"""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from responder.config import shape
from responder.config.model import Config, Section

_INTRODUCTION = """\
# Configuration

One YAML file; `responder init DIR` writes a complete one, and `responder check` says what is wrong in yours, all
problems at once. It is looked for at `-c FILE`, `$RESPONDER_CONFIG`, `./config.yaml` and `/etc/responder/config.yaml`,
in this order. Relative paths begin at the file's own folder.

Durations are written `30s`, `5m`, `24h`, `8d` or `1h30m`; times of day `"07:30"`; hours `"09:00-12:30"` (an end not
after its start is on the next day); weekdays `mon` to `sun`. `NO`, `yes` and `9:00` are text here, as in YAML 1.2.
A key that is not in this list is an error.

A password is never in the file. It is named: `{credential: NAME}` is looked for in systemd's credentials (`NAME`, then
`r_NAME`, as `LoadCredential=r:FOLDER` calls it), in `credentials/NAME` beside the file, and in
`/etc/responder/credentials/NAME`; `{file: PATH}` is refused when others than its owner can read it; `{env: NAME}` is an
environment variable.

Keys marked "Not in this version" are checked, and refused where they would ask for something that is not done yet.
"""


def markdown() -> str:
    """Return docs/configuration.md."""
    lines = [_INTRODUCTION]
    for key in shape.declared():
        if key.section is not None:
            continue
        lines.append(f"## `{key.path}`\n\n{_default(key)}. {key.meaning}\n")
    return "\n".join(lines).rstrip() + "\n"


def _default(key: shape.Key) -> str:
    written = json.dumps(key.written(), ensure_ascii=False)
    if key.required or key.path.endswith(".password"):
        return f"Required; for example `{written}`"
    return f"Default `{written}`"


_HEAD = """\
# Buyer Responder: the configuration. Every key is here with its default; what has no default is an example.
# `responder check` says what is wrong, and where. No password belongs in this file.
"""


def example(chosen: Mapping[str, Any] | None = None) -> str:
    """Return config.example.yaml; `chosen` holds values by dotted key, such as accounts[].imap.host."""
    return _HEAD + "\n".join(_section(Config, "", chosen or {})) + "\n"


def _section(section: type[Section], prefix: str, chosen: Mapping[str, Any]) -> Iterator[str]:
    depth = prefix.count(".") + prefix.count("[]")
    indent = "  " * depth
    for number, (name, field) in enumerate(shape.names(section).items()):
        inner, many = shape.section_of(field)
        key = shape.Key(f"{prefix}{name}", field, inner, many)
        if depth == 0 and (inner or number == 0):
            yield ""
        dash = "- " if prefix.endswith("[].") and number == 0 else "  "
        begin = indent[:-2] + dash if prefix.endswith("[].") else indent
        for line in textwrap.wrap(key.meaning, 116 - len(indent), break_on_hyphens=False, break_long_words=False):
            yield f"{indent}# {line}"
        if inner:
            yield f"{begin}{name}:"
            yield from _section(inner, f"{key.path}[]." if many else f"{key.path}.", chosen)
        else:
            yield f"{begin}{name}: {_yaml(chosen.get(key.path, key.written()))}"


_PLAIN = re.compile(r"[A-Za-z$][A-Za-z0-9_$./@-]*(:///[A-Za-z0-9_./-]+)?|[0-9]+[dhms%]|[A-Za-z]+( [A-Za-z]+)*")
_NOT_TEXT = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}  # in YAML 1.1 or 1.2


def _yaml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_yaml(each)}' for key, each in value.items())}}}"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    return json.dumps(value, ensure_ascii=False)
