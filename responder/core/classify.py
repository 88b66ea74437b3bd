"""
What a mail is: kind, notice type, language, order, authenticity, and the reasons in words.

Header and sender decide, never the body: a buyer may write "Amazon" or "noreply".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from responder.core.amazon import Catalogue, Marketplace, relay_address
from responder.core.amazon_body import (
    MAX_ORDERS,
    buyer_name,
    case_in_link,
    named_limits,
    no_response_link,
    order_ids,
    repeated_store,
)
from responder.core.authenticity import DkimResult, refused, verdict
from responder.core.automatic import INSTANCE_HEADER, automatic_reasons
from responder.core.cancelling import Hint, asks_to_cancel
from responder.core.deadlines import NAMED_BETWEEN, named_deadline
from responder.core.details import details
from responder.core.kinds import Authentic, Kind, NoticeType, OwnAddresses, Verdict
from responder.core.message import Address, Attachment, Message
from responder.core.needless import amazons_mark
from responder.core.notices import language_of
from responder.core.outcomes import outcome
from responder.core.own_words import buyer_words
from responder.core.returned import Report
from responder.core.senders import Finding, from_amazon, from_buyer, from_elsewhere, single_sender
from responder.core.urgency import is_urgent

__all__ = ["Authentic", "Classified", "Kind", "NoticeType", "OwnAddresses", "Verdict", "classify"]


@dataclass(frozen=True, slots=True)
class Classified:
    """
    What we understood of one mail. `reasons` say why it is of this kind.

    `details` are what its text names, ready for JSON: amounts, limits, items, the fields of a return. `new_kind` names
    what of it nobody knows yet, where it comes from Amazon: "type:NAME", "sender:ADDRESS" or "marketplace:ID".
    `settled`: it says how something ended, and has no deadline. `returned`: what a bounce says came back. `needless`:
    how Amazon marked a buyer's message as one that needs no answer. `urgent`: a person must confirm the notice.
    `outcome`: how Amazon decided a claim or a dispute, "granted" to the buyer or "denied", where the notice says so.
    `asks_to_cancel`: the words in a buyer's message that ask to cancel the order.
    """

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
    attachments: tuple[Attachment, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)
    new_kind: str | None = None
    settled: bool = False
    returned: Report | None = None
    needless: str | None = None
    urgent: bool = False
    outcome: str | None = None
    asks_to_cancel: Hint | None = None


def classify(
    message: Message,
    catalogue: Catalogue,
    own: OwnAddresses,
    authserv_id: str | None,
    dkim: DkimResult | None = None,
) -> Classified:
    """
    Return what `message` is, and why we think so.

    `authserv_id` names the server whose Authentication-Results we believe (RFC 8601); `dkim` is what our own check of
    its signature gave (RFC 6376), where one was made.
    """
    sender = single_sender(message)
    judged = _judged(message, sender, catalogue, own, authserv_id, dkim)
    relay = relay_address(sender.spec, catalogue) if sender else None
    automatic = automatic_reasons(message, relay=relay is not None, own=own)
    if message.defects:
        automatic = (*automatic, "unreadable:message")  # what was not read in full is shown to a person, not answered
    ours = message.header(INSTANCE_HEADER) is not None
    if ours and relay is None:
        found = Finding(Kind.AUTOMATIC, "our own automatic mail (X-Responder-Instance)")
    elif sender and relay:
        found = from_buyer(message, sender, relay, catalogue, judged)
    elif sender and catalogue.is_amazon_domain(sender.domain):
        found = from_amazon(message, sender, catalogue, judged)
    else:
        found = from_elsewhere(message, catalogue, own, judged, automatic)
    return _classified(message, catalogue, found, judged, automatic, own, ours=ours)


def _classified(
    message: Message,
    catalogue: Catalogue,
    found: Finding,
    judged: Verdict,
    automatic: tuple[str, ...],
    own: OwnAddresses,
    *,
    ours: bool,
) -> Classified:
    buyer, written = found.buyer, found.kind in (Kind.BUYER_MESSAGE, Kind.ANSWER_COPY)
    store = _store(message, catalogue, found, judged)
    case_id = buyer.case_id if buyer else None
    if case_id is None and found.kind is Kind.BUYER_MESSAGE:
        case_id = case_in_link(message)
    limits = named_limits(message, catalogue) if found.kind is Kind.NOTICE else ()
    tells = found.kind in (Kind.NOTICE, Kind.BUYER_MESSAGE)
    decided = outcome(message, catalogue, found.notice_type)
    text = buyer_words(message, catalogue) or None if written else None
    language = store.language if store else found.language or (language_of(message, catalogue) if tells else None)
    asks = asks_to_cancel(text, language, catalogue.cancelling) if found.kind is Kind.BUYER_MESSAGE else None
    return Classified(
        kind=found.kind,
        notice_type=found.notice_type,
        notification_type=found.notification_type,
        marketplace=store,
        language=language,
        order_ids=_order_ids(message, found),
        buyer_address=buyer.full if buyer else None,
        buyer_alias=buyer.alias if buyer else None,
        case_id=case_id,
        buyer_name=buyer_name(found.name or "", own.names),
        text=text,
        no_response_link=no_response_link(message, catalogue) if found.kind is Kind.BUYER_MESSAGE else None,
        verdict=judged,
        automatic=automatic,
        own=ours,
        bounced_message_ids=found.returned.message_ids if found.returned else (),
        reasons=(found.why, f"{judged.authentic.value}: {judged.reason}"),
        named_deadline=_named_deadline(found, limits),
        error="; ".join(message.defects) or None,
        attachments=message.attachments,
        details=details(message, catalogue, store, limits) if tells else {},
        new_kind=found.new_kind or (_new_store(message, catalogue, judged) if tells else None),
        settled=found.settled,
        returned=found.returned,
        needless=amazons_mark(message, catalogue, judged) if found.kind is Kind.BUYER_MESSAGE else None,
        urgent=judged.authentic is not Authentic.FAIL and is_urgent(message, catalogue, found, decided),
        outcome=decided,
        asks_to_cancel=asks,
    )


def _order_ids(message: Message, found: Finding) -> tuple[str, ...]:
    """Return the orders a mail names; of a delivery report also those of the mail that came back."""
    returned = found.returned.order_ids if found.returned else ()
    return tuple(dict.fromkeys((*order_ids(message), *returned)))[:MAX_ORDERS]


def _named_deadline(found: Finding, limits: tuple[timedelta, ...]) -> timedelta | None:
    """Return the limit that counts; what nobody knows yet may be a warning, so its limit counts meanwhile."""
    counts = found.notice_type in NAMED_BETWEEN or found.new_kind is not None
    return named_deadline(str(found.notice_type), limits) if counts and not found.settled else None


def _new_store(message: Message, catalogue: Catalogue, judged: Verdict) -> str | None:
    """Return the name under which a store nobody knows yet is reported."""
    if not judged.vouches_for("x-marketplace-id"):
        return None
    written = (message.header("x-marketplace-id") or "").strip()
    unknown = re.fullmatch(r"A[A-Z0-9]{9,20}", written, re.ASCII) and catalogue.by_id(written) is None
    return f"marketplace:{written}" if unknown else None


def _judged(
    message: Message,
    sender: Address | None,
    catalogue: Catalogue,
    own: OwnAddresses,
    authserv_id: str | None,
    dkim: DkimResult | None,
) -> Verdict:
    judged = verdict(message, catalogue, authserv_id, dkim)
    if sender and sender.spec in own and not catalogue.is_amazon_domain(sender.domain):
        if refused(message, authserv_id):
            return Verdict(Authentic.FAIL, f"in our own name, and our mail server says dmarc=fail for {sender.domain}")
        # A seller's address often has "amazon" in it: that is no pretence.
        return Verdict(Authentic.UNKNOWN, f"from our own address {sender.spec}, which proves nothing")
    return judged


def _store(message: Message, catalogue: Catalogue, found: Finding, judged: Verdict) -> Marketplace | None:
    """Return the store: by Amazon's header, the relay's domain, a footer link, the sender's domain, or its name."""
    if found.kind in (Kind.OTHER, Kind.BOUNCE, Kind.AUTOMATIC):
        return found.buyer.marketplace if found.buyer else None
    written = catalogue.by_id((message.header("x-marketplace-id") or "").strip())
    # On a notice the store is only shown; on a buyer's message it decides the language and whether we sell there.
    if written is not None and (found.kind is Kind.NOTICE or judged.vouches_for("x-marketplace-id")):
        return written
    if found.buyer is not None:
        return found.buyer.marketplace
    linked = repeated_store(message, catalogue)
    if linked is not None:
        return catalogue.by_id(linked)
    sender = message.from_[0]
    # Notices of every store come from amazon.com; there the display name says which ("Amazon.it").
    named = catalogue.by_name(sender.name.strip().lower())
    domain = catalogue.store_of_domain(sender.domain)
    return named or (None if domain is None or domain.name == "amazon.com" else domain)
