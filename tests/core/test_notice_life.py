"""The life of a notice: what needs an answer, what ends it, and when a person is told of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core import alerts, digest, notice_life
from responder.core.digest import notice_words
from responder.core.escalation import Alarmed, Step, steps
from responder.core.kinds import NoticeType
from responder.core.notice_life import SeenBy, needs_answer, settled_words, settles, waits
from responder.core.waking import Waking, is_waking

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # a Thursday, 10:00 in Paris
NIGHT = datetime(2026, 11, 26, 23, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)  # 07:00 in Paris
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WAKING = Waking((time(7), time(22)), PARIS)
BEFORE = (6 * HOUR, 2 * HOUR)


@dataclass(frozen=True)
class Kept:
    """What of a notice decides whether somebody is needed."""

    urgent: bool = False
    due_at: datetime | None = None
    seen_by: SeenBy | None = None
    settled_at: datetime | None = None


@pytest.mark.parametrize(
    ("kept", "needed", "waiting"),
    [
        (Kept(), False, False),
        (Kept(urgent=True), True, True),
        (Kept(due_at=NOW), True, True),
        (Kept(urgent=True, seen_by=SeenBy.MAIL_PROGRAM), True, True),
        (Kept(urgent=True, seen_by=SeenBy.COMMAND), True, False),
        (Kept(due_at=NOW, seen_by=SeenBy.REPLY), True, False),
        (Kept(due_at=NOW, settled_at=NOW), True, False),
    ],
)
def test_what_waits_for_a_person(kept: Kept, needed: bool, waiting: bool) -> None:
    """Urgency or a deadline asks for a person; only their word or the end of the matter lets it rest."""
    assert (needs_answer(kept), waits(kept)) == (needed, waiting)


def test_what_ends_an_earlier_notice() -> None:
    """A decision ends the claim and what was asked about it; a chargeback only one that says how it ended."""
    claim = (NoticeType.A_TO_Z_OPENED, NoticeType.A_TO_Z_INFORMATION)
    assert settles(NoticeType.A_TO_Z_DECIDED, settled=False) == claim
    assert settles(NoticeType.CHARGEBACK, settled=False) == ()
    assert settles(NoticeType.CHARGEBACK, settled=True) == (NoticeType.CHARGEBACK,)
    assert settles(NoticeType.REFUND, settled=False) == (NoticeType.RETURN_REQUEST,)
    assert settles(NoticeType.POLICY, settled=True) == ()


def test_every_end_has_words() -> None:
    """The settling notice is named, so that a person can look it up; a granted claim names the appeal."""
    for notice_type in notice_life.SETTLES:
        assert "notice 7" in settled_words(notice_type, "denied", 7)
    assert notice_life.appeal("a_to_z_decided", "granted").endswith("within 30 days of the decision.")
    assert notice_life.appeal("a_to_z_decided", "denied") == ""
    assert notice_life.appeal("refund", "granted") == ""


def alarmed(at: datetime = NOW, **more: object) -> Alarmed:
    """An urgent notice that arrived `at`, without a deadline unless one is given."""
    values = {"notice_type": "policy", "urgent": True, "received_at": at, "due_at": None}
    return Alarmed(**{**values, **more})  # type: ignore[arg-type]


def told(notice: Alarmed, now: datetime | None = None, waking: Waking | None = WAKING) -> list[tuple[str, datetime]]:
    """When a person is told of it, and of what."""
    return [(str(each.kind), each.at) for each in steps(notice, BEFORE, waking, now or notice.received_at)]


def test_an_urgent_notice_is_told_at_once_and_again() -> None:
    """After one day and after three, as long as nobody confirms it."""
    again = [("notice_again", NOW + DAY), ("notice_again", NOW + 3 * DAY)]
    assert told(alarmed()) == [("notice", NOW), *again]


def test_a_deadline_takes_the_place_of_reminders() -> None:
    """At once, six and two hours before, and when it is over."""
    found = told(alarmed(due_at=NOW + 48 * HOUR), waking=None)
    assert [kind for kind, _ in found] == ["notice", "warn", "warn", "overdue"]
    assert [at - NOW for _, at in found[:3]] == [timedelta(0), 42 * HOUR, 46 * HOUR]


def test_the_night_is_kept_unless_the_deadline_is_in_it() -> None:
    """A notice of the night waits for the morning; one that is due before that does not."""
    assert told(alarmed(NIGHT))[0] == ("notice", MORNING)
    assert told(alarmed(NIGHT, due_at=NIGHT + 48 * HOUR))[0] == ("notice", MORNING)
    assert ("notice", NIGHT) in told(alarmed(NIGHT, due_at=NIGHT + 5 * HOUR))
    assert told(alarmed(NIGHT - 50 * HOUR, due_at=NIGHT - HOUR), NIGHT) == [("notice", MORNING)]


def test_a_history_that_was_read_rings_no_alarm() -> None:
    """Older than a day and marked as read at the first start: only its deadline warns; all else is told."""
    old = {"read_before": True, "history": True}
    assert told(alarmed(NOW - 2 * DAY, **old), NOW) == []
    kinds = [kind for kind, _ in told(alarmed(NOW - 2 * DAY, due_at=NOW + 5 * DAY, **old), NOW)]
    assert kinds == ["warn", "warn", "overdue"]
    assert told(alarmed(NOW - 2 * DAY, history=True), NOW)[0] == ("notice", NOW)
    assert told(alarmed(NOW - 2 * HOUR, **old), NOW)[0] == ("notice", NOW)
    assert told(alarmed(NOW - 2 * DAY, read_before=True), NOW)[0] == ("notice", NOW)


def test_bad_feedback_and_plain_news_ring_no_alarm_here() -> None:
    """Bad feedback has its own alert; a refund is for the digest; a return request warns before its deadline."""
    assert told(alarmed(notice_type="negative_feedback")) == []
    assert told(alarmed(notice_type="refund", urgent=False)) == []
    kinds = [kind for kind, _ in told(alarmed(notice_type="return_request", urgent=False, due_at=NOW + DAY))]
    assert kinds == ["warn", "warn", "overdue"]


@given(
    st.integers(-500_000, 500_000).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    st.integers(0, 200),
    st.none() | st.integers(1, 400),
    st.booleans(),
)
def test_nobody_is_told_twice_too_early_or_in_the_night_without_need(
    at: datetime, late: int, due: int | None, urgent: bool
) -> None:
    """Whenever it came and was fetched: each step once, none before now, and in the night only what cannot wait."""
    now, due_at = at + late * HOUR, None if due is None else at + due * HOUR
    found = steps(alarmed(at, due_at=due_at, urgent=urgent), BEFORE, WAKING, now)
    assert len(set(found)) == len(found)
    assert all(each.at >= now for each in found)
    assert not urgent or found
    for step in found:
        assert is_waking(WAKING, step.at) or _cannot_wait(step, due_at)


def _cannot_wait(step: Step, due_at: datetime | None) -> bool:
    return due_at is not None and step.at < due_at


def row(number: int = 3, **more: object) -> digest.Notice:
    """A policy warning that needs somebody."""
    values = {"notice_type": "policy", "subject": "Listing policy warning", "received_at": NOW - HOUR, "urgent": True}
    place = {"marketplace": "amazon.fr", "order_id": "171-1234567-1234567"}
    return digest.Notice(**{"id": number, **values, **place, **more})  # type: ignore[arg-type]


def test_an_alert_says_what_a_notice_is_and_what_was_said_before() -> None:
    """Its kind, amounts, number, how often it was told, and that a mail program's mark confirms nothing."""
    read = {"seen_by": SeenBy.MAIL_PROGRAM, "seen_at": NOW - HOUR}
    found = alerts.deadlines([row(digests=1, alerts=1, amounts=("119.00 EUR",), **read)], now=NOW, zone=PARIS)
    assert found.subject == "Needs you: Policy “Listing policy warning” 171-1234567-1234567"
    assert "Needs you  Policy: Listing policy warning" in found.text
    assert "amazon.fr · 171-1234567-1234567 · 119.00 EUR · came 09:00 · notice no. 3" in found.text
    assert "Told twice, not confirmed. " not in found.text
    assert "  Told twice, not confirmed.\n  A mail program shows it as read since 09:00." in found.text
    assert "clock" not in found.text
    assert found.text.endswith("Type: responder notice NUMBER seen")


