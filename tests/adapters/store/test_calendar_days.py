"""The resolved calendar and the warnings before its windows, as rows."""

from datetime import date, time, timedelta
from typing import Any

from responder.adapters.store import Store, calendar_days, outbox, sweeps, timers
from responder.core.calendars import Day, DayKind
from responder.core.resolved import MadeFrom, ResolvedDay

EVE = date(2026, 12, 24)
FIRST = MadeFrom("seller", "0.109", "2026b", "1.0")
DAYS = (
    ResolvedDay(Day(EVE, DayKind.WORKING, None, "weekly", ((time(9), time(12, 30)), (time(13, 30), time(18)))), 3600),
    ResolvedDay(Day(date(2026, 12, 25), DayKind.HOLIDAY, "Erster Weihnachtstag", "holidays:DE-BY", ()), 3600),
    ResolvedDay(Day(date(2026, 12, 26), DayKind.OPEN, "Inventur", "x.yaml", ((time(0), time(0)),)), -34200),
    ResolvedDay(Day(date(2026, 12, 27), DayKind.WORKING, None, "weekly", ((time(22), time(0)),)), 3600),
)


def test_a_calendar_is_read_as_it_was_kept(store: Store) -> None:
    """Breaks, all day long, until midnight, a name in any language: nothing is lost on either database."""
    assert (store.run(calendar_days.days), store.run(calendar_days.made_from)) == ((), None)
    assert store.run(calendar_days.replace, DAYS[::-1], FIRST) == 4
    assert (store.run(calendar_days.days), store.run(calendar_days.made_from)) == (DAYS, FIRST)


def test_only_what_is_different_is_written(store: Store) -> None:
    """An ordinary day later one day has gone and one has come."""
    store.run(calendar_days.replace, DAYS[:3], FIRST)
    assert store.run(calendar_days.replace, DAYS[1:], FIRST) == 1
    assert store.run(calendar_days.days) == DAYS[1:]
    changed = (DAYS[1], ResolvedDay(DAYS[2].day, 0), DAYS[3])
    newer = MadeFrom("seller", "0.110", "2026b", "1.0")
    assert store.run(calendar_days.replace, changed, newer) == 1
    assert (store.run(calendar_days.days), store.run(calendar_days.made_from)) == (changed, newer)


def test_a_sweep_follows_its_window(store: Store, make: Any) -> None:
    """Set once, moved with its window, gone with it, back with it; and given once, whatever comes back."""
    hour = timedelta(hours=1)
    store.run(sweeps.follow, {"a": make.now + hour, "b": make.now + 2 * hour})
    store.run(sweeps.follow, {"a": make.now + hour, "b": make.now + 2 * hour})
    assert [each.key for each in store.run(timers.timers)] == ["a", "b"]
    store.run(sweeps.follow, {"b": make.now + 3 * hour})
    assert store.run(sweeps.next_at) == make.now + 3 * hour
    store.run(sweeps.follow, {"a": make.now + hour, "b": make.now + 3 * hour})
    assert store.run(sweeps.next_at) == make.now + hour
    assert store.run(sweeps.fire_due, make.now) == ()
    assert [each.key for each in store.run(sweeps.fire_due, make.now + hour)] == ["a"]
    store.run(sweeps.follow, {"a": make.now + 5 * hour, "b": make.now + 3 * hour})
    assert [each.key for each in store.run(sweeps.fire_due, make.now + 9 * hour)] == ["b"]
    assert store.run(sweeps.fire_due, make.now + 9 * hour) == ()
    store.run(sweeps.follow, {})
    assert {(each.key, each.state) for each in store.run(timers.timers, pending=False)} == {
        ("a", "fired"),
        ("b", "fired"),
    }


def test_a_sweep_is_no_warning_of_a_deadline(store: Store, make: Any) -> None:
    """Each loop takes its own, and sleeps until its own; what is due next counts both."""
    hour = timedelta(hours=1)
    store.run(sweeps.follow, {"a": make.now + hour})
    store.run(timers.add_timer, "warn:1", "warn", make.now + 2 * hour)
    assert store.run(timers.next_timer) == make.now + 2 * hour
    assert store.run(outbox.next_due) == make.now + hour
    assert [each.key for each in store.run(timers.fire_due, make.now + 3 * hour)] == ["warn:1"]
    assert [each.key for each in store.run(sweeps.fire_due, make.now + 3 * hour)] == ["a"]
