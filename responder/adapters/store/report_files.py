"""
Report files: which were imported, and which could not be, with the reason.

A file is known by its content, whatever it is called; one that failed is told in a digest once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from responder.adapters.store import schema
from responder.adapters.store.columns import Instant

DONE = "done"
FAILED = "failed"
_FILE = schema.report_file.c


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReportFile:
    """A file that was looked at: `account` is the one it was said to be of, `skipped` how many rows were left out."""

    account: str | None
    name: str
    sha256: str
    kind: str | None
    state: str
    reason: str | None = None
    rows: int = 0
    orders: int = 0
    skipped: int = 0
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile(NewReportFile):
    """A file as kept."""

    id: int
    told_at: datetime | None


def keep(conn: Connection, new: NewReportFile) -> int:
    """Keep what became of a file, and return its row."""
    values = {each.name: getattr(new, each.name) for each in fields(NewReportFile)}
    made: int = conn.execute(insert(schema.report_file).values(**values).returning(_FILE.id)).scalar_one()
    return made


def imported_whole(conn: Connection, sha256: str, account: str | None) -> ReportFile | None:
    """
    Return how a file of this content was imported before as of this account (None: as of whoever it is).

    One of which rows were left out is worth another try: the configuration may know more by now.
    """
    wanted = select(schema.report_file).where(_FILE.sha256 == sha256, _FILE.state == DONE, _FILE.skipped == 0)
    row = conn.execute(wanted.where(_FILE.account.is_not_distinct_from(account)).order_by(_FILE.id.desc())).first()
    return None if row is None else _file(row)


def noted_before(conn: Connection, new: NewReportFile) -> bool:
    """Return whether of a file of this content the same was said before."""
    same = (_FILE.sha256 == new.sha256, _FILE.state == new.state, _FILE.reason == new.reason)
    return conn.execute(select(_FILE.id).where(*same).limit(1)).first() is not None


def last(conn: Connection) -> ReportFile | None:
    """Return the newest one."""
    row = conn.execute(select(schema.report_file).order_by(_FILE.at.desc(), _FILE.id.desc()).limit(1)).first()
    return None if row is None else _file(row)


def newest_by_kind(conn: Connection, account: str, until: datetime) -> Mapping[str, datetime]:
    """Return when the newest file of each kind was imported by `until`, for this account or for whoever it was of."""
    theirs = _FILE.account.is_(None) | (_FILE.account == account)
    wanted = select(_FILE.kind, func.max(_FILE.at, type_=Instant())).where(theirs, _FILE.state == DONE)
    rows = conn.execute(wanted.where(_FILE.kind.is_not(None), _FILE.at <= until).group_by(_FILE.kind))
    return {kind: at for kind, at in rows}  # noqa: C416 - a row is no pair for the type checker


def untold(conn: Connection) -> tuple[ReportFile, ...]:
    """Return what no digest has told of: files that failed, and those with rows left out, the oldest first."""
    wanted = select(schema.report_file).where(_FILE.told_at.is_(None), _FILE.reason.is_not(None))
    return tuple(map(_file, conn.execute(wanted.order_by(_FILE.at, _FILE.id))))


def mark_told(conn: Connection, ids: Collection[int], at: datetime) -> int:
    """A digest that names these was sent; return how many were told for the first time."""
    change = update(schema.report_file).where(_FILE.id.in_(list(ids)), _FILE.told_at.is_(None))
    return conn.execute(change.values(told_at=at)).rowcount


def forget_told(conn: Connection, ids: Collection[int]) -> int:
    """The mail that told of these came back."""
    return conn.execute(update(schema.report_file).where(_FILE.id.in_(list(ids))).values(told_at=None)).rowcount


def _file(row: Row[Any]) -> ReportFile:
    return ReportFile(**{each.name: getattr(row, each.name) for each in fields(ReportFile)})
