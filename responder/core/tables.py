"""
The rows of the tables in an HTML mail, as texts, for reading only.

One pass over the tags; nested tables give their cells to the outer row. Sizes are capped, so no table costs more than a
few milliseconds.
"""

import re

from responder.core.markup import MAX_HTML, plain_text

MAX_ROWS = 200
MAX_CELLS = 30
MAX_READ = 2_000  # cells of all rows together, empty ones too
_CELL = 2_000
_TAG = re.compile(r"<(/?)(tr|td|th)(?![a-z0-9])", re.IGNORECASE)

Rows = tuple[tuple[str, ...], ...]


def rows(markup: str) -> Rows:
    """Return the rows that have cells, in the order in which they are written."""
    markup = markup[:MAX_HTML]
    found: list[tuple[str, ...]] = []
    cells: list[str] = []
    start: int | None = None
    read = 0
    for tag in _TAG.finditer(markup):
        closing, name = bool(tag[1]), tag[2].lower()
        if start is not None:
            cells.append(_text(markup[start : tag.start()]))
            start, read = None, read + 1
        if name == "tr":
            _keep(cells, found)
            cells = []
        elif not closing:
            start = markup.find(">", tag.end()) + 1
            if not start:
                break
        if len(found) >= MAX_ROWS or read >= MAX_READ:
            break
    if start:
        cells.append(_text(markup[start:]))
    _keep(cells, found)
    return tuple(found)


def _keep(cells: list[str], found: list[tuple[str, ...]]) -> None:
    row = tuple(cells[:MAX_CELLS])
    if any(row):
        found.append(row)


def _text(markup: str) -> str:
    return " ".join(plain_text(markup[:_CELL]).split())
