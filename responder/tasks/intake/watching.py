"""
The watched folder: what was dropped into it is imported and moved away, with the reason where something was wrong.

A file is committed first and moved afterwards; one that a crash left behind is known by its content, and only moved.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from responder.adapters.report_folder import Handed, NotAFileError, ReplacedError, ReportFolder
from responder.adapters.store import Store
from responder.core.message import clean
from responder.errors import TemporaryError
from responder.tasks.intake.importing import import_file, note
from responder.tasks.intake.values import FAILED, REPEATED, Imported, Importer, Unheard, Wanted

log = structlog.get_logger()


class StoppedError(Exception):
    """The daemon ends; what was begun is left for the next start."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the files that were ready, and what stands in the way of the others."""

    files: tuple[Imported, ...] = ()
    problem: str | None = None


class _Stoppable(Unheard):
    def __init__(self, stopped: Callable[[], bool]) -> None:
        self._stopped = stopped

    def read(self, position: int, size: int) -> None:
        if self._stopped():
            raise StoppedError

    def compared(self, orders: int, of: int) -> None:
        self.read(orders, of)


def take(store: Store, importer: Importer, folder: ReportFolder, now: datetime, stopped: Callable[[], bool]) -> Taken:
    """Import every file that is ready; blocks for as long as that takes, so it runs in a thread of its own."""
    try:
        ready = folder.ready(now)
    except OSError as error:
        return Taken(problem=f"the folder of order reports {folder.path} cannot be read: {error.strerror}")
    files, stuck = [], []
    for each in ready:
        try:
            done = _one(store, importer, folder, each, now, stopped)
            files.append(done)
            _put_away(folder, each, done, now)
        except ReplacedError:
            log.info("a report file was replaced, and is looked at anew", file=_name(each))
        except TemporaryError as error:  # the disk is full: the others, and all other work, go on
            stuck.append(f"{_name(each)} cannot be imported now: {error}")
        except OSError as error:
            stuck.append(f"{_name(each)} cannot be moved out of the folder of order reports: {error.strerror}")
    return Taken(tuple(files), _first(stuck))


def _name(handed: Handed) -> str:
    return clean(os.fsencode(handed.name).decode("utf-8", "replace"), 200)


def _first(problems: list[str]) -> str | None:
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}" if problems else None


def _one(
    store: Store, importer: Importer, folder: ReportFolder, each: Handed, now: datetime, stopped: Callable[[], bool]
) -> Imported:
    name = _name(each)
    wanted = Wanted(account=each.inside or None, watched=True)
    try:
        file = folder.open(each)
    except NotAFileError as error:
        refused = Imported(name=name).failed(str(error), "copy the file itself into the folder")
        store.run(note, refused, wanted, now)
        return refused
    with file:
        done = import_file(store, importer, file, name, wanted=wanted, now=now, progress=_Stoppable(stopped))
    return replace(done, name=name)


def _put_away(folder: ReportFolder, each: Handed, done: Imported, now: datetime) -> None:
    if done.state == FAILED:
        place = folder.failed(each, now, _reason(done))
        log.warning("a report file failed", file=done.name, reason=done.reason, moved_to=place)
        return
    place = folder.done(each, now, _reason(done) if done.reason else None)
    if done.state == REPEATED:
        log.info("a report file was imported before", file=done.name, kind=done.kind, moved_to=place)
        return
    log.info(
        "a report file was imported",
        file=done.name,
        kind=done.kind,
        rows=done.rows,
        new=done.counts.new,
        changed=done.counts.changed,
        left_out=done.skipped,
        unknown_columns=[each.header for each in done.unknown],
        moved_to=place,
    )


def _reason(done: Imported) -> str:
    """Return what stands beside a file that is not wholly in order."""
    lines = [done.problem or done.reason or "", done.hint or "", ""]
    lines += [f"line {each.number}: {each.problem}" for each in done.bad]
    if done.bad_lines > len(done.bad):
        lines.append(f"... and {done.bad_lines - len(done.bad)} more")
    return "\n".join(each for each in lines if each) + "\n"
