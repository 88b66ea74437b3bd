"""
The digest as text and as HTML (Jinja2, autoescaped).

Both say the same; no image, no script, no remote resource.
"""

from functools import lru_cache
from importlib.resources import files

import jinja2

from responder.core.digest import Digest, Items, Lines, Section, Table


def text(digest: Digest) -> str:
    """Return the text part."""
    return _template("digest.txt.j2").render(digest=digest).strip() + "\n"


def html(digest: Digest) -> str:
    """Return the HTML part."""
    return _template("digest.html.j2").render(digest=digest).strip() + "\n"


def _shape(section: Section) -> str:
    """Name what a section is, for the templates to choose by."""
    match section:
        case Items():
            return "items"
        case Table():
            return "table"
        case Lines():
            return "lines"


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
    environment.filters["shape"] = _shape
    return environment.get_template(name)
