"""Closing time: whose message would be overdue before anyone is back is told so when everybody leaves, once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from mail import builders

from responder.adapters.clock import ManualClock
from responder.adapters.store import mails, meta, outbox
from responder.core.kinds import Authentic
from responder.tasks.receive import Judge, Kept
from responder.tasks.receive.closing import next_at, remembered, run, turn

FRIDAY = datetime(2026, 7, 17, 12, 0, tzinfo=UTC)  # 14:00 in Paris
CLOSING = datetime(2026, 7, 17, 16, 0, tzinfo=UTC)
MONDAY = datetime(2026, 7, 20, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
WANTED = frozenset({"before_unattended"})


def judge_of(office, when: frozenset[str] = WANTED, **changes: object) -> Judge:
    """Return the account's judge, which says good night at closing time."""
    return replace(office.judge, acknowledge=replace(office.judge.acknowledge, when=when, **changes))  # type: ignore[arg-type]


def receive(office, raw: bytes, at: datetime = FRIDAY, *, uid: int = 1, **more: Any) -> Kept:
    """Keep one mail as the receive task of that account does."""
    return office.receive(raw, at, judge=judge_of(office), uid=uid, **more)


def test_a_friday_message_is_acknowledged_when_everybody_leaves(office) -> None:
    """Received at two, still open at six: told of the weekend and of Monday, five minutes after closing."""
    assert not receive(office, builders.buyer_message()).enqueued
    (outbox_id,) = office.run(turn, judge_of(office), CLOSING)
    (row,) = office.outbox()
    assert (row.id, row.due_at, row.expires_at) == (outbox_id, CLOSING + 5 * MINUTE, MONDAY)
    assert row.payload["promise_at"] == "2026-07-20T12:00:00+00:00"
    text = message_from_bytes(row.rfc822, policy=policy.default).get_content()
    assert "Notre boutique est fermée pour le week-end." in text
    assert "au plus tard le lundi 20 juillet 2026" in text
    assert "> Bonjour, où est mon colis ?" in text
    assert office.reasons() == ["received_in_open_time", "open_hours", "before_unattended"]


@pytest.mark.parametrize(
    ("at", "closing"),
    [
        pytest.param(
            datetime(2026, 7, 15, 12, 0, tzinfo=UTC), datetime(2026, 7, 15, 16, 0, tzinfo=UTC), id="Wednesday"
        ),
        pytest.param(FRIDAY - 4 * HOUR, datetime(2026, 7, 17, 10, 30, tzinfo=UTC), id="Friday's lunch"),
    ],
)
def test_who_is_back_in_time_says_no_good_night(office, at: datetime, closing: datetime) -> None:
    """Tomorrow at nine the deadline of two in the afternoon can be kept; after lunch everybody is back."""
    receive(office, builders.buyer_message(), at)
    assert office.run(turn, judge_of(office), closing) == ()
    assert office.reasons() == ["received_in_open_time", "open_hours"]


def test_before_a_holiday_it_is_called_by_its_name(office) -> None:
    """The evening before the national holiday begins the holiday, in the buyer's language."""
    receive(office, builders.buyer_message(), datetime(2026, 7, 13, 12, 0, tzinfo=UTC))
    office.run(turn, replace(judge_of(office)), datetime(2026, 7, 13, 16, 0, tzinfo=UTC))
    (row,) = office.outbox()
    text = message_from_bytes(row.rfc822, policy=policy.default).get_content()
    assert "jour férié (Fête nationale)" in text
    assert "mercredi 15 juillet 2026" in text


def test_each_closing_is_looked_at_once(office) -> None:
    """The daemon looks every half minute; what was refused is not refused again and again."""
    receive(office, builders.buyer_message(auth=None))
    assert office.run(turn, judge_of(office), CLOSING) == ()
    assert office.run(turn, judge_of(office), CLOSING + MINUTE) == ()
    assert office.reasons().count("not_verified") == 2  # at its arrival, and at closing time
    assert office.run(meta.value, "closing:main") == CLOSING.isoformat()


def test_a_restart_catches_up_within_the_same_closed_time_only(office) -> None:
    """Started on Saturday the buyer is still told; started on Monday nobody says good night."""
    receive(office, builders.buyer_message())
    assert office.run(turn, judge_of(office), MONDAY) == ()
    assert len(office.run(turn, judge_of(office), CLOSING + 12 * HOUR)) == 1
    assert office.outbox()[0].due_at == CLOSING + 12 * HOUR


def test_a_message_fetched_after_closing_time_is_told_as_well(office) -> None:
    """The program slept from three to eight; at closing time nobody knew of the message."""
    office.run(turn, judge_of(office), CLOSING)
    assert receive(office, builders.buyer_message(), now=CLOSING + 2 * HOUR).enqueued
    assert office.reasons() == ["before_unattended"]
    assert office.run(turn, judge_of(office), CLOSING + 3 * HOUR) == ()


def test_a_message_of_the_evening_is_told_like_one_of_the_afternoon(office) -> None:
    """`when` does not name the hours after closing, but nobody is back before its deadline: after the usual delay."""
    office.run(turn, judge_of(office), CLOSING)
    assert receive(office, builders.buyer_message(), CLOSING + HOUR).enqueued
    assert office.reasons() == ["before_unattended"]
    (row,) = office.outbox()
    assert row.due_at == CLOSING + HOUR + 5 * MINUTE
    assert "week-end" in message_from_bytes(row.rfc822, policy=policy.default).get_content()


