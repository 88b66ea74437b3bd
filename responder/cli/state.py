"""
The stored state as the commands see it, beside a daemon that may be running.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from responder.adapters import clock as clocks
from responder.adapters.store import Store
from responder.cli.session import load_config
from responder.config import Loaded

YEARS = range(1990, 2100)


def now() -> datetime:
    """Return the present instant, aware UTC."""
    return clocks.from_environment(os.environ).now()


def instant(text: str | None, loaded: Loaded) -> datetime:
    """Return the instant written as ISO 8601, on the seller's clock where it names no zone; now for nothing."""
    if text is None:
        return now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text!r} is no time; write it like 2026-12-25T11:00") from None
    if at.year not in YEARS:
        raise click.UsageError(f"{text!r} is too far away: calendars are known from {YEARS[0]} to {YEARS[-1]}")
    return at if at.tzinfo else at.replace(tzinfo=loaded.config.timezone)


@contextmanager
def opened(ctx: click.Context) -> Iterator[tuple[Loaded, Store]]:
    """Open the configuration and its state, and close the state at the end."""
    loaded = load_config(ctx)
    store = Store.open(loaded.state(os.environ), exclusive=False)
    try:
        yield loaded, store
    finally:
        store.close()
