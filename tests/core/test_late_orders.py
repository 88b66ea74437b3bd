"""Orders that are not shipped: what becomes of them by the calendar, when the operator is told, and in which words."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from responder.core import handling_time, late_alerts, late_orders
from responder.core.calendars import Calendar, Closure, Holiday, Wall, WorkingHours
from responder.core.handling_time import Bought
from responder.core.late_orders import Outlook, Standing, Term, Unshipped
from responder.core.waking import Waking

PARIS = ZoneInfo("Europe/Paris")
WEEK = WorkingHours(PARIS, dict.fromkeys(range(5), ((time(9), time(12, 30)), (time(13, 30), time(18)))))
CHRISTMAS = Holiday(date(2026, 12, 25), "Christmas Day", "holidays:FR")
BREAK = Closure(Wall(date(2026, 12, 28)), Wall(date(2027, 1, 2)), "Winter break", "closures.yaml")
CALENDAR = Calendar(WEEK, {CHRISTMAS.on: CHRISTMAS}, (BREAK,))
ROUND_THE_CLOCK = Calendar(WorkingHours(PARIS, dict.fromkeys(range(7), ((time(0), time(0)),))), {})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ORDER = "305-1234567-7654321"
DAYTIME = Waking((time(7), time(22)), PARIS)


def paris(text: str) -> datetime:
    """Return an instant by the wall clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def order(ship_by: str, **more: object) -> Unshipped:
    """Return an order that has to ship by then; it is known since the beginning of the month."""
    values: dict[str, object] = {
        "account": "main", "order_id": ORDER, "marketplace": "amazon.fr", "ship_by_at": paris(ship_by),
        "first_at": paris("2026-11-02 09:00"), "reported_at": paris("2026-11-02 09:00"),
        "known_at": paris("2026-11-02 09:00"),
    }  # fmt: skip
    return Unshipped(**{**values, **more})  # type: ignore[arg-type]


def term(ship_by: str, calendar: Calendar = CALENDAR, lead: timedelta = 4 * HOUR) -> Term:
    """Return what a ship-by means."""
    return late_orders.terms(calendar, [paris(ship_by)], lead)[paris(ship_by)]


def standing(ship_by: str, now: str, **more: object) -> Standing:
    """Return what becomes of an order."""
    return late_orders.standing(order(ship_by, **more), term(ship_by), paris(now), PARIS)


@pytest.mark.parametrize(
    ("ship_by", "last", "warn", "stretch"),
    [
        ("2026-11-26 23:59:59", "2026-11-26 18:00", "2026-11-26 14:00", None),  # an evening is no closed stretch
        ("2026-11-27 00:00", "2026-11-26 18:00", "2026-11-26 14:00", None),  # midnight ends the day before it
        ("2026-11-27 23:59:59", "2026-11-27 18:00", "2026-11-27 14:00", None),  # Friday itself
        ("2026-11-29 23:59:59", "2026-11-27 18:00", "2026-11-27 14:00", "your weekend"),
        ("2026-11-30 06:00", "2026-11-27 18:00", "2026-11-27 14:00", "your weekend"),  # before Monday's opening
        ("2026-11-26 06:00", "2026-11-25 18:00", "2026-11-25 14:00", None),  # a night
        ("2026-11-26 16:00", "2026-11-26 16:00", "2026-11-26 11:00", None),  # in working time
        ("2026-12-25 23:59:59", "2026-12-24 18:00", "2026-12-24 14:00", "“Christmas Day”"),
        ("2026-12-30 23:59:59", "2026-12-24 18:00", "2026-12-24 14:00", "“Winter break”"),
    ],
)
def test_what_a_ship_by_means_in_the_calendar(ship_by: str, last: str, warn: str, stretch: str | None) -> None:
    """Until when somebody is there, when to warn, and what the closed time is called it lies in."""
    assert term(ship_by) == Term(paris(last), paris(warn), stretch)


