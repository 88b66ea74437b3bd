"""Lines of reports as facts: what each column says, and what makes a line unreadable."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fuzz.invariants import catalogue
from hypothesis import given
from hypothesis import strategies as st
from reports.builders import ALL_ORDERS, CONFIRMATION, FEEDBACK, ORDER, RETURNS, UNSHIPPED

from responder.adapters.catalogue import order_reports
from responder.core.order_reports import MAX_COMMENT, MAX_WORDS, Reading, line_of
from responder.core.orders import Channel, EventKind, OrderEvent, OrderFacts
from responder.core.report_columns import (
    Layout,
    Meaning,
    NoReport,
    ReportColumn,
    ReportKind,
    Twice,
    header_key,
    layout,
)
from responder.core.report_lines import BadLine, OtherSale, ReportLine

ORDER_ID = "305-1234567-7654321"
REPORTED_AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
HEADERS = {
    ReportKind.UNSHIPPED: UNSHIPPED,
    ReportKind.ORDER: ORDER,
    ReportKind.ALL_ORDERS: ALL_ORDERS,
    ReportKind.SHIPMENT_CONFIRMATION: CONFIRMATION,
    ReportKind.FEEDBACK: FEEDBACK,
    ReportKind.RETURNS: RETURNS,
}


@cache
def layout_of(kind: ReportKind) -> Layout:
    """Return where the columns of this report stand."""
    found = layout(HEADERS[kind], order_reports())
    assert isinstance(found, Layout)
    assert found.kind is kind
    return found


def read(kind: ReportKind, cells: dict[str, str], *, day_first: bool | None = None) -> ReportLine | BadLine | OtherSale:
    """Return what a line of this report says, the other cells empty."""
    headers = HEADERS[kind]
    assert set(cells) <= set(headers)
    reading = Reading(layout_of(kind), catalogue(), ZoneInfo("America/Los_Angeles"), REPORTED_AT, day_first)
    return line_of([cells.get(name, "") for name in headers], 2, reading)


def good(kind: ReportKind, cells: dict[str, str], **more: Any) -> ReportLine:
    """Return what a readable line says."""
    line = read(kind, cells, **more)
    assert isinstance(line, ReportLine), line
    return line


def facts(kind: ReportKind, **cells: str) -> OrderFacts:
    """Return the facts of an order; headers with underscores."""
    number = "amazon-order-id" if kind is ReportKind.ALL_ORDERS else "order-id"
    return good(kind, {number: ORDER_ID} | {name.replace("_", "-"): text for name, text in cells.items()}).facts


@pytest.mark.parametrize("kind", HEADERS)
def test_a_report_is_known_by_the_set_of_its_headers(kind: ReportKind) -> None:
    """In any order, in capitals, with blanks or underscores; and no column that Amazon documents is unknown."""
    headers = [name.upper().replace("-", "_" if at % 2 else " ") for at, name in enumerate(reversed(HEADERS[kind]))]
    found = layout(headers, order_reports())
    assert isinstance(found, Layout)
    assert (found.kind, found.unknown, found.width) == (kind, (), len(headers))
    assert header_key(headers[found.places[Meaning.ORDER_ID]]).endswith("order-id")


def test_an_order_report_has_the_columns_the_seller_chose() -> None:
    """The order's number and the date of purchase are enough; columns nobody knows are named."""
    found = layout(["purchase-date", "gift-message", "order-id"], order_reports())
    assert isinstance(found, Layout)
    assert (found.kind, found.unknown) == (ReportKind.ORDER, ("gift-message",))
    assert found.places == {Meaning.ORDER_ID: 2, Meaning.PURCHASED_AT: 0}


def test_headers_of_no_report_are_said_apart() -> None:
    """Without an order's number, with it and nothing else, and with a column that counts standing there twice."""
    rows = order_reports()
    assert layout(["Bestellnummer", "purchase-date"], rows) == NoReport(False, ("Bestellnummer",))
    assert layout(["order-id", "notes"], rows) == NoReport(True, ("notes",))
    assert layout(["order-id", "purchase-date", "Order ID"], rows) == Twice("order-id")
    assert isinstance(layout(["order-id", "purchase-date", "is-prime", "is-prime", "x", "x", ""], rows), Layout)


