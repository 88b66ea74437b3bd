"""Alerts about orders that have to ship: in working time, once for each ship-by, grouped, and never in the night."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from neighbours.alerts import alert_text
from neighbours.asking import Line, upsert
from sqlalchemy import Connection

from responder.adapters import catalogue
from responder.adapters.store import Store, orders, unshipped_reports
from responder.core.calendars import Calendar, Closure, Wall, WorkingHours
from responder.core.operator import Operator
from responder.core.orders import EventKind, OrderEvent, OrderFacts
from responder.core.waking import Waking
from responder.tasks.account_health import Shop, Watch, late

PARIS = ZoneInfo("Europe/Paris")
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def paris(text: str) -> datetime:
    """Return an instant by the wall clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


MONDAY = paris("2026-11-23 09:10")
THURSDAY, SUNDAY = paris("2026-11-26 23:59:59"), paris("2026-11-29 23:59:59")


def number(n: int) -> str:
    """Return an order number."""
    return f"305-0000000-{n:07}"


class Desk:
    """A store, a shop that is watched, and its operator's mail."""

    def __init__(self, store: Store, lead: timedelta = 4 * HOUR) -> None:
        self.store = store
        self.watch = Watch(
            operator=Operator(
                email="owner@example.com", account="main", from_address="service@example.com",
                from_name="Maison Exemple", instance="0123456789abcdef", secret=b"secret", zone=PARIS,
                hosts={"amazon.fr": "sellercentral.amazon.fr"}, waking=Waking((time(7), time(22)), PARIS),
            ),
            shops=(Shop(account="main", seller_name="Maison Exemple", marketplaces=("amazon.fr",)),),
            calendar=Calendar(WorkingHours(PARIS, dict.fromkeys(range(5), ((time(9), time(18)),))), {}),
            catalogue=catalogue.load(),
            templates={},
            rules=(),
            warn_ship_by=lead,
        )  # fmt: skip

    def report(self, at: datetime, ship_by: dict[int, datetime], **more: Any) -> None:
        """A report of unshipped orders was read when it was made."""

        def work(conn: Connection) -> None:
            lines = [
                Line(OrderFacts(order_id=number(n), marketplace="amazon.fr", ship_by_at=by, **more))
                for n, by in ship_by.items()
            ]
            upsert(conn, "main", lines, reported_at=at, now=at)
            unshipped_reports.note(conn, "main", ["amazon.fr"], at)

        self.store.run(work)

    def confirm(self, n: int, at: datetime) -> None:
        """The seller's own confirmation says when an order shipped."""
        self.store.run(upsert, "main", [Line(OrderFacts(order_id=number(n), shipped_at=at))], reported_at=at, now=at)

    def turn(self, at: datetime) -> str | None:
        """Look at what is to be told, and return the alert's subject and text."""
        return alert_text(self.store, self.store.run(late.turn, self.watch, at))

    def next_at(self, at: datetime) -> datetime | None:
        """Return when to look again."""
        return self.store.run(late.next_at, self.watch, at)


@pytest.fixture
def desk(empty: Store) -> Desk:
    """A shop that is warned four hours of work before the last moment."""
    return Desk(empty)


def test_an_order_is_told_in_working_time_before_its_last_moment_and_once_when_late(desk: Desk) -> None:
    """Its ship-by is Sunday: Friday at 14:00, and on Monday morning; each once, and both may be waited for."""
    desk.report(MONDAY, {1: SUNDAY})
    warned_at, late_at = paris("2026-11-27 14:00"), paris("2026-11-30 07:00")
    assert desk.next_at(MONDAY) == warned_at
    assert desk.turn(warned_at - 6 * MINUTE) is None
    first = desk.turn(warned_at)
    assert first is not None
    assert f"1 to ship by 18:00: {number(1)}" in first
    assert "The ship-by lies in your weekend." in first
    assert "It is 4 d 4 h old: what shipped since is not known here." in first
    assert [desk.turn(warned_at + n * HOUR) for n in (1, 12, 40)] == [None, None, None]
    assert desk.next_at(warned_at) == late_at
    second = desk.turn(late_at)
    assert second is not None
    assert second.startswith(f"1 order late: {number(1)}")
    assert [desk.turn(late_at + n * DAY) for n in (0, 1, 20)] == [None, None, None]
    assert desk.next_at(late_at) is None


def test_what_shipped_or_was_cancelled_is_never_told(desk: Desk) -> None:
    """Confirmed, cancelled, or not in the newest report any more."""
    desk.report(MONDAY, dict.fromkeys((1, 2, 3, 4), THURSDAY))
    desk.confirm(1, MONDAY + DAY)
    cancelled = OrderEvent(order_id=number(2), kind=EventKind.CANCELLED, at=MONDAY, source="notice:1")
    desk.store.run(orders.add_events, "main", [cancelled], MONDAY)
    desk.report(MONDAY + 2 * DAY, {4: THURSDAY})
    found = desk.turn(paris("2026-11-26 14:00"))
    assert found is not None
    assert [n for n in (1, 2, 3, 4) if number(n) in found] == [4]
    desk.confirm(4, paris("2026-11-26 17:00"))
    assert desk.turn(paris("2026-11-27 07:00")) is None
    assert desk.next_at(paris("2026-11-26 17:00")) is None


