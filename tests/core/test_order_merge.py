"""What several sources say of one order: one state, in whatever order they came."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from responder.core.order_merge import Said, detail_merged, kept, merged

NAMES = ("status", "carrier", "shipped_at")
VALUES = st.fixed_dictionaries(
    {
        "status": st.none() | st.sampled_from(["Shipped", "Cancelled", "Pending"]),
        "carrier": st.none() | st.sampled_from(["Post", "Other"]),
        "shipped_at": st.none() | st.integers(0, 3) | st.sampled_from(["2026-11-20", "2026-11-21T10:00:00"]),
    }
)
SOURCES = st.lists(st.tuples(VALUES, st.integers(1, 4)), min_size=1, max_size=6)
DETAIL = st.dictionaries(st.sampled_from("abc"), st.none() | st.booleans() | st.integers(0, 3) | st.text(max_size=2))


def state(sources: list[tuple[dict[str, Any], int]]) -> Said:
    """Return what is known after these sources, kept and read again after each."""
    known = Said()
    for values, at in sources:
        known = merged(known, values, at)
        known = kept({name: known.values.get(name) for name in NAMES}, known.seen_at, known.older)
    return known


@given(SOURCES, st.randoms(use_true_random=False))
def test_any_order_of_sources_gives_the_same_state(sources: list[Any], random: Any) -> None:
    """Repeated, overlapping or the oldest last: what is known is the same."""
    again = [*sources, *sources[:2]]
    random.shuffle(again)
    assert state(again) == state(sources)


@given(SOURCES)
def test_each_value_is_that_of_the_newest_source_that_says_it(sources: list[Any]) -> None:
    """What is not said never takes the place of what is; of one instant the greater counts, and a day for the least."""
    found = state(sources)
    for name in NAMES:
        said = [(at, isinstance(values[name], int), values[name]) for values, at in sources if values[name] is not None]
        assert found.values.get(name) == (max(said)[-1] if said else None)
    assert found.seen_at == max(at for _, at in sources)


def test_an_old_source_after_a_new_one_fills_only_what_was_not_said() -> None:
    """A report of last week names the carrier; that the order was cancelled since stays."""
    known = merged(Said(), {"status": "Cancelled"}, 20)
    assert merged(known, {"status": "Shipped", "carrier": "Post"}, 10).values == {
        "status": "Cancelled",
        "carrier": "Post",
    }
    assert merged(known, {"carrier": "Post"}, 10).older == {"carrier": 10}


@given(DETAIL, DETAIL, DETAIL)
def test_details_of_an_event_are_the_same_whoever_told_them_first(
    one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
) -> None:
    """Two sources, three sources, one of them twice."""
    assert detail_merged(one, two) == detail_merged(two, one)
    assert detail_merged(detail_merged(one, two), three) == detail_merged(one, detail_merged(two, three))
    assert detail_merged(detail_merged(one, two), two) == detail_merged(one, two)


def test_what_is_proven_takes_the_place_of_what_is_not() -> None:
    """The same notice, once without and once with proof."""
    assert detail_merged({"verified": False}, {"verified": True, "amount": None}) == {"verified": True}
