"""
Which ship-by instants will be missed unless somebody acts, and until when somebody is there for each.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from responder.adapters.store import Store
from responder.adapters.store import late_orders as stored
from responder.config import Loaded
from responder.config.calendars import calendar_of
from responder.core import late_orders, wording
from responder.core.late_orders import Outlook


def untils(store: Store, loaded: Loaded, at: datetime) -> Mapping[datetime, str]:
    """Return them in words, by ship-by; those that ship in time on an ordinary day are left out."""
    ahead, zone = store.run(stored.ship_by_ahead, at), loaded.config.timezone
    calendar = calendar_of(loaded, range(at.year - 1, at.year + 2))
    found = {}
    for ship_by_at, term in late_orders.terms(calendar, ahead, timedelta(0)).items():
        outlook = late_orders.outlook(ship_by_at, term, at, zone)
        if outlook is Outlook.NOBODY:
            found[ship_by_at] = "nobody there"
        elif term.last_at is not None and term.stretch is not None and outlook is not Outlook.LATER:
            found[ship_by_at] = f"by {wording.moment(term.last_at, at, zone)}"
    return found