def test_a_moved_ship_by_is_told_anew(desk: Desk) -> None:
    """The same order, another day: it is another promise."""
    desk.report(MONDAY, {1: THURSDAY})
    assert desk.turn(paris("2026-11-26 14:00")) is not None
    desk.report(paris("2026-11-26 15:00"), {1: THURSDAY + DAY})
    assert desk.turn(paris("2026-11-26 16:00")) is None
    again = desk.turn(paris("2026-11-27 14:00"))
    assert again is not None
    assert "ship by Fri 27 Nov" in again


def test_an_outage_makes_one_mail_and_an_import_of_many_too(desk: Desk) -> None:
    """What was due on Thursday and Friday, and what is late: told on Friday at four, and nothing left for later."""
    desk.report(MONDAY, {**dict.fromkeys(range(100), THURSDAY), **dict.fromkeys(range(100, 150), SUNDAY)})
    found = desk.turn(paris("2026-11-27 16:00"))
    assert found is not None
    assert found.startswith("100 orders late · 50 to ship by 18:00")
    assert found.count("https://") == 40
    assert "and 110 more" in found
    assert desk.turn(paris("2026-11-27 16:01")) is None


def test_warnings_that_lie_close_together_are_one_mail(desk: Desk) -> None:
    """Four minutes apart: the second comes a little early."""
    desk.report(MONDAY, {1: paris("2026-11-26 16:00"), 2: paris("2026-11-26 16:04"), 3: paris("2026-11-26 16:30")})
    found = desk.turn(paris("2026-11-26 12:00"))
    assert found is not None
    assert [n for n in (1, 2, 3) if number(n) in found] == [1, 2]
    assert desk.next_at(paris("2026-11-26 12:00")) in (paris("2026-11-26 12:04"), paris("2026-11-26 12:30"))


def test_what_is_found_in_the_night_waits_for_the_morning(desk: Desk) -> None:
    """The daemon was down in the afternoon: at two in the morning nobody is woken for what is late anyway."""
    desk.report(MONDAY, {1: THURSDAY, 2: SUNDAY})
    night, morning = paris("2026-11-28 02:00"), paris("2026-11-28 07:00")
    assert desk.turn(night) is None
    assert desk.next_at(night) == morning
    found = desk.turn(morning)
    assert found is not None
    assert found.startswith("1 order late · 1 order will be late")
    assert "Late unless somebody comes before it." in found


def test_what_cannot_wait_wakes(desk: Desk) -> None:
    """An order that became known in the night has to ship before the morning."""
    desk.report(paris("2026-11-26 02:00"), {1: paris("2026-11-26 06:00")})
    assert desk.turn(paris("2026-11-26 02:00")) is not None


def test_without_waking_hours_what_can_wait_comes_when_somebody_is_there(desk: Desk) -> None:
    """Late since Sunday midnight: on Monday at nine. What cannot be shipped by then is told at once."""
    desk.watch = replace(desk.watch, operator=replace(desk.watch.operator, waking=None))
    desk.report(MONDAY, {1: SUNDAY})
    assert desk.turn(paris("2026-11-27 14:00")) is not None
    midnight, opens = paris("2026-11-30 00:00"), paris("2026-11-30 09:00")
    assert desk.turn(midnight) is None
    assert desk.next_at(midnight) == opens
    found = desk.turn(opens)
    assert found is not None
    assert found.startswith(f"1 order late: {number(1)}")
    desk.report(paris("2026-12-01 02:00"), {2: paris("2026-12-01 11:00"), 3: paris("2026-12-03 06:00")})
    assert desk.turn(paris("2026-12-01 02:00")) is None
    assert desk.next_at(paris("2026-12-01 02:00")) == paris("2026-12-01 09:00")
    desk.report(paris("2026-12-01 03:00"), {4: paris("2026-12-01 06:00")})
    assert desk.turn(paris("2026-12-01 03:00")) is not None


def test_a_long_closure_keeps_nothing_back(desk: Desk) -> None:
    """Whoever is away for weeks is told of what is late at once: the opening is too far."""
    away = Closure(Wall(date(2026, 11, 27)), Wall(date(2026, 12, 12)), "Away", "closures.yaml")
    calendar = replace(desk.watch.calendar, closures=(away,))
    desk.watch = replace(desk.watch, operator=replace(desk.watch.operator, waking=None), calendar=calendar)
    desk.report(MONDAY, {1: SUNDAY})
    assert desk.turn(paris("2026-11-26 14:00")) is not None
    assert desk.turn(paris("2026-11-30 00:00")) is not None


def test_without_a_lead_nothing_is_told(empty: Store) -> None:
    """`0s` is no alert about a ship-by at all, not one at the last moment."""
    desk = Desk(empty, timedelta(0))
    desk.report(MONDAY, {1: THURSDAY, 2: MONDAY - DAY})
    assert [desk.turn(MONDAY + n * DAY) for n in range(7)] == [None] * 7
    assert desk.next_at(MONDAY) is None


def test_an_alert_that_is_not_kept_has_told_nothing(desk: Desk) -> None:
    """A crash between the decision and the commit: the next look tells the same."""
    desk.report(MONDAY, {1: THURSDAY})
    at = paris("2026-11-26 14:00")

    def crash(conn: Connection) -> None:
        assert late.turn(conn, desk.watch, at) is not None
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        desk.store.run(crash)
    assert desk.turn(at) is not None
    assert desk.turn(at) is None
