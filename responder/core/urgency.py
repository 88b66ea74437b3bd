"""
Which notices need a person who confirms that they were seen.

A row of the catalogue says so, or the type does. What nobody knows yet does where its words hint at trouble
(responder/data/trouble.yaml): a suspended account must not wait in a list because its words were new.
"""

from responder.core import phrases
from responder.core.amazon import Catalogue
from responder.core.amazon_body import MAX_NOTICE
from responder.core.folding import folded
from responder.core.kinds import Kind, NoticeType
from responder.core.message import Message
from responder.core.outcomes import GRANTED
from responder.core.senders import Finding

URGENT = frozenset(
    {
        NoticeType.A_TO_Z_OPENED,
        NoticeType.A_TO_Z_INFORMATION,
        NoticeType.CHARGEBACK,
        NoticeType.PERFORMANCE,
        NoticeType.POLICY,
        NoticeType.NEGATIVE_FEEDBACK,
    }
)


def is_urgent(message: Message, catalogue: Catalogue, found: Finding, outcome: str | None) -> bool:
    """Return whether a person must confirm the notice; a claim that was granted has a window for an appeal."""
    if found.kind is not Kind.NOTICE:
        return False
    if found.urgent:
        return True
    if found.settled:
        return False
    if found.notice_type in URGENT or (found.notice_type is NoticeType.A_TO_Z_DECIDED and outcome == GRANTED):
        return True
    # Where a row knows the wording, it says enough, whatever the type's name is.
    return found.new_kind is not None and not found.worded and trouble(message, catalogue) is not None


def trouble(message: Message, catalogue: Catalogue) -> str | None:
    """Return the word of the message that hints at trouble."""
    subject, text = folded(message.subject), folded(message.text[:MAX_NOTICE])
    hints = (phrases.found(row.subject, subject) or phrases.found(row.text, text) for row in catalogue.trouble)
    return next((hint for hint in hints if hint), None)
