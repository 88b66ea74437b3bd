"""
`responder notices` and `responder notice`: Amazon's notices, their deadlines, and whether a person has seen them.
"""

from typing import Any

import click

from responder.adapters.store import notices as stored
from responder.adapters.store import timers
from responder.adapters.store.notices import Notice
from responder.cli.session import echo_json, json_option, local, table
from responder.cli.state import now, opened
from responder.errors import UsageError

SHOWN = 500


@click.command()
@click.option("--unseen", is_flag=True, help="Only those nobody was told about.")
@json_option
@click.pass_context
def notices(ctx: click.Context, *, unseen: bool, as_json: bool) -> None:
    """
    Amazon's notices, the nearest deadline first.

    Example: responder notices --unseen
    """
    with opened(ctx) as (loaded, store):
        rows = store.run(stored.notices, unseen=unseen, limit=None if as_json else SHOWN)
        if as_json:
            for notice_ in rows:
                echo_json(as_object(notice_))
            return
        zone = loaded.config.timezone
        lines = [
            (row.id, row.notice_type, row.marketplace, row.order_id, local(row.due_at, zone), _seen(row), row.subject)
            for row in rows
        ]
        headers = ("ID", "TYPE", "MARKETPLACE", "ORDER", "DUE", "SEEN", "SUBJECT")
        click.echo(table(lines, headers) if lines else "No notices.")


def _seen(row: Notice) -> str:
    return f"by {row.seen_by}" if row.seen_at else "no"


def as_object(row: Notice) -> dict[str, Any]:
    """Return a notice as `notices --json` prints it."""
    names = ("id", "account", "notice_type", "marketplace", "order_id", "subject", "received_at", "due_at", "seen_at")
    return {**{name: getattr(row, name) for name in names}, "seen_by": row.seen_by, "digest_at": row.digest_at}


@click.command()
@click.argument("notice_id", metavar="ID", type=int)
@click.argument("action", type=click.Choice(["seen"]))
@json_option
@click.pass_context
def notice(ctx: click.Context, notice_id: int, action: str, *, as_json: bool) -> None:
    """
    Say that you have seen a notice: it is marked as read in the mailbox, and warns no more.

    Example: responder notice 7 seen
    """
    del action  # the only one
    with opened(ctx) as (_, store):
        changed = store.run(stored.mark_notices_seen, [notice_id], now(), "operator")
        store.run(timers.cancel_notice_timers, notice_id)
        row = store.run(stored.notice, notice_id)
        if row is None:
            raise UsageError(f"there is no notice {notice_id}; responder notices lists them")
        if as_json:
            echo_json(as_object(row))
        else:
            click.echo(f"Notice {notice_id} is seen." if changed else f"Notice {notice_id} was seen before.")
