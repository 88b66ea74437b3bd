"""What comes back of our own acknowledgement is no answer, whoever copies it and however; a person's reply is one."""

import html
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from mail import builders
from sqlalchemy import Connection

from responder.adapters.store import decisions, outbox
from responder.core.threads import AnsweredVia, ThreadState
from responder.tasks import report
from responder.tasks.receive import accepted

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # a Tuesday, 11:00 in Paris
SOON = BASTILLE_DAY + timedelta(minutes=6)
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.com.br"
STORES = {"amazon.com.br": "Marina", "amazon.fr": "Camille", "amazon.de": "Jonas"}


def acknowledged(office, store: str = "amazon.com.br", **more) -> outbox.OutboxRow:
    """The buyer writes on a closed day, and our acknowledgement is accepted five minutes later."""
    raw = builders.buyer_message(store, "Onde está o meu pedido?", name=STORES[store], sent_at=BASTILLE_DAY, **more)
    office.receive(raw, BASTILLE_DAY)
    at = BASTILLE_DAY + timedelta(minutes=5)

    def sent(conn: Connection) -> outbox.OutboxRow:
        row = outbox.claim_due(conn, "main", at)
        assert row is not None
        outbox.data_started(conn, row.id, at)
        outbox.mark_sent(conn, row.id, at, "250 ok")
        accepted(conn, office.judge, row, at)
        return row

    return office.run(sent)


def text_of(row: outbox.OutboxRow) -> str:
    """What we wrote, with the buyer's message under it."""
    body = message_from_bytes(row.rfc822 or b"", policy=policy.default).get_body(("plain",))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")


def body_of(row: outbox.OutboxRow) -> str:
    """What we wrote, without what it quotes."""
    return text_of(row).split("\n>")[0].rsplit("\n\n", 1)[0]


def copied(office, text: str, store: str = "amazon.com.br", **more) -> None:
    """Amazon sends its copy of what was written to the buyer."""
    page = html.escape(text, quote=False).replace("\n", "<br>")
    more = {"order_id": builders.ORDER, "name": STORES[store], **more}
    office.receive(builders.answer_copy(store, page, sent_at=SOON, **more), SOON)


def actions(office) -> list[str]:
    """What was decided of the thread, in order."""
    return [each.action for each in office.run(decisions.decisions, thread_id=1)]


@pytest.mark.parametrize("store", STORES)
def test_amazons_copy_of_our_acknowledgement_is_no_answer(office, store: str) -> None:
    """Amazon may copy what came by e-mail: the clock goes on, and the thread's story says what that mail was."""
    row = acknowledged(office, store)
    copied(office, text_of(row), store)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_at) == (ThreadState.OPEN, None)
    assert thread.due_at == BASTILLE_DAY + timedelta(hours=24)
    assert thread.promise_at is not None
    assert actions(office)[-1] == "own_copy"


@pytest.mark.parametrize(
    "change",
    [
        body_of,
        lambda row: " ".join(text_of(row).split()),
        lambda row: re.sub(r"^.*\n", "Prezada cliente da Amazon,\n", text_of(row), count=1),
        lambda row: text_of(row).partition("\n")[2],
        lambda row: "\n".join(f"| {line}" for line in text_of(row).splitlines()),
    ],
)
def test_a_changed_copy_of_it_is_no_answer_either(office, change) -> None:
    """Without the quote, on one line, with another greeting or none, with marks at the lines."""
    copied(office, change(acknowledged(office)))
    assert office.threads()[0].state is ThreadState.OPEN
    assert actions(office)[-1] == "own_copy"


def test_a_copy_that_fits_two_threads_is_still_known_as_ours(office) -> None:
    """By the buyer's name two threads fit; the text belongs to one of them, and nobody is asked."""
    row = acknowledged(office)
    other = builders.buyer_message(
        "amazon.com.br", "Outra pergunta, por favor.", name="Marina", alias="b2b2b2b2b2b2b2b", order_id=None
    )
    office.receive(other, BASTILLE_DAY + timedelta(minutes=1))
    copied(office, text_of(row), order_id=None)
    assert [thread.state for thread in office.threads()] == [ThreadState.OPEN] * 2
    assert "unsure" not in actions(office)


