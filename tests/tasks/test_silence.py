"""No new mail at all: a trouble once, over when mail comes, and none where the mailbox was not looked at."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from neighbours.desk import OPERATOR

from responder.adapters.store import Store, mails, troubles
from responder.adapters.store.mails import NewMail
from responder.core.troubles import Trouble, TroubleKind
from responder.tasks import silence
from responder.tasks.silence import Listening

NOON = datetime.fromisoformat("2026-07-14T12:00:00+00:00")
DAY = timedelta(days=1)
UIDS = count(1)


LISTENING = Listening(operator=OPERATOR, accounts=("main",), silent_after=3 * DAY)


def came(store: Store, at: datetime, **changes: Any) -> None:
    """Keep a mail that came into the inbox."""
    uid = next(UIDS)
    place: dict[str, Any] = {"account": "main", "folder": "INBOX", "role": "inbox", "uidvalidity": 1, "size": 9}
    mail = NewMail(
        **{**place, **changes},
        uid=uid,
        dedup_key=str(uid),
        message_id=None,
        received_at=at,
        kind="other",
    )
    assert store.run(mails.insert_mail, mail) is not None


@pytest.fixture
def busy(empty: Store) -> Store:
    """A mailbox in which a mail came every six hours, the last one at noon."""
    for number in range(24):
        came(empty, NOON - number * timedelta(hours=6))
    return empty


def turn(store: Store, at: datetime, *, looked: bool = True, **changes: Any) -> tuple[str, ...]:
    """Do what the task does at an instant."""
    settings = replace(LISTENING, **changes)
    found: tuple[str, ...] = store.run(silence.turn, settings, lambda _account: looked, at)
    return found


def trouble(store: Store) -> Trouble | None:
    """The trouble that lasts, well or not."""
    found: Trouble | None = store.run(troubles.one, "main", TroubleKind.SILENCE, "")
    return found


def test_a_silence_is_one_trouble_and_over_when_mail_comes(busy) -> None:
    """Asked for a week, it began once; the next message ends it."""
    assert turn(busy, NOON + 3 * DAY - timedelta(minutes=1)) == ()
    for days in (3, 4, 7):
        assert turn(busy, NOON + days * DAY) == ("main",)
    assert (begun := trouble(busy)) is not None
    assert begun.began_at == NOON + 3 * DAY
    assert "2026-07-14 14:00" in begun.words
    assert "forwarded" in begun.words
    came(busy, NOON + 8 * DAY)
    assert turn(busy, NOON + 8 * DAY) == ()
    assert (ended := trouble(busy)) is not None
    assert ended.well_at == NOON + 8 * DAY


def test_a_mailbox_that_cannot_be_looked_at_is_not_silent(busy) -> None:
    """Another trouble says what is wrong there."""
    assert turn(busy, NOON + 30 * DAY, looked=False) == ()
    assert trouble(busy) is None


def test_our_own_mail_ends_no_silence(busy) -> None:
    """A digest that comes back into the watched mailbox proves nothing about Amazon's way to it."""
    came(busy, NOON + 2 * DAY, own=True)
    came(busy, NOON + 2 * DAY, role="sent")
    assert turn(busy, NOON + 3 * DAY) == ("main",)


def test_switched_off_it_says_nothing_and_ends_what_was_said(busy) -> None:
    """`operator.silent_after: null`."""
    turn(busy, NOON + 3 * DAY)
    assert turn(busy, NOON + 4 * DAY, silent_after=None) == ()
    assert (ended := trouble(busy)) is not None
    assert ended.well_at is not None
