"""
`kill -9` of the real daemon at exact points: a buyer never gets a mail twice, the operator rather twice than never.

The submission server decides when: it ends the daemon before it answers a command.
"""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from mail import builders
from neighbours.postgres import Postgres
from neighbours.seller import LIMIT, OPERATOR, Seller, text_of, until
from neighbours.striking import StrikingMailhost

pytestmark = pytest.mark.dovecot

EARLY = datetime(2026, 7, 14, 6, 0, tzinfo=UTC)  # after the hour of that day's digest
BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # a Tuesday, 11:00 in Paris
WEDNESDAY_0730 = datetime(2026, 7, 15, 5, 30, tzinfo=UTC)
CATCH_UP = 60
SEED = 20260714


@pytest.fixture
def mailhost() -> Iterator[StrikingMailhost]:
    """A submission server that strikes when it is armed."""
    with StrikingMailhost(users={"seller": "secret"}) as server:
        yield server


@pytest.fixture
def waiting(make_seller) -> Seller:
    """A daemon whose acknowledgement is decided and waits for its delay to pass."""
    return with_a_decision(make_seller(EARLY))


def with_a_decision(seller: Seller) -> Seller:
    """Start the daemon and let it decide on one message of the holiday."""
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(builders.buyer_message(sent_at=BASTILLE_DAY))
    seller.outbox(kind="acknowledgement", state="queued")
    return seller


def struck(mailhost: StrikingMailhost, seller: Seller, point: str, move: Callable[[], None]) -> None:
    """Let time move, and return when the daemon was ended at `point`."""
    mailhost.arm(point, seller.kill)
    move()
    assert mailhost.struck.wait(LIMIT), f"nothing reached {point}"


def acknowledged(seller: Seller, mailhost: StrikingMailhost) -> Seller:
    """End the daemon between sending the acknowledgement and recording it, and start it again."""
    struck(mailhost, seller, "DATA", lambda: seller.move_by(minutes=5))
    assert len(seller.acknowledgements()) == 1
    seller.start()
    seller.outbox(kind="acknowledgement", state="ambiguous")
    return seller


@pytest.mark.parametrize("point", ["MAIL", "RCPT"])
def test_a_kill_between_decision_and_sending_sends_it_once(waiting, mailhost, point) -> None:
    """Ended while the envelope was on its way: surely not sent, so it is sent after the restart, once."""
    struck(mailhost, waiting, point, lambda: waiting.move_by(minutes=5))
    assert waiting.acknowledgements() == []
    waiting.start()
    waiting.outbox(kind="acknowledgement", state="sent")
    waiting.move_by(hours=3)
    waiting.settled()
    assert len(waiting.acknowledgements()) == 1
    waiting.sound()


def test_a_kill_before_the_delay_is_over_sends_it_once(waiting) -> None:
    """The decision outlives the process; the delay counts from the message, not from the restart."""
    waiting.kill()
    waiting.move_by(minutes=5)
    waiting.start()
    waiting.outbox(kind="acknowledgement", state="sent")
    waiting.settled()
    assert len(waiting.acknowledgements()) == 1
    (thread,) = waiting.threads(state="open", messages=1)
    assert thread["promise_at"] is not None
    waiting.sound()


def test_a_kill_between_sending_and_recording_sends_nothing_again(waiting, mailhost) -> None:
    """The server took it and nobody knows: not sent again, and the digest says so and what to type."""
    seller = acknowledged(waiting, mailhost)
    (row,) = seller.outbox(kind="acknowledgement", state="ambiguous")
    seller.move_by(hours=4)
    seller.settled()
    assert seller.stop() == 0
    seller.start()
    seller.move_to(WEDNESDAY_0730)
    seller.outbox(kind="digest", state="sent")
    digest = next(text_of(mail) for mail in seller.sent_to(OPERATOR) if mail["List-Id"])
    assert f"responder outbox {row['id']} release" in digest
    assert f"responder outbox {row['id']} cancel" in digest
    seller.settled()
    seller.outbox(kind="acknowledgement", state="ambiguous")
    assert len(seller.acknowledgements()) == 1
    seller.sound()


def test_being_asked_to_end_while_the_server_takes_a_mail_leaves_no_doubt(waiting: Seller, mailhost) -> None:
    """SIGTERM between the final dot and the 250: the daemon hears the reply, keeps it, and ends with 0."""
    mailhost.arm("DATA", lambda: os.kill(waiting.pid, signal.SIGTERM))
    waiting.move_by(minutes=5)
    assert mailhost.struck.wait(LIMIT)
    assert waiting.stop() == 0
    (row,) = waiting.rows("outbox")
    assert row["state"] == "sent"
    waiting.sound()


def test_a_copy_in_the_sent_folder_settles_it(waiting, mailhost) -> None:
    """The very mail turns up in Sent: it was sent, and its promise is on the thread."""
    seller = acknowledged(waiting, mailhost)
    assert seller.threads(state="open")[0]["promise_at"] is None
    seller.answer(seller.mailhost.accepted[0].data)
    seller.outbox(kind="acknowledgement", state="sent")
    (thread,) = seller.threads(state="open")
    assert thread["promise_at"] is not None
    assert thread["answered_at"] is None
    assert len(seller.acknowledgements()) == 1
    seller.sound()


