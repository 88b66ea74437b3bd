"""
All the rates of one store with 200,000 orders: ours beside SQL written by hand, in turns, each in a process of its own.

The peer is what somebody with the database would type: one query for the numerator and one for the denominator of each
rate and each of the last 14 days. It must come to the same values; it names no case, no room, nothing that leaves, and
nothing that is missing. The time is the processor's.
Run: .venv/bin/python benchmarks/metrics.py (the peer takes minutes)
"""

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
OURS, PEER = "buyer-responder", "SQL by hand"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
STORE, ZONE = "amazon.fr", ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)
MB = 1024
EVENTS = ("refunded", "feedback", "cancelled", "claim_decided", "chargeback", "return_requested")
AT_ONCE = 5_000


def end_of_day(at: datetime) -> datetime:
    """Return the last millisecond of its day in the store, as a report's day until which something has to be done."""
    following = at.astimezone(ZONE).date() + DAY
    return datetime.combine(following, clock(0), ZONE).astimezone(UTC) - timedelta(milliseconds=1)


def made(url: str, count: int) -> None:
    """Write a year of orders, of which one in thirty has something happen to it."""
    from sqlalchemy import insert  # noqa: PLC0415 - the peer loads nothing of it

    from responder.adapters.store import Store, schema  # noqa: PLC0415

    dice = random.Random(7)  # noqa: S311 - the same orders each time
    orders, events = [], []
    for number in range(count):
        orders.append(_order(number, NOW - 365 * DAY * (1 - number / count), dice))
        if dice.random() < 1 / 30:
            detail = {"rating": 1, "outcome": "granted"}
            kept = {key: orders[-1][key] for key in ("account", "order_id")}
            at = orders[-1]["purchased_at"] + timedelta(hours=6)
            events.append({**kept, "kind": dice.choice(EVENTS), "at": at, "source": "x", "detail": detail})
    store = Store.open(url, exclusive=True)
    for start in range(0, count, AT_ONCE):
        part = orders[start : start + AT_ONCE]
        store.run(lambda conn, rows: conn.execute(insert(schema.amazon_order), rows), part)
    store.run(lambda conn: conn.execute(insert(schema.order_event), events))
    store.close()


def _order(number: int, bought: datetime, dice: random.Random) -> dict[str, Any]:
    shipped = bought + timedelta(days=1 + dice.random())
    delivered = end_of_day(shipped + timedelta(days=1 + 2 * dice.random()))
    alias = f"buyer{number:010}@marketplace.amazon.fr"
    return {
        "account": "main",
        "order_id": f"305-{number:07}-{number * 7919 % 10_000_000:07}",
        "marketplace": STORE,
        **dict.fromkeys(("buyer_address", "buyer_alias"), alias),
        "status": "Shipped",
        "channel": "merchant",
        "business": False,
        "tracking": f"JD{number:016}" if dice.random() > 1 / 50 else None,
        "purchased_at": bought,
        "ship_by_at": end_of_day(bought + timedelta(days=1.5)),
        "shipped_at": shipped,
        "deliver_by_at": end_of_day(bought + 4 * DAY),
        "delivered_at": delivered,
        **dict.fromkeys(("reported_at", "first_at"), NOW - DAY),
        **{name: {} for name in ("older", "days", "feedback_detail")},
        "feedback": "skipped",
    }


def by_responder(path: Path) -> dict[str, list[float | None]]:
    """Compute every rate of the store, as the command does."""
    from responder.adapters import metric_rules  # noqa: PLC0415 - only this contender's memory holds it
    from responder.adapters.store import Store  # noqa: PLC0415
    from responder.adapters.store.rates import rates  # noqa: PLC0415

    store = Store.open(f"sqlite:///{path}", exclusive=False)
    found = store.run(rates, "main", STORE, metric_rules.load(), ZONE, NOW)
    store.close()
    named = {f"{rate.metric}:{rate.rule.days}": [value for _, value in rate.trend] for rate in found}
    return {name: named[name] for name in SQL}


