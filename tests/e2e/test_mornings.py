"""A weekend on which the clocks go back, with a daemon that is killed on Sunday: what each morning's digest says."""

import re
import socket
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from e2e.test_digest_links import PROVEN, link, opened
from mail import builders
from neighbours.seller import OPERATOR, Seller, text_of, until

pytestmark = pytest.mark.dovecot

# Paris: UTC+2 until Sunday 25 October 2026 at 01:00 UTC, UTC+1 from then on. The digest is due at 07:30.
FRIDAY = datetime(2026, 10, 23, 18, 0, tzinfo=UTC)
SATURDAY_DIGEST = datetime(2026, 10, 24, 5, 30, tzinfo=UTC)
SUNDAY_DIGEST = datetime(2026, 10, 25, 6, 30, tzinfo=UTC)
MONDAY_DIGEST = datetime(2026, 10, 26, 6, 30, tzinfo=UTC)
TUESDAY_DIGEST = datetime(2026, 10, 27, 6, 30, tzinfo=UTC)
ORDERS = [f"171-000000{number}-0000000" for number in range(1, 5)]


def digests(seller: Seller) -> list[EmailMessage]:
    """Every digest that was accepted, the oldest first."""
    return [mail for mail in seller.sent_to(OPERATOR) if mail["List-Id"]]


def wrote(seller: Seller, number: int, at: datetime) -> None:
    """A buyer's message about one of the orders arrives."""
    raw = builders.buyer_message(
        order_id=ORDERS[number],
        alias=f"buyer{number}zzzzzzzzzz",
        sent_at=at,
        message_id=f"<m{number}@amazonses.com>",
    )
    seller.receive(raw, at)


def words(mail: EmailMessage) -> str:
    """The text of a digest on one line, with plain blanks."""
    return re.sub(r"\s+", " ", text_of(mail))


def deadman(seller: Seller, at: datetime) -> str:
    """What the dead-man program would mail at an instant."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "responder.deadman",
            "-c",
            str(seller.config),
            "check",
            "--dry-run",
            "--at",
            at.isoformat(),
        ],
        env=seller.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def page(port: int, path: str) -> str:
    """A page of the running daemon."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        return answer.read().decode()


def weekend(seller: Seller) -> None:
    """Two buyers write on Saturday, and a claim is opened."""
    for number, hour in ((0, 7), (1, 10)):
        at = datetime(2026, 10, 24, hour, 0, tzinfo=UTC)
        seller.move_to(at)
        wrote(seller, number, at)
        seller.threads(number + 1, state="open")
    seller.move_to(datetime(2026, 10, 24, 11, 0, tzinfo=UTC))
    seller.receive(builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY", order_id=ORDERS[2], sent_at=seller.now), seller.now)
    until(lambda: seller.rows("notices"), "the claim is known")


def assert_sunday(digest: EmailMessage) -> None:
    """24 and 48 hours are hours, not days: what was written at 09:00 of summer time is due at 08:00."""
    said = words(digest)
    assert said.startswith("2 Nachrichten zu beantworten bis 11:00")  # and no outage
    assert "11:00" in digest["Subject"]
    assert said.index("Heute 08:00 (noch 30 Min.)") < said.index("Heute 11:00 (noch 3 Std. 30 Min.)")
    assert said.index(ORDERS[0]) < said.index(ORDERS[1])
    assert "Mo. 12:00" in said  # the claim of 13:00


def assert_page(port: int) -> None:
    """The status page and its figures say the same."""
    front = page(port, "/")
    assert front.index(ORDERS[0]) < front.index(ORDERS[1])
    assert 'responder_open_threads{account="account-seller",marketplace="amazon.fr"} 2' in page(port, "/metrics")


def assert_late(digest: EmailMessage) -> None:
    """Monday's digest, written on Tuesday: the outage first, then what came in it, and what a link of Sunday's did."""
    said = words(digest)
    down = said[: said.index(ORDERS[1])]
    assert "bis 05:00" in down
    assert "2 Nachrichten" in down
    assert "Vorgang 1 ist geschlossen" in said
    assert said.index(ORDERS[1]) < said.index(ORDERS[2]) < said.index(ORDERS[3])


def test_each_morning_says_what_to_do_across_the_clock_change_and_an_outage(make_seller) -> None:
    """One digest a day in the seller's language and time; the one that an outage kept back comes once, and says so."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    seller = make_seller(FRIDAY)
    seller.configure("  email: owner@example.com\n", "  email: owner@example.com\n  language: de\n")
    seller.config.write_text(seller.config.read_text() + f'http: {{listen: "127.0.0.1:{port}"}}\n')
    seller.start()
    seller.move_to(SATURDAY_DIGEST)
    seller.outbox(kind="digest", state="sent")
    assert "Nachricht" not in digests(seller)[0]["Subject"]
    weekend(seller)
    seller.move_to(SUNDAY_DIGEST)
    seller.outbox(2, kind="digest", state="sent")
    sunday = digests(seller)[1]
    assert_sunday(sunday)
    assert_page(port)
    seller.move_by(minutes=10)
    seller.receive(opened(link(sunday, "answered"), seller.now, PROVEN.format(domain="example.com")))
    (answered,) = seller.threads(state="answered")
    assert answered["order_id"] == ORDERS[0]
    seller.kill()

    missed = deadman(seller, MONDAY_DIGEST.replace(hour=7, minute=5))
    assert "Subject: No digest" in missed
    assert ORDERS[1] in missed
    wrote(seller, 2, datetime(2026, 10, 25, 9, 0, tzinfo=UTC))
    wrote(seller, 3, datetime(2026, 10, 26, 7, 0, tzinfo=UTC))
    seller.move_to(datetime(2026, 10, 27, 4, 0, tzinfo=UTC))
    seller.start()
    seller.outbox(3, kind="digest", state="sent")
    assert_late(digests(seller)[2])

    seller.move_to(TUESDAY_DIGEST)
    seller.outbox(4, kind="digest", state="sent")
    seller.move_by(hours=1)
    seller.settled()
    assert len({mail["Subject"] for mail in digests(seller)}) == len(digests(seller)) == 4
    assert "Vorgang 1 ist geschlossen" not in words(digests(seller)[3])
    assert all(mail["Content-Language"] == "de" for mail in seller.sent_to(OPERATOR))
    assert seller.stop() == 0
    seller.sound()
