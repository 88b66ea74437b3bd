"""Every way a person answers stops the clock, beside the running daemon, whatever program was used."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import aioimaplib
import pytest
from mail import builders
from neighbours.dovecot import Dovecot
from neighbours.seller import OPERATOR, Seller, text_of, until

pytestmark = pytest.mark.dovecot

EARLY = datetime(2026, 7, 14, 6, 0, tzinfo=UTC)  # after the hour of that day's digest
BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # a Tuesday, 11:00 in Paris


def at_work(dovecot: Dovecot, work: Callable[[Any], Awaitable[None]]) -> None:
    """Let the seller's mail program (an independent client) open the inbox and do its work."""

    async def session() -> None:
        client = aioimaplib.IMAP4("127.0.0.1", dovecot.imap, timeout=10)
        await client.wait_hello_from_server()
        try:
            await client.login("seller", dovecot.users["seller"])
            await client.select("INBOX")
            await work(client)
            await client.logout()
        finally:
            client.protocol.transport.close()  # it leaves that to the garbage collector
            await asyncio.sleep(0)

    asyncio.run(session())


async def read(client: Any, uid: int) -> Any:
    """Open a mail as a mail program does; the server marks it as read."""
    answer = await client.uid("FETCH", str(uid), "(BODY[])")
    return message_from_bytes(bytes(answer.lines[1]), policy=policy.default)


def with_an_open_thread(make_seller: Callable[..., Seller], raw: bytes) -> Seller:
    """A running daemon that has read one buyer's message of the holiday."""
    seller = make_seller(EARLY)
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(raw)
    seller.threads(state="open")
    return seller


def test_an_answer_from_a_mail_program_stops_the_clock(make_seller, dovecot) -> None:
    """The program reads the message and puts its answer into Sent; the thread is answered at the answer's time."""
    seller = with_an_open_thread(make_seller, builders.buyer_message(sent_at=BASTILLE_DAY))
    seller.move_by(hours=2)

    async def reply(client: Any) -> None:
        question = await read(client, 1)
        answer = builders.sent_answer(question["From"].addresses[0].addr_spec, [question["Message-ID"]])
        done = await client.append(answer, mailbox="Sent", flags="\\Seen", date=seller.now)
        assert done.result == "OK"

    at_work(dovecot, reply)
    (thread,) = seller.threads(state="answered")
    assert thread["answered_via"] == "sent_folder"
    assert thread["answered_at"] == seller.now.isoformat()
    assert thread["due_at"] is None


def test_an_answered_flag_stops_the_clock(make_seller, dovecot) -> None:
    r"""The program keeps no copy and sets \Answered: that is an answer too."""
    seller = with_an_open_thread(make_seller, builders.buyer_message(sent_at=BASTILLE_DAY))
    seller.move_by(hours=1)

    async def mark(client: Any) -> None:
        assert (await client.uid("STORE", "1", "+FLAGS", "(\\Answered)")).result == "OK"

    at_work(dovecot, mark)
    (thread,) = seller.threads(state="answered")
    assert thread["answered_via"] == "answered_flag"


def test_reading_a_message_is_not_answering_it(make_seller, dovecot) -> None:
    r"""A message that a person opened, and that is \Seen now, keeps its clock."""
    seller = with_an_open_thread(make_seller, builders.buyer_message(sent_at=BASTILLE_DAY))

    async def look(client: Any) -> None:
        await read(client, 1)

    at_work(dovecot, look)
    assert "\\Seen" in seller.flags(1)
    seller.receive(builders.buyer_message(alias="b2b2b2b2b2b2b2b", text="later", order_id=None))
    seller.threads(2, state="open")  # the folder was looked at again since


def test_amazons_copy_of_an_answer_in_seller_central_stops_the_clock(make_seller) -> None:
    """The answer was written on Amazon's pages; its copy names the buyer only, as most do."""
    raw = builders.buyer_message("amazon.com.br", name="Marina", sent_at=BASTILLE_DAY)
    seller = with_an_open_thread(make_seller, raw)
    seller.move_by(hours=1)
    seller.receive(builders.answer_copy("amazon.com.br", name="Marina", sent_at=seller.now))
    (thread,) = seller.threads(state="answered")
    assert thread["answered_via"] == "answer_copy"
    assert thread["answered_at"] == seller.now.isoformat()


