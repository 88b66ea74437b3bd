"""A blind copy of an answer stops the clock, and nobody stops it by writing our address into From."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from mail import builders
from tasks.conftest import Office

from responder.adapters.store import decisions, mails
from responder.core.threads import AnsweredVia, ThreadState
from responder.tasks import report

TUESDAY = datetime(2026, 7, 21, 9, 0, tzinfo=UTC)  # a working day: no acknowledgement beside the answers
HOUR = timedelta(hours=1)
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
QUESTION = "<question@example.net>"
HERE = {"Delivered-To": "answers@example.com"}
PROVEN = {"Authentication-Results": "mx.example.com; dmarc=pass (p=NONE) header.from=example.com"}
REFUSED = {"Authentication-Results": "mx.example.com; dmarc=fail header.from=example.com"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office whose people send themselves a blind copy of what they answer."""
    made = Office(tmp_path, TUESDAY - 24 * HOUR, "    answers: {bcc: Answers@example.com}\n")
    yield made
    made.store.close()


def asked(office: Office, **more: Any) -> None:
    """The buyer writes."""
    office.receive(builders.buyer_message(**{"message_id": QUESTION, **more}), TUESDAY)


def copied(office: Office, headers: dict[str, str], references: tuple[str, ...] = (), **more: Any) -> Any:
    """A mail from our address to the buyer arrives in the inbox, an hour later."""
    raw = builders.sent_answer(more.pop("to", ALIAS), references, extra_headers=headers, **more)
    return office.receive(raw, TUESDAY + HOUR)


def digest(office: Office) -> str:
    """What the operator reads two hours later."""
    office.run(report.write_extra, office.parts.reporter, TUESDAY + 2 * HOUR)
    row = [row for row in office.outbox() if row.kind == "digest"][-1]
    body = message_from_bytes(row.rfc822 or b"", policy=policy.default).get_body(("plain",))
    assert body is not None
    return body.get_content()


@pytest.mark.parametrize(
    ("headers", "references", "why"),
    [
        ({**HERE, **PROVEN}, (), "our mail server says dmarc=pass for example.com"),
        (
            {**HERE, "Authentication-Results": "mx.example.com; dkim=pass header.d=example.com"},
            (),
            "our mail server says dkim=pass for example.com",
        ),
        (HERE, (QUESTION,), "it replies to a mail of this thread"),
        ({}, (QUESTION,), "it replies to a mail of this thread"),
        ({"X-Original-To": "<answers@EXAMPLE.com>"}, (QUESTION,), "it replies to a mail of this thread"),
        (
            {"Delivered-To": "box@example.com", "Envelope-To": "answers@example.com"},
            (QUESTION,),
            "it replies to a mail of this thread",
        ),
    ],
)
def test_a_copy_that_somebody_vouches_for_is_an_answer(
    office: Office, headers: dict[str, str], references: tuple[str, ...], why: str
) -> None:
    """Our server proves the sender, or it replies to the buyer's message; the thread says how and why."""
    asked(office)
    copied(office, headers, references)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_via) == (ThreadState.ANSWERED, AnsweredVia.BCC)
    assert thread.answered_at == TUESDAY + HOUR
    (made,) = office.run(decisions.decisions, action="answer")
    assert made.detail["words"].endswith(why)


@pytest.mark.parametrize(
    ("headers", "references"),
    [
        (HERE, ()),
        (HERE, ("<made-up@example.net>",)),
        ({**HERE, "Authentication-Results": "mx.example.com; dmarc=none header.from=example.com"}, ()),
        ({**HERE, "Authentication-Results": "mx.example.com; dmarc=pass header.from=evil.example"}, ()),
        ({**HERE, "Authentication-Results": "mx.example.com; dkim=pass header.d=notexample.com"}, ()),
        ({**HERE, "Authentication-Results": "mx.evil.example; dmarc=pass header.from=example.com"}, ()),
        (
            {**HERE, "Authentication-Results": "mx.example.com; dkim=pass header.d=example.com; dmarc=fail"},
            (QUESTION,),
        ),
    ],
)
def test_a_forged_copy_stops_no_clock_and_is_told(office: Office, headers: dict, references: tuple[str, ...]) -> None:
    """Anybody can write our From and the buyer's address: it is kept, and the digest says it was not believed."""
    asked(office)
    kept = copied(office, headers, references)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_at) == (ThreadState.OPEN, None)
    assert kept.mail_id is not None
    told = digest(office)
    assert "was not believed" in told or "not verified, nothing was sent" in told


def test_the_mail_that_is_not_believed_counts_for_no_later_message_either(office: Office) -> None:
    """It was there before the message it pretends to answer was read."""
    copied(office, HERE)
    asked(office)
    assert office.threads()[0].state is ThreadState.OPEN


