"""
The loop that looks at the watched folder.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from responder.adapters.clock import Clock
from responder.adapters.report_folder import ReportFolder
from responder.adapters.store import Store
from responder.errors import ResponderError
from responder.tasks.intake.values import IMPORTED, Importer
from responder.tasks.intake.watching import StoppedError, Taken, take


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The folder, how what is in it is imported, and how often it is looked at."""

    folder: ReportFolder
    importer: Importer
    every: timedelta


async def look(intake: Intake, now: datetime) -> None:
    """See what is there, so that the next turn knows what stayed as it was."""
    with contextlib.suppress(OSError):  # the next turn says so
        await asyncio.to_thread(intake.folder.ready, now)


async def turn(store: Store, intake: Intake, now: datetime) -> Taken:
    """Import what is ready, in a thread of its own: the state is written to in between by everybody else."""
    stopped = threading.Event()
    loop = asyncio.get_running_loop()
    work = loop.run_in_executor(None, take, store, intake.importer, intake.folder, now, stopped.is_set)
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        stopped.set()
        with contextlib.suppress(StoppedError, ResponderError):
            await work  # it uses the state, which is closed after this
        raise


async def run(
    store: Store,
    intake: Intake,
    clock: Clock,
    *,
    wake: asyncio.Event,
    imported: Callable[[], None],
    ticked: Callable[[str | None], None],
) -> None:
    """Look at the folder again and again; `imported` is called for news, `ticked` with what is in the way."""
    while True:
        now = clock.now()
        taken = await turn(store, intake, now)
        if any(each.state == IMPORTED for each in taken.files):
            imported()
        ticked(taken.problem)
        await clock.wait(wake, clock.now() + intake.every)
