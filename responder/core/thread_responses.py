"""
What became of each message of a thread, as the state knows it: answered when, at an unknown time, or not at all.

A message that needs no answer is left out. Nothing known later than `until` counts, so a figure of last week is the one
that could have been computed then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from responder.core.response_times import DAY, Asked, Response, responses


@dataclass(frozen=True, slots=True)
class Message:
    """A buyer's message; `flagged`: a mail program shows it as answered, and says no time."""

    mail_id: int
    at: datetime
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """
    What a person, a mark or Amazon said at `at`: the messages up to `covers_until`, or one, need no answer or have one.

    `mail_id` names the one; Amazon speaks of one, whatever was answered before.
    """

    at: datetime
    covers_until: datetime
    needless: bool
    mail_id: int | None = None

    def is_about(self, message: Message) -> bool:
        """Return whether it speaks of this message."""
        return message.mail_id == self.mail_id if self.mail_id is not None else message.at <= self.covers_until


def of_thread(
    messages: Sequence[Message], answers: Iterable[datetime], words: Sequence[Word], until: datetime
) -> tuple[tuple[int, Response], ...]:
    """Return each message of one thread that wants an answer, by its mail, with what became of it by `until`."""
    written = sorted((each for each in messages if each.at <= until), key=lambda each: (each.at, each.mail_id))
    known = sorted(at for at in answers if at <= until)
    said = [word for word in words if word.at <= until]
    wanted = [each for each in written if not _needless(each, known, said)]
    asked = [Asked(each.at, each.at + DAY, marked=_marked(each, said)) for each in wanted]
    found = responses(asked, known)
    return tuple(zip((each.mail_id for each in wanted), found, strict=True))


def _needless(message: Message, answers: Sequence[datetime], words: Sequence[Word]) -> bool:
    """A person's word is about what waited then: a message answered before it keeps its answer."""
    return any(
        word.is_about(message) and (word.mail_id is not None or not _answered(message, answers, word.at))
        for word in words
        if word.needless
    )


def _answered(message: Message, answers: Sequence[datetime], until: datetime) -> bool:
    return any(message.at <= at <= until for at in answers)


def _marked(message: Message, words: Sequence[Word]) -> bool:
    return message.flagged or any(word.is_about(message) for word in words if not word.needless)
