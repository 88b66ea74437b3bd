"""
`responder feedback`: negative feedback, which of Amazon's removal criteria may fit, and what became of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from responder.adapters import removal_rules
from responder.adapters.store import Store, bad_feedback
from responder.adapters.store.bad_feedback import Found
from responder.cli import order_words
from responder.cli.session import echo_json, json_option, table
from responder.cli.state import now, opened
from responder.cli.tables import cell
from responder.config import Loaded, catalogue_of
from responder.core import bad_feedback as core
from responder.core.amazon import Catalogue
from responder.core.bad_feedback import CHECKS, FeedbackStanding
from responder.core.orders import ORDER_ID
from responder.core.removal import Hint, RemovalRules
from responder.errors import UsageError

SHOWN = 500
WIDEST = 1_000  # a comment is told in full
HEADERS = ("ORDER", "DATE", "STARS", "STATE", "REMOVAL", "COMMENT")


@dataclass(frozen=True, slots=True)
class Judge:
    """Amazon's criteria, its stores, and on which of them each account sells."""

    rules: RemovalRules
    known: Catalogue
    sold_on: Mapping[str, Sequence[str]]

    def hints(self, each: Found) -> tuple[Hint, ...]:
        """Return which criteria may fit, by the words of the store's languages."""
        spoken = core.languages(self.known, each.marketplace, self.sold_on.get(each.account, ()))
        return core.hints(each.feedback, each.order, self.rules, spoken)

    def zone(self, each: Found, default: ZoneInfo) -> ZoneInfo:
        """Return the store's clock, where a report names it."""
        store = self.known.by_name(each.marketplace) if each.marketplace else None
        return ZoneInfo(store.timezone) if store else default


@click.command()
@click.argument("order_id", metavar="[ORDER]", required=False)
@click.argument("action", metavar="[removed]", type=click.Choice(["removed"]), required=False)
@click.option("--undo", is_flag=True, help="With ORDER removed: it was not removed after all.")
@click.option("--all", "every", is_flag=True, help="Older than 90 days too.")
@json_option
@click.pass_context
def feedback(
    ctx: click.Context, *, order_id: str | None, action: str | None, undo: bool, every: bool, as_json: bool
) -> None:
    """
    Negative feedback, the newest first, and which of Amazon's removal criteria may fit; or say that one was removed.

    Examples: responder feedback · responder feedback 305-1234567-7654321 removed
    """
    if order_id is not None and not ORDER_ID.match(order_id):
        raise click.UsageError(f"{order_id!r} is no order number; write it like 305-1234567-7654321")
    if undo and action is None:
        raise click.UsageError("--undo takes back “responder feedback ORDER removed”: write all of it")
    with opened(ctx) as (loaded, store):
        accounts = [account.name for account in loaded.config.accounts]
        at = now()
        sold_on = {account.name: account.seller.marketplaces for account in loaded.config.accounts}
        judge = Judge(removal_rules.load(), catalogue_of(loaded), sold_on)
        if order_id is None:
            since = None if every else at - timedelta(days=judge.rules.days)
            _list(store.run(bad_feedback.found, accounts, since), loaded, judge, at, as_json=as_json)
            return
        found = store.run(bad_feedback.of_order, accounts, order_id)
        if not found:
            raise UsageError(f"no negative feedback on order {order_id} is known; responder feedback lists it")
        if action is not None:
            _settle(store, found, at, undo=undo, as_json=as_json)
            return
        _tell(found, loaded, judge, as_json=as_json)


def _list(found: Sequence[Found], loaded: Loaded, judge: Judge, at: datetime, *, as_json: bool) -> None:
    if as_json:
        for each in found:
            echo_json(as_object(each, judge))
        return
    rows = [
        (
            each.order_id,
            order_words.day(each.feedback.at, at, judge.zone(each, loaded.config.timezone)),
            each.feedback.rating,
            each.feedback.standing,
            core.short(judge.hints(each)),
            each.feedback.comment,
        )
        for each in found[:SHOWN]
    ]
    click.echo(table(rows, HEADERS) if rows else "No negative feedback is known.")
    if len(found) > SHOWN:
        click.echo(f"and {len(found) - SHOWN} more: --json prints all")


def as_object(each: Found, judge: Judge) -> dict[str, Any]:
    """Return one feedback as `feedback --json` prints it."""
    said = each.feedback
    return {
        "account": each.account,
        "order_id": each.order_id,
        "marketplace": each.marketplace,
        "at": said.at,
        "rating": said.rating,
        "state": said.standing,
        "removed_at": said.removed_at,
        "changed": said.changed,
        "verified": said.verified,
        "comment": said.comment or None,
        "response": said.response or None,
        "request_until": said.request_until(judge.rules),
        "hints": [
            {"criterion": hint.criterion, "words": list(hint.words), "checks": list(hint.checks)}
            for hint in judge.hints(each)
        ],
    }


def _tell(found: Sequence[Found], loaded: Loaded, judge: Judge, *, as_json: bool) -> None:
    for each in found:
        if as_json:
            echo_json(as_object(each, judge))
        else:
            click.echo("\n".join(_lines(each, loaded, judge)))


def _lines(each: Found, loaded: Loaded, judge: Judge) -> Iterator[str]:
    """Yield one feedback in full: the comment, what may apply and why, and the way on."""
    said, zone = each.feedback, judge.zone(each, loaded.config.timezone)
    place = each.marketplace or "an unknown marketplace"
    yield f"{core.stars(said)} on order {each.order_id}, {place}, account {each.account}: {said.standing}"
    yield f"  given        {order_words.moment(said.at, zone)}"
    yield f"  comment      {cell(said.comment, WIDEST)}"
    for hint in judge.hints(each):
        row = judge.rules.criteria[hint.criterion]
        yield f"  may apply    {row.means}: {cell(', '.join(hint.words), WIDEST)}"
        yield f"               {row.result} ({row.source}; grade {row.grade})"
        yield from (f"               {CHECKS[check]}" for check in hint.checks)
    if said.standing is FeedbackStanding.OPEN:
        yield f"  ask until    {order_words.moment(said.request_until(judge.rules), zone)}"
    yield f"  its story    responder orders --order {each.order_id}"
    yield f"  a draft      responder preview feedback_answer --order {each.order_id}"


def _settle(store: Store, found: Sequence[Found], at: datetime, *, undo: bool, as_json: bool) -> None:
    """Keep that Amazon removed it, or that it did not."""
    if undo:
        changed = [store.run(bad_feedback.undo, each) for each in found]
    else:
        changed = [store.run(bad_feedback.remove, each, at) for each in found]
    order_id = found[0].order_id
    if as_json:
        echo_json({"order_id": order_id, "state": "open" if undo else "removed", "changed": any(changed)})
    elif undo:
        click.echo(f"The feedback on order {order_id} counts again." if any(changed) else "Nothing was to take back.")
    elif any(changed):
        click.echo(f"The feedback on order {order_id} is removed: it counts in no rate any more.")
    else:
        click.echo(f"The feedback on order {order_id} was removed before.")
