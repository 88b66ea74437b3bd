"""
What the text of a notice names besides its order: amounts, limits, items, the fields of a return or a refund.

Labels, headings and currency signs are data, each with its source. Amounts are read in both decimal conventions, since
Amazon's own mails use both ("39.9 EUR", "119,00 €"). Nothing here decides anything: it is shown to a person.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from responder.core import tables
from responder.core.amazon import Catalogue, CurrencyMark, Label, Marketplace
from responder.core.amazon_body import MAX_NOTICE
from responder.core.folding import folded
from responder.core.message import Message
from responder.core.words import clean

COLUMNS = ("item", "asin", "sku", "quantity", "reason", "comment", "amount")
FIELDS = (
    *("requested_on", "policy_check", "authorization", "carrier", "tracking_number", "rma", "ship_by", "rating"),
    *COLUMNS,
)
MAX_AMOUNTS = 20
MAX_NUMBERS = 2_000
_SIGN = 8  # characters of the longest sign with a blank
MAX_ITEMS = 50
_LINES = 400
_VALUE = 200
_COMMENT = 1_000  # Amazon's feedback has room for 400
_ASIN = re.compile(r"\[ASIN:\s*([A-Z0-9]{10})\]", re.ASCII)
# Grouped thousands first: "1.234,56", "1 234,56", "1,234.56"; else a plain number with at most two decimals.
_NUMBER = re.compile(
    r"(?<![0-9.,-])(?:[0-9]{1,3}(?:[.,'\u2019 \u00a0\u202f][0-9]{3}){1,4}(?:[.,][0-9]{1,2})?"
    r"|[0-9]{1,9}(?:[.,][0-9]{1,2})?)(?![0-9])(?![.,][0-9])"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money as a mail names it; `currency` is ISO 4217."""

    value: Decimal
    currency: str


def details(
    message: Message, catalogue: Catalogue, store: Marketplace | None, limits: Sequence[timedelta]
) -> Mapping[str, object]:
    """Return what the text names, ready for JSON; a key only where something was found."""
    found: dict[str, object] = dict(_fields(message.text, catalogue.labels))
    named = [{"value": str(each.value), "currency": each.currency} for each in _all_amounts(message, catalogue, store)]
    items = _items(message, catalogue.labels)
    asins = list(dict.fromkeys(_ASIN.findall(message.text)))[:MAX_ITEMS]
    hours = [int(limit / timedelta(hours=1)) for limit in limits]
    more = {"amounts": named, "limits_hours": hours, "items": items, "asins": asins}
    return found | {key: values for key, values in more.items() if values}


def _all_amounts(message: Message, catalogue: Catalogue, store: Marketplace | None) -> tuple[Amount, ...]:
    return amounts(f"{message.subject}\n{message.text[:MAX_NOTICE]}", catalogue, store)


def amounts(text: str, catalogue: Catalogue, store: Marketplace | None) -> tuple[Amount, ...]:
    """Return the sums of money that `text` names, each once; a sign that several currencies share is the store's."""
    signs = _signs(catalogue.currencies, tuple(dict.fromkeys(each.currency for each in catalogue.marketplaces)))
    claimed: dict[int, tuple[str, list[str]]] = {}  # where a sign ends: the sign, and the numbers beside it
    for number in islice(_NUMBER.finditer(text), MAX_NUMBERS):
        before = signs.before.search(text[max(number.start() - _SIGN, 0) : number.start()])
        after = signs.after.match(text, number.end())
        if before:
            at = number.start() - (len(before.string) - before.end(1))
            claimed.setdefault(at, (before[1], []))[1].append(number[0])
        if after:
            claimed.setdefault(after.end(1), (after[1], []))[1].append(number[0])
    found = (
        Amount(value(_own(numbers)), _currency(signs.codes[sign.casefold()], store))
        for sign, numbers in claimed.values()
    )
    return tuple(dict.fromkeys(found))[:MAX_AMOUNTS]


def _own(numbers: Sequence[str]) -> str:
    """Return the number a sign belongs to; of two around it ("1 EUR 39.9") the one with decimals, else the first."""
    return next((number for number in numbers if re.search(r"[.,]", number)), numbers[0])


