"""
The digest's section about orders: what a person has to put, to upload or to mend.

Names of files are the seller's, and cleaned like everything else that is shown.
"""

from collections.abc import Iterator

from responder.core import wording
from responder.core.digest.facts import DigestFacts
from responder.core.digest.order_facts import HeldBack, LacksInvoice, OrderNews, ToUpload, UnreadReport
from responder.core.digest.page import Group, Item, Items
from responder.core.digest.words import few, order_title, place, soon_until
from responder.core.message import clean
from responder.core.speech import say, several

LACKING, UPLOADS, REPORTS, HELD = 20, 15, 5, 10
"""Rows of each group: 40 in all, as in any section, and a line for each thing that holds requests."""


def subject(news: OrderNews) -> Iterator[str]:
    """Yield what the digest's subject says of orders."""
    if news.lacking:
        yield several(news.lacking_in_all, "{n} invoice missing", "{n} invoices missing")
    if news.to_upload:
        yield several(len(news.to_upload), "{n} invoice to upload", "{n} invoices to upload")
    if news.reports:
        yield several(len(news.reports), "{n} report not read", "{n} reports not read")


def shown_uploads(facts: DigestFacts) -> tuple[ToUpload, ...]:
    """Return the orders that have a row of their own, the most urgent; the others are told next time."""
    by_urgency = sorted(facts.orders.to_upload, key=lambda each: (each.by_at or each.shipped_at, each.id))
    measured_first = sorted(by_urgency, key=lambda each: each.by_at is None)
    return tuple(measured_first[: few(facts, UPLOADS)])


def shown_reports(facts: DigestFacts) -> tuple[UnreadReport, ...]:
    """Return the files that have a row of their own; the others are told next time."""
    return facts.orders.reports[: few(facts, REPORTS)]


def section(facts: DigestFacts) -> Items:
    """Return the digest's section about orders."""
    news = facts.orders
    groups = (
        Group(
            say("Invoice missing: the request for feedback waits for it"),
            tuple(_lacking(each, news.folder, facts) for each in news.lacking[: few(facts, LACKING)]),
        ),
        Group(
            say("Held: the request for feedback waits for you"),
            tuple(_held(each, facts) for each in news.held[: few(facts, HELD)]),
        ),
        Group(
            say("Amazon Business: upload the invoice at Amazon, an e-mailed one does not count"),
            tuple(_upload(each, facts) for each in shown_uploads(facts)),
        ),
        Group(say("Reports that could not be read"), tuple(map(_report, shown_reports(facts)))),
    )
    return Items(
        say("Orders"),
        str(news.lacking_in_all + sum(each.orders for each in news.held) + len(news.to_upload) + len(news.reports)),
        "",
        tuple(group for group in groups if group.items),
        " · ".join(_more(facts)),
    )


def _lacking(each: LacksInvoice, folder: str, facts: DigestFacts) -> Item:
    path = f"{clean(folder, 80).rstrip('/')}/{clean(each.expected, 120)}"
    wanted = say("expected: {file}", file=path) if each.expected else ""
    return Item(
        when=wording.deadline(each.until_at, facts.now, facts.zone),
        left=wording.left(each.until_at, facts.now),
        urgency="soon" if each.until_at < soon_until(facts) else "later",
        title=order_title(wording.order_number(each.order_id)),
        details=(place(each.marketplace),),
        note=clean(each.refused, 300) or wanted,
        links=_links(each.order_id, each.marketplace, facts),
    )


def _held(each: HeldBack, facts: DigestFacts) -> Item:
    return Item(
        when=wording.deadline(each.until_at, facts.now, facts.zone),
        left=wording.left(each.until_at, facts.now),
        urgency="soon" if each.until_at < soon_until(facts) else "later",
        title=several(each.orders, "{n} order", "{n} orders"),
        note=clean(each.why, 300),
        commands=((say("see them"), "responder orders --feedback held"),),
    )


def _upload(each: ToUpload, facts: DigestFacts) -> Item:
    late = each.by_at is not None and each.by_at < facts.now
    soon = each.by_at is not None and each.by_at < soon_until(facts)
    shipped = wording.short_day(each.shipped_at.astimezone(facts.zone).date())
    return Item(
        when=wording.deadline(each.by_at, facts.now, facts.zone) if each.by_at else say("Upload it"),
        left=wording.left(each.by_at, facts.now) if each.by_at else "",
        urgency="late" if late else "soon" if soon else "later",
        title=order_title(wording.order_number(each.order_id)),
        details=(place(each.marketplace), say("shipped {day}", day=shipped)),
        links=_links(each.order_id, each.marketplace, facts),
    )


def _report(each: UnreadReport) -> Item:
    return Item(
        when=say("Rows left out") if each.partly else say("Not imported"),
        left="",
        urgency="none",
        title=clean(each.name, 120) or say("(no name)"),
        note=clean(each.why, 300),
    )


def _links(order_id: str, marketplace: str | None, facts: DigestFacts) -> tuple[wording.Link, ...]:
    found = wording.seller_central(marketplace, order_id, facts.hosts, order_id)
    return tuple(link for link in found if link.opens == wording.ORDER)


def _more(facts: DigestFacts) -> Iterator[str]:
    news = facts.orders
    if (rest := news.lacking_in_all - len(news.lacking[: few(facts, LACKING)])) > 0:
        yield several(
            rest,
            "and {n} invoice more: {command}",
            "and {n} invoices more: {command}",
            command="responder orders --feedback held",
        )
    if (rest := len(news.to_upload) - len(shown_uploads(facts))) > 0:
        yield several(
            rest,
            "and {n} more to upload: {command}",
            "and {n} more to upload: {command}",
            command="responder orders --business",
        )
    if (rest := len(news.reports) - len(shown_reports(facts))) > 0:
        yield several(rest, "and {n} report more", "and {n} reports more")
