r"""
Stories with a real mail program: neomutt answers over Dovecot while the daemon watches, and nobody tells the daemon.

The weekend of 13 July 2024: a Saturday, then a Sunday that is the national holiday. neomutt and Dovecot live in the
present, so what they date lies after the story: the daemon counts an answer from the future as given now.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from mail import builders
from neighbours.dovecot import Dovecot
from neighbours.neomutt import AVAILABLE, NEEDED, NeoMutt
from neighbours.seller import OPERATOR, Seller, text_of, until
from neighbours.smtp import Mailhost

pytestmark = [pytest.mark.dovecot, pytest.mark.skipif(not AVAILABLE, reason=NEEDED)]

EARLY = datetime(2024, 7, 13, 6, 0, tzinfo=UTC)  # after the hour of that day's digest
SATURDAY = datetime(2024, 7, 13, 9, 0, tzinfo=UTC)  # 11:00 in Paris
SUNDAY = datetime(2024, 7, 14, 6, 15, tzinfo=UTC)  # between the warnings six and two hours before the deadline
MONDAY = datetime(2024, 7, 15, 10, 0, tzinfo=UTC)
ACCOUNT = "    authserv_id: mx.example.com\n"
ANSWERS_BY_KEYWORD = "answers: {no_response_keyword: NoAnswer}"
ANSWERS_BY_FOLDER = "answers: {no_response_folder: Done}"
FIRST, SECOND = "<first@eu-west-1.amazonses.com>", "<second@eu-west-1.amazonses.com>"

MakeSeller = Callable[..., Seller]


@pytest.fixture
def mutt(tmp_path: Path, dovecot: Dovecot, mailhost: Mailhost) -> NeoMutt:
    """The seller's mail program, which keeps its copies in Sent."""
    return NeoMutt(tmp_path / "mutt", dovecot, mailhost)


@pytest.fixture
def copyless(tmp_path: Path, dovecot: Dovecot, mailhost: Mailhost) -> NeoMutt:
    """A mail program that keeps no copy: only the flag tells of its answer."""
    return NeoMutt(tmp_path / "copyless", dovecot, mailhost, keep_copy=False)


@pytest.fixture
def plain_dovecot(tmp_path: Path) -> Iterator[Dovecot]:
    """A server that offers neither CONDSTORE nor QRESYNC."""
    offer = "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE SPECIAL-USE NAMESPACE UIDPLUS"
    with Dovecot(tmp_path / "plain", extra=f"imap_capability = {offer}") as server:
        yield server


def on_saturday(make: MakeSeller, *, before: Callable[[Seller], None] | None = None) -> Seller:
    """A running daemon that has read one buyer's message of Saturday morning."""
    seller = make(EARLY)
    if before:
        before(seller)
    seller.start()
    seller.move_to(SATURDAY)
    seller.receive(builders.buyer_message(message_id=FIRST, sent_at=SATURDAY))
    seller.threads(state="open")
    return seller


def answered(seller: Seller) -> dict[str, Any]:
    """Return the answered thread once the copy in Sent was read too; which of flag and copy is seen first is open."""
    until(lambda: '"folder": "sent", "uid"' in seller.log(), "the copy in Sent is read")
    (thread,) = seller.threads(state="answered")
    assert thread["answered_via"] in {"sent_folder", "answered_flag"}
    return thread


def automatic(seller: Seller) -> list[EmailMessage]:
    """Return the mails to buyers that no person wrote."""
    return [mail for mail in seller.acknowledgements() if mail["Auto-Submitted"]]


def alerts(seller: Seller) -> list[EmailMessage]:
    """Return the warnings sent to the seller."""
    return [mail for mail in seller.sent_to(OPERATOR) if not mail["List-Id"]]


def test_an_acknowledged_message_answered_on_sunday_needs_nothing_more(make_seller, mutt) -> None:
    """Acknowledged on Saturday, answered from neomutt on Sunday: one warning went out before, nothing after."""
    seller = on_saturday(make_seller)
    seller.move_by(minutes=5)
    seller.outbox(kind="acknowledgement", state="sent")
    seller.move_to(SUNDAY)
    seller.outbox(kind="alert", state="sent")  # six hours before the deadline
    answer = mutt.reply(FIRST)
    thread = answered(seller)
    assert thread["answered_at"] == SUNDAY.isoformat()
    assert thread["due_at"] is None
    assert thread["promise_at"] is None
    assert answer["References"] == FIRST
    assert "\\Answered" in seller.flags(1)
    seller.move_to(MONDAY)
    seller.settled()
    assert len(automatic(seller)) == 1
    assert len(alerts(seller)) == 1
    assert len(seller.rows("threads")) == 1  # the copy in Sent opened none of its own


