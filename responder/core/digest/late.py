"""
The digest's section about late orders: late now, to ship today, and what has to ship before closed time.
"""

from collections.abc import Iterator

from responder.core import late_orders, wording
from responder.core.digest.facts import DigestFacts
from responder.core.digest.late_facts import LateNews
from responder.core.digest.page import Group, Item, Items, Section
from responder.core.digest.words import place
from responder.core.late_orders import Outlook, Standing
from responder.core.wording import counted

_GROUPS = (
    (Outlook.LATE, "Late now", 15, "late"),
    (Outlook.NOBODY, "Will be late: nobody is there any more before their ship-by", 10, "late"),
    (Outlook.TODAY, "Ship today", 8, "soon"),
    (Outlook.CLOSING, "Ship before you close: their ship-by lies in closed time", 7, "later"),
)
"""Each group with its rows: 40 in all, as in any section."""
_TROUBLE = (Outlook.LATE, Outlook.NOBODY)


def subject(news: LateNews) -> Iterator[str]:
    """Yield what the digest's subject says of late orders; what ships today in time is in the section only."""
    if late := len(news.of(Outlook.LATE)):
        yield f"{counted(late, 'order')} late"
    if nobody := len(news.of(Outlook.NOBODY)):
        yield f"{counted(nobody, 'order')} will be late"


def sections(facts: DigestFacts) -> Iterator[Section]:
    """Yield the section, if there is anything to say."""
    news = facts.late
    if news.is_empty:
        return
    groups = (
        Group(title, tuple(_order(facts, each, urgency) for each in news.of(outlook)[:rows]))
        for outlook, title, rows, urgency in _GROUPS
    )
    yield Items(
        "Late orders",
        str(len(news.standings)),
        " ".join(late_orders.source_words((each.order for each in news.standings), facts.now, facts.zone)),
        (*(group for group in groups if group.items), *_remarks(news)),
        " · ".join(_more(news)),
    )


def _order(facts: DigestFacts, each: Standing, urgency: str) -> Item:
    order = each.order
    zone = facts.late.zones.get(order.marketplace or "", facts.zone)
    number = wording.order_number(order.order_id)
    links = wording.seller_central(order.marketplace, number, facts.hosts, order.order_id)
    delay = (("tell the buyer", f"responder orders delay {number} --until DATE"),)
    return Item(
        when=wording.deadline(each.until_at, facts.now, facts.zone),
        left=wording.left(each.until_at, facts.now),
        urgency=urgency,
        title=f"Order {number or '(no number)'}",
        details=(place(order.marketplace), f"ship by {late_orders.ship_by_words(order.ship_by_at, zone)}"),
        note=" · ".join(late_orders.remarks(each)),
        commands=delay if number and each.outlook in _TROUBLE and order.told is None else (),
        links=tuple(link for link in links if link.opens == wording.ORDER),
    )


def _remarks(news: LateNews) -> Iterator[Group]:
    """Yield what is said in words: the orders nobody knows of, and the advice."""
    if news.left:
        text = f"{counted(news.left, 'late order')} not in the newest report of unshipped orders"
        note = "They probably shipped. Import your shipment confirmations to know when, and whether in time."
        yield Group("Gone from the report", (Item("Not known", "", "none", text, note=note, commands=_SEEN),))
    if news.advice:
        yield Group("Handling time", (Item("Advice", "", "none", news.advice.title, note=news.advice.words),))


_SEEN = (("see them", "responder orders --late --unshipped"),)


def _more(news: LateNews) -> Iterator[str]:
    for outlook, title, rows, _ in _GROUPS:
        if (rest := len(news.of(outlook)) - rows) > 0:
            command = "--late" if outlook is Outlook.LATE else "--unshipped"
            command = "--will-be-late" if outlook in (Outlook.NOBODY, Outlook.CLOSING) else command
            yield f"and {rest} more ({title.partition(':')[0].lower()}): responder orders {command}"
