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
from responder.core.calendars import Calendar, Closure, ExtraDay, Holiday, Open, Wall, WorkingHours, state_at
from responder.core.kinds import Authentic, Kind
from responder.core.threads import ThreadState

PARIS = ZoneInfo("Europe/Paris")
CALENDAR = Calendar(
    WorkingHours(PARIS, dict.fromkeys(range(5), ((time(9), time(18)),))),
    {date(2026, 12, 25): Holiday(date(2026, 12, 25), "Christmas Day", "holidays:FR")},
    (Closure(Wall(date(2026, 5, 15)), Wall(date(2026, 5, 16)), "Bridge day", "closures-2026.yaml"),),
    (ExtraDay(date(2026, 12, 26), ((time(10), time(11)),), "Inventory", "closures-2026.yaml"),),
)
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
        language="fr",
        promise_at=MONDAY,
        period=PERIOD,
        send_at=SATURDAY + timedelta(minutes=5),
        opens_at=MONDAY,
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
    Reason.HOURLY_CAP: (lambda: decision(sent_last_hour=60), lambda: decision(sent_last_hour=59)),
    Reason.DAILY_CAP: (lambda: decision(sent_last_day=300), lambda: decision(sent_last_day=299)),
}
# For every reason that stands beside an acknowledgement: a case that names it, and one that does not.
ACKNOWLEDGED: dict[Reason, tuple[Callable[[], Decision], Callable[[], Decision]]] = {
    Reason.CLOSED_WEEKEND: (decision, lambda: closed(datetime(2026, 12, 25, 9, 0, tzinfo=UTC))),
    Reason.CLOSED_HOLIDAY: (lambda: closed(datetime(2026, 12, 25, 9, 0, tzinfo=UTC)), decision),
    Reason.CLOSED_CLOSURE: (lambda: closed(datetime(2026, 5, 15, 9, 0, tzinfo=UTC)), decision),
    Reason.CLOSED_HOURS: (lambda: closed(datetime(2026, 11, 24, 18, 30, tzinfo=UTC)), decision),
    Reason.LANGUAGE_FALLBACK: (lambda: decision(language="it"), lambda: decision(language="de-AT")),
}


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
        sent_last_hour=99,
        sent_last_day=999,
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


def test_the_promise_leaves_time_to_answer() -> None:
    """Four hours of margin after the opening."""
    found = decision(policy=replace(POLICY, answer_margin=timedelta(hours=4)))
    assert isinstance(found, Acknowledge)
    assert found.promise_at == MONDAY + timedelta(hours=4)
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


def test_every_reason_reads_as_a_sentence() -> None:
    """With its detail and without, for explain, the digest and a thread's story."""
    for reason in Reason:
        assert words(Because(reason)).endswith(".")
        assert words(Because(reason, "detail")).endswith(": detail.")
    holiday = Because(Reason.CLOSED_HOLIDAY, "Christmas Day (FR)")
    assert words(holiday) == "It came on a public holiday: Christmas Day (FR)."


instants = st.datetimes(datetime(2026, 11, 1), datetime(2027, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows


@given(instants, st.integers(0, 3 * 24 * 60))
def test_nothing_is_ever_sent_into_open_time(received_at: datetime, minutes: int) -> None:
    """Whatever is sent leaves in closed time, before the opening it names, and promises an open moment."""
    found = late(received_at, received_at + timedelta(minutes=minutes))
    if isinstance(found, Acknowledge):
        assert not isinstance(state_at(CALENDAR, received_at), Open)
        assert not isinstance(state_at(CALENDAR, found.send_at), Open)
        assert found.send_at < found.opens_at <= found.promise_at
        assert isinstance(state_at(CALENDAR, found.promise_at), Open)
        assert found.period == found.opens_at.isoformat()


@given(instants, st.integers(0, 24 * 60))
def test_a_decision_taken_twice_is_the_same(received_at: datetime, minutes: int) -> None:
    """A crash between deciding and keeping costs nothing: the same facts at the same time decide alike."""
    now = received_at + timedelta(minutes=minutes)
    assert late(received_at, now) == late(received_at, now)
