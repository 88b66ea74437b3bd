"""
`responder orders`: one line an order, or the whole story of one.

Read page by page: with 200,000 orders neither the memory nor the daemon's turn to write waits for the last of them.
"""

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from responder.adapters.store import Store, order_list
from responder.adapters.store import evidence as stored_evidence
from responder.adapters.store.order_list import Listed, Wanted
from responder.cli import evidence, order_told, order_untils, order_words
from responder.cli.order_untils import IN_TIME, Untils
from responder.cli.session import echo_json, table
from responder.cli.state import instant, now, opened
from responder.cli.tables import cell
from responder.config.consumers import catalogue_of
from responder.core.amazon import Catalogue
from responder.core.orders import ORDER_ID, FeedbackState
from responder.document import nearest
from responder.errors import UsageError

SHOWN = 500
PAGE = 1_000
NARROW, NARROWEST = 140, 100
"""Below this width of a terminal, reasons are said in two words; below the other, columns that say nothing go."""

Command = TypeVar("Command", bound=Callable[..., Any])


def options(command: Command) -> Command:
    """Give a command the options of the listing; they arrive under the names that `show` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--feedback",
        type=click.Choice([str(each) for each in FeedbackState]),
        help="Only those whose request for feedback is so.",
    ),
    click.option("--marketplace", metavar="NAME", help="Only of this marketplace, such as amazon.fr."),
    click.option("--account", metavar="NAME", help="Only of this account."),
    click.option("--late", is_flag=True, help="Only those shipped late, or not shipped in time."),
    click.option(
        "--will-be-late",
        is_flag=True,
        help="Only those that will be late unless somebody comes, or that have to ship before you close.",
    ),
    click.option("--unshipped", is_flag=True, help="Only those of which no shipping date is known."),
    click.option("--business", is_flag=True, help="Only those of Amazon Business customers."),
    click.option("--since", metavar="DATE", help="Only those bought since then, such as 2026-11-01."),
    click.option("--order", "order_id", metavar="ORDER", help="The whole story of this order."),
    evidence.option,
    click.option("--limit", metavar="N", type=click.IntRange(min=1), help=f"At most so many (default: {SHOWN})."),
)


def show(
    ctx: click.Context,
    *,
    feedback: str | None,
    marketplace: str | None,
    account: str | None,
    late: bool,
    will_be_late: bool,
    unshipped: bool,
    business: bool,
    since: str | None,
    order_id: str | None,
    evidence_dir: Path | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """Print the orders that were asked for."""
    if order_id is not None and not ORDER_ID.match(order_id):
        raise click.UsageError(f"{order_id!r} is no order number; write it like 305-1234567-7654321")
    if evidence_dir is not None and order_id is None:
        raise click.UsageError("--evidence needs to know about which order: --order ORDER --evidence DIR")
    if late and will_be_late:
        raise click.UsageError("--late and --will-be-late name different orders: ask for one of them")
    with opened(ctx) as (loaded, store):
        if order_id is not None and evidence_dir is not None:
            kept = store.run(stored_evidence.of_order, order_id)
            if kept is None:
                raise UsageError(f"nothing about an order {order_id} is known")
            evidence.put(kept, evidence_dir, loaded, as_json=as_json)
            return
        at = now()
        untils = order_untils.untils(store, loaded, at) if will_be_late else IN_TIME
        wanted = Wanted(
            account=account,
            order_id=order_id,
            marketplace=_store(marketplace, catalogue_of(loaded)),
            feedback=feedback,
            since=None if since is None else instant(since, loaded),
            late_at=at if late else None,
            ship_by=untils.keys() if will_be_late else None,
            unshipped=unshipped,
            business=business,
        )
        if order_id is not None:
            found = list(_pages(store, wanted, None))
            if not found:
                raise UsageError(f"no order {order_id} is known; responder orders lists them")
            stores = _clocks(catalogue_of(loaded))
            order_told.tell(store, found, at, loaded.config.timezone, stores, as_json=as_json)
        elif as_json:
            for each in _pages(store, wanted, limit):
                until = {"ship_until_at": untils.get(each.order.ship_by_at or at)} if will_be_late else {}
                echo_json({**order_words.as_object(each, at), **until})
        else:
            clocks = _clocks(catalogue_of(loaded))
            _table(store, wanted, limit or SHOWN, at, loaded.config.timezone, clocks, untils)


def _store(name: str | None, known: Catalogue) -> str | None:
    """Return the marketplace that is meant by its name, or by the short one of a narrow terminal."""
    names = [each.name for each in known.marketplaces]
    if name is None:
        return None
    meant = next((each for each in (name.lower(), f"amazon.{name.lower()}") if each in names), None)
    if meant is not None:
        return meant
    near = nearest(name, names)
    raise UsageError(f"there is no marketplace {name!r}" + (f"; did you mean {near!r}?" if near else ""))


def _clocks(known: Catalogue) -> Mapping[str, ZoneInfo]:
    """Return each store's clock: what a report calls a day is a day there."""
    return {each.name: ZoneInfo(each.timezone) for each in known.marketplaces}


