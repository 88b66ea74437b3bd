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
_NARROW = 2
_APART = Markup('<bdi><span dir="ltr" style="white-space:nowrap">{}</span></bdi>')
_BESIDE = Markup("<bdi>{}</bdi>")
_WHOLE = Markup('<bdi style="white-space:nowrap">{}</bdi>')
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
    """
    Return the words as HTML, order numbers set apart and whole.

    Beside Arabic they would be shown in another order (UAX 9), and broken at a hyphen nobody takes them as one. Gmail
    drops `bdi` and keeps `dir`, which sets apart as well.
    """
    parts = _ORDER.split(words)
    return Markup("").join(_APART.format(part) if number % 2 else escape(part) for number, part in enumerate(parts))


def _detail(words: str) -> Markup:
    """Return one of several details in a line as HTML, apart from its neighbours."""
    return (_WHOLE if _ORDER.fullmatch(words) else _BESIDE).format(words)


def _spark(columns: Columns) -> str:
    """Return the columns as one character a day."""
    heights = [column.height for column in columns.columns]
    return "".join(_UNKNOWN if height is None else _BARS[min(height * len(_BARS) // 100, 7)] for height in heights)


def _meter(gauge: Gauge) -> str:
    """Return how much is used up as a bar of ten; a little is never nothing, and nearly all never all."""
    full = gauge.filled * _METER // 100 or min(gauge.filled, 1)
    return f"[{'#' * full}{'.' * (_METER - full)}]"


def _short(href: str) -> str:
    """Return a link without the words that it puts into a mail: what it asks for is in the subject."""
    return href.partition("&body=")[0]


def _pixels(height: int) -> int:
    return max(height * TALLEST // 100, 1)


def _crowded(columns: Columns) -> bool:
    """Return whether a phone has room for every other column only."""
    return max((len(column.words) for column in columns.columns), default=0) > _NARROW


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
    named = {"shape": _shape, "isolated": _isolated, "detail": _detail, "spark": _spark, "meter": _meter}
    environment.filters |= {**named, "pixels": _pixels, "short": _short}
    environment.tests["crowded"] = _crowded
    return environment.get_template(name)
