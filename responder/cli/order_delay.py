"""
`responder orders delay ORDER --until DATE`: tell the buyer that the order is sent later than planned.

The finished mail is shown before it is queued. From there on it is a mail to a buyer as every other: a rehearsal, a
pause, the limits and what the buyer said hold it back.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import click
from sqlalchemy import Connection

from responder.adapters import templates
from responder.adapters.store import Store, meta, orders, sending
from responder.adapters.store.outbox import NewOutbox
from responder.cli.outbox import waits_for
from responder.cli.sending import who
from responder.cli.session import echo_json, json_option
from responder.cli.state import now, opened
from responder.config import Account, Loaded
from responder.config.calendars import calendar_of
from responder.config.consumers import catalogue_of
from responder.core import delays, message
from responder.core.compose import ComposeError
from responder.core.delays import Refusal
from responder.core.orders import ORDER_ID, Order
from responder.daemon import asking
from responder.errors import EXIT_DONE, EXIT_FAILED, ResponderError, UsageError
from responder.tasks.ask import Notice, Writer, notice, tell

TOMORROW = "tomorrow"
FORCE = "--force sends it all the same"


@click.command("delay")
@click.argument("order_id", metavar="ORDER")
@click.option("--until", metavar="DATE", required=True, help="The day by which it is sent, like 2026-11-30; tomorrow.")
@click.option("--account", metavar="NAME", help="Whose order it is, where several accounts know it.")
@click.option("--force", is_flag=True, help="Also a second time, or where the order was shipped or need not ship yet.")
@click.option("--dry-run", is_flag=True, help="Only show the mail.")
@json_option
@click.pass_context
def delay(
    ctx: click.Context,
    order_id: str,
    *,
    until: str,
    account: str | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """
    Tell the buyer that an order is sent later than planned, once for each order.

    The running daemon sends it at once; it is the one mail about its order, so no request for feedback follows.

    Examples: responder orders delay 305-1234567-7654321 --until tomorrow --dry-run ·
    responder orders delay 305-1234567-7654321 --until 2026-11-30
    """
    with opened(ctx) as (loaded, store):
        at = now()
        day = _day(until, at.astimezone(loaded.config.timezone).date())
        whose, order = _order(loaded, store, order_id, account)
        wanted = store.run(_prepared, loaded, whose, order, day, at, force=force)
        if not isinstance(wanted, Notice):
            return _refuse(order, wanted, as_json=as_json)
        if not as_json:
            click.echo("\n".join(_shown(wanted.mail)))
        kept = None if dry_run else _kept(store, wanted, at)
        if as_json:
            echo_json(as_object(wanted, kept, running=store.is_watched()))
        else:
            click.echo("\n" + "\n".join(_told(loaded, store, wanted, kept)))
    return EXIT_FAILED if wanted.mail.state == "held" else EXIT_DONE


def _day(text: str, today: date) -> date:
    """Return the day that is meant: not one that is over, and none that must be a slip of the pen."""
    if text.strip().casefold() == TOMORROW:
        return today + timedelta(days=1)
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"--until {text!r} is no day; write it like 2026-11-30, or tomorrow") from None
    if day < today:
        raise UsageError(f"--until {day} is past; today is {today}")
    if day - today > delays.LONGEST:
        raise UsageError(f"--until {day} is more than {delays.LONGEST.days} days ahead; today is {today}")
    return day


def _order(loaded: Loaded, store: Store, order_id: str, name: str | None) -> tuple[Account, Order]:
    """Return the order, and the account that knows it."""
    if not ORDER_ID.match(order_id):
        raise UsageError(f"{order_id!r} is no order number; write it like 305-1234567-7654321")
    names = [each.name for each in loaded.config.accounts]
    if name not in (None, *names):
        raise UsageError(f"there is no account {name!r}; there are {', '.join(names)}")
    found = [
        (each, order)
        for each in loaded.config.accounts
        if name in (None, each.name) and (order := store.run(orders.order, each.name, order_id)) is not None
    ]
    if not found:
        raise ResponderError(
            f"order {order_id} is not known: responder orders import FILE reads the report of Amazon's that names it"
        )
    if len(found) > 1:
        raise UsageError(f"several accounts know {order_id}: --account {' or '.join(each.name for each, _ in found)}")
    return found[0]


def _prepared(
    conn: Connection, loaded: Loaded, account: Account, order: Order, day: date, at: datetime, *, force: bool
) -> Notice | tuple[Refusal, ...]:
    writer = _writer(conn, loaded, account)
    try:
        return notice(conn, writer, order, day, zone=loaded.config.timezone, force=force, now=at)
    except (templates.TemplateFailed, ComposeError) as error:
        raise ResponderError(f"the notice cannot be written: {error}") from error


def _writer(conn: Connection, loaded: Loaded, account: Account) -> Writer:
    return asking.writer(account, templates.load(loaded.templates), catalogue_of(loaded), meta.instance(conn))


def _kept(store: Store, wanted: Notice, at: datetime) -> int:
    outbox_id = store.run(tell, wanted, who(), at)
    if outbox_id is None:
        raise ResponderError(f"order {wanted.order.order_id} was told of just now: responder outbox")
    return outbox_id


def _refuse(order: Order, against: Sequence[Refusal], *, as_json: bool) -> int:
    if as_json:
        refused = [{"code": each.reason, "words": each.words, "force": each.overruled} for each in against]
        echo_json({"order_id": order.order_id, "account": order.account, "refused": refused})
        return EXIT_FAILED
    said = "; ".join(each.words for each in against)
    way_out = f" ({FORCE})" if all(each.overruled for each in against) else ""
    raise ResponderError(f"the buyer of order {order.order_id} is not told: {said}{way_out}")


def as_object(wanted: Notice, kept: int | None, *, running: bool) -> dict[str, Any]:
    """Return a notice as `orders delay --json` prints it; `outbox` is null where it is only shown."""
    mail = wanted.mail
    return {
        "order_id": wanted.order.order_id,
        "account": mail.account,
        "until": mail.payload["until"],
        "to": mail.recipient,
        "subject": mail.subject,
        "body": _body(mail),
        "findings": list(mail.payload.get("findings", ())),
        "outbox": kept,
        "state": mail.state,
        "reason": mail.reason,
        "open_threads": list(wanted.threads),
        "running": running,
    }


def _body(mail: NewOutbox) -> str:
    return message.parse(mail.rfc822).text


def _shown(mail: NewOutbox) -> Iterator[str]:
    """Yield the mail as it leaves."""
    yield f"To: {mail.recipient}"
    yield f"Subject: {mail.subject}"
    yield f"\n{_body(mail).rstrip()}"


def _told(loaded: Loaded, store: Store, wanted: Notice, kept: int | None) -> Iterator[str]:
    """Yield what becomes of it."""
    mail = wanted.mail
    if mail.state == "held":
        yield f"It breaks a rule of Amazon's and is not sent as it is: {mail.reason}. Mend templates/delay_notice.yaml."
    if kept is None:
        yield "Nothing is sent (--dry-run)."
    elif mail.state == "queued":
        yield f"Queued as outbox entry {kept}. {waits_for(store.run(sending.state), dry_run=loaded.config.dry_run)}"
        if not store.is_watched():
            yield "The daemon is NOT RUNNING: nothing leaves before it is started (responder run)."
    else:
        yield f"Held as outbox entry {kept}: responder outbox --held"
    zone, at = loaded.config.timezone, mail.created_at
    calendar = calendar_of(loaded, range(at.year - 1, at.year + 2))
    if closed := delays.closed_words(calendar, date.fromisoformat(mail.payload["until"]), zone, at):
        yield closed
    for thread in wanted.threads:
        yield f"Thread {thread} of this buyer waits for an answer, and the notice is none: responder thread {thread}"
