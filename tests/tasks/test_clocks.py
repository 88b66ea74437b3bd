"""Both clocks of a thread and those of notices, as timers: each point once, in waking hours, across restarts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mail import builders
from tasks.conftest import BASTILLE_DAY, CONFIG, MONDAY, Office

from responder.adapters.store import timers
from responder.core.threads import Acknowledged, AcknowledgementReturned, Event, ThreadState
from responder.tasks import schedule
from responder.tasks.receive import happen

HOUR = timedelta(hours=1)
AWAKE = CONFIG.replace("warn_before: [6h, 2h]", 'warn_before: [6h, 2h], waking_hours: "07:00-22:00"')


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Office]:
    """An office whose operator wants no mail between ten in the evening and seven in the morning, in Paris."""
    made = Office(tmp_path, MONDAY, config=AWAKE)
    yield made
    made.store.close()


def hear(office: Office, event: Event, now: datetime) -> None:
    """Let something happen to the only thread."""
    (thread,) = office.threads()
    office.run(happen, office.judge, thread, event, now)


def mails(office: Office, *hours: float) -> list[bool]:
    """Return whether an alert is written at each of these hours after the message came."""
    at = (BASTILLE_DAY + each * HOUR for each in hours)
    return [office.run(schedule.turn, office.parts.operator, each) is not None for each in at]


def pending(office: Office) -> list[tuple[str, float]]:
    """Return the kinds of the timers ahead, with their hours after the message came."""
    return [(each.kind, round((each.due_at - BASTILLE_DAY) / HOUR, 2)) for each in office.run(timers.timers)]


def test_a_promise_that_ends_first_warns_and_is_overdue_by_itself(office: Office) -> None:
    """Both clocks have their points; the one they share is one mail."""
    office.receive(builders.buyer_message())
    hear(office, Acknowledged(BASTILLE_DAY + HOUR, BASTILLE_DAY + 20 * HOUR), BASTILLE_DAY + HOUR)
    assert pending(office) == [
        ("promise_warn", 14), ("warn", 18), ("promise_warn", 18), ("promise_overdue", 20),
        ("warn", 22), ("overdue", 24),
    ]  # fmt: skip
    hours = (13.9, 14, 14.1, 18, 18.1, 20, 20.1, 22, 22.1, 24, 24.1, 30)
    told = dict(zip(hours, mails(office, *hours), strict=True))
    assert [hour for hour, written in told.items() if written] == [14, 18, 20.1, 22, 24.1]


def test_a_promise_tells_nothing_of_amazons_clock_again(office: Office) -> None:
    """The warning of 18 hours was given; an acknowledgement accepted after it repeats nothing."""
    office.receive(builders.buyer_message())
    assert mails(office, 18) == [True]
    hear(office, Acknowledged(BASTILLE_DAY + 18.5 * HOUR, BASTILLE_DAY + 30 * HOUR), BASTILLE_DAY + 18.5 * HOUR)
    assert pending(office) == [
        ("warn", 22), ("promise_warn", 24), ("overdue", 24), ("promise_warn", 28), ("promise_overdue", 30),
    ]  # fmt: skip
    assert mails(office, 18.6) == [False]


def test_a_promise_that_came_back_takes_its_warnings_with_it(office: Office) -> None:
    """Amazon's clock keeps its own."""
    office.receive(builders.buyer_message())
    accepted = BASTILLE_DAY + HOUR
    hear(office, Acknowledged(accepted, BASTILLE_DAY + 20 * HOUR), accepted)
    hear(office, AcknowledgementReturned(accepted), accepted + HOUR)
    assert pending(office) == [("warn", 18), ("warn", 22), ("overdue", 24)]


def test_a_promise_for_amazons_own_instant_is_no_second_clock(office: Office) -> None:
    """One clock, one set of warnings."""
    office.receive(builders.buyer_message())
    hear(office, Acknowledged(BASTILLE_DAY + HOUR, BASTILLE_DAY + 24 * HOUR), BASTILLE_DAY + HOUR)
    assert pending(office) == [("warn", 18), ("warn", 22), ("overdue", 24)]


def test_a_renewed_promise_has_the_warnings_of_the_later_time(office: Office) -> None:
    """Those of the first one are gone with it."""
    office.receive(builders.buyer_message())
    for hour, promise in ((1, 20), (2, 40)):
        hear(
            office, Acknowledged(BASTILLE_DAY + hour * HOUR, BASTILLE_DAY + promise * HOUR), BASTILLE_DAY + hour * HOUR
        )
    assert [each for each in pending(office) if each[0].startswith("promise")] == [
        ("promise_warn", 34), ("promise_warn", 38), ("promise_overdue", 40),
    ]  # fmt: skip


def test_an_answer_stops_both_clocks(office: Office) -> None:
    """Nothing is left to warn of."""
    office.receive(builders.buyer_message())
    hear(office, Acknowledged(BASTILLE_DAY + HOUR, BASTILLE_DAY + 20 * HOUR), BASTILLE_DAY + HOUR)
    office.receive(builders.sent_answer("a1b2c3d4e5f6g7h@marketplace.amazon.fr"), BASTILLE_DAY + 2 * HOUR, sent=True)
    assert (office.threads()[0].state, pending(office)) == (ThreadState.ANSWERED, [])


