"""
What a mail is and what would be done about it, as sentences for a person.

The words of the mail itself are cleaned before they stand in a sentence: nothing in them steers a terminal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core import acknowledge, cancelling, wording
from responder.core.acknowledge import Acknowledge, Decision
from responder.core.classify import Classified
from responder.core.digest.words import NOTICES, language_name
from responder.core.kinds import Authentic, Kind, NoticeType
from responder.core.message import Message
from responder.core.obeyed import Request
from responder.core.outcomes import GRANTED
from responder.core.own_words import without_words
from responder.core.words import clean

LINES = 12
"""Lines of the buyer's words that are shown."""


@dataclass(frozen=True, slots=True)
class Explained:
    """
    One mail with everything that was decided about it at `at`, on the clock of `zone`.

    `request`: what it asks for by a link of the digest, where it does.
    """

    message: Message
    found: Classified
    decision: Decision
    due_at: datetime | None
    at: datetime
    zone: ZoneInfo
    request: Request | None = None


def headline(found: Classified) -> str:
    """Return in a few words what the mail is."""
    match found.kind:
        case Kind.BUYER_MESSAGE:
            return "a buyer's message"
        case Kind.NOTICE:
            return f"a notice from Amazon: {NOTICES.get(str(found.notice_type), 'of a kind that is not known')}"
        case Kind.ANSWER_COPY:
            return "Amazon's copy of an answer that was written in Seller Central"
        case Kind.BOUNCE:
            return "a mail of ours that came back"
        case Kind.AUTOMATIC:
            return "an automatic mail"
        case Kind.OTHER:
            return "neither a buyer's message nor a notice from Amazon"


def sentences(mail: Explained) -> Iterator[tuple[str, str]]:
    """Yield (label, sentence) in the order in which a person asks; a label may be empty, the line then goes on."""
    found = mail.found
    yield "Subject", clean(mail.message.subject) or "(none)"
    yield "What", headline(found) + "."
    for index, reason in enumerate(found.reasons[:-1]):
        yield ("Why" if not index else ""), clean(reason, 300) + "."
    yield "Genuine", _genuine(found)
    yield from _identity(found)
    yield from _names(found.details)
    yield from _words(mail)
    yield from _files(found)
    if found.asks_to_cancel:
        order = wording.order_number(next(iter(found.order_ids), None))
        yield "Cancel", f"it {cancelling.advice(cancelling.Wish(found.asks_to_cancel), order)}."
    if found.no_response_link:
        yield "Link", f"if it needs no answer, a person can open: {found.no_response_link}"
    if found.automatic and found.kind is not Kind.NOTICE:
        yield "Machine", f"signs that a machine wrote it: {', '.join(found.automatic)}."
    if found.error:
        yield "Odd", f"not read in full: {clean(found.error, 300)}."
    yield from _consequences(mail)


def _genuine(found: Classified) -> str:
    reason = clean(found.verdict.reason, 300)
    match found.verdict.authentic:
        case Authentic.PASS:
            return f"yes: {reason}."
        case Authentic.FAIL:
            return f"no, it could not be verified: {reason}."
        case Authentic.UNKNOWN:
            return f"not known: {reason}."


def _identity(found: Classified) -> Iterator[tuple[str, str]]:
    if found.buyer_address:
        yield "Buyer", f"{found.buyer_name or 'a buyer without a name'} <{found.buyer_address}>"
    elif found.buyer_name:
        yield "Buyer", found.buyer_name
    if found.order_ids:
        yield "Order", ", ".join(found.order_ids)
    if found.marketplace:
        language = language_name(found.language) or found.language or "language not known"
        yield "Store", f"{found.marketplace.name}, {language}"
    if found.case_id:
        yield "Case", found.case_id
    if found.outcome:
        yield "Decided", f"{found.outcome}: {'for the buyer' if found.outcome == GRANTED else 'for the seller'}."
    if found.new_kind:
        yield (
            "New",
            f"nobody knows this yet: {clean(found.new_kind)}; it would be told once{_sampled(found)}.",
        )


def _sampled(found: Classified) -> str:
    return "" if found.kind is Kind.BUYER_MESSAGE else ", with the mail as a sample"


_FIELDS = {
    "requested_on": "requested on",
    "policy_check": "policy check",
    "authorization": "authorization",
    "carrier": "carrier",
    "tracking_number": "tracking number",
    "rma": "RMA",
    "ship_by": "ship by",
    "rating": "rating",
}


