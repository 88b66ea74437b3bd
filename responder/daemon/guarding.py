"""
What tells of troubles, built from the configuration: whom, through which accounts, and after how long.
"""

from functools import partial

from sqlalchemy import URL

from responder.adapters.room import room
from responder.adapters.store.engines import sqlite_path
from responder.core.operator import Outlet
from responder.core.troubles import Room
from responder.daemon.parts import Parts
from responder.tasks.troubles import Guard


def outlets(parts: Parts) -> tuple[Outlet, ...]:
    """Return every account, the operator's own first: mail to the operator may go through each."""
    own = parts.operator.account
    accounts = sorted(parts.accounts, key=lambda each: each.name != own)
    return tuple(Outlet(each.name, each.sender, parts.operator.from_name) for each in accounts)


def guard(parts: Parts, url: URL) -> Guard:
    """Return what tells of troubles; only a state in a file is on a disk of this machine."""
    after = parts.loaded.config.operator.unreachable_after
    measured = partial(room, sqlite_path(url).parent) if url.get_backend_name() == "sqlite" else _elsewhere
    return Guard(operator=parts.operator, outlets=outlets(parts), after=after, room=measured)


def _elsewhere() -> Room | None:
    return None
