"""
The digest's vocabulary, and what several of its parts ask of the facts.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from responder.core import wording
from responder.core.digest.facts import ROWS, DigestFacts, OpenThread
from responder.core.message import clean
from responder.core.metrics.values import Level
from responder.core.speech import current, noted, say, several

UNPROVEN = 5
SHELL_SAFE = re.compile(r"[A-Za-z0-9_.@:+-]{1,80}", re.ASCII)
"""What may stand in a command to type: a key comes from a mail."""

KINDS = {
    "acknowledgement": noted("acknowledgement"),
    "feedback_request": noted("feedback request"),
    "invoice": noted("invoice mail"),
    "delay_notice": noted("delay notice"),
    "alert": noted("alert to you"),
    "digest": noted("digest"),
}
STATES = {
    "held": noted("Held back"),
    "ambiguous": noted("Sent or not?"),
    "refused": noted("Refused"),
}
CLOSED = {
    "weekend": noted("weekend"),
    "holiday": noted("public holiday"),
    "closure": noted("closed by you"),
    "outside_hours": noted("closed"),
}
NOTICES = {
    "a_to_z_opened": noted("A-to-z claim opened"),
    "a_to_z_decided": noted("A-to-z claim decided"),
    "a_to_z_information": noted("A-to-z claim: information wanted"),
    "chargeback": noted("Chargeback"),
    "return_request": noted("Return request"),
    "refund": noted("Refund"),
    "cancellation_request": noted("Cancellation request"),
    "opt_out": noted("Buyer opted out"),
    "message_refused": noted("Message refused"),
    "negative_feedback": noted("Negative feedback"),
    "performance": noted("Performance"),
    "policy": noted("Policy"),
    "order": noted("Order"),
    "payment": noted("Payment"),
    "listing": noted("Listing"),
    "fba": noted("FBA"),
}
OUTCOMES = {"granted": noted("granted"), "denied": noted("denied")}


def language_name(code: str | None) -> str:
    """Return the language's name in the one that is spoken; nothing for a code that CLDR does not know."""
    name: str = current().locale.languages.get(code or "", "")
    return name


def kind_name(kind: str) -> str:
    """Return what a mail of ours is."""
    return say(KINDS[kind]) if kind in KINDS else kind


def kinds_counted(kind: str, number: int) -> str:
    """Return `2 acknowledgements`."""
    match kind:
        case "acknowledgement":
            return several(number, "{n} acknowledgement", "{n} acknowledgements")
        case "feedback_request":
            return several(number, "{n} feedback request", "{n} feedback requests")
        case "invoice":
            return several(number, "{n} invoice mail", "{n} invoice mails")
        case "delay_notice":
            return several(number, "{n} delay notice", "{n} delay notices")
        case "alert":
            return several(number, "{n} alert to you", "{n} alerts to you")
        case "digest":
            return several(number, "{n} digest", "{n} digests")
        case _:
            return f"{number} {kind}"


def state_name(state: str) -> str:
    """Return what has become of a mail that waits for a person."""
    return say(STATES[state]) if state in STATES else state


def release_words(state: str) -> str:
    """Return what releasing such a mail does."""
    return say("if it is not in your Sent folder, send it again") if state == "ambiguous" else say("send it")


def closed_name(kind: str) -> str:
    """Return why nobody works on a day."""
    return say(CLOSED[kind]) if kind in CLOSED else kind


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
        or facts.outages
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
    return clean(marketplace, 40) if marketplace else say("marketplace unknown")


def order_title(number: str | None) -> str:
    """Return the title of a row about an order."""
    return say("Order {number}", number=number) if number else say("Order (no number)")


def few(facts: DigestFacts, most: int) -> int:
    """Return how many of at most so many rows are shown, where a full digest leaves less room than usual."""
    return most if facts.rows >= ROWS else max(most * facts.rows // ROWS, 1)


def more(number: int, command: str, shown: int = ROWS) -> str:
    """Return how many rows are not shown and where they are; nothing when all are."""
    return and_more(number - shown, command)


def and_more(number: int, command: str) -> str:
    """Return `and 3 more: responder threads`; nothing when there are none."""
    return several(number, "and {n} more: {command}", "and {n} more: {command}", command=command) if number > 0 else ""


def capped(lines: Sequence[str], command: str, shown: int = ROWS) -> tuple[str, ...]:
    """Return at most so many lines and what is left out."""
    rest = more(len(lines), command, shown)
    return (*lines[:shown], rest) if rest else tuple(lines)


def full(facts: DigestFacts, at: datetime) -> str:
    """Return an instant with its date."""
    return f"{wording.short_day(at.astimezone(facts.zone).date())} {wording.clock(at, facts.zone)}"
