"""
The command `responder-deadman`, and `python -m responder.deadman`.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from responder.deadman import unit
from responder.deadman.program import Call, check, failed, run
from responder.deadman.settings import Unusable, home, read

NO_SETTINGS = 78
PLACES = (Path("config.yaml"), Path("/etc/responder/config.yaml"))
_EPILOG = """\
examples:
  responder-deadman -c /etc/responder/config.yaml --dry-run
  responder-deadman -c /etc/responder/config.yaml failed responder.service
exit codes: 0 nothing to tell, or told; 1 the check itself failed; 2 called wrongly; 75 the mail could not be sent and
will be tried again; 78 neither the configuration nor what the daemon left of it can be read
"""


def program(
    words: Sequence[str],
    environ: Mapping[str, str],
    now: Callable[[], datetime],
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Do what the command line says, and return the exit code; `wait` is for so many seconds before a second look."""
    asked = _parsed(words)
    file = _config(asked.config, environ)
    try:
        settings, wrong = read(file, environ)
    except Unusable as error:
        print(f"responder-deadman: {error}", file=sys.stderr)
        return NO_SETTINGS
    stamps = home(file.resolve().parent, environ) / f"deadman-{asked.what}.json"
    call = Call(settings, wrong, asked.at or now(), environ, asked.dry_run, stamps, wait)
    return run(call, partial(failed, name=asked.unit) if asked.what == "failed" else check)


def _config(named: str | None, environ: Mapping[str, str]) -> Path:
    named = named or environ.get("RESPONDER_CONFIG")
    if named:
        return Path(named)
    return next((each for each in PLACES if each.exists()), PLACES[-1])


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone, as in 2026-11-26T08:00+01:00")
    return at.astimezone(UTC)


def _unit(text: str) -> str:
    if not unit.is_name(text):
        raise ValueError("that is no name of a unit")
    return text


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument("-c", "--config", help="the configuration; else $RESPONDER_CONFIG, or the usual places")
    options.add_argument("--at", type=_instant, help="look as of this instant, such as 2026-11-26T08:00+01:00")
    options.add_argument("--dry-run", action="store_true", help="print the mail and send nothing")
    parser = argparse.ArgumentParser(
        prog="responder-deadman",
        description="Mail the open list when the daemon is silent or its digest is missing.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[options],
    )
    what = parser.add_subparsers(dest="what", metavar="check | failed UNIT")
    look = "look for the heartbeat and the digest (what it does when nothing is said)"
    what.add_parser("check", help=look, parents=[options])
    what.add_parser("failed", help="mail that a unit failed", parents=[options]).add_argument("unit", type=_unit)
    defaults = argparse.Namespace(what=None, config=None, at=None, dry_run=False)
    parsed = parser.parse_args(words, defaults)
    parsed.what = parsed.what or "check"
    return parsed


def main() -> None:
    """Run with the machine's clock, and end the process."""
    os.umask(0o077)
    sys.exit(program(sys.argv[1:], os.environ, lambda: datetime.now(UTC)))


if __name__ == "__main__":
    main()
