"""Servers that stop, renumber, refuse, and a second daemon: nothing is lost or doubled, and what is wrong is said."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from mail import builders
from neighbours.dovecot import Dovecot
from neighbours.seller import OPERATOR, Seller, until
from neighbours.smtp import Mailhost

pytestmark = pytest.mark.dovecot

EARLY = datetime(2026, 7, 14, 6, 0, tzinfo=UTC)  # after the hour of that day's digest
BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # a Tuesday, 11:00 in Paris
WEDNESDAY_0730 = datetime(2026, 7, 15, 5, 30, tzinfo=UTC)
RECONNECTS = 30.0  # seconds: the pause between two tries grows and is drawn by lot


def of(letter: str, at: datetime = BASTILLE_DAY) -> bytes:
    """A message of the buyer `letter`, about an order of its own."""
    order = f"171-{ord(letter):07d}-1234567"
    return builders.buyer_message(name=letter, alias=letter * 15, order_id=order, text=f"from {letter}", sent_at=at)


def acknowledged(seller: Seller) -> Counter[str]:
    """Return how many acknowledgements each buyer got."""
    return Counter(mail["To"][0] for mail in seller.acknowledgements())


def imap(seller: Seller, account: str = "account-seller") -> dict[str, Any]:
    """Return what `status` says of the account's mailbox."""
    found: dict[str, Any] = next(each["imap"] for each in seller.status()["accounts"] if each["name"] == account)
    return found


def test_a_restart_of_the_mail_server_during_idle_loses_nothing(make_seller, dovecot: Dovecot) -> None:
    """The trouble is shown while it lasts; what comes after it is handled by the same process."""
    seller = make_seller(EARLY)
    seller.start()
    pid = seller.pid
    seller.move_to(BASTILLE_DAY)
    seller.receive(of("a"))
    seller.threads(1)
    dovecot.stop()
    until(lambda: seller.status()["problems"], "the trouble is shown")
    assert imap(seller)["state"] == "failing"
    dovecot.start()
    seller.receive(of("b"))
    until(lambda: len(seller.rows("threads")) == 2, "the mail of after the restart is kept", RECONNECTS)
    until(lambda: not seller.status()["problems"], "the trouble is over", RECONNECTS)
    seller.move_by(minutes=5)
    seller.outbox(2, kind="acknowledgement", state="sent")
    assert imap(seller)["state"] == "connected"
    assert acknowledged(seller) == {"a": 1, "b": 1}
    assert seller.pid == pid


def test_a_change_of_uidvalidity_answers_nobody_twice(make_seller, dovecot: Dovecot) -> None:
    """Known mail is known under its new number; what came meanwhile has its clock; what comes later is as ever."""
    seller = make_seller(EARLY)
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(of("a"))
    seller.threads(1)
    seller.move_by(minutes=5)
    seller.outbox(kind="acknowledgement", state="sent")
    seller.receive(of("b"))
    seller.outbox(kind="acknowledgement", state="queued")
    before = imap(seller)["cursor"]["INBOX"]["uidvalidity"]

    dovecot.stop()
    dovecot.fill("seller", [(of("c"), seller.now)])
    dovecot.change_uidvalidity("seller")
    until(lambda: imap(seller)["cursor"]["INBOX"]["uidvalidity"] != before, "the change is noticed", RECONNECTS)
    until(lambda: imap(seller)["idle"], "the folder is watched again", RECONNECTS)
    seller.receive(of("d"))
    threads = seller.threads(4, state="open")
    assert sorted((thread["buyer_name"], thread["messages"]) for thread in threads) == [(name, 1) for name in "abcd"]
    seller.move_by(minutes=5)
    seller.outbox(3, kind="acknowledgement", state="sent")
    seller.settled()
    assert acknowledged(seller) == {"a": 1, "b": 1, "d": 1}
    between = next(thread["id"] for thread in threads if thread["buyer_name"] == "c")
    assert "The mailbox was renumbered, so it may have been seen before" in seller.command("thread", str(between))


def test_a_refused_smtp_password_is_not_tried_again_and_again(make_seller, mailhost: Mailhost) -> None:
    """One login, then a pause: more would lock the account. Mail is tracked, and goes once the password is right."""
    mailhost.users = {"seller": "changed"}
    seller = make_seller(EARLY)
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(of("a"))
    seller.threads(1)
    seller.move_by(minutes=5)
    until(lambda: seller.status()["problems"], "the trouble is shown")
    seller.move_by(minutes=4)
    for count, letter in enumerate("bcd", 2):  # each wakes the delivery; by the next one it would have tried again
        seller.receive(of(letter))
        seller.threads(count, state="open")
    assert mailhost.logins == [("seller", False)]
    mailhost.users = {"seller": "secret"}
    seller.move_by(hours=2)
    seller.outbox(4, kind="acknowledgement", state="sent")
    assert acknowledged(seller) == dict.fromkeys("abcd", 1)
    until(lambda: not seller.status()["problems"], "the trouble is over")


