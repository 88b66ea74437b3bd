"""
Synthetic report files with the columns that Amazon documents; every order, buyer and address in them is made up.

An order is described once, as a `Sold`, and each report says of it what that report has columns for.
"""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mail.stores import STORES


def _headers(words: str) -> list[str]:
    return words.split()


UNSHIPPED = _headers(
    "order-id order-item-id purchase-date payments-date reporting-date promise-date days-past-promise buyer-email "
    "buyer-name buyer-phone-number sku product-name quantity-purchased quantity-shipped quantity-to-ship "
    "ship-service-level recipient-name ship-address-1 ship-address-2 ship-address-3 ship-city ship-state "
    "ship-postal-code ship-country is-business-order purchase-order-number price-designation is-prime"
)
ORDER = [name for name in UNSHIPPED if name not in ("days-past-promise", "quantity-to-ship", "reporting-date")] + [
    "sales-channel",
    "is-buyer-requested-cancellation",
]
ALL_ORDERS = _headers(
    "amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel "
    "order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax "
    "shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount "
    "ship-city ship-state ship-postal-code ship-country promotion-ids is-business-order purchase-order-number "
    "price-designation"
)
CONFIRMATION = _headers(
    "order-id order-item-id quantity ship-date carrier-code carrier-name tracking-number ship-method"
)
FEEDBACK = ["Date", "Rating", "Comments", "Your Response", "Order ID", "Rater Email"]
RETURNS = [
    *("Order ID", "Order date", "Return request date", "Return request status", "Amazon RMA ID", "Merchant RMA ID"),
    *("Label type", "Label cost", "Currency code", "Return carrier", "Tracking ID", "Label to be paid by"),
    *("A-to-Z Claim", "Is prime", "ASIN", "Merchant SKU", "Item Name", "Return quantity", "Return Reason", "In policy"),
    *("Return type", "Resolution", "Invoice number", "Return delivery date", "Order Amount", "Order quantity"),
    "Refunded Amount",
]
COUNTRIES = {"amazon.de": "DE", "amazon.fr": "FR", "amazon.it": "IT", "amazon.es": "ES", "amazon.co.uk": "GB"}


def order_id(number: int, prefix: int = 305) -> str:
    """Return an order number, another one for each `number` up to 14 digits."""
    return f"{prefix}-{number // 10_000_000:07}-{number % 10_000_000:07}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One line of an order."""

    item: str = "40000000000001"
    sku: str = "CUP-BLUE"
    asin: str = "B000000001"
    title: str = "Blue cup"
    quantity: int = 1
    status: str = "Shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """An order as the seller's and Amazon's own books have it."""

    order_id: str
    purchased_at: datetime
    marketplace: str = "amazon.de"
    alias: str = "a1b2c3d4e5f6g7h"
    buyer_name: str = "Jo Sample"
    promise_at: datetime | None = None
    shipped_at: datetime | None = None
    updated_at: datetime | None = None
    status: str = "Shipped"
    channel: str = "Merchant"
    sales_channel: str | None = None
    business: bool = False
    country: str | None = None
    carrier: str = "Post"
    tracking: str = "TRACK0001"
    cancellation_requested: bool = False
    articles: tuple[Article, ...] = (Article(),)

    @property
    def address(self) -> str:
        """The buyer's address at Amazon's relay."""
        return f"{self.alias}@marketplace.{self.marketplace}"

    @property
    def ship_country(self) -> str:
        """Where it goes."""
        return self.country or COUNTRIES.get(self.marketplace, "DE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A buyer's feedback; `date` as the report writes it."""

    order_id: str
    date: str
    rating: int | str = 5
    comment: str = "Arrived in time"
    response: str = ""
    address: str = "a1b2c3d4e5f6g7h@marketplace.amazon.de"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A return request; dates as the report writes them."""

    order_id: str
    date: str
    order_date: str = ""
    rma: str = "DrTLQRRMA"
    claim: str = "N"
    refunded: str = "0.00"
    reason: str = "CR-UNWANTED_ITEM"


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[str] | Mapping[str, str]],
    *,
    encoding: str = "utf-8",
    newline: str = "\r\n",
    zipped: bool = False,
) -> bytes:
    """Return a tab-separated file; a row given by its headers is empty under the others."""
    cells = ([row.get(name, "") for name in headers] if isinstance(row, Mapping) else row for row in rows)
    text = "".join("\t".join(line) + newline for line in (headers, *cells))
    raw = text.encode(encoding)
    return gzip.compress(raw, mtime=0) if zipped else raw


def iso(at: datetime | None) -> str:
    """Return an instant as Amazon's order reports write it."""
    return "" if at is None else at.isoformat(timespec="seconds")


def unshipped(orders: Iterable[Sold], **packed: Any) -> bytes:
    """Return the report of orders that have not shipped."""
    return table(UNSHIPPED, (_order_row(sold, article) for sold in orders for article in sold.articles), **packed)


def order_report(orders: Iterable[Sold], headers: Sequence[str] = ORDER, **packed: Any) -> bytes:
    """Return an order report with the columns that the seller chose."""
    return table(headers, (_order_row(sold, article) for sold in orders for article in sold.articles), **packed)