def test_a_sellers_synonym_is_one_row() -> None:
    """A header in another language with the meaning of an English one: the report is known, and the row comes first."""
    own = tuple(
        ReportColumn(meaning, (header,), (), (), "our own download", "P")
        for meaning, header in (("order_id", "Bestellnummer"), ("purchased_at", "Kaufdatum"), ("sku", "order-item-id"))
    )
    found = layout(["BESTELLNUMMER", "Kaufdatum", "order-item-id"], own + order_reports())
    assert isinstance(found, Layout)
    assert found.places == {Meaning.ORDER_ID: 0, Meaning.PURCHASED_AT: 1, Meaning.SKU: 2}


def test_of_two_columns_of_one_meaning_the_first_of_the_data_counts() -> None:
    """Whichever stands first in the file."""
    for headers in (["latest-ship-date", "promise-date"], ["promise-date", "latest-ship-date"]):
        found = layout(["order-id", "purchase-date", *headers], order_reports())
        assert isinstance(found, Layout)
        assert found.places[Meaning.SHIP_BY_AT] == 2 + headers.index("promise-date")


def test_an_unshipped_order_says_when_it_has_to_ship_and_who_bought_it() -> None:
    """Its buyer's relay address names the store, and the store's zone the day's end; its item has its own number."""
    line = good(
        ReportKind.UNSHIPPED,
        {
            "order-id": ORDER_ID,
            "order-item-id": "40000000000001",
            "purchase-date": "2026-11-20T08:34:47+00:00",
            "promise-date": "2026-11-26",
            "buyer-email": "A1b2c3d4e5f6g7h@Marketplace.Amazon.de",
            "buyer-name": " Änne\u202e  Beispiel ",
            "sku": 'CUP "BLUE"',
            "quantity-purchased": "2",
            "quantity-shipped": "0",
            "ship-country": "de",
            "is-business-order": "FALSE",
        },
    )
    assert line.facts == OrderFacts(
        order_id=ORDER_ID,
        marketplace="amazon.de",
        buyer_address="A1b2c3d4e5f6g7h@marketplace.amazon.de",
        buyer_alias="a1b2c3d4e5f6g7h@marketplace.amazon.de",
        buyer_name="Änne Beispiel",
        business=False,
        ship_country="DE",
        purchased_at=datetime(2026, 11, 20, 8, 34, 47, tzinfo=UTC),
        ship_by_at=datetime(2026, 11, 26, 22, 59, 59, tzinfo=UTC),
    )
    (item,) = line.items
    assert (item.item, item.sku, item.quantity, item.shipped) == ("40000000000001", 'CUP "BLUE"', 2, 0)
    assert (line.number, line.events, line.updated_at) == (2, (), None)


@pytest.mark.parametrize(
    "address",
    [
        "someone@example.com",
        "a1b2c3d4e5f6g7h@marketplace.amazon.de.evil.example",
        "a1b2c3d4e5f6g7h@amazon.de",
        "a1b2c3d4e5f6g7h@marketplace.amazon.de, b@example.com",
        "donotreply@marketplace.amazon.de",
        "Jo <a1b2c3d4e5f6g7h@marketplace.amazon.de>",
    ],
)
def test_an_address_that_is_not_at_the_relay_is_not_kept(address: str) -> None:
    """The line counts; nobody can be written to at such an address, and it names no store."""
    found = facts(ReportKind.UNSHIPPED, buyer_email=address)
    assert (found.buyer_address, found.buyer_alias, found.marketplace) == (None, None, None)


