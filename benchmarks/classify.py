"""
Parsing and classifying mail, beside the standard library's parser on the same bytes; then the worst mail we know of.

Everything runs in one go, in turns; what counts are the ratios. Run: .venv/bin/python benchmarks/classify.py
"""

import argparse
import email
import email.policy
import json
import multiprocessing
import multiprocessing.connection
import os
import platform
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from acknowledgement import output, table
from fuzz.invariants import OWN, SERVER, catalogue
from mail.fixtures import FIXTURES
from mail.hostile import AMAZON, BOMBS

from responder import __version__
from responder.adapters.clock import SystemClock
from responder.core.classify import classify
from responder.core.message import parse

OURS, PARSE = "buyer-responder: parse and classify", "buyer-responder: parse alone"
COMPAT, MODERN = "email, compat32", "email, policy.default"
PEERS = (COMPAT, MODERN)
HEADERS = ("From", "To", "Subject", "Date", "Message-ID")
LIMIT = 5.0  # seconds the standard library gets for one mail
MS = 1000.0
MB = 1_000_000.0


def ours(raw: bytes) -> None:
    """Do what the daemon does with a mail."""
    classify(parse(raw), catalogue(), OWN, SERVER)


def compat(raw: bytes) -> None:
    """Read the headers as they stand, and the first text."""
    found = email.message_from_bytes(raw, policy=email.policy.compat32)
    for name in HEADERS:
        str(found[name])
    next((part.get_payload(decode=True) for part in found.walk() if part.get_content_maintype() == "text"), None)


def modern(raw: bytes) -> None:
    """Read the headers parsed and decoded, and the text a person is shown."""
    found = email.message_from_bytes(raw, policy=email.policy.default)
    for name in HEADERS:
        str(found[name])
    body = found.get_body(("plain", "html"))
    if body is not None:
        body.get_content()


CONTENDERS: Mapping[str, Callable[[bytes], object]] = {OURS: ours, PARSE: parse, COMPAT: compat, MODERN: modern}


def survives(name: str, raw: bytes) -> bool:
    """Return whether a contender reads the mail to its end."""
    try:
        CONTENDERS[name](raw)
    except Exception:  # noqa: BLE001 - any of them is the end
        return False
    return True


def measure_rates(mails: Sequence[bytes], rounds: int) -> dict[str, list[float]]:
    """Return each contender's mails per second, round by round, in turns; processor time of this thread."""
    found: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for number in range(rounds + 1):
        for name, read in CONTENDERS.items():
            began = time.thread_time()
            for raw in mails:
                read(raw)
            if number:  # the first round warms up
                found[name].append(len(mails) / (time.thread_time() - began))
    return found


@dataclass(frozen=True, slots=True)
class Cost:
    """What one mail took: milliseconds of processor time, peak memory in MB, or how it ended."""

    ms: float | None
    mb: float | None
    ended: str = ""

    def __str__(self) -> str:
        return self.ended or f"{self.ms:.1f}"

    @property
    def weight(self) -> float:
        """Return how bad it is: never having ended is worst."""
        return float("inf") if self.ended else self.ms or 0.0

    @property
    def memory(self) -> str:
        """The peak, or a dash."""
        return "-" if self.mb is None else f"{self.mb:.1f}"


def cost(read: Callable[[bytes], object], raw: bytes, times: int) -> Cost:
    """Return the least processor time of some tries, and the peak of memory of one more."""
    took = []
    for _ in range(times):
        began = time.thread_time()
        read(raw)
        took.append((time.thread_time() - began) * MS)
    tracemalloc.start()
    try:
        read(raw)
        return Cost(min(took), tracemalloc.get_traced_memory()[1] / MB)
    finally:
        tracemalloc.stop()


def _in_child(name: str, raw: bytes, pipe: multiprocessing.connection.Connection) -> None:
    try:
        pipe.send(cost(CONTENDERS[name], raw, 1))
    except Exception as error:  # noqa: BLE001 - what it raises is the figure
        pipe.send(Cost(None, None, type(error).__name__))