_KNOWN = f"e.account = o.account AND e.order_id = o.order_id AND e.at <= {round(NOW.timestamp() * 1000)}"
_EVENT = f"EXISTS (SELECT 1 FROM order_event e WHERE {_KNOWN} AND {{}})"  # noqa: S608 - our own text
_DEFECT = _EVENT.format(
    "(e.kind = 'chargeback' OR e.kind = 'feedback' AND json_extract(e.detail, '$.rating') <= 2"
    " OR e.kind = 'claim_decided' AND json_extract(e.detail, '$.outcome') = 'granted')"
)
_TRACKED = "o.tracking IS NOT NULL"
_LATE = ("shipped_at", "o.ship_by_at IS NOT NULL", "o.shipped_at > o.ship_by_at")
# Window and lag in days, the instant by which an order counts, which count, and which are in the numerator.
SQL: Mapping[str, tuple[int, int, str, str, str]] = {
    "order_defect_rate:60": (60, 15, "purchased_at", "1", _DEFECT),
    "cancellation_rate:7": (7, 1, "purchased_at", "1", _EVENT.format("e.kind = 'cancelled' AND e.at < o.shipped_at")),
    "late_shipment_rate:30": (30, 0, *_LATE),
    "late_shipment_rate:10": (10, 0, *_LATE),
    "refund_rate:30": (30, 0, "purchased_at", "1", _EVENT.format("e.kind = 'refunded'")),
    "valid_tracking_rate:30": (30, 10, "deliver_by_at", "1", _TRACKED),
    "on_time_delivery_rate:30": (30, 10, "deliver_by_at", _TRACKED, "o.delivered_at <= o.deliver_by_at"),
}


def by_hand(path: Path) -> dict[str, list[float | None]]:
    """Ask for the numerator and the denominator of each rate and day."""
    conn = sqlite3.connect(path)
    today = NOW.astimezone(ZONE).date()

    def value(day: int, window: int, lag: int, basis: str, which: str, good: str) -> float | None:
        until = today - (day + lag - 1) * DAY
        bounds = [
            round(datetime.combine(each, clock(0), ZONE).timestamp() * 1000) for each in (until - window * DAY, until)
        ]
        where = (
            "FROM amazon_order o WHERE o.account = 'main' AND o.marketplace = ? AND o.channel = 'merchant'"
            f" AND o.{basis} >= ? AND o.{basis} < ? AND {which}"
        )
        now = round(NOW.timestamp() * 1000)
        if basis in ("purchased_at", "shipped_at"):
            where += f" AND o.{basis} <= {now}"
        asked = (STORE, *bounds)
        (of,) = conn.execute(f"SELECT count(*) {where}", asked).fetchone()
        (bad,) = conn.execute(f"SELECT count(*) {where} AND {good}", asked).fetchone()
        return bad / of if of else None

    return {name: [value(day, *rule) for day in reversed(range(14))] for name, rule in SQL.items()}


CONTENDERS: dict[str, Callable[[Path], dict[str, list[float | None]]]] = {OURS: by_responder, PEER: by_hand}


def one(name: str, path: Path) -> None:
    """Compute once, in this process, and print what it took."""
    started = time.process_time()
    values = CONTENDERS[name](path)
    seconds = time.process_time() - started
    peak = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith("VmHWM"))
    print(json.dumps({"values": values, "seconds": seconds, "mb": int(peak.split()[1]) / MB}))


def measured(path: Path, rounds: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each contender's figures, in turns."""
    for _ in range(rounds):
        for name in CONTENDERS:
            command = [sys.executable, __file__, "--one", name, "--file", str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            yield name, json.loads(done.stdout)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.file)
        return
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in CONTENDERS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.db"
        made(f"sqlite:///{path}", asked.orders)
        size = path.stat().st_size / 1e6
        for name, figures in measured(path, asked.rounds):
            runs[name].append(figures)
    ours, theirs = (runs[name][0]["values"] for name in (OURS, PEER))
    assert ours == theirs, [name for name in SQL if ours[name] != theirs[name]]
    of = f"{asked.orders:,} orders in a state of {size:.0f} MB, {len(SQL)} rates, 14 days"
    print(f"\n{of}, median of {asked.rounds}\n")
    print(f"{'':18}{'seconds':>9}{'its / ours':>12}{'peak MB':>9}")
    took = {name: median(run["seconds"] for run in each) for name, each in runs.items()}
    for name, each in runs.items():
        peak = max(run["mb"] for run in each)
        print(f"{name:18}{took[name]:>9.2f}{took[name] / took[OURS]:>12.2f}{peak:>9.0f}")
    print("\nThe values are the same, day by day. Ours has the cases, the room, what leaves when, what is missing,")
    print("and the start of its libraries.")


if __name__ == "__main__":
    main()
