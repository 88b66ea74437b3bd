"""
Amazon's communication rules as checks on a finished mail (Communication Guidelines, in force since November 2020).

Rules, words and hosts live in `data/policy.yaml`; a finding names the rule, the line and the way out. The buyer's
quoted words are never judged: `check` is given the body without its quotation, `finished` leaves it out.
"""

from responder.core.policy.checking import check, has_errors
from responder.core.policy.finished import finished, own_words
from responder.core.policy.links import contacts_in
from responder.core.policy.text import written_in
from responder.core.policy.values import (
    ERROR,
    KINDS,
    PROACTIVE,
    WARNING,
    AttachmentRules,
    Finding,
    OrderKnown,
    Row,
    Rules,
    WordRule,
)
from responder.core.policy.words import present, spans

__all__ = [
    "ERROR",
    "KINDS",
    "PROACTIVE",
    "WARNING",
    "AttachmentRules",
    "Finding",
    "OrderKnown",
    "Row",
    "Rules",
    "WordRule",
    "check",
    "contacts_in",
    "finished",
    "has_errors",
    "own_words",
    "present",
    "spans",
    "written_in",
]