@pytest.mark.parametrize("words", ["Sim, amanhã.", "Boa tarde, o pedido sai amanhã e chega na quinta-feira."])
def test_the_copy_of_an_answer_that_was_sent_by_mail_answers_no_later_message(office, words: str) -> None:
    """The buyer writes again before Amazon's copy comes: it says nothing that was not known, and the clock runs."""
    ask = builders.buyer_message("amazon.com.br", "Onde está o meu pedido?", name="Marina", message_id="<1@x.example>")
    office.receive(ask, BASTILLE_DAY)
    office.receive(
        builders.sent_answer(ALIAS, ("<1@x.example>",), words), BASTILLE_DAY + timedelta(minutes=3), sent=True
    )
    ask = builders.buyer_message("amazon.com.br", "E a fatura?", name="Marina", message_id="<2@x.example>")
    office.receive(ask, BASTILLE_DAY + timedelta(minutes=5))
    copied(office, words)
    (thread,) = office.threads()
    assert (thread.state, thread.received_at) == (ThreadState.OPEN, BASTILLE_DAY + timedelta(minutes=5))
    assert actions(office)[-1] == "known_copy"


def test_an_answer_of_days_later_in_the_same_words_is_not_what_a_copy_holds(office) -> None:
    """The Sent folder may be read first: the copy is of the answer to the first message, which was in time."""
    words = "Boa tarde, o pedido sai amanhã e chega na quinta-feira."
    ask = builders.buyer_message("amazon.com.br", "Onde está o meu pedido?", name="Marina", message_id="<1@x.example>")
    office.receive(ask, BASTILLE_DAY)
    later = BASTILLE_DAY + timedelta(days=3)
    ask = builders.buyer_message("amazon.com.br", "E o outro?", name="Marina", message_id="<2@x.example>")
    office.receive(ask, later)
    answer = builders.sent_answer(ALIAS, ("<2@x.example>",), words)
    office.receive(answer, later + timedelta(hours=1), sent=True)
    copied(office, words)
    assert actions(office)[-1] == "answer"
    (thread,) = office.threads()
    assert (thread.state, thread.answered_at) == (ThreadState.ANSWERED, later + timedelta(hours=1))


def test_a_copy_is_known_as_ours_among_many_namesakes(office) -> None:
    """A common name has more threads than anybody compares: the newest of what we wrote is looked at."""
    for number in range(22):
        alias = f"c{number:02}c1c1c1c1c1c1"
        question = builders.buyer_message(
            "amazon.com.br",
            "Uma pergunta.",
            name="Marina",
            alias=alias,
            order_id=None,
            message_id=f"<{alias}@x.example>",
        )
        at = BASTILLE_DAY - timedelta(hours=5 + number)
        office.receive(question, at)
        answer = builders.sent_answer(f"{alias}@marketplace.amazon.com.br", message_id=f"<{alias}@example.com>")
        office.receive(answer, at + timedelta(minutes=3), sent=True)
    row = acknowledged(office, alias="d4d4d4d4d4d4d4d", order_id=None)
    copied(office, text_of(row), order_id=None)
    (waiting,) = [thread for thread in office.threads() if thread.state is ThreadState.OPEN]
    assert waiting.id == row.thread_id


@pytest.mark.parametrize("place", ["{token}\n{text}", "{text}\n{token}"])
def test_amazons_token_in_the_copy_is_nobodys_word(office, place: str) -> None:
    """Copies carry one (`[commMgrTok:...]`): it makes no answer of our own text."""
    text = place.format(token="[commMgrTok:A1B2C3D4E5F6G7H8I9J0]", text=text_of(acknowledged(office)))
    copied(office, text)
    assert office.threads()[0].state is ThreadState.OPEN
    assert actions(office)[-1] == "own_copy"


@pytest.mark.parametrize(
    "reply",
    [
        lambda _: "Boa tarde, o pedido sai amanhã.",
        lambda row: "Sim, amanhã.\n\n" + "\n".join(f"> {line}" for line in text_of(row).splitlines()),
        lambda row: f"Sim.\n\nEm 14/07/2026 11:05, Loja <service@example.com> escreveu:\n\n{text_of(row)}",
        lambda row: f"O seu pedido foi enviado hoje de manhã.\n\n{body_of(row)}",
    ],
)
def test_a_persons_reply_that_quotes_the_acknowledgement_counts(office, reply) -> None:
    """What was written above the quoted text is an answer, however short."""
    copied(office, reply(acknowledged(office)))
    (thread,) = office.threads()
    assert (thread.state, thread.answered_via) == (ThreadState.ANSWERED, AnsweredVia.ANSWER_COPY)


