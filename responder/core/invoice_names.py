"""
Which file names are an order's invoice: the seller's pattern, `{order_id}*.pdf`.

A name belongs to an order only where the whole number stands in it: 305-1234567-76543210.pdf is no file of order
305-1234567-7654321, whatever the wildcards say.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from responder.core.orders import ORDER_ID

PLACE = "{order_id}"
NUMBER = re.compile(r"(?<![0-9])[0-9]{3}-[0-9]{7}-[0-9]{7}(?![0-9])")
MAX_PATTERN = 200
MAX_WILDCARDS = 3  # each one more multiplies what has to be tried on a long name


@dataclass(frozen=True, slots=True)
class InvoiceNames:
    """The names that invoices have; `pattern` has passed `problem`."""

    pattern: str
    _fits: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if wrong := problem(self.pattern):
            raise ValueError(wrong)
        object.__setattr__(self, "_fits", _compiled(self.pattern))

    def orders_of(self, name: str) -> tuple[str, ...]:
        """Return the orders whose invoice a file of this name may be; more than one is for a person to sort out."""
        if name.startswith("."):  # hidden: a file that another program is still writing
            return ()
        plain = name if name.isascii() else unicodedata.normalize("NFC", name)
        found = tuple(NUMBER.finditer(plain))
        # The number gives way to a character that no file name has: so the pattern is compiled once for all orders.
        if any(self._fits.match(f"{plain[: each.start()]}\0{plain[each.end() :]}") for each in found):
            return tuple(dict.fromkeys(each[0] for each in found))
        return ()

    def expected(self, order_id: str) -> str:
        """Return the name that an order's invoice is looked for under, as a person may give it."""
        if not ORDER_ID.match(order_id):
            raise ValueError("this is no order number")
        stem = self.pattern[: -len(".pdf")]
        return stem.rstrip("*").replace(PLACE, order_id) + self.pattern[-len(".pdf") :]


def problem(pattern: str) -> str | None:
    """Return what is wrong with a pattern; None for one that can be used."""
    if pattern.count(PLACE) != 1:
        return f"must hold {PLACE} once"
    rest = pattern.replace(PLACE, "")
    if any(char in rest for char in "{}"):
        return f"may hold no other braces than {PLACE}"
    if any(char in "/\\" or not char.isprintable() for char in rest):
        return "must be the name of a file, without a folder"
    if not pattern.lower().endswith(".pdf"):
        return "must end with .pdf"
    if pattern.startswith("."):
        return "must not begin with a dot: such files are hidden, and left alone"
    if len(pattern) > MAX_PATTERN or rest.count("*") > MAX_WILDCARDS:
        return f"may have at most {MAX_PATTERN} characters, and {MAX_WILDCARDS} *"
    return None


def _compiled(pattern: str) -> re.Pattern[str]:
    """Return what matches a name in which NUL stands for the number."""
    plain = unicodedata.normalize("NFC", pattern).replace(PLACE, "\0")
    words = {"*": "[^\0]*", "?": "[^\0]"}
    return re.compile("".join(words.get(char) or re.escape(char) for char in plain) + r"\Z", re.IGNORECASE)
