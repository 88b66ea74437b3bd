"""
The program's two jobs: is there a heartbeat and a digest; and what to tell when a unit has failed.

Whatever goes wrong in here becomes a plain mail as well. A mail that cannot be sent is tried again at the next run.
"""

import sys
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from responder.deadman import mail, unit
from responder.deadman.findings import HEARTBEAT, Finding, due_day, findings, period
from responder.deadman.secret import NoSecret, secret
from responder.deadman.settings import Settings
from responder.deadman.stamps import Stamps
from responder.deadman.state import Seen, exists, look

DONE, FAILED, NOT_SENT = 0, 1, 75
ONCE_AN_HOUR = timedelta(hours=1)
SECOND_LOOK = timedelta(seconds=90)
AGAIN = timedelta(hours=3)
"""How soon a daemon that moved meanwhile and stands still again is told once more."""
NO_DIGEST = frozenset({"never started", "no digest", "digest not sent"})
SILENT = frozenset({HEARTBEAT, "no heartbeat"})


@dataclass(frozen=True, slots=True)
class Call:
    """One run of the program: what it works with."""

    settings: Settings
    wrong: str  # with the configuration
    now: datetime
    environ: Mapping[str, str]
    dry_run: bool
    stamps: Path
    wait: Callable[[float], None]

    @property
    def zone(self) -> ZoneInfo:
        """The seller's."""
        return ZoneInfo(self.settings.zone)


def run(call: Call, job: Callable[[Call], int]) -> int:
    """Do a job and return the exit code; what goes wrong in it is told."""
    try:
        return job(call)
    except Exception as error:  # noqa: BLE001 - its whole purpose is to speak up
        traceback.print_exc()
        return _itself(call, error)


def check(call: Call) -> int:
    """Mail what is wrong, unless it was told."""
    stamps = Stamps(call.stamps)
    due, seen, found = _found(call)
    if not call.dry_run and _news(found, stamps, call.now):
        # A machine that wakes up starts its timers at once, an installation the timer beside the daemon: its first
        # breath takes half a minute.
        call.wait(SECOND_LOOK.total_seconds())
        call = replace(call, now=call.now + SECOND_LOOK)
        due, seen, found = _found(call)
    if not found:
        print("All is well: the daemon lives, and no digest is missing.")
    if not (found if call.dry_run else _news(found, stamps, call.now)) or not (
        call.dry_run or stamps.can_keep() or _first_of_hour(call.now)
    ):
        return DONE
    title = _title({each.cause for each in found}, today=due is not None and due[0] == _today(call))
    text = [f"{title}. What is known:", "", *(f"* {mail.line(each.words, 400)}" for each in found), ""]
    text += [*mail.waiting(seen, call.now, call.zone), "", *_advice(call)]
    code = _send(call, f"{title}: {found[0].words}", text, seen.instance)
    if code == DONE and not call.dry_run:
        for each in found:
            _keep(stamps, each.cause, each.about, call.now)
    return code


def _found(call: Call) -> tuple[tuple[date, datetime] | None, Seen, list[Finding]]:
    """Return which digest should have come, what the state says, and what is wrong."""
    due = due_day(call.settings, call.now)
    seen, problem = _looked(call, due[0] if due else None)
    return due, seen, [problem] if problem else list(findings(call.settings, seen, call.now, due))


def _today(call: Call) -> date:
    return call.now.astimezone(call.zone).date()


def _title(causes: Collection[str], *, today: bool) -> str:
    """Return what the subject begins with: silent is only a daemon that may not live."""
    missing = not NO_DIGEST.isdisjoint(causes)
    if missing and today:
        return "No digest today"
    if not SILENT.isdisjoint(causes):
        return "Buyer Responder is silent"
    return "No digest" if missing else "Buyer Responder needs you"


def _news(found: Sequence[Finding], stamps: Stamps, now: datetime) -> list[Finding]:
    """Return what was not told yet; a daemon that stands still and moves by turns is told every few hours."""
    told = stamps.at(HEARTBEAT)
    lately = told is not None and timedelta(0) <= now - told < AGAIN
    return [
        each for each in found if stamps.about(each.cause) != each.about and not (each.cause == HEARTBEAT and lately)
    ]


