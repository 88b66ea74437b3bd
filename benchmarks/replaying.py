"""
The contenders of `simulate.py`, each in a process of its own: what is loaded counts.

Prints what the whole mbox took, as JSON.
"""

import contextlib
import email
import email.policy
import io
import json
import mailbox
import sys
import time
from pathlib import Path

HEADERS = ("From", "To", "Subject", "Date", "Message-ID")


def simulated(folder: Path, since: str) -> None:
    """Replay the mbox through a configuration, as the command does."""
    from responder.cli import main  # noqa: PLC0415 - the peer loads nothing of ours

    arguments = ["-c", str(folder / "config.yaml"), "simulate", "--since", since, "--json"]
    with contextlib.redirect_stdout(io.StringIO()):
        code = main.run([*arguments, "--mbox", str(folder / "past.mbox")])
    if code:
        raise SystemExit(code)


def parsed(folder: Path) -> None:
    """Read every mail's headers parsed and decoded, and the text a person is shown; decide nothing."""
    box = mailbox.mbox(folder / "past.mbox", create=False)
    for key in box.keys():  # noqa: SIM118 - a mailbox is no dict: iterating over it gives its messages
        found = email.message_from_bytes(box.get_bytes(key), policy=email.policy.default)
        for name in HEADERS:
            str(found[name])
        body = found.get_body(("plain", "html"))
        if body is not None:
            body.get_content()
    box.close()


def peak_mb() -> float:
    """Return the most memory this process ever held; `ru_maxrss` would count what its parent held, too."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1000


def main() -> None:
    """Read who runs over which folder, run, print."""
    who, folder, since = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    began = time.perf_counter()
    if who == "simulate":
        simulated(folder, since)
    else:
        parsed(folder)
    took = time.perf_counter() - began
    print(json.dumps({"seconds": took, "cpu": time.process_time(), "mb": peak_mb()}))


if __name__ == "__main__":
    main()