def test_more_than_our_text_is_a_question_to_a_person(office) -> None:
    """Something stands under our text, a person's or a mail server's: the clock goes on, and the digest asks."""
    row = acknowledged(office)
    copied(
        office, f"{body_of(row)}\n\nEsta mensagem destina-se apenas às pessoas que são nomeadas acima, a mais ninguém."
    )
    assert office.threads()[0].state is ThreadState.OPEN
    assert actions(office)[-1] == "unsure"
    office.run(report.write_extra, office.parts.reporter, SOON)
    assert "responder thread 1 answered" in text_of(office.outbox()[-1])


def stripped(row: outbox.OutboxRow, **changes: str) -> bytes:
    """The copy a mail server makes that keeps no header it does not know."""
    kept = message_from_bytes(row.rfc822 or b"", policy=policy.compat32)
    for name in ("X-Responder-Instance", "Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"):
        del kept[name]
    for name, value in changes.items():
        kept.replace_header(name.replace("_", "-"), value)
    return kept.as_bytes()


@pytest.mark.parametrize("changes", [{}, {"Message_ID": "<rewritten@mx.example.com>"}])
def test_a_sent_copy_without_our_marks_is_no_answer(office, changes) -> None:
    """Known by its Message-ID, or by its text where the server wrote a new one."""
    row = acknowledged(office)
    office.receive(stripped(row, **changes), SOON, sent=True)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_at) == (ThreadState.OPEN, None)
    # A message read later that is older than the copy is not taken for answered by it.
    office.receive(
        builders.buyer_message("amazon.com.br", "E também a fatura, por favor.", name="Marina"),
        BASTILLE_DAY + timedelta(minutes=2),
    )
    assert office.threads()[0].state is ThreadState.OPEN


@pytest.mark.parametrize("changes", [{}, {"Message_ID": "<rewritten@mx.example.com>"}])
def test_such_a_copy_settles_what_may_not_have_left(office, changes) -> None:
    """The server took the mail and its answer was lost: the copy proves the promise, by whichever sign it is known."""
    office.receive(builders.buyer_message(), BASTILLE_DAY)
    at = BASTILLE_DAY + timedelta(minutes=5)

    def lost_after_the_dot(conn: Connection) -> None:
        claimed = outbox.claim_due(conn, "main", at)
        assert claimed is not None
        outbox.data_started(conn, claimed.id, at)
        outbox.make_ambiguous(conn, claimed.id, "connection lost", at)

    office.run(lost_after_the_dot)
    office.receive(stripped(office.outbox()[0], **changes), SOON, sent=True)
    assert [row.state for row in office.outbox()] == ["sent"]
    assert office.threads()[0].promise_at is not None
    assert office.threads()[0].state is ThreadState.OPEN


def test_a_persons_sent_mail_that_quotes_the_acknowledgement_is_an_answer(office) -> None:
    """The program quotes our mail under a short answer: it counts."""
    row = acknowledged(office)
    quoted = "\n".join(f"> {line}" for line in text_of(row).splitlines())
    text = f"Sim, amanhã.\n\nEm 14/07/2026 11:05, Loja <service@example.com> escreveu:\n{quoted}"
    office.receive(builders.sent_answer(ALIAS, [row.message_id], text), SOON, sent=True)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_via) == (ThreadState.ANSWERED, AnsweredVia.SENT_FOLDER)


def test_an_answer_that_names_the_buyer_in_bcc_alone_counts(office) -> None:
    """Some people hide the recipient; the copy in the Sent folder still has it."""
    acknowledged(office)
    raw = builders.sent_answer("service@example.com", extra_headers={"Bcc": ALIAS})
    office.receive(raw, SOON, sent=True)
    assert office.threads()[0].state is ThreadState.ANSWERED


def test_a_question_passed_on_to_a_colleague_is_no_answer(office) -> None:
    """It refers to the buyer's message, and the buyer hears nothing of it."""
    acknowledged(office, message_id="<question@example.net>")
    office.receive(builders.sent_answer("colleague@example.com", ["<question@example.net>"]), SOON, sent=True)
    assert office.threads()[0].state is ThreadState.OPEN
