"""
The acknowledgement as a finished outbox row, or in words why it could not be written.

What breaks one of Amazon's rules is not dropped and not sent: it is held for a person, with the finding as its reason.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from responder.adapters import templates
from responder.adapters.store import findings
from responder.adapters.store.outbox import NewOutbox
from responder.adapters.templates.context import SUBJECT_ROOM
from responder.core import compose, policy
from responder.core.acknowledge import Acknowledge
from responder.core.amazon import Marketplace
from responder.core.calendars import Closed, ClosedKind, state_at
from responder.core.classify import Classified, OwnAddresses
from responder.core.message import Message, clean
from responder.core.threads import Thread
from responder.tasks.receive.judge import Judge

REMARK = re.compile(r"\([^()]*\)")
DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")


def addressed_to(message: Message, own: OwnAddresses) -> bool:
    """Return whether one of our addresses is a recipient, in To, Cc or as the delivering server noted it."""
    written = [address.spec for address in (*message.to, *message.cc)]
    noted = [value.strip(" <>") for name in DELIVERED_TO for value in message.all_headers(name)]
    return any(spec in own for spec in (*written, *noted))


def write(
    judge: Judge,
    message: Message,
    classified: Classified,
    received_at: datetime,
    thread: Thread,
    decision: Acknowledge,
    now: datetime,
    *,
    cancelled: int = 0,
) -> NewOutbox | str:
    """
    Return the row to enqueue, or why there is none.

    `cancelled`: how many acknowledgements of this thread and closed time a person was faster than.
    """
    marketplace = classified.marketplace
    if classified.buyer_address is None or marketplace is None:
        return "the message names no relay address to write to"
    context = partial(_context, judge, message, classified, received_at, thread, decision, marketplace)
    texts = [(language, context(language)) for language in decision.languages]
    try:
        rendered = templates.render_all(judge.template, texts)
        key = f"ack:{thread.id}:{decision.period}" + (f":{cancelled}" if cancelled else "")
        return _row(judge, message, classified, thread, decision, rendered, key, now)
    except (templates.TemplateFailed, compose.ComposeError) as error:
        return f"the acknowledgement could not be written: {error}"


def _context(
    judge: Judge,
    message: Message,
    classified: Classified,
    received_at: datetime,
    thread: Thread,
    decision: Acknowledge,
    marketplace: Marketplace,
    language: str,
) -> Mapping[str, object]:
    closed = state_at(judge.calendar, decision.described_at)
    return templates.acknowledgement_context(
        buyer_name=classified.buyer_name,
        seller_name=judge.seller_name,
        subject=message.subject,
        received_at=received_at,
        order_id=thread.order_id,
        closed_kind=str(closed.kind) if isinstance(closed, Closed) else "outside_hours",
        closed_name=_holiday_name(judge, decision.described_at, language),
        promise_at=decision.promise_at,
        marketplace=marketplace.name,
        language=language,
        zone=ZoneInfo(marketplace.timezone),
        country=marketplace.country,
        promised_in=ZoneInfo(marketplace.promised_in),
    )


def _holiday_name(judge: Judge, at: datetime, language: str) -> str | None:
    """Return the holiday's name in the buyer's language; a closure's own name is in the seller's, so it stays out."""
    calendar = judge.calendar
    closed = state_at(calendar, at)
    holiday = calendar.holidays.get(at.astimezone(calendar.timezone).date())
    is_holiday = isinstance(closed, Closed) and closed.kind is ClosedKind.HOLIDAY
    return _without_remarks(holiday.name_in(language)) if holiday and is_holiday else None


def _without_remarks(name: str | None) -> str | None:
    """What a calendar notes beside a name is not for buyers: that it is estimated, observed, or in place of a day."""
    first = (name or "").split(";")[0]
    return " ".join(REMARK.sub(" ", first).split()) or None


def _row(
    judge: Judge,
    message: Message,
    classified: Classified,
    thread: Thread,
    decision: Acknowledge,
    rendered: templates.Rendered,
    key: str,
    now: datetime,
) -> NewOutbox:
    message_id = compose.message_id(judge.instance.secret, key, judge.domain)
    subject = compose.reply_subject(rendered.subject)
    recipient = classified.buyer_address or ""
    raw = compose.finished(
        compose.Outgoing(
            kind=compose.ACKNOWLEDGEMENT,
            to=recipient,
            from_=judge.from_address,
            from_name=judge.from_name,
            subject=subject,
            body=compose.with_quote(rendered.body, rendered.quote, classified.text or ""),
            message_id=message_id,
            date_at=decision.send_at.astimezone(judge.calendar.timezone),
            instance=judge.instance.id,
            in_reply_to=message.message_id,
            references=message.references,
            language=rendered.language,
        )
    )
    broken = _broken(judge, message, classified, rendered, raw)
    payload = {"promise_at": decision.promise_at.isoformat(), "period": decision.period, "alias": thread.buyer_alias}
    mail = NewOutbox(
        account=judge.account,
        thread_id=thread.id,
        idem_key=key,
        message_id=message_id,
        kind=compose.ACKNOWLEDGEMENT,
        recipient=recipient,
        subject=subject,
        rfc822=raw,
        due_at=decision.send_at,
        # Once somebody is there again, the real answer comes instead.
        expires_at=decision.opens_at,
        created_at=now,
        payload=payload,
    )
    return findings.judged(mail, broken)


def _broken(
    judge: Judge, message: Message, classified: Classified, rendered: templates.Rendered, raw: bytes
) -> tuple[policy.Finding, ...]:
    """Return the rules of Amazon's that the finished mail breaks: what is judged is what leaves."""
    return policy.finished(
        raw,
        rules=judge.rules,
        kind=compose.ACKNOWLEDGEMENT,
        language=rendered.language,
        given=(classified.buyer_name or "", clean(message.subject, SUBJECT_ROOM)),
        quotation=compose.quote(classified.text or ""),
    )
