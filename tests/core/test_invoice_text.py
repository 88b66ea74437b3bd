"""Which orders an invoice names, however its text was set; a doubt is never read as "this order alone"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.invoice_text import MAX_NUMBERS, named

ORDER = "305-1234567-7654321"
OTHER = "306-7654321-1234567"


@pytest.mark.parametrize(
    "text",
    [
        f"Order {ORDER} of 2 November",
        f"1\n{ORDER}\n2026",
        "305-1234567-\n7654321",
        "305-\n1234567-7654321",
        "305-12345\n67-7654321",
        "305 - 1234567 - 7654321",
        "3 0 5 - 1 2 3 4 5 6 7 - 7 6 5 4 3 2 1",
        "305\N{NO-BREAK SPACE}-\N{THIN SPACE}1234567-7654321",
        "305\N{NON-BREAKING HYPHEN}1234567\N{HYPHEN}7654321",
        "305\N{EN DASH}1234567\N{MINUS SIGN}7654321",
        "305\N{SOFT HYPHEN}1234567\N{SOFT HYPHEN}7654321",
        "305-1234\N{SOFT HYPHEN}567-7654321",
        "305-123\N{ZERO WIDTH SPACE}4567-7654321",
        "３０５－１２３４５６７－７６５４３２１",
        "٣٠٥-١٢٣٤٥٦٧-٧٦٥٤٣٢١",
        f"({ORDER}).",
        f"AMZ{ORDER}",
        f"{ORDER} {ORDER}",
    ],
)
def test_a_number_is_found_however_it_was_set(text: str) -> None:
    """Blanks, line ends, any script's digits and any hyphen."""
    found = named(text)
    assert found.has(ORDER)
    assert found.others(ORDER) == ()


@pytest.mark.parametrize("text", ["30512345677654321", "305 1234567 7654321", "Order 305 1234567\n7654321."])
def test_a_number_without_hyphens_is_that_of_its_own_order_only(text: str) -> None:
    """A bank's reference has 17 digits as well: it names no other order."""
    assert named(text).has(ORDER)
    assert named(text).others(OTHER) == ()


@pytest.mark.parametrize(
    "text",
    [
        "305-1234567-76543210",
        "1305-1234567-7654321",
        "305-1234567-765432",
        "305-1234567-7654322",
        "130512345677654321",
        "305_1234567_7654321",
        "305-1234567",
        "",
    ],
)
def test_a_number_that_is_not_the_whole_number_is_none(text: str) -> None:
    """Nearly is not the order."""
    assert not named(text).has(ORDER)


@pytest.mark.parametrize(
    "text", [f"{ORDER} {OTHER}", f"{ORDER}\n306-7654321\n-1234567", "306\N{EN DASH}7654321-1234567"]
)
def test_another_orders_number_is_told(text: str) -> None:
    """However it is written: such a file goes to nobody."""
    assert named(text).others(ORDER) == (OTHER,)


def test_a_file_with_a_hundred_orders_names_others() -> None:
    """A list of all orders is no invoice; only the first numbers are remembered."""
    found = named(" ".join(f"305-1234567-{number:07}" for number in range(100)))
    assert len(found.numbers) == MAX_NUMBERS
    assert found.others(ORDER)


@pytest.mark.parametrize(
    ("text", "empty"), [("", True), (" \n\f . -", True), ("x", False), ("請", False), ("1", False)]
)
def test_a_text_without_a_letter_or_a_digit_is_none(text: str, empty: bool) -> None:
    """What a scan has is lines and blanks at most."""
    assert named(text).empty is empty


blank = st.sampled_from(["", " ", "\n", "  ", "\N{NO-BREAK SPACE}"])


@given(st.text("0123456789", min_size=17, max_size=17), st.lists(blank, min_size=16, max_size=16))
def test_blanks_inside_a_number_change_nothing(run: str, blanks: list[str]) -> None:
    """Wherever a PDF breaks the number, it stays the same number."""
    groups = f"{run[:3]}-{run[3:10]}-{run[10:]}"
    assert named("".join(char + gap for char, gap in zip(groups, [*blanks, "", "", ""], strict=True))).numbers == {
        groups
    }


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    """Whatever a PDF says, it names numbers of the one form or none."""
    assert all(len(number) == 19 for number in named(text).numbers | named(text).bare)
