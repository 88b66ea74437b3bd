"""
As much of a digest as a mail program shows: Gmail cuts a mail, and what it cuts nobody reads.

What there is no room for is counted and named with its command; what has no row was not told, and is told next time.
"""

from dataclasses import replace

from responder.adapters import digest_page
from responder.core import digest

SIZES = ((40, 40), (40, 24), (40, 14), (40, 8), (40, 4), (30, 4), (24, 4), (18, 4), (12, 3), (8, 2), (4, 1))
"""How many threads, and at the most how many rows of any other section: the threads are the last to go."""


def fitting(facts: digest.DigestFacts) -> tuple[digest.DigestFacts, digest.Digest]:
    """Return the facts with as much room as they have, and the digest they make."""
    for room, rows in SIZES:
        tried = replace(facts, room=room, rows=rows)
        page = digest.content(tried)
        if len(digest_page.html(page).encode()) <= digest_page.LIMIT:
            break
    return tried, page