def test_what_ends_first_leads_an_alert() -> None:
    """A claim that is overdue, then what needs somebody now, then what is due later."""
    late = row(1, notice_type="a_to_z_opened", due_at=NOW - HOUR, subject="Claim")
    soon = row(2, notice_type="chargeback", due_at=NOW + HOUR, subject="Dispute")
    found = alerts.deadlines([soon, row(), late], now=NOW, zone=PARIS)
    assert found.subject == "Overdue: A-to-z claim opened “Claim” 171-1234567-1234567 and 2 others"
    places = [found.text.index(f"notice no. {number}") for number in (1, 3, 2)]
    assert places == sorted(places)
    assert "3 notices from Amazon need you" in found.text
    assert alerts.deadlines([soon], now=NOW, zone=PARIS).subject.startswith("Act by 11:00: Chargeback “Dispute”")


def test_what_an_alert_only_counts_is_not_told() -> None:
    """Fifty notices: forty have a row, and those are the ones a person was told of."""
    many = [row(number, received_at=NOW - number * HOUR) for number in range(50)]
    shown = alerts.shown(many, NOW)
    text = alerts.deadlines(many, now=NOW, zone=PARIS).text
    assert len(shown) == 40
    assert all(f"notice no. {each.id}\n" in text for each in shown)
    assert "and 10 more" in text
    assert "responder notices --needs-answer" in text


def test_a_settled_notice_says_how_it_ended() -> None:
    """It is news once, and asks for nobody."""
    ended = row(settled_at=NOW, settled_how="Amazon decided the claim: denied (notice 7)", due_at=NOW + DAY)
    assert list(notice_words.remarks(ended, NOW, PARIS)) == ["Settled: Amazon decided the claim: denied (notice 7)."]
    assert not waits(ended)