def cost_in_child(name: str, raw: bytes) -> Cost:
    """Return what a mail costs a peer, in a process of its own that is ended after `LIMIT` seconds."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_in_child, args=(name, raw, sender))
    child.start()
    try:
        return receiver.recv() if receiver.poll(LIMIT) else Cost(None, None, f"> {LIMIT:.0f} s")
    except EOFError:
        return Cost(None, None, "process died")
    finally:
        child.kill()
        child.join()


def hostile() -> dict[str, dict[str, Cost]]:
    """Return what every hostile mail costs each, as if Amazon had sent it: that is our longest way through."""
    ours(AMAZON)
    return {
        name: {OURS: cost(ours, AMAZON + bomb, 3), **{peer: cost_in_child(peer, AMAZON + bomb) for peer in PEERS}}
        for name, bomb in BOMBS.items()
    }


def hostile_table(found: Mapping[str, Mapping[str, Cost]], names: Sequence[str]) -> str:
    """Return milliseconds and MB of these mails."""
    rows = [
        (
            name,
            f"{len(BOMBS[name]) / MB:.2f}",
            *(text for each in found[name].values() for text in (str(each), each.memory)),
        )
        for name in names
    ]
    return table(("", "mail MB", "ours ms", "MB", "compat32 ms", "MB", "default ms", "MB"), rows)


def rates_table(rates: Mapping[str, Sequence[float]]) -> str:
    """Return mails per second, and ours against each."""
    own = median(rates[OURS])
    rows = [
        (
            name,
            f"{median(each):.0f}",
            f"{min(each):.0f}-{max(each):.0f}",
            f"{MS / median(each):.2f}",
            f"{own / median(each):.2f}",
        )
        for name, each in rates.items()
    ]
    return table(("", "mails/s", "least-most", "ms each", "ours / its"), rows)


def where() -> dict[str, str]:
    """Return what was measured, and on what."""
    cpus = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in cpus if "model name" in line), platform.machine())
    root = str(Path(__file__).resolve().parent.parent)
    commit = output(["git", "-C", root, "describe", "--always", "--dirty"]).strip() or "no git"
    return {
        "date": f"{SystemClock().now():%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} CPUs ({model}), Linux {platform.release()}, load {os.getloadavg()[0]:.1f} before",
        "buyer-responder": f"{__version__} ({commit})",
        "email": f"Python {platform.python_version()}",
    }


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="rounds over all fixtures (7)")
    parser.add_argument("--worst", type=int, default=15, help="hostile mails in the second table (15)")
    parser.add_argument("--json", type=Path, help="also write all figures to this file")
    options = parser.parse_args()
    place = where()
    print("\n".join(f"{name + ':':17}{value}" for name, value in place.items()), end="\n\n", flush=True)
    mails = [fixture.raw for fixture in FIXTURES if all(survives(peer, fixture.raw) for peer in PEERS)]
    size = sum(map(len, mails)) / len(mails)
    rates = measure_rates(mails, options.rounds)
    print(
        f"1. The {len(mails)} fixtures of the tests, {size:.0f} bytes each, {options.rounds} rounds in turns (median);"
        f" {len(FIXTURES) - len(mails)} more are left out, since a peer raises on them\n"
    )
    print(rates_table(rates), end="\n\n", flush=True)
    found = hostile()
    print(hostile_told(found, options.worst))
    print(HONEST)
    if options.json:
        costs = {name: {who: asdict(each) for who, each in costs.items()} for name, costs in found.items()}
        options.json.write_text(json.dumps({"where": place, "rates": rates, "hostile": costs}, indent=1))


def hostile_told(found: Mapping[str, Mapping[str, Cost]], count: int) -> str:
    """Return the mails that are worst for us, then those that are worst for the standard library."""
    hardest = sorted(found, key=lambda name: found[name][OURS].ms or 0.0, reverse=True)[:count]
    theirs = sorted(found, key=lambda name: found[name][MODERN].weight, reverse=True)[:count]
    peak = max(found, key=lambda name: found[name][OURS].mb or 0.0)
    failed = {peer: sum(bool(costs[peer].ended) for costs in found.values()) for peer in PEERS}
    return f"""\
2. {len(found)} hostile mails of the tests, as if from Amazon: processor time in ms, peak of memory in MB

   The {count} that take us longest (ours: the least of 3)

{hostile_table(found, hardest)}

   The {count} that the standard library finds hardest; it gets {LIMIT:.0f} s for each, in a process of its own

{hostile_table(found, theirs)}

   our highest peak of memory: {found[peak][OURS].memory} MB ({peak})
   not read within {LIMIT:.0f} s, or an exception: ours 0, {", ".join(f"{peer} {n}" for peer, n in failed.items())}
"""


HONEST = """\
What the standard library does less: it reads five headers and one text. buyer-responder also reads every address, says
what kind of mail it is, whether it is genuine and automatic, and finds marketplace, order, case, amounts, limits, links
and the buyer's own words. It reads the first MB of a mail and nothing of what exceeds its caps; email reads all."""


if __name__ == "__main__":
    main()
