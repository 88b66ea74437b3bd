"""
What a mail is: kind, notice type, language, order, authenticity, and the reasons in words.

Header and sender decide, never the body: a buyer may write "Amazon" or "noreply".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from responder.core.amazon import Catalogue, Marketplace, NotificationType, RelayAddress, relay_address
from responder.core.amazon_body import (
    MAX_ORDERS,
    buyer_name,
    case_in_link,
    named_limits,
    no_response_link,
    order_ids,
    relay_in_body,
    repeated_store,
    repeated_type,
)
from responder.core.authenticity import DkimResult, verdict
from responder.core.automatic import BUYER_MESSAGE_TYPE, INSTANCE_HEADER, automatic_reasons
from responder.core.deadlines import NAMED_BETWEEN, named_deadline
from responder.core.details import details
from responder.core.kinds import Authentic, Kind, NoticeType, OwnAddresses, Verdict
from responder.core.message import Address, Attachment, Message
from responder.core.notices import guess, language_of, name_in_subject
from responder.core.own_words import buyer_words
from responder.core.returned import bounced_message_ids, is_failure_report, report

__all__ = ["Authentic", "Classified", "Kind", "NoticeType", "OwnAddresses", "Verdict", "classify"]


@dataclass(frozen=True, slots=True)
class Classified:
    """
    What we understood of one mail. `reasons` say why it is of this kind.

    `details` are what its text names, ready for JSON: amounts, limits, items, the fields of a return. `new_kind` names
    what of it nobody knows yet, where it comes from Amazon: "type:NAME", "sender:ADDRESS" or "marketplace:ID".
    `settled`: it says how something ended, and has no deadline.
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


@dataclass(frozen=True, slots=True)
class _Finding:
    """What the sender and the headers make of a mail."""

    kind: Kind
    why: str
    notice_type: NoticeType | None = None
    buyer: RelayAddress | None = None
    name: str | None = None
    notification_type: str | None = None
    language: str | None = None
    new_kind: str | None = None
    settled: bool = False


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
    sender = _single_sender(message)
    judged = _judged(message, sender, catalogue, own, authserv_id, dkim)
    relay = relay_address(sender.spec, catalogue) if sender else None
    automatic = automatic_reasons(message, relay=relay is not None, own=own)
    if message.defects:
        automatic = (*automatic, "unreadable:message")  # what was not read in full is shown to a person, not answered
    ours = message.header(INSTANCE_HEADER) is not None
    if ours and relay is None:
        found = _Finding(Kind.AUTOMATIC, "our own automatic mail (X-Responder-Instance)")
    elif sender and relay:
        found = _from_buyer(message, sender, relay, catalogue, judged)
    elif sender and catalogue.is_amazon_domain(sender.domain):
        found = _from_amazon(message, sender, catalogue, judged)
    else:
        found = _from_elsewhere(message, catalogue, own, judged, automatic)
    return _classified(message, catalogue, found, judged, automatic, own, ours=ours)