def _order_row(sold: Sold, article: Article) -> dict[str, str]:
    shipped = article.quantity if sold.shipped_at else 0
    return {
        "order-id": sold.order_id,
        "order-item-id": article.item,
        "purchase-date": iso(sold.purchased_at),
        "payments-date": iso(sold.purchased_at),
        "promise-date": iso(sold.promise_at),
        "days-past-promise": "-1",
        "buyer-email": sold.address,
        "buyer-name": sold.buyer_name,
        "buyer-phone-number": "+49 30 0000000",
        "sku": article.sku,
        "product-name": article.title,
        "quantity-purchased": str(article.quantity),
        "quantity-shipped": str(shipped),
        "quantity-to-ship": str(article.quantity - shipped),
        "ship-service-level": "Standard",
        "recipient-name": sold.buyer_name,
        "ship-address-1": "1 Sample Street",
        "ship-city": "Sampletown",
        "ship-postal-code": "00000",
        "ship-country": sold.ship_country,
        "is-business-order": str(sold.business).lower(),
        "sales-channel": _sales_channel(sold),
        "is-buyer-requested-cancellation": str(sold.cancellation_requested).upper(),
    }


def all_orders(orders: Iterable[Sold], **packed: Any) -> bytes:
    """Return the report of all orders, whatever became of them."""
    return table(ALL_ORDERS, (_all_row(sold, article) for sold in orders for article in sold.articles), **packed)


def _all_row(sold: Sold, article: Article) -> dict[str, str]:
    return {
        "amazon-order-id": sold.order_id,
        "purchase-date": iso(sold.purchased_at),
        "last-updated-date": iso(sold.updated_at or sold.shipped_at or sold.purchased_at),
        "order-status": sold.status,
        "fulfillment-channel": sold.channel,
        "sales-channel": _sales_channel(sold),
        "ship-service-level": "Standard",
        "product-name": article.title,
        "sku": article.sku,
        "asin": article.asin,
        "item-status": article.status,
        "quantity": str(article.quantity),
        "currency": "EUR",
        "item-price": "12.50",
        "ship-city": "Sampletown",
        "ship-country": sold.ship_country,
        "is-business-order": str(sold.business).lower(),
    }


def _sales_channel(sold: Sold) -> str:
    return sold.marketplace.capitalize() if sold.sales_channel is None else sold.sales_channel


def confirmation(orders: Iterable[Sold], **packed: Any) -> bytes:
    """Return the file with which the seller confirms what was shipped, on which day."""
    rows = (
        {
            "order-id": sold.order_id,
            "order-item-id": article.item,
            "quantity": str(article.quantity),
            "ship-date": sold.shipped_at.date().isoformat(),
            "carrier-code": "Other",
            "carrier-name": sold.carrier,
            "tracking-number": sold.tracking,
            "ship-method": "Standard",
        }
        for sold in orders
        if sold.shipped_at is not None
        for article in sold.articles
    )
    return table(CONFIRMATION, rows, **packed)


def feedback(given: Iterable[Rated], **packed: Any) -> bytes:
    """Return the report of what buyers said."""
    rows = ([each.date, str(each.rating), each.comment, each.response, each.order_id, each.address] for each in given)
    return table(FEEDBACK, rows, **packed)


def returns(asked: Iterable[Returned], **packed: Any) -> bytes:
    """Return the report of what buyers send back."""
    rows = (
        {
            "Order ID": each.order_id,
            "Order date": each.order_date,
            "Return request date": each.date,
            "Return request status": "Approved",
            "Amazon RMA ID": each.rma,
            "Currency code": "EUR",
            "A-to-Z Claim": each.claim,
            "Is prime": "N",
            "ASIN": "B000000001",
            "Merchant SKU": "CUP-BLUE",
            "Item Name": "Blue cup",
            "Return quantity": "1",
            "Return Reason": each.reason,
            "Order quantity": "1",
            "Refunded Amount": each.refunded,
        }
        for each in asked
    )
    return table(RETURNS, rows, **packed)


def performance(stores: Mapping[str, str], *, at: str = "2026-11-25", **changed: Any) -> bytes:
    """Return the V2 performance report: of each store the state of its messages to buyers, GOOD or BAD."""
    window = {"reportingDateFrom": "2026-09-10T00:00:00Z", "reportingDateTo": f"{at}T00:00:00Z"}
    whole = {
        "accountStatuses": [{"marketplaceId": STORES[name][0], "status": "NORMAL"} for name in stores],
        "performanceMetrics": [
            {
                "marketplaceId": STORES[name][0],
                "orderDefectRate": {
                    part: {
                        "reportingDateRange": window,
                        "status": "GOOD",
                        "targetValue": 0.01,
                        "targetCondition": "LESS_THAN",
                        "rate": 0.004,
                        "orderCount": 500,
                        "orderWithDefects": {"status": "GOOD", "count": 2},
                        "claims": {"status": "GOOD", "count": 1},
                        "chargebacks": {"status": "GOOD", "count": 0},
                        "negativeFeedback": {"status": "GOOD", "count": 1},
                    }
                    for part in ("afn", "mfn")
                },
                "lateShipmentRate": {
                    "reportingDateRange": window,
                    "status": "GOOD",
                    "targetValue": 0.04,
                    "targetCondition": "LESS_THAN",
                    "rate": 0.01,
                    "orderCount": 300,
                    "lateShipmentCount": 3,
                },
                "preFulfillmentCancellationRate": {
                    "reportingDateRange": window,
                    "status": "GOOD",
                    "targetValue": 0.025,
                    "targetCondition": "LESS_THAN",
                    "rate": 0.0,
                    "orderCount": 70,
                    "cancellationCount": 0,
                },
                "warningStates": {"spammingSellerMessaging": state},
                **changed,
            }
            for name, state in stores.items()
        ],
    }
    return json.dumps({"accountHealthReport": whole}).encode()
