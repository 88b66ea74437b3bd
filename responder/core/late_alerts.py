"""
The alert about orders that have to ship, or are late: one mail for all that fall together.

Times are the seller's; a ship-by day is the one that the order's store shows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from responder.core import wording
from responder.core.alerts import ROWS, Alert
from responder.core.late_orders import Outlook, Standing, remarks, ship_by_words, source_words
from responder.core.message import clean
from responder.core.speech import noted, say, several


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """For whom an alert is worded: the seller's zone, each store's clock and Seller Central host."""

    zone: ZoneInfo
    zones: Mapping[str, ZoneInfo]
    hosts: Mapping[str, str]


def alert(standings: Sequence[Standing], told: Told, now: datetime) -> Alert:
    """Return the alert about these orders; there must be at least one."""
    rows = sorted(standings, key=lambda each: (_rank(each), each.until_at, each.order.order_id))
    return Alert(_subject(rows, told, now), "\n".join(_text(rows, told, now)))


_HEADS = (
    noted("Late now"),
    noted("Will be late: nobody is there any more before their ship-by"),
    noted("To ship in time"),
)


def _rank(each: Standing) -> int:
    return {Outlook.LATE: 0, Outlook.NOBODY: 1}.get(each.outlook, 2)


def _subject(rows: Sequence[Standing], told: Told, now: datetime) -> str:
    """Name the first order: it tells two alerts of one day apart."""
    late, nobody, ahead = ([each for each in rows if _rank(each) == rank] for rank in range(3))
    parts = [
        *([several(len(late), "{n} order late", "{n} orders late")] if late else []),
        *([several(len(nobody), "{n} order will be late", "{n} orders will be late")] if nobody else []),
        *([_to_ship(len(ahead), _moment(ahead[0].until_at, told, now))] if ahead else []),
    ]
    number = wording.order_number(rows[0].order.order_id)
    said = " · ".join(parts)
    return (wording.labelled(said, number) if number else said) + (" ..." if len(rows) > 1 else "")


def _to_ship(number: int, time: str) -> str:
    return several(number, "{n} to ship by {time}", "{n} to ship by {time}", time=time)


def _text(rows: Sequence[Standing], told: Told, now: datetime) -> Iterator[str]:
    yield several(
        len(rows),
        "{n} order not shipped, as far as is known here (times in {zone}).",
        "{n} orders not shipped, as far as is known here (times in {zone}).",
        zone=told.zone.key,
    )
    yield from source_words((each.order for each in rows), now, told.zone)
    shown = rows[:ROWS]
    for rank, head in enumerate(_HEADS):
        of = [each for each in shown if _rank(each) == rank]
        if of:
            yield "\n" + say("{heading}:", heading=say(head))
        for each in of:
            yield ""
            yield from _row(each, told, now)
    if len(rows) > ROWS:
        rest, command = len(rows) - ROWS, "responder orders --late, responder orders --will-be-late"
        yield ""
        yield several(rest, "and {n} more: {command}", "and {n} more: {command}", command=command)
    yield ""
    yield say("Shipped already? Import your shipment confirmation, or a new report of unshipped orders.")
    if any(_rank(each) < 2 for each in rows):
        command = "responder orders delay ORDER --until DATE"
        yield say("Will it take longer? The buyer may be told: {command}", command=command)


def _row(each: Standing, told: Told, now: datetime) -> Iterator[str]:
    order = each.order
    number = wording.order_number(order.order_id)
    place = clean(order.marketplace, 40) if order.marketplace else say("marketplace unknown")
    there = told.zones.get(order.marketplace or "", told.zone)
    when = f"{wording.deadline(each.until_at, now, told.zone)} ({wording.left(each.until_at, now)})"
    ship_by = say("ship by {day}", day=ship_by_words(order.ship_by_at, there))
    account = say("account {name}", name=clean(order.account, 40))
    yield f"{when}  {say('Order {number}', number=number or say('(no number)'))}"
    yield f"  {place} · {ship_by} · {account}"
    for said in remarks(each):
        yield f"  {wording.sentence(said)}"
    for link in wording.seller_central(order.marketplace, number, told.hosts, order.order_id):
        if link.opens == wording.ORDER:
            yield f"  {wording.labelled(link.label, link.href)}"


def _moment(at: datetime, told: Told, now: datetime) -> str:
    return wording.moment(at, now, told.zone)
