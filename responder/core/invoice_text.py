"""
Which order an invoice is of, from its text: the order numbers that stand in it, however they were set.

A PDF's text comes in pieces: a number may be broken by blanks and line ends, and its hyphens may be any of Unicode's.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MAX_NUMBERS = 50

_HYPHENS = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}")
_MORE_HYPHENS = frozenset(
    "\N{MINUS SIGN}\N{HYPHEN BULLET}\N{SMALL HYPHEN-MINUS}\N{FULLWIDTH HYPHEN-MINUS}\N{SMALL EM DASH}"
)
_SOFT = "\N{SOFT HYPHEN}"


def _spaced(digits: int) -> str:
    """So many digits, between which a PDF's text may have blanks or one line end."""
    return r"\d" + r"\s{0,3}\d" * (digits - 1)


_GROUPS = rf"(?<!\d)({_spaced(3)})\s{{0,3}}%s\s{{0,3}}({_spaced(7)})\s{{0,3}}%s\s{{0,3}}({_spaced(7)})(?!\d)"
_HYPHENATED = re.compile(rf"(?={_GROUPS % ('-', '-')})", re.ASCII)
_BARE = re.compile(rf"(?={_GROUPS % ('', '')})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Named:
    """
    The order numbers in a text. `bare` are runs of 17 digits without hyphens: one may be the number of its order, but
    none is the number of another (a bank's reference looks the same).
    """

    numbers: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()
    empty: bool = False

    def others(self, order_id: str) -> tuple[str, ...]:
        """Return the orders named besides this one."""
        return tuple(sorted(self.numbers - {order_id}))

    def has(self, order_id: str) -> bool:
        """Return whether this order is named."""
        return order_id in self.numbers or order_id in self.bare


def named(text: str) -> Named:
    """Return the order numbers in the text of an invoice, and whether it has any text at all."""
    readings = {_plain(text.replace(_SOFT, "")), _plain(text.replace(_SOFT, "-"))}
    return Named(
        numbers=_found(_HYPHENATED, readings),
        bare=_found(_BARE, readings),
        empty=not any(char.isalnum() for char in text),
    )


def _found(pattern: re.Pattern[str], readings: Iterable[str]) -> frozenset[str]:
    numbers: set[str] = set()
    for reading in readings:
        for match in pattern.finditer(reading):
            numbers.add("-".join("".join(group.split()) for group in match.groups()))
            if len(numbers) >= MAX_NUMBERS:
                return frozenset(numbers)
    return frozenset(numbers)


class _Letters(dict[int, str]):
    """What each character is read as: any script's digit, any hyphen, any blank; worked out once each."""

    def __missing__(self, code: int) -> str:
        self[code] = read = _read(chr(code))
        return read


def _read(char: str) -> str:
    if char in _HYPHENS or char in _MORE_HYPHENS:
        return "-"
    decimal = unicodedata.decimal(char, None)
    if decimal is not None:
        return str(decimal)
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in {"Cf", "Cc"} else char


_LETTERS = _Letters()


def _plain(text: str) -> str:
    return text.translate(_LETTERS)
