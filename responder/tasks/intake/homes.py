"""
Of which account a row is: the one it was said to be of, else the one that sells on the row's store.

A row that names no store is of the account that knows its order, else of the only one there can be. What is of no
account is counted by its store, never dropped in silence.
"""

from collections import Counter
from collections.abc import Sequence

from responder.adapters.store import Store, orders
from responder.adapters.store.order_lines import Line
from responder.adapters.store.order_staging import Staged
from responder.core.order_reports import ReportError
from responder.tasks.intake.values import NO_STORE, Shop


class Homes:
    """The accounts of one file's rows."""

    def __init__(self, shops: Sequence[Shop], account: str | None) -> None:
        self._shops = [each for each in shops if account in (None, each.account)]
        self._homes: dict[str | None, list[str]] = {}
        self.foreign: Counter[str] = Counter()

    def placed(self, marketplace: str | None, line: Line) -> list[tuple[str | None, Line]]:
        """Return the line with its account (None: not known yet), or nothing for one of a store nobody sells on."""
        homes = self._homes.get(marketplace)
        if homes is None:
            homes = self._homes[marketplace] = self._of(marketplace)
        if not homes:
            self.foreign[marketplace or NO_STORE] += 1
            return []
        return [(homes[0] if len(homes) == 1 else None, line)]

    def _of(self, marketplace: str | None) -> list[str]:
        names = [each.account for each in self._shops if marketplace is None or marketplace in each.marketplaces]
        if marketplace is not None and len(names) > 1:
            raise ReportError(
                f"the accounts {' and '.join(names)} all sell on {marketplace}: nobody knows whose orders these are",
                f"use --account {names[0]}, or a folder {names[0]}/ in the folder of the reports",
            )
        return names

    def settle(self, store: Store, staged: Staged) -> None:
        """Find the account of the rows that name no store."""
        for order_ids in staged.homeless():
            staged.place(store.run(orders.homes, order_ids))
        named = staged.accounts()
        if len(named) == 1:
            staged.place_rest(named[0])
        left = staged.drop_rest()
        if left:
            self.foreign[NO_STORE] += left
