"""
What the sender and the headers make of a mail: a buyer's message, Amazon's own mail, or somebody else's.

The sender decides first, then Amazon's type, then the wording; the body never makes a notice of a buyer's message.
"""

from dataclasses import dataclass, replace

from responder.core.amazon import Catalogue, NotificationType, RelayAddress, relay_address
from responder.core.amazon_body import relay_in_body, repeated_type
from responder.core.automatic import BUYER_MESSAGE_TYPE
from responder.core.kinds import Authentic, Kind, NoticeType, OwnAddresses, Verdict
from responder.core.message import Address, Message
from responder.core.notices import guess, name_in_subject
from responder.core.returned import Report, report


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What the sender and the headers make of a mail.

    `worded`: the wording said what a notice is about. `urgent`: the row that knew it wants a person to confirm it.
    """

    kind: Kind
    why: str
    notice_type: NoticeType | None = None
    buyer: RelayAddress | None = None
    name: str | None = None
    notification_type: str | None = None
    language: str | None = None
    new_kind: str | None = None
    settled: bool = False
    returned: Report | None = None
    urgent: bool = False
    worded: bool = False


def single_sender(message: Message) -> Address | None:
    """Return the From address when there is exactly one that is plain; anything else is nobody's mail."""
    return message.from_[0] if len(message.from_) == 1 and message.from_[0].spec else None


def from_buyer(
    message: Message, sender: Address, relay: RelayAddress, catalogue: Catalogue, judged: Verdict
) -> Finding:
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
    return Finding(Kind.BUYER_MESSAGE, why, buyer=relay, name=sender.name, notification_type=written)


def _answer_to(message: Message, catalogue: Catalogue, judged: Verdict) -> RelayAddress | None:
    """Return the one buyer's address in Reply-To, where that header may be believed."""
    if len(message.reply_to) != 1 or not judged.vouches_for("reply-to"):
        return None
    return relay_address(message.reply_to[0].spec, catalogue)


def from_amazon(message: Message, sender: Address, catalogue: Catalogue, judged: Verdict) -> Finding:
    """Return what Amazon itself wrote: by its type, else by sender and subject, else a notice of no known type."""
    written = _header_type(message)
    if not judged.vouches_for("x-space-notification-type") and _moves_something(written, catalogue):
        written = None  # anybody may have added it on top of a genuine mail; the footer's copy is signed with the body
    repeated = None if written else repeated_type(message)
    known = catalogue.notification_type(written or repeated or "")
    where = "X-Space-Notification-Type" if written else "its type, repeated in a footer link,"
    if known is not None and known.kind == Kind.BUYER_MESSAGE:
        return _for_a_buyer(message, sender, catalogue, known.name, judged)
    if known is None and (returned := report(message)) is not None:
        return Finding(Kind.BOUNCE, f"a delivery report from {sender.domain}", returned=returned)
    if known is not None:
        found = Finding(
            Kind(known.kind),
            f"{where} is {known.name}",
            _notice_type(known),
            notification_type=known.name,
            urgent=known.urgent,
        )
    else:
        found = _guessed(message, sender, catalogue, written or repeated)
    if found.kind is Kind.ANSWER_COPY:
        return replace(found, name=name_in_subject(message, catalogue))
    return replace(found, buyer=relay_in_body(message, catalogue)) if found.notice_type is NoticeType.OPT_OUT else found


def _guessed(message: Message, sender: Address, catalogue: Catalogue, unknown_type: str | None) -> Finding:
    """Return what sender and subject say; what has a type or a sender that nobody knows yet is reported once."""
    guessed = guess(message, sender, catalogue)
    new_kind = None
    if unknown_type is not None:
        new_kind = f"type:{unknown_type}"
    elif not guessed.known:
        new_kind = f"sender:{sender.spec.lower()}"
    return Finding(
        guessed.kind,
        guessed.why,
        guessed.notice_type,
        notification_type=unknown_type,
        language=guessed.language,
        new_kind=new_kind,
        settled=guessed.settled,
        urgent=guessed.urgent,
        worded=guessed.worded,
    )


def _for_a_buyer(
    message: Message, sender: Address, catalogue: Catalogue, notification_type: str, judged: Verdict
) -> Finding:
    """Return a buyer message that Amazon sends itself: one relay address in Reply-To says whom an answer reaches."""
    relay = _answer_to(message, catalogue, judged)
    if relay is None:
        why = f"{notification_type} from {sender.domain}, but without a buyer's address"
        return Finding(Kind.NOTICE, why, NoticeType.OTHER, notification_type=notification_type)
    why = f"{notification_type} from {sender.domain}, Reply-To is a buyer's relay address"
    name = message.reply_to[0].name
    return Finding(Kind.BUYER_MESSAGE, why, buyer=relay, name=name, notification_type=notification_type)


def _notice_type(known: NotificationType) -> NoticeType | None:
    return NoticeType(known.notice_type or "other") if known.kind == Kind.NOTICE else None


def from_elsewhere(
    message: Message, catalogue: Catalogue, own: OwnAddresses, judged: Verdict, automatic: tuple[str, ...]
) -> Finding:
    """Return what mail from outside Amazon is: a report, our own, automatic, or nothing of ours."""
    sender = single_sender(message)
    if (returned := report(message)) is not None:
        return Finding(Kind.BOUNCE, "a delivery report that says an address failed (RFC 3464)", returned=returned)
    if sender and sender.spec in own and judged.authentic is not Authentic.FAIL:
        return _passed_on(message, catalogue) or _written_by_us(message, catalogue)
    if judged.authentic is Authentic.FAIL:
        return Finding(Kind.OTHER, "not from Amazon, though it may look so")
    if automatic:
        return Finding(Kind.AUTOMATIC, f"automatic: {', '.join(automatic)}")
    return Finding(Kind.OTHER, "neither from Amazon nor automatic")


def _passed_on(message: Message, catalogue: Catalogue) -> Finding | None:
    """Return a buyer message that a forwarder of ours sent on in our own name: only Reply-To still says whose it is."""
    relay = relay_address(message.reply_to[0].spec, catalogue) if len(message.reply_to) == 1 else None
    if relay is None or _header_type(message) != BUYER_MESSAGE_TYPE:
        return None
    why = "sent on by an address of ours; its type and Reply-To are a buyer's"
    name = message.reply_to[0].name
    return Finding(Kind.BUYER_MESSAGE, why, buyer=relay, name=name, notification_type=BUYER_MESSAGE_TYPE)


def _written_by_us(message: Message, catalogue: Catalogue) -> Finding:
    """Return our own mail with the buyer it goes to; whether it is an answer depends on the folder it lies in."""
    relays = [relay for address in (*message.to, *message.cc) if (relay := relay_address(address.spec, catalogue))]
    if len({relay.alias for relay in relays}) != 1:
        return Finding(Kind.OTHER, "written by us")
    return Finding(Kind.OTHER, "written by us to a buyer", buyer=relays[0])


def _moves_something(written: str | None, catalogue: Catalogue) -> bool:
    """Return whether a mail of this type does more than to be listed: it stops a clock, is answered, or silences us."""
    known = catalogue.notification_type(written or "")
    return known is not None and (known.kind != Kind.NOTICE or known.notice_type == NoticeType.OPT_OUT)


def _header_type(message: Message) -> str | None:
    """Return the one notification type the header names; two different ones name none."""
    found = {value.strip().upper() for value in message.all_headers("x-space-notification-type")}
    return found.pop()[:80] if len(found) == 1 and "" not in found else None