def test_who_is_always_there_can_ship_until_the_last_minute() -> None:
    """The lead is then an hour of the clock."""
    found = term("2026-11-29 23:59", ROUND_THE_CLOCK)
    assert found == Term(paris("2026-11-29 23:59"), paris("2026-11-29 19:59"), None)


def test_who_is_never_there_has_no_last_moment() -> None:
    """And is warned as soon as the order is known."""
    never = Calendar(WorkingHours(PARIS, {}), {})
    found = term("2026-11-29 23:59", never)
    assert found.last_at is None
    assert late_orders.outlook(paris("2026-11-29 23:59"), found, paris("2026-11-28 12:00"), PARIS) is Outlook.NOBODY
    known = order("2026-11-29 23:59")
    assert late_orders.warned_at(known, found, None) == known.first_at


@pytest.mark.parametrize(
    ("ship_by", "now", "outlook"),
    [
        ("2026-11-29 23:59:59", "2026-11-26 12:00", Outlook.CLOSING),
        ("2026-11-29 23:59:59", "2026-11-27 12:00", Outlook.TODAY),
        ("2026-11-29 23:59:59", "2026-11-27 17:59", Outlook.TODAY),
        ("2026-11-29 23:59:59", "2026-11-27 18:00", Outlook.NOBODY),
        ("2026-11-29 23:59:59", "2026-11-29 12:00", Outlook.NOBODY),
        ("2026-11-29 23:59:59", "2026-11-29 23:59:59", Outlook.NOBODY),  # at the very instant it is in time
        ("2026-11-29 23:59:59", "2026-11-30 00:00", Outlook.LATE),
        ("2026-11-26 23:59:59", "2026-11-26 08:00", Outlook.TODAY),
        ("2026-11-26 23:59:59", "2026-11-25 12:00", Outlook.LATER),  # an ordinary day has its own time
        ("2026-12-30 23:59:59", "2026-12-16 12:00", Outlook.LATER),  # eight days before everybody leaves
        ("2026-12-30 23:59:59", "2026-12-18 12:00", Outlook.CLOSING),
    ],
)
def test_what_becomes_of_an_order(ship_by: str, now: str, outlook: Outlook) -> None:
    """Late, late unless somebody comes, to ship today, to ship before closing, or nothing to do yet."""
    assert standing(ship_by, now).outlook is outlook


@pytest.mark.parametrize(
    ("ship_by", "first", "at"),
    [
        ("2026-11-29 23:59:59", "2026-11-20 09:00", "2026-11-27 14:00"),
        ("2026-11-29 23:59:59", "2026-11-27 16:00", "2026-11-27 16:00"),  # known late: at once
        ("2026-11-29 23:59:59", "2026-11-28 10:00", "2026-11-28 10:00"),  # when nobody is there
        ("2026-11-29 23:59:59", "2026-11-28 23:00", "2026-11-29 07:00"),  # in the night: in the morning
    ],
)
def test_the_operator_is_warned_in_waking_hours(ship_by: str, first: str, at: str) -> None:
    """Four hours of work before the last moment, and never before the order is known."""
    known = order(ship_by, first_at=paris(first))
    assert late_orders.warned_at(known, term(ship_by), DAYTIME) == paris(at)


def test_a_night_shift_is_warned_before_the_night() -> None:
    """Somebody is there until six in the morning: the warning of two o'clock comes at ten in the evening."""
    nights = Calendar(WorkingHours(PARIS, dict.fromkeys(range(7), ((time(22), time(6)),))), {})
    found = term("2026-11-26 06:00", nights)
    assert found.warn_at == paris("2026-11-26 02:00")
    assert late_orders.warned_at(order("2026-11-26 06:00"), found, DAYTIME) == paris("2026-11-25 22:00")


