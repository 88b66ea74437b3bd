"""A file is an order's invoice by its name only where the whole number stands in it, where the pattern wants it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.invoice_names import InvoiceNames, problem

ORDER = "305-1234567-7654321"
OTHER = "306-7654321-1234567"


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{order_id}*.pdf", f"{ORDER}.pdf"),
        ("{order_id}*.pdf", f"{ORDER}.PDF"),
        ("{order_id}*.pdf", f"{ORDER}_invoice (1).pdf"),
        ("{order_id}*.pdf", f"{ORDER}Rechnung.pdf"),
        ("{order_id}.pdf", f"{ORDER}.Pdf"),
        ("Rechnung_*_{order_id}.pdf", f"rechnung_2026-11_{ORDER}.pdf"),
        ("*{order_id}*.pdf", f"INV{ORDER}.pdf"),
        ("??-{order_id}.pdf", f"de-{ORDER}.pdf"),
        ("Invoice [{order_id}] +.pdf", f"Invoice [{ORDER}] +.pdf"),
        ("Facture é {order_id}.pdf", f"Facture e\N{COMBINING ACUTE ACCENT} {ORDER}.pdf"),  # as macOS writes names
    ],
)
def test_a_name_that_fits_is_the_orders(pattern: str, name: str) -> None:
    """The pattern means what people expect of * and ?, whatever the case."""
    assert InvoiceNames(pattern).orders_of(name) == (ORDER,)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{order_id}*.pdf", f"{ORDER}0.pdf"),  # the number of nobody, 8 digits
        ("{order_id}*.pdf", f"x{ORDER}.pdf"),
        ("*{order_id}*.pdf", f"1{ORDER}.pdf"),
        ("{order_id}*.pdf", f"{ORDER}.pdf.part"),
        ("{order_id}*.pdf", f"{ORDER}.pdf\n"),
        ("{order_id}*.pdf", f".{ORDER}.pdf"),
        ("*{order_id}*.pdf", f".{ORDER}.pdf"),  # hidden: another program still writes it
        ("{order_id}.pdf", f"{ORDER}_1.pdf"),
        ("?{order_id}.pdf", f"{ORDER}.pdf"),
        ("[1]{order_id}.pdf", f"1{ORDER}.pdf"),  # brackets mean themselves
        ("{order_id}*.pdf", "３05-1234567-7654321.pdf"),
        ("{order_id}*.pdf", "305-1234567-765432١.pdf"),
        ("{order_id}*.pdf", "305_1234567_7654321.pdf"),
    ],
)
def test_a_name_that_only_looks_alike_is_nobodys(pattern: str, name: str) -> None:
    """What stands beside the number must not make it another one."""
    assert InvoiceNames(pattern).orders_of(name) == ()


def test_a_name_with_two_numbers_is_shown_as_both() -> None:
    """Nobody can tell whose it is: the folder refuses it, for either order."""
    assert InvoiceNames("{order_id}*.pdf").orders_of(f"{ORDER}_{OTHER}.pdf") == (ORDER, OTHER)
    assert InvoiceNames("{order_id}*.pdf").orders_of(f"{ORDER}_{ORDER}.pdf") == (ORDER,)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("invoice.pdf", "must hold {order_id} once"),
        ("{order_id}{order_id}.pdf", "must hold {order_id} once"),
        ("{order}.pdf", "must hold {order_id} once"),
        ("{order_id}{date}.pdf", "no other braces"),
        ("2026/{order_id}.pdf", "without a folder"),
        ("..\\{order_id}.pdf", "without a folder"),
        ("{order_id}\n.pdf", "without a folder"),
        ("{order_id}\0.pdf", "without a folder"),
        ("{order_id}*", "must end with .pdf"),
        ("{order_id}.pdf*", "must end with .pdf"),
        (".{order_id}.pdf", "hidden"),
        ("*a*b*c*{order_id}.pdf", "at most 200 characters, and 3 *"),
        ("x" * 200 + "{order_id}.pdf", "at most 200 characters, and 3 *"),
    ],
)
def test_a_pattern_that_cannot_work_is_refused_in_words(pattern: str, words: str) -> None:
    """What is wrong is told where it is written, not at three in the morning."""
    assert words in (problem(pattern) or "")
    with pytest.raises(ValueError, match=re.escape(words)):
        InvoiceNames(pattern)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{order_id}*.pdf", f"{ORDER}.pdf"),
        ("{order_id}.PDF", f"{ORDER}.PDF"),
        ("Rechnung_*_{order_id}*.pdf", f"Rechnung_*_{ORDER}.pdf"),
    ],
)
def test_the_expected_name_is_one_that_fits(pattern: str, expected: str) -> None:
    """A person can give a file the name that the digest says."""
    names = InvoiceNames(pattern)
    assert names.expected(ORDER) == expected
    assert names.orders_of(expected) == (ORDER,)


@pytest.mark.parametrize(
    "order_id", ["../../etc/passwd", f"{ORDER}\n", f"{ORDER}\0", f"{ORDER}/../x", "３05-1234567-7654321"]
)
def test_what_is_no_order_number_never_becomes_a_name(order_id: str) -> None:
    """Order numbers come from mails and reports: nothing else gets near the file system."""
    with pytest.raises(ValueError, match="no order number"):
        InvoiceNames("{order_id}*.pdf").expected(order_id)


digits = st.text("0123456789", min_size=17, max_size=17)


@given(digits, st.text(max_size=30), st.text(max_size=30))
def test_a_name_never_belongs_to_an_order_whose_number_is_a_part_of_a_longer_one(
    run: str, before: str, after: str
) -> None:
    """Whatever stands around it: with the widest pattern, the number found is not continued by a digit."""
    order = f"{run[:3]}-{run[3:10]}-{run[10:]}"
    name = f"{before}{order}{after}.pdf"
    for found in InvoiceNames("*{order_id}*.pdf").orders_of(name):
        assert re.search(rf"(?<![0-9]){found}(?![0-9])", name)
