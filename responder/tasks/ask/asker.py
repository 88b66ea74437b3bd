"""
What the decisions of one account about its orders rest on.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from responder.adapters import holidays
from responder.adapters.invoices import InvoiceFolder
from responder.core.amazon import Catalogue
from responder.core.feedback_values import FeedbackPolicy
from responder.core.orders import Order
from responder.core.transit import MONDAY_TO_FRIDAY, CountryDays
from responder.tasks.ask.writing import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """One account: what the seller wants, how long an answer may take, who writes, and where the invoices are."""

    account: str
    policy: FeedbackPolicy
    answer_within: timedelta
    catalogue: Catalogue
    writer: Writer
    invoices: InvoiceFolder | None = None
    zones: Mapping[str, ZoneInfo] = field(init=False)
    countries: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        stores = self.catalogue.marketplaces
        object.__setattr__(self, "zones", {each.name: ZoneInfo(each.timezone) for each in stores})
        object.__setattr__(self, "countries", {each.name: each.country for each in stores})

    def zone(self, order: Order) -> ZoneInfo | None:
        """Return the clock of the order's marketplace; None where nobody says which it is."""
        return self.zones.get(order.marketplace or "")

    def country(self, order: Order) -> str | None:
        """Return where the order goes to: most stay in the marketplace's own country."""
        return order.ship_country or self.countries.get(order.marketplace or "")

    def days(self, order: Order) -> CountryDays:
        """Return when the country works that the order goes to, around its shipping."""
        country = self.country(order)
        if country is None or order.shipped_at is None or order.delivered_at is not None:
            return MONDAY_TO_FRIDAY
        return _days(country, order.shipped_at.year)

    @property
    def fingerprint(self) -> str:
        """What the seller wants, in short: other wishes have another one."""
        wanted = {each.name: getattr(self.policy, each.name) for each in fields(FeedbackPolicy)}
        return hashlib.sha256(json.dumps(wanted, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)


@lru_cache(maxsize=512)
def _days(country: str, year: int) -> CountryDays:
    """A country the library does not know is thought to work from Monday to Friday."""
    try:
        off = holidays.public_holidays(country, None, (year, year + 1))
        return CountryDays(holidays.working_days(country), frozenset(off))
    except holidays.UnknownPlaceError:
        return MONDAY_TO_FRIDAY
