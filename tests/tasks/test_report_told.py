"""Nothing counts as told before a person could read it: cut rows, digests that came back, mail fetched late."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

from mail import builders
from sqlalchemy import Connection

from responder.adapters.store import outbox
from responder.tasks import report, schedule
from responder.tasks.receive import accepted

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def digest_sent(office, at: datetime) -> outbox.OutboxRow:
    """Write the digest, and let the mail server accept it."""
    day = at.astimezone(office.parts.reporter.operator.zone).date()
    outbox_id = office.run(report.write, office.parts.reporter, day, at)

    def take(conn: Connection) -> outbox.OutboxRow:
        row = outbox.claim_due(conn, "main", at)
        assert row is not None
        assert row.id == outbox_id
        outbox.mark_sent(conn, row.id, at, "250 ok")
        accepted(conn, office.judge, row, at)
        return row

    return office.run(take)


def text_of(row: outbox.OutboxRow) -> str:
    """What the operator reads."""
    body = message_from_bytes(row.rfc822, policy=policy.default).get_body(("plain",))
    return body.get_content()


def test_a_notice_the_digest_had_no_room_for_is_not_seen(office) -> None:
    """Sixty notices, forty rows: twenty are told the next day, and only then."""
    for number in range(60):
        office.receive(builders.notice("REFUND_ISSUED", order_id=f"171-{number:07d}-1111111"))
    first = text_of(digest_sent(office, BASTILLE_DAY + HOUR))
    seen = {notice.order_id for notice in office.notices() if notice.seen_at}
    assert len(seen) == 40
    assert all(order in first for order in seen)
    second = text_of(digest_sent(office, BASTILLE_DAY + 25 * HOUR))
    assert all(notice.order_id in first + second for notice in office.notices())
    assert all(notice.seen_at for notice in office.notices())


def test_a_digest_that_came_back_has_told_nobody(office) -> None:
    """The operator's own address failed: its notices are in the next digest again."""
    office.receive(builders.notice("REFUND_ISSUED"))
    row = digest_sent(office, BASTILLE_DAY + HOUR)
    office.receive(builders.bounce(row.message_id, recipient="owner@example.com"), BASTILLE_DAY + 2 * HOUR)
    (notice,) = office.notices()
    assert (notice.seen_at, notice.digest_at) == (None, None)
    assert builders.ORDER in text_of(digest_sent(office, BASTILLE_DAY + 25 * HOUR))


def test_a_forgery_fetched_late_is_still_told(office) -> None:
    """It reached the server before the last digest and us after it."""
    digest_sent(office, BASTILLE_DAY + HOUR)
    office.receive(builders.spoof(), BASTILLE_DAY + HOUR / 2, now=BASTILLE_DAY + 2 * HOUR)
    assert "not verified" in text_of(digest_sent(office, BASTILLE_DAY + 25 * HOUR))
    assert "not verified" not in text_of(digest_sent(office, BASTILLE_DAY + 49 * HOUR))


def test_many_forgeries_do_not_hide_their_number(office) -> None:
    """Ten are named, the others counted."""
    for number in range(15):
        office.receive(builders.spoof(text=f"forged {number}"))
    facts = office.run(report.gather, office.parts.reporter, BASTILLE_DAY + HOUR)
    assert facts.problems[-1].startswith("and 5 more")


def test_a_claim_that_was_in_a_digest_is_warned_of_until_a_person_saw_it(office) -> None:
    """One line in one digest does not stop a clock of 48 hours."""
    office.receive(builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY"))
    digest_sent(office, BASTILLE_DAY + 20 * HOUR)
    assert office.run(schedule.turn, office.parts.operator, BASTILLE_DAY + 42 * HOUR) is not None
    text = text_of(office.outbox()[-1])
    assert "1 notice from Amazon needs you" in text
    assert "notice no. 1" in text
    assert "responder notice NUMBER seen" in text
    assert "responder thread" not in text


def test_a_message_fetched_late_is_warned_of_before_its_deadline(office) -> None:
    """An outage ate 23 of 24 hours: the last hour is announced at once, and once."""
    late = BASTILLE_DAY + 23 * HOUR
    office.receive(builders.buyer_message(), BASTILLE_DAY, now=late)
    assert office.run(schedule.turn, office.parts.operator, late) is not None
    assert office.run(schedule.turn, office.parts.operator, late) is None
    assert office.run(schedule.turn, office.parts.operator, late + 2 * HOUR) is not None
