"""What a notice names: amounts in both conventions, labels and items, in the words of the data."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mail import builders

from responder.adapters.catalogue import load
from responder.core.classify import OwnAddresses, classify
from responder.core.details import MAX_AMOUNTS, amounts, value
from responder.core.message import parse
from responder.core.tables import MAX_CELLS, MAX_READ, MAX_ROWS, rows

CATALOGUE = load()


@pytest.mark.parametrize(
    ("text", "store", "found"),
    [
        ("rimborso 39.9 EUR avviato", "amazon.it", [("39.9", "EUR")]),
        ("rimborso di EUR 39.9.", "amazon.it", [("39.9", "EUR")]),
        ("importo di 119,00 €", "amazon.it", [("119.00", "EUR")]),
        ("1.234,56 € / 1,234.56 EUR / 1 234,56 EUR", "amazon.de", [("1234.56", "EUR")]),
        ("€ 1.234", "amazon.it", [("1234", "EUR")]),
        ("$1,234.50 and US$ 7", "amazon.ca", [("1234.50", "CAD"), ("7", "USD")]),
        ("$12", "amazon.com", [("12", "USD")]),
        ("£5.5", "amazon.co.uk", [("5.5", "GBP")]),
        ("R$ 45,90", "amazon.com.br", [("45.90", "BRL")]),
        ("¥1,200 1200円 JPY 1200", "amazon.co.jp", [("1200", "JPY")]),
        ("99,50 kr", "amazon.se", [("99.50", "SEK")]),
        ("49,99 zł", "amazon.pl", [("49.99", "PLN")]),
        ("AED 20.00", "amazon.ae", [("20.00", "AED")]),
        ("1.234.567,89 EUR", None, [("1234567.89", "EUR")]),
        ("order 171-1234567-1234567", None, []),
        ("10 krona, 3 TLs, Europe 39", None, []),
        ("version 1.2.3 EUR", None, []),
        ("39.9", None, []),
    ],
)
def test_amounts_are_read_in_both_decimal_conventions(
    text: str, store: str | None, found: list[tuple[str, str]]
) -> None:
    """Dot or comma, sign before or behind; a sign of several currencies is the store's own."""
    named = amounts(text, CATALOGUE, CATALOGUE.by_name(store) if store else None)
    assert [(each.value, each.currency) for each in named] == [(Decimal(sum_), currency) for sum_, currency in found]


@given(st.integers(0, 9_999_999), st.sampled_from([("", "."), ("", ","), (",", "."), (".", ","), ("\u202f", ",")]))
def test_every_way_of_writing_cents_gives_the_same_sum(cents: int, signs: tuple[str, str]) -> None:
    """The same sum in five spellings is one number."""
    group, point = signs
    whole = f"{cents // 100:,}".replace(",", group)
    assert value(f"{whole}{point}{cents % 100:02}") == Decimal(cents) / 100


def details_of(text: str, kind: str = "RETURN_REQUEST", **more: str) -> dict[str, object]:
    """Return what a synthetic notice with this HTML names."""
    raw = builders.notice(kind, text=text, **more)
    return dict(classify(parse(raw), CATALOGUE, OwnAddresses(), None).details)


def test_the_fields_of_an_italian_return_are_read() -> None:
    """Labels in bold, the value behind the colon; the item table by its headings."""
    found = details_of(
        "<p><b>Order ID:</b> 171-1234567-1234567</p><p><b>Data della richiesta di reso:</b> 12 settembre 2026</p>"
        "<p><b>Verifica delle politiche di reso:</b> nei termini</p><p><b>Autorizzazione:</b> automatica</p>"
        '<table cellpadding="10"><tr><th>Articolo</th><th>ASIN</th><th>Sku</th><th>Quantità</th><th>Motivo</th>'
        "<th>Commento</th></tr><tr><td>Lampada &amp; cavo</td><td>B000000000</td><td>L-1</td><td>1</td>"
        "<td>Difettoso</td><td></td></tr></table>"
        "<p>Corriere spedizione di reso: Corriere Prova</p><p>Numero di tracciamento:<br>1Z999</p>"
    )
    assert found["requested_on"] == "12 settembre 2026"
    assert (found["policy_check"], found["authorization"]) == ("nei termini", "automatica")
    assert (found["carrier"], found["tracking_number"]) == ("Corriere Prova", "1Z999")
    assert found["items"] == [
        {"item": "Lampada & cavo", "asin": "B000000000", "sku": "L-1", "quantity": "1", "reason": "Difettoso"}
    ]


