"""An answer that fits several threads closes none, and the digest asks until somebody knows."""

import json
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

from mail import builders

from responder.adapters.store import decisions, doubts, threads
from responder.cli.main import run
from responder.core.threads import ThreadState
from responder.tasks import report
from responder.tasks.receive.by_person import stop_clock

TUESDAY = datetime(2026, 7, 21, 9, 0, tzinfo=UTC)  # a working day: no acknowledgement beside the answers
HOUR = timedelta(hours=1)
FIRST, SECOND = "a1a1a1a1a1a1a1a", "b2b2b2b2b2b2b2b"


def two_of_one_name(office: Any) -> None:
    """Two buyers of one name write, and Amazon's copy of an answer names nothing but that name."""
    for number, alias in enumerate((FIRST, SECOND), 1):
        order = f"171-000000{number}-1234567"
        raw = builders.buyer_message("amazon.com.br", alias, name="Marina", alias=alias, order_id=order)
        office.receive(raw, TUESDAY)
    office.receive(builders.answer_copy(name="Marina"), TUESDAY + HOUR)


def answered(office: Any, alias: str, hours: float) -> None:
    """A person's answer to one of them lies in the Sent folder."""
    raw = builders.sent_answer(f"{alias}@marketplace.amazon.com.br", message_id=f"<{alias}@example.com>")
    office.receive(raw, TUESDAY + hours * HOUR, sent=True)


def asked(office: Any) -> list[list[int]]:
    """The threads of each doubt that still needs a person."""
    return [[thread.id for thread in each.threads] for each in office.run(doubts.doubts, 10)]


def digest(office: Any, hours: float) -> tuple[str, str]:
    """The subject and the text of a digest at that hour."""
    office.run(report.write_extra, office.parts.reporter, TUESDAY + hours * HOUR)
    row = [row for row in office.outbox() if row.kind == "digest"][-1]
    body = message_from_bytes(row.rfc822, policy=policy.default).get_body(("plain",))
    return row.subject, body.get_content()


def test_the_digest_asks_which_thread_was_answered(office) -> None:
    """With when it was, both threads, their store and order, and what to type for each."""
    two_of_one_name(office)
    assert [thread.state for thread in office.threads()] == [ThreadState.OPEN] * 2
    subject, text = digest(office, 2)
    assert "1 decision" in subject
    section = " ".join(text.split())
    for part in (
        "Unsure: please check",
        "answer of 12:00",
        "no. 1: amazon.com.br 171-0000001-1234567",
        "no. 2: amazon.com.br 171-0000002-1234567",
        "responder thread 1 answered",
        "responder thread 2 answered",
        "none was closed, please check",
    ):
        assert part in section, part


def test_each_thread_tells_of_the_doubt(office) -> None:
    """The story of either says which others fit."""
    two_of_one_name(office)
    for thread_id in (1, 2):
        (made,) = [each for each in office.run(decisions.decisions, thread_id=thread_id) if each.action == "unsure"]
        assert made.detail["words"] == "this answer fits the threads 1, 2: none was closed, please check"


def test_it_is_asked_again_until_a_person_has_decided(office) -> None:
    """The word about one of them ends it: the other is an open thread like any other."""
    two_of_one_name(office)
    digest(office, 2)
    assert "Unsure: please check" in digest(office, 3)[1]
    office.run(stop_clock, office.judge, 2, "answered", TUESDAY + 4 * HOUR)
    assert asked(office) == []
    assert "Unsure: please check" not in digest(office, 5)[1]
    assert office.run(threads.thread, 1).state is ThreadState.OPEN


def test_while_one_of_them_waits_it_is_asked_about_that_one(office) -> None:
    """The other was answered by something else: the doubtful answer may still have been this one's."""
    two_of_one_name(office)
    answered(office, FIRST, 2)
    assert asked(office) == [[2]]
    answered(office, SECOND, 3)
    assert asked(office) == []


def test_the_copy_of_an_answer_that_is_known_closes_no_namesakes_thread(office) -> None:
    """One of two is answered by mail, and Amazon copies that answer: nobody has answered the other."""
    for number, alias in enumerate((FIRST, SECOND), 1):
        order = f"171-000000{number}-1234567"
        raw = builders.buyer_message("amazon.com.br", alias, name="Marina", alias=alias, order_id=order)
        office.receive(raw, TUESDAY)
    answered(office, FIRST, 1)
    office.receive(builders.answer_copy(name="Marina"), TUESDAY + HOUR + timedelta(minutes=1))
    assert {thread.id: thread.state for thread in office.threads()} == {1: ThreadState.ANSWERED, 2: ThreadState.OPEN}
    assert asked(office) == [[2]]


def test_a_later_message_is_not_in_doubt(office) -> None:
    """Both were answered, and one buyer writes again: the old answer cannot have covered that."""
    two_of_one_name(office)
    answered(office, FIRST, 2)
    answered(office, SECOND, 2)
    again = builders.buyer_message("amazon.com.br", "E a fatura?", name="Marina", alias=SECOND, order_id=None)
    office.receive(again, TUESDAY + 3 * HOUR)
    assert ThreadState.OPEN in {thread.state for thread in office.threads()}
    assert asked(office) == []


def test_an_answer_in_the_sent_folder_may_be_unsure_too(office) -> None:
    """One buyer, two orders, and an answer that names neither."""
    for number in (1, 2):
        order = f"171-000000{number}-1234567"
        raw = builders.buyer_message(text=f"Question {number} sur ma commande", alias=FIRST, order_id=order)
        office.receive(raw, TUESDAY)
    office.receive(builders.sent_answer(f"{FIRST}@marketplace.amazon.fr"), TUESDAY + HOUR, sent=True)
    assert asked(office) == [[1, 2]]


def test_the_lists_show_which_threads_are_in_doubt(office, tmp_path, capsys, monkeypatch) -> None:
    """The table says "answered?" beside the clock that still runs, and JSON has a field of its own."""
    monkeypatch.setenv("SELLER_PASSWORD", "secret")
    monkeypatch.setenv("RESPONDER_CONFIG", str(tmp_path / "config.yaml"))
    two_of_one_name(office)
    answered(office, FIRST, 2)
    assert run(["threads", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["id"]: row["unsure"] for row in rows} == {1: False, 2: True}
    assert run(["threads", "--open"]) == 0
    assert "answered?" in capsys.readouterr().out
