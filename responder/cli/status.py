"""
`responder status`: is it alive, what waits, what is due next.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from responder import __version__
from responder.adapters.store import (
    cursors,
    digests,
    health,
    outbox,
    report_files,
    sending,
    threads,
    troubles,
    undelivered,
)
from responder.cli.sending import as_object
from responder.cli.session import echo_json, json_option, local, table
from responder.cli.state import now, opened
from responder.cli.tables import cell
from responder.config import Config
from responder.core.breaker import too_late, words
from responder.core.deadlines import is_overdue
from responder.core.trouble_words import headline
from responder.core.troubles import Trouble
from responder.core.wording import counted


@click.command()
@json_option
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """
    Per account the last contact with IMAP and SMTP, the backlog, held mail, what is due next, and every problem.

    Example: responder status
    """
    with opened(ctx) as (loaded, store):
        found = {**store.run(_gather, loaded.config, now()), "running": store.is_watched()}
    if as_json:
        echo_json(found)
        return
    zone = loaded.config.timezone
    rows = [
        (
            each["name"],
            each["imap"]["state"] + (", waiting for mail" if each["imap"]["idle"] and found["running"] else ""),
            local(each["imap"]["last_contact_at"], zone),
            each["smtp"]["state"],
            local(each["smtp"]["last_contact_at"], zone),
            each["backlog"],
        )
        for each in found["accounts"]
    ]
    headers = ("ACCOUNT", "IMAP", "LAST CONTACT", "SMTP", "LAST SENT", "BACKLOG")
    click.echo(table(rows, headers) if rows else "The daemon has not been started yet: responder run")
    if rows and not found["running"]:
        click.echo("\nThe daemon is NOT RUNNING; the above is what it saw last. Start it: responder run")
    click.echo(f"\nopen threads  {found['open_threads']}" + _late(found["overdue_threads"]))
    click.echo(f"outbox        {', '.join(f'{count} {state}' for state, count in found['outbox'].items()) or 'empty'}")
    click.echo(f"to buyers     {_to_buyers(found['sending'], zone)}")
    click.echo(f"next due      {local(found['next_due_at'], zone)}")
    click.echo(f"last digest   {local(found['last_digest_at'], zone)}")
    click.echo(f"last report   {_report_words(found['last_report'], zone)}")
    for trouble in found["troubles"]:
        click.echo(f"trouble       {_trouble_words(trouble, zone)}")
    for problem in found["problems"]:
        click.echo(f"problem       {problem}")


def _late(overdue: int) -> str:
    return f", {overdue} OVERDUE: responder threads --overdue" if overdue else ""


def _to_buyers(found: dict[str, Any], zone: ZoneInfo) -> str:
    """Return whether mail goes to buyers, in words."""
    match found["state"]:
        case "stopped":
            return f"STOPPED since {local(found['since'], zone)}: responder resume"
        case "paused":
            end = local(found["until"], zone) if found["until"] else "responder resume"
            return f"paused until {end}"
        case "rehearsal":
            return "rehearsal: nothing is sent until responder go-live"
        case _:
            return f"live since {local(found['live_since'], zone)}" if found["live_since"] else "live"


def _obstacle(conn: Connection, config: Config, at: datetime) -> Iterator[str]:
    obstacle = sending.state(conn).obstacle(at)
    if obstacle is not None:
        waiting = sending.waiting(conn, at, obstacle.at)
        yield words(obstacle, waiting.valid, at, config.timezone)
        if waiting.expired:
            yield too_late(waiting.expired)


def _gather(conn: Connection, config: Config, at: datetime) -> dict[str, Any]:
    last = digests.last_digest(conn)
    waiting = threads.threads(conn, open=True)
    accounts = health.health(conn)
    aside, unsaid = cursors.quarantined(conn), undelivered.unsaid(conn)
    return {
        "version": __version__,
        "accounts": [_account(conn, each) for each in accounts],
        "outbox": dict(outbox.counts(conn)),
        "open_threads": len(waiting),
        "overdue_threads": sum(is_overdue(thread.answer_by_at, at) for thread in waiting),
        "next_due_at": outbox.next_due(conn),
        "last_digest_at": last.at if last else None,
        "last_report": _report(report_files.last(conn)),
        "troubles": [_trouble(conn, each) for each in troubles.lasting(conn)],
        "sending": as_object(sending.state(conn), at, dry_run=config.dry_run),
        "problems": [
            *_obstacle(conn, config, at),
            *(f"{each.account}: {each.problem}" for each in accounts if each.problem),
            *(f"{each.account}: mail {each.uid} in {each.folder} was set aside ({each.error})" for each in aside),
            *(f"no mail server took the mail to you “{each.subject}”: {each.reason}" for each in unsaid),
        ],
    }


def _trouble(conn: Connection, trouble: Trouble) -> dict[str, Any]:
    """Return what is wrong, since when, and whether the mail that tells of it has left."""
    row = outbox.outbox_row(conn, trouble.told_in) if trouble.told_in is not None else None
    names = ("account", "kind", "key", "words", "began_at", "well_at", "again_at", "told_at")
    found = {name: getattr(trouble, name) for name in names}
    return {**found, "headline": headline(trouble), "alert": None if row is None else row.state}


def _trouble_words(found: dict[str, Any], zone: ZoneInfo) -> str:
    """Return one trouble in a line; an alert that has not left tells nobody."""
    well = f"well since {local(found['well_at'], zone)}, " if found["well_at"] else ""
    told = f"told {local(found['told_at'], zone)}" if found["told_at"] else "not told yet"
    match found["alert"]:
        case "queued" | "sending":
            told += " by a mail that still waits"
        case "refused":
            told += " by a mail that no server took"
    return f"since {local(found['began_at'], zone)}, {well}{told}: {found['headline']} ({cell(found['words'])})"


def _report(last: report_files.ReportFile | None) -> dict[str, Any] | None:
    names = ("name", "kind", "state", "reason", "rows", "orders", "skipped", "at")
    return None if last is None else {name: getattr(last, name) for name in names}


def _report_words(last: dict[str, Any] | None, zone: ZoneInfo) -> str:
    """Return what became of the newest file of orders."""
    if last is None:
        return "none"
    kind, orders = (last["kind"] or "").replace("_", " "), counted(last["orders"], "order")
    came_to = f"{kind}, {orders}" if last["orders"] else kind  # Amazon's own figures are of no order
    return f"{local(last['at'], zone)}, {cell(last['name'])}: {came_to if last['state'] == 'done' else 'FAILED'}"


def _account(conn: Connection, account: health.AccountHealth) -> dict[str, Any]:
    places = cursors.cursors(conn, account.account)
    return {
        "name": account.account,
        "imap": {
            "state": account.imap_state,
            "last_contact_at": account.imap_last_contact_at,
            "idle": account.imap_idle,
            "cursor": {each.folder: {"uidvalidity": each.uidvalidity, "last_uid": each.last_uid} for each in places},
        },
        "smtp": {"state": account.smtp_state, "last_contact_at": account.smtp_last_contact_at},
        "backlog": account.backlog,
    }
