"""What came back: reports in the standard's form and in those of qmail, Exchange, Postfix and others; never a guess."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail.builders import auto_reply, bounce, buyer_message, customer_mail

from responder.core.message import parse
from responder.core.old_reports import MAX_COST, MAX_LINE, MAX_LINES, Failures, _lines, failures
from responder.core.returned import report

BUYER = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
OURS = "<ours-1@example.com>"
RETURNED = (
    f"\nFrom: service@example.com\nTo: {BUYER}\nMessage-ID: {OURS}\nSubject: Re: 171-1234567-1234567\n\nBonjour\n"
)


def old(sender: str, subject: str, text: str, *more: str, path: str | None = "<>") -> bytes:
    """Return a report without machine-readable parts."""
    lines = [
        *([f"Return-Path: {path}"] if path else []),
        f"From: {sender}",
        "To: service@example.com",
        f"Subject: {subject}",
        *more,
        "",
        text,
    ]
    return "\n".join(lines).encode()


QMAIL = old(
    "MAILER-DAEMON@mx.example.net",
    "failure notice",
    "Hi. This is the qmail-send program at mx.example.net.\n"
    "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
    "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
    f"<{BUYER}>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 unknown user\nGiving up.\n\n"
    f"--- Below this line is a copy of the message.\n{RETURNED}",
)
EXCHANGE = old(
    "System Administrator <postmaster@mx.example.net>",
    "Undeliverable: Re: question",
    "Your message\n\n  To:      buyer\n  Subject: Re: question\n\ndid not reach the following recipient(s):\n\n"
    f"{BUYER} on Fri, 25 Dec 2026 10:00:00 +0000\n"
    "    The e-mail account does not exist at the organization this message was sent to.\n"
    "    <mx.example.net #5.1.1>\n    MSEXCH:IMS:Example\n",
)
YAHOO = old(
    "MAILER-DAEMON@yahoo.com",
    "Failure Notice",
    "Sorry, we were unable to deliver your message to the following address.\n\n"
    f"<{BUYER}>:\n554: delivery error: dd This user doesn't have an account\n\n"
    f"--- Below this line is a copy of the message.\n{RETURNED}",
)
POSTFIX = old(
    "MAILER-DAEMON@mx.example.net (Mail Delivery System)",
    "Undelivered Mail Returned to Sender",
    "--=_b\nContent-Description: Notification\nContent-Type: text/plain\n\n"
    "This is the Postfix program at host mx.example.net.\n\n                        The Postfix program\n\n"
    f"<{BUYER}>: unknown user: host said: 550 no such user\n\n--=_b--\n",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="=_b"',
)
EXIM = old(
    "Mail Delivery System <Mailer-Daemon@mx.example.net>",
    "Mail delivery failed: returning message to sender",
    "This message was created automatically by mail delivery software.\n\n"
    "A message that you sent could not be delivered to one or more of its recipients.\n\n"
    f"  {BUYER}\n    SMTP error: 550 5.1.1 unknown\n\n------ This is a copy of the message ------\n{RETURNED}",
    f"X-Failed-Recipients: {BUYER}",
)
HOSTER = old(
    "Mail Delivery System <mailer-daemon@mx.example.net>",
    "Mail delivery failed: returning message to sender",
    "A message that you sent could not be delivered to one or more of its recipients.\n"
    f"The following address failed:\n\n<{BUYER}>:\nSMTP error from remote server: 550 5.7.1 refused\n\n"
    f"--- The header of the original message is following. ---\n{RETURNED}",
)
BASE64 = old(
    "MAILER-DAEMON@mx.example.net",
    "failure notice",
    base64.b64encode(QMAIL.partition(b"\n\n")[2]).decode(),
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
)
OLD = {
    "qmail": (QMAIL, "5.1.1", True),
    "Exchange": (EXCHANGE, "5.1.1", False),
    "Yahoo": (YAHOO, "554", True),
    "Postfix": (POSTFIX, "550", False),
    "Exim": (EXIM, "5.1.1", True),
    "a big hoster": (HOSTER, "5.7.1", True),
    "qmail in base64": (BASE64, "5.1.1", True),
}


@pytest.mark.parametrize("name", OLD)
def test_a_report_without_the_standards_form_is_read(name: str) -> None:
    """Whom it could not reach, for good or not, and the Message-ID where the returned mail is in it."""
    raw, status, whole = OLD[name]
    found = report(parse(raw))
    assert found is not None
    assert (found.addresses, found.standard, found.status) == ((BUYER,), False, status)
    assert found.gone == ((BUYER,) if status == "5.1.1" else ())
    assert found.message_ids == ((OURS,) if whole else ())


def test_a_standard_report_names_address_message_order_and_status() -> None:
    """RFC 3464: the failed recipient, the code of RFC 3463, and the returned header."""
    found = report(parse(bounce(OURS, status="5.2.1", returned="message/rfc822")))
    assert found is not None
    assert (found.addresses, found.message_ids, found.status) == ((BUYER,), (OURS,), "5.2.1")
    assert (found.standard, found.gone) == (True, ())


def test_only_the_recipient_that_failed_is_named() -> None:
    """Two recipients in one report: the one that is only late may still be reached."""
    late = f"Final-Recipient: rfc822; {BUYER}\r\nAction: delayed\r\nStatus: 4.4.1\r\n"
    second = f"{late}\r\nOriginal-Recipient: rfc822;else@example.org\r\n"
    raw = bounce(recipient="other@example.org").replace(
        b"Final-Recipient: rfc822; ", second.encode() + b"Final-Recipient: rfc822; "
    )
    found = report(parse(raw))
    assert found is not None
    assert found.addresses == ("else@example.org", "other@example.org")
    assert found.gone == found.addresses


def test_given_up_after_days_of_trying_is_no_dead_address() -> None:
    """Action failed with a temporary code: the mail is lost, the address may live."""
    found = report(parse(bounce(status="4.4.7")))
    assert found is not None
    assert (found.status, found.gone) == ("4.4.7", ())


def test_of_several_addresses_in_sentences_none_is_known_to_be_gone() -> None:
    """Two failed, one code: nobody can tell whose it is."""
    found = report(parse(EXIM.replace(b"X-Failed-Recipients: ", b"X-Failed-Recipients: else@example.org, ")))
    assert found is not None
    assert (found.status, found.gone) == ("5.1.1", ())
    assert set(found.addresses) == {BUYER, "else@example.org"}


WARNING = old(
    "Mail Delivery System <mailer-daemon@mx.example.net>",
    "Warning: message delayed 24 hours",
    "This message was created automatically by mail delivery software.\n"
    "A message that you sent has not yet been delivered to one or more of its recipients.\n\n"
    f"  {BUYER}\n\nNo action is required on your part.\n",
)
NOT_RETURNED = {
    "delayed": bounce(action="delayed", status="4.4.1"),
    "delivered": bounce(action="delivered", status="2.0.0"),
    "relayed": bounce(action="relayed", status="2.0.0"),
    "delayed, with a code that says failed": bounce(action="delayed", status="5.1.1"),
    "a warning in the old form": WARNING,
    "a warning that names whom it could not reach yet": WARNING.replace(
        b"Subject: Warning: message delayed 24 hours",
        b"Subject: Warning: could not send message for past 4 hours\nX-Failed-Recipients: " + BUYER.encode(),
    ),
    "an answer of absence": auto_reply(),
    "an answer of absence that names a colleague": auto_reply(
        text="I am away, colleague@example.org, will help you.",
        extra_headers={"Return-Path": "<>", "Auto-Submitted": "auto-replied", "In-Reply-To": OURS},
    ),
    "an answer of absence without a return path": auto_reply(
        extra_headers={"Return-Path": "<>", "Auto-Submitted": "auto-replied", "In-Reply-To": OURS}
    ),
    "a customer who writes about it": customer_mail(
        text=f"Your message did not reach the following recipient: {BUYER} on"
    ),
    "a buyer who quotes one": buyer_message(text=QMAIL.decode(), subject="failure notice"),
    "a buyer whose relay address is the mail system's": buyer_message(
        text="Hi. This is the qmail-send program\n\n<x@example.org>:\n", extra_headers={"Return-Path": "<>"}
    ),
    "a report about nothing": old("postmaster@mx.example.net", "Undeliverable", "Nobody knows what failed."),
    "a receipt": old(
        "buyer@example.org",
        "Read: your message",
        "--b\nContent-Type: text/plain\n\nread\n--b\nContent-Type: message/disposition-notification\n\n"
        "Disposition: manual-action; displayed\n--b--\n",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
    ),
}


@pytest.mark.parametrize("name", NOT_RETURNED)
def test_what_is_not_lost_is_no_bounce(name: str) -> None:
    """Late, delivered, read, away, or merely written about: nothing came back."""
    assert report(parse(NOT_RETURNED[name])) is None


def test_a_report_without_an_address_counts_with_the_message_in_it() -> None:
    """Only the mail system's own voice, without a return path, and the returned header."""
    raw = old("MAILER-DAEMON@mx.example.net", "Returned mail", f"It did not work.\n{RETURNED}")
    found = report(parse(raw))
    assert found is not None
    assert (found.addresses, found.message_ids, found.order_ids) == ((), (OURS,), ("171-1234567-1234567",))
    assert report(parse(raw.replace(b"Return-Path: <>", b"Return-Path: <x@example.org>"))) is None