def test_a_second_daemon_on_one_state_refuses_to_start(make_seller) -> None:
    """Exit code 1 and a sentence that names the first; the first goes on."""
    seller = make_seller(EARLY)
    seller.start()
    second = subprocess.run(
        [sys.executable, "-m", "responder", "-c", str(seller.config), "run"],
        env=seller.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert str(seller.pid) in second.stderr
    assert "Traceback" not in second.stderr
    seller.move_to(BASTILLE_DAY)
    seller.receive(of("a"))
    seller.threads(1, state="open")


def test_sigterm_ends_the_daemon_soon_and_leaves_the_state_whole(make_seller) -> None:
    """Exit code 0 within seconds, in IDLE and with a mail waiting; the next start goes on where it ended."""
    seller = make_seller(EARLY)
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(of("a"))
    seller.outbox(kind="acknowledgement", state="queued")
    assert seller.stop() == 0  # which fails after a limit
    seller.sound()
    seller.receive(of("b"))
    seller.start()
    seller.threads(2, messages=1)
    seller.move_by(minutes=5)
    seller.outbox(2, kind="acknowledgement", state="sent")
    assert acknowledged(seller) == {"a": 1, "b": 1}
    assert "Traceback" not in seller.log()


def test_a_dry_run_writes_to_the_operator_only(make_seller) -> None:
    """The acknowledgement is held and says why; the digest comes all the same and shows it."""
    seller = make_seller(EARLY)
    seller.configure("dry_run: false", "dry_run: true")
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(of("a"))
    seller.threads(1, state="open")
    seller.move_by(minutes=5)
    (row,) = seller.outbox(kind="acknowledgement", state="held")
    assert "dry run" in row["reason"]
    seller.move_to(WEDNESDAY_0730)
    seller.outbox(kind="digest", state="sent")
    assert seller.acknowledgements() == []
    assert [mail for mail in seller.sent_to(OPERATOR) if mail["List-Id"]]


def test_a_failing_account_does_not_stop_the_other(make_seller, dovecot: Dovecot) -> None:
    """One mailbox refuses the password: it is named as a problem, and the other's buyer is acknowledged."""
    dovecot.users["second"] = "changed"
    dovecot.restart()
    seller = make_seller(EARLY, users=("seller", "second"))
    seller.launch()
    until(lambda: (seller.folder / "state.db").exists() and seller.status()["problems"], "the trouble is shown")
    until(lambda: imap(seller)["idle"], "the good mailbox is watched")
    seller.move_to(BASTILLE_DAY)
    seller.receive(of("a"))
    seller.threads(1, account="account-seller")
    seller.move_by(minutes=5)
    seller.outbox(kind="acknowledgement", state="sent")
    assert acknowledged(seller) == {"a": 1}
    assert imap(seller, "account-second")["state"] == "failing"
    assert all(problem.startswith("account-second: ") for problem in seller.status()["problems"])


def test_an_earlier_trouble_is_forgotten_at_the_next_start(make_seller, dovecot: Dovecot) -> None:
    """`status` after a restart tells of this process, not of what the one before had last seen."""
    seller = make_seller(EARLY)
    seller.start()
    dovecot.stop()
    until(lambda: seller.status()["problems"], "the trouble is shown")
    seller.kill()
    dovecot.start()
    seller.start()
    until(lambda: not seller.status()["problems"], "the trouble is over")


def test_an_acknowledgement_that_could_not_leave_in_time_is_not_sent(make_seller, mailhost: Mailhost) -> None:
    """Put off while the server says "later", and cancelled once somebody is there again; the digest still comes."""
    mailhost.refuse["MAIL"] = "421 4.3.2 shutting down"
    seller = make_seller(EARLY)
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(of("a"))
    seller.threads(1)
    seller.move_by(minutes=5)
    seller.outbox(kind="acknowledgement", state="queued", attempts=1)
    mailhost.refuse.clear()
    seller.move_to(WEDNESDAY_0730 + timedelta(hours=3))  # the shop has opened
    seller.outbox(kind="acknowledgement", state="cancelled")
    seller.outbox(kind="digest", state="sent")
    assert seller.acknowledgements() == []
