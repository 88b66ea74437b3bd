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


def fitting(facts: digest.DigestFacts) -> tuple[digest.DigestFacts, digest.Digest]:
    """Return the facts with as much room as they have, and the digest they make."""
    for room, acting, rows in SIZES:
        tried = replace(facts, room=room, acting=acting, rows=rows)
        page = digest.content(tried)
        if len(digest_page.html(page).encode()) <= digest_page.LIMIT:
            break
    return tried, page
