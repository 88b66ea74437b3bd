"""
What watches the account's health, built from the configuration.
"""

from collections.abc import Mapping

from responder.adapters.templates import Template
from responder.config.loaded import Loaded
from responder.config.rates import rules_of
from responder.core.amazon import Catalogue
from responder.core.calendars import Calendar
from responder.core.operator import Operator
from responder.tasks.account_health import Shop, Watch


def watch(
    loaded: Loaded, operator: Operator, calendar: Calendar, texts: Mapping[str, Template], catalogue: Catalogue
) -> Watch:
    """Return whom to tell of what, by which rules."""
    return Watch(
        operator=operator,
        shops=tuple(
            Shop(account=account.name, seller_name=account.seller.name, marketplaces=tuple(account.seller.marketplaces))
            for account in loaded.config.accounts
        ),
        calendar=calendar,
        catalogue=catalogue,
        templates=texts,
        rules=rules_of(loaded),
        warn_ship_by=loaded.config.orders.warn_ship_by,
    )
