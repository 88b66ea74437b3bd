"""
What one line of an Amazon report says of an order, as plain values.

A cell that cannot be read with certainty makes its line a `BadLine`: nothing is guessed, and the other lines count.
What is none of our business (addresses, telephone numbers, prices) is not read.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from responder.core import order_days
from responder.core.addresses import strict_spec
from responder.core.amazon import Catalogue, Marketplace, RelayAddress, relay_address
from responder.core.folding import folded
from responder.core.message import clean
from responder.core.orders import ORDER_ID, Channel, EventKind, OrderEvent, OrderFacts, OrderItem
from responder.core.report_columns import Layout, Meaning
from responder.core.report_dates import DateError, Moment, day_of, first_instant, moment
from responder.core.report_lines import BadLine, OtherSale, ReportLine
from responder.errors import ResponderError

MAX_WORDS = 200
MAX_COMMENT = 2_000
MAX_SHOWN = 40


class ReportError(ResponderError):
    """A file is no report that can be read: `problem` says why, `hint` is the way out."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"{problem} ({hint})")
        self.problem = problem
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file's lines are read: its columns, its stores, when it was made, and how its dates are written."""

    layout: Layout
    catalogue: Catalogue
    default_zone: ZoneInfo
    reported_at: datetime
    day_first: bool | None = None


class _BadCellError(Exception):
    """A cell cannot be read; the message names the value and what it should be."""


_NUMBER = re.compile(r"[0-9]{1,7}(?:\.0{1,4})?")
_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
# What programs of several languages write for a yes and a no when a file was saved anew.
_YES = frozenset(
    {"true", "yes", "y", "1", "wahr", "ja", "vrai", "oui", "vero", "si", "verdadero", "verdadeiro", "sim", "waar"}
    | {"sant", "prawda", "tak", "dogru", "evet"}
)
_NO = frozenset(
    {"false", "no", "n", "0", "falsch", "nein", "faux", "non", "falso", "nao", "onwaar", "nee", "falskt", "nej"}
    | {"falsz", "nie", "yanlis", "hayir", "n/a"}
)
_MERCHANT = frozenset({"merchant", "mfn", "seller"})
_AMAZON = frozenset({"amazon", "afn"})
_DAMAGED = "\N{REPLACEMENT CHARACTER}"
_AMAZON_STORE = "amazon"
_CANCELLED = re.compile(r"cancell?ed")


def line_of(cells: Sequence[str], number: int, reading: Reading) -> ReportLine | BadLine | OtherSale:
    """Return what a line's cells say; a line of fewer cells than headers says nothing under the last ones."""
    width = len(cells)
    places = reading.layout.places.items()
    said = {each: text for each, at in places if at < width and (text := cells[at].strip())}
    channel = said.get(Meaning.SALES_CHANNEL, _AMAZON_STORE)
    if not channel.casefold().startswith(_AMAZON_STORE) and not ORDER_ID.fullmatch(said.get(Meaning.ORDER_ID, "")):
        return OtherSale(number, clean(channel, MAX_SHOWN))
    try:
        return _Line(said, reading).read(number)
    except _BadCellError as error:
        return BadLine(number, str(error))