def test_the_buyers_thanks_after_the_answer_is_not_acknowledged_again(make_seller, mutt) -> None:
    """The same closed time: the thread waits again with a clock of its own, and the buyer gets no second promise."""
    seller = on_saturday(make_seller)
    seller.move_by(minutes=5)
    seller.outbox(kind="acknowledgement", state="sent")
    seller.move_to(SUNDAY)
    answer = mutt.reply(FIRST)
    answered(seller)
    seller.move_by(hours=1)
    thanks = builders.buyer_message(
        text="Merci !", message_id=SECOND, references=[FIRST, answer["Message-ID"]], sent_at=seller.now
    )
    seller.receive(thanks)
    (thread,) = seller.threads(state="open")
    assert thread["messages"] == 2
    assert thread["due_at"] == (SUNDAY + timedelta(hours=25)).isoformat()
    seller.move_by(hours=3)
    seller.settled()
    assert len(automatic(seller)) == 1
    mutt.reply(SECOND, "Avec plaisir.")
    seller.threads(state="answered")


def test_an_answer_within_the_delay_leaves_no_acknowledgement(make_seller, mutt) -> None:
    """The person at neomutt was faster than the five minutes: the buyer gets the one mail a person wrote."""
    seller = on_saturday(make_seller)
    seller.outbox(kind="acknowledgement", state="queued")
    seller.move_by(minutes=3)
    mutt.reply(FIRST, "Je m'en occupe tout de suite.")
    seller.threads(state="answered")
    seller.move_to(MONDAY)
    seller.outbox(kind="acknowledgement", state="cancelled")
    seller.settled()
    (mail,) = seller.acknowledgements()
    assert "Je m'en occupe tout de suite." in text_of(mail)


def test_an_answer_without_a_copy_is_known_by_its_flag(make_seller, copyless) -> None:
    r"""The program kept no copy; the \Answered it set on the message is the only trace, and it is enough."""
    seller = on_saturday(make_seller)
    seller.move_by(hours=2)
    copyless.reply(FIRST)
    (thread,) = seller.threads(state="answered")
    assert thread["answered_via"] == "answered_flag"
    seller.move_to(MONDAY)
    seller.settled()
    assert alerts(seller) == []


def test_a_server_without_condstore_shows_the_flag_too(tmp_path, make_seller, plain_dovecot, mailhost) -> None:
    """No list of changes to ask for: the flags of the messages that wait are looked at again."""
    with plain_dovecot.login("seller") as imap:
        assert not {"CONDSTORE", "QRESYNC"} & set(imap.capabilities)
    seller = on_saturday(lambda start: make_seller(start, server=plain_dovecot))
    seller.receive(builders.buyer_message(message_id=SECOND, alias="b2b2b2b2b2b2b2b", sent_at=SATURDAY))
    seller.threads(2, state="open")
    NeoMutt(tmp_path / "copyless", plain_dovecot, mailhost, keep_copy=False).reply(SECOND)
    (thread,) = seller.threads(state="answered")
    assert thread["answered_via"] == "answered_flag"
    assert [row["state"] for row in seller.rows("threads")].count("open") == 1


def test_of_two_messages_the_later_one_waits_with_its_own_clock(make_seller, copyless) -> None:
    """One buyer wrote twice, the first message was answered: the thread stays open, due by the second."""
    seller = on_saturday(make_seller)
    seller.move_by(hours=3)
    later = builders.buyer_message(text="Et la facture ?", message_id=SECOND, references=[FIRST], sent_at=seller.now)
    seller.receive(later)
    (thread,) = seller.threads(messages=2)
    assert thread["due_at"] == (SATURDAY + timedelta(hours=24)).isoformat()
    seller.move_by(hours=1)
    copyless.reply(FIRST)
    moved = (SATURDAY + timedelta(hours=27)).isoformat()
    (thread,) = seller.threads(state="open", due_at=moved)
    assert thread["received_at"] == (SATURDAY + timedelta(hours=3)).isoformat()
    copyless.reply(SECOND)
    (thread,) = seller.threads(state="answered")
    assert thread["due_at"] is None


