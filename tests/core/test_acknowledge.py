"""May we acknowledge, with which promise, or why not: every reason has a case for it and one against it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.acknowledge import (
    Acknowledge,
    AcknowledgePolicy,
    Because,
    Decision,
    Facts,
    Reason,
    Withhold,
    decide,
    words,
)
from responder.core.calendars import (
    Calendar,
    Closure,
    ExtraDay,
    Holiday,
    Open,
    Wall,
    WorkingHours,
    open_spans,
    state_at,
)
from responder.core.closings import Closing
from responder.core.detecting import Detected
from responder.core.kinds import Authentic, Kind
from responder.core.threads import ThreadState

PARIS = ZoneInfo("Europe/Paris")
CALENDAR = Calendar(
    WorkingHours(PARIS, dict.fromkeys(range(5), ((time(9), time(18)),))),
    {date(2026, 12, 25): Holiday(date(2026, 12, 25), "Christmas Day", "holidays:FR")},
    (Closure(Wall(date(2026, 5, 15)), Wall(date(2026, 5, 16)), "Bridge day", "closures-2026.yaml"),),
    (ExtraDay(date(2026, 12, 26), ((time(10), time(11)),), "Inventory", "closures-2026.yaml"),),
)
WITH_LUNCH = Calendar(WorkingHours(PARIS, dict.fromkeys(range(5), ((time(9), time(12)), (time(13), time(18))))), {})
NEVER_OPEN = Calendar(WorkingHours(PARIS, {}), {})
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
NOW = SATURDAY + timedelta(minutes=1)
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
PERIOD = "2026-11-30T08:00:00+00:00"
POLICY = AcknowledgePolicy(languages=frozenset({"de", "en", "fr"}), marketplaces=frozenset({"amazon.fr"}))
FACTS = Facts(
    kind=Kind.BUYER_MESSAGE,
    authentic=Authentic.PASS,
    automatic=(),
    own=False,
    addressed_to_us=True,
    message_id="<synthetic-1@example.com>",
    received_at=SATURDAY,
    language="fr",
    marketplace="amazon.fr",
    first_start_at=SATURDAY - timedelta(days=30),
)


def decision(
    *, policy: AcknowledgePolicy = POLICY, now: datetime | None = None, calendar: Calendar = CALENDAR, **changes: object
) -> Decision:
    """Return what is decided about the ordinary Saturday message with some facts changed."""
    facts = replace(FACTS, **changes)  # type: ignore[arg-type]
    return decide(facts, calendar, policy, now or facts.received_at + timedelta(minutes=1))


def codes(decided: Decision) -> set[Reason]:
    """Return the reasons' codes."""
    return {because.code for because in decided.reasons}


def test_a_saturday_message_is_acknowledged_with_mondays_date() -> None:
    """The whole decision: when it leaves, what it promises, in which language, and for which closed time."""
    assert decision() == Acknowledge(
        template="acknowledgement",
        languages=("fr",),
        promise_at=MONDAY,
        period=PERIOD,
        send_at=SATURDAY + timedelta(minutes=5),
        opens_at=MONDAY,
        described_at=SATURDAY,
        reasons=(Because(Reason.CLOSED_WEEKEND, "Saturday"),),
    )


@pytest.mark.parametrize(
    ("received", "when", "expected"),
    [
        ("2026-11-28T10:00+01:00", "weekend", Because(Reason.CLOSED_WEEKEND, "Saturday")),
        ("2026-12-25T10:00+01:00", "holiday", Because(Reason.CLOSED_HOLIDAY, "Christmas Day (FR)")),
        ("2026-05-15T10:00+02:00", "closure", Because(Reason.CLOSED_CLOSURE, "Bridge day (closures-2026.yaml)")),
        ("2026-11-24T19:30+01:00", "outside_hours", Because(Reason.CLOSED_HOURS, "Tuesday 19:30")),
    ],
)
def test_each_kind_of_closed_time_is_named_and_can_be_left_out(received: str, when: str, expected: Because) -> None:
    """The first reason of an acknowledgement is why nobody is there; a kind not in `when` sends nothing."""
    at = datetime.fromisoformat(received)
    wanted = decision(policy=replace(POLICY, when=frozenset({when})), received_at=at, first_start_at=None)
    assert isinstance(wanted, Acknowledge)
    assert wanted.reasons == (expected,)
    others = frozenset({"weekend", "holiday", "closure", "outside_hours"}) - {when}
    refused = decision(policy=replace(POLICY, when=others), received_at=at, first_start_at=None)
    assert refused == Withhold((Because(Reason.KIND_NOT_ACKNOWLEDGED, when),))


