"""
Pages as HTML (Jinja2, autoescaped), and the files they are drawn with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

import jinja2

from responder.core import wording
from responder.core.speech import current, say
from responder.status_page.page import Lines, Page, Section, Story, Table
from responder.status_page.values import Facts, Now

STATIC: Mapping[str, str] = {
    "page.css": "text/css",
    "countdown.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Way:
    """An entry of the navigation."""

    label: str
    href: str
    current: bool


def ways(path: str) -> tuple[Way, ...]:
    """Return the navigation, as it stands on the page of this path."""
    return tuple(
        Way(label, href, href == path)
        for label, href in (
            (say("Messages"), "/"),
            (say("Notices"), "/notices"),
            (say("Outbox"), "/outbox"),
            (say("Rates"), "/rates"),
            (say("Calendar"), "/calendar"),
            (say("Health"), "/health"),
        )
    )


def spans() -> Mapping[str, str]:
    """Return how times left are said, with their fields left open: the browser fills them in as time goes by."""
    return {
        "left": say("{span} left", span="{span}"),
        "late": say("{span} late", span="{span}"),
        "days-hours": say("{days} d {hours} h", days="{days}", hours="{hours}"),
        "days": say("{days} d", days="{days}"),
        "hours-minutes": say("{hours} h {minutes} min", hours="{hours}", minutes="{minutes}"),
        "hours": say("{hours} h", hours="{hours}"),
        "minutes": say("{minutes} min", minutes="{minutes}"),
        "moment": say("less than a minute"),
    }


def chrome() -> Mapping[str, str]:
    """Return the words that every page has around its content."""
    return {
        "skip": say("Skip to the content"),
        "pages": say("Pages"),
        "wrong": say("What is wrong"),
        "shown": say("What is shown"),
        "further": say("Further pages"),
        "before": say("Page before"),
        "next": say("Next page"),
        "reading": say("This page only shows: what you decide you type, or tell by a link of the digest."),
    }


def html(page: Page, facts: Facts, now: Now, path: str) -> str:
    """Return the page in the language that is spoken."""
    return _template("page.html.j2").render(
        page=page,
        path=path,
        language=current().language,
        direction=current().locale.text_direction,
        navigation=ways(path),
        made=_made(facts, now.at),
        now=int(now.at.timestamp()),
        spans=spans(),
        refresh=now.asked.refresh,
        reload=_reload(now, path),
        version=facts.version,
        words=chrome(),
    )


def _made(facts: Facts, at: datetime) -> str:
    zone = facts.operator.zone
    day = wording.short_day(at.astimezone(zone).date())
    return say("As of {day} {time} ({zone}).", day=day, time=f"{at.astimezone(zone):%H:%M:%S}", zone=zone.key)


def _reload(now: Now, path: str) -> tuple[str, str]:
    """Return the link that lets the page load itself every minute, or that ends it."""
    if now.asked.refresh:
        return say("Stop loading it again"), path + now.asked.query(refresh=None)
    return say("Load it again every minute"), path + now.asked.query(refresh=60)


def static(name: str) -> bytes:
    """Return a file of the page's, one of `STATIC`."""
    return files("responder").joinpath("status_page", "static", name).read_bytes()


def _shape(section: Section) -> str:
    """Name what a section is, for the template to choose by."""
    match section:
        case Table():
            return "table"
        case Lines():
            return "lines"
        case Story():
            return "story"


def _load(name: str) -> str:
    return files("responder").joinpath("templates", "page", name).read_text("utf-8")


@lru_cache(maxsize=4)
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_load),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shape"] = _shape
    return environment.get_template(name)