def test_that_an_order_is_late_is_told_in_the_morning() -> None:
    """Its day ends at midnight: nothing gets worse until seven."""
    late = order("2026-11-26 23:59:59")
    assert late_orders.told_late_at(late, DAYTIME) == paris("2026-11-27 07:00")
    assert late_orders.told_late_at(late, None) == paris("2026-11-26 23:59:59") + timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-29 23:59:59.999", "Sun 29 Nov"),
        ("2026-11-30 00:00", "Sun 29 Nov"),
        ("2026-11-29 23:59", "Sun 29 Nov"),
        ("2026-11-29 16:00", "Sun 29 Nov 16:00"),
        ("2026-11-29 00:30", "Sun 29 Nov 00:30"),
    ],
)
def test_a_ship_by_is_said_as_the_store_shows_it(at: str, words: str) -> None:
    """A day is a day; a time is told where it is not the day's end."""
    assert late_orders.ship_by_words(paris(at), PARIS) == words


def test_the_age_of_the_report_is_told() -> None:
    """A report of this morning, one of Monday, and a store of which none was read."""
    now = paris("2026-11-26 12:00")
    fresh, old = (order("2026-11-26 18:00", known_at=paris(at)) for at in ("2026-11-26 09:10", "2026-11-23 09:10"))
    assert list(late_orders.source_words([fresh], now, PARIS)) == ["As of the report of Thu 26 Nov 09:10."]
    assert list(late_orders.source_words([fresh, old], now, PARIS)) == [
        "As of the report of Mon 23 Nov 09:10. It is 3 d 2 h old: what shipped since is not known here."
    ]
    _, said = late_orders.source_words([replace(fresh, listed=False)], now, PARIS)
    assert said == (
        "No report of unshipped orders was read for amazon.fr: only your shipment confirmations tell what shipped."
    )


# --- the alert


HOSTS = {"amazon.fr": "sellercentral.amazon.fr"}


def alert(*standings: Standing, now: str) -> late_alerts.Alert:
    """Return the alert about these orders."""
    return late_alerts.alert(
        standings, late_alerts.Told(zone=PARIS, zones={"amazon.fr": PARIS}, hosts=HOSTS), paris(now)
    )


def test_an_alert_says_by_when_and_why_before_the_ship_by() -> None:
    """The day lies in the weekend: the last moment is Friday's closing."""
    now = "2026-11-27 14:00"
    found = alert(standing("2026-11-29 23:59:59", now, known_at=paris("2026-11-27 09:10"), cancelling=True), now=now)
    assert found.subject == f"1 to ship by 18:00: {ORDER}"
    assert found.text.splitlines() == [
        "1 order not shipped, as far as is known here (times in Europe/Paris).",
        "As of the report of Fri 27 Nov 09:10.",
        "",
        "To ship in time:",
        "",
        f"Today 18:00 (4 h left)  Order {ORDER}",
        "  amazon.fr · ship by Sun 29 Nov · account main",
        "  The ship-by lies in your weekend.",
        "  Its buyer asked for a cancellation: decide that first.",
        f"  Order: https://sellercentral.amazon.fr/orders-v3/order/{ORDER}",
        "",
        "Shipped already? Import your shipment confirmation, or a new report of unshipped orders.",
    ]


def test_an_alert_has_the_worst_first_and_says_what_the_buyer_may_be_told() -> None:
    """Late, late unless somebody comes, and in time: one mail."""
    now = "2026-11-28 12:00"
    several = [
        standing("2026-11-30 23:59:59", now, order_id="305-0000000-0000003"),
        standing("2026-11-29 23:59:59", now, order_id="305-0000000-0000002"),
        standing("2026-11-26 23:59:59", now, order_id="305-0000000-0000001"),
    ]
    found = alert(*several, now=now)
    subject = "1 order late · 1 order will be late · 1 to ship by Mon 18:00: 305-0000000-0000001 ..."
    assert found.subject == subject
    places = [found.text.index(f"305-0000000-000000{n}") for n in (1, 2, 3)]
    assert places == sorted(places)
    assert "Thu 23:59 (1 d 12 h late)  Order 305-0000000-0000001" in found.text
    assert "Late unless somebody comes before it." in found.text
    assert "responder orders delay ORDER --until DATE" in found.text


