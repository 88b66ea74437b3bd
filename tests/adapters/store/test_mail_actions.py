"""What was asked by mail is kept, and a token does something once, on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from responder.adapters.store import Store, by_person, mail_actions, mails, outbox, schema
from responder.adapters.store.mail_actions import Attempt
from responder.core.actions import Action, Outcome

HOUR = timedelta(hours=1)


def attempt(store: Store, make: Any, token: str | None, outcome: Outcome, **more: Any) -> int | None:
    """Keep an attempt by a mail of its own, and return its id."""

    def work(conn: Connection) -> int | None:
        mail_id = mails.insert_mail(conn, make.mail(kind="other"))
        assert mail_id is not None
        usual = {"account": "main", "mail_id": mail_id, "at": make.now, "action": Action.ANSWERED, "target": 12}
        return mail_actions.add(conn, Attempt(**{**usual, "token": token, "outcome": outcome, **more}))

    return store.run(work)


def test_a_token_is_used_once_and_refused_as_often_as_it_comes(store: Store, make: Any) -> None:
    """The database itself says so: what was refused, or had no token of ours, uses nothing up."""
    assert attempt(store, make, "abc", Outcome.NOT_PROVEN) is not None
    assert attempt(store, make, None, Outcome.NOT_OURS) is not None
    assert store.run(mail_actions.used_at, "abc") is None
    assert attempt(store, make, "abc", Outcome.DONE, at=make.now + HOUR) is not None
    assert store.run(mail_actions.used_at, "abc") == make.now + HOUR
    assert attempt(store, make, "abc", Outcome.ALREADY) is None
    assert attempt(store, make, "abc", Outcome.USED) is not None
    assert attempt(store, make, "abd", Outcome.DONE) is not None


def test_only_the_two_states_are_kept(store: Store, make: Any) -> None:
    """A state of another version's would be told as something that it is not."""
    with pytest.raises(IntegrityError):
        store.run(_insert, make.now)


def _insert(conn: Connection, at: datetime) -> None:
    row = {"account": "main", "at": at, "state": "maybe", "reason": "done", "detail": ""}
    conn.execute(schema.mail_action.insert(), row)


def test_the_newest_attempts_are_told_in_their_order(store: Store, make: Any) -> None:
    """Those after the last that was told; so many of the operator's own, and all that may be forged."""
    ids = [attempt(store, make, None, Outcome.GONE, target=number, detail="why") for number in range(5)]
    assert store.run(mail_actions.last_id) == ids[-1]
    found = store.run(mail_actions.asked, ids[1] or 0)
    assert [(each.id, each.target) for each in found] == [(ids[number], number) for number in (2, 3, 4)]
    assert (found[0].action, found[0].outcome, found[0].detail) == (Action.ANSWERED, Outcome.GONE, "why")
    assert [each.target for each in store.run(mail_actions.asked, 0, 2)] == [3, 4]
    assert store.run(mail_actions.asked, ids[-1] or 0) == ()
    for number in range(5, 9):
        attempt(store, make, None, Outcome.NOT_PROVEN, target=number)
    assert [each.target for each in store.run(mail_actions.asked, 0, 2)] == [3, 4, 5, 6, 7, 8]


def test_a_person_releases_what_waits_and_nothing_else(store: Store, make: Any) -> None:
    """Held goes; what breaks a rule, what has gone and what never was do not."""
    held = store.run(outbox.enqueue, make.outgoing(state="held"))
    assert isinstance(store.run(by_person.release, held, make.now), by_person.Released)
    again = store.run(by_person.release, held, make.now)
    assert isinstance(again, by_person.NotWaiting)
    assert again.row.state == "queued"
    broken = store.run(outbox.enqueue, make.outgoing(state="held", payload={"findings": ["L04 line 2: no gifts"]}))
    refused = store.run(by_person.release, broken, make.now)
    assert isinstance(refused, by_person.BreaksARule)
    assert refused.broken == "L04 line 2: no gifts"
    assert store.run(by_person.release, 999, make.now) is None