def _currency(codes: Sequence[str], store: Marketplace | None) -> str:
    return store.currency if store is not None and store.currency in codes else codes[0]


@dataclass(frozen=True, slots=True)
class _Signs:
    """Currency signs as patterns beside a number, and the codes each may mean."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    codes: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=8)
def _signs(marks: tuple[CurrencyMark, ...], codes: tuple[str, ...]) -> _Signs:
    known = {each.mark.casefold(): each.codes for each in marks} | {code.casefold(): (code,) for code in codes}
    either = "|".join(
        rf"(?<!\w){re.escape(sign)}(?!\w)" if sign.isalpha() else re.escape(sign)
        for sign in sorted(known, key=len, reverse=True)
    )
    gap = r"[ \u00a0\u202f]?"
    # In front of a number a sign of letters may touch it ("EUR39"), as behind it ("39EUR").
    either_before, either_after = either.replace(r"(?!\w)", ""), either.replace(r"(?<!\w)", "")
    return _Signs(
        before=re.compile(rf"({either_before}){gap}\Z", re.IGNORECASE),
        after=re.compile(rf"{gap}({either_after})", re.IGNORECASE),
        codes=known,
    )


def value(number: str) -> Decimal:
    """
    Return the number, whichever sign separates its decimals.

    The last sign separates decimals when at most two digits follow it; three digits are a group of thousands.
    """
    digits = re.sub(r"['\u2019 \u00a0\u202f]", "", number)
    whole, sign, rest = digits, "", ""
    for at in range(len(digits) - 1, -1, -1):
        if digits[at] in ".,":
            whole, sign, rest = digits[:at], digits[at], digits[at + 1 :]
            break
    if not sign or len(rest) == 3:
        return Decimal(re.sub(r"[.,]", "", digits))
    return Decimal(f"{re.sub(r'[.,]', '', whole)}.{rest}")


def _fields(text: str, labels: tuple[Label, ...]) -> Iterator[tuple[str, str]]:
    """Yield (field, value) for each label that a line begins with; the value may stand on the next line."""
    known = _by_label(labels)
    seen: set[str] = set()
    lines = text.split("\n", _LINES)[:_LINES]
    for index, line in enumerate(lines):
        head, colon, rest = line.partition(":")
        field = known.get(_label(head)) if colon and len(head) <= 80 else None
        if field is None or (field in COLUMNS and field != "comment") or field in seen:
            continue
        below = next((each for each in lines[index + 1 : index + 3] if each.strip()), "")
        longest = _COMMENT if field == "comment" else _VALUE
        said = clean(rest, longest) or (clean(below, longest) if ":" not in below or field == "comment" else "")
        if said:
            seen.add(field)
            yield field, said


@lru_cache(maxsize=8)
def _by_label(labels: tuple[Label, ...]) -> Mapping[str, str]:
    """Return the field each label names; of two rows with the same label the first, which is the seller's, wins."""
    found: dict[str, str] = {}
    for row in labels:
        for label in row.labels:
            found.setdefault(_label(label), row.field)
    return found


def is_comment(text: str, labels: tuple[Label, ...]) -> bool:
    """Return whether `text` is the label of what a buyer wrote."""
    return len(text) <= 80 and _by_label(labels).get(_label(text)) == "comment"


def _label(text: str) -> str:
    return folded(text.strip(" *:"))


def _items(message: Message, labels: tuple[Label, ...]) -> list[dict[str, str]]:
    """Return the rows of the item table, by its own headings: a refund's has three or seven columns."""
    known = _by_label(labels)
    heads: list[str | None] = []
    found: list[dict[str, str]] = []
    for cells in tables.rows(message.html):
        named = [known.get(_label(cell)) for cell in cells]
        if sum(field in COLUMNS for field in named) >= 2:
            heads = [field if field in COLUMNS else None for field in named]
        elif heads and len(cells) == len(heads):
            row = {head: clean(cell, _VALUE) for head, cell in zip(heads, cells, strict=True) if head and cell}
            if row:
                found.append(row)
        if len(found) >= MAX_ITEMS:
            break
    return found
