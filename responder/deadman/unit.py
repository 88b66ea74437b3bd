"""
What systemd says of a unit that failed: the reason in words, and the end of its log.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping

from responder.deadman.mail import logged

LINES = 20
_NAME = re.compile(r"[A-Za-z0-9:_.\\@-]{1,256}")
_WORDS = {
    "exit-code": "it ended with an error",
    "signal": "it was killed",
    "core-dump": "it crashed",
    "watchdog": "a part of it stood still, and systemd ended it",
    "timeout": "it took too long to start or to stop",
    "start-limit-hit": "it failed again and again, and systemd does not start it any more",
    "oom-kill": "the machine ran out of memory",
    "resources": "something that it needs is not there (memory, a folder, its credentials)",
}
_STATUS = {"78": "the configuration is wrong"}


def is_name(unit: str) -> bool:
    """Return whether this can be the name of a unit."""
    return _NAME.fullmatch(unit) is not None and not unit.startswith("-")


def reason(environ: Mapping[str, str]) -> str:
    """Return why it failed, from what systemd tells the unit that is started on failure (systemd 251 or newer)."""
    result = environ.get("MONITOR_SERVICE_RESULT", "")
    status = environ.get("MONITOR_EXIT_STATUS", "")
    words = _STATUS.get(status) or _WORDS.get(result) or "systemd did not say why"
    known = ", ".join(filter(None, (logged(result, 40), f"status {logged(status, 20)}" if status else "")))
    return f"{words} ({known})" if known else words


def log(unit: str, environ: Mapping[str, str], *, hide: str = "") -> tuple[str, ...]:
    """Return the last lines of a unit's log, without `hide` and what may be a secret, or why there are none."""
    program = shutil.which("journalctl", path=environ.get("PATH"))
    if program is None:
        return ("(there is no journalctl on this machine)",)
    command = (program, "-u", unit, "-n", str(LINES), "-o", "cat", "--no-pager", "-q")
    try:
        said = subprocess.run(command, capture_output=True, timeout=20, check=False)  # noqa: S603 - the name was checked
    except (OSError, subprocess.SubprocessError) as error:
        return (f"(the log cannot be read: {type(error).__name__})",)
    said_text = said.stdout.decode("utf-8", "replace")
    # What is known is hidden first: whatever changes or cuts a line would leave a part of it.
    lines = (said_text.replace(hide, "[hidden]") if hide else said_text).splitlines()[-LINES:]
    return tuple(map(logged, lines)) or ("(the log is empty, or not for us to read)",)
