"""
Replaying past mail (`responder simulate`), beside plainly parsing the same mbox by the standard library.

Both read the same file in processes of their own, in turns. Run: .venv/bin/python benchmarks/simulate.py
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from acknowledgement import table
from classify import where
from mail import builders
from simulation import quarter

OURS, PEER = "buyer-responder: simulate", "mailbox and email, policy.default"
CONTENDERS: Mapping[str, str] = {OURS: "simulate", PEER: "parse"}
SINCE, NOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 9, 30, 12, tzinfo=UTC)
STORES = ("amazon.fr", "amazon.de", "amazon.it")
NOTICES = tuple(builders.NOTICES)


def mails(count: int) -> tuple[quarter.Mail, ...]:
    """
    Return nine months of a shop, evenly by day and night, in groups of five.

    Two buyers write; the first writes again and is answered, the other never is; then a notice comes.
    """
    found: list[quarter.Mail] = []
    step = (NOW - SINCE) / (count + 1)
    for number in range(count):
        at, store = SINCE + step * (number + 1), STORES[number // 5 % len(STORES)]
        match number % 5:
            case 0 | 1:
                found.append(quarter.asked(number, at, store=store))
            case 2:
                found.append(quarter.asked(number - 2, at, store=store, text=f"Et alors ? C'est la question {number}."))
            case 3:
                found.append(quarter.answer(found[-1], number - 3, at - found[-1].at, store))
            case _:
                raw = builders.notice(
                    NOTICES[number // 5 % len(NOTICES)],
                    order_id=f"171-1234567-{number:07d}",
                    sent_at=at,
                    message_id=f"<notice-{number}@example.net>",
                )
                found.append(quarter.Mail(at, raw))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a whole mbox took: seconds, and of the whole process those of the processor and the peak of memory."""

    seconds: float
    cpu: float
    mb: float


def cost(who: str, folder: Path) -> Cost:
    """Return what the mbox costs a contender, in a process of its own."""
    script = str(Path(__file__).with_name("replaying.py"))
    told = {"RESPONDER_CLOCK_FILE": str(folder / "clock"), "SELLER_PASSWORD": "none"}
    command = [sys.executable, script, who, str(folder), f"{SINCE:%Y-%m-%d}"]
    done = subprocess.run(command, env={**os.environ, **told}, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(done.stdout))


def figures_table(found: Mapping[str, Sequence[Cost]], count: int) -> str:
    """Return mails per second, processor time, memory, and our rate against each."""
    own = median(each.seconds for each in found[OURS])
    rows = [
        (
            name,
            f"{count / median(each.seconds for each in costs):.0f}",
            f"{median(each.cpu for each in costs) * 1000 / count:.1f}",
            f"{max(each.mb for each in costs):.0f}",
            f"{median(each.seconds for each in costs) / own:.3f}",
        )
        for name, costs in found.items()
    ]
    return table(("", "mails/s", "CPU ms each", "peak MB", "ours / its"), rows)


HONEST = """\
What the peer does not do: it reads each mail's headers and text, and ends there. buyer-responder goes through the file
twice, classifies, threads and keeps every mail, decides with reasons, lets time go on between two mails (timers,
closings, sendings), and comes to figures."""


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=1000, help="mails in the mbox (1000)")
    parser.add_argument("--rounds", type=int, default=3, help="times each reads it (3)")
    parser.add_argument("--json", type=Path, help="also write all figures to this file")
    options = parser.parse_args()
    place = where()
    print("\n".join(f"{name + ':':17}{value}" for name, value in place.items()), end="\n\n", flush=True)
    found: dict[str, list[Cost]] = {name: [] for name in CONTENDERS}
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "clock").write_text(NOW.isoformat())
        quarter.write_config(folder)
        size = quarter.as_mbox(folder / "past.mbox", mails(options.mails)).stat().st_size
        for _ in range(options.rounds):
            for name, costs in found.items():
                costs.append(cost(CONTENDERS[name], folder))
    times = f"{options.rounds} times in turns (median; the highest peak)"
    print(f"{options.mails} mails of nine months, {size / 1e6:.1f} MB, {times}\n")
    print(figures_table(found, options.mails), end="\n\n")
    print(HONEST)
    if options.json:
        all_costs = {name: [asdict(each) for each in costs] for name, costs in found.items()}
        options.json.write_text(json.dumps({"where": place, "mails": options.mails, "costs": all_costs}, indent=1))


if __name__ == "__main__":
    main()