FRIDAY_NOON = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
A_DAY = timedelta(hours=24)
BEFORE = timedelta(microseconds=1)

# For every refusal: the least change that causes exactly it, and its nearest neighbour that does not.
REFUSALS: dict[Reason, tuple[Callable[[], Decision], Callable[[], Decision]]] = {
    Reason.DISABLED: (lambda: decision(policy=replace(POLICY, enabled=False)), decision),
    Reason.NOT_BUYER_MESSAGE: (lambda: decision(kind=Kind.NOTICE), decision),
    Reason.NOT_AUTHENTIC: (lambda: decision(authentic=Authentic.FAIL), decision),
    Reason.NOT_VERIFIED: (lambda: decision(authentic=Authentic.UNKNOWN), decision),
    Reason.AUTOMATIC: (lambda: decision(automatic=("rfc3834:auto-submitted",)), decision),
    Reason.OWN_MAIL: (lambda: decision(own=True), decision),
    Reason.NOT_ADDRESSED_TO_US: (lambda: decision(addressed_to_us=False), decision),
    Reason.NO_MESSAGE_ID: (lambda: decision(message_id=None), decision),
    Reason.MARKETPLACE_NOT_OURS: (
        lambda: decision(marketplace="amazon.de"),
        lambda: decision(marketplace="amazon.de", policy=replace(POLICY, marketplaces=frozenset())),
    ),
    Reason.NO_TEMPLATE: (
        lambda: decision(language="it", policy=replace(POLICY, fallback_language=None)),
        lambda: decision(language="it"),
    ),
    Reason.SUPPRESSED: (lambda: decision(suppressed=True), decision),
    Reason.RETURNED: (lambda: decision(returned=True), decision),
    Reason.SAME_TEXT: (lambda: decision(same_text_from_others=3), lambda: decision(same_text_from_others=2)),
    Reason.RECEIVED_IN_OPEN_TIME: (
        lambda: late(FRIDAY_NOON, NOW),
        lambda: late(SATURDAY, NOW),
    ),
    Reason.KIND_NOT_ACKNOWLEDGED: (
        lambda: late(datetime(2026, 11, 27, 19, 0, tzinfo=UTC), NOW),
        lambda: late(datetime(2026, 11, 27, 23, 0, tzinfo=UTC), NOW),
    ),
    Reason.OPEN_HOURS: (
        lambda: late(SATURDAY, MONDAY),
        lambda: late(SATURDAY, MONDAY - timedelta(minutes=5)),
    ),
    Reason.OPENED_SINCE: (
        lambda: late(datetime(2026, 12, 25, 9, 0, tzinfo=UTC), datetime(2026, 12, 26, 12, 0, tzinfo=UTC)),
        lambda: late(datetime(2026, 12, 25, 9, 0, tzinfo=UTC), datetime(2026, 12, 26, 8, 59, tzinfo=UTC)),
    ),
    Reason.NO_OPENING: (lambda: decision(calendar=NEVER_OPEN), decision),
    Reason.TOO_OLD: (
        lambda: decision(now=SATURDAY + A_DAY + BEFORE),
        lambda: decision(now=SATURDAY + A_DAY),
    ),
    Reason.BEFORE_FIRST_START: (
        lambda: decision(first_start_at=SATURDAY + BEFORE),
        lambda: decision(first_start_at=SATURDAY),
    ),
    Reason.AFTER_UIDVALIDITY_CHANGE: (lambda: decision(revalidated=True), decision),
    Reason.ANSWERED: (
        lambda: decision(answered_at=SATURDAY),
        lambda: decision(answered_at=SATURDAY - BEFORE, thread_state=ThreadState.OPEN),
    ),
    Reason.NO_RESPONSE_NEEDED: (
        lambda: decision(thread_state=ThreadState.NO_RESPONSE_NEEDED),
        lambda: decision(thread_state=ThreadState.OPEN),
    ),
    Reason.ACKNOWLEDGED_THIS_PERIOD: (
        lambda: decision(acknowledged_periods=frozenset({PERIOD})),
        lambda: decision(acknowledged_periods=frozenset({"2026-11-23T08:00:00+00:00"})),
    ),
    Reason.BUYER_CAP: (lambda: decision(sent_to_buyer_today=2), lambda: decision(sent_to_buyer_today=1)),
    Reason.SENDING_STOPPED: (lambda: decision(sending_stopped="61 in an hour"), decision),
}
# For every reason that stands beside an acknowledgement: a case that names it, and one that does not.
ACKNOWLEDGED: dict[Reason, tuple[Callable[[], Decision], Callable[[], Decision]]] = {
    Reason.CLOSED_WEEKEND: (decision, lambda: closed(datetime(2026, 12, 25, 9, 0, tzinfo=UTC))),
    Reason.CLOSED_HOLIDAY: (lambda: closed(datetime(2026, 12, 25, 9, 0, tzinfo=UTC)), decision),
    Reason.CLOSED_CLOSURE: (lambda: closed(datetime(2026, 5, 15, 9, 0, tzinfo=UTC)), decision),
    Reason.CLOSED_HOURS: (lambda: closed(datetime(2026, 11, 24, 18, 30, tzinfo=UTC)), decision),
    Reason.LANGUAGE_FALLBACK: (lambda: decision(language="it"), lambda: decision(language="de-AT")),
    Reason.LANGUAGE_DETECTED: (lambda: decision(detected=Detected("de", 0.97)), decision),
    Reason.BEFORE_UNATTENDED: (lambda: at_closing(answered_at=None), decision),
}
CLOSING = Closing(datetime(2026, 11, 27, 17, 0, tzinfo=UTC), MONDAY)
AT_CLOSING = replace(POLICY, when=frozenset({"before_unattended"}))


