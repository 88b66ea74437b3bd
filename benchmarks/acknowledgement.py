"""
From delivery to accepted acknowledgement on Dovecot: the daemon beside Pigeonhole's vacation and a loop on aioimaplib.

All three run in one go, in turns, against the same servers; what counts are the ratios. Run: make bench.
"""

import argparse
import contextlib
import importlib.metadata
import json
import logging
import os
import platform
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from stage import (
    AVAILABLE,
    NEEDED,
    PIGEONHOLE,
    Buyer,
    Daemon,
    Letterbox,
    Observer,
    Post,
    Program,
    Watcher,
    buyers,
    dovecot,
    until,
)

from responder import __version__
from responder.adapters.clock import SystemClock

DAEMON, VACATION, WATCHER = "buyer-responder", "Pigeonhole vacation", "aioimaplib loop"
SETTLE = 0.3  # seconds after an acknowledgement in which a contender goes back to waiting
MS = 1000.0


@dataclass
class Latency:
    """One contender's messages, one at a time; milliseconds since the final dot was sent."""

    delivered: list[float] = field(default_factory=list)
    pushed: list[float] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    cpu_ms: float | None = None
    idle_mb: float | None = None
    after_mb: float | None = None

    @property
    def after_push(self) -> list[float]:
        """What is left when Dovecot's own time is taken away."""
        return [accepted - pushed for accepted, pushed in zip(self.accepted, self.pushed, strict=True)]


@dataclass
class Backlog:
    """One contender's messages that were all there when it started; vacation answers them as they are delivered."""

    messages: int = 0
    seconds: float = 0.0
    first_seconds: float = 0.0
    cpu_seconds: float | None = None
    after_mb: float | None = None

    @property
    def rate(self) -> float:
        """Acknowledgements a second, from the first to the last."""
        return self.messages / self.seconds


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of all values do not exceed."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def measure_latency(folder: Path, count: int) -> dict[str, Latency]:
    """Deliver to each in turn, one message at a time, and wait for its acknowledgement."""
    with contextlib.ExitStack() as undo:
        post = undo.enter_context(Post())
        server = undo.enter_context(dovecot(folder, post, ["daemon", "watcher"], ["vacation"]))
        programs: dict[str, Program] = {
            DAEMON: started(Daemon(folder / "daemon", server, post, "daemon"), undo),
            WATCHER: started(Watcher(folder / "watcher", server, post, "watcher"), undo),
        }
        observers = {DAEMON: Observer(server, "daemon"), WATCHER: Observer(server, "watcher")}
        for observer in observers.values():
            undo.callback(observer.close)
        letterbox = Letterbox(server)
        undo.callback(letterbox.close)
        users = {DAEMON: "daemon", **({VACATION: "vacation"} if PIGEONHOLE else {}), WATCHER: "watcher"}
        found = {name: Latency() for name in users}
        mail = {name: buyers(f"latency{user}", count + 1) for name, user in users.items()}
        time.sleep(1.5)  # INTERNALDATE has whole seconds: what comes in the second of the first start is "before it"
        for name, user in users.items():  # not counted: first use of everything
            one(post, letterbox, user, mail[name][0], observers.get(name))
        before = {name: program.cpu for name, program in programs.items()}
        for name, program in programs.items():
            found[name].idle_mb = program.memory
        for number in range(1, count + 1):
            for name, user in users.items():
                delivered, accepted, pushed = one(post, letterbox, user, mail[name][number], observers.get(name))
                found[name].delivered.append(delivered)
                found[name].accepted.append(accepted)
                if pushed is not None:
                    found[name].pushed.append(pushed)
        for name, program in programs.items():
            program.alive()
            found[name].cpu_ms = (program.cpu - before[name]) / count * MS
            found[name].after_mb = program.memory
        return found


def one(
    post: Post, letterbox: Letterbox, user: str, buyer: Buyer, observer: Observer | None
) -> tuple[float, float, float | None]:
    """Deliver one message; return when it was delivered, acknowledged and pushed, in ms since the final dot."""
    seen = len(observer.pushed_at) if observer else 0
    dot_at, delivered_at = letterbox.deliver(user, buyer)
    (accepted_at,) = post.wait([buyer.address])
    pushed = None
    if observer:
        until(lambda: len(observer.pushed_at) > seen, "Dovecot pushes to the observer")
        pushed = (observer.pushed_at[seen] - dot_at) * MS
    time.sleep(SETTLE)
    return (delivered_at - dot_at) * MS, (accepted_at - dot_at) * MS, pushed


def started(program: Program, undo: contextlib.ExitStack) -> Program:
    """Start a program; it is watching when this returns, and is stopped with `undo`."""
    program.start()
    undo.callback(program.stop)
    until(program.watching, "the program watches its mailbox")
    return program


