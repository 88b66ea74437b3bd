"""
The columns of Amazon's report files: what a header means, and which report a set of headers is.

The facts are data (responder/data/order_reports.yaml). A header is compared without regard to case, and a blank, an
underscore and a hyphen are the same; neither a file's name nor the order of its columns means anything.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from responder.core.folding import folded


class ReportKind(StrEnum):
    """The reports that are read; where a file fits two equally well it is the first of them."""

    UNSHIPPED = "unshipped"
    ORDER = "order"
    ALL_ORDERS = "all_orders"
    SHIPMENT_CONFIRMATION = "shipment_confirmation"
    FEEDBACK = "feedback"
    RETURNS = "returns"
    PERFORMANCE = "performance"


class Meaning(StrEnum):
    """What a column says; `nothing` is known and not read."""

    NOTHING = "nothing"
    ORDER_ID = "order_id"
    ITEM = "item"
    SKU = "sku"
    ASIN = "asin"
    TITLE = "title"
    QUANTITY = "quantity"
    SHIPPED = "shipped"
    TO_SHIP = "to_ship"
    ITEM_STATUS = "item_status"
    PURCHASED_AT = "purchased_at"
    SHIP_BY_AT = "ship_by_at"
    SHIPPED_AT = "shipped_at"
    DELIVER_BY_AT = "deliver_by_at"
    DELIVERED_AT = "delivered_at"
    UPDATED_AT = "updated_at"
    BUYER_ADDRESS = "buyer_address"
    BUYER_NAME = "buyer_name"
    STATUS = "status"
    CHANNEL = "channel"
    SALES_CHANNEL = "sales_channel"
    BUSINESS = "business"
    SHIP_COUNTRY = "ship_country"
    CARRIER = "carrier"
    CARRIER_CODE = "carrier_code"
    TRACKING = "tracking"
    CANCELLATION_REQUESTED = "cancellation_requested"
    FEEDBACK_AT = "feedback_at"
    RATING = "rating"
    COMMENT = "comment"
    RESPONSE = "response"
    RETURN_AT = "return_at"
    RETURN_ID = "return_id"
    RETURN_REASON = "return_reason"
    RETURN_QUANTITY = "return_quantity"
    CLAIM = "claim"
    REFUNDED = "refunded"
    CURRENCY = "currency"

    @property
    def words(self) -> str:
        """The meaning as a message names it."""
        return _WORDS.get(self, f"the {self.replace('_', ' ')}")


_WORDS: Mapping[str, str] = {
    "purchased_at": "the date of purchase",
    "ship_by_at": "the last day for shipping",
    "shipped_at": "the date of shipping",
    "deliver_by_at": "the last day for delivery",
    "delivered_at": "the date of delivery",
    "updated_at": "the date of the last update",
    "feedback_at": "the date of the feedback",
    "return_at": "the date of the return's request",
    "quantity": "the quantity ordered",
    "shipped": "the quantity shipped",
    "return_quantity": "the quantity returned",
    "business": "whether it is a business order",
    "cancellation_requested": "whether the buyer asked to cancel",
    "claim": "whether it is an A-to-z claim",
}
DATES = frozenset(meaning for meaning in Meaning if meaning.endswith("_at"))


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """
    What these headers mean; no `reports` means in every report.

    `needed`: the reports that a file with no column of this meaning cannot be.
    """

    meaning: str
    headers: tuple[str, ...]
    reports: tuple[str, ...]
    needed: tuple[str, ...]
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Which report a file is, where each meaning stands in its lines, and the headers nobody knows."""

    kind: ReportKind
    width: int
    places: Mapping[Meaning, int]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Twice:
    """A header that stands twice in a file, so that nobody knows which of the two counts."""

    header: str


@dataclass(frozen=True, slots=True)
class NoReport:
    """Headers of no report we know: whether the order's number is among them, and which nobody knows."""

    has_order_id: bool
    unknown: tuple[str, ...]


_BETWEEN = re.compile(r"[\s_-]+")
MAX_HEADER = 120


def header_key(header: str) -> str:
    """Return a header as it is compared."""
    return _BETWEEN.sub("-", folded(header[:MAX_HEADER])).strip("-")


def known_headers(columns: Iterable[ReportColumn]) -> tuple[str, ...]:
    """Return every header that some row knows, as the row writes it."""
    return tuple(dict.fromkeys(header for column in columns for header in column.headers))


def layout(headers: Sequence[str], columns: Sequence[ReportColumn]) -> Layout | Twice | NoReport:
    """Return what a file with these headers is; of two rows that know a header the first counts."""
    names = [header_key(header) for header in headers]
    meant = {kind: _meant(names, kind, columns) for kind in ReportKind}
    known = {name for each in meant.values() for name in each}
    unknown = tuple(header for name, header in zip(names, headers, strict=True) if name and name not in known)
    fitting = [kind for kind in ReportKind if _fits(meant[kind], kind, columns)]
    if not fitting:
        return NoReport(any(Meaning.ORDER_ID in each.values() for each in meant.values()), unknown)
    kind = max(fitting, key=lambda each: len(meant[each]))  # the first of equals
    read = {name: meaning for name, meaning in meant[kind].items() if meaning is not Meaning.NOTHING}
    twice = next(
        (header for name, header in zip(names, headers, strict=True) if name in read and names.count(name) > 1), None
    )
    return Layout(kind, len(names), _places(names, read, columns), unknown) if twice is None else Twice(twice)


def _meant(names: Sequence[str], kind: ReportKind, columns: Iterable[ReportColumn]) -> dict[str, Meaning]:
    """Return what each of these headers means in a report of this kind."""
    rows = [column for column in columns if not column.reports or kind in column.reports]
    meant: dict[str, Meaning] = {}
    for column in rows:
        for header in column.headers:
            meant.setdefault(header_key(header), Meaning(column.meaning))
    return {name: meant[name] for name in names if name in meant}


def _fits(meant: Mapping[str, Meaning], kind: ReportKind, columns: Iterable[ReportColumn]) -> bool:
    """Return whether every meaning that this kind needs is there; a kind that needs none is no table."""
    needed = {Meaning(column.meaning) for column in columns if kind in column.needed}
    return bool(needed) and needed <= set(meant.values())


def _places(names: Sequence[str], read: Mapping[str, Meaning], columns: Iterable[ReportColumn]) -> dict[Meaning, int]:
    """Return where each meaning stands; of two headers of one meaning the one that the data names first."""
    order = {header_key(header): number for number, header in reversed(list(enumerate(known_headers(columns))))}
    best: dict[Meaning, str] = {}
    for name, meaning in read.items():
        if meaning not in best or order[name] < order[best[meaning]]:
            best[meaning] = name
    return {meaning: names.index(name) for meaning, name in best.items()}