@pytest.mark.parametrize(
    ("said", "marketplace"),
    [
        ("Amazon.de", "amazon.de"),
        ("amazon.co.uk", "amazon.co.uk"),
        ("Amazon.com.mx", "amazon.com.mx"),
        ("Non-Amazon", None),
        ("Non-Amazon DE", None),
        ("Amazon.example", None),
    ],
)
def test_the_sales_channel_names_the_store(said: str, marketplace: str | None) -> None:
    """Any store of the catalogue; what is sold elsewhere has none, and says where."""
    found = facts(ReportKind.ALL_ORDERS, sales_channel=said)
    assert (found.marketplace, found.sales_channel) == (marketplace, said)


def test_a_sale_outside_amazon_has_no_store_whatever_its_address() -> None:
    """The sales channel counts more than the domain of an address."""
    found = facts(ReportKind.ORDER, sales_channel="Non-Amazon", buyer_email="a1b2c3d4e5f6g7h@marketplace.amazon.de")
    assert found.marketplace is None


def test_a_sale_outside_amazon_may_have_a_number_of_its_own_kind() -> None:
    """What Amazon ships for another shop stands in all orders reports: no damage, and nothing of ours."""
    said = {"amazon-order-id": "S02-1234567-1234567", "sales-channel": "Non-Amazon"}
    assert read(ReportKind.ALL_ORDERS, said) == OtherSale(2, "Non-Amazon")
    assert isinstance(read(ReportKind.ALL_ORDERS, said | {"sales-channel": "Amazon.de"}), BadLine)


@pytest.mark.parametrize(
    ("said", "channel"),
    [
        *(("Merchant", Channel.MERCHANT), ("MFN", Channel.MERCHANT)),
        *(("Amazon", Channel.AMAZON), ("AFN", Channel.AMAZON), ("Carrier pigeon", None), ("", None)),
    ],
)
def test_who_ships_is_said_in_two_ways(said: str, channel: Channel | None) -> None:
    """Merchant or MFN, Amazon or AFN; anything else is not said."""
    assert facts(ReportKind.ALL_ORDERS, fulfillment_channel=said).channel is channel


@pytest.mark.parametrize(
    ("said", "business"),
    [*((word, True) for word in ("true", "TRUE", "Yes", "wahr", "Sí")), ("false", False), ("Faux", False), ("", None)],
)
def test_a_flag_is_read_in_several_languages(said: str, business: bool | None) -> None:
    """Spreadsheet programs translate it; an empty cell says nothing."""
    assert facts(ReportKind.ORDER, is_business_order=said).business is business


def test_an_all_orders_line_says_when_it_was_changed_and_that_it_was_cancelled() -> None:
    """In both spellings; the item, which has no number here, is known by its SKU."""
    for status in ("Cancelled", "Canceled"):
        line = good(
            ReportKind.ALL_ORDERS,
            {
                "amazon-order-id": ORDER_ID,
                "last-updated-date": "2026-11-21T08:00:00+00:00",
                "order-status": status,
                "sku": "CUP-BLUE",
                "item-status": "Cancelled",
                "quantity": "0",
            },
        )
        at = datetime(2026, 11, 21, 8, tzinfo=UTC)
        assert line.updated_at == at
        assert line.events == (
            OrderEvent(order_id=ORDER_ID, kind=EventKind.CANCELLED, at=at, source="report:cancelled"),
        )
        assert [(item.item, item.status, item.quantity) for item in line.items] == [("CUP-BLUE", "Cancelled", 0)]


def test_an_item_that_was_cancelled_leaves_its_order() -> None:
    """Only the order's own status cancels the order."""
    line = good(
        ReportKind.ALL_ORDERS,
        {"amazon-order-id": ORDER_ID, "order-status": "Shipped", "sku": "CUP-BLUE", "item-status": "Cancelled"},
    )
    assert line.events == ()


def test_a_cancellation_that_the_buyer_asks_for_is_an_event() -> None:
    """True is one, false is none; without a date of its own it is as of the report."""
    column = "is-buyer-requested-cancellation"
    (event,) = good(ReportKind.ORDER, {"order-id": ORDER_ID, column: "TRUE"}).events
    assert (event.kind, event.at) == (EventKind.CANCELLATION_REQUESTED, REPORTED_AT)
    assert good(ReportKind.ORDER, {"order-id": ORDER_ID, column: "FALSE"}).events == ()