def measure_backlog(folder: Path, count: int, rounds: int) -> tuple[dict[str, Backlog], float]:
    """Let each find `count` waiting messages, in turns; the second value is what LMTP alone delivers in a second."""
    found = {name: Backlog() for name in (DAEMON, *([VACATION] if PIGEONHOLE else []), WATCHER)}
    delivering = 0.0
    with contextlib.ExitStack() as undo:
        post = undo.enter_context(Post())
        users = [f"{kind}{number}" for number in range(rounds) for kind in ("daemon", "watcher")]
        server = undo.enter_context(dovecot(folder, post, users, [f"vacation{number}" for number in range(rounds)]))
        for number in range(rounds):
            daemon = Daemon(folder / f"daemon{number}", server, post, f"daemon{number}")
            once(daemon)  # a first start acknowledges nothing that was there before it
            delivering += waiting(found[DAEMON], post, daemon, Letterbox(server), f"daemon{number}", count)
            if PIGEONHOLE:
                answered(found[VACATION], post, Letterbox(server), f"vacation{number}", count)
            watcher = Watcher(folder / f"watcher{number}", server, post, f"watcher{number}")
            delivering += waiting(found[WATCHER], post, watcher, Letterbox(server), f"watcher{number}", count)
    return found, 2 * rounds * count / delivering


def once(program: Program) -> None:
    """Start a program and end it when it has caught up."""
    with contextlib.ExitStack() as undo:
        started(program, undo)
    time.sleep(1.5)


def waiting(found: Backlog, post: Post, program: Program, letterbox: Letterbox, user: str, count: int) -> float:
    """Deliver a backlog, then start the program; return the seconds that the delivery took."""
    mail = buyers(f"backlog{user}x", count)
    began = time.perf_counter()
    for buyer in mail:
        letterbox.deliver(user, buyer)
    took = time.perf_counter() - began
    letterbox.close()
    time.sleep(SETTLE)
    began = time.perf_counter()
    program.start()
    try:
        first = post.wait_any([buyer.address for buyer in mail])
        cpu = program.cpu
        accepted = post.wait([buyer.address for buyer in mail])
        found.cpu_seconds = (found.cpu_seconds or 0.0) + program.cpu - cpu
        found.after_mb = max(found.after_mb or 0.0, program.memory)
    except TimeoutError as error:
        error.add_note(program.log.read_text()[-3000:])
        raise
    finally:
        program.stop()
    add(found, accepted, first - began)
    return took


def answered(found: Backlog, post: Post, letterbox: Letterbox, user: str, count: int) -> None:
    """Deliver to somebody on vacation: the answers leave as the mail arrives."""
    mail = buyers(f"backlog{user}x", count)
    began = letterbox.deliver(user, mail[0])[0]
    for buyer in mail[1:]:
        letterbox.deliver(user, buyer)
    letterbox.close()
    accepted = post.wait([buyer.address for buyer in mail])
    add(found, accepted, min(accepted) - began)


def add(found: Backlog, accepted: Sequence[float], first: float) -> None:
    """Add one round."""
    found.messages += len(accepted) - 1
    found.seconds += max(accepted) - min(accepted)
    found.first_seconds = max(found.first_seconds, first)


def where() -> dict[str, str]:
    """Return what was measured, and on what."""
    cpus = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in cpus if "model name" in line), platform.machine())
    config = output(["doveconf", "-n"]).splitlines()
    pigeonhole = next((line.split()[3] for line in config if "Pigeonhole version" in line), "not installed")
    root = str(Path(__file__).resolve().parent.parent)
    commit = output(["git", "-C", root, "describe", "--always", "--dirty"]).strip() or "no git"
    filesystem = output(["stat", "-f", "-c", "%T", tempfile.gettempdir()]).strip()
    return {
        "date": f"{SystemClock().now():%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} CPUs ({model}), Linux {platform.release()}, load {os.getloadavg()[0]:.1f} before",
        "buyer-responder": f"{__version__} ({commit}), Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version} on {filesystem}",
        "Dovecot": f"{output(['dovecot', '--version']).split()[0]}, Pigeonhole {pigeonhole}",
        "aioimaplib": importlib.metadata.version("aioimaplib"),
        "SMTP server": f"aiosmtpd {importlib.metadata.version('aiosmtpd')}, in the benchmark's own process",
    }