def test_warnings_a_few_minutes_apart_are_one_mail_and_overdue_is_never_early(office: Office) -> None:
    """The second buyer wrote four minutes later: warned of together, overdue each in its own time."""
    for minutes, alias in ((0, "a1a1a1a1a1a1a1a"), (4, "b2b2b2b2b2b2b2b")):
        mail = builders.buyer_message(alias=alias, text=alias, order_id=None)
        office.receive(mail, BASTILLE_DAY + timedelta(minutes=minutes))
    assert mails(office, 17.9, 18, 18.07, 18.1) == [False, True, False, False]
    assert "1 other" in office.outbox()[-1].subject
    assert mails(office, 22, 22.1) == [True, False]
    late = [office.run(schedule.turn, office.parts.operator, BASTILLE_DAY + timedelta(hours=24, minutes=minutes))
            for minutes in (1, 3, 5)]  # fmt: skip
    assert [each is not None for each in late] == [True, False, True]


def test_warnings_six_minutes_apart_are_two_mails(office: Office) -> None:
    """Nobody is told much earlier than asked for."""
    for minutes, alias in ((0, "a1a1a1a1a1a1a1a"), (6, "b2b2b2b2b2b2b2b")):
        mail = builders.buyer_message(alias=alias, text=alias, order_id=None)
        office.receive(mail, BASTILLE_DAY + timedelta(minutes=minutes))
    assert mails(office, 18, 18.1) == [True, True]


def test_more_than_a_hundred_warnings_at_once_are_one_mail(office: Office) -> None:
    """A busy day is one alert, however many buyers wrote in that minute."""
    for number in range(110):
        alias = f"buyer{number:010}"
        office.receive(builders.buyer_message(alias=alias, text=f"{alias} asks", order_id=None))
    assert mails(office, 18, 18.01) == [True, False]
    assert "109 others" in office.outbox()[-1].subject


def test_a_point_is_told_once_across_a_restart(tmp_path: Path) -> None:
    """What was told before the process ended is not told after it began again; what was not is."""
    first = Office(tmp_path, MONDAY)
    first.receive(builders.buyer_message())
    assert mails(first, 18) == [True]
    first.store.close()
    second = Office(tmp_path, MONDAY)
    assert mails(second, 18.1, 22, 22.1) == [False, True, False]
    second.store.close()


def test_a_warning_of_the_night_comes_in_the_evening(sleeper: Office) -> None:
    """11:00 in Paris, due at 11:00: 05:00 becomes 22:00 of the day before, 09:00 stays."""
    sleeper.receive(builders.buyer_message())
    assert pending(sleeper) == [("warn", 11), ("warn", 22), ("overdue", 24)]


def test_an_outage_that_ends_in_the_night_wakes_nobody(sleeper: Office) -> None:
    """Back at three in the morning: what was due at ten in the evening is told at seven, once."""
    sleeper.receive(builders.buyer_message())
    assert mails(sleeper, 16, 16.1, 19.9) == [False, False, False]
    assert sleeper.run(timers.next_timer) == BASTILLE_DAY + 20 * HOUR
    assert mails(sleeper, 20, 20.1) == [True, False]


def test_a_deadline_in_the_night_beats_sleep(sleeper: Office) -> None:
    """It came at 23:00 and has six hours by its own words: the night is when it can still be answered."""
    at = datetime(2026, 7, 14, 1, 0, tzinfo=UTC)  # 03:00 in Paris
    sleeper.receive(builders.buyer_message(), at, now=at + 20 * HOUR)  # fetched at 23:00, due at 03:00
    assert [(each.kind, each.due_at) for each in sleeper.run(timers.timers)] == [
        ("warn", at + 20 * HOUR), ("warn", at + 22 * HOUR), ("overdue", datetime(2026, 7, 15, 5, 0, tzinfo=UTC)),
    ]  # fmt: skip
    assert sleeper.run(schedule.turn, sleeper.parts.operator, at + 20 * HOUR) is not None
    assert sleeper.run(schedule.turn, sleeper.parts.operator, at + 22 * HOUR) is not None
    assert sleeper.run(schedule.turn, sleeper.parts.operator, at + 25 * HOUR) is None
    assert sleeper.run(schedule.turn, sleeper.parts.operator, at + 28 * HOUR) is not None


def test_an_old_notice_seen_for_the_first_time_raises_no_alarm(office: Office) -> None:
    """A first start looks back over days: what was over before it is in the digest."""
    office.receive(builders.notice("RETURN_REQUEST"), now=BASTILLE_DAY + 30 * HOUR)
    assert (pending(office), mails(office, 31)) == ([], [False])
    assert office.notices()[0].due_at == BASTILLE_DAY + 24 * HOUR


def order_notice(day: str, *, auth: str | None = "pass") -> bytes:
    """Return Amazon's notice of an order that names its ship-by day."""
    return builders.notice(
        "ORDER",
        header=False,
        footer=False,
        from_header="<seller-notification@amazon.it>",
        subject="Sold, ship now",
        text=f"Ship by: {day}",
        auth=auth,
    )


@pytest.mark.parametrize(
    ("order", "due"),
    [
        (order_notice("17 July 2026"), datetime(2026, 7, 17, 22, 0, tzinfo=UTC)),  # midnight in Rome
        (order_notice("07/17/2026"), BASTILLE_DAY + 24 * HOUR),
        (order_notice("13 July 2026"), BASTILLE_DAY + 24 * HOUR),
        (order_notice("17 July 2026", auth=None), BASTILLE_DAY + 24 * HOUR),
        (None, BASTILLE_DAY + 24 * HOUR),
    ],
    ids=["known", "digits alone", "passed", "not verified", "no notice of the order"],
)
def test_a_cancellation_request_is_due_by_the_orders_ship_by_day(
    office: Office, order: bytes | None, due: datetime
) -> None:
    """The end of the day in the store's zone; where that is not known for sure, a day from now."""
    if order is not None:
        office.receive(order, MONDAY)
    office.receive(builders.notice("BRC_SELLER_NOTIFICATION"))
    (request,) = (each for each in office.notices() if each.notice_type == "cancellation_request")
    assert request.due_at == due
