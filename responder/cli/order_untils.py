"""
Which ship-by instants will be missed unless somebody acts, and until when somebody is there for each.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from responder.adapters.store import Store
from responder.adapters.store import late_orders as stored
from responder.config import Loaded
from responder.config.calendars import calendar_of
from responder.core import late_orders, wording
from responder.core.late_orders import Outlook

Untils = Mapping[datetime, datetime | None]
"""Until when somebody is there, by the ship-by; None: nobody is any more."""
IN_TIME: Untils = MappingProxyType({})


def untils(store: Store, loaded: Loaded, at: datetime) -> Untils:
    """Return them as of an instant; what ships in time on an ordinary day is left out."""
    ahead, zone = store.run(stored.ship_by_ahead, at), loaded.config.timezone
    calendar = calendar_of(loaded, range(at.year - 1, at.year + 2))
    found: dict[datetime, datetime | None] = {}
    for ship_by_at, term in late_orders.terms(calendar, ahead, timedelta(0)).items():
        outlook = late_orders.outlook(ship_by_at, term, at, zone)
        if outlook is Outlook.NOBODY:
            found[ship_by_at] = None
        elif term.stretch is not None and outlook is not Outlook.LATER:
            found[ship_by_at] = term.last_at
    return found


def words(untils: Untils, ship_by_at: datetime | None, at: datetime, zone: ZoneInfo) -> str:
    """Return what is said behind a ship-by; nothing where it is kept on an ordinary day."""
    if ship_by_at is None or ship_by_at not in untils:
        return ""
    until_at = untils[ship_by_at]
    return ", nobody there" if until_at is None else f", by {wording.moment(until_at, at, zone)}"