def _pages(store: Store, wanted: Wanted, limit: int | None) -> Iterator[Listed]:
    """Yield the orders, the newest first, a transaction for each page."""
    last: Listed | None = None
    left = limit
    while left is None or left > 0:
        found = store.run(order_list.page, wanted, last, PAGE if left is None else min(PAGE, left))
        yield from found
        if not found:
            return
        last = found[-1]
        left = None if left is None else left - len(found)


def _table(
    store: Store,
    wanted: Wanted,
    limit: int,
    at: datetime,
    zone: ZoneInfo,
    stores: Mapping[str, ZoneInfo],
    untils: Untils,
) -> None:
    found = list(_pages(store, wanted, limit))
    if not found:
        click.echo("No orders.")
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(lines(found, at, zone, width, stores, untils))
    number = store.run(order_list.count, wanted) if len(found) == limit else limit
    if number > limit:
        click.echo(f"and {number - limit} older: --limit {number} shows all, --json prints all")


HEADERS = ("ORDER", "MARKETPLACE", "SHIP BY", "SHIPPED", "DELIVERED", "INVOICE", "THREADS", "FEEDBACK")
SHORT = {"MARKETPLACE": "STORE", "DELIVERED": "ARRIVED"}


def lines(
    found: list[Listed],
    at: datetime,
    zone: ZoneInfo,
    width: int | None,
    stores: Mapping[str, ZoneInfo],
    untils: Untils = IN_TIME,
) -> str:
    """
    Return one line an order under the headers; `width` is the terminal's, where there is one.

    Days of shipping and delivery are those of the order's store, by `stores`; what we do is told on the seller's clock,
    and so is until when somebody is there to ship (`untils`, by ship-by).
    """
    narrow = width is not None and width < NARROW
    accounts = len({each.order.account for each in found}) > 1
    headers = [SHORT.get(header, header) if narrow else header for header in HEADERS]
    rows = [
        _row(each, at, zone, stores.get(each.order.marketplace or "", zone), untils, short=narrow) for each in found
    ]
    if accounts:
        headers.insert(2, "ACCOUNT")
        for row, each in zip(rows, found, strict=True):
            row.insert(2, each.order.account)
    if width is not None and width < NARROWEST:
        said = [number for number in range(len(headers)) if any(row[number] not in (None, "", "-") for row in rows)]
        headers, rows = [headers[number] for number in said], [[row[number] for number in said] for row in rows]
    text = table(rows, headers, order_words.WIDEST)
    return text if width is None else "\n".join(cell(line, width) for line in text.splitlines())


def _row(each: Listed, at: datetime, zone: ZoneInfo, there: ZoneInfo, untils: Untils, *, short: bool) -> list[object]:
    order = each.order
    until = order_untils.words(untils, order.ship_by_at, at, zone)
    late = ("!" if short else " late") if each.is_late(at) else ""
    return [
        order.order_id,
        (order.marketplace or "").removeprefix("amazon.") if short else order.marketplace,
        f"{order_words.day(order.ship_by_at, at, there)}{until or late}",
        order_words.day(order.shipped_at, at, there),
        order_words.day(order.delivered_at, at, there),
        "upload" if order.business else order.invoice,
        _threads(each),
        order_words.standing(order, at, zone, short=short),
    ]


def _threads(each: Listed) -> str | None:
    """The threads that wait, else those there were."""
    waiting = [str(thread.id) for thread in each.threads if thread.state == "open"]
    if waiting:
        return f"{waiting[0]} open" if len(waiting) == 1 else f"{len(waiting)} open"
    return ",".join(str(thread.id) for thread in each.threads[:3]) or None
