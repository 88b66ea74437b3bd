"""The digest as it is written: outages told once, links of its own, as many words and rows as there is room for."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from mail import builders

from responder.adapters import translations
from responder.adapters.store import canaries, digests, health, outages, outbox, troubles
from responder.core import canary
from responder.core.troubles import TroubleKind
from responder.tasks import report

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
WEDNESDAY_0730 = datetime(2026, 7, 15, 5, 30, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def write(office, at, **changes):
    """Write the digest of that hour, and return it as it is read."""
    reporter = replace(office.parts.reporter, **changes)
    assert office.run(report.turn, reporter, office.parts.started_at, at) is not None
    return read(office)


def read(office):
    """Return the newest digest."""
    rows = [row for row in office.outbox() if row.kind == "digest"]
    return message_from_bytes(rows[-1].rfc822, policy=policy.default)


def text(mail) -> str:
    """Return its text part."""
    return mail.get_body(("plain",)).get_content()


def unfolded(mail) -> str:
    """Return its text part as one line."""
    return " ".join(text(mail).split())


def test_an_outage_is_told_first_and_once(office) -> None:
    """Down over night, begun again before the digest: this digest says it above everything, the next one does not."""
    office.run(outages.beat, BASTILLE_DAY)
    office.run(outages.begin, WEDNESDAY_0730 - HOUR)
    office.receive(builders.buyer_message(), BASTILLE_DAY + 10 * HOUR, now=WEDNESDAY_0730 - HOUR)
    office.run(health.set_health, "main", imap_contact_at=WEDNESDAY_0730)
    said = text(write(office, WEDNESDAY_0730))
    assert said.startswith("!! The daemon was down from Tue 11:00 to 06:30. 1 message arrived meanwhile")
    office.run(outages.beat, WEDNESDAY_0730 + DAY)
    assert "was down" not in text(write(office, WEDNESDAY_0730 + DAY))


def test_who_looks_while_nothing_runs_is_told_of_the_outage_of_now(office) -> None:
    """Nobody has written that the daemon lives again: `responder digest` says so, and leaves it to the daily one."""
    office.run(outages.beat, BASTILLE_DAY)
    page = office.run(report.page, office.parts.reporter, WEDNESDAY_0730 + HOUR)
    assert "The daemon was down from Tue 11:00 to 08:30. The mailboxes have not been looked at since" in page.alarms[0]
    assert office.run(outages.begin, WEDNESDAY_0730 + HOUR) is not None
    assert "was down from Tue 11:00 to 08:30" in text(write(office, WEDNESDAY_0730 + HOUR))
    assert office.run(outages.untold) == ()


def test_where_the_daemon_only_catches_up_now_and_then_nothing_is_an_outage(office) -> None:
    """`responder run --once` each morning: there is no heartbeat that could be missing, and a digest makes none."""
    for number in range(2):
        assert "was down" not in text(write(office, WEDNESDAY_0730 + number * DAY))


def test_a_digest_that_was_asked_for_leaves_the_outage_to_the_daily_one(office) -> None:
    """Both say it; only the daily one is surely read."""
    office.run(outages.beat, BASTILLE_DAY)
    office.run(outages.begin, BASTILLE_DAY + 3 * HOUR)
    office.run(outages.beat, BASTILLE_DAY + 4 * HOUR)
    office.run(report.write_extra, office.parts.reporter, BASTILLE_DAY + 4 * HOUR)
    assert "was down" in text(read(office))
    office.run(outages.beat, WEDNESDAY_0730)
    assert "was down" in text(write(office, WEDNESDAY_0730))


@pytest.mark.parametrize(("words", "shown"), [(0, False), (140, True), (1000, True)])
def test_a_buyers_words_are_shown_as_far_as_configured(office, words: int, shown: bool) -> None:
    """`operator.digest.snippets`: none keeps them out of the mail, the subject stays."""
    office.receive(builders.buyer_message(subject="Question about it", body="Where is my unusual parcel?"))
    said = text(write(office, WEDNESDAY_0730, words=words))
    assert ("unusual parcel" in said) is shown
    assert "Question about it" in said


def test_each_digest_has_links_of_its_own_or_none(office) -> None:
    """Two digests of one thread have different tokens; switched off there are none."""
    office.receive(builders.buyer_message())
    found = []
    for number in range(2):
        said = text(write(office, WEDNESDAY_0730 + number * DAY))
        found += [line for line in said.splitlines() if "Answered: mailto:service@example.com?subject=" in line]
    assert len(set(found)) == len(found) == 2
    assert "mailto:" not in text(write(office, WEDNESDAY_0730 + 2 * DAY, links_for=None))


def test_a_digest_is_written_in_the_operators_language(office) -> None:
    """Its subject, its sections, its dates and its headers; what others wrote stays as it is."""
    office.receive(builders.buyer_message(subject="Question"))
    german = replace(office.parts.reporter.operator, speech=translations.speech("de"))
    mail = write(office, WEDNESDAY_0730, operator=german)
    assert mail["Content-Language"] == "de"
    assert str(mail["Subject"]).endswith("Mi., 15. Juli")
    assert "Question" in text(mail)
    with_english = text(write(office, WEDNESDAY_0730 + DAY))
    assert "all times in Europe/Paris" in with_english
    assert "all times in Europe/Paris" not in text(mail)


def test_the_daemons_own_health_is_in_it(office) -> None:
    """Which mailbox was last looked at when, and the disk that holds the state."""
    office.receive(builders.buyer_message())
    office.run(health.set_health, "main", imap_contact_at=WEDNESDAY_0730 - timedelta(minutes=1))
    said = text(write(office, WEDNESDAY_0730))
    assert "Watching since Mon 13 Jul: main (works, last looked at 07:29)." in said
    assert "% full" in said


def test_it_says_whether_mail_still_arrives(office) -> None:
    """When the newest mail came, the mailbox's rhythm once it is known, and what became of the last test mail."""
    office.receive(builders.buyer_message(), BASTILLE_DAY)
    mailbox = office.parts.canaries.mailboxes[0]
    operator = replace(office.parts.operator, account=mailbox.account)
    mail = canary.written(operator, mailbox.address, BASTILLE_DAY)
    row = office.run(canaries.send, "main", mail, mailbox.address, BASTILLE_DAY)
    said = unfolded(write(office, WEDNESDAY_0730))
    assert "The newest mail to account main came Tue 11:00." in said
    assert "The last test mail to account main was written Tue 11:00 and has not left." in said
    office.run(outbox.claim_due, "main", BASTILLE_DAY, (outbox.CANARY,))
    office.run(outbox.mark_sent, row, BASTILLE_DAY + HOUR, "250 ok")
    left = canary.said(office.run(canaries.last, "main"), WEDNESDAY_0730, operator.zone)
    assert left == "The last test mail to account main left Tue 12:00 and has not arrived yet."
    assert office.receive(mail.raw, BASTILLE_DAY + 2 * HOUR).canary
    for number in range(20):
        office.receive(builders.notice(message_id=f"<{number}@amazon.it>"), BASTILLE_DAY + number * HOUR)
    said = unfolded(write(office, WEDNESDAY_0730 + DAY))
    assert "to account main arrived Tue 13:00 in the folder INBOX." in said
    assert "came Wed 06:00; one usually comes within 1 h." in said


