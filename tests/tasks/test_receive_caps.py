"""The brakes on a flood, on the path real mail takes: counts in the state end what nothing else tells apart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from mail import builders

from responder.core.acknowledge import SAME_TEXT_LIMIT
from responder.tasks.receive import Arrival, Kept, keep

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ROBOT = "Thank you for your mail. We have received your request and will come back to you."


def written(office, number: int, text: str, at: datetime = BASTILLE_DAY, account: str = "main", **limits: int) -> Kept:
    """Receive what an unmarked robot writes as buyer `number`, in an account with these limits, and decide at once."""
    raw = builders.buyer_message(
        text=text,
        alias=f"robot{number:010d}",
        order_id=f"171-{number:07d}-1234567",
        message_id=f"<robot-{number}@example.net>",
    )
    judge = replace(office.judge, account=account, acknowledge=replace(office.judge.acknowledge, **limits))
    arrival = Arrival(
        folder="INBOX",
        role="inbox",
        uidvalidity=1,
        uid=number,
        received_at=at,
        size=len(raw),
        flags=frozenset(),
        raw=raw,
    )
    return office.run(keep, judge, arrival, at)


def test_the_same_long_text_from_several_buyers_ends_the_acknowledgements(office) -> None:
    """Each buyer is new, so no buyer's limit holds; what they have in common is what they say."""
    for number in range(1, SAME_TEXT_LIMIT + 1):
        assert written(office, number, ROBOT, BASTILLE_DAY + number * SECOND).enqueued
    late = SAME_TEXT_LIMIT + 1
    assert not written(office, late, ROBOT, BASTILLE_DAY + late * SECOND).enqueued
    assert office.reasons()[-1] == "same_text"
    assert len(office.threads()) == late
    assert written(office, late + 1, "Où est ma commande ? Elle devait arriver lundi.", BASTILLE_DAY + HOUR).enqueued


def test_the_same_short_text_is_many_buyers_question(office) -> None:
    """Ten people ask where their parcel is; each is acknowledged."""
    assert all(written(office, number, "Où est mon colis ?").enqueued for number in range(1, 11))


def test_the_sixty_first_acknowledgement_in_an_hour_waits_for_nobody(office) -> None:
    """The shipped limit: sixty go, the next message is only tracked, and an hour after the first one goes again."""
    for number in range(1, 61):
        assert written(office, number, f"Your ticket {number} was opened.", BASTILLE_DAY + number * SECOND).enqueued
    assert not written(office, 61, "Your ticket 61 was opened.", BASTILLE_DAY + 61 * SECOND).enqueued
    assert office.reasons()[-1] == "hourly_cap"
    assert len(office.outbox()) == 60
    assert len(office.threads()) == 61
    assert written(office, 62, "Your ticket 62 was opened.", BASTILLE_DAY + HOUR + 2 * SECOND).enqueued


@pytest.mark.parametrize(("limit", "code"), [("per_hour", "hourly_cap"), ("per_day", "daily_cap")])
def test_a_limit_is_one_for_all_accounts(office, limit: str, code: str) -> None:
    """Two accounts take turns; both together send as many as the limit says, and both stop there."""
    for number in range(1, 5):
        account = ("main", "second")[number % 2]
        assert written(office, number, f"Ticket {number} opened.", account=account, **{limit: 4}).enqueued
    for number, account in ((5, "main"), (6, "second")):
        assert not written(office, number, f"Ticket {number} opened.", account=account, **{limit: 4}).enqueued
        assert office.reasons()[-1] == code


def test_the_daily_limit_counts_twenty_four_hours(office) -> None:
    """Three an afternoon are few for an hour and all there are for the day."""
    for number in range(1, 4):
        assert written(office, number, f"Ticket {number} opened.", BASTILLE_DAY + number * HOUR, per_day=3).enqueued
    assert not written(office, 4, "Ticket 4 opened.", BASTILLE_DAY + 10 * HOUR, per_day=3).enqueued
    assert office.reasons()[-1] == "daily_cap"
