"""
The state, in SQLite or PostgreSQL: what has been seen, decided, promised and sent.

Keep first, acknowledge after: one transaction per step, and a unique key makes a repeated decision harmless. The
modules of this package hold one named function per query, `f(conn, ...)`; `Store.tx` runs it.
"""

from responder.adapters.store.database import Store
from responder.adapters.store.reading import Reader

__all__ = ["Reader", "Store"]
