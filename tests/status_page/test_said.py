"""Everything that the pages say themselves is said in the operator's language; what others wrote stays as it is."""

import re
from dataclasses import replace
from typing import Any

from neighbours import looked_at
from neighbours.looked_at import NOW
from words.marked import MARKED, seen, unsaid

from responder.adapters.store import Store, cursors, sending
from responder.core.breaker import Paused
from responder.status_page import Turn

PAGES = (
    *("/", "/?open=0", "/?page=2&refresh=60", "/thread/1", "/thread/4", "/notices", "/notices?open=0"),
    *("/outbox", "/outbox?open=1", "/rates", "/calendar", "/health", "/nothing"),
)
OTHERS = re.compile(
    r"α|Paris|Fermeture|calendars/|Facture|Bonjour|Merci|paiement|@|^main$|^folder:|^report$|^2 to answer$"
)
"""What strangers wrote, and names that the seller gave."""
ENGLISH = re.compile(r'(?s)<(ol|ul) class="(?:story|lines)" lang="en">.*?</\1>\s*</section>')
"""What is told as it is kept."""


async def test_every_sentence_of_every_page_is_said(empty: Store, served: Any) -> None:
    """With something everywhere, and with nothing anywhere; what is kept in English is marked as English."""
    operator = replace(looked_at.facts().operator, speech=MARKED)
    still = looked_at.vitals(Turn("report", 900, 300), Turn("folder:main:inbox", 5, None))
    for fill in (False, True):
        if fill:
            empty.run(looked_at.fill, "α", "α")
            empty.run(sending.pause, Paused(NOW, None), "α")
            empty.run(cursors.begin_attempt, "main", "INBOX", 1, 99, NOW)
            empty.run(cursors.quarantine, "main", "INBOX", 1, 99, "α", NOW)
        async with served(empty, looked_at.facts(operator=operator), still) as page:
            for path in PAGES:
                _, body = await page.get(path)
                left = unsaid(seen(ENGLISH.sub("", body)))
                assert [each for each in left if not OTHERS.search(each)] == [], path
