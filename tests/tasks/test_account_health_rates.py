"""Alerts about rates: at the first look what is near or past its cap, then what changes, with a draft, by day."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from email.utils import getaddresses
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from neighbours.alerts import alert_text
from neighbours.asking import Line, upsert

from responder.adapters import catalogue, metric_rules, templates
from responder.adapters.store import Store, outbox, rate_levels, report_files
from responder.core.calendars import Calendar, WorkingHours
from responder.core.metrics import Metric
from responder.core.operator import Operator
from responder.core.orders import EventKind, OrderEvent, OrderFacts, OrderItem
from responder.core.waking import Waking
from responder.tasks.account_health import Shop, Watch, rates

PARIS = ZoneInfo("Europe/Paris")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # a Wednesday
WATCHED = (Metric.LATE_SHIPMENT_RATE, Metric.ORDER_DEFECT_RATE)


def number(n: int) -> str:
    """Return an order number."""
    return f"305-0000000-{n:07}"


class Desk:
    """A store, a shop whose rates are watched, and its operator's mail."""

    def __init__(self, store: Store, template: templates.Template | None = None) -> None:
        self.store = store
        texts = dict(templates.load(None)) | ({template.name: template} if template else {})
        self.watch = Watch(
            operator=Operator(
                email="owner@example.com", account="main", from_address="service@example.com",
                from_name="Maison Exemple", instance="0123456789abcdef", secret=b"secret", zone=PARIS,
                hosts={}, waking=Waking((time(7), time(22)), PARIS),
            ),
            shops=(Shop(account="main", seller_name="Maison Exemple", marketplaces=("amazon.fr", "amazon.de")),),
            calendar=Calendar(WorkingHours(PARIS, dict.fromkeys(range(5), ((time(9), time(18)),))), {}),
            catalogue=catalogue.load(),
            templates=MappingProxyType(texts),
            rules=tuple(rule for rule in metric_rules.load() if rule.metric in WATCHED),
            warn_ship_by=4 * HOUR,
        )  # fmt: skip

    def shipped(self, numbers: range, late_by: timedelta, at: datetime = NOW - 4 * DAY, **more: Any) -> None:
        """A report says when these orders had to ship and when they did."""
        facts = (
            OrderFacts(order_id=number(n), marketplace="amazon.fr", purchased_at=at - 2 * DAY, ship_by_at=at,
                       shipped_at=at + late_by, **more)
            for n in numbers
        )  # fmt: skip
        lines = [Line(each, (OrderItem(item="1", sku="LAMP"),)) for each in facts]
        self.store.run(upsert, "main", lines, reported_at=at + DAY, now=at + DAY)

    def happened(self, n: int, kind: EventKind, at: datetime, **detail: Any) -> None:
        """A notice says what happened to an order."""
        event = OrderEvent(order_id=number(n), kind=kind, at=at, source=f"notice:{n}", detail=detail)
        self.store.run(upsert, "main", [Line(OrderFacts(order_id=number(n)), (), (event,))], reported_at=at, now=at)

    def turn(self, at: datetime) -> str | None:
        """Look at what is to be told, and return the alert's subject and text."""
        return alert_text(self.store, asyncio.run(rates.turn(self.store, self.watch, at)))

    def next_at(self, at: datetime) -> datetime:
        """Return when to look again."""
        return self.store.run(rates.next_at, self.watch, at)


@pytest.fixture
def desk(empty: Store) -> Desk:
    """A shop with a hundred orders of last week, all shipped in time."""
    made = Desk(empty)
    made.shipped(range(100), -HOUR)
    return made


def test_a_rate_past_its_cap_is_told_once_with_a_draft(desk: Desk) -> None:
    """The value, the newest cases and a draft in the store's language; an hour later there is nothing to add."""
    desk.shipped(range(100, 110), 30 * HOUR, carrier="Colissimo")
    told = desk.turn(NOW)
    assert told is not None
    assert told.startswith("Late shipment rate past its cap")
    assert "10 of 110 orders (9.09 %), cap 4 %" in told
    assert "305-0000000-0000109: shipped late" in told
    assert "Plan d'action, amazon.fr" in told
    assert "le même produit : SKU LAMP (cas : 10)" in told
    assert "le même transporteur : Colissimo (cas : 10)" in told
    assert told.count("=== Draft for Amazon's seller support") == 1
    assert desk.turn(NOW + HOUR) is None