def test_a_reply_to_one_buyer_closes_no_thread_of_another(office: Office) -> None:
    """The Message-ID of one's own message vouches for one's own thread only."""
    asked(office)
    office.receive(
        builders.buyer_message(alias="b2b2b2b2b2b2b2b", order_id="171-7654321-1234567", message_id="<other@x.example>"),
        TUESDAY,
    )
    copied(office, HERE, ("<other@x.example>",))
    first, second = sorted(office.threads(), key=lambda thread: thread.id)
    assert (first.state, first.answered_at) == (ThreadState.OPEN, None)
    assert second.answered_via is AnsweredVia.BCC


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"X-Responder-Instance": "somebody-elses"},
        {"Precedence": "bulk"},
    ],
)
def test_automatic_mail_is_no_copy(office: Office, headers: dict[str, str]) -> None:
    """Ours or another program's: neither an answer nor news."""
    asked(office)
    copied(office, {**HERE, **PROVEN, **headers}, (QUESTION,))
    assert office.threads()[0].state is ThreadState.OPEN


def test_a_copy_that_was_delivered_elsewhere_is_told(office: Office) -> None:
    """It stops no clock, but a wrong word in the configuration must not be silent: the digest says what to write."""
    asked(office)
    copied(office, {**PROVEN, "Delivered-To": "service@example.com"}, (QUESTION,))
    assert office.threads()[0].state is ThreadState.OPEN
    assert "was not believed: it was not delivered to the address of `answers.bcc`" in " ".join(digest(office).split())


@pytest.mark.parametrize("more", [{"sender": "owner@example.org"}, {"to": "colleague@example.com"}])
def test_only_our_mail_to_a_buyer_is_a_copy(office: Office, more: dict[str, str]) -> None:
    """Not somebody else's mail, nor ours to somebody else."""
    asked(office)
    copied(office, {**HERE, **PROVEN}, (QUESTION,), **more)
    assert office.threads()[0].state is ThreadState.OPEN


def test_a_doubt_is_over_when_the_thread_was_answered(office: Office) -> None:
    """Whoever writes to the buyer and in Cc to the shop's own address need not be asked: the Sent folder said it."""
    asked(office)
    copied(office, {"Delivered-To": "service@example.com", **PROVEN}, (QUESTION,))
    office.receive(builders.sent_answer(ALIAS, (QUESTION,)), TUESDAY + HOUR, sent=True)
    assert office.threads()[0].state is ThreadState.ANSWERED
    assert "was not believed" not in " ".join(digest(office).split())


def test_without_the_key_no_mail_of_the_inbox_is_an_answer_of_ours(tmp_path: Path) -> None:
    """The seller chooses this way to answer."""
    made = Office(tmp_path, TUESDAY - 24 * HOUR)
    asked(made)
    copied(made, {**HERE, **PROVEN}, (QUESTION,))
    assert made.threads()[0].state is ThreadState.OPEN
    made.store.close()


def test_the_copy_and_the_sent_folder_are_one_answer(office: Office) -> None:
    """Whichever is read first; the second changes nothing."""
    asked(office)
    raw = builders.sent_answer(ALIAS, (QUESTION,), extra_headers=HERE)
    office.receive(raw, TUESDAY + HOUR)
    assert office.receive(raw.replace(b"Delivered-To", b"X-Kept"), TUESDAY + HOUR, sent=True).mail_id is None
    (thread,) = office.threads()
    assert thread.answered_via is AnsweredVia.BCC


def test_a_copy_read_before_its_message_counts_when_it_is_proven(office: Office) -> None:
    """Its source is the blind copy all the same."""
    copied(office, {**HERE, **PROVEN})
    asked(office)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_via) == (ThreadState.ANSWERED, AnsweredVia.BCC)


def test_an_answer_known_by_its_copy_may_come_back(office: Office) -> None:
    """The buyer's server refuses it: the thread waits again, as after an answer of the Sent folder."""
    asked(office)
    copied(office, HERE, (QUESTION,), message_id="<sent-9@example.com>")
    office.receive(builders.bounce("<sent-9@example.com>"), TUESDAY + 2 * HOUR)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_via) == (ThreadState.OPEN, None)
    assert thread.due_at == TUESDAY + 24 * HOUR


def test_the_source_outlives_the_return_of_a_later_answer(office: Office) -> None:
    """Two answers, the second comes back: the first still stands, by Bcc."""
    asked(office)
    copied(office, HERE, (QUESTION,), message_id="<sent-1@example.com>")
    later = builders.sent_answer(ALIAS, (QUESTION,), "Et encore ceci.", message_id="<sent-2@example.com>")
    office.receive(later, TUESDAY + 2 * HOUR, sent=True)
    office.receive(builders.bounce("<sent-2@example.com>"), TUESDAY + 3 * HOUR)
    (thread,) = office.threads()
    assert (thread.state, thread.answered_via) == (ThreadState.ANSWERED, AnsweredVia.BCC)


def test_a_copy_keeps_its_place_among_what_was_sent(office: Office) -> None:
    """It is kept like a mail of the Sent folder: one mail of a person's, whatever way it came."""
    asked(office)
    kept = copied(office, HERE, (QUESTION,))
    mail = office.run(mails.mail, kept.mail_id)
    assert (mail.role, mail.folder, mail.buyer_address) == ("sent", "INBOX", ALIAS)
