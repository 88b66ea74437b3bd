"""
`responder suppress`: whom never to write to, and about which orders; a running daemon asks at each mail.

What a person answers themselves is not touched: only what this program writes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from responder.adapters.store import by_person
from responder.adapters.store import suppressions as stored
from responder.adapters.store.suppressions import Said, Suppression
from responder.cli.sending import who
from responder.cli.session import echo_json, json_option, local, table
from responder.cli.state import now, opened
from responder.config import Loaded, consumers
from responder.core.addresses import strict_spec
from responder.core.amazon import Catalogue, relay_address
from responder.core.message import clean
from responder.core.orders import ORDER_ID
from responder.core.wording import counted
from responder.errors import UsageError

REASON_LIMIT = 200
SAID = {Said.BUYER: "the buyer opted out", Said.PERSON: "you", Said.SERVER: "came back"}
HEADERS = ("SINCE", "ACCOUNT", "BUYER OR ORDER", "WHO SAID SO", "REASON")


@click.command()
@click.argument("subject", metavar="[ADDRESS|ORDER]", required=False)
@click.option("--reason", metavar="TEXT", help="Why, in your words; shown wherever a mail is withheld for it.")
@click.option("--account", metavar="NAME", help="Only in this account (default: in each).")
@click.option("--lift", is_flag=True, help="Take it back: mail may be written again.")
@click.option("--force", is_flag=True, help="With --lift: also what the buyer said, because they asked you to write.")
@json_option
@click.pass_context
def suppress(
    ctx: click.Context,
    subject: str | None,
    reason: str | None,
    account: str | None,
    *,
    lift: bool,
    force: bool,
    as_json: bool,
) -> None:
    """
    Never write there again: to a buyer's address at Amazon, or about an order. Alone it lists all.

    Examples: responder suppress 171-1234567-1234567 --reason "settled by telephone" · responder suppress
    """
    if (subject is None and (lift or reason)) or (force and not lift) or (lift and reason):
        raise click.UsageError("--lift and --reason belong to an address or an order, --force to --lift")
    with opened(ctx) as (loaded, store):
        names = _accounts(loaded, account)
        if subject is None:
            _list([each for each in store.run(stored.suppressions) if each.account in names], loaded, as_json=as_json)
            return
        meant = _subject(subject, consumers.catalogue_of(loaded))
        if lift:
            _say_lifted(store.run(_lift, names, meant, now(), force=force), meant, as_json=as_json)
            return
        why = stored.by_you(clean(reason or "", REASON_LIMIT).strip() or None)
        stands, waiting = store.run(by_person.suppress, names, meant, why, now(), who())
        _say_suppressed(stands, waiting, loaded.config.timezone, as_json=as_json)


def _accounts(loaded: Loaded, name: str | None) -> tuple[str, ...]:
    known = tuple(each.name for each in loaded.config.accounts)
    if name is None:
        return known
    if name not in known:
        raise UsageError(f"there is no account {name}; there are: {', '.join(known)}")
    return (name,)


def _subject(text: str, catalogue: Catalogue) -> str:
    """Return the order, or the buyer that an address is of: with or without a case in it, it is the same one."""
    if ORDER_ID.match(text):
        return text
    relay = relay_address(strict_spec(text), catalogue)
    if relay is None:
        raise UsageError(
            f"{clean(text, 80)!r} is neither an order number (171-1234567-1234567) nor a buyer's address at Amazon"
            " (abc123@marketplace.amazon.fr); mail goes to nobody else"
        )
    return relay.alias


def _lift(
    conn: Connection, names: Sequence[str], subject: str, at: datetime, *, force: bool
) -> tuple[Suppression, ...]:
    """Take it back in each account, all or none, and return what stood there."""
    found = [each for name in names for each in stored.suppressions_of(conn, name, [subject])]
    if not found:
        raise UsageError(f"nothing keeps mail from {subject}; responder suppress lists what does")
    said = next((each for each in found if each.said is Said.BUYER), None)
    if said is not None and not force:
        raise UsageError(
            f"{subject}: the buyer said so at Amazon ({said.account}, {said.at:%Y-%m-%d}), and only the buyer can take"
            " it back. If they wrote that they want your mail again: the same command with --force"
        )
    for each in found:
        stored.unsuppress(conn, each.account, subject)
        by_person.changed(
            conn, each.account, subject, at, "suppression_lifted", f"{who()}: mail may go again ({each.reason})"
        )
    return tuple(found)


def _list(found: Sequence[Suppression], loaded: Loaded, *, as_json: bool) -> None:
    if as_json:
        for each in found:
            echo_json(as_object(each))
        return
    zone = loaded.config.timezone
    lines = [(local(each.at, zone), each.account, each.subject, SAID[each.said], _text(each)) for each in found]
    click.echo(table(lines, HEADERS) if lines else "Nobody is kept from getting mail.")


def _say_suppressed(found: Sequence[Suppression], waiting: int, zone: ZoneInfo, *, as_json: bool) -> None:
    for each in found:
        if as_json:
            echo_json({**as_object(each), "waiting": waiting})
        else:
            since = local(each.at, zone)
            click.echo(
                f"{each.account}: no automatic mail to or about {each.subject} since {since} ({in_words(each)})."
            )
    if not as_json and waiting:
        click.echo(f"{counted(waiting, 'mail')} that {'waits is' if waiting == 1 else 'wait are'} not sent any more.")


def _say_lifted(found: Sequence[Suppression], subject: str, *, as_json: bool) -> None:
    for each in found:
        if as_json:
            echo_json({**as_object(each), "lifted": True})
        else:
            click.echo(f"{each.account}: mail to or about {subject} may go again (it was: {in_words(each)}).")


def in_words(suppression: Suppression) -> str:
    """Return who said so, and why where a person gave a reason."""
    text = _text(suppression)
    return SAID[suppression.said] + (f": {text}" if text else "")


def _text(suppression: Suppression) -> str:
    """Return what the reason says beyond whose word it is."""
    match suppression.said:
        case Said.PERSON:
            return suppression.reason.removeprefix(stored.BY_YOU).removeprefix(": ")
        case Said.SERVER:
            return suppression.reason.removeprefix(stored.CAME_BACK).strip(" ()")
        case Said.BUYER:
            return "" if suppression.reason == stored.OPTED_OUT else suppression.reason


def as_object(suppression: Suppression) -> dict[str, Any]:
    """Return a suppression as `suppress --json` prints it."""
    return {
        "account": suppression.account,
        "subject": suppression.subject,
        "said_by": suppression.said,
        "reason": suppression.reason,
        "at": suppression.at,
    }
