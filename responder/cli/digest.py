"""
`responder digest`: today's digest, as text, as a page, or sent now.
"""

import asyncio
import os
from pathlib import Path

import click

from responder.adapters import digest_page
from responder.cli.state import now, opened
from responder.daemon import build
from responder.errors import UsageError
from responder.tasks import report


@click.command()
@click.option("--html", "html_file", metavar="FILE", type=click.Path(path_type=Path), help="Write it as a page.")
@click.option("--text", "as_text", is_flag=True, help="Print it (what happens where nothing is said).")
@click.option(
    "--send",
    is_flag=True,
    help="Send it to the operator (says to whom) at the daemon's next turn, beside the daily one.",
)
@click.pass_context
def digest(ctx: click.Context, html_file: Path | None, *, as_text: bool, send: bool) -> None:
    """
    The digest as it would be sent now. Looking at it marks nothing as read.

    Example: responder digest --html digest.html
    """
    with opened(ctx) as (loaded, store):
        at = now()
        whole = build(loaded, store, at, os.environ, starts=False).reporter
        reporter = asyncio.run(report.with_rates(store, whole, at))
        if send:
            outbox_id = store.run(report.write_extra, reporter, at)
            to = reporter.operator.email
            said = (
                f"It is in the outbox, to {to}." if outbox_id else "It was written this very second: responder outbox"
            )
            click.echo(said)
        page = store.run(report.page, reporter, at)
    if html_file:
        try:
            html_file.write_text(digest_page.html(page), "utf-8")
        except OSError as error:
            raise UsageError(f"the page cannot be written: {error}") from error
        click.echo(f"written: {html_file}")
    if as_text or not (html_file or send):
        click.echo(digest_page.text(page))
