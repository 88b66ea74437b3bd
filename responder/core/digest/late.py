"""
The digest's section about late orders: late now, to ship today, and what has to ship before closed time.
"""

from collections.abc import Iterator

from responder.core import late_orders, wording
from responder.core.digest.facts import DigestFacts
from responder.core.digest.late_facts import LateNews
from responder.core.digest.page import Group, Item, Items, Section
from responder.core.digest.words import few, order_title, place
from responder.core.late_orders import Outlook, Standing
from responder.core.speech import noted, say, several

_GROUPS = (
    (Outlook.LATE, noted("Late now"), 15, "late"),
    (Outlook.NOBODY, noted("Will be late: nobody is there any more before their ship-by"), 10, "late"),
    (Outlook.TODAY, noted("Ship today"), 8, "soon"),
    (Outlook.CLOSING, noted("Ship before you close: their ship-by lies in closed time"), 7, "later"),
)
"""Each group with its rows: 40 in all, as in any section."""
_TROUBLE = (Outlook.LATE, Outlook.NOBODY)


def subject(news: LateNews) -> Iterator[str]:
    """Yield what the digest's subject says of late orders; what ships today in time is in the section only."""
    if late := len(news.of(Outlook.LATE)):
        yield several(late, "{n} order late", "{n} orders late")
    if nobody := len(news.of(Outlook.NOBODY)):
        yield several(nobody, "{n} order will be late", "{n} orders will be late")


def sections(facts: DigestFacts) -> Iterator[Section]:
    """Yield the section, if there is anything to say."""
    news = facts.late
    if news.is_empty:
        return
    groups = (
        Group(say(title), tuple(_order(facts, each, urgency) for each in news.of(outlook)[: few(facts, rows)]))
        for outlook, title, rows, urgency in _GROUPS
    )
    yield Items(
        say("Late orders"),
        str(len(news.standings)),
        " ".join(late_orders.source_words((each.order for each in news.standings), facts.now, facts.zone)),
        (*(group for group in groups if group.items), *_remarks(news)),
        " · ".join(_more(facts)),
    )


def _order(facts: DigestFacts, each: Standing, urgency: str) -> Item:
    order = each.order
    zone = facts.late.zones.get(order.marketplace or "", facts.zone)
    number = wording.order_number(order.order_id)
    delay = ((say("tell the buyer"), f"responder orders delay {number} --until DATE"),)
    return Item(
        when=wording.deadline(each.until_at, facts.now, facts.zone),
        left=wording.left(each.until_at, facts.now),
        urgency=urgency,
        title=order_title(number),
        details=(place(order.marketplace), say("ship by {day}", day=late_orders.ship_by_words(order.ship_by_at, zone))),
        note=" · ".join(late_orders.remarks(each)),
        commands=delay if number and each.outlook in _TROUBLE and order.told is None else (),
        links=wording.order_link(order.marketplace, number, facts.hosts, order.order_id),
    )


def _remarks(news: LateNews) -> Iterator[Group]:
    """Yield what is said in words: the orders nobody knows of, and the advice."""
    if news.left:
        text = several(
            news.left,
            "{n} late order not in the newest report of unshipped orders",
            "{n} late orders not in the newest report of unshipped orders",
        )
        note = say("They probably shipped. Import your shipment confirmations to know when, and whether in time.")
        seen = ((say("see them"), "responder orders --late --unshipped"),)
        yield Group(say("Gone from the report"), (Item(say("Not known"), "", "none", text, note=note, commands=seen),))
    if news.advice:
        yield Group(say("Handling time"), (Item(say("Advice"), "", "none", news.advice.title, note=news.advice.words),))


def _more(facts: DigestFacts) -> Iterator[str]:
    for outlook, _, rows, _ in _GROUPS:
        if (rest := len(facts.late.of(outlook)) - few(facts, rows)) > 0:
            yield _rest(outlook, rest)


def _rest(outlook: Outlook, rest: int) -> str:
    """Return how many orders have no row, and the command that lists them."""
    match outlook:
        case Outlook.LATE:
            late = "responder orders --late"
            return several(rest, "and {n} more (late now): {it}", "and {n} more (late now): {it}", it=late)
        case Outlook.NOBODY:
            coming = "responder orders --will-be-late"
            return several(rest, "and {n} more (will be late): {it}", "and {n} more (will be late): {it}", it=coming)
        case Outlook.CLOSING:
            return several(
                rest,
                "and {n} more (ship before you close): {it}",
                "and {n} more (ship before you close): {it}",
                it="responder orders --will-be-late",
            )
        case _:
            today = "responder orders --unshipped"
            return several(rest, "and {n} more (ship today): {it}", "and {n} more (ship today): {it}", it=today)
