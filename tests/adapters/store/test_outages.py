"""The heartbeat, and the outages it leaves behind for the digest."""

from datetime import timedelta

from responder.adapters.store import Store, outages
from responder.adapters.store.outages import Outage

MINUTE = timedelta(minutes=1)


def test_a_long_silence_is_an_outage_and_told_once(store: Store, make) -> None:
    """From the last heartbeat until the next: one digest says it, and the one after does not."""
    now = make.now
    assert store.run(outages.heartbeat_at) is None
    assert store.run(outages.begin, now) is None  # the first start ever
    store.run(outages.beat, now + MINUTE)
    assert store.run(outages.begin, now + 16 * MINUTE) is None
    found = Outage(now + 16 * MINUTE, now + 32 * MINUTE)
    assert store.run(outages.begin, now + 32 * MINUTE) == found
    assert store.run(outages.untold) == (found,)
    assert store.run(outages.heartbeat_at) == now + 32 * MINUTE
    store.run(outages.told)
    assert store.run(outages.untold) == ()


def test_outages_before_a_digest_are_all_kept(store: Store, make) -> None:
    """Down at night and again in the morning: the digest names both; of very many the latest."""
    at = make.now
    store.run(outages.beat, at)
    for _ in range(outages.KEPT + 3):
        at += timedelta(hours=1)
        store.run(outages.begin, at)
    kept = store.run(outages.untold)
    assert len(kept) == outages.KEPT
    assert (kept[-2].until_at, kept[-1]) == (kept[-1].from_at, Outage(at - timedelta(hours=1), at))


def test_a_clock_set_back_is_no_outage(store: Store, make) -> None:
    """The heartbeat of a time to come is replaced by the present."""
    store.run(outages.beat, make.now + timedelta(days=400))
    assert store.run(outages.begin, make.now) is None
    assert store.run(outages.heartbeat_at) == make.now
