"""
The digest as text and as HTML (Jinja2, autoescaped).

Both say the same; no image, no script, no remote resource.
"""

import re
from functools import lru_cache
from importlib.resources import files

import jinja2
from markupsafe import Markup, escape

from responder.core.digest import Columns, Digest, Gauge, Items, Lines, Picture, Section, Table

LIMIT = 100_000
"""Bytes of the HTML part: Gmail cuts a mail at about 102 KB."""
TALLEST = 48
_BARS = "▁▂▃▄▅▆▇█"
_UNKNOWN = "·"
_METER = 10
_ORDER = re.compile(r"([0-9]{3}-[0-9]{7}-[0-9]{7})", re.ASCII)


def text(digest: Digest) -> str:
    """Return the text part."""
    return _template("digest.txt.j2").render(digest=digest).strip() + "\n"


def html(digest: Digest) -> str:
    """Return the HTML part."""
    lines = _template("digest.html.j2").render(digest=digest).splitlines()
    return "\n".join(line for line in lines if line.strip()) + "\n"


def _shape(section: Section) -> str:
    """Name what a section is, for the templates to choose by."""
    match section:
        case Items():
            return "items"
        case Table():
            return "table"
        case Picture():
            return "picture"
        case Lines():
            return "lines"


def _isolated(words: str) -> Markup:
    """Return the words as HTML, order numbers set apart: beside Arabic they would be shown in another order (UAX 9)."""
    parts = _ORDER.split(words)
    return Markup("").join(
        Markup("<bdi>{}</bdi>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def _unbroken(words: str) -> Markup:
    """Return one detail as HTML; an order number is not broken at its hyphens, so that it can be taken as a whole."""
    whole = Markup('<span style="white-space:nowrap">{}</span>')
    return whole.format(words) if _ORDER.fullmatch(words) else escape(words)


def _spark(columns: Columns) -> str:
    """Return the columns as one character a day."""
    heights = [column.height for column in columns.columns]
    return "".join(_UNKNOWN if height is None else _BARS[min(height * len(_BARS) // 100, 7)] for height in heights)


def _meter(gauge: Gauge) -> str:
    """Return how much is used up as a bar of ten; a little is never nothing, and nearly all never all."""
    full = gauge.filled * _METER // 100 or min(gauge.filled, 1)
    return f"[{'#' * full}{'.' * (_METER - full)}]"


def _pixels(height: int) -> int:
    return max(height * TALLEST // 100, 1)


def _turn(number: int) -> str:
    """Name every other column: a phone has room for half of them."""
    return "even" if number % 2 == 0 else "odd"


def _load(name: str) -> str:
    return files("responder").joinpath("templates", name).read_text("utf-8")


@lru_cache(maxsize=4)
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_load),
        autoescape=jinja2.select_autoescape(["html", "html.j2"], default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    named = {"shape": _shape, "isolated": _isolated, "unbroken": _unbroken, "spark": _spark, "meter": _meter}
    environment.filters |= {**named, "pixels": _pixels, "turn": _turn}
    return environment.get_template(name)
