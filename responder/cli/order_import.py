"""
`responder orders import FILE...`: Amazon's report files in; what each came to, and what could not be read.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from responder.adapters.report_folder import NotAFileError, opened
from responder.adapters.store import Store
from responder.cli.session import echo_json, json_option, local
from responder.cli.state import instant, now
from responder.cli.state import opened as opened_state
from responder.cli.tables import cell
from responder.config import Loaded
from responder.config.consumers import catalogue_of
from responder.core.wording import counted
from responder.daemon.intaking import importer
from responder.errors import EXIT_FAILED
from responder.tasks.intake.importing import import_file
from responder.tasks.intake.values import FAILED, REPEATED, Imported, Importer, Progress, Unheard, Wanted

PATH = 500
"""Characters of a file's name that are printed: what tells two of them apart stands at the end."""


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--account", metavar="NAME", help="Whose reports they are, where several accounts sell on a store.")
@click.option("--again", is_flag=True, help="Import a file that was imported before once more.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--reported-at", metavar="TIME", help="When the reports were made, where a file's own time is not it.")
@json_option
@click.pass_context
def import_(
    ctx: click.Context,
    files: tuple[Path, ...],
    *,
    account: str | None,
    again: bool,
    dry_run: bool,
    reported_at: str | None,
    as_json: bool,
) -> None:
    """
    Read Amazon's report files: orders, shipments, returns, feedback, the seller performance report.

    Ends with 1 where a file, or a line of one, could not be read; what could be read is kept all the same.

    Examples: responder orders import unshipped.txt · responder orders import *.txt --dry-run
    """
    with opened_state(ctx) as (loaded, store):
        names = [each.name for each in loaded.config.accounts]
        if account not in (None, *names):
            raise click.UsageError(f"there is no account {account!r}; there are {', '.join(names)}")
        made_at = None if reported_at is None else instant(reported_at, loaded)
        wanted = Wanted(account=account, reported_at=made_at, again=again, dry_run=dry_run)
        all_whole = True
        reads = importer(loaded, catalogue_of(loaded))
        for path in files:
            done = _imported(store, reads, path, wanted, quiet=as_json)
            all_whole = all_whole and done.is_whole
            if as_json:
                echo_json(as_object(done, wanted))
            else:
                click.echo("\n".join(_told(done, wanted, loaded)))
    if not all_whole:
        ctx.exit(EXIT_FAILED)


def _imported(store: Store, reads: Importer, path: Path, wanted: Wanted, *, quiet: bool) -> Imported:
    name = os.fsencode(path).decode("utf-8", "replace")
    try:
        file = opened(path)
    except OSError as error:
        return Imported(name=name).failed(f"it cannot be read: {error.strerror}", "correct the name")
    except NotAFileError as error:
        return Imported(name=name).failed(str(error), "name the files")
    with file, _progress(name, shown=not quiet and sys.stderr.isatty()) as progress:
        return import_file(store, reads, file, name, wanted=wanted, now=now(), progress=progress)


@contextmanager
def _progress(name: str, *, shown: bool) -> Iterator[Progress]:
    """Yield whom to tell how far it is: bars on standard error, for a person at a terminal."""
    if not shown:
        yield Unheard()
        return
    with ExitStack() as stack:
        yield _Bars(stack, cell(Path(name).name))


class _Bars:
    """A bar for reading, and one for comparing with what is known."""

    def __init__(self, stack: ExitStack, name: str) -> None:
        self._stack = stack
        self._name = name
        self._bars: dict[str, Any] = {}

    def read(self, position: int, size: int) -> None:
        """Show how much is read."""
        self._move("reading", position, size)

    def compared(self, orders: int, of: int) -> None:
        """Show how many orders are compared."""
        self._move("comparing", orders, of)

    def _move(self, what: str, to: int, length: int) -> None:
        bar = self._bars.get(what)
        if bar is None:
            self._stack.close()  # the one before ends its line
            bar = click.progressbar(length=length, label=f"{self._name}: {what}", file=sys.stderr)
            bar = self._bars[what] = self._stack.enter_context(bar)
        bar.update(to - bar.pos)


def as_object(done: Imported, wanted: Wanted) -> dict[str, Any]:
    """Return what became of a file, as JSON prints it."""
    return {
        "file": done.name,
        "state": done.state,
        "kind": done.kind,
        "reported_at": done.reported_at,
        "dry_run": wanted.dry_run,
        "rows": done.rows,
        "orders": {"new": done.counts.new, "changed": done.counts.changed, "unchanged": done.counts.unchanged},
        "events": done.counts.events,
        "stores": list(done.stores),
        "left_out": dict(done.foreign),
        "bad_lines": done.bad_lines,
        "bad": [{"line": each.number, "problem": each.problem} for each in done.bad],
        "unknown_columns": [{"header": each.header, "nearest": each.nearest} for each in done.unknown],
        "imported_before_at": done.before_at,
        "problem": done.problem,
        "hint": done.hint,
    }


def _told(done: Imported, wanted: Wanted, loaded: Loaded) -> Iterator[str]:
    name, zone = cell(done.name, PATH), loaded.config.timezone
    if done.state == FAILED:
        yield f"{name}: {done.reason}"
        yield from _bad(done)
        return
    kind = (done.kind or "").replace("_", " ")
    if done.state == REPEATED:
        yield f"{name}: {kind}, imported on {local(done.before_at, zone)} already; nothing changed (--again imports it)"
        return
    yield f"{name}: {kind}, as of {local(done.reported_at, zone)}" + (" (nothing is kept)" if wanted.dry_run else "")
    yield f"  {_came_to(done)}"
    if named := ", ".join(f"{count} of {store}" for store, count in done.foreign.items() if store):
        yield f"  left out, since no account sells there: {named}"
    if done.homeless:
        yield f"  left out: {done.homeless}"
    for each in done.unknown:
        near = f" (did you mean {each.nearest}?)" if each.nearest else ""
        yield f"  column not known, and not read: {cell(each.header)}{near}"
    yield from _bad(done)


def _came_to(done: Imported) -> str:
    if done.stores:
        return f"the figures of {', '.join(done.stores)}"
    counts = done.counts
    orders = f"{counts.new} new, {counts.changed} changed, {counts.unchanged} known already"
    events = f"; {counted(counts.events, 'event')}" if counts.events else ""
    return f"{counted(done.rows, 'row')}, {counted(counts.orders, 'order')}: {orders}{events}"


def _bad(done: Imported) -> Iterator[str]:
    if not done.bad_lines:
        return
    yield f"  {counted(done.bad_lines, 'line')} could not be read:"
    for each in done.bad:
        yield f"    line {each.number}: {each.problem}"
    if done.bad_lines > len(done.bad):
        yield f"    ... and {done.bad_lines - len(done.bad)} more"
