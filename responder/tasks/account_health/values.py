"""
What the watch over an account's health rests on, besides the stored state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from responder.adapters.templates import Template
from responder.core.amazon import Catalogue
from responder.core.calendars import Calendar
from responder.core.metrics import RateRule
from responder.core.operator import Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One account's shop: its name, as it signs, and the marketplaces it sells on."""

    account: str
    seller_name: str
    marketplaces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Whom to tell, which shops are watched, and by which rules; `rules` hold the seller's own caps already."""

    operator: Operator
    shops: tuple[Shop, ...]
    calendar: Calendar
    catalogue: Catalogue
    templates: Mapping[str, Template]
    rules: tuple[RateRule, ...]
    warn_ship_by: timedelta  # of working time