def test_a_long_alert_is_cut_and_says_where_the_rest_is() -> None:
    """At most forty orders have lines; all are counted."""
    now = "2026-11-28 12:00"
    one = standing("2026-11-26 23:59:59", now)
    several = [replace(one, order=replace(one.order, order_id=f"305-0000000-{n:07}")) for n in range(700)]
    found = alert(*several, now=now)
    assert found.text.count("https://") == 40
    assert "and 660 more: responder orders --late" in found.text
    assert found.subject.startswith("700 orders late")


def test_nothing_of_an_order_becomes_a_line_or_a_link_of_its_own() -> None:
    """A report's words are anybody's: a store with a line break, a number that is none."""
    strange = standing("2026-11-26 18:00", "2026-11-26 12:00", order_id="1/../x", marketplace="amazon.fr\nBcc: x")
    found = alert(strange, now="2026-11-26 12:00")
    assert "Order (no number)" in found.text
    assert "\nBcc" not in found.text
    assert "https://" not in found.text


# --- the advice


def bought(day: str, ship_by: str, shipped: str, marketplace: str = "amazon.fr") -> tuple[Bought, Term]:
    """Return an order of the advice with what its ship-by means."""
    return Bought(marketplace, paris(day), paris(ship_by), paris(shipped)), term(ship_by)


NOW = paris("2026-11-23 07:30")
LATE_ONES = [
    bought("2026-11-20 20:00", "2026-11-22 23:59:59", "2026-11-23 00:00"),  # Friday; Sunday
    bought("2026-11-13 20:00", "2026-11-15 23:59:59", "2026-11-16 10:00"),
    bought("2026-11-14 20:00", "2026-11-15 23:59:59", "2026-11-15 11:00"),  # somebody came on Sunday
]


def test_the_advice_names_the_days_on_which_a_day_more_would_help() -> None:
    """Orders of these days that shipped well are counted too, so that the share is seen; those of others are not."""
    well = bought("2026-11-06 09:00", "2026-11-08 23:59:59", "2026-11-06 16:00")
    monday = bought("2026-11-02 09:00", "2026-11-04 23:59:59", "2026-11-06 09:00")  # late, for another reason
    found = handling_time.advice([*LATE_ONES, well, monday], {}, PARIS, NOW)
    assert found is not None
    assert (found.weekdays, found.orders, found.late, found.away) == ((4, 5), 4, 2, 1)
    assert found.words == (
        "4 orders bought on Fri and Sat in the last 60 days had their ship-by in your weekend; 2 shipped late and 1"
        " only when nobody is there. To change in Seller Central, Shipping settings."
    )


@pytest.mark.parametrize(
    "orders",
    [
        LATE_ONES[:2],
        [*LATE_ONES[:2], bought("2026-10-02 20:00", "2026-10-04 23:59:59", "2026-10-05 10:00")],  # long ago
        [*LATE_ONES[:2], bought("2026-11-06 20:00", "2026-11-08 23:59:59", "2026-11-06 21:00")],
        [],
    ],
)
def test_two_in_a_month_are_no_habit(orders: list[tuple[Bought, Term]]) -> None:
    """Fewer than three within thirty days are an accident. One that was confirmed after the last hour counts."""
    found = handling_time.advice(orders, {}, PARIS, NOW)
    assert (found is None) is (len(orders) < 3 or orders[2][0].purchased_at < NOW - 30 * DAY)


def test_the_weekday_is_that_of_the_order_s_store() -> None:
    """Friday evening in New York is Saturday in Paris."""
    three = [
        bought("2026-11-14 03:00", "2026-11-15 23:59:59", "2026-11-16 10:00", "amazon.com"),
        *(bought("2026-11-07 03:00", "2026-11-08 23:59:59", "2026-11-09 10:00", "amazon.com") for _ in range(2)),
    ]
    found = handling_time.advice(three, {"amazon.com": ZoneInfo("America/New_York")}, PARIS, NOW)
    assert found is not None
    assert found.weekdays == (4,)