class _Line:
    """The cells of one line that are not empty, by what they mean."""

    def __init__(self, said: Mapping[Meaning, str], reading: Reading) -> None:
        self._said = said
        self._reading = reading
        self._order_id = self._read_order_id()
        self._relay = self._read_relay()
        self._store = self._read_store()
        self._zone = reading.default_zone if self._store is None else ZoneInfo(self._store.timezone)
        self._updated_at = self._first(Meaning.UPDATED_AT)

    def read(self, number: int) -> ReportLine:
        """Return all of it."""
        said = {name: said for meaning, name in _MOMENTS if (said := self._moment(meaning)) is not None}
        facts, items, events = self._facts(said), tuple(self._items()), tuple(self._events())
        written = {} if self._store else {name: order_days.as_written(each) for name, each in said.items()}
        days = {name: each for name, each in written.items() if each is not None}
        return ReportLine(number, facts, items, events, self._updated_at, days)

    def _facts(self, said: Mapping[str, Moment]) -> OrderFacts:
        read: dict[str, Any] = {name: how(self, meaning) for meaning, name, how in _FACTS if meaning in self._said}
        read |= {name: order_days.placed(name, each, self._zone) for name, each in said.items()}
        if self._relay is not None:
            read |= {"buyer_address": self._relay.full, "buyer_alias": self._relay.alias}
        if self._store is not None:
            read["marketplace"] = self._store.name
        return OrderFacts(order_id=self._order_id, **read)

    def _items(self) -> Iterator[OrderItem]:
        """Yield the line's item; a return's is none of its own: the order's reports name it by its number."""
        item = self.words(Meaning.ITEM) or self.words(Meaning.SKU)
        if item is None or Meaning.RETURN_AT in self._reading.layout.places:
            return
        read: dict[str, Any] = {name: how(self, meaning) for meaning, name, how in _ITEM if meaning in self._said}
        yield OrderItem(item=item, **read)

    def _events(self) -> Iterator[OrderEvent]:
        seen_at = self._updated_at or self._reading.reported_at
        if _CANCELLED.match(self._said.get(Meaning.STATUS, "").casefold()):
            yield self._event(EventKind.CANCELLED, seen_at, "report:cancelled")
        if self.flag(Meaning.CANCELLATION_REQUESTED):
            yield self._event(EventKind.CANCELLATION_REQUESTED, seen_at, "report:cancellation_requested")
        if Meaning.RATING in self._said:
            yield self._feedback()
        if Meaning.RETURN_AT in self._reading.layout.places:
            yield from self._return()

    def _event(self, kind: EventKind, at: datetime, source: str, **detail: Any) -> OrderEvent:
        kept = {key: value for key, value in detail.items() if value is not None}
        return OrderEvent(order_id=self._order_id, kind=kind, at=at, source=source, detail=kept)

    def _feedback(self) -> OrderEvent:
        said = self._moment(Meaning.FEEDBACK_AT)
        text = self._said[Meaning.RATING]
        if text not in {"1", "2", "3", "4", "5"}:
            raise _BadCellError(f"the rating {_shown(text)} is none of 1 to 5")
        if said is None:
            raise _BadCellError("a rating without a date")
        comment, response = self.words(Meaning.COMMENT, MAX_COMMENT), self.words(Meaning.RESPONSE, MAX_COMMENT)
        source = f"report:feedback:{day_of(said).isoformat()}:{text}"
        at = first_instant(said, self._zone)
        return self._event(EventKind.FEEDBACK, at, source, rating=int(text), comment=comment, response=response)

    def _return(self) -> Iterator[OrderEvent]:
        """Yield a return, the claim it belongs to, and that it was refunded: the report dates none but the first."""
        said = self._moment(Meaning.RETURN_AT)
        if said is None:
            raise _BadCellError("a return without the date of its request")
        at = first_instant(said, self._zone)
        which = self.words(Meaning.RETURN_ID) or day_of(said).isoformat()
        reason, quantity = self.words(Meaning.RETURN_REASON), self.quantity(Meaning.RETURN_QUANTITY)
        yield self._event(EventKind.RETURN_REQUESTED, at, f"report:return:{which}", reason=reason, quantity=quantity)
        if self.flag(Meaning.CLAIM):
            yield self._event(EventKind.CLAIM_OPENED, at, "report:claim")
        refunded, amount = self._refunded()
        if refunded:
            currency = self.words(Meaning.CURRENCY)
            yield self._event(EventKind.REFUNDED, at, f"report:refund:{which}", amount=amount, currency=currency)

    def _read_order_id(self) -> str:
        text = self._said.get(Meaning.ORDER_ID)
        if text is None:
            raise _BadCellError("no order number")
        if not ORDER_ID.fullmatch(text):
            raise _BadCellError(f"{_shown(text)} is no order number: three, seven and seven digits with hyphens")
        return text

    def _read_relay(self) -> RelayAddress | None:
        """Return the buyer's address at Amazon's relay; any other address is not kept."""
        text = self._said.get(Meaning.BUYER_ADDRESS)
        return relay_address(strict_spec(text), self._reading.catalogue) if text else None

    def _read_store(self) -> Marketplace | None:
        """Return the store that the sales channel names; where none is said, that of the buyer's relay address."""
        named = self._said.get(Meaning.SALES_CHANNEL)
        if named is not None:
            return self._reading.catalogue.by_name(named.casefold())
        return None if self._relay is None else self._relay.marketplace

    def words(self, meaning: Meaning, limit: int = MAX_WORDS) -> str | None:
        """Return a cell's text as it is kept; one with a damaged letter is not said."""
        text = self._said.get(meaning)
        return None if text is None else _kept(text, limit)

    def country(self, meaning: Meaning) -> str | None:
        """Return a country's code of two letters."""
        text = self._said[meaning].upper()
        return text if len(text) == 2 and text.isascii() and text.isalpha() else None

    def channel(self, meaning: Meaning) -> Channel | None:
        """Return who ships, in one of Amazon's two ways to say it."""
        text = self._said[meaning].casefold()
        if text in _MERCHANT:
            return Channel.MERCHANT
        return Channel.AMAZON if text in _AMAZON else None

    def flag(self, meaning: Meaning) -> bool | None:
        """Return a yes or a no."""
        text = self._said.get(meaning)
        if text is None:
            return None
        word = folded(text[:MAX_SHOWN])
        if word not in _YES and word not in _NO:
            raise _BadCellError(f"{meaning.words} is {_shown(text)}, neither true nor false")
        return word in _YES

    def quantity(self, meaning: Meaning) -> int | None:
        """Return a whole number of pieces."""
        text = self._said.get(meaning)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text):
            raise _BadCellError(f"{meaning.words} is {_shown(text)}, no whole number")
        return int(text.partition(".")[0])

    def _first(self, meaning: Meaning) -> datetime | None:
        """Return when it was; of a day without a time its first instant."""
        said = self._moment(meaning)
        return None if said is None else first_instant(said, self._zone)

    def _refunded(self) -> tuple[bool, str | None]:
        """Return whether anything was refunded, and the amount where it can be read in one way only."""
        text = self._said.get(Meaning.REFUNDED, "")
        plain = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
        return any(char in "123456789" for char in text), plain if _AMOUNT.fullmatch(plain) else None

    def _moment(self, meaning: Meaning) -> Moment | None:
        text = self._said.get(meaning)
        if text is None:
            return None
        try:
            return moment(text, self._reading.day_first)
        except DateError as error:
            raise _BadCellError(f"{meaning.words} {_shown(text)} {error}") from None


