"""Figures that only grow, counted on from where the last look ended."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from responder.adapters.store import Store, cursors, decisions, mails, outbox, tallies
from responder.adapters.store.tallies import Tally


def decide(store: Store, at: Any, *codes: str, action: str = "withhold") -> None:
    """Keep a decision with these reasons."""
    reasons = [{"code": code, "detail": ""} for code in codes]
    store.run(decisions.decide, decisions.Decision(at=at, action=action, reasons=reasons))


def test_each_look_counts_on_from_the_last_one(store: Store, make: Any) -> None:
    """Each reason of each decision once, whatever was looked at before; mails read in part, and those set aside."""
    decide(store, make.now, "answered", "answered", "own_mail")
    decide(store, make.now, "answered", action="acknowledge")
    store.run(mails.insert_mail, make.mail(error="too deep"))
    store.run(mails.insert_mail, make.mail())
    first = store.run(tallies.counted, Tally())
    assert first.withheld == {"answered": 1, "own_mail": 1}
    assert first.unreadable == 1
    assert store.run(tallies.counted, first) == first
    decide(store, make.now, "answered")
    store.run(mails.insert_mail, make.mail(error="no end"))
    store.run(cursors.begin_attempt, "main", "INBOX", 7, 99, make.now)
    store.run(cursors.quarantine, "main", "INBOX", 7, 99, "it killed us", make.now)
    second = store.run(tallies.counted, first)
    assert second.withheld == {"answered": 2, "own_mail": 1}
    assert second.unreadable == 3
    assert replace(store.run(tallies.counted, Tally()), withheld=second.withheld) == second


def test_a_long_past_is_counted_in_parts(store: Store, make: Any) -> None:
    """Each part goes on from the one before, and only the last says that it is all."""
    for _ in range(3):
        decide(store, make.now, "answered")
    parts = [store.run(tallies.counted, Tally(), 2)]
    parts.append(store.run(tallies.counted, parts[0], 2))
    assert [(each.withheld["answered"], each.whole) for each in parts] == [(2, False), (3, True)]


def test_mail_that_was_accepted_stays_counted(store: Store, make: Any) -> None:
    """By kind; what came back afterwards was sent all the same, what waits was not."""
    for number, kind in enumerate(("acknowledgement", "acknowledgement", "digest")):
        outbox_id = store.run(outbox.enqueue, make.outgoing(kind=kind, message_id=f"<{number}@x>"))
        assert outbox_id is not None
        store.run(outbox.claim_due, "main", make.now)
        store.run(outbox.mark_sent, outbox_id, make.now + timedelta(minutes=number), "250")
    store.run(outbox.enqueue, make.outgoing())
    assert store.run(tallies.sent) == {"acknowledgement": 2, "digest": 1}
    store.run(outbox.bounced, "<0@x>", "no such user")
    assert store.run(tallies.sent) == {"acknowledgement": 2, "digest": 1}
    assert store.run(tallies.last_sent_at, "digest") == make.now + timedelta(minutes=2)
    assert store.run(tallies.last_sent_at, "alert") is None
