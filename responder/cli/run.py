"""
`responder run`: the daemon, or one round of it.
"""

import asyncio
import os
import sys

import click
import structlog

from responder.adapters import clock as clocks
from responder.adapters.authenticity import DkimVerifier, system_resolve
from responder.adapters.credentials import hidden
from responder.adapters.store import Store
from responder.cli.logs import start_logging
from responder.cli.session import load_config
from responder.daemon import Daemon, build
from responder.daemon.left import leave
from responder.errors import EXIT_TEMPORARY, TemporaryError


@click.command()
@click.option("--once", is_flag=True, help="Catch up, send what is due, and end.")
@click.pass_context
def run(ctx: click.Context, *, once: bool) -> int:
    """
    Watch the mailboxes until told to stop (Ctrl-C, SIGTERM).

    Example: responder -c config.yaml run --once
    """
    loaded = load_config(ctx)
    start_logging(loaded.config.log.format, loaded.config.log.level, sys.stderr)
    log = structlog.get_logger()
    for warning in loaded.warnings:
        log.warning("configuration", at=warning.at, problem=warning.problem, hint=warning.hint)
    clock = clocks.from_environment(os.environ)
    store = Store.open(loaded.state(os.environ), exclusive=True)
    leave(loaded, os.environ)
    try:
        verifier = DkimVerifier(system_resolve(), clocks.monotonic)
        daemon = Daemon(build(loaded, store, clock.now(), verifier=verifier), store, clock)
        asyncio.run(daemon.once() if once else daemon.run())
    except TemporaryError as error:
        click.echo(hidden(f"responder: {error}"), err=True)
        return EXIT_TEMPORARY
    finally:
        store.close()
    return 0
