"""
As much of a digest as a mail program shows: Gmail cuts a mail, and what it cuts nobody reads.

What there is no room for is counted and named with its command; what has no row was not told, and is told next time.
"""

from dataclasses import replace

from responder.adapters import digest_page
from responder.core import digest

SIZES = (
    *((40, 40, 40), (40, 40, 14), (40, 20, 8), (40, 12, 6), (40, 8, 3)),
    *((28, 8, 3), (18, 8, 2), (10, 6, 1), (4, 4, 1)),
)
"""How many threads, so many of them with links that answer, and rows of any other section: threads go last."""


Fitted = tuple[digest.DigestFacts, digest.Digest]


def fitting(facts: digest.DigestFacts) -> Fitted:
    """Return the facts with as much room as they have, and the digest they make."""
    best = _tried(facts, 0)
    if _fits(best):
        return best
    low, high = 1, len(SIZES) - 1
    best = _tried(facts, high)
    while low < high:
        middle = (low + high) // 2
        found = _tried(facts, middle)
        low, high, best = (low, middle, found) if _fits(found) else (middle + 1, high, best)
    return best


def _tried(facts: digest.DigestFacts, size: int) -> Fitted:
    room, acting, rows = SIZES[size]
    tried = replace(facts, room=room, acting=acting, rows=rows)
    return tried, digest.content(tried)


def _fits(fitted: Fitted) -> bool:
    return len(digest_page.html(fitted[1]).encode()) <= digest_page.LIMIT