def test_a_person_can_send_it_again(waiting, mailhost) -> None:
    """`responder outbox ID release` sends the same bytes with the same Message-ID."""
    seller = acknowledged(waiting, mailhost)
    (row,) = seller.outbox(kind="acknowledgement", state="ambiguous")
    seller.command("outbox", str(row["id"]), "release")
    # The command is another process: the daemon looks by itself within half a minute, or at the next mail.
    seller.receive(builders.notice(sent_at=seller.now))
    seller.outbox(kind="acknowledgement", state="sent")
    first, second = mailhost.accepted
    assert first.data == second.data
    assert [mail["Message-ID"] for mail in seller.acknowledgements()] == [row["message_id"]] * 2
    seller.sound()


def test_a_digest_of_unknown_fate_is_sent_again_with_the_same_message_id(waiting, mailhost) -> None:
    """The operator rather reads it twice than never; a mail program shows the two as one."""
    seller = waiting
    seller.move_by(minutes=5)
    seller.outbox(kind="acknowledgement", state="sent")
    seller.move_to(WEDNESDAY_0730 - timedelta(hours=1))  # the first warning is out of the way
    seller.outbox(kind="alert", state="sent")
    struck(mailhost, seller, "DATA", lambda: seller.move_to(WEDNESDAY_0730))
    seller.start()
    seller.outbox(kind="digest", state="sent")
    seller.settled()
    digests = [mail for mail in seller.sent_to(OPERATOR) if mail["List-Id"]]
    assert len(digests) == 2
    assert len({mail["Message-ID"] for mail in digests}) == 1
    assert len(seller.acknowledgements()) == 1
    seller.sound()


def test_kills_while_mail_is_kept_lose_nothing_and_double_nothing(make_seller, dovecot) -> None:
    """Ended at random moments of a catch-up: every mail is kept once, every acknowledgement sent once."""
    seller = make_seller(EARLY)
    seller.configure("accounts:", "limits: {acknowledgements_per_hour: 200}\naccounts:")
    seller.start()
    assert seller.stop() == 0
    seller.move_to(BASTILLE_DAY)
    aliases = [f"buyer{number:011d}" for number in range(CATCH_UP)]
    dovecot.fill("seller", ((_of(number, alias), BASTILLE_DAY) for number, alias in enumerate(aliases)))
    killed_at = []
    for count in sorted(random.Random(SEED).sample(range(1, CATCH_UP), 5)):  # noqa: S311 - repeatable, no secret
        seller.launch()
        until(lambda count=count: _kept(seller) >= count, f"{count} mails are kept", every=0.001)
        seller.kill()
        seller.sound()
        killed_at.append(_kept(seller))
    assert any(0 < kept < CATCH_UP for kept in killed_at), "every kill came too late"
    seller.start()
    threads = seller.threads(CATCH_UP, state="open")
    assert [thread["messages"] for thread in threads] == [1] * CATCH_UP
    assert _kept(seller) == CATCH_UP
    seller.move_by(minutes=5)
    seller.outbox(CATCH_UP, kind="acknowledgement", state="sent")
    seller.settled()
    assert Counter(mail["To"].partition("@")[0] for mail in seller.acknowledgements()) == Counter(aliases)
    assert seller.status()["problems"] == []
    seller.sound()


@pytest.mark.postgres
def test_a_state_on_postgresql_survives_the_same_kills(make_seller, mailhost, postgres: Postgres) -> None:
    """Killed before the text: sent once after the restart. Killed after it: never again by itself."""
    name = postgres.database()
    seller = with_a_decision(make_seller(EARLY, state=postgres.url(name)))
    struck(mailhost, seller, "MAIL", lambda: seller.move_by(minutes=5))
    seller.start()
    seller.outbox(kind="acknowledgement", state="sent")
    seller.receive(builders.buyer_message(alias="b2b2b2b2b2b2b2b", order_id=None, text="Autre question"))
    seller.outbox(kind="acknowledgement", state="queued")
    acknowledged_before = len(seller.acknowledgements())
    struck(mailhost, seller, "DATA", lambda: seller.move_by(minutes=5))
    seller.start()
    seller.outbox(kind="acknowledgement", state="ambiguous")
    seller.move_by(hours=3)
    seller.settled()
    assert acknowledged_before == 1
    assert Counter(mail["To"].partition("@")[0] for mail in seller.acknowledgements()) == {
        "a1b2c3d4e5f6g7h": 1,
        "b2b2b2b2b2b2b2b": 1,
    }
    assert seller.stop() == 0
    postgres.drop(name)


def _of(number: int, alias: str) -> bytes:
    at = BASTILLE_DAY + timedelta(seconds=number)
    return builders.buyer_message(alias=alias, order_id=f"171-{number:07d}-1234567", text=alias, sent_at=at)


def _kept(seller: Seller) -> int:
    with seller.state() as conn:
        count: int = conn.execute("SELECT count(*) FROM mail").fetchone()[0]
    return count
