"""What the daemon wrote down of itself, as the digest tells it; and how many messages came on each day."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from responder.adapters.store import (
    Store,
    cursors,
    daemon_health,
    decisions,
    health,
    mails,
    message_days,
    outbox,
    threads,
    troubles,
)
from responder.adapters.store.outages import Outage as Missed
from responder.core import digest
from responder.core.troubles import TroubleKind

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def keep(store: Store, make, at, *, after=MINUTE, **given) -> int:
    """Keep a mail that came then, and the decision about it."""
    mail_id = store.run(mails.insert_mail, make.mail(received_at=at, **given))
    store.run(decisions.decide, decisions.Decision(at=at + after, action="keep", account="main", mail_id=mail_id))
    return mail_id


def test_every_figure_is_of_what_happened_since_the_last_digest(store: Store, make) -> None:
    """Troubles, mails read in part, and how long the others waited; what is set aside or held is counted whole."""
    now = make.now
    store.run(health.account_started, "main", now - 9 * DAY)
    store.run(health.account_started, "gone", now - 30 * DAY)  # no longer in the configuration
    store.run(health.set_health, "main", imap_contact_at=now - MINUTE)
    for number, after in enumerate((MINUTE, 3 * MINUTE, 9 * MINUTE)):
        keep(store, make, now - (number + 1) * HOUR, after=after)
    keep(store, make, now - 2 * HOUR, after=2 * MINUTE, error="no end of a header")
    keep(store, make, now - 3 * DAY, error="of before")
    store.run(troubles.begin, "main", TroubleKind.MAILBOX, "inbox", "it cannot be reached", now - 2 * HOUR)
    store.run(troubles.begin, "main", TroubleKind.UNKNOWN_KIND, "x", "nobody knows it", now - 2 * HOUR)
    store.run(troubles.begin, "main", TroubleKind.FOLDER, "sent", "it cannot be reached", now - 3 * DAY)
    store.run(troubles.over, "main", TroubleKind.FOLDER, "sent", now - 2 * DAY)
    store.run(troubles.over, "main", TroubleKind.MAILBOX, "inbox", now - HOUR)
    store.run(cursors.begin_attempt, "main", "INBOX", 1, 99, now - 5 * DAY)
    store.run(cursors.quarantine, "main", "INBOX", 1, 99, "RecursionError", now - 5 * DAY)
    store.run(outbox.enqueue, make.outgoing())
    found = store.run(daemon_health.of, ("main",), now - DAY)
    assert found == digest.DaemonHealth(
        watching_since=now - 9 * DAY,
        mailboxes=(digest.Mailbox("main", now - MINUTE),),
        troubles=1,
        unreadable=1,
        set_aside=1,
        waiting=1,
        held=0,
        handled_after=3 * MINUTE,
    )
    assert store.run(daemon_health.of, ("main",), None).troubles == 2


def test_a_mailbox_that_is_away_since_before_the_last_digest_is_no_quiet_one(store: Store, make) -> None:
    """It is counted as long as it lasts; nor does a restart, which knows of no problem yet, call it well."""
    now = make.now
    store.run(health.account_started, "main", now - 9 * DAY)
    store.run(health.set_health, "main", imap_contact_at=now - 3 * DAY)
    store.run(troubles.begin, "main", TroubleKind.MAILBOX, "imap", "it cannot be reached", now - 3 * DAY)
    found = store.run(daemon_health.of, ("main",), now - DAY)
    assert (found.troubles, found.mailboxes[0].ok) == (1, False)
    store.run(troubles.over, "main", TroubleKind.MAILBOX, "imap", now - 2 * DAY)
    found = store.run(daemon_health.of, ("main",), now - DAY)
    assert (found.troubles, found.mailboxes[0].ok) == (0, True)


def test_of_an_outage_nothing_is_known_while_mails_of_it_are_still_fetched(store: Store, make) -> None:
    """The server was asked and named fifty mails: that none came would be said before the first one is here."""
    now, missed = make.now, Missed(make.now - 5 * HOUR, make.now - HOUR)
    store.run(health.account_started, "main", now - 9 * DAY)
    store.run(health.set_health, "main", imap_contact_at=now, backlog=50)
    assert store.run(daemon_health.outage, missed, ("main",)).messages is None
    store.run(health.set_health, "main", imap_contact_at=now, backlog=0)
    assert store.run(daemon_health.outage, missed, ("main",)).messages == 0


def test_two_mails_are_too_few_to_say_how_long_one_waits(store: Store, make) -> None:
    """A figure of one mail that came through a slow server would be no figure."""
    for number in range(2):
        keep(store, make, make.now - number * HOUR)
    assert store.run(daemon_health.of, ("main",), None).handled_after is None


@pytest.mark.parametrize(("acknowledged", "answered"), [(False, 0), (True, 1)])
def test_of_an_outage_is_told_what_came_meanwhile_once_somebody_looked(
    store: Store, make, acknowledged: bool, answered: int
) -> None:
    """Buyers' messages of that time, each once; and whether one of them has an automatic answer."""
    now, missed = make.now, Missed(make.now - 5 * HOUR, make.now - HOUR)
    store.run(health.account_started, "main", now - 9 * DAY)
    store.run(health.set_health, "main", imap_contact_at=now - 2 * HOUR)
    assert store.run(daemon_health.outage, missed, ("main",)) == digest.Outage(missed.from_at, missed.until_at, None)
    thread_id = store.run(threads.insert_thread, make.thread()).id
    keep(store, make, now - 4 * HOUR, thread_id=thread_id)
    keep(store, make, now - 3 * HOUR)
    keep(store, make, now - 3 * HOUR, kind="notice")
    keep(store, make, now - 6 * HOUR)
    store.run(health.set_health, "main", imap_contact_at=now - HOUR)
    if acknowledged:
        store.run(outbox.enqueue, make.outgoing(thread_id=thread_id, created_at=now - HOUR))
    found = store.run(daemon_health.outage, missed, ("main",))
    assert found == digest.Outage(missed.from_at, missed.until_at, 2, answered)


