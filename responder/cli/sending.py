"""
`responder pause`, `resume`, `go-live`: whether mail goes to buyers. A running daemon reads it at its next mail.

Mail to the operator is never stopped, and no deadline waits for any of these.
"""

import getpass
import os
import sys
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import Connection

from responder.adapters.store import Store
from responder.adapters.store import sending as stored
from responder.adapters.store.sending import Waiting
from responder.cli.session import echo_json, json_option, local
from responder.cli.state import instant, now, opened
from responder.config import Loaded
from responder.core.breaker import Obstacle, Paused, Sending, Stopped
from responder.core.message import clean
from responder.core.wording import counted
from responder.errors import ResponderError, UsageError


@click.command()
@click.option("--until", metavar="TIME", help="End by itself then (ISO 8601, on your clock where it names no zone).")
@json_option
@click.pass_context
def pause(ctx: click.Context, *, until: str | None, as_json: bool) -> None:
    """
    Send nothing to buyers for now. Acknowledgements wait, or expire when somebody is back; deadlines run.

    Examples: responder pause · responder pause --until 2026-12-27T09:00
    """
    with opened(ctx) as (loaded, store):
        at = now()
        end = None if until is None else instant(until, loaded).astimezone(UTC)
        if end is not None and end <= at:
            raise UsageError(f"--until {until} is past; it is {local(at, loaded.config.timezone)} now")
        store.run(stored.pause, Paused(at, end), who())
        found, waiting = store.run(stored.state), store.run(stored.waiting, at)
        if as_json:
            echo_json({**as_object(found, at, dry_run=loaded.config.dry_run), "waiting": waiting.valid})
            return
        ends = "until you type: responder resume" if end is None else f"until {local(end, loaded.config.timezone)}"
        click.echo(f"Nothing is sent to buyers {ends}. {_waits(waiting)}")
        if found.stopped is not None:
            click.echo("It had stopped by itself before (see responder status): only responder resume ends that.")


@click.command()
@click.option("--drop-waiting", is_flag=True, help="Cancel every mail to buyers that waits, instead of sending it.")
@json_option
@click.pass_context
def resume(ctx: click.Context, *, drop_waiting: bool, as_json: bool) -> None:
    """
    Send to buyers again: after a pause, or after a limit stopped the sending. The limits then count anew.

    Examples: responder resume · responder resume --drop-waiting
    """
    with opened(ctx) as (loaded, store):
        at = now()
        before, waiting, dropped = store.run(_resume, at, drop=drop_waiting)
        found, dry_run = store.run(stored.state), loaded.config.dry_run
        if as_json:
            told = {"waiting": waiting.valid, "expired": waiting.expired, "dropped": dropped}
            echo_json({**as_object(found, at, dry_run=dry_run), **told})
            return
        if before is None:
            click.echo("Nothing was paused or stopped.")
        elif found.rehearses(dry_run=dry_run):
            click.echo("The pause is over; this is a rehearsal, so nothing is sent to buyers until responder go-live.")
        else:
            click.echo(f"Sending to buyers goes on. {_goes(waiting)}")
        if dropped:
            click.echo(f"Cancelled what waited: {counted(dropped, 'mail')}.")
        if waiting.expired:
            click.echo(f"Not sent any more, because its time passed: {counted(waiting.expired, 'mail')}.")


def _resume(conn: Connection, at: datetime, *, drop: bool) -> tuple[Obstacle | None, Waiting, int]:
    """Let mail go, and return what was in the way, what waits now, and how much was dropped."""
    before = stored.state(conn)
    obstacle = before.obstacle(at)
    dropped = stored.drop_waiting(conn, f"dropped by {who()} when sending was resumed") if drop else 0
    waiting = stored.waiting(conn, at, obstacle.at if obstacle else at)
    if before.paused or before.stopped:
        stored.resume(conn, at, who())
    return obstacle, waiting, dropped


