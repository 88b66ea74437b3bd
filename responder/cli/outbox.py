"""
`responder outbox`: what waits to be sent, what is held and why; release it or cancel it.
"""

from typing import Any
from zoneinfo import ZoneInfo

import click

from responder.adapters.store import outbox as stored
from responder.adapters.store import sending
from responder.adapters.store.outbox import OutboxRow
from responder.cli.session import echo_json, json_option, local, table
from responder.cli.state import now, opened
from responder.core.breaker import Sending
from responder.errors import UsageError

SHOWN = 500
WAITING = ("held", "ambiguous")


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
            row = store.run(stored.outbox_row, outbox_id)
            if row is None:
                raise UsageError(f"there is no outbox entry {outbox_id}; responder outbox lists them")
            done = (
                store.run(stored.release, outbox_id, now())
                if action == "release"
                else store.run(stored.cancel, outbox_id, "cancelled by a person")
            )
            if not done:
                raise UsageError(f"entry {outbox_id} is {row.state}: only what waits can be released or cancelled")
            row = store.run(stored.outbox_row, outbox_id) or row
            if as_json:
                echo_json(as_object(row))
            else:
                click.echo(f"Entry {outbox_id} is {row.state}.")
                found = store.run(sending.state)
                if row.state == "queued" and row.kind not in stored.OPERATOR_KINDS:
                    click.echo(_waits_for(found, dry_run=loaded.config.dry_run))
            return
        rows = store.run(stored.outbox_rows, WAITING if held else (), None if as_json else SHOWN)
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


def _waits_for(found: Sending, *, dry_run: bool) -> str:
    """Return when a released mail to a buyer leaves."""
    if found.obstacle(now()) is not None:
        return "It leaves when sending to buyers goes on: responder resume (responder status says why it stands still)."
    if found.rehearses(dry_run=dry_run):
        return "This is a rehearsal: it is held again, until responder go-live."
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
    }