def at_closing(
    *,
    policy: AcknowledgePolicy = AT_CLOSING,
    now: datetime = CLOSING.at,
    closing: Closing = CLOSING,
    **changes: object,
) -> Decision:
    """Return what is decided on Friday at 18:00 about a message that came at noon, with some facts changed."""
    facts = replace(FACTS, received_at=FRIDAY_NOON, **changes)  # type: ignore[arg-type]
    return decide(facts, CALENDAR, policy, now, closing)


def late(received_at: datetime, now: datetime) -> Decision:
    """Return the decision about a message first seen at `now`, where age is no matter."""
    return decision(received_at=received_at, now=now, first_start_at=None, policy=replace(POLICY, max_age=10 * A_DAY))


def closed(received_at: datetime) -> Decision:
    """Return the decision about a message of any kind of closed time."""
    every = frozenset({"weekend", "holiday", "closure", "outside_hours"})
    return decision(received_at=received_at, first_start_at=None, policy=replace(POLICY, when=every))


def test_every_reason_has_its_cases() -> None:
    """A new reason without a test for and against it fails here, by name."""
    assert [reason for reason in Reason if reason not in REFUSALS and reason not in ACKNOWLEDGED] == []


@pytest.mark.parametrize("reason", ACKNOWLEDGED)
def test_a_reason_beside_an_acknowledgement_is_named_when_it_holds(reason: Reason) -> None:
    """Both mails are acknowledged; only one for this reason."""
    shows, nearly = (case() for case in ACKNOWLEDGED[reason])
    assert isinstance(shows, Acknowledge)
    assert isinstance(nearly, Acknowledge)
    assert reason in codes(shows)
    assert reason not in codes(nearly)


@pytest.mark.parametrize("reason", REFUSALS)
def test_each_refusal_has_one_cause(reason: Reason) -> None:
    """The cause withholds for this reason alone; its nearest neighbour is acknowledged."""
    cause, neighbour = REFUSALS[reason]
    refused = cause()
    assert isinstance(refused, Withhold)
    assert codes(refused) == {reason}
    assert isinstance(neighbour(), Acknowledge)


def test_all_reasons_are_listed() -> None:
    """Explaining only the first would send the seller from one surprise to the next."""
    everything = decision(
        policy=replace(POLICY, enabled=False, fallback_language=None, languages=frozenset()),
        kind=Kind.AUTOMATIC,
        authentic=Authentic.UNKNOWN,
        automatic=("precedence:bulk", "list-id"),
        own=True,
        addressed_to_us=False,
        message_id="",
        marketplace=None,
        suppressed=True,
        returned=True,
        same_text_from_others=5,
        received_at=FRIDAY_NOON,
        now=FRIDAY_NOON + 3 * A_DAY,
        first_start_at=SATURDAY,
        revalidated=True,
        thread_state=ThreadState.ANSWERED,
        sent_to_buyer_today=9,
        sending_stopped="61 in an hour",
    )
    assert codes(everything) == set(REFUSALS) - {
        Reason.NOT_AUTHENTIC,
        Reason.KIND_NOT_ACKNOWLEDGED,
        Reason.OPENED_SINCE,
        Reason.NO_OPENING,
        Reason.NO_RESPONSE_NEEDED,
        Reason.ACKNOWLEDGED_THIS_PERIOD,
    }


