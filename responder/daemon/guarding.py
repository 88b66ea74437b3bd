"""
What tells of troubles, built from the configuration: whom, through which accounts, after how long, and of what no more.
"""

from functools import partial

from sqlalchemy import URL

from responder.adapters.room import room
from responder.adapters.store.engines import sqlite_path
from responder.core.operator import Outlet
from responder.core.troubles import Room, Trouble, TroubleKind
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
    return Guard(operator=parts.operator, outlets=outlets(parts), after=after, gone=partial(gone, parts), room=measured)


def gone(parts: Parts, trouble: Trouble) -> bool:
    """Return whether what a trouble is about was taken out of the configuration: nobody would say that it is well."""
    folders = {account.name: {str(folder.role) for folder in account.folders} for account in parts.accounts}
    if trouble.account not in folders:
        return True
    match trouble.kind:
        case TroubleKind.FOLDER:
            return trouble.key not in folders[trouble.account]
        case TroubleKind.REPORTS if parts.intake is None:
            return True
        case TroubleKind.HEARTBEAT if parts.heartbeat is None:
            return True
        case TroubleKind.REPORTS | TroubleKind.HEARTBEAT | TroubleKind.DISK | TroubleKind.STATE:
            return trouble.account != parts.operator.account
        case _:
            return False


def _elsewhere() -> Room | None:
    return None
