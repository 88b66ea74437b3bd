"""
Message templates: one YAML file per kind of mail, Jinja2 inside, a body per language.

A template can only print what its context offers: no calls, no arithmetic, no loops over anything but a given list.
What is wrong in a file is found when it is checked, with its line, not when a mail is due.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from responder.errors import Problem, ResponderError


class TemplateFailed(ResponderError):
    """A template could not be rendered; the mail is held until the seller mends the file."""


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of mail: its subject, and per language its body and the line that introduces the quoted message."""

    name: str
    subject: str
    bodies: Mapping[str, str]
    quotes: Mapping[str, str]
    file: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered mail; `quote` introduces the buyer's own words, which `compose.with_quote` appends."""

    subject: str
    body: str
    language: str
    quote: str


@dataclass(frozen=True, slots=True)
class BuyerContext:
    """`buyer.`: who wrote."""

    name: str | None


@dataclass(frozen=True, slots=True)
class SellerContext:
    """`seller.`: who answers."""

    name: str


@dataclass(frozen=True, slots=True)
class MessageContext:
    """`message.`: what was written."""

    subject: str
    received_date: str


@dataclass(frozen=True, slots=True)
class OrderContext:
    """`order.`: what it is about."""

    id: str | None


@dataclass(frozen=True, slots=True)
class ClosedContext:
    """`closed.`: why nobody is there; kind is weekend, holiday, closure or outside_hours."""

    kind: str
    name: str | None


def load(folder: Path | None) -> Mapping[str, Template]:
    """Return the shipped templates, each replaced by the file of the same name in `folder`."""
    raise NotImplementedError


def render(template: Template, language: str, context: Mapping[str, object]) -> Rendered:
    """Return the mail in `language`, which must be one of the template's."""
    raise NotImplementedError


def pick_language(template: Template, wanted: str | None, fallback: str = "en") -> str | None:
    """Return the template's language nearest to `wanted`: de-AT, de, then `fallback`; None when it has neither."""
    raise NotImplementedError


def problems(templates: Mapping[str, Template], languages_needed: Collection[str]) -> tuple[Problem, ...]:
    """Return everything wrong in the templates' own language and everything missing."""
    raise NotImplementedError


def strays(folder: Path | None) -> tuple[Problem, ...]:
    """Return a warning for each file in `folder` that no mail uses."""
    raise NotImplementedError


def acknowledgement_context(
    *,
    buyer_name: str | None,
    seller_name: str,
    subject: str,
    received_at: datetime,
    order_id: str | None,
    closed_kind: str,
    closed_name: str | None,
    promise_at: datetime,
    marketplace: str,
    language: str,
    zone: ZoneInfo,
    country: str | None = None,
) -> Mapping[str, object]:
    """Return what an acknowledgement may print; dates are written in `language`, in the marketplace's `zone`."""
    raise NotImplementedError


def sample_contexts(language: str) -> tuple[Mapping[str, object], ...]:
    """Return invented contexts that reach every branch, for `preview` and for checking."""
    raise NotImplementedError