def test_it_is_not_sent_when_the_office_opens_before_it_would_leave() -> None:
    """Two minutes before nine, with five minutes of delay, a person will be there first."""
    received_at = MONDAY - timedelta(minutes=2)
    policy = replace(POLICY, when=frozenset({"outside_hours"}))
    assert Reason.OPEN_HOURS in codes(decision(received_at=received_at, policy=policy))


def test_what_has_waited_does_not_wait_again() -> None:
    """The delay runs from the message; after an hour without a connection it leaves at once."""
    found = decision(now=SATURDAY + timedelta(hours=1))
    assert isinstance(found, Acknowledge)
    assert found.send_at == SATURDAY + timedelta(hours=1)


def test_a_server_clock_that_runs_ahead_delays_nothing() -> None:
    """A message from a little in the future leaves five minutes from now."""
    found = decision(now=SATURDAY - timedelta(minutes=30))
    assert isinstance(found, Acknowledge)
    assert found.send_at == SATURDAY - timedelta(minutes=25)


@pytest.mark.parametrize(
    ("margin", "promise"),
    [
        (timedelta(0), "2026-11-30T09:00+01:00"),
        (timedelta(hours=3), "2026-11-30T12:00+01:00"),
        (timedelta(hours=4), "2026-11-30T14:00+01:00"),  # an hour of lunch does not count
        (timedelta(hours=8), "2026-11-30T18:00+01:00"),  # the very end of the day is still that day
        (timedelta(hours=8, minutes=1), "2026-12-01T09:01+01:00"),
        (timedelta(hours=40), "2026-12-04T18:00+01:00"),  # five working days end on Friday, not on the weekend
    ],
)
def test_the_margin_of_a_promise_is_working_time(margin: timedelta, promise: str) -> None:
    """Neither a break nor a closed day is ever promised, and the seller has all of the margin to answer in."""
    found = decision(policy=replace(POLICY, answer_margin=margin), calendar=WITH_LUNCH)
    assert isinstance(found, Acknowledge)
    assert found.promise_at == datetime.fromisoformat(promise)
    assert found.opens_at == MONDAY


@pytest.mark.parametrize(
    ("wanted", "expected", "fallback"),
    [("fr", "fr", False), ("de-AT", "de", False), ("it", "en", True), (None, "en", False), ("en-GB", "en", False)],
)
def test_the_language_falls_back_from_region_to_language_to_english(
    wanted: str | None, expected: str, fallback: bool
) -> None:
    """de-AT reads German; a language without a text reads English, and the decision says so."""
    found = decision(language=wanted)
    assert isinstance(found, Acknowledge)
    assert found.language == expected
    assert (Reason.LANGUAGE_FALLBACK in codes(found)) is fallback


@pytest.mark.parametrize(
    ("written_in", "spoken", "languages", "fallback"),
    [
        (("fr", "nl"), {"fr", "nl", "en"}, ("fr", "nl"), None),
        (("fr", "nl"), {"fr", "en"}, ("fr",), "fr instead of nl"),
        (("ar", "en"), {"fr", "en"}, ("en",), "en instead of ar"),
        (("fr", "nl"), {"de", "en"}, ("en",), "en instead of fr, nl"),
    ],
)
def test_a_marketplace_of_several_languages_is_written_to_in_each(
    written_in: tuple[str, ...], spoken: set[str], languages: tuple[str, ...], fallback: str | None
) -> None:
    """In the marketplace's order; a language without a text is left out, and the decision says so."""
    found = decision(written_in=written_in, policy=replace(POLICY, languages=frozenset(spoken)))
    assert isinstance(found, Acknowledge)
    assert found.languages == languages
    assert [each.detail for each in found.reasons if each.code is Reason.LANGUAGE_FALLBACK] == (
        [fallback] if fallback else []
    )


def test_the_language_a_buyer_surely_wrote_in_counts_alone() -> None:
    """A German buyer on the Belgian marketplace reads German, with the figure it rests on."""
    found = decision(written_in=("fr", "nl"), detected=Detected("de", 0.974))
    assert isinstance(found, Acknowledge)
    assert found.languages == ("de",)
    assert Because(Reason.LANGUAGE_DETECTED, "de, 0.97") in found.reasons


