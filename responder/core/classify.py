"""
What a mail is: kind, notice type, language, order, authenticity, and the reasons in words.

Header and sender decide, never the body: a buyer may write "Amazon" or "noreply".
"""

from dataclasses import dataclass
from datetime import timedelta

from responder.core.amazon import Catalogue, Marketplace
from responder.core.kinds import Authentic, Kind, NoticeType, OwnAddresses, Verdict
from responder.core.message import Message

__all__ = ["Authentic", "Classified", "Kind", "NoticeType", "OwnAddresses", "Verdict", "classify"]


@dataclass(frozen=True, slots=True)
class Classified:
    """What we understood of one mail. `reasons` say why it is of this kind."""

    kind: Kind
    notice_type: NoticeType | None
    notification_type: str | None
    marketplace: Marketplace | None
    language: str | None
    order_ids: tuple[str, ...]
    buyer_address: str | None
    buyer_alias: str | None
    case_id: str | None
    buyer_name: str | None
    text: str | None
    no_response_link: str | None
    verdict: Verdict
    automatic: tuple[str, ...]
    own: bool
    bounced_message_ids: tuple[str, ...]
    reasons: tuple[str, ...]
    named_deadline: timedelta | None
    error: str | None


def classify(message: Message, catalogue: Catalogue, own: OwnAddresses, authserv_id: str | None) -> Classified:
    """Return what `message` is; `authserv_id` names the server whose Authentication-Results we believe (RFC 8601)."""
    raise NotImplementedError
