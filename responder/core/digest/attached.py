"""
What a message is when it has no words, and what came with it, by name.

Names are the sender's: they are cleaned and cut here, and never anything but shown.
"""

from collections.abc import Sequence

from responder.core.message import Attachment, clean
from responder.core.speech import say, several

SHOWN = 5
_NAME = 60


def snippet(text: str | None, attachments: Sequence[Attachment], limit: int) -> str:
    """Return the beginning of the buyer's words; without any, what the message consists of."""
    words = " ".join((text or "").split())[:limit]
    if words:
        return words
    if not attachments:
        return say("(no words)")
    photos = all(each.content_type.startswith("image/") for each in attachments)
    number, listed = len(attachments), names([each.name for each in attachments])
    if photos:
        return several(
            number, "(no words, only {n} photo: {names})", "(no words, only {n} photos: {names})", names=listed
        )
    return several(number, "(no words, only {n} file: {names})", "(no words, only {n} files: {names})", names=listed)


def names(attached: Sequence[str]) -> str:
    """Return the names as one list, the first ones where there are many."""
    shown = ", ".join(clean(name, _NAME) or say("without a name") for name in attached[:SHOWN])
    rest = len(attached) - SHOWN
    more = several(rest, "{names} and {n} more", "{names} and {n} more", names=shown)
    return more if rest > 0 else shown