def test_a_confirmed_shipment_says_when_and_how_it_left() -> None:
    """A day is its first instant; the carrier's name counts more than the code "Other"."""
    line = good(
        ReportKind.SHIPMENT_CONFIRMATION,
        {
            "order-id": ORDER_ID,
            "order-item-id": "40000000000001",
            "quantity": "2",
            "ship-date": "2026-11-26",
            "carrier-code": "Other",
            "carrier-name": "Example Post",
            "tracking-number": "00340000161100000000",
        },
    )
    assert line.facts.shipped_at == datetime(2026, 11, 26, 8, tzinfo=UTC)
    assert (line.facts.carrier, line.facts.tracking) == ("Example Post", "00340000161100000000")
    assert (line.items[0].shipped, line.items[0].quantity) == (2, None)
    assert facts(ReportKind.SHIPMENT_CONFIRMATION, carrier_code="DHL", ship_date="2026-11-26").carrier == "DHL"


def test_feedback_is_an_event_that_overlapping_files_tell_alike() -> None:
    """Rating, words and answer, bounded; its source is the day and the rating, whatever else changed in the file."""
    said = {"Order ID": ORDER_ID, "Date": "26.11.2026", "Rating": "2", "Comments": "slow\u0007 " * 900}
    first = good(ReportKind.FEEDBACK, said)
    later = good(ReportKind.FEEDBACK, said | {"Your Response": "We are sorry", "Date": "2026-11-26"})
    (event,), (again,) = first.events, later.events
    assert (event.kind, event.source) == (EventKind.FEEDBACK, "report:feedback:2026-11-26:2")
    assert (again.source, again.at) == (event.source, event.at)
    assert (event.detail["rating"], again.detail["response"]) == (2, "We are sorry")
    assert len(event.detail["comment"]) <= MAX_COMMENT
    assert "\u0007" not in event.detail["comment"]