def test_a_person_can_say_that_a_thread_is_answered(make_seller) -> None:
    """The command works beside the running daemon, stops the clock, and nothing is sent any more."""
    seller = with_an_open_thread(make_seller, builders.buyer_message(sent_at=BASTILLE_DAY))
    assert "answered" in seller.command("thread", "1", "answered")
    (thread,) = seller.threads(state="answered")
    assert thread["answered_via"] == "operator"
    seller.move_by(hours=20)  # the acknowledgement's delay, and the warnings that were set
    seller.outbox(kind="acknowledgement", state="cancelled")
    seller.settled()
    assert seller.acknowledgements() == []
    assert [mail for mail in seller.sent_to(OPERATOR) if not mail["List-Id"]] == []


def test_an_answer_within_the_delay_cancels_the_acknowledgement(make_seller) -> None:
    """A person was faster: the buyer gets one mail, and it is not the automatic one."""
    seller = with_an_open_thread(make_seller, builders.buyer_message(sent_at=BASTILLE_DAY))
    seller.outbox(kind="acknowledgement", state="queued")
    seller.move_by(minutes=1)
    seller.answer(builders.sent_answer("a1b2c3d4e5f6g7h@marketplace.amazon.fr"))
    seller.threads(state="answered")
    seller.move_by(hours=1)
    seller.settled()
    seller.outbox(kind="acknowledgement", state="cancelled")
    assert seller.acknowledgements() == []


def test_an_answer_two_hours_later_stops_the_warnings(make_seller) -> None:
    """Of two buyers one was answered: every warning and the overdue alert name the other one only."""
    first = builders.buyer_message(name="Camille", alias="a1a1a1a1a1a1a1a", order_id="171-1111111-1111111")
    seller = with_an_open_thread(make_seller, first)
    seller.receive(builders.buyer_message(name="Ines", alias="b2b2b2b2b2b2b2b", order_id="171-2222222-2222222"))
    seller.threads(2, state="open")
    seller.move_by(hours=2)
    seller.answer(builders.sent_answer("a1a1a1a1a1a1a1a@marketplace.amazon.fr"))
    seller.threads(1, state="answered")

    def warnings() -> list[str]:
        told = (mail for mail in seller.sent_to(OPERATOR) if mail["Subject"].startswith(("Answer by", "Overdue")))
        return [text_of(mail) for mail in told]  # what is late moves a rate as well, and that is told apart

    for count, hours in enumerate((18, 22, 24), 1):  # six and two hours before the deadline, and at it
        seller.move_to(BASTILLE_DAY + timedelta(hours=hours, minutes=1))
        until(lambda count=count: len(warnings()) >= count, f"{count} warnings")
    alerts = warnings()
    assert len(alerts) == 3
    assert all("171-2222222-2222222" in text for text in alerts)
    assert not any("171-1111111-1111111" in text for text in alerts)


def answering(seller: Seller, keys: str) -> None:
    """Give every account further ways to answer."""
    seller.configure("    authserv_id: mx.example.com\n", f"    authserv_id: mx.example.com\n    answers: {{{keys}}}\n")


def test_a_keyword_set_in_a_mail_program_stops_the_clock(make_seller, dovecot) -> None:
    """The program tags the message while the daemon waits for news; nothing is sent, and the story says why."""
    seller = make_seller(EARLY)
    answering(seller, "no_response_keyword: NoAnswer")
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(builders.buyer_message(sent_at=BASTILLE_DAY))
    seller.threads(state="open")

    async def tag(client: Any) -> None:
        assert (await client.uid("STORE", "1", "+FLAGS", "(NoAnswer)")).result == "OK"

    at_work(dovecot, tag)
    (thread,) = seller.threads(state="no_response_needed")
    assert thread["due_at"] is None
    seller.outbox(kind="acknowledgement", state="cancelled")
    assert "the keyword NoAnswer is set on the message" in seller.command("thread", "1")


