"""
A year of a shop: some 4,400 orders in two stores, what becomes of each, and when its seller and Amazon say so.

Every order's fate is dealt before anything runs, so the rates of any day are known by construction. What is expected
is counted here, order by order and day by day, and shares no code with the program.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reports.builders import Article, Sold, order_id

DAY = timedelta(days=1)
STORES = {"amazon.de": ZoneInfo("Europe/Berlin"), "amazon.fr": ZoneInfo("Europe/Paris")}
PREFIX = {"amazon.de": 305, "amazon.fr": 171}
FIRST = date(2025, 1, 6)  # a Monday; the whole year lies in the past, since a mail server dates no mail ahead
WEEKS = 52
# UTC: the last two of a day are bought on the next day's clock, in winter and in summer, or in summer only.
HOURS = (time(6, 10), time(9), time(12, 40), time(17, 5), time(22, 30), time(23, 20))
NOTED = time(10)
"""When Amazon's mail comes, and what a report names happened."""

# By store: in which days of the year one order in so many has which fate. What is not named goes well.
BURSTS = {
    "amazon.de": (
        (0, 365, 97, "negative"),
        (0, 365, 131, "refunded"),
        (0, 365, 149, "denied"),
        (0, 365, 83, "buyer_cancelled"),
        (0, 365, 167, "pending"),
        (60, 95, 23, "granted"),
        (75, 95, 37, "charged_back"),
        (90, 140, 61, "double"),
        (150, 190, 53, "improved"),
        (215, 222, 13, "cancelled"),
        (280, 300, 41, "unshipped"),
    ),
    "amazon.fr": (
        (0, 365, 113, "denied"),
        (0, 365, 139, "forged"),
        (0, 365, 71, "by_amazon"),
        (120, 150, 11, "late"),
        (200, 230, 9, "refunded"),
        (255, 262, 17, "cancelled"),
        (300, 340, 31, "negative"),
        (310, 330, 47, "by_amazon_negative"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """One order and what becomes of it; every day is the day after the purchase, on UTC's calendar."""

    sold: Sold
    fate: str

    @property
    def id(self) -> str:
        """Amazon's number of it."""
        return self.sold.order_id

    @property
    def store(self) -> str:
        """Where it was bought."""
        return self.sold.marketplace

    def on(self, days: int) -> datetime:
        """Return so many days after the purchase, at the hour at which things are noted."""
        return datetime.combine(self.sold.purchased_at.date() + days * DAY, NOTED, UTC)

    @property
    def bought_on(self) -> date:
        """The day of the purchase on the store's clock."""
        return self.sold.purchased_at.astimezone(STORES[self.store]).date()

    @property
    def shipped_on(self) -> date | None:
        """The day named in the seller's own file."""
        return None if self.sold.shipped_at is None else self.sold.shipped_at.date()

    @property
    def ship_by_on(self) -> date:
        """The last day on which it is shipped in time, on the store's clock."""
        return self.bought_on + 2 * DAY

    @property
    def by_amazon(self) -> bool:
        """Whether Amazon ships it."""
        return self.fate.startswith("by_amazon")

    def rated(self) -> Iterator[tuple[datetime, int]]:
        """Yield when the buyer gave how many stars."""
        if self.fate in ("negative", "double", "improved", "by_amazon_negative"):
            yield self.on(8), 1
        if self.fate == "improved":
            yield self.on(12), 5

    def noticed(self) -> Iterator[tuple[datetime, str, str]]:
        """Yield when Amazon writes of which kind, and what the mail says."""
        if self.fate in ("granted", "denied", "double", "forged", "pending"):
            yield self.on(9), "A_Z_CLAIM_RESPONDENT_NOTIFY", "A claim was opened."
        if self.fate in ("granted", "denied", "double"):
            verdict = "denied" if self.fate == "denied" else "granted"
            yield self.decided_at, "A_Z_CLAIM_RESPONDENT_CLOSE", f"The claim was {verdict}."
        if self.fate == "charged_back":
            yield self.on(20), "", "there is a chargeback dispute involving the following transaction"
        if self.fate == "refunded":
            yield self.on(10), "REFUND_ISSUED", "We initiated a refund of EUR 12.50."
        if self.fate == "buyer_cancelled":
            yield self.on(1) - timedelta(hours=6), "BRC_SELLER_NOTIFICATION", "The buyer asks you to cancel."

    @property
    def decided_at(self) -> datetime:
        """When Amazon decides about the claim; some take longer than the window waits."""
        return self.on(33 if self.fate == "denied" and self.store == "amazon.fr" else 14)

    @property
    def cancelled_at(self) -> datetime | None:
        """When a report says that it was cancelled."""
        return self.on(1) if self.fate in ("cancelled", "buyer_cancelled") else None

    def as_of(self, now: datetime) -> Sold:
        """Return the order as a report of that instant names it."""
        shipped = self.sold.shipped_at if self.sold.shipped_at and self.sold.shipped_at <= now else None
        if self.cancelled_at is not None and self.cancelled_at <= now:
            return replace(self.sold, status="Cancelled", updated_at=self.cancelled_at, shipped_at=None)
        return replace(self.sold, status="Shipped" if shipped else "Unshipped", shipped_at=shipped, updated_at=shipped)


def year() -> tuple[Bought, ...]:
    """Return the orders of the year, store by store."""
    return tuple(each for store in STORES for each in _orders(store))


def _orders(store: str) -> Iterator[Bought]:
    number = 0
    for day in range(WEEKS * 7):
        for at in HOURS:
            number += 1
            yield _bought(store, number, datetime.combine(FIRST + day * DAY, at, UTC), _fate(store, day, number))


def _fate(store: str, day: int, number: int) -> str:
    """Return the fate of the rarest kind that falls on this order."""
    fitting = [
        (every, fate) for first, last, every, fate in BURSTS[store] if first <= day < last and not number % every
    ]
    return max(fitting, default=(0, "well"))[1]


def _bought(store: str, number: int, at: datetime, fate: str) -> Bought:
    zone = STORES[store]
    local = at.astimezone(zone).date()
    ship_by = datetime.combine(local + 3 * DAY, time(0), zone).astimezone(UTC) - timedelta(seconds=1)
    ship_on = local + (4 if fate == "late" else 2 if number % 5 == 0 else 1) * DAY
    never = fate in ("cancelled", "buyer_cancelled", "unshipped")
    sold = Sold(
        order_id=order_id(number, PREFIX[store]),
        purchased_at=at,
        marketplace=store,
        alias=f"buyer{number:06}{store[-2:]}",
        buyer_name="Jo Sample",
        promise_at=ship_by,
        shipped_at=None if never else datetime.combine(ship_on, time(12), UTC),
        status="Unshipped",
        channel="Amazon" if fate.startswith("by_amazon") else "Merchant",
        tracking=f"TRACK{number:06}",
        articles=(Article(item=f"4{PREFIX[store]}{number:010}", sku=f"LAMP-{number % 7}"),),
    )
    return Bought(sold=sold, fate=fate)


@dataclass(frozen=True, slots=True)
class Asked:
    """A buyer's question about no order, and when it was answered."""

    store: str
    at: datetime
    answered_at: datetime

    @property
    def message_id(self) -> str:
        """The number of the mail."""
        return f"<q-{self.store}-{self.at:%Y%m%dT%H%M}@amazonses.com>"

    @property
    def alias(self) -> str:
        """Who asks: another buyer each time."""
        return f"asker{self.at:%m%d%H}{self.store[-2:]}"


def questions() -> Iterator[Asked]:
    """Yield three questions a week in each store; every third week one is answered late, every second week another."""
    for week in range(WEEKS):
        monday = datetime.combine(FIRST + week * 7 * DAY, time(8), UTC)
        hours = {1: 7, 2: 30 if week % 3 == 0 else 4, 5: 43 if week % 2 == 0 else 2}
        for store in STORES:
            for day, took in hours.items():
                at = monday + day * DAY
                yield Asked(store, at, at + timedelta(hours=took))


class Expected:
    """The rates of a store at an instant, counted order by order."""

    def __init__(self, orders: tuple[Bought, ...], asked: tuple[Asked, ...], store: str, now: datetime) -> None:
        self.now = now
        self.zone = STORES[store]
        self.today = now.astimezone(self.zone).date()
        self.orders = [each for each in orders if each.store == store and each.sold.purchased_at < now]
        self.asked = [each for each in asked if each.store == store and each.at < now]

    def _bought(self, days: int, lag: int) -> list[Bought]:
        last = self.today - lag * DAY
        return [each for each in self.orders if last - days * DAY < each.bought_on <= last]

    def defects(self, *, by_amazon: bool) -> tuple[set[str], int]:
        """Return the orders with a defect that counts, and how many orders there are."""
        found = [each for each in self._bought(60, 15) if each.by_amazon == by_amazon]
        return {each.id for each in found if self._is_defect(each)}, len(found)

    def _is_defect(self, each: Bought) -> bool:
        rated = [stars for at, stars in each.rated() if at <= self.now]
        granted = each.fate in ("granted", "double") and each.decided_at <= self.now
        charged = each.fate == "charged_back" and each.on(20) <= self.now
        return (bool(rated) and rated[-1] <= 2) or granted or charged

    def at_risk(self) -> set[str]:
        """Return the seller's orders that may come to count: a claim that is open, or too young for the window."""
        last = self.today - 15 * DAY
        return {
            each.id
            for each in self.orders
            if not each.by_amazon
            and each.bought_on > last - 60 * DAY
            and (self._is_open(each) or (each.bought_on > last and self._is_defect(each)))
        }

    def _is_open(self, each: Bought) -> bool:
        """Whether a claim was opened that is not decided."""
        if each.fate not in ("granted", "denied", "double", "pending") or each.on(9) > self.now:
            return False
        return each.fate == "pending" or each.decided_at > self.now

    def cancelled(self) -> tuple[set[str], int]:
        """Return the orders that the seller cancelled, and how many orders there are."""
        found = [each for each in self._bought(7, 1) if not each.by_amazon]
        known = {each.id for each in found if each.cancelled_at is not None and each.cancelled_at <= self.now}
        return {each.id for each in found if each.id in known and each.fate == "cancelled"}, len(found)

    def late(self, days: int) -> tuple[set[str], int]:
        """Return the orders that were shipped late, and how many were shipped."""
        found = [
            each
            for each in self.orders
            if not each.by_amazon
            and each.sold.shipped_at is not None
            and each.sold.shipped_at <= self.now
            and each.shipped_on is not None
            and self.today - days * DAY < each.shipped_on <= self.today
        ]
        return {each.id for each in found if each.shipped_on and each.shipped_on > each.ship_by_on}, len(found)

    def refunded(self) -> tuple[set[str], int]:
        """Return the orders that were refunded, and how many orders there are."""
        found = self._bought(30, 0)
        return {each.id for each in found if each.fate == "refunded" and each.on(10) <= self.now}, len(found)

    def answered(self, days: int) -> tuple[int, int]:
        """Return how many questions were answered within 24 hours, and how many count."""
        found = [each for each in self.asked if each.at.astimezone(self.zone).date() > self.today - days * DAY]
        in_time = [each for each in found if each.answered_at <= self.now and each.answered_at - each.at <= DAY]
        counted = [each for each in found if each.answered_at <= self.now or self.now - each.at > DAY]
        return len(in_time), len(counted)
