"""
What the status page knows besides the stored state, and what a browser may ask of a page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from responder.adapters.store.rates import NOTHING, Measured
from responder.core.calendars import Calendar
from responder.core.operator import Operator

ROWS = 50
"""Rows of a list on one page."""
PAGES = 200
REFRESH = (30, 60, 300)
"""Seconds after which a page may be asked to load itself again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """For whom the page is and what it rests on besides the state."""

    operator: Operator
    accounts: tuple[str, ...]
    calendar: Calendar
    answer_within: timedelta
    version: str
    snippets: str = "short"  # how much of a buyer's words is shown: none, short, full
    dry_run: bool = False
    rates: Measured = NOTHING
    hosts: tuple[str, ...] = ()  # further names by which a browser may ask
    contact_within: timedelta = timedelta(minutes=45)  # a mailbox without contact for longer is out of reach
    heartbeat_within: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Turn:
    """How many seconds ago a loop turned last, and how long it may be silent; None: for ever."""

    name: str
    ago: float
    limit: float | None

    @property
    def is_late(self) -> bool:
        """Whether the loop stands still."""
        return self.limit is not None and self.ago > self.limit


@dataclass(frozen=True, slots=True)
class Vitals:
    """What only the running process knows: its loops, and what it counted since its start."""

    turns: Callable[[], Sequence[Turn]] = lambda: ()
    reconnects: Mapping[str, int] = field(default_factory=dict)  # by account, grows while the daemon runs
    disk_used: Callable[[], float | None] = lambda: None  # share of the disk that has the state


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser asks of a page: which part of a list, only what is open, to be loaded again after a while."""

    page: int = 1
    open: bool | None = None
    refresh: int | None = None

    def query(self, **changes: object) -> str:
        """Return this as the end of a link, with changes."""
        asked = replace(self, **changes)  # type: ignore[arg-type]
        parts = [
            *([f"open={int(asked.open)}"] if asked.open is not None else []),
            *([f"page={asked.page}"] if asked.page > 1 else []),
            *([f"refresh={asked.refresh}"] if asked.refresh else []),
        ]
        return f"?{'&'.join(parts)}" if parts else "?"


def asked(query: str) -> Asked:
    """Return what the query of an address asks; what is not understood asks for nothing."""
    given = dict(parse_qsl(query[:200], max_num_fields=None))
    page, refresh = _number(given.get("page")), _number(given.get("refresh"))
    return Asked(
        page=page if page is not None and 1 <= page <= PAGES else 1,
        open={"0": False, "1": True}.get(given.get("open", "")),
        refresh=refresh if refresh in REFRESH else None,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 6 else None


@dataclass(frozen=True, slots=True)
class Now:
    """The instant of a page, and what it was asked."""

    at: datetime
    asked: Asked = Asked()
