"""
Amazon's own mark that a buyer's message needs no answer, where a row of the catalogue knows its words.

It stops a clock, so it counts on a verified mail only, and only in the subject or in Amazon's own words: a buyer cannot
write it.
"""

from responder.core.amazon import Catalogue
from responder.core.folding import folded
from responder.core.kinds import Authentic, Verdict
from responder.core.message import Message
from responder.core.own_words import frame


def amazons_mark(message: Message, catalogue: Catalogue, judged: Verdict) -> str | None:
    """Return in words which mark the message carries, or None."""
    if not catalogue.no_response or judged.authentic is not Authentic.PASS:
        return None
    places = {"subject": folded(message.subject) if judged.vouches_for("subject") else ""}
    places["frame"] = folded(frame(message, catalogue))
    for row in catalogue.no_response:
        if folded(row.phrase) in places[row.where]:
            place = "the subject" if row.where == "subject" else "Amazon's own words"
            return f"“{row.phrase}” in {place}"
    return None
