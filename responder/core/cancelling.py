"""
Whether a buyer's own words ask to cancel an order, and what the seller should do then.

A hint for a person, by words that are data (responder/data/cancelling.yaml). Cancelling because of a message counts
against the seller; the buyer's own request in Your Orders does not (rule L30, Seller Central help G201722390).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from responder.core import phrases
from responder.core.amazon import CancelWords
from responder.core.speech import say

MAX_TEXT = 8_192
"""Characters of one message that are looked at: who wants to cancel says so before that."""
MAX_SENTENCES = 200


@dataclass(frozen=True, slots=True)
class Hint:
    """The words that ask to cancel, as a row of `language` lists them."""

    language: str
    words: str


@dataclass(frozen=True, slots=True)
class Wish:
    """
    A buyer asked in a message to cancel, and what is known of the order.

    `requested_at`: when Amazon's own request came, which the buyer started in Your Orders.
    """

    hint: Hint
    requested_at: datetime | None = None
    shipped: bool = False


def advice(wish: Wish, order_id: str | None, requested: str = "") -> str:
    """Return what to do; `order_id` is one that may stand in a command, `requested` the time of Amazon's request."""
    if wish.shipped:
        return say("asks to cancel, and the order is already shipped: offer the return instead")
    if wish.requested_at is not None:
        return _by_request(requested)
    path = say(
        "asks to cancel: answer with the official path, Your Account > Your Orders > Request cancellation;"
        " cancelling on a chat request counts against you (rule L30)"
    )
    if order_id is None:
        return path
    command = f"responder preview cancellation_answer --order {order_id}"
    return say("{advice}; a draft: {command}", advice=path, command=command)


def _by_request(came: str) -> str:
    if not came:
        return say(
            "asks to cancel: Amazon's cancellation request is there, cancel in Seller Central with the reason"
            " “buyer cancelled”"
        )
    return say(
        "asks to cancel: Amazon's cancellation request of {time} is there, cancel in Seller Central with the reason"
        " “buyer cancelled”",
        time=came,
    )


def asks_to_cancel(text: str | None, language: str | None, rows: Sequence[CancelWords]) -> Hint | None:
    """
    Return what in `text` asks to cancel an order; `language` is that of the store, whose row is looked at first.

    In whichever language a sentence asks, one negation of that language is enough for it not to count.
    """
    ordered = sorted(rows, key=lambda row: row.language != language)
    for sentence in islice(phrases.sentences((text or "")[:MAX_TEXT]), MAX_SENTENCES):
        hints = list(_hints(sentence, ordered))
        if hints and None not in hints:
            return hints[0]
    return None


def _hints(sentence: str, rows: Sequence[CancelWords]) -> Iterator[Hint | None]:
    """Yield a hint for each language in which the sentence speaks of cancelling an order; None where it says not to."""
    for row in rows:
        words = phrases.found(row.asks, sentence)
        if words is None and phrases.found(row.order, sentence):
            words = phrases.found(row.cancel, sentence)
        if words is not None:
            yield None if phrases.found(row.never, sentence) else Hint(row.language, words)
