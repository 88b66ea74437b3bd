"""The rows of troubles: one a cause while it lasts, with the time it was really there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from responder.adapters.store import Store, retention, schema, troubles
from responder.core.troubles import TroubleKind

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AWAY = ("main", TroubleKind.MAILBOX, "imap")


@pytest.fixture
def store(shared: Store) -> Iterator[Store]:
    """A state without a trouble, shared by these cases: a database of its own costs more than all of them."""
    yield shared
    shared.run(lambda conn: conn.execute(delete(schema.trouble)).rowcount)


def test_a_cause_that_lasts_is_one_row(store: Store) -> None:
    """Its words are the newest ones, its beginning the first."""
    assert store.run(troubles.begin, *AWAY, "no route", NOW)
    assert not store.run(troubles.begin, *AWAY, "refused", NOW + MINUTE, again_at=NOW + 2 * MINUTE)
    assert store.run(troubles.still, *AWAY, NOW + 3 * MINUTE)
    (found,) = store.run(troubles.lasting)
    assert (found.words, found.began_at, found.last_at) == ("refused", NOW, NOW + 3 * MINUTE)
    assert (found.again_at, found.lasted(NOW + 5 * MINUTE)) == (NOW + 2 * MINUTE, 5 * MINUTE)


def test_coming_and_going_is_one_row_that_counts_the_bad_time_alone(store: Store) -> None:
    """Two minutes away, three well, four away: six minutes in one row, with nothing told of its end."""
    store.run(troubles.begin, *AWAY, "away", NOW)
    assert store.run(troubles.over, *AWAY, NOW + 2 * MINUTE)
    assert not store.run(troubles.over, *AWAY, NOW + 3 * MINUTE)
    store.run(troubles.begin, *AWAY, "away", NOW + 5 * MINUTE)
    (found,) = store.run(troubles.lasting)
    assert (found.bad_at, found.well_at, found.lasted(NOW + 9 * MINUTE)) == (NOW + 5 * MINUTE, None, 6 * MINUTE)


def test_what_ended_ended_when_it_became_well_and_begins_anew_afterwards(store: Store) -> None:
    """The end is decided later than it was; the same cause is a new row then."""
    store.run(troubles.begin, *AWAY, "away", NOW)
    store.run(troubles.over, *AWAY, NOW + MINUTE)
    (first,) = store.run(troubles.lasting)
    assert store.run(troubles.end, [first.id], NOW + 20 * MINUTE) == 1
    assert store.run(troubles.lasting) == ()
    assert [each.over_at for each in store.run(troubles.since, NOW)] == [NOW + MINUTE]
    assert store.run(troubles.begin, *AWAY, "away", NOW + 30 * MINUTE)


def test_each_account_kind_and_key_is_a_cause_of_its_own(store: Store) -> None:
    """Two accounts, two kinds and two keys never share a row; a kind that is asked for comes alone."""
    for cause in (AWAY, ("other", *AWAY[1:]), ("main", TroubleKind.PASSWORD_REFUSED, "imap"), (*AWAY[:2], "sent")):
        assert store.run(troubles.begin, *cause, "wrong", NOW)
    assert len(store.run(troubles.lasting)) == 4
    assert [each.kind for each in store.run(troubles.lasting, [TroubleKind.PASSWORD_REFUSED])] == ["password_refused"]


def test_nothing_is_over_or_still_there_that_never_began(store: Store) -> None:
    """Both say so, and make no row."""
    assert not store.run(troubles.over, *AWAY, NOW)
    assert not store.run(troubles.still, *AWAY, NOW)
    assert store.run(troubles.since, NOW) == ()


def test_a_restart_forgets_what_nobody_was_told_and_nothing_else(store: Store) -> None:
    """A connection of an earlier process counts anew; what was told, and what is no loop's word, stays."""
    store.run(troubles.begin, *AWAY, "away", NOW)
    store.run(troubles.begin, "told", TroubleKind.MAILBOX, "imap", "away", NOW)
    store.run(troubles.begin, "main", TroubleKind.SILENCE, "inbox", "no mail", NOW)
    told = next(each.id for each in store.run(troubles.lasting) if each.account == "told")
    assert store.run(troubles.told, [told], None, NOW) == 1
    assert store.run(troubles.restarted, NOW + MINUTE) == 1
    assert {(each.account, each.kind) for each in store.run(troubles.lasting)} == {
        ("told", TroubleKind.MAILBOX),
        ("main", TroubleKind.SILENCE),
    }


def test_an_end_is_told_once_and_only_where_the_beginning_was(store: Store) -> None:
    """What nobody heard of has no recovery; nor has what is news and no state."""
    for account, kind in (("a", TroubleKind.MAILBOX), ("b", TroubleKind.MAILBOX), ("c", TroubleKind.SET_ASIDE)):
        store.run(troubles.begin, account, kind, "imap", "wrong", NOW)
    ids = {each.account: each.id for each in store.run(troubles.lasting)}
    store.run(troubles.told, [ids["a"], ids["c"]], None, NOW)
    store.run(troubles.end, list(ids.values()), NOW + MINUTE)
    assert [each.account for each in store.run(troubles.to_recover)] == ["a"]
    assert store.run(troubles.over_told, [ids["a"]], NOW + MINUTE) == 1
    assert store.run(troubles.to_recover) == ()


def test_a_clock_that_went_back_makes_no_negative_time(store: Store) -> None:
    """The end is never before the beginning."""
    store.run(troubles.begin, *AWAY, "away", NOW)
    store.run(troubles.over, *AWAY, NOW - MINUTE)
    (found,) = store.run(troubles.lasting)
    assert (found.well_at, found.lasted(NOW)) == (NOW, timedelta(0))


def test_what_is_long_over_is_forgotten_and_what_lasts_is_not(store: Store) -> None:
    """Its words may quote a subject; a trouble that lasts is kept however old it is."""
    store.run(troubles.begin, *AWAY, "away", NOW)
    store.run(troubles.begin, "main", TroubleKind.UNKNOWN_KIND, "type:NEW", "type:NEW: “x”", NOW)
    over = next(each.id for each in store.run(troubles.lasting) if each.kind is TroubleKind.UNKNOWN_KIND)
    store.run(troubles.end, [over], NOW + MINUTE)
    store.run(retention.purge, NOW + MINUTE)
    assert len(store.run(troubles.since, NOW)) == 2
    store.run(retention.purge, NOW + 2 * MINUTE)
    assert [each.kind for each in store.run(troubles.since, NOW - MINUTE)] == [TroubleKind.MAILBOX]
