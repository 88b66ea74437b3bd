"""
`responder demo`: the whole daemon on sample mail, through a holiday weekend.

It needs no configuration, no account and no network, and writes only into the folder it names.
"""

import asyncio
import io
import os
import shutil
import sys
from pathlib import Path

import click

from responder.cli.session import json_option

WIDEST = 100


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port of the demo's IMAP server (a free one)."
)
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path), help="Where to write; a new or empty folder (./demo-N)."
)
@click.option(
    "--page",
    "page_port",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port of the status page (a free one).",
)
@click.option("--keep", is_flag=True, help="Leave the status page up when the story is over, until Ctrl-C.")
@click.option("--fast", is_flag=True, help="Do not wait for the reader.")
@json_option
@click.pass_context
def demo(
    ctx: click.Context, port: int, page_port: int, out: Path | None, *, keep: bool, fast: bool, as_json: bool
) -> None:
    """Play a holiday weekend in about a minute: real daemon, small mail servers of its own, sample mail."""
    from responder.demo import folder, run

    stream = sys.stdout
    if keep and not stream.isatty():
        raise click.UsageError("--keep waits for Ctrl-C, so it needs a terminal")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")  # buyers write in six languages, a terminal may know one
    colour = stream.isatty() and not os.environ.get("NO_COLOR")
    width = min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns) if stream.isatty() else WIDEST
    page = run.write_to(stream, as_json=as_json, colour=colour, width=max(width, 60))
    options = run.Options(
        out=folder.prepare(out), port=port, page=page_port, fast=fast or as_json, keep=keep and not as_json
    )
    ctx.exit(asyncio.run(run.demo(options, page)))