def test_a_return_is_told_with_its_claim_and_its_refund() -> None:
    """One event each, by the return's own number: two returns of an order are two."""
    said = {
        "Order ID": ORDER_ID,
        "Order date": "20-Nov-2026",
        "Return request date": "26-Nov-2026",
        "Amazon RMA ID": "R1",
        "A-to-Z Claim": "Y",
        "Refunded Amount": "12.50",
        "Currency code": "EUR",
        "Return Reason": "CR-DEFECTIVE",
        "Return quantity": "1",
        "Merchant SKU": "CUP-BLUE",
        "Order quantity": "3",
    }
    line = good(ReportKind.RETURNS, said)
    at = datetime(2026, 11, 26, 8, tzinfo=UTC)
    told = {event.kind: event for event in line.events}
    assert {kind: event.source for kind, event in told.items()} == {
        EventKind.RETURN_REQUESTED: "report:return:R1",
        EventKind.CLAIM_OPENED: "report:claim",
        EventKind.REFUNDED: "report:refund:R1",
    }
    assert {event.at for event in line.events} == {at}
    assert told[EventKind.RETURN_REQUESTED].detail == {"reason": "CR-DEFECTIVE", "quantity": 1}
    assert told[EventKind.REFUNDED].detail == {"amount": "12.50", "currency": "EUR"}
    assert (line.items, line.facts.purchased_at) == ((), datetime(2026, 11, 20, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written", "refunded", "amount"),
    [
        *(("", False, None), ("0", False, None), ("0.00", False, None), ("0,00", False, None), ("-", False, None)),
        *(("12,50", True, "12.50"), ("7", True, "7"), ("1.234,50", True, None), ("EUR 12.50", True, None)),
        ("1,234", True, None),
    ],
)
def test_what_was_refunded_counts_also_where_the_amount_is_not_certain(
    written: str, refunded: bool, amount: str | None
) -> None:
    """A buyer who got money back is not asked for feedback, however the amount is written."""
    cells = {"Order ID": ORDER_ID, "Return request date": "26-Nov-2026", "Refunded Amount": written}
    events = [event for event in good(ReportKind.RETURNS, cells).events if event.kind is EventKind.REFUNDED]
    assert [event.detail.get("amount") for event in events] == ([amount] if refunded else [])


@pytest.mark.parametrize(
    ("kind", "cells", "words"),
    [
        (ReportKind.ORDER, {"order-id": ""}, "no order number"),
        (ReportKind.ORDER, {"order-id": "305-1234567-765432"}, "is no order number"),
        (ReportKind.ORDER, {"order-id": "３05-1234567-7654321"}, "is no order number"),
        (ReportKind.ORDER, {"order-id": ORDER_ID + "/../x"}, "is no order number"),
        (ReportKind.ORDER, {"purchase-date": "46352.4"}, "the date of purchase '46352.4' is no date"),
        (ReportKind.ORDER, {"promise-date": "03/04/2026"}, "the last day for shipping '03/04/2026' can be two days"),
        (ReportKind.ORDER, {"is-business-order": "perhaps"}, "'perhaps', neither true nor false"),
        (
            ReportKind.ORDER,
            {"sku": "CUP", "quantity-purchased": "1.5"},
            "the quantity ordered is '1.5', no whole number",
        ),
        (ReportKind.ORDER, {"sku": "CUP", "quantity-purchased": "-1"}, "no whole number"),
        (ReportKind.FEEDBACK, {"Rating": "6", "Date": "2026-11-26"}, "the rating '6' is none of 1 to 5"),
        (ReportKind.FEEDBACK, {"Rating": "5"}, "a rating without a date"),
        (ReportKind.RETURNS, {"Amazon RMA ID": "R1"}, "a return without the date of its request"),
    ],
)
def test_a_cell_that_is_not_certain_makes_its_line_bad(kind: ReportKind, cells: dict[str, str], words: str) -> None:
    """In words that name the column's meaning and the value: nothing is guessed."""
    number = next(name for name in HEADERS[kind] if name.casefold() in ("order-id", "order id"))
    line = read(kind, {number: ORDER_ID} | cells)
    assert isinstance(line, BadLine)
    assert words in line.problem
    assert line.number == 2


def test_local_dates_are_read_as_the_file_is_written() -> None:
    """The same cell is one day or the other."""
    cells = {"Order ID": ORDER_ID, "Rating": "5", "Date": "03/04/2026"}
    sources = [good(ReportKind.FEEDBACK, cells, day_first=way).events[0].source for way in (True, False)]
    assert sources == ["report:feedback:2026-04-03:5", "report:feedback:2026-03-04:5"]


def test_a_damaged_letter_is_not_kept() -> None:
    """A name with a broken byte would be written to the buyer: it is rather not said, and the order counts."""
    found = facts(ReportKind.ORDER, buyer_name="Zo\N{REPLACEMENT CHARACTER}", ship_country="FR")
    assert (found.buyer_name, found.ship_country) == (None, "FR")


_CELL = st.text(max_size=60) | st.sampled_from([ORDER_ID, "2026-11-26", "03/04/2026", "true", "5", "Amazon.de", "1"])


@given(st.sampled_from(sorted(HEADERS)), st.data())
def test_any_cells_are_a_bounded_line_or_a_bad_one(kind: ReportKind, data: st.DataObject) -> None:
    """Nothing raises; what is kept is clean, and every instant aware."""
    cells = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(HEADERS[kind], _CELL)))
    number = next(name for name in HEADERS[kind] if header_key(name).endswith("order-id"))
    line = read(kind, {number: ORDER_ID} | cells)
    if isinstance(line, BadLine):
        assert len(line.problem) < 300
        return
    if isinstance(line, OtherSale):
        assert len(line.channel) < 50
        return
    words = [line.facts.buyer_name, line.facts.status, line.facts.tracking, *(item.title for item in line.items)]
    assert all(len(text) <= MAX_WORDS and text.isprintable() for text in words if text)
    assert all(event.at.tzinfo is not None and event.order_id == line.facts.order_id for event in line.events)
    assert len({(event.kind, event.source) for event in line.events}) == len(line.events)
