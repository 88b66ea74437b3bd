"""Timers as kept: each rings once, alone or with those that are due soon, and can be put off or cancelled."""

from datetime import timedelta
from typing import Any

from responder.adapters.store import Store, threads, timers

MINUTE = timedelta(minutes=1)


def _set(store: Store, make: Any, *minutes: float, kind: str = "warn", thread_id: int | None = None) -> None:
    for each in minutes:
        at = make.now + each * MINUTE
        store.run(timers.add_timer, f"{kind}:{thread_id}:{each}", kind, at, thread_id=thread_id)


def _fire(store: Store, make: Any, minutes: float, **more: Any) -> list[tuple[str, float]]:
    fired = store.run(timers.fire_due, make.now + minutes * MINUTE, **more)
    return [(each.kind, (each.due_at - make.now) / MINUTE) for each in fired]


def test_a_timer_rings_once(store: Store, make: Any) -> None:
    """Asked again at the same instant nothing is due any more."""
    _set(store, make, 3, 1)
    assert _fire(store, make, 0) == []
    assert _fire(store, make, 3) == [("warn", 1), ("warn", 3)]
    assert _fire(store, make, 3) == []


def test_what_is_due_soon_rings_along_and_nothing_rings_alone_too_early(store: Store, make: Any) -> None:
    """Only kinds that may be early, only within the time named, and only beside one that is due."""
    _set(store, make, 0, 5, 6)
    _set(store, make, 4, kind="overdue")
    ahead = {"early": ["warn"], "ahead": 5 * MINUTE}
    assert _fire(store, make, -1, **ahead) == []
    assert _fire(store, make, 0, **ahead) == [("warn", 0), ("warn", 5)]
    assert _fire(store, make, 4, **ahead) == [("overdue", 4), ("warn", 6)]


def test_a_timer_can_be_put_off_while_it_is_pending(store: Store, make: Any) -> None:
    """It rings at the later instant; one that rang already does not ring again."""
    _set(store, make, 1, 2)
    assert _fire(store, make, 1) == [("warn", 1)]
    ids = [each.id for each in store.run(timers.timers, pending=False)]
    assert [each.id for each in store.run(timers.due_timers, make.now + 2 * MINUTE)] == ids[1:]
    assert store.run(timers.put_off, ids, make.now + 9 * MINUTE) == 1
    assert store.run(timers.due_timers, make.now + 2 * MINUTE) == ()
    assert _fire(store, make, 9) == [("warn", 9)]


def test_the_timers_of_one_clock_are_cancelled_alone(store: Store, make: Any) -> None:
    """A thread has two clocks; the other one's timers stay."""
    thread = store.run(threads.insert_thread, make.thread()).id
    _set(store, make, 1, 2, thread_id=thread)
    _set(store, make, 1, kind="promise_warn", thread_id=thread)
    assert store.run(timers.cancel_thread_timers, thread, ["warn", "overdue"]) == 2
    assert [each.kind for each in store.run(timers.timers)] == ["promise_warn"]
    assert store.run(timers.cancel_thread_timers, thread) == 1
    assert store.run(timers.timers) == ()
