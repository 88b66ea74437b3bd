"""
`responder notices` and `responder notice`: Amazon's notices, their deadlines, and whether a person has seen them.

What Amazon sends in a form nobody knows is listed by `--new-kinds`, with the first mail as its sample.
"""

import sys
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import click

from responder.adapters.store import Store, timers
from responder.adapters.store import new_kinds as stored_kinds
from responder.adapters.store import notices as stored
from responder.adapters.store.notices import Notice
from responder.cli.session import echo_json, json_option, local, table
from responder.cli.state import now, opened
from responder.core.words import clean_body
from responder.errors import UsageError

SHOWN = 500


@click.command()
@click.option("--unseen", is_flag=True, help="Only those nobody was told about.")
@click.option("--new-kinds", is_flag=True, help="Kinds of mail from Amazon that nobody knows, each once.")
@click.option("--sample", metavar="KEY", help="With --new-kinds: print the first mail of this kind.")
@json_option
@click.pass_context
def notices(ctx: click.Context, *, unseen: bool, new_kinds: bool, sample: str | None, as_json: bool) -> None:
    """
    Amazon's notices, the nearest deadline first.

    Examples: responder notices --unseen · responder notices --new-kinds --sample type:SOMETHING_NEW > new.eml
    """
    if sample is not None and not new_kinds:
        raise UsageError("--sample goes with --new-kinds")
    with opened(ctx) as (loaded, store):
        if sample is not None:
            _print_sample(store, sample)
            return
        if new_kinds:
            _list_new_kinds(store, loaded.config.timezone, as_json=as_json)
            return
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


def _print_sample(store: Store, key: str) -> None:
    raw = store.run(stored_kinds.sample, key)
    if raw is None:
        raise UsageError(f"there is no new kind {key!r}; responder notices --new-kinds lists them")
    if not raw:
        raise UsageError(f"{key!r} has no sample: none is kept of a buyer's message, nor past retention.mail")
    if sys.stdout.isatty():  # a mail from anybody must not command the terminal
        click.echo(clean_body(raw.decode("utf-8", "replace"), stored_kinds.SAMPLE_LIMIT))
    else:
        click.echo(raw, nl=False)


def _list_new_kinds(store: Store, zone: ZoneInfo, *, as_json: bool) -> None:
    rows = store.run(stored_kinds.new_kinds)
    if as_json:
        for row in rows:
            echo_json(asdict(row))
        return
    lines = [
        (row.key, row.sender, "yes" if row.verified else "no", row.mails, local(row.last_at, zone), row.subject)
        for row in rows
    ]
    headers = ("KEY", "SENDER", "VERIFIED", "MAILS", "LAST", "SUBJECT")
    click.echo(table(lines, headers) if lines else "Amazon sent nothing of a kind nobody knows.")


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
        changed = store.run(stored.mark_notices_seen, [notice_id], now(), stored.PERSON)
        store.run(timers.cancel_notice_timers, notice_id)
        row = store.run(stored.notice, notice_id)
        if row is None:
            raise UsageError(f"there is no notice {notice_id}; responder notices lists them")
        if as_json:
            echo_json(as_object(row))
        else:
            click.echo(f"Notice {notice_id} is seen." if changed else f"Notice {notice_id} was seen before.")