@pytest.mark.parametrize("columns", [3, 7])
def test_a_refunds_table_is_read_by_its_headings(columns: int) -> None:
    """Three columns or seven: the heading says what a cell is, never its place."""
    names = ["Articolo", "SKU", "Importo", "X1", "X2", "Motivo", "X3"][:columns]
    cells = ["Lampada", "L-1", "EUR 39.9", "a", "b", "Reso", "c"][:columns]
    head = "".join(f"<td><b>{name}</b></td>" for name in names)
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    found = details_of(f"<table><tr>{head}</tr><tr>{row}</tr></table>", "REFUND_ISSUED")
    expected = {"item": "Lampada", "sku": "L-1", "amount": "EUR 39.9"} | ({"reason": "Reso"} if columns == 7 else {})
    assert found["items"] == [expected]
    assert found["amounts"] == [{"value": "39.9", "currency": "EUR"}]


def test_limits_are_listed_for_every_notice() -> None:
    """What the text names in days or hours is shown, whether or not it is a deadline of ours."""
    assert details_of("Rispondi entro 3 giorni o entro 48 ore.")["limits_hours"] == [48, 72]


def test_a_notice_that_names_nothing_has_no_details() -> None:
    """No key without a value."""
    assert details_of("Gentile venditore") == {}


def test_a_value_is_one_clean_line() -> None:
    """What a mail puts behind a label is shown to a person, so it carries no line, direction or markup."""
    found = details_of("<p>Numero di tracciamento: a\u202eb &lt;b&gt;\x00c</p>")
    assert found["tracking_number"] == "ab <b>c"


def test_tables_have_limits() -> None:
    """Rows and cells beyond a few hundred are not read; unclosed and nested tables give what they have."""
    assert len(rows("<tr>" + "<td>x" * 900)[0]) == MAX_CELLS
    assert len(rows("<tr><td>x" * 900)) == MAX_ROWS
    assert rows("<table><tr><td>a<td>b</table>") == (("a", "b"),)
    assert rows("<tr><td>a</td></tr><tr><th scope=row>b</th><td>c") == (("a",), ("b", "c"))
    assert rows("<tr>" + "<td></td>" * MAX_CELLS + "<td>x</td></tr>") == ()
    assert rows("<td") == rows("") == rows("<tr></tr>") == ()


PIECES = ("<tr>", "</tr>", "<td>", "</td>", "<th a=b", "<td", ">", "<table>", "x", " ", "€", "EUR ", "1,00", "2.5", "7")


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.integers(1, 300))
@example("<tr><td>x", MAX_ROWS + 100)
@example("<td>x", MAX_CELLS + 1)
@example("<tr>" + "<td>x" * MAX_CELLS, MAX_READ // MAX_CELLS + 10)
@example("".join(f"<td>{number}.00 €" for number in range(1, 31)), 1)
def test_any_markup_gives_rows_within_the_caps(piece: str, times: int) -> None:
    """However often any piece of markup is written: so many rows, cells and sums, no empty row, and no sum twice."""
    found = rows(piece * times)
    assert len(found) <= MAX_ROWS
    assert all(len(row) <= MAX_CELLS and any(row) for row in found)
    assert sum(map(len, found)) <= MAX_READ + 1  # the cell that was open when the others were full
    named = amounts(piece * times, CATALOGUE, None)
    assert len(named) <= MAX_AMOUNTS
    assert len(set(named)) == len(named)
    assert all(each.value >= 0 and len(each.currency) == 3 for each in named)
