"""
May we acknowledge a message now, with which promise, or why not (RFC 3834, RFC 5230).

An acknowledgement says that nobody is there and when somebody will be; it is never an answer. The promise: when in
doubt nothing is sent, and every reason that speaks against sending is listed, not only the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal

from responder.core.calendars import Calendar, Closed, ClosedKind, Open, next_opening, state_at
from responder.core.kinds import Authentic, Kind
from responder.core.threads import ThreadState

TEMPLATE = "acknowledgement"
SAME_TEXT_LIMIT = 3
"""Two buyers may write the same words by chance, or one buyer by two orders; a fourth address on one day is a robot."""


class Reason(StrEnum):
    """Stable codes of why we do or do not acknowledge; scripts and stored decisions rely on them."""

    CLOSED_WEEKEND = "closed_weekend"
    CLOSED_HOLIDAY = "closed_holiday"
    CLOSED_CLOSURE = "closed_closure"
    CLOSED_HOURS = "closed_hours"
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
    HOURLY_CAP = "hourly_cap"
    DAILY_CAP = "daily_cap"


@dataclass(frozen=True, slots=True)
class Because:
    """One reason, with the value it rests on."""

    code: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Send it at `send_at`, unless somebody answers first; after `opens_at` it would be pointless."""

    template: str
    language: str
    promise_at: datetime
    period: str
    send_at: datetime
    opens_at: datetime
    reasons: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Withhold:
    """Send nothing."""

    reasons: tuple[Because, ...]


Decision = Acknowledge | Withhold


@dataclass(frozen=True, slots=True)
class AcknowledgePolicy:
    """What the seller wants; `languages` are those the template is written in, no `marketplaces` means all of them."""

    enabled: bool = True
    when: frozenset[str] = frozenset({ClosedKind.WEEKEND, ClosedKind.HOLIDAY, ClosedKind.CLOSURE})
    once_per: Literal["closed_time"] = "closed_time"
    delay: timedelta = timedelta(minutes=5)
    max_age: timedelta = timedelta(hours=24)
    answer_margin: timedelta = timedelta(0)
    per_buyer_per_day: int = 2
    per_hour: int = 60
    per_day: int = 300
    languages: frozenset[str] = frozenset({"en"})
    fallback_language: str | None = "en"
    marketplaces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What is known of one message, its thread and what we sent before; the defaults are those of an empty memory.

    `suppressed`: a person or the buyer forbade it; `returned`: an earlier mail to the buyer came back for good.
    `same_text_from_others`: how many other buyers' addresses sent the same text within 24 hours.
    """

    kind: Kind
    authentic: Authentic
    automatic: tuple[str, ...]
    own: bool
    addressed_to_us: bool
    message_id: str | None
    received_at: datetime
    language: str | None
    marketplace: str | None
    first_start_at: datetime | None = None
    revalidated: bool = False
    thread_state: ThreadState | None = None
    answered_at: datetime | None = None
    acknowledged_periods: frozenset[str] = frozenset()
    suppressed: bool = False
    returned: bool = False
    same_text_from_others: int = 0
    sent_to_buyer_today: int = 0
    sent_last_hour: int = 0
    sent_last_day: int = 0


def decide(facts: Facts, calendar: Calendar, policy: AcknowledgePolicy, now: datetime) -> Decision:
    """Return whether to acknowledge: closed when the message came, and still closed when the mail leaves."""
    send_at = _send_at(facts, policy, now)
    received, leaving = state_at(calendar, facts.received_at), state_at(calendar, send_at)
    opens_at, language = next_opening(calendar, send_at), _language(facts.language, policy)
    against = [
        *([] if policy.enabled else [Because(Reason.DISABLED)]),
        *_against_mail(facts, policy),
        *_against_buyer(facts),
        *_against_time(received, leaving, send_at, policy),
        *_against_age(facts, policy, now),
        *_against_thread(facts, leaving),
        *_against_caps(facts, policy),
    ]
    if language is None:
        against.append(Because(Reason.NO_TEMPLATE, f"{facts.language or 'no language'}, and no fallback"))
    # The last three are also in `against`; they are asked for here because a type checker does not read lists.
    if against or language is None or opens_at is None or isinstance(received, Open):
        return Withhold(tuple(against))
    reasons = [_closed_because(received, facts.received_at.astimezone(calendar.timezone))]
    if facts.language and not _speaks(facts.language, language):
        reasons.append(Because(Reason.LANGUAGE_FALLBACK, f"{language} instead of {facts.language}"))
    promise_at = opens_at + policy.answer_margin
    return Acknowledge(TEMPLATE, language, promise_at, received.period, send_at, opens_at, tuple(reasons))


def words(because: Because) -> str:
    """Return the reason as one plain English sentence."""
    sentence = SENTENCES[because.code]
    return f"{sentence}: {because.detail}." if because.detail else f"{sentence}."


def _send_at(facts: Facts, policy: AcknowledgePolicy, now: datetime) -> datetime:
    """Return when it would leave; what has waited already does not wait again, a server's fast clock adds nothing."""
    received_at = min(facts.received_at, now).astimezone(UTC)
    return max(now.astimezone(UTC), received_at + policy.delay)


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


def _against_time(
    received: Open | Closed, leaving: Open | Closed, send_at: datetime, policy: AcknowledgePolicy
) -> Iterator[Because]:
    match received:
        case Open():
            yield Because(Reason.RECEIVED_IN_OPEN_TIME)
        case Closed() if received.kind not in policy.when:
            yield Because(Reason.KIND_NOT_ACKNOWLEDGED, received.kind.value)
        case Closed():
            pass
    match leaving:
        case Open():
            yield Because(Reason.OPEN_HOURS, f"at {send_at:%Y-%m-%d %H:%M} UTC, when it would leave")
        case Closed(period="never"):
            yield Because(Reason.NO_OPENING)
        case Closed():
            if isinstance(received, Closed) and received.period != leaving.period:
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
    if facts.sent_last_hour >= policy.per_hour:
        yield Because(Reason.HOURLY_CAP, f"{facts.sent_last_hour} of {policy.per_hour}")
    if facts.sent_last_day >= policy.per_day:
        yield Because(Reason.DAILY_CAP, f"{facts.sent_last_day} of {policy.per_day}")


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


def _language(wanted: str | None, policy: AcknowledgePolicy) -> str | None:
    """Return the language to write in: as wanted, without its region, else the fallback."""
    tries = (wanted, wanted.partition("-")[0] if wanted else None, policy.fallback_language)
    return next((language for language in tries if language in policy.languages), None)


def _speaks(wanted: str, language: str) -> bool:
    return wanted.partition("-")[0] == language.partition("-")[0]


def _hours(duration: timedelta) -> str:
    return f"{duration / timedelta(hours=1):g} h"


# Not strftime: its weekday names follow the locale of the process.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

SENTENCES = {
    Reason.CLOSED_WEEKEND: "It came on a day off",
    Reason.CLOSED_HOLIDAY: "It came on a public holiday",
    Reason.CLOSED_CLOSURE: "It came during a closure",
    Reason.CLOSED_HOURS: "It came outside the working hours",
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
    Reason.HOURLY_CAP: "The hourly limit of acknowledgements is reached",
    Reason.DAILY_CAP: "The daily limit of acknowledgements is reached",
}