HOSTILE = {
    "nothing": b"",
    "many nested parts": b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)
    ),
    "many parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 20_000,
    "one long line": b"\n" + b"<" * 300_000,
    "many long lines": b"\n" + (b"did not reach the following recipient <" + b"a" * 5000 + b"\n") * 100,
    "parameters": b"Content-Type: multipart/report; " + b'a*="\\;' * 5000 + b"\n\nx",
    "a charset of no use": b"Content-Type: text/plain; charset=unicode_escape\n\n\\ud800\n",
    "a status of no use": b"Content-Type: multipart/report; boundary=b\n\n--b\n"
    b"Content-Type: message/delivery-status\n\n" + b"Final-Recipient: rfc822;\n\nAction:\nStatus: 5\n" * 2000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_report_is_no_report(name: str) -> None:
    """No exception, no answer made up."""
    raw = b"Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice\n" + HOSTILE[name]
    assert report(parse(raw)) is None


def test_what_the_patterns_are_given_is_bounded() -> None:
    """Their time grows with the square of a line's length: the lines and the sum of these squares have a limit."""
    for line in (b"a" * 10_000, b"a" * 79, b"", b"--b", b"\r\r\r"):
        kept = list(_lines((line + b"\n") * 5000))
        assert len(kept) <= MAX_LINES
        assert max(map(len, kept)) <= MAX_LINE
        assert sum(len(each) ** 2 for each in kept) <= MAX_COST
    assert list(_lines(b"one\r\ntwo\n")) == [b"one", b"two"]
    assert len(list(_lines(b"--b\n" * 100))) < 20


@given(st.lists(st.sampled_from(re.split(rb"(?<=\n)|(?<=[<>:@])", QMAIL + POSTFIX + EXCHANGE + bounce())), max_size=40))
def test_any_mixture_of_reports_is_read_without_an_error(pieces: list[bytes]) -> None:
    """Pieces of real forms in any order: addresses are strict ones, and only those."""
    message = parse(b"Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice\n" + b"".join(pieces))
    found = report(message)
    assert isinstance(failures(message), Failures)
    if found is not None:
        assert all(re.fullmatch(r"[^\s<>]+@[a-z0-9.-]+", address) for address in found.addresses)