def test_of_two_buyers_only_the_one_who_was_answered_is_settled(make_seller, mutt) -> None:
    """Two threads of two orders: the answer's references and recipient name one of them, the other one is warned of."""
    seller = on_saturday(make_seller)
    other = builders.buyer_message(
        name="Ines", alias="b2b2b2b2b2b2b2b", order_id="171-2222222-2222222", message_id=SECOND, sent_at=SATURDAY
    )
    seller.receive(other)
    seller.threads(2, state="open")
    seller.move_by(hours=2)
    mutt.reply(FIRST)
    (answered,) = seller.threads(state="answered")
    (waiting,) = seller.threads(state="open")
    assert (answered["buyer_name"], waiting["buyer_name"]) == ("Camille", "Ines")
    assert waiting["due_at"] == (SATURDAY + timedelta(hours=24)).isoformat()
    seller.move_to(SUNDAY)
    seller.outbox(kind="alert", state="sent")
    (alert,) = alerts(seller)
    assert "171-2222222-2222222" in text_of(alert)
    assert builders.ORDER not in text_of(alert)


def test_reading_in_a_mail_program_answers_nothing(make_seller, mutt) -> None:
    r"""Opened and closed in neomutt, which sets \Seen: the clock runs on and the acknowledgement leaves."""
    seller = on_saturday(make_seller)
    mutt.read(FIRST)
    until(lambda: "\\Seen" in seller.flags(1), "the message is marked as read")
    seller.move_by(minutes=5)
    seller.outbox(kind="acknowledgement", state="sent")
    (thread,) = seller.threads(state="open")
    assert thread["answered_at"] is None


def test_a_keyword_set_in_the_mail_program_needs_no_answer(make_seller, mutt) -> None:
    """Tagged in neomutt on Saturday evening: the clock stops, nobody is warned, and the buyer's next message counts."""
    seller = on_saturday(
        make_seller, before=lambda made: made.configure(ACCOUNT, f"{ACCOUNT}    {ANSWERS_BY_KEYWORD}\n")
    )
    seller.move_by(hours=10)
    mutt.set_keyword(FIRST, "NoAnswer")
    (thread,) = seller.threads(state="no_response_needed")
    assert (thread["due_at"], thread["answered_at"]) == (None, None)
    seller.move_to(SUNDAY)
    seller.settled()
    assert alerts(seller) == []
    seller.receive(
        builders.buyer_message(text="Et ma facture ?", message_id=SECOND, references=[FIRST], sent_at=SUNDAY)
    )
    (thread,) = seller.threads(state="open")
    assert thread["due_at"] == (SUNDAY + timedelta(hours=24)).isoformat()


def test_a_message_moved_to_the_configured_folder_needs_no_answer(make_seller, mutt, dovecot) -> None:
    """Saved to the folder within the delay: it leaves the inbox, its clock stops, and no acknowledgement leaves."""
    with dovecot.login("seller") as imap:
        assert imap.create("Done")[0] == "OK"
    seller = on_saturday(
        make_seller, before=lambda made: made.configure(ACCOUNT, f"{ACCOUNT}    {ANSWERS_BY_FOLDER}\n")
    )
    seller.outbox(kind="acknowledgement", state="queued")
    seller.move_by(minutes=2)
    mutt.save_to(FIRST, "Done")
    seller.threads(state="no_response_needed")
    assert seller.flags(1) == set()  # it is gone from the inbox
    seller.move_by(hours=4)
    seller.settled()
    assert automatic(seller) == []


def test_an_answer_written_while_the_daemon_was_off_is_found_at_its_start(make_seller, mutt, copyless) -> None:
    """Two buyers were answered during an outage, one with a copy and one without: neither is acknowledged after it."""
    seller = on_saturday(make_seller)
    seller.receive(builders.buyer_message(message_id=SECOND, alias="b2b2b2b2b2b2b2b", sent_at=SATURDAY))
    seller.threads(2, state="open")
    seller.kill()
    mutt.reply(FIRST)
    copyless.reply(SECOND)
    seller.move_by(hours=4)
    seller.start()
    via = {row["answered_via"] for row in seller.threads(2, state="answered")}
    assert via <= {"sent_folder", "answered_flag"}
    assert "answered_flag" in via
    seller.settled()
    assert automatic(seller) == []
