"""
Which thread a mail belongs to, and which messages are one message sent again.

Amazon's threading key is disputed: some observe one case id per matter, others a new one per message. So the same case
id means the same thread, while another case id means nothing. The promise: never a guess between two threads.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from responder.core.threads import AnsweredVia, ThreadState

ALIAS_WITHIN = timedelta(days=30)
"""For how long a buyer's address alone still means the same matter."""
SENT_AGAIN_WITHIN = timedelta(hours=24)
"""For how long the same words about the same order are one message: Amazon re-sends 26 minutes to 10 hours later."""
KEYED_LETTERS = 12
"""Shorter texts ("thanks", "yes please") are written again and again and mean something each time."""
COPIED_WITHIN = timedelta(hours=2)
"""For how long Amazon's copy may still be of an answer that was known another way: it comes minutes after it."""
DISTINCTIVE_LETTERS = 40
"""A shorter text ("where is my order?") comes from many buyers, and from one again when the answer did not help."""

Via = Literal["references", "case", "order", "alias", "name"]
KEYS: tuple[Via, ...] = ("references", "case", "order", "alias", "name")
"""Strongest first. "order" is order and alias on one marketplace; "name" is all that some copies of answers know."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a mail says about the matter it belongs to."""

    references: tuple[str, ...]
    case_id: str | None
    order_id: str | None
    buyer_alias: str | None
    marketplace: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thread that shares one key with the mail; a thread that shares two is two candidates."""

    thread_id: int
    via: Via
    state: ThreadState
    last_message_at: datetime | None
    buyer_name: str | None = None
    order_id: str | None = None
    answered_at: datetime | None = None
    answered_via: AnsweredVia | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """The mail belongs to this thread, known by this key."""

    thread_id: int
    via: Via


@dataclass(frozen=True, slots=True)
class NoMatch:
    """No known thread."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """Several threads fit equally well."""

    thread_ids: tuple[int, ...]


Choice = Matched | NoMatch | Unsure


def text_key(text: str | None) -> str | None:
    """Return a digest of the letters and digits of `text`, the same whatever surrounds them; None for a short text."""
    found = letters(text)
    return sha256(found.encode()).hexdigest() if len(found) >= KEYED_LETTERS else None


def is_distinctive(text: str | None) -> bool:
    """Return whether a text is too long for two people, or one person twice, to write it alike by chance."""
    return len(letters(text)) >= DISTINCTIVE_LETTERS


def letters(text: str | None) -> str:
    """Return what of a text is compared: its letters and digits, without regard to case and width."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text or "").casefold()))


def choose(candidates: Sequence[Candidate], at: datetime, *, order_id: str | None = None) -> Choice:
    """
    Return the thread of a buyer's message.

    Weaker keys only break a tie. Unsure is best met with a new thread: it gets a deadline of its own, while a message
    in the wrong thread would be closed by the answer to another.
    """
    usable = [each for each in candidates if each.via != "name" and _usable(each, at, order_id)]
    return _choice(usable, _narrowed(usable))


def choose_answered(candidates: Sequence[Candidate], at: datetime, *, order_id: str | None = None) -> Choice:
    """Return the thread a person's answer belongs to; among equals, one that waits goes before one that does not."""
    usable = [each for each in candidates if _usable(each, at, order_id)]
    left = _narrowed(usable)
    return _choice(usable, left & _waiting(usable) or left)


def choose_copied(
    candidates: Sequence[Candidate], at: datetime, *, order_id: str | None, buyer_name: str | None
) -> Choice:
    """
    Return the thread that Amazon's copy of an answer belongs to; a name narrows what is equal.

    One that was answered a moment ago waited when the answer was written: the copy may be of that answer.
    """
    usable = [each for each in candidates if _usable(each, at, order_id)]
    left = _narrowed(usable)
    if len(left) > 1 and buyer_name:
        named = {each.thread_id for each in usable if (each.buyer_name or "").casefold() == buyer_name.casefold()}
        left = left & named or left
    waited = _waiting(usable) | {each.thread_id for each in usable if _may_be_copied(each, at)}
    return _choice(usable, left & waited or left)


def _waiting(candidates: Sequence[Candidate]) -> frozenset[int]:
    return frozenset(each.thread_id for each in candidates if each.state is ThreadState.OPEN)


def _may_be_copied(candidate: Candidate, at: datetime) -> bool:
    """Return whether the thread was answered lately, and not known to be so by a copy: that one has come."""
    if candidate.answered_at is None or candidate.answered_via is AnsweredVia.ANSWER_COPY:
        return False
    return abs(at - candidate.answered_at) <= COPIED_WITHIN


def _usable(candidate: Candidate, at: datetime, order_id: str | None) -> bool:
    """Return whether the key counts: an address or a name alone wears off, and yields to an order that differs."""
    if candidate.via not in ("alias", "name"):
        return True
    if order_id and candidate.order_id and order_id != candidate.order_id:
        return False
    return candidate.last_message_at is not None and at - candidate.last_message_at <= ALIAS_WITHIN


def _narrowed(candidates: Sequence[Candidate]) -> frozenset[int]:
    """Return the threads of the strongest key, narrowed by each weaker key that knows some of them."""
    left: frozenset[int] = frozenset()
    for key in KEYS:
        same = frozenset(each.thread_id for each in candidates if each.via == key)
        left = left & same or left or same
    return left


def _choice(candidates: Sequence[Candidate], left: frozenset[int] | set[int]) -> Choice:
    if not left:
        return NoMatch()
    if len(left) > 1:
        return Unsure(tuple(sorted(left)))
    (thread_id,) = left
    via = next(key for key in KEYS if any(each.thread_id == thread_id and each.via == key for each in candidates))
    return Matched(thread_id, via)
