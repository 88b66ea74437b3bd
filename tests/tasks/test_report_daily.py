"""Exactly one digest a day: over changed clocks, outages and restarts."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from responder.adapters.store import digests, outbox
from responder.adapters.store.outbox import Claimed
from responder.daemon import build
from responder.tasks import report

WEDNESDAY = datetime(2026, 7, 15, 5, 30, tzinfo=UTC)  # 7:30 in Paris
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def turn(office, at: datetime) -> int | None:
    """Do what the report task does at an instant; it knows nothing but the state."""
    return office.run(report.turn, office.parts.reporter, office.parts.started_at, at)


def restarted(office, at: datetime) -> int | None:
    """Do it in a daemon that has just begun again."""
    parts = build(office.parts.loaded, office.store, at, {"SELLER_PASSWORD": "secret"})
    return office.run(report.turn, parts.reporter, parts.started_at, at)


def written(office) -> list[str]:
    """The keys of the digests in the outbox, the oldest first."""
    return [row.idem_key for row in office.outbox() if row.kind == "digest"]


# Around a digest's time, the hour that comes twice or never, and midnight of either side: all in half hours.
AROUND = tuple(
    HOUR * half / 2 for half in (-40, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 40, 42, 44, 46, 47, 48, 50)
)


@pytest.mark.parametrize(
    ("night", "due"),
    [
        (date(2027, 3, 28), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),  # there is no 2:30: when the clock jumps to 3:00
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # 2:30 comes twice: the first time
    ],
)
def test_a_night_in_which_the_clocks_change_has_one_digest(office, night: date, due: datetime) -> None:
    """The digest is due at 2:30, which comes never, or twice: one each day, that of the night at its instant."""
    reporter = replace(office.parts.reporter, at=time(2, 30))
    made = {}
    office.run(digests.insert_digest, night - DAY, None, due - DAY)
    for at in (due + each for each in AROUND):
        if office.run(report.turn, reporter, office.parts.started_at, at) is not None:
            made[at.astimezone(reporter.operator.zone).date()] = at
    assert list(made) == [night, night + DAY]
    assert made[night] == due
    assert report.next_at(reporter, due - timedelta(seconds=1)) == due
    assert report.next_at(reporter, due) > due + 20 * HOUR


def test_an_outage_of_five_days_is_made_up_for_by_one(office) -> None:
    """The daemon is back on Monday afternoon: one digest, of that day, and the next on Tuesday at its time."""
    assert turn(office, WEDNESDAY) is not None
    back = WEDNESDAY + 5 * DAY + 7 * HOUR
    assert turn(office, back) is not None
    assert turn(office, back + HOUR) is None
    assert turn(office, WEDNESDAY + 6 * DAY - timedelta(seconds=1)) is None
    assert turn(office, WEDNESDAY + 6 * DAY) is not None
    assert written(office) == ["digest:2026-07-15", "digest:2026-07-20", "digest:2026-07-21"]


def test_a_restart_between_writing_and_sending_doubles_nothing(office) -> None:
    """It was claimed, and the process died before the first byte: the same mail leaves once, later."""
    first = turn(office, WEDNESDAY)
    claimed = office.run(outbox.claim_due, "main", WEDNESDAY)
    assert isinstance(claimed, Claimed)
    later = WEDNESDAY + timedelta(minutes=2)
    assert office.run(outbox.recover, "main", later).requeued == 1
    assert restarted(office, later) is None
    again = office.run(outbox.claim_due, "main", later)
    assert isinstance(again, Claimed)
    assert (again.id, again.rfc822) == (first, claimed.rfc822)
    office.run(outbox.data_started, again.id, later)
    office.run(outbox.mark_sent, again.id, later, "250 ok")
    assert turn(office, later + HOUR) is None
    assert office.run(outbox.claim_due, "main", later + HOUR) is None
    assert written(office) == ["digest:2026-07-15"]


def test_a_restart_right_after_writes_no_second_one(office) -> None:
    """A daemon that crashes and comes back all morning is not a reason for a mail each time."""
    assert restarted(office, WEDNESDAY) is not None
    assert restarted(office, WEDNESDAY + timedelta(seconds=1)) is None
    assert restarted(office, WEDNESDAY + 5 * HOUR) is None
    assert written(office) == ["digest:2026-07-15"]


@pytest.mark.parametrize("wrong", [-3 * HOUR, -2 * DAY, 365 * DAY])
def test_a_clock_that_is_set_wrong_and_right_again_doubles_no_day(office, wrong: timedelta) -> None:
    """Back by hours or days, or forward by a year: no day gets a second digest, and the right day's comes."""
    assert turn(office, WEDNESDAY) is not None
    turn(office, WEDNESDAY + HOUR + wrong)
    assert turn(office, WEDNESDAY + 2 * HOUR) is None
    assert turn(office, WEDNESDAY + DAY) is not None
    assert turn(office, WEDNESDAY + DAY + HOUR) is None
    keys = written(office)
    assert len(keys) == len(set(keys))
    assert {"digest:2026-07-15", "digest:2026-07-16"} <= set(keys)
