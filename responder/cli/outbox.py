"""
`responder outbox`: what waits to be sent, what is held and why; release it or cancel it.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from responder.adapters.store import by_person, findings, orders, sending
from responder.adapters.store import outbox as stored
from responder.adapters.store.by_person import WAITING, BreaksARule, NotWaiting, Released
from responder.adapters.store.outbox import OutboxRow
from responder.cli.session import echo_json, json_option, local, table
from responder.cli.state import now, opened
from responder.core.breaker import Sending
from responder.errors import UsageError

SHOWN = 500
AFTERWARDS = {
    "acknowledgement": "The buyer's next message is acknowledged with the mended text.",
    "feedback_request": "It is written anew with the mended text, as long as the buyer may be asked.",
    "invoice": "It is written anew with the mended text.",
    "delay_notice": "Ask for it again: responder orders delay ORDER --until DATE.",
}


@click.command()
@click.argument("outbox_id", metavar="[ID]", type=int, required=False)
@click.argument("action", required=False, type=click.Choice(["release", "cancel"]))
@click.option("--held", is_flag=True, help="Only what waits for a person: held, or of unknown fate.")
@json_option
@click.pass_context
def outbox(ctx: click.Context, outbox_id: int | None, action: str | None, *, held: bool, as_json: bool) -> None:
    """
    What was decided to be sent, the newest first.

    Examples: responder outbox --held · responder outbox 3 release · responder outbox 3 cancel
    """
    if outbox_id is not None and action is None:
        raise click.UsageError("say what to do with it: release or cancel")
    with opened(ctx) as (loaded, store):
        if outbox_id is not None:
            row = store.run(_release if action == "release" else _cancel, outbox_id, now())
            if as_json:
                echo_json(as_object(row))
            else:
                click.echo(f"Entry {outbox_id} is {row.state}.")
                found = store.run(sending.state)
                if row.state == "queued" and row.kind not in stored.OPERATOR_KINDS:
                    click.echo(waits_for(found, dry_run=loaded.config.dry_run))
            return
        rows = store.run(stored.outbox_rows, WAITING if held else (), None if as_json else SHOWN, raw=False)
        if as_json:
            for row in rows:
                echo_json(as_object(row))
            return
        zone = loaded.config.timezone
        lines = [
            (row.id, row.state, row.kind, row.recipient, _when(row, zone), row.attempts, row.reason) for row in rows
        ]
        headers = ("ID", "STATE", "KIND", "TO", "SENT OR DUE", "TRIES", "REASON")
        click.echo(table(lines, headers) if lines else "Nothing waits.")


def _release(conn: Connection, outbox_id: int, at: datetime) -> OutboxRow:
    """Let a mail go, unless it breaks a rule of Amazon's: that is no person's to decide."""
    match by_person.release(conn, outbox_id, at):
        case Released(row):
            return row
        case BreaksARule(row, broken):
            raise UsageError(
                f"entry {outbox_id} breaks a rule of Amazon's and is never sent as it is: {broken}."
                f" Mend the template (responder preview {row.kind} shows it),"
                f" then: responder outbox {outbox_id} cancel. {AFTERWARDS.get(row.kind, '')}".rstrip()
            )
        case NotWaiting(row):
            return _moved(conn, row, done=False)
        case None:
            return _known(conn, outbox_id)


def _cancel(conn: Connection, outbox_id: int, at: datetime) -> OutboxRow:
    """Drop a mail; what follows for its order is decided at once."""
    row = _moved(conn, _known(conn, outbox_id), done=stored.cancel(conn, outbox_id, "cancelled by a person"))
    if row.kind in stored.PROACTIVE_KINDS:
        orders.look_again(conn, row.account, at, order_ids=[str(row.payload.get("order_id"))])
    return row


def _known(conn: Connection, outbox_id: int) -> OutboxRow:
    row = stored.outbox_row(conn, outbox_id)
    if row is None:
        raise UsageError(f"there is no outbox entry {outbox_id}; responder outbox lists them")
    return row


def _moved(conn: Connection, row: OutboxRow, *, done: bool) -> OutboxRow:
    if not done:
        raise UsageError(f"entry {row.id} is {row.state}: only what waits can be released or cancelled")
    return _known(conn, row.id)


def waits_for(found: Sending, *, dry_run: bool) -> str:
    """Return when a mail to a buyer leaves that is queued by a person."""
    if found.obstacle(now()) is not None:
        return "It leaves when sending to buyers goes on: responder resume (responder status says why it stands still)."
    if found.rehearses(dry_run=dry_run):
        return "This is a rehearsal: it is held, after responder go-live too, until you release it then."
    return "It leaves now, if the daemon runs."


def _when(row: OutboxRow, zone: ZoneInfo) -> str:
    return local(row.sent_at or row.due_at, zone)


def as_object(row: OutboxRow) -> dict[str, Any]:
    """Return an entry as `outbox --json` prints it."""
    return {
        "id": row.id,
        "account": row.account,
        "kind": row.kind,
        "to": row.recipient,
        "subject": row.subject,
        "message_id": row.message_id,
        "state": row.state,
        "due_at": row.due_at,
        "sent_at": row.sent_at,
        "attempts": row.attempts,
        "reason": row.reason,
        "order_id": row.payload.get("order_id"),
        "findings": list(findings.found(row)),
    }
