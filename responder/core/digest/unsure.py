"""
An answer that closed no thread, as a row that asks a person.
"""

from responder.core import wording
from responder.core.digest.facts import DigestFacts, MayBeAnswered, Unsure
from responder.core.digest.page import Item
from responder.core.digest.words import place
from responder.core.message import clean

SHOWN = 5


def item(facts: DigestFacts, unsure: Unsure) -> Item:
    """Return the row: when it was written, which threads it may belong to, and what to type for each."""
    shown = unsure.threads[:SHOWN]
    rest = len(unsure.threads) - len(shown)
    written = wording.moment(unsure.at, facts.now, facts.zone)
    return Item(
        when="Unsure: please check",
        left=f"answer of {written}",
        urgency="soon",
        title=" / ".join(clean(each.subject, 60) or "(no subject)" for each in shown),
        details=(*map(_which, shown), *([f"and {rest} more"] if rest else [])),
        note=clean(unsure.why, 300),
        commands=tuple((f"it answered no. {each.id}", f"responder thread {each.id} answered") for each in shown),
    )


def _which(thread: MayBeAnswered) -> str:
    order = wording.order_number(thread.order_id)
    return " ".join(part for part in (f"no. {thread.id}:", place(thread.marketplace), order) if part)
