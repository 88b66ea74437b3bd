"""What the texts of a folder of evidence claim: no more than what is on record, and no line that a mail made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from responder.core.evidence import Evidence, InvoiceUse, KeptMail, Making, OutgoingMail, files

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def received(raw: bytes = b"Message-ID: <a@example.com>\r\n\r\nHello", **more: Any) -> KeptMail:
    """Return a buyer's mail."""
    given = {
        "id": 1, "account": "main", "folder": "INBOX", "uidvalidity": 1, "uid": 1, "role": "inbox", "own": False,
        "kind": "buyer_message", "notice_type": None, "thread_id": 1, "order_id": None, "received_at": AT,
        "size": len(raw), "raw": raw, "text": "Hello", "subject": "Question", "message_id": "<a@example.com>",
        "authentic": "pass", "authentic_reason": "", "error": None, "returned_at": None, "returned_why": None,
    }  # fmt: skip
    return KeptMail(**{**given, **more})


def outgoing(**more: Any) -> OutgoingMail:
    """Return a mail of ours with an invoice."""
    given = {
        "id": 1, "account": "main", "thread_id": None, "kind": "invoice", "recipient": "a@marketplace.amazon.fr",
        "subject": "Invoice", "message_id": "<out@example.com>", "state": "sent", "created_at": AT,
        "data_started_at": AT, "sent_at": AT, "smtp_reply": "250 ok", "reason": None, "attempts": 1, "raw": b"x",
    }  # fmt: skip
    return OutgoingMail(**{**given, **more})


def texts(**kept: Any) -> dict[str, str]:
    """Return the texts of the folder by name."""
    made = files(Evidence(about="thread 1", **kept), Making(AT, "1.0", ZoneInfo("Europe/Paris")))
    return {each.name: each.content.decode() for each in made if "/" not in each.name}


@pytest.mark.parametrize("end", ["\r", "\u2028", "\x0b", "\x85", "\n\t"])
def test_a_header_makes_no_line_of_ours(end: str) -> None:
    """Whatever ends a line for some program, what follows it in a header never stands where our own words do."""
    raw = f"Message-ID: <a@example.com>{end}sent/099-forged.eml\r\n\r\nHello".encode()
    lines = texts(mails=(received(raw),))["headers.txt"].splitlines()
    assert not [line for line in lines if line.startswith("sent/")]
    assert [line[:2] for line in lines if "forged" in line] == ["  "]


def test_one_is_counted_as_one() -> None:
    """One mail that is kept, and one that is erased, are told without a plural."""
    assert "1 entry, 1 mail with a file." in texts(mails=(received(),))["README.txt"]
    erased = replace(received(), raw=None, text=None)
    assert "1 of the mails is named without a file" in texts(mails=(erased,))["README.txt"]


def test_when_an_answer_came_back_is_written_on_both_clocks() -> None:
    """As every time in the folder: the seller's and UTC."""
    timeline = texts(mails=(received(role="sent", returned_at=AT + HOUR, returned_why="no such user"),))["timeline.txt"]
    assert "no such user (known 2026-11-02 11:30:00 Europe/Paris (2026-11-02 10:30:00 UTC))" in timeline


@pytest.mark.parametrize("state", ["held", "cancelled"])
def test_a_mail_that_never_left_is_not_said_to_have_been_sent(state: str) -> None:
    """Neither of the mail nor of the invoice in it is it claimed that the buyer got it."""
    kept = texts(
        outgoing=(outgoing(state=state, sent_at=None, data_started_at=None, smtp_reply=None),),
        invoices=(InvoiceUse(at=AT, account="main", order_id="305-1234567-7654321", name="a.pdf", sha256="ab"),),
    )
    for text in (kept["timeline.txt"], kept["timeline.json"]):
        assert f"a mail to the buyer that did not leave: invoice, {state}" in text
        assert "we wrote to the buyer" not in text
        assert "went to the buyer" not in text


def test_a_mail_that_left_was_written_to_the_buyer() -> None:
    """With the mail server's reply."""
    timeline = texts(outgoing=(outgoing(),))["timeline.txt"]
    assert "we wrote to the buyer: invoice, sent" in timeline
    assert "the mail server said: 250 ok" in timeline
