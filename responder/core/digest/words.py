"""
The digest's vocabulary, and what several of its parts ask of the facts.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from responder.core import wording
from responder.core.digest.facts import DigestFacts, OpenThread
from responder.core.message import clean
from responder.core.metrics.values import Level

UNPROVEN = 5
SHELL_SAFE = re.compile(r"[A-Za-z0-9_.@:+-]{1,80}", re.ASCII)
"""What may stand in a command to type: a key comes from a mail."""
ROWS = 40  # Gmail cuts a mail at about 102 KB; a row of the HTML part takes about 1 KB

LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
    "tr": "Turkish",
}
KINDS = {
    "acknowledgement": ("acknowledgement", "acknowledgements"),
    "feedback_request": ("feedback request", "feedback requests"),
    "invoice": ("invoice mail", "invoice mails"),
    "delay_notice": ("delay notice", "delay notices"),
    "alert": ("alert to you", "alerts to you"),
    "digest": ("digest", "digests"),
}
STATES = {  # what it is, and what releasing it does
    "held": ("Held back", "send it"),
    "ambiguous": ("Sent or not?", "if it is not in your Sent folder, send it again"),
    "refused": ("Refused", ""),
}
CLOSED = {"weekend": "weekend", "holiday": "public holiday", "closure": "closed by you", "outside_hours": "closed"}
NOTICES = {
    "a_to_z_opened": "A-to-z claim opened",
    "a_to_z_decided": "A-to-z claim decided",
    "a_to_z_information": "A-to-z claim: information wanted",
    "chargeback": "Chargeback",
    "return_request": "Return request",
    "refund": "Refund",
    "cancellation_request": "Cancellation request",
    "opt_out": "Buyer opted out",
    "message_refused": "Message refused",
    "negative_feedback": "Negative feedback",
    "performance": "Performance",
    "policy": "Policy",
    "order": "Order",
    "payment": "Payment",
    "listing": "Listing",
    "fba": "FBA",
}


def is_all_clear(facts: DigestFacts) -> bool:
    """Return whether nothing in the digest asks for a person."""
    news = (
        facts.threads
        or facts.decisions
        or facts.unsure
        or facts.notices
        or facts.new_kinds
        or not facts.bad_feedback.is_empty
        or not facts.late.is_empty
        or not facts.orders.is_empty
        or any(rate.level in (Level.OVER, Level.WARNING) for rate in facts.rates)
        or facts.problems
        or facts.outage
    )
    return not (news or facts.calendar_changes)


def soon_until(facts: DigestFacts) -> datetime:
    """Return where `soon` ends: at the next digest, or after a day."""
    return facts.next_digest_at or facts.now + timedelta(hours=24)


def past_due(facts: DigestFacts, threads: Sequence[OpenThread]) -> list[OpenThread]:
    """Return the threads that are overdue."""
    return [thread for thread in threads if thread.answer_by_at < facts.now]


def due_soon(facts: DigestFacts, threads: Sequence[OpenThread]) -> list[OpenThread]:
    """Return the threads that are due before the next digest."""
    return [thread for thread in threads if facts.now <= thread.answer_by_at < soon_until(facts)]


def place(marketplace: str | None) -> str:
    """Return the marketplace's name."""
    return clean(marketplace, 40) if marketplace else "marketplace unknown"


def more(number: int, command: str) -> str:
    """Return how many rows are not shown and where they are; nothing when all are."""
    return f"and {number - ROWS} more: {command}" if number > ROWS else ""


def capped(lines: Sequence[str], command: str) -> tuple[str, ...]:
    """Return at most `ROWS` lines and what is left out."""
    rest = more(len(lines), command)
    return (*lines[:ROWS], rest) if rest else tuple(lines)


def full(facts: DigestFacts, at: datetime) -> str:
    """Return an instant with its date."""
    return f"{wording.short_day(at.astimezone(facts.zone).date())} {wording.clock(at, facts.zone)}"