def test_looking_at_it_tells_nobody(office) -> None:
    """`responder digest` shows the same page, and the outage waits for the mail."""
    office.run(outages.beat, BASTILLE_DAY)
    office.run(outages.begin, BASTILLE_DAY + 3 * HOUR)
    page = office.run(report.page, office.parts.reporter, BASTILLE_DAY + 3 * HOUR)
    assert page.alarms[0].startswith("The daemon was down from 11:00 to 14:00.")
    assert len(office.run(outages.untold)) == 1
    assert [row for row in office.outbox() if row.kind == "digest"] == []


async def test_a_digest_lets_others_write_while_its_rates_are_computed(office) -> None:
    """Of a year of orders they take a minute, in which no mail would be kept: what asks next has its turn before."""
    reporter, started_at = office.parts.reporter, office.parts.started_at
    written, before = await asyncio.gather(
        report.write_due(office.store, reporter, started_at, WEDNESDAY_0730),
        office.store.tx(digests.last_digest),
    )
    assert written is not None
    assert before is None
    assert await report.write_due(office.store, reporter, started_at, WEDNESDAY_0730) is None


async def test_rates_computed_before_are_those_of_the_digest(office) -> None:
    """Every rate of every store, in the same order."""
    known = await report.with_rates(office.store, office.parts.reporter, WEDNESDAY_0730)
    assert known.rates_known
    facts = await office.store.tx(report.gather, office.parts.reporter, WEDNESDAY_0730)
    assert known.rates_known == facts.rates


def test_a_disk_that_is_nearly_full_is_no_all_clear(office) -> None:
    """An alert said so once; each digest repeats it until there is room again."""
    this = ("main", TroubleKind.DISK, "state")
    office.run(health.set_health, "main", imap_contact_at=WEDNESDAY_0730)
    office.run(troubles.begin, *this, "90 MiB of 20000 MiB are free", BASTILLE_DAY)
    mail = write(office, WEDNESDAY_0730)
    assert "All systems fine" not in text(mail)
    assert "Make room: the disk is nearly full (90 MiB of 20000 MiB are free)" in text(mail)
    office.run(troubles.over, *this, WEDNESDAY_0730)
    assert "Make room" not in text(write(office, WEDNESDAY_0730 + DAY))


def test_a_digest_that_was_asked_for_has_a_subject_of_its_own(office) -> None:
    """On a calm day the daily one says the same: Gmail would hide what repeats under one subject."""
    daily = write(office, WEDNESDAY_0730)["Subject"]
    office.run(report.write_extra, office.parts.reporter, WEDNESDAY_0730 + HOUR)
    assert (daily, read(office)["Subject"]) == ("All clear · Wed 15 Jul", "All clear · Wed 15 Jul 08:30")
