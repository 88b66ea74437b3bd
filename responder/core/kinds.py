"""
The words for what a mail is: kinds, notice types, authenticity.

The values are part of the program's outside (`explain --json`): they are never renamed.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a mail is, in one word."""

    BUYER_MESSAGE = "buyer_message"
    NOTICE = "notice"
    ANSWER_COPY = "answer_copy"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    OTHER = "other"


class NoticeType(StrEnum):
    """What a mail from Amazon itself is about."""

    A_TO_Z_OPENED = "a_to_z_opened"
    A_TO_Z_DECIDED = "a_to_z_decided"
    A_TO_Z_INFORMATION = "a_to_z_information"
    CHARGEBACK = "chargeback"
    RETURN_REQUEST = "return_request"
    REFUND = "refund"
    CANCELLATION_REQUEST = "cancellation_request"
    OPT_OUT = "opt_out"
    MESSAGE_REFUSED = "message_refused"
    NEGATIVE_FEEDBACK = "negative_feedback"
    PERFORMANCE = "performance"
    POLICY = "policy"
    ORDER = "order"
    PAYMENT = "payment"
    LISTING = "listing"
    FBA = "fba"
    OTHER = "other"


class Authentic(StrEnum):
    """Whether the mail comes from where it says."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    A judgement on authenticity, and in words what it rests on.

    `signed` are the header fields that the store's DKIM signatures cover, in lower case; None for a mail without any.
    """

    authentic: Authentic
    reason: str
    signed: frozenset[str] | None = None

    def vouches_for(self, header: str) -> bool:
        """Return whether the header may be believed: a signature that leaves it out lets anybody add it."""
        return self.signed is None or header.lower() in self.signed


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """Every address of ours: From, aliases, the operator's; lower-case addr-specs. `names` are our shops' names."""

    addresses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def __contains__(self, spec: str) -> bool:
        return spec.lower() in self.addresses