@click.command("go-live")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--undo", is_flag=True, help="Go back to the rehearsal.")
@json_option
@click.pass_context
def go_live(ctx: click.Context, *, yes: bool, undo: bool, as_json: bool) -> None:
    """
    End the rehearsal that `dry_run: true` asks for: from now on buyers are written to.

    What the rehearsal decided does not leave by itself.

    Examples: responder go-live · responder go-live --yes · responder go-live --undo
    """
    with opened(ctx) as (loaded, store):
        at, dry_run, zone = now(), loaded.config.dry_run, loaded.config.timezone
        before = store.run(stored.state)
        if undo:
            if not dry_run:
                raise UsageError(f"dry_run is not set: write dry_run: true into {loaded.file} and restart the daemon")
            if before.live_since is not None:
                store.run(stored.rehearse, at, who())
            words = "This is a rehearsal again: nothing is sent to buyers until responder go-live."
        elif not before.rehearses(dry_run=dry_run):
            since = "dry_run is false" if before.live_since is None else f"since {local(before.live_since, zone)}"
            words = f"It is live already ({since})."
        else:
            _confirm(yes=yes)
            words = _lives(store.run(_go_live, at))
        found = store.run(stored.state)
        if as_json:
            echo_json({**as_object(found, at, dry_run=dry_run), "held": store.run(stored.held)})
        else:
            click.echo(words)


def _go_live(conn: Connection, at: datetime) -> Waiting:
    stored.go_live(conn, at, who())
    return stored.settle_rehearsal(conn, at)


def _confirm(*, yes: bool) -> None:
    """Ask on a terminal; elsewhere only `--yes` says that it is meant."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("this is no terminal to ask on: responder go-live --yes")
    click.confirm("From now on buyers get acknowledgements. Go live?", abort=True, err=True)


def _lives(waiting: Waiting) -> str:
    said = ["Live: buyers are written to from now on."]
    if waiting.valid:
        said.append(
            f"Held from the rehearsal, and not sent by itself: {counted(waiting.valid, 'mail')};"
            " look: responder outbox --held."
        )
    if waiting.expired:
        said.append(f"Cancelled, because its time passed: {counted(waiting.expired, 'mail')}.")
    return "\n".join([*said, "The way back: responder go-live --undo"])


def who() -> str:
    """Return who types: the person behind sudo, where there is one."""
    try:
        return clean(os.environ.get("SUDO_USER") or getpass.getuser(), 60)
    except (OSError, KeyError):  # an account without a name, as in a container
        return f"user {os.getuid()}"


def _waits(waiting: Waiting) -> str:
    if not waiting.valid:
        return "Nothing waits."
    return f"{counted(waiting.valid, 'mail')} {'waits' if waiting.valid == 1 else 'wait'}."


def _goes(waiting: Waiting) -> str:
    if not waiting.valid:
        return "Nothing waited."
    return f"{counted(waiting.valid, 'mail')} {'goes' if waiting.valid == 1 else 'go'} out when due, within the limits."


def as_object(found: Sending, at: datetime, *, dry_run: bool) -> dict[str, Any]:
    """Return what is stored about sending, as `--json` prints it."""
    obstacle = found.obstacle(at)
    return {
        "state": state_of(found, at, dry_run=dry_run),
        "live_since": found.live_since,
        "since": obstacle.at if obstacle else None,
        "until": obstacle.until if isinstance(obstacle, Paused) else None,
        "reason": obstacle.cap if isinstance(obstacle, Stopped) else None,
    }


def state_of(found: Sending, at: datetime, *, dry_run: bool) -> str:
    """Return the one word for whether mail goes to buyers: stopped, paused, rehearsal, live."""
    match found.obstacle(at):
        case Stopped():
            return "stopped"
        case Paused():
            return "paused"
        case None:
            return "rehearsal" if found.rehearses(dry_run=dry_run) else "live"


def in_words(loaded: Loaded, at: datetime, *, connect: bool) -> str:
    """Return whether mail goes to buyers: what the file says, and what was typed since; for `check`."""
    found, zone = _look(loaded, connect=connect), loaded.config.timezone
    match found.obstacle(at):
        case Stopped() as stopped:
            return f"sending to buyers stopped at {local(stopped.at, zone)}; responder resume ends that"
        case Paused(until=until):
            return f"sending to buyers is paused until {local(until, zone) if until else 'you type: responder resume'}"
        case None:
            pass
    if found.rehearses(dry_run=loaded.config.dry_run):
        return "a rehearsal: nothing is sent to buyers (dry_run)"
    return f"mail is sent: live since {local(found.live_since, zone)}" if found.live_since else "mail is sent"


def _look(loaded: Loaded, *, connect: bool) -> Sending:
    """Return what the state says, nothing where there is none yet; a database server is asked only to `connect`."""
    url = loaded.state(os.environ)
    if not connect and not url.startswith("sqlite:"):
        return Sending()
    try:
        store = Store.look(url)
    except ResponderError:  # `status` and the daemon's start say what is wrong with it
        return Sending()
    if store is None:
        return Sending()
    try:
        return store.run(stored.state)
    finally:
        store.close()
