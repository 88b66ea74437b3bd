"""
Why a buyer's message is acknowledged or not: stable codes, and each as a sentence.
"""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Stable codes of why we do or do not acknowledge; scripts and stored decisions rely on them."""

    CLOSED_WEEKEND = "closed_weekend"
    CLOSED_HOLIDAY = "closed_holiday"
    CLOSED_CLOSURE = "closed_closure"
    CLOSED_HOURS = "closed_hours"
    BEFORE_UNATTENDED = "before_unattended"
    LANGUAGE_DETECTED = "language_detected"
    LANGUAGE_FALLBACK = "language_fallback"

    DISABLED = "disabled"
    NOT_BUYER_MESSAGE = "not_buyer_message"
    NOT_AUTHENTIC = "not_authentic"
    NOT_VERIFIED = "not_verified"
    AUTOMATIC = "automatic"
    OWN_MAIL = "own_mail"
    NOT_ADDRESSED_TO_US = "not_addressed_to_us"
    NO_MESSAGE_ID = "no_message_id"
    MARKETPLACE_NOT_OURS = "marketplace_not_ours"
    NO_TEMPLATE = "no_template"
    SUPPRESSED = "suppressed"
    RETURNED = "returned"
    SAME_TEXT = "same_text"
    RECEIVED_IN_OPEN_TIME = "received_in_open_time"
    KIND_NOT_ACKNOWLEDGED = "kind_not_acknowledged"
    OPEN_HOURS = "open_hours"
    OPENED_SINCE = "opened_since"
    NO_OPENING = "no_opening"
    TOO_OLD = "too_old"
    BEFORE_FIRST_START = "before_first_start"
    AFTER_UIDVALIDITY_CHANGE = "after_uidvalidity_change"
    ANSWERED = "answered"
    NO_RESPONSE_NEEDED = "no_response_needed"
    ACKNOWLEDGED_THIS_PERIOD = "acknowledged_this_period"
    BUYER_CAP = "buyer_cap"
    SENDING_STOPPED = "sending_stopped"


@dataclass(frozen=True, slots=True)
class Because:
    """One reason, with the value it rests on."""

    code: Reason
    detail: str = ""


SENTENCES = {
    Reason.CLOSED_WEEKEND: "It came on a day off",
    Reason.CLOSED_HOLIDAY: "It came on a public holiday",
    Reason.CLOSED_CLOSURE: "It came during a closure",
    Reason.CLOSED_HOURS: "It came outside the working hours",
    Reason.BEFORE_UNATTENDED: "It would be overdue before anyone is back, and everybody has left",
    Reason.LANGUAGE_DETECTED: "The buyer surely wrote in this language",
    Reason.LANGUAGE_FALLBACK: "The template is not written in the buyer's language",
    Reason.DISABLED: "Acknowledgements are switched off",
    Reason.NOT_BUYER_MESSAGE: "It is not a buyer's message",
    Reason.NOT_AUTHENTIC: "It does not come from where it says",
    Reason.NOT_VERIFIED: "Nothing proves that it comes from where it says",
    Reason.AUTOMATIC: "A machine wrote it",
    Reason.OWN_MAIL: "It is our own mail",
    Reason.NOT_ADDRESSED_TO_US: "It is not addressed to this account",
    Reason.NO_MESSAGE_ID: "It has no Message-ID to refer to",
    Reason.MARKETPLACE_NOT_OURS: "This account does not sell on its marketplace",
    Reason.NO_TEMPLATE: "The template has no text in its language",
    Reason.SUPPRESSED: "We never write to this buyer or about this order again",
    Reason.RETURNED: "A mail to this buyer came back for good",
    Reason.SAME_TEXT: "The same text came from several addresses",
    Reason.RECEIVED_IN_OPEN_TIME: "It came while somebody was there",
    Reason.KIND_NOT_ACKNOWLEDGED: "Acknowledgements are not wanted in this kind of closed time",
    Reason.OPEN_HOURS: "Somebody is there to answer",
    Reason.OPENED_SINCE: "Somebody has been there since it came",
    Reason.NO_OPENING: "No opening is known, so no date can be promised",
    Reason.TOO_OLD: "It is too old",
    Reason.BEFORE_FIRST_START: "It came before this program was first started",
    Reason.AFTER_UIDVALIDITY_CHANGE: "The mailbox was renumbered, so it may have been seen before",
    Reason.ANSWERED: "A person has answered",
    Reason.NO_RESPONSE_NEEDED: "A person decided that it needs no answer",
    Reason.ACKNOWLEDGED_THIS_PERIOD: "The buyer was told already in this closed time",
    Reason.BUYER_CAP: "The buyer has had enough automatic mail today",
    Reason.SENDING_STOPPED: "Sending to buyers has stopped until a person resumes it",
}


def words(because: Because) -> str:
    """Return the reason as one plain English sentence."""
    sentence = SENTENCES[because.code]
    return f"{sentence}: {because.detail}." if because.detail else f"{sentence}."
