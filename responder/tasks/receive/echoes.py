"""
Whether what looks like an answer is our own automatic text: Amazon's copy of it, or one whose marks a server took away;
and whether Amazon's copy is of an answer that is known already.

Our text belongs to a thread, or it is one that nobody asked for: that one is known by its buyer, and by the order that
it always names.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import mails, outbox, proactive, threads
from responder.adapters.store.mails import StoredMail
from responder.adapters.store.outbox import OPERATOR_KINDS, OutboxRow
from responder.core import quoted
from responder.core.amazon import Catalogue
from responder.core.classify import Classified
from responder.core.echo import Echo, Sent, compared
from responder.core.matching import COPIED_WITHIN, is_distinctive, letters
from responder.core.message import Message, parse
from responder.core.own_words import between_markers

_TOKEN = re.compile(r"\[commMgrTok:[^\[\]\n]{0,200}\]", re.IGNORECASE)
"""What Amazon writes into its copies, nobody knows where: no word of a person's."""
Found = tuple[Echo, OutboxRow | None]
"""What the text is, and which mail of ours it repeats."""
_BYTES = 256 * 1024  # our text comes first, an invoice behind it
_ORDERS = 5
_ROWS = 50  # the newest of all those threads: a copy comes soon, and a common name has many threads


@dataclass(frozen=True, slots=True)
class Suspects:
    """Whose mail of ours a text may repeat: that of these threads, and what a buyer was sent without asking."""

    account: str
    threads: frozenset[int]
    alias: str | None = None
    order_ids: tuple[str, ...] = ()


def of_mail(conn: Connection, catalogue: Catalogue, message: Message, suspects: Suspects) -> Found:
    """Compare a mail as it was written with what we sent."""
    return _found(conn, catalogue, _own(message.text, catalogue), suspects, framed=True)


def of_copy(
    conn: Connection, catalogue: Catalogue, message: Message, classified: Classified, suspects: Suspects
) -> Found:
    """Compare what stands in Amazon's copy of an answer with what we sent."""
    words, framed = _copied(message, classified, catalogue)
    return _found(conn, catalogue, words, suspects, framed=framed)


def of_answer(
    conn: Connection,
    catalogue: Catalogue,
    message: Message,
    classified: Classified,
    thread_ids: Collection[int],
    at: datetime,
) -> StoredMail | None:
    """Return the answer, sent by mail a moment before or after `at`, that Amazon's copy holds word for word."""
    words, framed = _copied(message, classified, catalogue)
    said = letters(words)
    for mail in mails.written_in(conn, thread_ids, at - COPIED_WITHIN, at + COPIED_WITHIN):
        written = letters(_own(mail.text or "", catalogue))
        if written and (written == said or (not framed and is_distinctive(written) and written in said)):
            return mail
    return None


def _copied(message: Message, classified: Classified, catalogue: Catalogue) -> tuple[str, bool]:
    """Return the words in Amazon's copy, and whether nothing of Amazon's own is among them."""
    marked = between_markers(message, catalogue)
    words = _own(marked or classified.text or message.text, catalogue)
    return _TOKEN.sub(" ", words), marked is not None


def _found(conn: Connection, catalogue: Catalogue, words: str, suspects: Suspects, *, framed: bool) -> Found:
    worst: Found = (Echo.PERSON, None)
    for row in (*outbox.outbox_of_threads(conn, suspects.threads, _ROWS), *_unasked(conn, suspects)):
        said = compared(words, _sent(row, catalogue), framed=framed) if _left(row) else Echo.PERSON
        if said is Echo.OURS:
            return said, row
        if said is Echo.UNSURE and worst[1] is None:
            worst = said, row
    return worst


def _unasked(conn: Connection, suspects: Suspects) -> tuple[OutboxRow, ...]:
    """Return what these buyers were sent without asking, and what was sent about these orders."""
    aliases = {*threads.aliases(conn, suspects.threads), *([suspects.alias] if suspects.alias else [])}
    orders = suspects.order_ids[:_ORDERS]
    return proactive.rows(conn, suspects.account, aliases=aliases, order_ids=orders, limit=_ROWS)


def _left(row: OutboxRow) -> bool:
    """Return whether the mail may have left us; its bytes are kept for a while only."""
    given = row.sent_at is not None or row.data_started_at is not None
    return given and row.rfc822 is not None and row.kind not in OPERATOR_KINDS


def _sent(row: OutboxRow, catalogue: Catalogue) -> Sent:
    text = parse((row.rfc822 or b"")[:_BYTES]).text
    return Sent(_own(text, catalogue), text)


def _own(text: str, catalogue: Catalogue) -> str:
    """Return what stands above the quoted mail; where nothing does, what stands around it."""
    split = quoted.split(text, catalogue.quotes)
    above = text[: split.at]
    return above if letters(above) else split.own
