"""
What the digest is told of orders: invoices missing or to be uploaded, what else holds requests, reports not read.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from responder.core.calendars import instant

_SATURDAY = 5
_END = time(23, 59)

MEASURED = frozenset({"amazon.co.uk", "amazon.de", "amazon.fr", "amazon.it", "amazon.es"})
"""Where Amazon measures the Invoice Defect Rate (help page 44QSYRCU27EW4UK, grade P)."""


@dataclass(frozen=True, slots=True)
class LacksInvoice:
    """A request for feedback that waits for its invoice until then: the file's name expected, or why it is refused."""

    order_id: str
    marketplace: str | None
    until_at: datetime
    expected: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """So many requests for feedback that wait for something else than an invoice; the first of them until then."""

    why: str
    orders: int
    until_at: datetime


@dataclass(frozen=True, slots=True)
class ToUpload:
    """An order of Amazon Business that was shipped; `by_at`: until when its invoice must be there, where measured."""

    id: int
    order_id: str
    marketplace: str | None
    shipped_at: datetime
    by_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnreadReport:
    """A report file that could not be imported; `partly`: only some of its rows."""

    id: int
    name: str
    why: str
    partly: bool = False


@dataclass(frozen=True, slots=True)
class OrderNews:
    """What is to be told of orders; `lacking` are the most urgent of `lacking_in_all`."""

    lacking: tuple[LacksInvoice, ...] = ()
    lacking_in_all: int = 0
    to_upload: tuple[ToUpload, ...] = ()
    reports: tuple[UnreadReport, ...] = ()
    held: tuple[HeldBack, ...] = ()
    folder: str = "invoices/"

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be told."""
        return not (self.lacking or self.to_upload or self.reports or self.held)


NONE = OrderNews()


def upload_by(shipped_at: datetime, marketplace: str | None, zone: ZoneInfo) -> datetime | None:
    """
    Return until when an invoice must be uploaded: 23:59 of the next business day, Monday to Friday.

    Public holidays move nothing (same help page). None where Amazon does not measure it.
    """
    if marketplace not in MEASURED:
        return None
    day = shipped_at.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return instant(day, _END, zone)
