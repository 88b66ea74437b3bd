"""Nothing counts as told before a person could read it: cut rows, digests that came back, mail fetched late."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

from mail import builders, fixture
from sqlalchemy import Connection
from words.marked import MARKED, unsaid

from responder.adapters.store import cursors, new_kinds, outbox
from responder.adapters.store.new_kinds import UNVERIFIED_KEPT
from responder.core.speech import spoken
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


def test_a_notice_the_digest_had_no_room_for_is_not_told(office) -> None:
    """Sixty notices, forty rows: twenty are told the next day, and only then."""
    for number in range(60):
        office.receive(builders.notice("REFUND_ISSUED", order_id=f"171-{number:07d}-1111111"))
    first = text_of(digest_sent(office, BASTILLE_DAY + HOUR))
    seen = {notice.order_id for notice in office.notices() if notice.digest_at}
    assert len(seen) == 40
    assert all(order in first for order in seen)
    second = text_of(digest_sent(office, BASTILLE_DAY + 25 * HOUR))
    assert all(notice.order_id in first + second for notice in office.notices())
    assert all(notice.digest_at for notice in office.notices())


def test_a_digest_that_came_back_has_told_nobody(office) -> None:
    """The operator's own address failed: all that it told is in the next digest again, and in none after that."""
    office.receive(builders.notice("REFUND_ISSUED"))
    office.receive(builders.spoof())
    row = digest_sent(office, BASTILLE_DAY + HOUR)
    office.receive(builders.bounce(row.message_id, recipient="owner@example.com"), BASTILLE_DAY + 2 * HOUR)
    (notice,) = office.notices()
    assert (notice.seen_at, notice.digest_at) == (None, None)
    again = text_of(digest_sent(office, BASTILLE_DAY + 25 * HOUR))
    assert builders.ORDER in again
    assert all("not verified" in text for text in (text_of(row), again))
    assert "not verified" not in text_of(digest_sent(office, BASTILLE_DAY + 49 * HOUR))


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


def test_what_could_not_be_read_or_proven_is_told_in_the_operators_language(office) -> None:
    """It stands in the red box above everything: no part of it is English in a German digest."""
    for number in range(12):
        office.receive(builders.spoof(text=f"forged {number}"))
    office.run(cursors.begin_attempt, "main", "INBOX", 1, 99, BASTILLE_DAY)
    office.run(cursors.quarantine, "main", "INBOX", 1, 99, "RecursionError", BASTILLE_DAY)

    def told(conn: Connection) -> tuple[str, ...]:
        with spoken(MARKED):
            return report.gather(conn, office.parts.reporter, BASTILLE_DAY + HOUR).problems

    problems = office.run(told)
    assert len(problems) == 12
    assert unsaid("\n".join(problems)) == []


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


def test_a_new_kind_of_notice_is_named_in_one_digest_and_never_again(office) -> None:
    """Its type, its subject, that it is verified, and what shows the mail; later mail of the kind is only counted."""
    raw = builders.notice("SOMETHING_NEW", subject="Something new about {order}")
    office.receive(raw)
    first = " ".join(text_of(digest_sent(office, BASTILLE_DAY + HOUR)).split())
    assert "type:SOMETHING_NEW from donotreply@amazon.com, verified: “Something new about" in first
    assert "responder notices --new-kinds --sample type:SOMETHING_NEW" in first
    assert office.run(new_kinds.sample, "type:SOMETHING_NEW") == raw
    office.receive(builders.notice("SOMETHING_NEW", order_id="171-7777777-7777777"), BASTILLE_DAY + 2 * HOUR)
    assert "type:SOMETHING_NEW" not in text_of(digest_sent(office, BASTILLE_DAY + 25 * HOUR))
    (kind,) = office.run(new_kinds.new_kinds)
    assert (kind.mails, kind.told_at) == (2, BASTILLE_DAY + HOUR)


def test_a_new_kind_is_told_again_when_the_digest_came_back(office) -> None:
    """Nobody read the line."""
    office.receive(builders.notice("SOMETHING_NEW"))
    row = digest_sent(office, BASTILLE_DAY + HOUR)
    office.receive(builders.bounce(row.message_id, recipient="owner@example.com"), BASTILLE_DAY + 2 * HOUR)
    assert "type:SOMETHING_NEW" in text_of(digest_sent(office, BASTILLE_DAY + 25 * HOUR))


def test_an_unverified_kind_that_had_no_line_waits_for_one(office) -> None:
    """Seven invented kinds: five lines today, two tomorrow."""
    for number in range(7):
        office.receive(builders.notice(f"INVENTED_{number}", auth=None))
    first = text_of(digest_sent(office, BASTILLE_DAY + HOUR))
    second = text_of(digest_sent(office, BASTILLE_DAY + 25 * HOUR))
    named = [[number for number in range(7) if f"type:INVENTED_{number} " in text] for text in (first, second)]
    assert list(map(len, named)) == [5, 2]
    assert sorted(named[0] + named[1]) == list(range(7))


def test_a_kind_that_proves_nothing_is_told_after_a_flood_of_invented_ones(office) -> None:
    """Anybody can invent fifty types in Amazon's name; the next one is in the digest all the same."""
    for number in range(UNVERIFIED_KEPT):
        office.receive(builders.notice(f"INVENTED_{number}", auth=None, message_id=f"<{number}@example.net>"))
    office.receive(builders.notice("REAL_NEW_CLAIM", auth=None), BASTILLE_DAY + HOUR)
    text = text_of(digest_sent(office, BASTILLE_DAY + 2 * HOUR))
    assert "type:REAL_NEW_CLAIM " in text
    assert f"and {UNVERIFIED_KEPT - 5} more" in text


def test_no_second_copy_of_a_buyers_words_is_kept(office) -> None:
    """A message from a store nobody knows: one line that names the mail, and no sample; its words stay in one place."""
    known, unknown = (name.encode() for name in (builders.STORES["amazon.fr"][0], "A1NEWSTORE00001"))
    kept = office.receive(
        builders.buyer_message(text="Mon adresse : 1 rue des Lilas", auth=None).replace(known, unknown)
    )
    (kind,) = office.run(new_kinds.new_kinds)
    assert (kind.key, kind.first_mail_id) == ("marketplace:A1NEWSTORE00001", kept.mail_id)
    assert office.run(new_kinds.sample, kind.key) == b""
    text = text_of(digest_sent(office, BASTILLE_DAY + HOUR))
    assert "marketplace:A1NEWSTORE00001 from" in text
    assert "--sample" not in text
    assert "listed with the notices" not in text


def test_a_forged_kind_is_no_new_kind(office) -> None:
    """Proven not to be Amazon's: it is listed as not verified, and no rule is to be written from it."""
    office.receive(builders.notice("SOMETHING_NEW", auth="fail"))
    assert office.run(new_kinds.new_kinds) == ()


def test_a_photo_without_words_is_named_in_the_digest(office) -> None:
    """The whole message is a photo: the digest says so, not what Amazon's template says around it."""
    working_day = BASTILLE_DAY + timedelta(days=7)
    office.receive(builders.buyer_message(text="", files=[fixture.picture("IMG_1.jpg")]), working_day)
    text = " ".join(text_of(digest_sent(office, working_day + HOUR)).split())
    assert "(no words, only 1 photo: IMG_1.jpg)" in text
    assert "attached: IMG_1.jpg" in text
    assert "SPC-EUAmazon" not in text