def _names(details: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield what the text names, as far as a person reads it in one line."""
    for key, words in _FIELDS.items():
        if key in details:
            yield words.capitalize(), str(details[key])
    amounts = _list(details.get("amounts"))
    if amounts:
        yield "Amounts", ", ".join(f"{each['value']} {each['currency']}" for each in amounts)
    limits = details.get("limits_hours")
    if isinstance(limits, list):
        yield "Limits", ", ".join(wording.span(timedelta(hours=each)) for each in limits)
    for item in _list(details.get("items"))[:5]:
        yield "Item", ", ".join(f"{key} {said}" for key, said in item.items())


def _list(value: object) -> Sequence[Mapping[str, str]]:
    return value if isinstance(value, list) else []


def _words(mail: Explained) -> Iterator[tuple[str, str]]:
    found = mail.found
    if found.kind not in (Kind.BUYER_MESSAGE, Kind.ANSWER_COPY):
        return
    lines = [line for line in (found.text or "").splitlines() if line.strip()]
    if not lines:
        only = without_words(found.attachments)
        yield "Words", f"none, {only}." if only else "none."
    for index, line in enumerate(lines[:LINES]):
        yield ("Words" if not index else ""), f"> {clean(line, 200)}"
    if len(lines) > LINES:
        yield "", f"> ... and {len(lines) - LINES} more lines"


def _files(found: Classified) -> Iterator[tuple[str, str]]:
    for index, each in enumerate(found.attachments[:10]):
        size = f"about {max(each.size // 1024, 1)} kB"
        name = each.name or "(without a name)"
        yield ("Files" if not index else ""), f"{name}, {each.content_type}, {size}: listed, never opened"
    if len(found.attachments) > 10:
        yield "", f"and {len(found.attachments) - 10} more"


def _consequences(mail: Explained) -> Iterator[tuple[str, str]]:
    found = mail.found
    match found.kind:
        case Kind.BUYER_MESSAGE:
            if mail.due_at:
                until = _moment(mail, mail.due_at)
                yield "Then", f"it waits for a person's answer until {until}; weekends and holidays count."
            if found.needless:
                yield "Then", f"Amazon marks it as needing no answer ({clean(found.needless, 200)}): it has no clock."
            yield from _acknowledgement(mail)
        case Kind.NOTICE:
            yield "Then", _notice(mail)
            believed = found.verdict.authentic is not Authentic.FAIL
            if believed and found.notice_type in (NoticeType.OPT_OUT, NoticeType.MESSAGE_REFUSED):
                yield "", "our last mail about it counts as not delivered: its thread waits for a person again."
        case Kind.ANSWER_COPY:
            counts = "it stops the clock of the one thread it fits; where two fit, none."
            proven = found.verdict.authentic is Authentic.PASS
            yield "Then", counts if proven else "it stops no clock, since it could not be verified."
        case Kind.BOUNCE:
            yield "Then", _returned(found)
        case Kind.AUTOMATIC | Kind.OTHER:
            yield from _asked(mail.request) if mail.request else _counted(found)


def _counted(found: Classified) -> Iterator[tuple[str, str]]:
    yield "Then", "it is kept and counted; nothing is sent."
    if found.verdict.authentic is Authentic.FAIL:
        yield "", 'the digest lists it under "could not be verified".'


def _asked(request: Request) -> Iterator[tuple[str, str]]:
    wanted = ", ".join(f"{each.action.word} {each.target}" for each in request.commands)
    yield "Asks", f"by a link of the digest: {wanted}."
    if request.refused:
        yield "Then", f"it is refused ({request.refused.outcome}): {clean(request.refused.detail, 300)}."
    else:
        yield "Then", "it is obeyed, if its link is of this installation, has not expired and was not used."


def _acknowledgement(mail: Explained) -> Iterator[tuple[str, str]]:
    decision = mail.decision
    reasons = [acknowledge.words(because) for because in decision.reasons]
    if isinstance(decision, Acknowledge):
        language = " and ".join(language_name(each) or each for each in decision.languages)
        send_at, promise_at = _moment(mail, decision.send_at), _moment(mail, decision.promise_at)
        told = f"the buyer is told in {language} to expect an answer by {promise_at}"
        yield "", f"{told} (sent {send_at}, unless somebody answers first):"
    else:
        yield "", "the buyer gets no automatic mail:"
    for reason in reasons:
        yield "", f"- {clean(reason, 300)}"


def _returned(found: Classified) -> str:
    if found.verdict.authentic is Authentic.FAIL:
        return "it could not be verified, so it moves nothing."
    which = ", ".join(found.bounced_message_ids) or "which one, the report does not say"
    return f"if it is ours to a buyer ({clean(which, 300)}), the buyer did not get it: the thread waits for a person."


def _notice(mail: Explained) -> str:
    due = f" Somebody has to act by {_moment(mail, mail.due_at)}." if mail.due_at else ""
    if mail.found.urgent:
        return f"it stays in the digest until a person confirms it (responder notice ID seen).{due}"
    if mail.found.verdict.authentic is Authentic.FAIL:
        return f'the digest lists it under "could not be verified"; it warns nobody.{due}'
    return f"it stays unread in the mailbox until a digest has told a person of it.{due}"


def _moment(mail: Explained, at: datetime) -> str:
    local = at.astimezone(mail.zone)
    return f"{wording.short_day(local.date())} {local:%H:%M}"
