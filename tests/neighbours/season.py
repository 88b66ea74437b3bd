"""
A season of a shop: 500 orders in four stores, what becomes of each, and what the daemon owes it, said in advance.

Every order's fate is dealt before anything runs. What is expected of it is worked out here, from calendars written
down by hand, and shares no code with the program.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from reports.builders import Article, Sold, order_id

STORES = ("amazon.de", "amazon.fr", "amazon.it", "amazon.co.uk")
COUNTRY = {"amazon.de": "DE", "amazon.fr": "FR", "amazon.it": "IT", "amazon.co.uk": "GB"}
PREFIX = {"amazon.de": 305, "amazon.fr": 171, "amazon.it": 407, "amazon.co.uk": 202}
START = datetime(2026, 3, 9, 5, 30, tzinfo=UTC)  # a Monday
DAYS = 45
ORDERS = 500
PER_DAY = 40
DAY = timedelta(days=1)
TRANSIT = {"FR": 2}  # and 4 for every other country, as shipped
AFTER = 7
CLOSES = 30
# Good Friday and Easter Monday; France and Italy work on Good Friday.
HOLIDAYS = {
    "DE": {date(2026, 4, 3), date(2026, 4, 6)},
    "FR": {date(2026, 4, 6)},
    "IT": {date(2026, 4, 6)},
    "GB": {date(2026, 4, 3), date(2026, 4, 6)},
}
SAMPLE = "SAMPLE-0001"

# How many orders end how; all others go well. What of it is told in which file or mail, the story says.
FATES = {
    "business": 20,
    "cancelled": 12,
    "refunded": 8,
    "claimed": 4,
    "returned": 10,
    "negative": 6,
    "praised": 5,
    "shipped_late": 12,
    "never_shipped": 6,
    "fulfilled_by_amazon": 10,
    "sample": 6,
    "elsewhere": 4,
    "opted_out": 4,
    "named_by_the_seller": 3,
    "overdue": 4,
    "answered": 6,
    "no_invoice": 12,
    "late_invoice": 15,
    "wrong_invoice": 4,
    "scanned_invoice": 3,
    "no_address": 5,
}
REASONS = {
    "cancelled": ("skipped", "cancelled"),
    "refunded": ("skipped", "refunded"),
    "claimed": ("skipped", "claimed"),
    "returned": ("skipped", "returned"),
    "negative": ("skipped", "negative_feedback"),
    "praised": ("skipped", "feedback_given"),
    "shipped_late": ("skipped", "shipped_late"),
    "never_shipped": ("skipped", "not_shipped_in_time"),
    "fulfilled_by_amazon": ("skipped", "excluded_channel"),
    "sample": ("skipped", "excluded_sku"),
    "elsewhere": ("skipped", "not_amazon"),
    "opted_out": ("skipped", "suppressed"),
    "named_by_the_seller": ("skipped", "suppressed"),
    "overdue": ("skipped", "thread_overdue"),
}
# Held until the window closes; then they have another reason.
HELD = {
    "no_invoice": ("invoice_missing", "invoice_never_came"),
    "wrong_invoice": ("invoice_refused", "invoice_never_came"),
    "scanned_invoice": ("invoice_refused", "invoice_never_came"),
    "no_address": ("no_address", "too_late"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """One order, what becomes of it, and on which day it ships."""

    sold: Sold
    fate: str
    ship_on: date

    @property
    def id(self) -> str:
        """Amazon's number of it."""
        return self.sold.order_id

    @property
    def delivered_on(self) -> date:
        """The last of the working days it is under way."""
        country = COUNTRY[self.sold.marketplace]
        day, left = self.ship_on, TRANSIT.get(country, 4)
        while left:
            day += DAY
            left -= day.weekday() < 5 and day not in HOLIDAYS[country]
        return day

    @property
    def planned_on(self) -> date:
        """The day on which the buyer is to be asked: the delivery day is over at its end."""
        return self.delivered_on + (1 + AFTER) * DAY

    @property
    def asked_from(self) -> date | None:
        """The first day on which the buyer may be asked; None for an order that is never asked about."""
        if self.fate in REASONS or self.fate in HELD:
            return None
        return self.planned_on + {"late_invoice": 3, "answered": 1}.get(self.fate, 0) * DAY

    @property
    def closed_at_the_end(self) -> bool:
        """Whether the window is over when the story is."""
        return self.delivered_on + (1 + CLOSES) * DAY <= (START + DAYS * DAY).date()

    @property
    def ends(self) -> tuple[str, str]:
        """State and reason at the end of the story."""
        if self.fate in HELD:
            waits, gave_up = HELD[self.fate]
            return ("skipped", gave_up) if self.closed_at_the_end else ("held", waits)
        return REASONS.get(self.fate, ("asked", "asked"))


def season() -> tuple[Bought, ...]:
    """Return the orders; they ship over 20 days, weekends included, as many from each store."""
    fates = [fate for fate, count in FATES.items() for _ in range(count)]
    fates += ["well"] * (ORDERS - len(fates))
    dealt = sorted(range(ORDERS), key=lambda number: number * 211 % ORDERS)  # 211 and 500 have no common divisor
    return tuple(_bought(number, fates[place]) for number, place in enumerate(dealt))


def _bought(number: int, fate: str) -> Bought:
    store = STORES[number % 4]
    # What is never done with before the window closes ships first, so that the story sees both ends.
    ship_on = START.date() + (number // 4) % (16 if fate in HELD else 20) * DAY
    promised = ship_on + (-1 if fate == "shipped_late" else 2) * DAY
    sold = Sold(
        order_id=order_id(number + 1, PREFIX[store]),
        purchased_at=datetime.combine(ship_on - 3 * DAY, time(11, 20), UTC),
        marketplace=store,
        alias=f"buyer{number:05}season",
        buyer_name=("Anna", "Camille", "Giulia", "Jordan")[number % 4],
        promise_at=datetime.combine(promised, time(21, 59, 59), UTC),
        shipped_at=None if fate == "never_shipped" else datetime.combine(ship_on, time(12), UTC),
        status="Unshipped",
        channel="Amazon" if fate == "fulfilled_by_amazon" else "Merchant",
        sales_channel="Non-Amazon" if fate == "elsewhere" else None,
        business=fate == "business",
        country=COUNTRY[store],
        articles=_articles(number, fate),
    )
    return Bought(sold=sold, fate=fate, ship_on=ship_on)


def _articles(number: int, fate: str) -> tuple[Article, ...]:
    first = Article(item=f"4{number:013}", sku=SAMPLE if fate == "sample" else f"LAMP-{number % 17}")
    second = Article(item=f"5{number:013}", sku=f"CUP-{number % 5}", quantity=2, title='Cup, 3" wide')
    return (first, second) if number % 6 == 0 else (first,)


def of(orders: tuple[Bought, ...], *fates: str) -> Iterator[Bought]:
    """Yield the orders of these fates."""
    return (each for each in orders if each.fate in fates)


def cancelled(sold: Sold) -> Sold:
    """Return the order as a report names it after it was cancelled."""
    return replace(sold, status="Cancelled", updated_at=sold.purchased_at + DAY)