def test_a_message_of_the_evening_that_can_wait_until_morning_is_not(office) -> None:
    """On a Wednesday evening somebody is back before the deadline."""
    wednesday = datetime(2026, 7, 15, 17, 0, tzinfo=UTC)
    assert not receive(office, builders.buyer_message(), wednesday).enqueued
    assert office.reasons() == ["kind_not_acknowledged"]


def test_who_was_told_in_this_closed_time_is_not_told_again(office) -> None:
    """A second message of the evening changes nothing: once per thread and closed time."""
    receive(office, builders.buyer_message())
    office.run(turn, judge_of(office), CLOSING)
    both = judge_of(office, frozenset({"before_unattended", "weekend", "outside_hours"}))
    raw = builders.buyer_message(text="Et encore une question.")
    assert not office.receive(raw, CLOSING + HOUR, now=CLOSING + HOUR, judge=both, uid=2).enqueued
    assert office.reasons()[-1] == "acknowledged_this_period"


def test_an_answer_before_it_leaves_stops_it(office) -> None:
    """Somebody stayed a few minutes longer and wrote."""
    receive(office, builders.buyer_message())
    office.run(turn, judge_of(office), CLOSING)
    office.receive(builders.sent_answer(ALIAS), CLOSING + 3 * MINUTE, sent=True)
    assert [row.state for row in office.outbox()] == ["cancelled"]


def test_an_answered_thread_hears_nothing_at_closing_time(office) -> None:
    """Only what waits is looked at."""
    receive(office, builders.buyer_message())
    office.receive(builders.sent_answer(ALIAS), FRIDAY + HOUR, sent=True)
    assert office.run(turn, judge_of(office), CLOSING) == ()
    assert office.outbox() == ()


def test_the_last_of_several_messages_is_replied_to(office) -> None:
    """Its Message-ID, its words; the clock is still that of the first."""
    receive(office, builders.buyer_message(message_id="<first@example.net>"))
    second = builders.buyer_message(text="Il est urgent.", message_id="<second@example.net>")
    receive(office, second, FRIDAY + HOUR, uid=2)
    office.run(turn, judge_of(office), CLOSING)
    (row,) = office.outbox()
    mail = message_from_bytes(row.rfc822, policy=policy.default)
    assert mail["In-Reply-To"] == "<second@example.net>"
    assert "> Il est urgent." in mail.get_content()


def test_nobody_asked_for_it_nothing_happens(office) -> None:
    """Without `before_unattended` closing time is no event, and the program does not wake for it."""
    receive(office, builders.buyer_message())
    assert office.run(turn, office.judge, CLOSING) == ()
    assert next_at(office.judge, FRIDAY) is None
    off = judge_of(office, enabled=False)
    assert office.run(turn, off, CLOSING) == ()
    assert next_at(off, FRIDAY) is None
    assert office.outbox() == ()


def test_the_next_closing_is_slept_for(office) -> None:
    """Past lunch, over the weekend."""
    assert next_at(judge_of(office), FRIDAY - 4 * HOUR) == CLOSING
    assert next_at(judge_of(office), CLOSING) == MONDAY + 9 * HOUR


def test_a_message_is_remembered_as_it_was_understood(office) -> None:
    """The verdict of its arrival counts, whatever the headers would say now; the words and addresses are read again."""
    kept = receive(office, builders.buyer_message(case_id="1b4e28ba-2fa1-11d2-883f-0016d3cca427"), revalidated=True)
    stored = office.run(mails.mail, kept.mail_id)
    changed = replace(stored, authentic="unknown", authentic_reason="as it was")
    found = remembered(office.judge, changed)
    assert found is not None
    assert found.classified.verdict.authentic is Authentic.UNKNOWN
    assert found.classified.text == "Bonjour, où est mon colis ?"
    assert found.classified.buyer_address == (
        "a1b2c3d4e5f6g7h+1b4e28ba-2fa1-11d2-883f-0016d3cca427@marketplace.amazon.fr"
    )
    assert (found.mail_id, found.received_at, found.revalidated) == (kept.mail_id, FRIDAY, True)
    assert remembered(office.judge, replace(stored, raw=None)) is None


def test_a_full_limit_holds_at_closing_time_too(office) -> None:
    """Two mails a day to one buyer, and a third thread of his is only shown."""
    judge = judge_of(office, per_buyer_per_day=1)
    for number in range(2):
        order = f"171-000000{number}-1234567"
        receive(office, builders.buyer_message(order_id=order, text=f"Question {number} ?"), uid=number + 1)
    assert len(office.run(turn, judge, CLOSING)) == 1
    assert office.reasons()[-1] == "buyer_cap"
    assert len(office.run(outbox.outbox_rows)) == 1


async def test_the_daemon_wakes_for_closing_time(office) -> None:
    """It sleeps over lunch and the afternoon, and is there when everybody leaves; the loop says that it lives."""
    receive(office, builders.buyer_message(), FRIDAY - 3 * HOUR)
    clock = ManualClock(FRIDAY - 2 * HOUR)
    turned, told = asyncio.Event(), asyncio.Event()
    accounts: list[str] = []

    def enqueued(account: str) -> None:
        accounts.append(account)
        told.set()

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        loop = group.create_task(
            run(
                office.store,
                [judge_of(office)],
                clock,
                wake=asyncio.Event(),
                enqueued=enqueued,
                ticked=turned.set,
            )
        )
        await turned.wait()
        assert office.outbox() == ()
        clock.move_to(CLOSING)
        await told.wait()
        loop.cancel()
    assert accounts == ["main"]
    assert [row.due_at for row in office.outbox()] == [CLOSING + 5 * MINUTE]