def _looked(call: Call, day: date | None) -> tuple[Seen, Finding | None]:
    """Return what the state says; that it cannot be read is a finding."""
    try:
        return (look(call.settings.state, day) if exists(call.settings.state) else Seen()), None
    except Exception as error:  # noqa: BLE001 - each database has errors of its own, and each means the same here
        words = f"The state cannot be read: {type(error).__name__}: {error}"
        return Seen(), Finding("state", period(call.settings, call.now), mail.logged(words))


def failed(call: Call, name: str) -> int:
    """Mail that a unit failed, with the end of its log; at most once an hour for each unit."""
    stamps = Stamps(call.stamps)
    told = stamps.at(name)
    if told is not None and timedelta(0) <= call.now - told < ONCE_AN_HOUR:
        print(f"{name} failed, and that was told less than an hour ago.")
        return DONE
    why = unit.reason(call.environ)
    seen, problem = _looked(call, None)
    text = [
        f"{name} stopped: {why}.",
        *([problem.words] if problem else []),
        "",
        f"Its last {unit.LINES} lines of log:",
        "",
    ]
    text += [f"  {each}" for each in unit.log(name, call.environ, hide=_password(call))]
    text += ["", *mail.waiting(seen, call.now, call.zone), "", *_advice(call, name)]
    code = _send(call, f"The daemon stopped: {name}: {why}", text, seen.instance)
    if code == DONE and not call.dry_run:
        _keep(stamps, name, why, call.now)
    return code


def _password(call: Call) -> str:
    """Return the one secret that is at hand, or ""; the others are not for this program to read."""
    try:
        return secret(call.settings.password, Path(call.settings.folder), call.environ)
    except NoSecret:
        return ""


def _advice(call: Call, name: str = "responder.service") -> list[str]:
    wrong = [f"The configuration: {mail.line(call.wrong, 300)}", ""] if call.wrong else []
    return [
        *wrong,
        "Amazon's clocks go on: answer the messages above in Seller Central or in your mail program.",
        "Then, on the machine that runs the daemon:",
        f"  systemctl status {name}    is it running, and what did it say last?",
        "  responder check --connect             is the configuration right, and can the mail servers be reached?",
        "  responder status                      what was it able to do last?",
        f"  systemctl restart {name}   start it again; it catches up by itself",
    ]


def _itself(call: Call, error: Exception) -> int:
    """Mail that the check failed, once a day; the exit code says it in any case."""
    what = mail.logged(f"{type(error).__name__}: {error}")
    stamps = Stamps(call.stamps)
    today = period(call.settings, call.now)
    if stamps.about("itself") != today:
        text = [f"The dead-man check itself failed: {what}", "", "So nobody knows now whether the daemon lives.", ""]
        if _send(call, "The dead-man check itself failed", [*text, *_advice(call)], "") == DONE and not call.dry_run:
            _keep(stamps, "itself", today, call.now)
    return FAILED


def _send(call: Call, subject: str, text: Sequence[str], instance: str) -> int:
    made = mail.written(call.settings, subject, "\n".join(text) + "\n", call.now, instance=instance)
    if call.dry_run:
        print(f"To: {made['To']}\nSubject: {made['Subject']}\n\n{made.get_content()}")
        return DONE
    return _handed_in(call, made)


def _handed_in(call: Call, made: EmailMessage) -> int:
    try:
        mail.send(call.settings, made, call.environ)
    except (OSError, ValueError, NoSecret) as error:
        print(f"responder-deadman: not sent: {mail.logged(str(error))}", file=sys.stderr)
        return NOT_SENT
    print(f"Told: {made['Subject']}")
    return DONE


def _keep(stamps: Stamps, cause: str, about: str, now: datetime) -> None:
    try:
        stamps.keep(cause, about, now)
    except OSError as error:
        print(f"responder-deadman: that it was told cannot be kept: {error.strerror}", file=sys.stderr)


def _first_of_hour(now: datetime) -> bool:
    """Return whether this is the hour's first run of four: what cannot be noted is told no more often."""
    return now.minute < 15