def _classified(
    message: Message,
    catalogue: Catalogue,
    found: _Finding,
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
    return Classified(
        kind=found.kind,
        notice_type=found.notice_type,
        notification_type=found.notification_type,
        marketplace=store,
        language=store.language if store else found.language or (language_of(message, catalogue) if tells else None),
        order_ids=_order_ids(message, found),
        buyer_address=buyer.full if buyer else None,
        buyer_alias=buyer.alias if buyer else None,
        case_id=case_id,
        buyer_name=buyer_name(found.name or "", own.names),
        text=buyer_words(message, catalogue) or None if written else None,
        no_response_link=no_response_link(message, catalogue) if found.kind is Kind.BUYER_MESSAGE else None,
        verdict=judged,
        automatic=automatic,
        own=ours,
        bounced_message_ids=bounced_message_ids(message) if found.kind is Kind.BOUNCE else (),
        reasons=(found.why, f"{judged.authentic.value}: {judged.reason}"),
        named_deadline=_named_deadline(found, limits),
        error="; ".join(message.defects) or None,
        attachments=message.attachments,
        details=details(message, catalogue, store, limits) if tells else {},
        new_kind=found.new_kind or (_new_store(message, catalogue, judged) if tells else None),
        settled=found.settled,
    )


def _order_ids(message: Message, found: _Finding) -> tuple[str, ...]:
    """Return the orders a mail names; of a delivery report also those of the mail that came back."""
    returned = report(message) if found.kind is Kind.BOUNCE else None
    return tuple(dict.fromkeys((*order_ids(message), *(returned.order_ids if returned else ()))))[:MAX_ORDERS]


def _named_deadline(found: _Finding, limits: tuple[timedelta, ...]) -> timedelta | None:
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
        # A seller's address often has "amazon" in it: that is no pretence.
        return Verdict(Authentic.UNKNOWN, f"from our own address {sender.spec}, which proves nothing")
    return judged


def _single_sender(message: Message) -> Address | None:
    """Return the From address when there is exactly one that is plain; anything else is nobody's mail."""
    return message.from_[0] if len(message.from_) == 1 and message.from_[0].spec else None


def _from_buyer(
    message: Message, sender: Address, relay: RelayAddress, catalogue: Catalogue, judged: Verdict
) -> _Finding:
    """Return a buyer message, whatever else it carries: an automatic one is tracked too, only not answered."""
    why = f"From is a buyer's relay address at {relay.marketplace.relay_domain}"
    answer_to = _answer_to(message, catalogue, judged)
    if relay.case_id is None and answer_to is not None and answer_to.alias == relay.alias:
        relay = answer_to  # the case id stands in From or in Reply-To; any other Reply-To is ignored
    written = _header_type(message)
    lost = message.header("x-space-notification-type") is None
    if lost and repeated_type(message) == BUYER_MESSAGE_TYPE:  # no other: the buyer can write links too
        written = BUYER_MESSAGE_TYPE
    if written and written != BUYER_MESSAGE_TYPE:
        why += f", though its type is {written}"
    return _Finding(Kind.BUYER_MESSAGE, why, buyer=relay, name=sender.name, notification_type=written)


def _answer_to(message: Message, catalogue: Catalogue, judged: Verdict) -> RelayAddress | None:
    """Return the one buyer's address in Reply-To, where that header may be believed."""
    if len(message.reply_to) != 1 or not judged.vouches_for("reply-to"):
        return None
    return relay_address(message.reply_to[0].spec, catalogue)


def _from_amazon(message: Message, sender: Address, catalogue: Catalogue, judged: Verdict) -> _Finding:
    """Return what Amazon itself wrote: by its type, else by sender and subject, else a notice of no known type."""
    written = _header_type(message)
    if not judged.vouches_for("x-space-notification-type") and _moves_something(written, catalogue):
        written = None  # anybody may have added it on top of a genuine mail; the footer's copy is signed with the body
    repeated = None if written else repeated_type(message)
    known = catalogue.notification_type(written or repeated or "")
    where = "X-Space-Notification-Type" if written else "its type, repeated in a footer link,"
    if known is not None and known.kind == Kind.BUYER_MESSAGE:
        return _for_a_buyer(message, sender, catalogue, known.name, judged)
    if known is None and is_failure_report(message):
        return _Finding(Kind.BOUNCE, f"a delivery report from {sender.domain}")
    if known is not None:
        found = _Finding(
            Kind(known.kind), f"{where} is {known.name}", _notice_type(known), notification_type=known.name
        )
    else:
        found = _guessed(message, sender, catalogue, written or repeated)
    if found.kind is Kind.ANSWER_COPY:
        return replace(found, name=name_in_subject(message, catalogue))
    return replace(found, buyer=relay_in_body(message, catalogue)) if found.notice_type is NoticeType.OPT_OUT else found


def _guessed(message: Message, sender: Address, catalogue: Catalogue, unknown_type: str | None) -> _Finding:
    """Return what sender and subject say; what has a type or a sender that nobody knows yet is reported once."""
    guessed = guess(message, sender, catalogue)
    new_kind = None
    if unknown_type is not None:
        new_kind = f"type:{unknown_type}"
    elif not guessed.known:
        new_kind = f"sender:{sender.spec.lower()}"
    return _Finding(
        guessed.kind,
        guessed.why,
        guessed.notice_type,
        notification_type=unknown_type,
        language=guessed.language,
        new_kind=new_kind,
        settled=guessed.settled,
    )


def _for_a_buyer(
    message: Message, sender: Address, catalogue: Catalogue, notification_type: str, judged: Verdict
) -> _Finding:
    """Return a buyer message that Amazon sends itself: one relay address in Reply-To says whom an answer reaches."""
    relay = _answer_to(message, catalogue, judged)
    if relay is None:
        why = f"{notification_type} from {sender.domain}, but without a buyer's address"
        return _Finding(Kind.NOTICE, why, NoticeType.OTHER, notification_type=notification_type)
    why = f"{notification_type} from {sender.domain}, Reply-To is a buyer's relay address"
    name = message.reply_to[0].name
    return _Finding(Kind.BUYER_MESSAGE, why, buyer=relay, name=name, notification_type=notification_type)


def _notice_type(known: NotificationType) -> NoticeType | None:
    return NoticeType(known.notice_type or "other") if known.kind == Kind.NOTICE else None


def _from_elsewhere(
    message: Message, catalogue: Catalogue, own: OwnAddresses, judged: Verdict, automatic: tuple[str, ...]
) -> _Finding:
    sender = _single_sender(message)
    if is_failure_report(message):
        return _Finding(Kind.BOUNCE, "a delivery report that says an address failed (RFC 3464)")
    if sender and sender.spec in own:
        return _passed_on(message, catalogue) or _written_by_us(message, catalogue)
    if judged.authentic is Authentic.FAIL:
        return _Finding(Kind.OTHER, "not from Amazon, though it may look so")
    if automatic:
        return _Finding(Kind.AUTOMATIC, f"automatic: {', '.join(automatic)}")
    return _Finding(Kind.OTHER, "neither from Amazon nor automatic")


def _passed_on(message: Message, catalogue: Catalogue) -> _Finding | None:
    """Return a buyer message that a forwarder of ours sent on in our own name: only Reply-To still says whose it is."""
    relay = relay_address(message.reply_to[0].spec, catalogue) if len(message.reply_to) == 1 else None
    if relay is None or _header_type(message) != BUYER_MESSAGE_TYPE:
        return None
    why = "sent on by an address of ours; its type and Reply-To are a buyer's"
    name = message.reply_to[0].name
    return _Finding(Kind.BUYER_MESSAGE, why, buyer=relay, name=name, notification_type=BUYER_MESSAGE_TYPE)


def _written_by_us(message: Message, catalogue: Catalogue) -> _Finding:
    """Return our own mail with the buyer it goes to; whether it is an answer depends on the folder it lies in."""
    relays = [relay for address in (*message.to, *message.cc) if (relay := relay_address(address.spec, catalogue))]
    if len({relay.alias for relay in relays}) != 1:
        return _Finding(Kind.OTHER, "written by us")
    return _Finding(Kind.OTHER, "written by us to a buyer", buyer=relays[0])


def _moves_something(written: str | None, catalogue: Catalogue) -> bool:
    """Return whether a mail of this type does more than to be listed: it stops a clock, is answered, or silences us."""
    known = catalogue.notification_type(written or "")
    return known is not None and (known.kind != Kind.NOTICE or known.notice_type == NoticeType.OPT_OUT)


def _header_type(message: Message) -> str | None:
    """Return the one notification type the header names; two different ones name none."""
    found = {value.strip().upper() for value in message.all_headers("x-space-notification-type")}
    return found.pop()[:80] if len(found) == 1 and "" not in found else None


def _store(message: Message, catalogue: Catalogue, found: _Finding, judged: Verdict) -> Marketplace | None:
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
