"""
How Amazon decided a claim or a dispute, in Amazon's own words.

The buyer's words that a notice quotes decide nothing: a comment, what stands in quotation marks, quoted lines. Where
both outcomes are named, or none, nothing is known. The words are data (responder/data/outcomes.yaml).
"""

import re
from collections.abc import Iterator
from itertools import islice

from responder.core.amazon import Catalogue
from responder.core.amazon_body import MAX_NOTICE
from responder.core.details import is_comment
from responder.core.kinds import NoticeType
from responder.core.message import Message
from responder.core.phrases import found, sentences

GRANTED = "granted"
DENIED = "denied"
DECISIONS = frozenset({NoticeType.A_TO_Z_DECIDED, NoticeType.CHARGEBACK})
_QUOTE = re.compile('["“”„«»「」『』]')
_SENTENCES = 400


def outcome(message: Message, catalogue: Catalogue, notice_type: NoticeType | None) -> str | None:
    """Return "granted" (the buyer gets it) or "denied", where a decision says one of the two."""
    if notice_type not in DECISIONS:
        return None
    said = set(islice(_said(message, catalogue), 2 * _SENTENCES))
    return said.pop() if len(said) == 1 else None


def _said(message: Message, catalogue: Catalogue) -> Iterator[str]:
    text = "\n".join(_amazons_lines(message.text[:MAX_NOTICE], catalogue))
    unquoted = "\n\n".join(map(_unquoted, text.split("\n\n")))
    for sentence in islice(sentences(f"{message.subject}.\n\n{unquoted}"), _SENTENCES):
        for row in catalogue.outcomes:
            if found(row.unless, sentence):
                continue
            if found(row.granted, sentence):
                yield GRANTED
            if found(row.denied, sentence):
                yield DENIED


def _unquoted(paragraph: str) -> str:
    """Return a paragraph without what stands between its first and its last quotation mark: who is quoted may quote."""
    marks = [mark.start() for mark in _QUOTE.finditer(paragraph)]
    return f"{paragraph[: marks[0]]} {paragraph[marks[-1] + 1 :]}" if marks else paragraph


def _amazons_lines(text: str, catalogue: Catalogue) -> Iterator[str]:
    """Yield the lines without quoted ones and without a comment: it ends at a blank line or at the next label."""
    inside = False
    for line in text.split("\n"):
        head, colon, rest = line.partition(":")
        if is_comment(head, catalogue.labels) and (colon or not rest):
            inside = True
        elif inside and (not line.strip() or (colon and len(head) <= 40)):
            inside = False
        if not inside and not line.lstrip().startswith(">"):
            yield line