def test_a_fresh_shop_that_is_well_is_told_nothing(desk: Desk) -> None:
    """The first look at rates within their caps writes no mail."""
    assert desk.turn(NOW) is None
    assert desk.store.run(outbox.outbox_rows) == ()


def test_a_recovery_is_one_line_without_a_draft(desk: Desk) -> None:
    """Orders that ship in time bring the rate back: it is told, and no plan is asked for."""
    desk.shipped(range(100, 110), 30 * HOUR)
    assert desk.turn(NOW) is not None
    desk.shipped(range(1_000, 1_600), -HOUR)
    told = desk.turn(NOW + HOUR)
    assert told is not None
    assert told.startswith("Late shipment rate back within its cap")
    assert "===" not in told


def test_a_rate_that_is_bad_again_after_a_time_without_orders_is_told_again(desk: Desk) -> None:
    """The shop pauses until nothing is left in the window, silently; late shipments afterwards are new."""
    desk.shipped(range(100, 110), 30 * HOUR)
    assert desk.turn(NOW) is not None
    assert desk.turn(NOW + 60 * DAY) is None
    assert desk.turn(NOW + 60 * DAY + HOUR) is None
    desk.shipped(range(1_000, 1_010), 30 * HOUR, NOW + 80 * DAY)
    told = desk.turn(NOW + 84 * DAY)
    assert told is not None
    assert told.startswith("Late shipment rate past its cap")


def test_a_rate_that_is_well_after_a_time_without_orders_is_told_as_better(desk: Desk) -> None:
    """A person was told that it is past its cap: that it no longer is comes once there is something to count."""
    desk.shipped(range(100, 110), 30 * HOUR)
    assert desk.turn(NOW) is not None
    assert desk.turn(NOW + 60 * DAY) is None
    desk.shipped(range(1_000, 1_010), -HOUR, NOW + 80 * DAY)
    told = desk.turn(NOW + 84 * DAY)
    assert told is not None
    assert told.startswith("Late shipment rate back within its cap")


def test_a_clock_that_was_ahead_does_not_silence_it(desk: Desk) -> None:
    """A look that a wrong clock made in the far future counts as none once the clock is right."""
    assert desk.turn(NOW + 400 * DAY) is None
    desk.shipped(range(100, 110), 30 * HOUR)
    assert desk.next_at(NOW) == NOW
    assert desk.turn(NOW) is not None


def test_several_rates_are_one_mail(desk: Desk) -> None:
    """Late shipments and chargebacks on one day: one mail, a draft for each, the buyer's words bounded in it."""
    bought = NOW - 30 * DAY
    desk.shipped(range(200, 203), -HOUR, bought)
    for n in (200, 201):
        desk.happened(n, EventKind.CHARGEBACK, bought + 3 * DAY, verified=True)
    desk.happened(202, EventKind.FEEDBACK, bought + 3 * DAY, rating=1, comment="Broken\r\nBcc: x@example.org")
    desk.shipped(range(100, 110), 30 * HOUR)
    told = desk.turn(NOW)
    assert told is not None
    assert "Order defect rate" in told
    assert "Late shipment rate" in told
    assert told.count("=== Draft for Amazon's seller support") == 2
    assert '"Broken Bcc: x@example.org"' in told
    assert len(desk.store.run(outbox.outbox_rows)) == 1


def test_a_defect_after_the_window_is_not_called_undecided(desk: Desk) -> None:
    """A chargeback of last week is decided; the order defect rate only does not count it yet, and so the draft says."""
    bought = NOW - 30 * DAY
    desk.shipped(range(200, 203), -HOUR, bought)
    desk.happened(200, EventKind.CHARGEBACK, bought + 3 * DAY, verified=True)
    desk.happened(50, EventKind.CHARGEBACK, NOW - DAY, verified=True)
    told = desk.turn(NOW)
    assert told is not None
    assert "Pas encore comptées : 1." in told