def output(command: Sequence[str]) -> str:
    """Return what a command prints; nothing where it is not installed."""
    path = {**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin"}
    if shutil.which(command[0], path=path["PATH"]) is None:
        return ""
    return subprocess.run(command, env=path, capture_output=True, text=True, timeout=20, check=False).stdout


Row = tuple[str, ...]


def table(head: Row, rows: Sequence[Row]) -> str:
    """Return rows under a head, the first column to the left and all others to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = ([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in (head, *rows))
    first, *rest = ("  ".join(line).rstrip() for line in lines)
    return "\n".join([first, "-" * len(first), *rest])


def figure(value: float | None, digits: int = 0) -> str:
    """Return a number, or a dash where there is nothing to measure."""
    return "-" if value is None else f"{value:.{digits}f}"


def latency_table(found: Mapping[str, Latency]) -> str:
    """Return the figures of single messages."""
    ours = median(found[DAEMON].accepted)
    rows = [
        (
            name,
            figure(median(one.accepted), 1),
            figure(percentile(one.accepted, 0.95), 1),
            figure(median(one.pushed), 1) if one.pushed else "-",
            figure(median(one.after_push), 1) if one.pushed else "-",
            figure(percentile(one.after_push, 0.95), 1) if one.pushed else "-",
            f"{ours / median(one.accepted):.2f}",
            figure(one.cpu_ms),
            figure(one.idle_mb),
            figure(one.after_mb),
        )
        for name, one in found.items()
    ]
    head = (
        "",
        "p50 ms",
        "p95 ms",
        "push p50",
        "after push p50",
        "p95",
        "ours / its",
        "CPU ms",
        "RSS MB idle",
        "after",
    )
    return table(head, rows)


def backlog_table(found: Mapping[str, Backlog]) -> str:
    """Return the figures of the backlog."""
    ours = found[DAEMON].rate
    rows = [
        (
            name,
            figure(one.rate, 1),
            f"{ours / one.rate:.2f}",
            figure(one.first_seconds, 2),
            figure(one.cpu_seconds / one.messages * MS, 1) if one.cpu_seconds is not None else "-",
            figure(one.after_mb),
        )
        for name, one in found.items()
    ]
    return table(("", "acknowledged/s", "ours / its", "first after s", "CPU ms each", "RSS MB"), rows)


def told(
    latency: Mapping[str, Latency], backlog: Mapping[str, Backlog], lmtp: float, options: argparse.Namespace
) -> str:
    """Return everything as text."""
    ours = latency[DAEMON]
    share = median(ours.pushed) / median(ours.accepted)
    peers = [name for name in latency if name != DAEMON]
    ratios = [f"{median(ours.accepted) / median(latency[name].accepted):.2f} x {name}" for name in peers]
    own = median(ours.after_push) / median(latency[WATCHER].after_push)
    rates = [f"{backlog[DAEMON].rate / backlog[name].rate:.2f} x {name}" for name in peers]
    return f"""\
1. One message at a time, {options.messages} for each, in turns: from LMTP's final dot to the accepted acknowledgement

{latency_table(latency)}

   median latency: {", ".join(ratios)}
   Dovecot's own push is {share:.0%} of our median; without it: {own:.2f} x {WATCHER}

2. {options.backlog} messages waiting on a closed day, {options.rounds} times in turns: from the first
   acknowledgement to the last

{backlog_table(backlog)}

   throughput: {", ".join(rates)}; LMTP delivery alone: {lmtp:.0f}/s
"""


def report(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Measure, print, and return all figures."""
    place = where()
    print("\n".join(f"{name + ':':17}{value}" for name, value in place.items()), end="\n\n", flush=True)
    (folder / "latency").mkdir()
    latency = measure_latency(folder / "latency", options.messages)
    (folder / "backlog").mkdir()
    backlog, lmtp = measure_backlog(folder / "backlog", options.backlog, options.rounds)
    print(told(latency, backlog, lmtp, options))
    print(HONEST)
    return {
        "where": place,
        "latency_ms": {name: asdict(one) for name, one in latency.items()},
        "backlog": {name: asdict(one) | {"rate": one.rate} for name, one in backlog.items()},
        "lmtp_rate": lmtp,
    }


HONEST = f"""\
What the peers do not do. {VACATION}: runs inside the delivery, so it waits for no push; knows no holidays,
no deadline, no language, nothing of Amazon's mail; remembers only whom it answered. {WATCHER}: one reply for
each mail, nothing checked, nothing stored, no limits; reading a mail marks it as read, so a crash before the reply
loses the buyer. {DAEMON} verifies, classifies, decides with reasons, and has on disk what it received,
decided and sent (SQLite, synchronous=FULL) before it goes on. Dovecot itself runs with mail_fsync=never."""

SKIPPED = """\
################################################################################
# SKIPPED: Pigeonhole vacation. Install it as root:
#   apt-get install -y --no-install-recommends dovecot-sieve
################################################################################
"""


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=40, help="single messages for each contender (40)")
    parser.add_argument("--backlog", type=int, default=300, help="waiting messages in each round (300)")
    parser.add_argument("--rounds", type=int, default=2, help="rounds of the backlog (2)")
    parser.add_argument("--json", type=Path, help="also write all figures to this file")
    options = parser.parse_args()
    if not AVAILABLE:
        parser.exit(1, f"{NEEDED}\n")
    if not PIGEONHOLE:
        print(SKIPPED)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's news about its own next version
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        found = report(options, Path(folder))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
