"""`responder orders --will-be-late`: what is missed unless somebody comes, and what ships before closing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from neighbours.asking import Line, upsert

from responder.adapters.clock import SystemClock
from responder.adapters.store import Store
from responder.cli import main, order_untils
from responder.config.load import load
from responder.core.orders import OrderFacts

CONFIG = """\
timezone: Europe/Paris
operator: {{email: owner@example.com}}
working_hours: {{days: [{days}], hours: ["09:00-18:00"], holidays: {{country: FR}}}}
accounts:
  - name: main
    seller: {{name: Maison Exemple, marketplaces: [amazon.fr]}}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {{host: localhost, username: service, password: {{env: SELLER_PASSWORD}}}}
    smtp: {{host: localhost, username: service, password: {{env: SELLER_PASSWORD}}}}
"""
PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST, SECOND, THIRD = (f"305-0000000-000000{n}" for n in (1, 2, 3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop that is open on the weekdays."""
    (tmp_path / "config.yaml").write_text(CONFIG.format(days="mon, tue, wed, thu, fri"))
    return tmp_path


def keep(folder: Path, ship_by: dict[str, datetime], at: datetime) -> Store:
    """Keep orders that have to ship by then."""
    store = Store.open(f"sqlite:///{folder}/state.db", exclusive=True)
    lines = [
        Line(OrderFacts(order_id=number, marketplace="amazon.fr", purchased_at=at, ship_by_at=by))
        for number, by in ship_by.items()
    ]
    store.run(upsert, "main", lines, reported_at=at, now=at)
    return store


def test_an_ordinary_day_is_left_out(folder: Path) -> None:
    """On a Thursday: Sunday's order ships by Friday 18:00; those of Thursday and Friday have their own day."""
    thursday = datetime(2026, 11, 26, 12, 0, tzinfo=PARIS)
    sunday, friday = (datetime(2026, 11, day, 23, 59, 59, tzinfo=PARIS) for day in (29, 27))
    store = keep(folder, {FIRST: sunday, SECOND: friday, THIRD: thursday.replace(hour=23)}, thursday)
    loaded = load(folder / "config.yaml")
    closing = datetime(2026, 11, 27, 18, 0, tzinfo=PARIS)
    found = order_untils.untils(store, loaded, thursday)
    assert found == {sunday: closing}
    assert order_untils.words(found, sunday, thursday, PARIS) == ", by Fri 18:00"
    assert order_untils.words(found, friday, thursday, PARIS) == order_untils.words(found, None, thursday, PARIS) == ""
    saturday = order_untils.untils(store, loaded, closing + timedelta(hours=20))
    assert saturday == {sunday: None}
    assert order_untils.words(saturday, sunday, closing, PARIS) == ", nobody there"
    store.close()


def test_the_command_lists_them_and_says_by_when(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The shop opens in three days: nobody is there before the ship-by of today's orders."""
    now = SystemClock().now()
    opens_on = WEEKDAYS[(now.astimezone(PARIS).weekday() + 3) % 7]
    (folder / "config.yaml").write_text(CONFIG.format(days=opens_on))
    keep(folder, {FIRST: now + timedelta(hours=3), SECOND: now - timedelta(hours=3)}, now.astimezone(UTC)).close()
    command = ["-c", str(folder / "config.yaml"), "orders", "--will-be-late"]
    assert main.run(command) == 0
    header, line = capsys.readouterr().out.splitlines()
    assert "SHIP BY" in header
    assert line.startswith(FIRST)
    assert "nobody there" in line
    assert main.run([*command, "--json"]) == 0
    (found,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (found["order_id"], found["ship_until_at"], found["late"]) == (FIRST, None, False)


def test_late_and_will_be_late_are_different_orders(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Together they would find none, which nobody means."""
    assert main.run(["-c", str(folder / "config.yaml"), "orders", "--late", "--will-be-late"]) == 2
    assert "ask for one of them" in capsys.readouterr().err