def test_nobody_but_the_operator_ever_gets_it(desk: Desk) -> None:
    """Of all that is written over a week of changes each mail has one recipient: in its row and in its bytes."""
    for day in range(7):
        desk.shipped(range(100 + 50 * day, 120 + 50 * day), 30 * HOUR if day % 2 else -HOUR, NOW + (day - 3) * DAY)
        desk.turn(NOW + day * DAY)
    rows = desk.store.run(outbox.outbox_rows)
    assert len(rows) >= 1
    for row in rows:
        mail = message_from_bytes(row.rfc822 or b"", policy=policy.default)
        named = getaddresses([str(value) for name in ("To", "Cc", "Bcc") for value in mail.get_all(name, [])])
        assert [row.recipient] == [address for _, address in named] == ["owner@example.com"]


def test_a_night_waits_for_the_morning(desk: Desk) -> None:
    """At two in the morning nothing is computed and nothing sent; at seven it is."""
    desk.shipped(range(100, 110), 30 * HOUR)
    night, morning = datetime(2026, 11, 25, 1, 0, tzinfo=UTC), datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
    assert desk.turn(night) is None
    assert desk.next_at(night) == morning
    assert desk.turn(morning) is not None


def test_they_are_computed_each_hour_and_when_a_report_was_read(desk: Desk) -> None:
    """Before the hour is over nothing is looked at, unless a report came in, however long its reading took."""
    assert desk.turn(NOW) is None
    desk.shipped(range(100, 110), 30 * HOUR)
    assert desk.next_at(NOW + HOUR / 2) == NOW + HOUR
    assert desk.turn(NOW + HOUR / 2) is None
    file = report_files.NewReportFile(name="a.txt", sha256="ab" * 32, kind="order", at=NOW - HOUR, account="main",
                                      state="done")  # fmt: skip
    desk.store.run(report_files.keep, file)
    assert desk.next_at(NOW + HOUR / 2) == NOW + HOUR / 2
    assert desk.turn(NOW + HOUR / 2) is not None


def test_a_report_that_was_read_while_they_were_computed_is_new_to_them(desk: Desk) -> None:
    """They were computed without it, so they are due again at once."""
    newest = desk.store.run(rate_levels.newest_report)
    file = report_files.NewReportFile(name="a.txt", sha256="ab" * 32, kind="order", at=NOW, account="main",
                                      state="done")  # fmt: skip
    desk.store.run(report_files.keep, file)
    assert desk.store.run(rates.tell, desk.watch, [], newest, NOW) is None
    assert desk.next_at(NOW) == NOW


def test_a_template_that_fails_does_not_keep_the_alert(empty: Store) -> None:
    """The seller's own text is broken: the alert comes, and says so where the draft would be."""
    broken = templates.parse(
        "plan_of_action", 'subject: "x"\nlanguages:\n  en: |\n    {{ nonsense }}\n', "plan_of_action.yaml"
    )
    desk = Desk(empty, broken)
    desk.shipped(range(20), 30 * HOUR)
    told = desk.turn(NOW)
    assert told is not None
    assert "There is none: line 1: 'nonsense' is not known" in told


def test_what_was_told_is_kept_with_the_mail(desk: Desk) -> None:
    """The row of the level is there exactly when the mail is: both windows of the rate, and no other."""
    desk.shipped(range(100, 110), 30 * HOUR)
    desk.turn(NOW)
    told = desk.store.run(rate_levels.told, ["main"])
    assert {(key[1], key[2]) for key in told} == {
        ("amazon.fr", "late_shipment_rate:30d"), ("amazon.fr", "late_shipment_rate:10d"),
    }  # fmt: skip
    assert {str(each.level) for each in told.values()} == {"over"}