_How = Callable[[_Line, Meaning], object]
# What becomes of a cell: a field of the order's facts or of its item, and how it is read. The code of a carrier is
# often "Other": its name, where there is one, comes after it and counts.
_FACTS: tuple[tuple[Meaning, str, _How], ...] = (
    (Meaning.BUYER_NAME, "buyer_name", _Line.words),
    (Meaning.STATUS, "status", _Line.words),
    (Meaning.CHANNEL, "channel", _Line.channel),
    (Meaning.SALES_CHANNEL, "sales_channel", _Line.words),
    (Meaning.BUSINESS, "business", _Line.flag),
    (Meaning.SHIP_COUNTRY, "ship_country", _Line.country),
    (Meaning.CARRIER_CODE, "carrier", _Line.words),
    (Meaning.CARRIER, "carrier", _Line.words),
    (Meaning.TRACKING, "tracking", _Line.words),
)
_MOMENTS: tuple[tuple[Meaning, str], ...] = (
    (Meaning.PURCHASED_AT, "purchased_at"),
    (Meaning.SHIP_BY_AT, "ship_by_at"),
    (Meaning.SHIPPED_AT, "shipped_at"),
    (Meaning.DELIVER_BY_AT, "deliver_by_at"),
    (Meaning.DELIVERED_AT, "delivered_at"),
)
_ITEM: tuple[tuple[Meaning, str, _How], ...] = (
    (Meaning.SKU, "sku", _Line.words),
    (Meaning.ASIN, "asin", _Line.words),
    (Meaning.TITLE, "title", _Line.words),
    (Meaning.QUANTITY, "quantity", _Line.quantity),
    (Meaning.SHIPPED, "shipped", _Line.quantity),
    (Meaning.ITEM_STATUS, "status", _Line.words),
)


@lru_cache(maxsize=4096)
def _kept(text: str, limit: int) -> str | None:
    """Return a text as it is kept; a report says the same words on many lines."""
    return None if _DAMAGED in text else clean(text, limit) or None


def _shown(text: str) -> str:
    return repr(clean(text, MAX_SHOWN))
