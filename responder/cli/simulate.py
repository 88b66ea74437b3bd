"""
`responder simulate`: past mail through today's configuration, or through two of them. Sends nothing, stores nothing.

The state it needs on the way is a private file in a private folder that is gone at the end, also after Ctrl-C.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import click

from responder.adapters.archives import Archive, Maildir, Mbox
from responder.adapters.authenticity import DkimVerifier, system_resolve
from responder.adapters.clock import monotonic
from responder.adapters.store import Store, meta
from responder.cli import simulated, simulated_json, simulated_text
from responder.cli.logs import start_logging
from responder.cli.session import json_option, load_config
from responder.cli.state import instant, now
from responder.config import Account, Loaded, load
from responder.config.calendars import calendar_of
from responder.config.consumers import limits_of
from responder.daemon.parts import YEARS_AHEAD, imap_settings, judge, office, operator_of
from responder.errors import EXIT_DONE, UsageError
from responder.simulation import Figures, Files, Folders, Life, Listed, Proof, Replay, Side, Skipped, Source, figures
from responder.simulation import simulate as lived


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    since: datetime
    until: datetime
    mboxes: tuple[Path, ...]
    maildirs: tuple[Path, ...]
    account: str | None
    dns: bool
    trust: bool

    @property
    def from_files(self) -> bool:
        """Whether the mail comes from files, not from the account's mailbox."""
        return bool(self.mboxes or self.maildirs)


@click.command()
@click.option("--since", metavar="DATE", required=True, help="From when on mail counts, like 2026-09-01.")
@click.option(
    "--mbox", "mboxes", multiple=True, metavar="FILE", type=click.Path(path_type=Path, exists=True),
    help="Mail from an mbox file; may be given several times (inbox and sent mail).",
)  # fmt: skip
@click.option(
    "--maildir", "maildirs", multiple=True, metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Mail from a Maildir; may be given several times.",
)  # fmt: skip
@click.option(
    "--compare", metavar="OTHER-CONFIG", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Only what this other configuration would have decided differently.",
)  # fmt: skip
@click.option("--account", metavar="NAME", help="Whose mail it is, where the configuration has several accounts.")
@click.option("--dns", is_flag=True, help="Check DKIM signatures with today's DNS; keys of old mail are often gone.")
@click.option(
    "--trust", is_flag=True, help="Take mail that nobody verified for genuine; what was proven false stays so."
)
@json_option
@click.pass_context
def simulate(
    ctx: click.Context,
    since: str,
    mboxes: tuple[Path, ...],
    maildirs: tuple[Path, ...],
    compare: Path | None,
    account: str | None,
    *,
    dns: bool,
    trust: bool,
    as_json: bool,
) -> int:
    """
    Replay past mail: what would have been acknowledged and why, which deadlines were missed, how fast you answered.

    Without --mbox and --maildir the account's own mailbox is read (inbox and sent mail, nothing in it is changed).
    Nothing is sent and nothing is stored.

    Examples: responder simulate --since 2026-09-01 · responder simulate --since 2026-01-01 --mbox takeout.mbox --trust
    """
    loaded = load_config(ctx)
    until = now()
    begin = instant(since, loaded).astimezone(UTC)
    if begin >= until:
        raise UsageError(f"--since {since} lies in the future: past mail is replayed")
    asked = Asked(begin, until, mboxes, maildirs, account, dns, trust)
    both = [loaded] if compare is None else [loaded, load(compare)]
    accounts = [_account(each, account) for each in both]
    start_logging(loaded.config.log.format, "critical", sys.stderr)  # the report says what went wrong
    with _ended_by_sigterm(), _archives(asked) as archives, _sides(both, accounts, asked) as sides:
        own = sides[0].replay.life.judge.own
        source: Source = Files(archives, begin, until, own) if archives else _folders(loaded, accounts[0], asked)
        done = asyncio.run(_replayed(source, sides, asked, shown=not as_json))
        found = [side.store.run(figures, side.replay, done.listed.last_at, done.windows_end) for side in sides]
    told = simulated.Told(
        account=accounts[0].name,
        since=begin,
        zone=loaded.config.timezone,
        sources=tuple(map(str, (*mboxes, *maildirs))) or (f"the mailbox of {accounts[0].imap.username}",),
        listed=done.listed,
        lost=done.lost,
        windows_end=done.windows_end,
        trust=trust,
        names=tuple(str(each.file) for each in both),
    )
    _print(told, found, as_json=as_json)
    return EXIT_DONE


