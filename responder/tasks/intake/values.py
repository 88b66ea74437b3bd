"""
What importing rests on, and what became of a file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from responder.adapters.orders import BadLine, UnknownColumn
from responder.adapters.store.order_rows import Counts
from responder.core.amazon import Catalogue
from responder.core.report_columns import ReportColumn

IMPORTED = "imported"
REPEATED = "repeated"
FAILED = "failed"
NO_STORE = ""
"""The name under which rows are counted that name no store."""
NOTHING = Counts()
SHOWN = 20
"""So many of the lines that could not be read are named."""


@dataclass(frozen=True, slots=True)
class Shop:
    """An account and the stores it sells on."""

    account: str
    marketplaces: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """Whose orders are kept, and how reports are read."""

    shops: tuple[Shop, ...]
    columns: tuple[ReportColumn, ...]
    catalogue: Catalogue
    zone: ZoneInfo

    def zone_of(self, marketplace: str | None) -> ZoneInfo:
        """Return the time zone of a store; where none is known, the seller's own."""
        store = None if marketplace is None else self.catalogue.by_name(marketplace)
        return self.zone if store is None else ZoneInfo(store.timezone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    How a file is to be taken: `account` is whose it was said to be, `again` imports what was imported before.

    `watched` files are told of in the digest: nobody sees what becomes of them.
    """

    account: str | None = None
    reported_at: datetime | None = None
    again: bool = False
    dry_run: bool = False
    watched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """
    What became of a file: `rows` were kept, `bad` are the first lines that could not be read and `bad_lines` how many.

    `foreign` counts the rows that were left out by the store they name ("" for none), `stores` has those of a
    performance report, and `before_at` is when a repeated file was imported.
    """

    name: str
    sha256: str = ""
    state: str = FAILED
    kind: str | None = None
    reported_at: datetime | None = None
    rows: int = 0
    counts: Counts = NOTHING
    bad: tuple[BadLine, ...] = ()
    bad_lines: int = 0
    foreign: Mapping[str, int] = field(default_factory=dict)
    unknown: tuple[UnknownColumn, ...] = ()
    stores: tuple[str, ...] = ()
    before_at: datetime | None = None
    problem: str | None = None
    hint: str | None = None

    def failed(self, problem: str, hint: str) -> "Imported":
        """Return the file as one of which nothing was kept, and why."""
        return replace(self, state=FAILED, problem=problem, hint=hint, rows=0, counts=NOTHING)

    @property
    def orders(self) -> int:
        """How many orders it names."""
        return self.counts.orders

    @property
    def skipped(self) -> int:
        """How many of its rows were left out."""
        return self.bad_lines + sum(self.foreign.values())

    @property
    def is_whole(self) -> bool:
        """Whether every line of it could be read."""
        return self.state != FAILED and not self.bad_lines

    @property
    def reason(self) -> str | None:
        """What a person should know of it, in words; None where all is well."""
        if self.state == FAILED:
            return f"{self.problem} ({self.hint})" if self.hint else self.problem
        return "; ".join(self._left_out()) or None

    def _left_out(self) -> Iterator[str]:
        if self.bad_lines:
            first = "; ".join(f"line {each.number}: {each.problem}" for each in self.bad[:3])
            yield f"{self.bad_lines} of {self.rows + self.skipped} lines could not be read: {first}"
        if self.homeless:
            yield self.homeless

    @property
    def homeless(self) -> str | None:
        """What is to be said of rows whose account nobody knows; None where there are none."""
        count = self.foreign.get(NO_STORE)
        if not count:
            return None
        return f"rows that name no store, of orders that no account knows: {count} (give it again once one does)"


class Progress(Protocol):
    """Whom to tell how far an import is; an exception it raises ends the import, and nothing is kept."""

    def read(self, position: int, size: int) -> None:
        """So many bytes of `size` are read."""

    def compared(self, orders: int, of: int) -> None:
        """So many orders are compared with what is known of them."""


class Unheard:
    """Nobody is told."""

    def read(self, position: int, size: int) -> None:
        """Do nothing."""

    def compared(self, orders: int, of: int) -> None:
        """Do nothing."""