def test_at_closing_time_a_message_of_open_time_is_acknowledged() -> None:
    """It came at noon, waits until Monday, and the text tells of the weekend that begins."""
    assert at_closing() == Acknowledge(
        template="acknowledgement",
        languages=("fr",),
        promise_at=MONDAY,
        period=PERIOD,
        send_at=CLOSING.at + timedelta(minutes=5),
        opens_at=MONDAY,
        described_at=datetime(2026, 11, 27, 23, 0, tzinfo=UTC),
        reasons=(Because(Reason.BEFORE_UNATTENDED, "Friday 18:00"),),
    )


@pytest.mark.parametrize(
    ("reason", "decided"),
    [
        (Reason.KIND_NOT_ACKNOWLEDGED, lambda: at_closing(policy=POLICY)),
        (Reason.DISABLED, lambda: at_closing(policy=replace(AT_CLOSING, enabled=False))),
        (Reason.NOT_VERIFIED, lambda: at_closing(authentic=Authentic.UNKNOWN)),
        (Reason.TOO_OLD, lambda: at_closing(policy=replace(AT_CLOSING, max_age=timedelta(hours=5)))),
        (Reason.ANSWERED, lambda: at_closing(thread_state=ThreadState.ANSWERED)),
        (Reason.ACKNOWLEDGED_THIS_PERIOD, lambda: at_closing(acknowledged_periods=frozenset({PERIOD}))),
        (Reason.BUYER_CAP, lambda: at_closing(sent_to_buyer_today=2)),
        (Reason.SENDING_STOPPED, lambda: at_closing(sending_stopped="61 in an hour")),
        (Reason.BEFORE_FIRST_START, lambda: at_closing(first_start_at=FRIDAY_NOON + BEFORE)),
        (Reason.AFTER_UIDVALIDITY_CHANGE, lambda: at_closing(revalidated=True)),
        (Reason.OPEN_HOURS, lambda: at_closing(now=MONDAY, policy=replace(AT_CLOSING, max_age=10 * A_DAY))),
    ],
)
def test_at_closing_time_every_other_rule_holds(reason: Reason, decided: Callable[[], Decision]) -> None:
    """Only when it came is forgiven; all that speaks against it otherwise still does."""
    found = decided()
    assert isinstance(found, Withhold)
    assert codes(found) == {reason}


def test_a_closing_before_the_last_opening_is_no_closing_any_more() -> None:
    """A program that slept from Christmas Day over the opening of the 26th does not say good night twice."""
    before = Closing(datetime(2026, 12, 24, 17, 0, tzinfo=UTC), datetime(2026, 12, 26, 9, 0, tzinfo=UTC))
    policy = replace(AT_CLOSING, max_age=60 * A_DAY)
    after = datetime(2026, 12, 26, 12, 0, tzinfo=UTC)
    assert codes(at_closing(closing=before, now=after, policy=policy)) == {Reason.OPENED_SINCE}


def test_every_reason_reads_as_a_sentence() -> None:
    """With its detail and without, for explain, the digest and a thread's story."""
    for reason in Reason:
        assert words(Because(reason)).endswith(".")
        assert words(Because(reason, "detail")).endswith(": detail.")
    holiday = Because(Reason.CLOSED_HOLIDAY, "Christmas Day (FR)")
    assert words(holiday) == "It came on a public holiday: Christmas Day (FR)."


instants = st.datetimes(datetime(2026, 11, 1), datetime(2027, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows


@given(instants, st.integers(0, 3 * 24 * 60), st.integers(0, 40 * 60))
def test_nothing_is_ever_sent_into_open_time(received_at: datetime, minutes: int, margin: int) -> None:
    """Whatever is sent leaves in closed time, before the opening it names, and promises an open moment."""
    policy = replace(POLICY, max_age=10 * A_DAY, answer_margin=timedelta(minutes=margin))
    now = received_at + timedelta(minutes=minutes)
    found = decision(received_at=received_at, now=now, first_start_at=None, policy=policy)
    if isinstance(found, Acknowledge):
        assert not isinstance(state_at(CALENDAR, received_at), Open)
        assert not isinstance(state_at(CALENDAR, found.send_at), Open)
        assert found.send_at < found.opens_at <= found.promise_at
        spans = open_spans(CALENDAR, found.opens_at, found.promise_at + A_DAY)
        assert any(start <= found.promise_at <= end for start, end in spans)
        assert found.period == found.opens_at.isoformat()


@given(instants, st.integers(0, 24 * 60))
def test_a_decision_taken_twice_is_the_same(received_at: datetime, minutes: int) -> None:
    """A crash between deciding and keeping costs nothing: the same facts at the same time decide alike."""
    now = received_at + timedelta(minutes=minutes)
    assert late(received_at, now) == late(received_at, now)
