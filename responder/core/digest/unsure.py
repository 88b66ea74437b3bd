"""
An answer that closed no thread, as a row that asks a person.
"""

from responder.core import wording
from responder.core.digest.facts import DigestFacts, MayBeAnswered, Unsure
from responder.core.digest.page import Item
from responder.core.digest.words import place
from responder.core.message import clean
from responder.core.speech import say, several

SHOWN = 5


def item(facts: DigestFacts, unsure: Unsure) -> Item:
    """Return the row: when it was written, which threads it may belong to, and what to type for each."""
    shown = unsure.threads[:SHOWN]
    rest = len(unsure.threads) - len(shown)
    written = wording.moment(unsure.at, facts.now, facts.zone)
    return Item(
        when=say("Unsure: please check"),
        left=say("answer of {time}", time=written),
        urgency="soon",
        title=" / ".join(clean(each.subject, 60) or say("(no subject)") for each in shown),
        details=(*map(_which, shown), *([several(rest, "and {n} more", "and {n} more")] if rest else [])),
        note=clean(unsure.why, 300),
        commands=tuple(
            (say("it answered no. {number}", number=each.id), f"responder thread {each.id} answered") for each in shown
        ),
    )


def _which(thread: MayBeAnswered) -> str:
    order = wording.order_number(thread.order_id)
    return " ".join(part for part in (say("no. {number}:", number=thread.id), place(thread.marketplace), order) if part)
