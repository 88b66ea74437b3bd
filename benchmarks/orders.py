"""
A report of many orders read: our reader beside csv.DictReader, in turns, each in a process of its own.

Both read the same synthetic report from the disk; the time is the processor's.
Run: .venv/bin/python benchmarks/orders.py
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
READER, PEER = "buyer-responder", "csv.DictReader"
FIRST_AT = datetime(2026, 1, 1, tzinfo=UTC)
MB = 1024


def made(path: Path, kind: str, count: int) -> None:
    """Write the report, a part at a time."""
    from reports.builders import COUNTRIES, Sold, all_orders, order_id, unshipped  # noqa: PLC0415 - the peer has none

    builder = {"all_orders": all_orders, "unshipped": unshipped}[kind]
    stores = tuple(COUNTRIES)

    def sold(number: int) -> Sold:
        bought_at = FIRST_AT + timedelta(seconds=61 * number)
        return Sold(
            order_id=order_id(number),
            purchased_at=bought_at,
            marketplace=stores[number % len(stores)],
            alias=f"buyer{number:010}",
            buyer_name="Zoé Beispiel",
            promise_at=bought_at + timedelta(days=2),
            shipped_at=bought_at + timedelta(days=1),
        )

    with path.open("wb") as file:
        for start in range(0, count, 1000):
            raw = builder(sold(number) for number in range(start, min(start + 1000, count)))
            file.write(raw if start == 0 else raw.partition(b"\n")[2])


def by_responder(path: Path) -> int:
    """Read every line as the importer does; return how many were read."""
    from responder.adapters import catalogue  # noqa: PLC0415 - only this contender's memory holds it
    from responder.adapters.orders import ReportLine, open_report  # noqa: PLC0415

    known = catalogue.load()
    with open_report(path, catalogue.order_reports(), known, default_zone=ZoneInfo("Europe/Paris")) as report:
        return sum(isinstance(line, ReportLine) for line in report.lines())


def by_dictreader(path: Path) -> int:
    """Read every line into a dictionary of its cells; nothing is checked."""
    with path.open(encoding="utf-8", newline="") as file:
        return sum(bool(row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


CONTENDERS: dict[str, Callable[[Path], int]] = {READER: by_responder, PEER: by_dictreader}


def one(name: str, path: Path) -> None:
    """Read the file once, in this process, and print what it took."""
    read = CONTENDERS[name]
    started = time.process_time()
    rows = read(path)
    seconds = time.process_time() - started
    peak = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith("VmHWM"))
    print(json.dumps({"rows": rows, "seconds": seconds, "mb": int(peak.split()[1]) / MB}))


def measured(path: Path, rounds: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield each contender's figures, in turns."""
    for _ in range(rounds):
        for name in CONTENDERS:
            command = [sys.executable, __file__, "--one", name, "--file", str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            yield name, json.loads(done.stdout)


def table(kind: str, count: int, rounds: int, folder: Path) -> None:
    """Measure one report and print its table."""
    path = folder / f"{kind}.txt"
    made(path, kind, count)
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
    for name, figures in measured(path, rounds):
        assert figures["rows"] == count
        runs[name].append(figures)
    rate = {name: count / median(run["seconds"] for run in each) for name, each in runs.items()}
    print(f"\n{kind}: {count:,} lines, {path.stat().st_size / 1e6:.0f} MB, median of {rounds}\n")
    print(f"{'':18}{'rows/s':>10}{'ours / its':>12}{'peak MB':>9}")
    for name, each in runs.items():
        peak = max(run["mb"] for run in each)
        print(f"{name:18}{rate[name]:>10,.0f}{rate[READER] / rate[name]:>12.2f}{peak:>9.0f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("all_orders", "unshipped"):
            table(kind, asked.rows, asked.rounds, Path(folder))
    print("\nThe peer decides nothing: no encoding, no report, no date, no address, no store, and it checks no cell.")


if __name__ == "__main__":
    main()
