"""
What a mail from an Amazon sender is about when no header says it: its sender's local part, its subject, a set sentence.

Only used for senders at Amazon's own domains, so that no buyer can write a notice.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from responder.core.addresses import Address
from responder.core.amazon import Catalogue, SenderRule, SubjectRule
from responder.core.amazon_body import MAX_NOTICE
from responder.core.folding import folded
from responder.core.kinds import Kind, NoticeType
from responder.core.message import Message


@dataclass(frozen=True, slots=True)
class Guess:
    """
    What sender and subject say, with the rule it rests on in words; not `known` when no rule says what it is.

    `worded`: a row of the wording said it, not the sender alone. `urgent`: that row wants a person to confirm it.
    """

    kind: Kind
    notice_type: NoticeType | None
    why: str
    language: str | None
    known: bool = True
    settled: bool = False
    urgent: bool = False
    worded: bool = False


def guess(message: Message, sender: Address, catalogue: Catalogue) -> Guess:
    """Return what the first fitting rule says, subjects before senders; a notice of no known type when none fits."""
    local = sender.local.lower()
    subject, text = folded(message.subject), folded(message.text[:MAX_NOTICE])
    rule = next((rule for rule in catalogue.senders if rule.local == local and _covers(rule, sender.domain)), None)
    for row in catalogue.subjects:
        if rule is not None and rule.news and not row.senders:
            continue
        if _fits(row, local, subject, text):
            what = f"subject has {row.subject.strip()!r}" if row.subject else f"text has {row.body!r}"
            found = _guess(row.kind, row.notice_type, f"from {sender.spec}, {what}", row.language)
            return replace(found, settled=row.settled, urgent=row.urgent, worded=True)
    if rule is None:
        return replace(_guess(Kind.NOTICE, None, f"from {sender.spec}, which nobody knows yet", None), known=False)
    says = rule.notice_type is not None or rule.kind != Kind.NOTICE
    why = f"from {sender.spec}" if says else f"from {sender.spec}, which is used for many things"
    found = _guess(rule.kind, rule.notice_type, why, None)
    return replace(found, known=says, settled=rule.settled or rule.news, urgent=rule.urgent)


def language_of(message: Message, catalogue: Catalogue) -> str | None:
    """Return the language in which Amazon worded the subject, or a sentence of the text, where a row knows it."""
    subject, text = folded(message.subject), folded(message.text[:MAX_NOTICE])
    rows = (row for row in catalogue.subjects if row.language)
    return next((row.language for row in rows if _worded(row, subject, text)), None)


def name_in_subject(message: Message, catalogue: Catalogue) -> str | None:
    """Return the buyer's name at the end of the subject of an answer's copy."""
    subject = message.subject
    for words in (row.subject.strip() for row in catalogue.subjects if row.name_follows and row.subject):
        # Not by places in the lower case: "İ" is two characters there.
        found = re.search(re.escape(words), subject, re.IGNORECASE)
        if found:
            return subject[found.end() :].strip() or None
    return None


def _guess(kind: str, notice_type: str | None, why: str, language: str | None) -> Guess:
    notice = NoticeType(notice_type or NoticeType.OTHER) if kind == Kind.NOTICE else None
    return Guess(Kind(kind), notice, why, language)


def _covers(rule: SenderRule, domain: str) -> bool:
    return not rule.domains or domain in rule.domains


def _fits(row: SubjectRule, local: str, subject: str, text: str) -> bool:
    if row.senders and local not in row.senders:
        return False
    return _worded(row, subject, text)


def _worded(row: SubjectRule, subject: str, text: str) -> bool:
    return _row_folded(row.subject) in subject if row.subject else bool(row.body) and _row_folded(row.body) in text


@lru_cache(maxsize=1_024)
def _row_folded(text: str) -> str:
    return folded(text)
