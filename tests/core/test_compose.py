"""
Outgoing mail: what the receiver's parser makes of our bytes.
"""

import binascii
import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core import compose
from responder.core.compose import ComposeError, Outgoing, finished

MAIL = Outgoing(
    kind="acknowledgement",
    to="ab12cd34ef56gh7+0f0e0d0c-1111-2222-3333-444455556666@marketplace.amazon.fr",
    from_="service@example.com",
    from_name="Maison Exemple",
    subject="Re: Où est mon colis ?",
    body="Bonjour,\n\nvotre message est bien arrivé.\n",
    message_id="<abc@example.com>",
    date_at=datetime(2026, 7, 14, 8, 5, tzinfo=UTC),
    instance="main-1",
    in_reply_to="<buyer@eu-west-1.amazonses.com>",
    references=("<first@example.org>", "<buyer@eu-west-1.amazonses.com>"),
    language="fr",
)
NAMES = [
    *("Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "X-Responder-Instance", "Precedence", "Content-Language"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
]
HOSTILE = {
    "a line feed": "a\nBcc: evil@example.org",
    "CRLF and a body": "a\r\nBcc: evil@example.org\r\n\r\n<b>x</b>",
    "an encoded line feed": "=?utf-8?q?a=0ABcc=3A_evil=40example=2Eorg?=",
    "other line ends": "a\x0bb\x0cc\x1cd\x85Bcc: e@example.org\u2028f\u2029g",
    "bidirectional controls": "\u202egnp.exe\u202c \u2066x\u2069",
    "half a megabyte": "Bcc: evil@example.org " * 25_000,
    "half a megabyte without a blank": "é" * 280_000,
    "lone surrogates": "a\ud800b\udfffc",
    "NUL and other controls": "a\x00b\x07c\x1b[31md\x7f",
    "quotes and brackets": 'a"b\\" <evil@example.org>, x@example.org; (c)',
    "nothing": "",
    "blanks": " \t \u00a0 ",
    "a combining mark first": "\u0301e\u0301" * 70,
    "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f466" * 60,
}


def read(raw: bytes) -> EmailMessage:
    """Parse as a receiver would."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def assert_sound(raw: bytes, names: list[str]) -> EmailMessage:
    """The headers meant and no other, one recipient, and lines within RFC 5322 2.1.1."""
    message = read(raw)
    assert list(message.keys()) == names
    assert [address.addr_spec for address in message["To"].addresses] == [MAIL.to]
    assert [address.addr_spec for address in message["From"].addresses] == [MAIL.from_]
    assert not message.defects
    for line in raw.split(b"\r\n"):
        assert len(line) <= 998
        assert b"\r" not in line
        assert b"\n" not in line
    return message


def test_an_acknowledgement_says_that_it_is_automatic_and_what_it_answers() -> None:
    """RFC 3834 5.1 and 3.1.5: auto-replied, In-Reply-To and References, so that no machine answers it."""
    message = assert_sound(finished(MAIL), NAMES)
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Precedence"] == "bulk"
    assert message["X-Responder-Instance"] == "main-1"
    assert message["In-Reply-To"] == "<buyer@eu-west-1.amazonses.com>"
    assert message["References"] == "<first@example.org> <buyer@eu-west-1.amazonses.com>"
    assert message["Subject"] == "Re: Où est mon colis ?"
    assert message["Content-Language"] == "fr"
    assert message.get_content_type() == "text/plain"
    assert message.get_content() == MAIL.body.replace("\n", "\r\n") or message.get_content() == MAIL.body


def test_the_relay_address_is_used_exactly_as_it_was_written() -> None:
    """The part after the plus sign stays: Amazon threads by it."""
    assert f"\r\nTo: {MAIL.to}\r\n".encode() in finished(MAIL)


def test_a_digest_is_generated_carries_both_parts_and_a_list_id() -> None:
    """multipart/alternative, text first; the Date keeps the seller's zone; List-Id is a filter rule's handle."""
    zone = timezone(timedelta(hours=1))
    digest = replace(
        MAIL,
        kind="digest",
        html="<p>Zwei Fragen – «öffnen»</p>\n",
        list_id="digest.main-1.responder",
        in_reply_to=None,
        references=(),
        date_at=datetime(2026, 11, 22, 7, 30, tzinfo=zone),
    )
    names = [name for name in NAMES if name not in ("In-Reply-To", "References", "Precedence")]
    names.remove("Content-Transfer-Encoding")
    names.insert(names.index("Content-Language"), "List-Id")
    message = assert_sound(finished(digest), names)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<digest.main-1.responder>"
    assert message["Date"] == "Sun, 22 Nov 2026 07:30:00 +0100"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert "«öffnen»" in parts[1].get_content()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_subject_or_name_adds_no_header_and_no_recipient(text: str) -> None:
    """What a buyer wrote becomes one cleaned line in its own header, or nothing."""
    raw = finished(replace(MAIL, subject=f"Re: {text}", from_name=text))
    message = assert_sound(raw, NAMES)
    assert len(raw) < 4096
    for character in "\u202e\u2066\x00\x1b\n\r":
        assert character not in message["Subject"]
        assert character not in message["From"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_stays_in_the_body(text: str) -> None:
    """Line ends become CRLF, controls vanish, and the headers stay those that were meant."""
    message = assert_sound(finished(replace(MAIL, body=f"Hello\n{text}\n.\nFrom here")), NAMES)
    body = message.get_content()
    assert body.replace("\r\n", "\n").endswith("\n.\nFrom here\n")
    assert "\u202e" not in body
    assert "\x00" not in body


@given(subject=st.text(), name=st.text(), body=st.text().map(lambda text: f"x{text}"))
def test_whatever_is_written_reads_back_as_the_mail_that_was_meant(subject: str, name: str, body: str) -> None:
    """Property: any text in any place gives the same headers, one recipient and one sender."""
    assert_sound(finished(replace(MAIL, subject=subject, from_name=name, body=body)), NAMES)


@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=200))
def test_encoded_words_are_split_between_characters(subject: str) -> None:
    """RFC 2047 5: each encoded word decodes by itself, and has at most 75 characters."""
    raw = finished(replace(MAIL, subject=f"é {subject}"))
    value = raw.split(b"\r\nSubject: ")[1].split(b"\r\nMessage-ID")[0]
    for word in value.split(b"\r\n "):
        assert len(word) <= 75
        binascii.a2b_base64(word.removeprefix(b"=?utf-8?b?").removesuffix(b"?=")).decode("utf-8")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", "a@example.org, b@example.org"),
        ("to", "a@example.org\r\nBcc: b@example.org"),
        ("to", '"a b"@example.org'),
        ("to", "Name <a@example.org>"),
        ("to", "a@exämple.org"),
        ("to", "a@example.org\n"),
        ("to", ""),
        ("to", "a" * 250 + "@example.org"),
        ("from_", "service@example.com\nX: y"),
        ("message_id", "<a b@example.com>"),
        ("message_id", "<a@example.com>\r\nX: y"),
        ("instance", "main\r\nX: y"),
        ("language", "fr\r\nX: y"),
        ("list_id", "digest>\r\nX: y"),
        ("body", " \n\x00\n"),
        ("date_at", datetime(2026, 7, 14)),  # noqa: DTZ001 - the missing zone is the point
    ],
)
def test_what_cannot_be_a_mail_is_refused(field: str, value: object) -> None:
    """Our own mistakes end here, before a mail exists."""
    with pytest.raises(ComposeError):
        finished(replace(MAIL, **{field: value}))


def test_references_are_the_last_twenty_that_are_message_ids() -> None:
    """RFC 5322 3.6.4: the parent is last; broken ones and repetitions are left out."""
    known = tuple(f"<{number}@example.org>" for number in range(40))
    references = ("junk", "<a b@c>", *known, known[3], "<x@y\r\nBcc: e@example.org>", "<no-at-sign>")
    message = read(finished(replace(MAIL, references=references)))
    found = message["References"].split()
    assert found == [*known[-19:], MAIL.in_reply_to]


def test_a_broken_parent_is_left_out() -> None:
    """A Message-ID that is none would break the header, so the mail goes without it."""
    message = read(finished(replace(MAIL, in_reply_to="<a\r\nBcc: e@example.org@x>", references=())))
    assert "In-Reply-To" not in message
    assert "References" not in message


def test_a_message_id_belongs_to_its_key() -> None:
    """The same key gives the same Message-ID at every attempt; another key or secret gives another."""
    first = compose.message_id(b"secret", "thread:7:2026-07-15", "example.com")
    assert first == compose.message_id(b"secret", "thread:7:2026-07-15", "example.com")
    assert first != compose.message_id(b"secret", "thread:8:2026-07-15", "example.com")
    assert first != compose.message_id(b"other", "thread:7:2026-07-15", "example.com")
    assert compose.MESSAGE_ID.match(first)
    with pytest.raises(ComposeError):
        compose.message_id(b"secret", "key", "example.com>\r\nX: y")


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("Wo ist mein Paket?", "Re: Wo ist mein Paket?"),
        ("Re: Wo ist mein Paket?", "Re: Wo ist mein Paket?"),
        ("RE: re: AW:  Sv : Paket", "Re: Paket"),
        ("R: I: pacco", "Re: I: pacco"),
        ("Re[2]: order", "Re: order"),
        ("Odp: paczka", "Re: paczka"),
        ("Odp.: paczka", "Re: paczka"),
        ("YNT: Re: Kargo", "Re: Kargo"),
        ("RES: Pedido", "Re: Pedido"),
        ("رد: طلب", "Re: طلب"),
        ("返信：Re: 配送", "Re: 配送"),
        ("Ref: 4711", "Re: Ref: 4711"),
        ("Rechnung: fehlt", "Re: Rechnung: fehlt"),
        ("Return: label", "Re: Return: label"),
        ("", "Re:"),
        ("Re:", "Re:"),
        ("a\r\nBcc: x@example.org", "Re: a Bcc: x@example.org"),
    ],
)
def test_a_reply_has_one_prefix(subject: str, reply: str) -> None:
    """The prefixes of all our languages become one `Re: `."""
    assert compose.reply_subject(subject) == reply


def test_the_buyers_words_are_quoted_under_the_text() -> None:
    """Amazon asks that the original message is included."""
    quoted = compose.with_quote("Bonjour\n", "Le 14 juillet 2026, vous avez écrit :", "Où ?\r\n\r\nMerci\n> vieux")
    assert quoted == "Bonjour\n\nLe 14 juillet 2026, vous avez écrit :\n> Où ?\n>\n> Merci\n> > vieux\n"


def test_a_message_without_words_is_not_quoted() -> None:
    """A photo alone leaves no line above nothing."""
    assert compose.with_quote("Bonjour\n", "Le 14 juillet :", " \n\x00") == "Bonjour\n"


def test_a_long_quotation_is_cut_between_characters() -> None:
    """4 KiB of the buyer's text are enough to recognise it."""
    quoted = compose.quote("é" * 10_000)
    assert quoted.endswith("\n> [...]")
    assert len(quoted.encode()) < 4200
    assert "\N{REPLACEMENT CHARACTER}" not in quoted


# An attachment

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 8 + b"\n%%EOF\n"
REQUEST = replace(
    MAIL,
    kind=compose.FEEDBACK_REQUEST,
    subject="Votre commande 305-1234567-7654321",
    attachment=compose.invoice("305-1234567-7654321", PDF),
    in_reply_to=None,
    references=(),
)
REQUEST_NAMES = [
    *("Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("X-Responder-Instance", "Content-Language", "MIME-Version", "Content-Type"),
]


def test_an_invoice_follows_the_text_as_a_file() -> None:
    """RFC 2046 5.1.3, RFC 2183: text first, then one PDF under our own name; no Precedence, and not a reply."""
    message = assert_sound(finished(REQUEST), REQUEST_NAMES)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message.get_content_type() == "multipart/mixed"
    text, file = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert text.get_content().replace("\r\n", "\n") == MAIL.body
    assert file.get_content_type() == "application/pdf"
    assert file.get_content_disposition() == "attachment"
    assert file.get_filename() == "invoice-305-1234567-7654321.pdf"
    assert file["Content-Transfer-Encoding"] == "base64"
    assert file.get_content() == PDF


def test_a_request_without_an_invoice_is_one_plain_text() -> None:
    """Nothing says "attached" to a spam filter where nothing is."""
    message = assert_sound(finished(replace(REQUEST, attachment=None)), [*REQUEST_NAMES, "Content-Transfer-Encoding"])
    assert message.get_content_type() == "text/plain"


def test_base64_has_lines_of_76_characters() -> None:
    """RFC 2045 6.8: none longer, and only the last one shorter."""
    part = finished(REQUEST).split(b"Content-Disposition: attachment")[1]
    encoded = part.split(b"\r\n\r\n")[1].split(b"\r\n--")[0].split(b"\r\n")
    assert {len(line) for line in encoded[:-1]} == {76}
    assert 0 < len(encoded[-1]) <= 76


@given(content=st.binary(max_size=400), body=st.text().map(lambda text: f"x{text}"))
def test_whatever_is_attached_reads_back_byte_for_byte(content: bytes, body: str) -> None:
    """Property: no content of a file, and no text, ends its part early or changes the other."""
    message = assert_sound(
        finished(replace(REQUEST, body=body, attachment=compose.invoice("305-1234567-7654321", PDF + content))),
        REQUEST_NAMES,
    )
    _, file = message.iter_parts()
    assert file.get_content() == PDF + content


def test_the_same_mail_has_the_same_bytes() -> None:
    """The boundary is made from the Message-ID, not drawn."""
    assert finished(REQUEST) == finished(replace(REQUEST))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("invoice.pdf", PDF, "name"),
        ("invoice-305-1234567-7654321.pdf\n", PDF, "name"),
        ("invoice-305-1234567-76543210.pdf", PDF, "name"),
        ("invoice-３05-1234567-7654321.pdf", PDF, "name"),
        ("../invoice-305-1234567-7654321.pdf", PDF, "name"),
        ('invoice-305-1234567-7654321.pdf"; x="', PDF, "name"),
        ("invoice-305-1234567-7654321.exe", PDF, "name"),
        ("invoice-305-1234567-7654321.pdf", b"", "no PDF"),
        ("invoice-305-1234567-7654321.pdf", b"<html>", "no PDF"),
        ("invoice-305-1234567-7654321.pdf", b" " * 1024 + PDF, "no PDF"),
        ("invoice-305-1234567-7654321.pdf", b"%PDF-" + bytes(7 * 1024 * 1024), "bytes"),
    ],
)
def test_what_is_no_invoice_of_ours_is_not_attached(name: str, content: bytes, why: str) -> None:
    """A fixed name, a PDF, and a size that Amazon takes: nothing of a file's own name reaches the buyer."""
    with pytest.raises(ComposeError, match=why):
        finished(replace(REQUEST, attachment=compose.Attachment(name, content)))


def test_html_and_an_invoice_do_not_go_together() -> None:
    """The mail to a buyer is plain text."""
    with pytest.raises(ComposeError, match="HTML"):
        finished(replace(REQUEST, html="<p>x</p>"))


def test_the_largest_invoice_makes_a_mail_that_amazon_takes() -> None:
    """7 MiB of PDF are under 10 MiB of mail."""
    largest = b"%PDF-".ljust(7 * 1024 * 1024, b"\0")
    assert len(finished(replace(REQUEST, attachment=compose.invoice("305-1234567-7654321", largest)))) < 10 * 1024**2