def _print(told: simulated.Told, found: Sequence[Figures], *, as_json: bool) -> None:
    match found:
        case [one] if as_json:
            simulated_json.show(told, one)
        case [one]:
            simulated_text.show(told, one)
        case [one, other] if as_json:
            simulated_json.show_differences(told, one, other)
        case [one, other]:
            simulated_text.show_differences(told, one, other)
        case _:
            raise AssertionError(len(found))


def _account(loaded: Loaded, name: str | None) -> Account:
    accounts = {each.name: each for each in loaded.config.accounts}
    if name is None and len(accounts) == 1:
        return next(iter(accounts.values()))
    if name is None:
        raise UsageError(f"{loaded.file} has the accounts {', '.join(accounts)}: name one with --account")
    if name not in accounts:
        raise UsageError(f"{loaded.file} has no account {name!r}; it has {', '.join(accounts)}")
    return accounts[name]


@contextlib.contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does: it, too, must leave no mail behind in the temporary folder."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _archives(asked: Asked) -> Iterator[Sequence[Archive]]:
    with contextlib.ExitStack() as stack:
        found: list[Archive] = []
        for mbox in map(Mbox, asked.mboxes):
            stack.callback(mbox.close)
            found.append(mbox)
        found += map(Maildir, asked.maildirs)
        yield found


def _folders(loaded: Loaded, account: Account, asked: Asked) -> Folders:
    return Folders(imap_settings(loaded, account, os.environ), asked.since, asked.until)


@contextlib.contextmanager
def _sides(both: Sequence[Loaded], accounts: Sequence[Account], asked: Asked) -> Iterator[Sequence[Side]]:
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="responder-simulate-"))
        sides = []
        for number, (loaded, account) in enumerate(zip(both, accounts, strict=True)):
            store = Store.open(f"sqlite:///{folder}/{number}.db", exclusive=True)
            stack.callback(store.close)
            sides.append(Side(Replay(_life(loaded, account, store, asked), asked.since), store))
        yield sides


def _life(loaded: Loaded, account: Account, store: Store, asked: Asked) -> Life:
    shared = office(loaded, asked.until)
    years = range(asked.since.year - 1, asked.until.year + YEARS_AHEAD + 1)
    shared = replace(shared, calendar=calendar_of(loaded, years))
    judged = judge(shared, account, first_start_at=asked.since, instance=store.run(meta.instance))
    return Life(judge=judged, operator=operator_of(loaded, judged), limits=limits_of(loaded.config))


@dataclass(frozen=True, slots=True)
class Done:
    """What a replay says beside its figures."""

    listed: Listed
    lost: tuple[Skipped, ...]
    windows_end: datetime


async def _replayed(source: Source, sides: Sequence[Side], asked: Asked, *, shown: bool) -> Done:
    verifier = DkimVerifier(system_resolve(), monotonic) if asked.dns else None
    with _Progress(shown=shown) as progress:
        try:
            listed = await source.listed(progress.listed)
            progress.total = listed.mails
            lost = await lived(source, sides, asked.until, proof=Proof(verifier, asked.trust), told=progress.replayed)
        finally:
            await source.close()
    # Of a file nobody knows what came after its last mail; a mailbox is complete until now.
    end = listed.last_at if asked.from_files and listed.last_at else asked.until
    return Done(listed, lost, end)


class _Progress:
    """One line on the terminal that says how far it is."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown and sys.stderr.isatty()
        self._width = 0
        self.total = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._say("")
        if self._shown:
            click.echo("\r", nl=False, err=True)

    def listed(self, mails: int) -> None:
        """So many mails were looked at."""
        self._say(f"{mails} mails read")

    def replayed(self, mails: int, at: datetime) -> None:
        """So many mails were handled, up to this instant."""
        self._say(f"{mails} of {self.total} mails replayed, {at:%Y-%m-%d} reached")

    def _say(self, text: str) -> None:
        if self._shown:
            click.echo(f"\r{text:<{self._width}}", nl=False, err=True)
            self._width = len(text)
