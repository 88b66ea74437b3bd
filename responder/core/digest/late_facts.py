"""
What the digest is told of orders that are not shipped, and of handling time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from responder.core.handling_time import Advice
from responder.core.late_orders import Outlook, Standing


@dataclass(frozen=True, slots=True)
class LateNews:
    """
    What becomes of the orders that are not shipped, the first to ship first; those that have time are left out.

    `left`: so many late ones that a newer report of unshipped orders does not name. They and the `advice` are told
    once a week. `zones`: each store's clock.
    """

    standings: tuple[Standing, ...] = ()
    left: int = 0
    advice: Advice | None = None
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be told."""
        return not (self.standings or self.left or self.advice)

    def of(self, outlook: Outlook) -> tuple[Standing, ...]:
        """Return the orders of which this becomes."""
        return tuple(each for each in self.standings if each.outlook is outlook)


NONE = LateNews()
