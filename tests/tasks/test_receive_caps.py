"""The brakes on a flood, on the path real mail takes: counts in the state end what nothing else tells apart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from mail import builders

from responder.adapters.store import sending
from responder.core.acknowledge import SAME_TEXT_LIMIT
from responder.core.breaker import Cap, Paused, Stopped
from responder.tasks.receive import Arrival, Kept, keep

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ROBOT = "Thank you for your mail. We have received your request and will come back to you."


def written(office, number: int, text: str, at: datetime = BASTILLE_DAY, account: str = "main") -> Kept:
    """Receive what an unmarked robot writes as buyer `number`, and decide at once."""
    raw = builders.buyer_message(
        text=text,
        alias=f"robot{number:010d}",
        order_id=f"171-{number:07d}-1234567",
        message_id=f"<robot-{number}@example.net>",
    )
    judge = replace(office.judge, account=account)
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


@pytest.mark.parametrize("account", ["main", "second"])
def test_while_sending_is_stopped_nothing_is_decided_to_be_sent(office, account: str) -> None:
    """Of no account: the message is tracked and the reason is kept; after a resume the next one is acknowledged."""
    office.run(sending.stop, Stopped(BASTILLE_DAY, Cap.HOURLY, 60, 60, 58))
    assert not written(office, 1, "Your ticket 1 was opened.", account=account).enqueued
    assert office.reasons() == ["sending_stopped"]
    assert len(office.threads()) == 1
    office.run(sending.resume, BASTILLE_DAY + HOUR, "camille")
    assert written(office, 2, "Your ticket 2 was opened.", BASTILLE_DAY + HOUR, account=account).enqueued


def test_in_a_pause_what_is_decided_waits(office) -> None:
    """A pause ends by itself: its acknowledgements may still be in time."""
    office.run(sending.pause, Paused(BASTILLE_DAY, BASTILLE_DAY + HOUR), "camille")
    assert written(office, 1, "Your ticket 1 was opened.").enqueued
    assert [row.state for row in office.outbox()] == ["queued"]