def test_a_message_moved_to_the_sellers_folder_stops_the_clock(make_seller, dovecot) -> None:
    """The program moves it while the daemon runs; one that a rule moved before that has no clock either."""
    seller = make_seller(EARLY)
    answering(seller, "no_response_folder: Done")
    with dovecot.login("seller") as client:
        client.create("Done")
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(builders.buyer_message(sent_at=BASTILLE_DAY))
    seller.threads(state="open")

    async def move(client: Any) -> None:
        assert (await client.uid("MOVE", "1", "Done")).result == "OK"

    at_work(dovecot, move)
    seller.threads(state="no_response_needed")
    other = builders.buyer_message(alias="b2b2b2b2b2b2b2b", order_id="171-2222222-2222222", text="Merci, c'est bon.")
    dovecot.append("seller", "Done", other, internaldate=seller.now)
    seller.threads(2, state="no_response_needed")
    seller.move_by(hours=1)
    seller.settled()
    assert seller.acknowledgements() == []


def test_a_folder_that_is_not_there_is_a_problem_and_no_more(make_seller) -> None:
    """Status names it; the inbox is watched and the buyer is answered as ever."""
    seller = make_seller(EARLY)
    answering(seller, "no_response_folder: Nowhere")
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(builders.buyer_message(sent_at=BASTILLE_DAY))
    seller.threads(state="open")
    seller.move_by(minutes=10)
    seller.outbox(kind="acknowledgement", state="sent")
    until(lambda: any("'Nowhere'" in each for each in seller.status()["problems"]), "status names the folder")


def test_a_blind_copy_stops_the_clock_and_a_forged_one_does_not(make_seller, dovecot) -> None:
    """Delivered by the mail server to the address for copies; the forged one proves nothing and replies to nothing."""
    raw = builders.buyer_message(sent_at=BASTILLE_DAY, message_id="<question@example.net>")
    seller = make_seller(EARLY)
    answering(seller, "bcc: seller@example.com")
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(raw)
    seller.threads(state="open")
    seller.move_by(hours=1)
    to = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
    forged = builders.sent_answer(to, text="Forged.", message_id="<forged@example.com>", sent_at=seller.now)
    seller.receive(forged)
    until(lambda: "was not believed" in seller.command("thread", "1"), "the forged copy is told of")
    seller.threads(state="open")
    copy = builders.sent_answer(to, ["<question@example.net>"], sent_at=seller.now)
    seller.receive(b"Delivered-To: seller@example.com\r\n" + copy)
    (thread,) = seller.threads(state="answered")
    assert thread["answered_via"] == "bcc"


def test_amazons_copy_of_the_acknowledgement_stops_no_clock(make_seller) -> None:
    """What was really sent comes back as Amazon's copy: open, with its deadline; a person's answer then closes it."""
    raw = builders.buyer_message("amazon.com.br", "Onde está o pedido?", name="Marina", sent_at=BASTILLE_DAY)
    seller = with_an_open_thread(make_seller, raw)
    seller.move_by(minutes=6)
    seller.outbox(kind="acknowledgement", state="sent")
    (sent,) = seller.acknowledgements()
    text = text_of(sent).replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    seller.move_by(minutes=1)
    seller.receive(builders.answer_copy("amazon.com.br", text, name="Marina", sent_at=seller.now))
    until(lambda: "a copy of our own acknowledgement" in seller.command("thread", "1"), "the copy is known as ours")
    (thread,) = seller.threads(state="open")
    assert thread["due_at"] == (BASTILLE_DAY + timedelta(hours=24)).isoformat()
    seller.move_by(hours=1)
    seller.receive(builders.answer_copy("amazon.com.br", "O pedido sai amanhã.", name="Marina", sent_at=seller.now))
    (thread,) = seller.threads(state="answered")
    assert thread["answered_via"] == "answer_copy"
