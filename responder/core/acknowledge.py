"""
May we acknowledge a message now, with which promise, or why not (RFC 3834, RFC 5230).

An acknowledgement says that nobody is there and when somebody will be; it is never an answer. The promise: when in
doubt nothing is sent, and every reason that speaks against sending is listed, not only the first.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from responder.core.acknowledging import Acknowledge, AcknowledgePolicy, Decision, Facts, Withhold
from responder.core.calendars import Calendar, Closed, ClosedKind, Open, next_opening, state_at
from responder.core.closings import Closing, after_working, closing_behind, described_at
from responder.core.kinds import Authentic, Kind
from responder.core.reasons import SENTENCES, Because, Reason, words
from responder.core.threads import ThreadState

__all__ = [
    "BEFORE_UNATTENDED",
    "SENTENCES",
    "TEMPLATE",
    "Acknowledge",
    "AcknowledgePolicy",
    "Because",
    "Decision",
    "Facts",
    "Reason",
    "Withhold",
    "closing_for",
    "decide",
    "words",
]

BEFORE_UNATTENDED = "before_unattended"
"""The value of `acknowledgements.when` that asks for a look at closing time."""
TEMPLATE = "acknowledgement"
SAME_TEXT_LIMIT = 3
"""Two buyers may write the same words by chance, or one buyer by two orders; a fourth address on one day is a robot."""


def decide(
    facts: Facts, calendar: Calendar, policy: AcknowledgePolicy, now: datetime, closing: Closing | None = None
) -> Decision:
    """
    Return whether to acknowledge: closed when the message came, and still closed when the mail leaves.

    With the `closing` that the present closed time began with, it is decided again about a message that still waits:
    when it came no longer matters, and the seller must have asked for it (`before_unattended`).
    """
    send_at = _send_at(facts, policy, now, closing)
    received, leaving = state_at(calendar, facts.received_at), state_at(calendar, send_at)
    opens_at, languages = next_opening(calendar, send_at), _languages(facts, policy)
    against = [
        *([] if policy.enabled else [Because(Reason.DISABLED)]),
        *_against_mail(facts, policy),
        *_against_buyer(facts),
        *(_against_arrival(received, policy) if closing is None else _against_closing(policy)),
        *_against_leaving(state_at(calendar, closing.at) if closing else received, leaving, send_at),
        *_against_age(facts, policy, now),
        *_against_thread(facts, leaving),
        *_against_caps(facts, policy),
    ]
    if not languages:
        against.append(Because(Reason.NO_TEMPLATE, f"{', '.join(_wanted(facts)) or 'no language'}, and no fallback"))
    # The last two are also in `against`; they are asked for here because a type checker does not read lists.
    if against or opens_at is None or isinstance(leaving, Open):
        return Withhold(tuple(against))
    return Acknowledge(
        TEMPLATE,
        languages,
        after_working(calendar, opens_at, policy.answer_margin),
        leaving.period,
        send_at,
        opens_at,
        described_at(calendar, closing) if closing else facts.received_at,
        (_because(received, facts, calendar, closing), *_about_languages(facts, languages)),
    )


def closing_for(
    calendar: Calendar, policy: AcknowledgePolicy, received_at: datetime, due_at: datetime | None, now: datetime
) -> Closing | None:
    """
    Return the closing that decides about a message which would be overdue before anyone is back; None for no such one.

    It came before everybody left and is seen only now, or afterwards in hours that `when` does not name: on Friday
    evening nobody is there either.
    """
    if BEFORE_UNATTENDED not in policy.when:
        return None
    closing = closing_behind(calendar, now)
    if closing is None or due_at is None or due_at >= closing.opens_at:
        return None
    state = state_at(calendar, received_at)
    named = received_at >= closing.at and isinstance(state, Closed) and state.kind in policy.when
    return None if named else closing


def _send_at(facts: Facts, policy: AcknowledgePolicy, now: datetime, closing: Closing | None) -> datetime:
    """
    Return when it would leave; what has waited already does not wait again, a server's fast clock adds nothing.

    At closing time the delay begins anew: whoever stays a few minutes longer may still answer.
    """
    begins_at = min(facts.received_at, now) if closing is None else max(closing.at, min(facts.received_at, now))
    return max(now.astimezone(UTC), begins_at.astimezone(UTC) + policy.delay)


def _against_mail(facts: Facts, policy: AcknowledgePolicy) -> Iterator[Because]:
    if facts.kind is not Kind.BUYER_MESSAGE:
        yield Because(Reason.NOT_BUYER_MESSAGE, facts.kind.value)
    if facts.authentic is Authentic.FAIL:
        yield Because(Reason.NOT_AUTHENTIC)
    if facts.authentic is Authentic.UNKNOWN:
        yield Because(Reason.NOT_VERIFIED)
    if facts.automatic:
        yield Because(Reason.AUTOMATIC, ", ".join(facts.automatic))
    if facts.own:
        yield Because(Reason.OWN_MAIL)
    if not facts.addressed_to_us:
        yield Because(Reason.NOT_ADDRESSED_TO_US)
    if not facts.message_id:
        yield Because(Reason.NO_MESSAGE_ID)
    if policy.marketplaces and facts.marketplace not in policy.marketplaces:
        yield Because(Reason.MARKETPLACE_NOT_OURS, facts.marketplace or "unknown")


def _against_buyer(facts: Facts) -> Iterator[Because]:
    if facts.suppressed:
        yield Because(Reason.SUPPRESSED)
    if facts.returned:
        yield Because(Reason.RETURNED)
    if facts.same_text_from_others >= SAME_TEXT_LIMIT:
        yield Because(Reason.SAME_TEXT, f"{facts.same_text_from_others} others within 24 h")


def _against_arrival(received: Open | Closed, policy: AcknowledgePolicy) -> Iterator[Because]:
    match received:
        case Open():
            yield Because(Reason.RECEIVED_IN_OPEN_TIME)
        case Closed() if received.kind not in policy.when:
            yield Because(Reason.KIND_NOT_ACKNOWLEDGED, received.kind.value)
        case Closed():
            pass


def _against_closing(policy: AcknowledgePolicy) -> Iterator[Because]:
    if BEFORE_UNATTENDED not in policy.when:
        yield Because(Reason.KIND_NOT_ACKNOWLEDGED, BEFORE_UNATTENDED)


def _against_leaving(begun: Open | Closed, leaving: Open | Closed, send_at: datetime) -> Iterator[Because]:
    """`begun` is how it was when the message came, or when everybody left."""
    match leaving:
        case Open():
            yield Because(Reason.OPEN_HOURS, f"at {send_at:%Y-%m-%d %H:%M} UTC, when it would leave")
        case Closed(period="never"):
            yield Because(Reason.NO_OPENING)
        case Closed():
            if isinstance(begun, Closed) and begun.period != leaving.period:
                yield Because(Reason.OPENED_SINCE)


def _against_age(facts: Facts, policy: AcknowledgePolicy, now: datetime) -> Iterator[Because]:
    if now - facts.received_at > policy.max_age:
        yield Because(Reason.TOO_OLD, f"older than {_hours(policy.max_age)}")
    if facts.first_start_at is not None and facts.received_at < facts.first_start_at:
        yield Because(Reason.BEFORE_FIRST_START, f"first started {facts.first_start_at:%Y-%m-%d %H:%M} UTC")
    if facts.revalidated:
        yield Because(Reason.AFTER_UIDVALIDITY_CHANGE)


def _against_thread(facts: Facts, leaving: Open | Closed) -> Iterator[Because]:
    answered = facts.answered_at is not None and facts.answered_at >= facts.received_at
    if answered or facts.thread_state is ThreadState.ANSWERED:
        yield Because(Reason.ANSWERED, f"{facts.answered_at:%Y-%m-%d %H:%M} UTC" if facts.answered_at else "")
    if facts.thread_state is ThreadState.NO_RESPONSE_NEEDED:
        yield Because(Reason.NO_RESPONSE_NEEDED)
    if isinstance(leaving, Closed) and leaving.period in facts.acknowledged_periods:
        yield Because(Reason.ACKNOWLEDGED_THIS_PERIOD)


def _against_caps(facts: Facts, policy: AcknowledgePolicy) -> Iterator[Because]:
    if facts.sent_to_buyer_today >= policy.per_buyer_per_day:
        yield Because(Reason.BUYER_CAP, f"{facts.sent_to_buyer_today} of {policy.per_buyer_per_day}")
    if facts.sending_stopped is not None:
        yield Because(Reason.SENDING_STOPPED, facts.sending_stopped)


def _because(received: Open | Closed, facts: Facts, calendar: Calendar, closing: Closing | None) -> Because:
    if closing is None and isinstance(received, Closed):
        return _closed_because(received, facts.received_at.astimezone(calendar.timezone))
    at = (closing.at if closing else facts.received_at).astimezone(calendar.timezone)
    return Because(Reason.BEFORE_UNATTENDED, f"{WEEKDAYS[at.weekday()]} {at:%H:%M}")


def _closed_because(closed: Closed, local: datetime) -> Because:
    place = closed.source.removeprefix("holidays:")
    match closed.kind:
        case ClosedKind.WEEKEND:
            return Because(Reason.CLOSED_WEEKEND, WEEKDAYS[local.weekday()])
        case ClosedKind.HOLIDAY:
            return Because(Reason.CLOSED_HOLIDAY, f"{closed.name} ({place})")
        case ClosedKind.CLOSURE:
            return Because(Reason.CLOSED_CLOSURE, f"{closed.name} ({place})")
        case ClosedKind.OUTSIDE_HOURS:
            return Because(Reason.CLOSED_HOURS, f"{WEEKDAYS[local.weekday()]} {local:%H:%M}")


def _wanted(facts: Facts) -> tuple[str, ...]:
    """Return the languages it should be written in: what the buyer surely wrote in, else those of the marketplace."""
    if facts.detected:
        return (facts.detected.language,)
    return facts.written_in or ((facts.language,) if facts.language else ())


def _languages(facts: Facts, policy: AcknowledgePolicy) -> tuple[str, ...]:
    """Return the languages to write in: those wanted that the template has, region or not; else the fallback."""
    known = [_spoken(each, policy) for each in _wanted(facts)]
    found = tuple(dict.fromkeys(each for each in known if each))
    fallback = policy.fallback_language
    return found or ((fallback,) if fallback in policy.languages and fallback else ())


def _spoken(wanted: str, policy: AcknowledgePolicy) -> str | None:
    return next((each for each in (wanted, wanted.partition("-")[0]) if each in policy.languages), None)


def _about_languages(facts: Facts, languages: tuple[str, ...]) -> Iterator[Because]:
    if facts.detected:
        yield Because(Reason.LANGUAGE_DETECTED, f"{facts.detected.language}, {facts.detected.confidence:.2f}")
    bases = {each.partition("-")[0] for each in languages}
    missing = [each for each in _wanted(facts) if each.partition("-")[0] not in bases]
    if missing:
        yield Because(Reason.LANGUAGE_FALLBACK, f"{', '.join(languages)} instead of {', '.join(missing)}")


def _hours(duration: timedelta) -> str:
    return f"{duration / timedelta(hours=1):g} h"


# Not strftime: its weekday names follow the locale of the process.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
