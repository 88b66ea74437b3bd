"""The digest: once per local day, with what is open, sent, doubtful and closed; and told only when it left."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from mail import builders
from sqlalchemy import Connection

from responder.adapters.store import cursors, health, notices, outbox
from responder.daemon import build
from responder.tasks import report
from responder.tasks.receive import accepted

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
WEDNESDAY_0730 = datetime(2026, 7, 15, 5, 30, tzinfo=UTC)


def write(office, at) -> int | None:
    """Do what the report task does at an instant."""
    return office.run(report.turn, office.parts.reporter, office.parts.started_at, at)


def digest_text(office) -> str:
    """The text of the newest digest."""
    rows = [row for row in office.outbox() if row.kind == "digest"]
    return message_from_bytes(rows[-1].rfc822, policy=policy.default).get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, datetime(2026, 7, 13, 9, 0, tzinfo=UTC), None),  # first started at 8:00 UTC, after that day's hour
        (None, WEDNESDAY_0730 - timedelta(seconds=1), date(2026, 7, 14)),
        (None, WEDNESDAY_0730, date(2026, 7, 15)),
        (date(2026, 7, 15), WEDNESDAY_0730 + timedelta(hours=5), None),
        (date(2026, 7, 10), WEDNESDAY_0730 + timedelta(days=3, hours=-1), date(2026, 7, 17)),
        (date(2030, 1, 1), WEDNESDAY_0730, date(2026, 7, 15)),  # the clock was wrong when the last one was written
    ],
)
def test_the_day_that_is_due(office, last, now, due) -> None:
    """The latest hour that passed counts; days missed before it are not made up for."""
    assert report.due_day(office.parts.reporter, last, office.parts.started_at, now) == due


def test_one_digest_a_day_whatever_happens(office) -> None:
    """Asked again and again, also after a restart, the day has one digest."""
    assert write(office, WEDNESDAY_0730) is not None
    assert write(office, WEDNESDAY_0730 + timedelta(hours=3)) is None
    assert write(office, WEDNESDAY_0730 + timedelta(days=1)) is not None


def test_the_digest_names_the_deadline_and_that_the_clock_runs(office) -> None:
    """An acknowledged message is still to be answered, and the mail says until when."""
    office.receive(builders.buyer_message())
    at = BASTILLE_DAY + timedelta(minutes=5)

    def deliver(conn: Connection) -> None:
        row = outbox.claim_due(conn, "main", at)
        assert row is not None
        outbox.mark_sent(conn, row.id, at, "250 ok")
        accepted(conn, office.judge, row, at)

    office.run(deliver)
    write(office, WEDNESDAY_0730)
    text = digest_text(office)
    assert "11:00" in text
    assert "acknowledged" in text
    assert builders.ORDER in text


def test_a_notice_is_told_only_when_the_digest_was_accepted(office) -> None:
    """Written is not sent: until the server took the digest nobody has been told."""
    office.receive(builders.notice("REFUND_ISSUED"))
    write(office, WEDNESDAY_0730)
    assert office.notices()[0].digest_at is None

    def take(conn: Connection) -> None:
        row = outbox.claim_due(conn, "main", WEDNESDAY_0730)
        assert row is not None
        outbox.mark_sent(conn, row.id, WEDNESDAY_0730, "250 ok")
        accepted(conn, office.judge, row, WEDNESDAY_0730)

    office.run(take)
    (notice,) = office.notices()
    assert (notice.digest_at, notice.seen_at) == (WEDNESDAY_0730, None)
    assert office.run(notices.notices_for_digest, WEDNESDAY_0730) == ()


def test_troubles_quarantine_and_forgeries_are_in_the_digest(office) -> None:
    """Nothing that went wrong stays silent."""
    office.receive(builders.spoof(subject="Urgent: your account"))
    office.run(health.set_health, "main", problem="inbox: login refused")
    office.run(cursors.begin_attempt, "main", "INBOX", 1, 99, BASTILLE_DAY)
    office.run(cursors.quarantine, "main", "INBOX", 1, 99, "RecursionError", BASTILLE_DAY)
    write(office, WEDNESDAY_0730)
    text = digest_text(office)
    for words in ("login refused", "99", "RecursionError", "Urgent: your account"):
        assert words in text


def test_hostile_subjects_stay_text(office) -> None:
    """A buyer's subject is never markup in the HTML part."""
    office.receive(builders.buyer_message(subject='<script>alert(1)</script>"><img src=x onerror=1>'))
    write(office, WEDNESDAY_0730)
    rows = [row for row in office.outbox() if row.kind == "digest"]
    html = message_from_bytes(rows[-1].rfc822, policy=policy.default).get_body(("html",)).get_content()
    assert "<script" not in html
    assert "<img" not in html


def test_a_digest_that_was_asked_for_leaves_the_daily_one(office) -> None:
    """`responder digest --send` at night: the morning's digest comes all the same."""
    assert office.run(report.write_extra, office.parts.reporter, WEDNESDAY_0730 - timedelta(hours=7)) is not None
    assert write(office, WEDNESDAY_0730) is not None


def test_looking_at_a_digest_starts_no_account(office) -> None:
    """Only the daemon's first start counts as one: what came before it is never acknowledged."""
    parts = build(office.parts.loaded, office.store, WEDNESDAY_0730, {}, starts=False)
    assert parts.started_at == office.parts.started_at
