"""When the service outside hears from us: after every mailbox was looked at, not too often, and of failures at once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from neighbours.pinged import Pinged, service
from structlog.testing import capture_logs

from responder.adapters.clock import ManualClock
from responder.adapters.heartbeat import Service
from responder.core.heartbeat import Signal
from responder.tasks.heartbeat import Beating, Heartbeat, Mailboxes

NOON = datetime.fromisoformat("2026-07-14T12:00:00+00:00")
MINUTE = timedelta(minutes=1)


@dataclass
class Story:
    """A daemon of two mailboxes, and the service that hears of it."""

    pinged: Pinged
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    mailboxes: Mailboxes = field(default_factory=lambda: Mailboxes(["main", "other"]))
    still: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        settings = Heartbeat(service=Service(lambda: self.pinged.url), every=5 * MINUTE, unreachable_after=15 * MINUTE)
        self.beating = Beating(settings, self.mailboxes, self.clock, still=lambda: self.still)

    async def after(self, minutes: int, *looked: str) -> Signal | None:
        """Move on, look into these mailboxes, and let what is due be said."""
        self.clock.move_to(self.clock.now() + minutes * MINUTE)
        for account in looked:
            self.mailboxes.looked(account)
        return await self.beating.turn()


@pytest.fixture
async def story() -> AsyncIterator[Story]:
    """A daemon that has just started, and said so."""
    async with service("key") as pinged:
        made = Story(pinged)
        assert await made.beating.turn() is Signal.START
        yield made


async def test_it_is_said_once_every_mailbox_was_looked_at_and_not_too_often(story: Story) -> None:
    """One mailbox alone is no sign of life; after five minutes and both again, the next."""
    assert await story.after(1, "main") is None
    assert await story.after(1, "other") is Signal.ALIVE
    assert await story.after(4, "main", "other") is None
    assert await story.after(1) is Signal.ALIVE
    assert await story.after(9, "main") is None
    assert story.pinged.told() == ["start", "key", "key"]


async def test_a_short_break_of_a_mailbox_is_no_failure_and_no_sign_of_life(story: Story) -> None:
    """Servers close connections all day: a failure is what lasts for a quarter of an hour."""
    story.mailboxes.failed("main", story.clock.now())
    assert await story.after(14, "other") is None
    assert await story.after(0, "main") is Signal.ALIVE


async def test_a_mailbox_that_stays_away_is_a_failure_with_its_name_and_no_more(story: Story) -> None:
    """Told at once, then no more often than every five minutes; over with the next look."""
    story.mailboxes.failed("main", story.clock.now())
    assert await story.after(15, "other") is Signal.FAIL
    assert await story.after(4, "other") is None
    story.mailboxes.failed("main", story.clock.now())
    assert await story.after(1, "other") is Signal.FAIL
    assert await story.after(1, "main") is Signal.ALIVE
    assert story.pinged.heard[1] == ("/key/fail", "the mailbox of main cannot be reached")
    assert story.pinged.told() == ["start", "fail", "fail", "key"]


async def test_a_loop_that_stands_still_is_a_failure_whatever_the_mailboxes_say(story: Story) -> None:
    """A daemon that only looks does not live."""
    story.still.append("deliver:main")
    assert await story.after(1, "main", "other") is Signal.FAIL
    assert story.pinged.heard[1] == ("/key/fail", "a loop stands still: deliver:main")
    story.still.append("report")
    assert await story.after(1) is Signal.FAIL  # worse than before: said at once
    story.still.clear()
    assert await story.after(1) is Signal.ALIVE


async def test_a_service_that_does_not_hear_is_logged_once_and_shown(story: Story) -> None:
    """The daemon goes on; the second miss is no news, hearing again is."""
    story.pinged.status = 500
    with capture_logs() as lines:
        for _ in range(2):
            assert await story.after(5, "main", "other") is Signal.ALIVE
        assert story.beating.problem == "127.0.0.1 answered with 500"
        story.pinged.status = 200
        assert await story.after(5, "main", "other") is Signal.ALIVE
    assert story.beating.problem is None
    assert [line["event"] for line in lines] == ["the heartbeat was not heard", "the heartbeat is heard again"]


async def test_one_round_says_how_it_went() -> None:
    """`run --once`: alive when every mailbox was looked at, else a failure."""
    async with service("key") as pinged:
        story = Story(pinged)
        story.mailboxes.looked("main")
        assert await story.beating.once() is Signal.FAIL
        story.mailboxes.looked("other")
        assert await story.beating.once() is Signal.ALIVE
        story.mailboxes.failed("other", NOON)
        assert await story.beating.once() is Signal.FAIL
    assert pinged.told() == ["fail", "key", "fail"]
