"""
The documentation of the configuration, made from its declaration.
"""

import json

from responder.config import shape

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
        return "Required" + (f"; for example `{written}`" if key.required else "")
    return f"Default `{written}`"
