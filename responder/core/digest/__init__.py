"""
What the daily mail says, from plain facts.

Answers come first, by deadline. The text is ready to print: cleaned, in the seller's zone, at most 40 rows a section.
"""

from collections.abc import Iterable, Iterator

from responder.core import wording
from responder.core.digest.attached import snippet
from responder.core.digest.bad_feedback_facts import BadNews, BadRow
from responder.core.digest.facts import (
    ROWS,
    SNIPPET,
    ClosedDay,
    Decision,
    DigestFacts,
    MayBeAnswered,
    Messages,
    NewKind,
    Notice,
    OpenThread,
    Outage,
    Returned,
    SentMail,
    Unsure,
)
from responder.core.digest.head import alarms, footer, headline, preheader, remarks, subject
from responder.core.digest.health_facts import DaemonHealth, Mailbox
from responder.core.digest.late_facts import LateNews
from responder.core.digest.notices import shown_new_kinds, shown_notices
from responder.core.digest.order_facts import HeldBack, LacksInvoice, OrderNews, ToUpload, UnreadReport, upload_by
from responder.core.digest.orders import shown_reports, shown_uploads
from responder.core.digest.page import (
    Column,
    Columns,
    Digest,
    Gauge,
    Group,
    Item,
    Items,
    Lines,
    Picture,
    Section,
    Table,
)
from responder.core.digest.sections import all_clear, sections
from responder.core.digest.words import is_all_clear
from responder.core.speech import current, say
from responder.core.wording import Link

__all__ = [
    "ROWS",
    "SNIPPET",
    "BadNews",
    "BadRow",
    "ClosedDay",
    "Column",
    "Columns",
    "DaemonHealth",
    "Decision",
    "Digest",
    "DigestFacts",
    "Gauge",
    "Group",
    "HeldBack",
    "Item",
    "Items",
    "LacksInvoice",
    "LateNews",
    "Lines",
    "Link",
    "Mailbox",
    "MayBeAnswered",
    "Messages",
    "NewKind",
    "Notice",
    "OpenThread",
    "OrderNews",
    "Outage",
    "Picture",
    "Returned",
    "Section",
    "SentMail",
    "Table",
    "ToUpload",
    "UnreadReport",
    "Unsure",
    "content",
    "shown_new_kinds",
    "shown_notices",
    "shown_reports",
    "shown_uploads",
    "snippet",
    "upload_by",
]

SUBJECT = 90
"""Characters of a subject, without the day and what sets its parts apart."""


def content(facts: DigestFacts) -> Digest:
    """Return what the digest says."""
    threads = sorted(facts.threads, key=lambda thread: (thread.answer_by_at, thread.id))
    trusted = [thread for thread in threads if thread.verified]
    day = facts.now.astimezone(facts.zone).date()
    return Digest(
        subject=" · ".join([*_first(subject(facts, trusted)), wording.short_day(day)]),
        preheader=preheader(facts, trusted),
        heading=headline(facts, trusted),
        subheading=" · ".join([wording.long_day(day), say("all times in {zone}", zone=facts.zone.key)]),
        alarms=tuple(alarms(facts, trusted)),
        remarks=tuple(remarks(facts)),
        sections=tuple(all_clear(facts) if is_all_clear(facts) else sections(facts, threads)),
        footer=tuple(footer(facts)),
        language=current().language,
        colon=wording.labelled("", ""),
    )


def _first(parts: Iterable[str]) -> Iterator[str]:
    """Yield what a list of mails has room for: the first parts are the urgent ones, the first screen has them all."""
    length = 0
    for part in parts:
        length += len(part)
        if length > SUBJECT:
            return
        yield part
