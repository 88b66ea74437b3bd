"""
Tables for people: aligned columns, and nothing from a mail that could steer a terminal.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

NOTHING = "-"
WIDEST = 60


def table(rows: Iterable[Sequence[object]], headers: Sequence[str], widest: int = WIDEST) -> str:
    """Return rows under their headers, columns two spaces apart and at most `widest` wide; None is shown as "-"."""
    texts = [list(headers), *([cell(value, widest) for value in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*texts, strict=True)]
    return "\n".join(_line(row, widths) for row in texts)


def local(at: datetime | None, zone: tzinfo) -> str:
    """Return an instant on the seller's clock, to the minute."""
    return NOTHING if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def cell(value: object, widest: int = WIDEST) -> str:
    """Return a value as one line that only prints (a subject can hold escape codes), at most `widest` columns wide."""
    if value is None or value == "":
        return NOTHING
    text = "".join(" " if char.isspace() else char for char in str(value))
    text = "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    if _width(text) <= widest:
        return text
    while _width(text) > widest - 1:
        text = text[:-1]
    return f"{text}…"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Return the columns a text takes: East Asian wide characters take two, combining ones none (UAX 11)."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
