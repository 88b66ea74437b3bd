"""
Which messages wait again when an answer did not arrive: those it answered and nothing else settles.

When in doubt a message waits: an answer too many costs a minute, a buyer who heard nothing costs the deadline.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Written:
    """A buyer's message: `known` numbers what we learned, in order; `flagged`: a mail program shows it as answered."""

    at: datetime
    known: int
    message_id: str | None = None
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """
    A person's word about a thread: it speaks of the messages known then.

    That it is answered may rest on the answer that came back; that it needs none (`needless`) rests on no answer.
    """

    at: datetime
    known: int
    needless: bool = False


def uncovered(
    messages: Sequence[Written],
    answer_at: datetime,
    reported_at: datetime,
    *,
    standing: Collection[datetime] = (),
    words: Collection[Word] = (),
    replied_to: Collection[str] = (),
) -> tuple[datetime, ...]:
    """
    Return the arrivals of the messages that wait again, the oldest first.

    `standing` are the answers that did arrive; `replied_to` the messages that answers which came back refer to.
    """
    covered_until = max(standing, default=None)
    heard = [word for word in words if word.needless or stands(word.at, answer_at, reported_at)]
    return tuple(
        sorted(
            message.at
            for message in messages
            if message.at <= answer_at
            and (covered_until is None or message.at > covered_until)
            and not any(word.known > message.known and word.at >= message.at for word in heard)
            # The flag was set by another answer than the one that came back.
            and not (message.flagged and replied_to and message.message_id not in replied_to)
        )
    )


def stands(word_at: datetime, answer_at: datetime, reported_at: datetime) -> bool:
    """Return whether the word "answered" still counts: given before its person knew of the report it may rest on it."""
    return not answer_at <= word_at < reported_at