def test_messages_are_counted_by_the_sellers_days(store: Store, make) -> None:
    """The fourteen days before today, on the seller's clock: half past eleven at night is another day in Tokyo."""
    now = make.now  # 14 July, 11:00 in Paris
    thread_id = store.run(threads.insert_thread, make.thread()).id
    for days, hours in ((1, 0), (1, -10.5), (3, 0), (13, 0), (15, 0), (0, 0)):
        keep(store, make, now - days * DAY - timedelta(hours=hours), thread_id=thread_id)
    shops = {"main": ("amazon.fr",)}
    in_paris = store.run(message_days.messages, shops, ZoneInfo("Europe/Paris"), now)
    assert [number for _, number in in_paris.days] == [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2]
    assert (in_paris.days[0][0].isoformat(), in_paris.days[-1][0].isoformat()) == ("2026-06-30", "2026-07-13")
    in_tokyo = store.run(message_days.messages, shops, ZoneInfo("Asia/Tokyo"), now)
    assert [number for _, number in in_tokyo.days][-1] == 1
    assert (in_paris.median, in_paris.before) == (None, None)
    assert store.run(message_days.messages, {}, ZoneInfo("Europe/Paris"), now).median is None


def test_every_message_is_counted_on_its_day_and_none_before_the_first_known_one(store: Store, make) -> None:
    """Also of a store that is not configured, or whose buyer needs no answer; a forged one came from nobody."""
    now, shops = make.now, {"main": ("amazon.fr",)}
    store.run(health.account_started, "main", now - 2 * DAY)
    assert store.run(message_days.messages, shops, ZoneInfo("Europe/Paris"), now).days[-3:] == (
        *((now.date() - 3 * DAY, None), (now.date() - 2 * DAY, 0), (now.date() - DAY, 0)),
    )
    for place in ("amazon.fr", "amazon.de", None):
        thread_id = store.run(threads.insert_thread, make.thread(marketplace=place)).id
        keep(store, make, now - DAY, thread_id=thread_id)
    needless = decisions.Decision(
        at=now, action="operator", account="main", thread_id=1, detail={"word": "no_response"}
    )
    store.run(decisions.decide, needless)
    keep(store, make, now - DAY, thread_id=1, authentic="fail")
    found = store.run(message_days.messages, shops, ZoneInfo("Europe/Paris"), now)
    assert [number for _, number in found.days[-3:]] == [None, 0, 3]
