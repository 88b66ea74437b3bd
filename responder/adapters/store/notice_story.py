"""
The whole life of one notice: what it says, what told of it, what was decided about it, and what lies ahead.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from responder.adapters.store import decisions, notice_reports, notices, timers
from responder.adapters.store.decisions import Decided
from responder.adapters.store.notice_reports import Report
from responder.adapters.store.notices import Notice
from responder.adapters.store.timers import Timer


@dataclass(frozen=True, slots=True)
class Story:
    """A notice with its reports, the decisions about it in the order they were made, and its pending timers."""

    notice: Notice
    reports: tuple[Report, ...]
    decided: tuple[Decided, ...]
    timers: tuple[Timer, ...]


def story(conn: Connection, notice_id: int) -> Story | None:
    """Return the life of a notice; None where there is no such notice."""
    found = notices.notice(conn, notice_id)
    if found is None:
        return None
    told = notice_reports.reports(conn, [notice_id]).get(notice_id, ())
    decided = decisions.decisions(conn, mail_id=found.mail_id)
    ahead = timers.timers(conn, notice_id=notice_id)
    of_life = tuple(each for each in decided if each.action in (notices.SEEN, notices.SETTLED))
    return Story(found, told, of_life, ahead)
