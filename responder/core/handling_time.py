"""
Where a day more of handling time would help: orders whose ship-by lay in closed time, and what became of them.

A hint about Amazon's settings, from what the reports say; nothing is changed anywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core.late_orders import Term, stretch_words
from responder.core.speech import say, several
from responder.core.wording import listed, weekday_of

LOOKED_BACK = timedelta(days=60)
LATELY = timedelta(days=30)
ENOUGH = 3
"""So many orders within LATELY make a habit; fewer are an accident."""


@dataclass(frozen=True, slots=True)
class Bought:
    """An order that was shipped, as far as the advice needs it."""

    marketplace: str | None
    purchased_at: datetime
    ship_by_at: datetime
    shipped_at: datetime


@dataclass(frozen=True, slots=True)
class Advice:
    """
    So many orders bought on these weekdays (Monday is 0) had their ship-by in closed time.

    `late` shipped after it, `away` before it but when nobody was there any more. `stretches` name the closed time.
    """

    weekdays: tuple[int, ...]
    orders: int
    late: int
    away: int
    stretches: tuple[str, ...]

    @property
    def title(self) -> str:
        """The advice in few words."""
        return say("A day more of handling time for orders of {days}", days=self._days)

    @property
    def words(self) -> str:
        """The advice as a sentence."""
        late = several(self.late, "{n} shipped late", "{n} shipped late")
        away = several(self.away, "{n} only when nobody is there", "{n} only when nobody is there")
        return several(
            self.orders,
            "{n} order bought on {days} in the last {span} days had their ship-by in {stretches}; {became}."
            " To change in Seller Central, Shipping settings.",
            "{n} orders bought on {days} in the last {span} days had their ship-by in {stretches}; {became}."
            " To change in Seller Central, Shipping settings.",
            days=self._days,
            span=LOOKED_BACK.days,
            stretches=listed(map(stretch_words, self.stretches)),
            became=listed([*([late] if self.late else []), *([away] if self.away else [])]),
        )

    @property
    def _days(self) -> str:
        return listed(map(weekday_of, self.weekdays))


def advice(
    orders: Iterable[tuple[Bought, Term]],
    zones: Mapping[str, ZoneInfo],
    zone: ZoneInfo,
    now: datetime,
) -> Advice | None:
    """Return the advice, if enough orders need it; a weekday is that of the order's store, else of `zone`."""
    inside = [
        (order.purchased_at.astimezone(zones.get(order.marketplace or "", zone)).weekday(), order, term)
        for order, term in orders
        if term.stretch is not None
    ]
    troubled = [each for each in inside if _is_late(each[1]) or _was_away(each[1], each[2])]
    if sum(order.purchased_at >= now - LATELY for _, order, _ in troubled) < ENOUGH:
        return None
    weekdays = {day for day, _, _ in troubled}
    return Advice(
        weekdays=tuple(sorted(weekdays)),
        orders=sum(day in weekdays for day, _, _ in inside),
        late=sum(_is_late(order) for _, order, _ in troubled),
        away=sum(not _is_late(order) for _, order, _ in troubled),
        stretches=tuple(sorted({term.stretch for _, _, term in troubled if term.stretch is not None})),
    )


def _is_late(order: Bought) -> bool:
    return order.shipped_at > order.ship_by_at


def _was_away(order: Bought, term: Term) -> bool:
    """Somebody came in closed time, or confirmed what had left before: either way it was close."""
    return term.last_at is None or order.shipped_at >= term.last_at
