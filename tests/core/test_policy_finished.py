"""A finished mail's bytes against the policy: encodings, headers, parts and attachments, whatever was meant."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.adapters import rules as rules_file
from responder.core import compose, policy
from responder.core.policy import Finding

RULES = rules_file.load()
ORDER = "305-1234567-7654321"
BODY = f"Hello,\n\nYour order {ORDER} is in our hands and will leave the house by Monday 16 November 2026.\n"
PDF = ("application", "pdf")


def mail(body: str = BODY, **headers: str) -> EmailMessage:
    """A mail to one buyer, with further headers or none of one."""
    made = EmailMessage(policy=SMTP)
    fields = {"From": "s@example.com", "To": "k3xw9q2m7v5t@marketplace.amazon.de", "Subject": "Your order", **headers}
    for name, value in fields.items():
        if value:
            made[name.replace("_", "-")] = value
    made.set_content(body)
    return made


def found(made: EmailMessage | bytes, kind: str = "answer", **more: object) -> list[Finding]:
    """What is found in it."""
    raw = made if isinstance(made, bytes) else made.as_bytes()
    arguments = {"rules": RULES, "kind": kind, "language": "en", **more}
    return list(policy.finished(raw, **arguments))  # type: ignore[arg-type]


def broken(made: EmailMessage | bytes, kind: str = "answer", **more: object) -> set[tuple[str, str, str]]:
    """The same as (rule, severity, place)."""
    return {(each.rule, each.severity, each.place) for each in found(made, kind, **more)}


def attached(*names: str, kind: tuple[str, str] = PDF) -> EmailMessage:
    """A mail with files of these names."""
    made = mail()
    for name in names:
        made.add_attachment(b"%PDF-1.7", maintype=kind[0], subtype=kind[1], filename=name)
    return made


def test_an_honest_mail_breaks_nothing() -> None:
    """Of any kind, since it names its order."""
    assert all(broken(mail(), kind) == set() for kind in policy.KINDS)


@pytest.mark.parametrize("cte", ["quoted-printable", "base64", "8bit"])
def test_an_encoding_hides_nothing(cte: str) -> None:
    """What a reader sees is judged, however it travels; the line is that of the text."""
    made = mail()
    made.set_content(f"{BODY}\nPrêt ? You can unsubscribe here.\n", cte=cte)
    (finding,) = found(made)
    assert (finding.rule, finding.line, finding.excerpt) == ("L13", 5, "unsubscribe")


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Cc": "boss@example.com"}, "Cc: somebody in copy"),
        ({"Bcc": "boss@example.com"}, "Bcc: somebody in copy"),
        ({"To": "a1b2c3d4e5f6g7@marketplace.amazon.de, b@example.com"}, "2 addressees"),
        ({"To": ""}, "0 addressees"),
    ],
)
def test_a_mail_goes_to_one_buyer_and_nobody_else(headers: dict[str, str], words: str) -> None:
    """L32, an own rule: what was written to one must not be read by another."""
    assert [(each.rule, each.place, each.excerpt) for each in found(mail(**headers))] == [("L32", "header", words)]


def test_a_mail_without_a_subject_or_a_text_does_not_leave() -> None:
    """L32."""
    assert broken(mail(Subject="")) == {("L32", "error", "subject")}
    assert ("L32", "error", "text") in broken(mail("\n"))


def test_an_opt_out_header_is_an_opt_out_link() -> None:
    """L13: mail programs make a button of it."""
    assert broken(mail(List_Unsubscribe="<https://shop.example/u>")) == {("L13", "error", "header")}


def test_what_only_the_html_part_says_is_found() -> None:
    """Most readers are shown that one; what both say is told once."""
    made = mail(f"{BODY}\nYou can unsubscribe.\n")
    made.add_alternative("<p>You can unsubscribe.</p><p>Use the promo code HELLO.</p>", subtype="html")
    assert broken(made) == {("L13", "error", "text"), ("L03", "error", "html")}


def test_a_mail_of_html_alone_is_read_as_text() -> None:
    """Its words are judged, its empty text is not complained about."""
    made = mail()
    made.set_content(f"<p>Your order {ORDER} is in our hands.</p><p>Unsubscribe!</p>", subtype="html")
    assert {rule for rule, _, _ in broken(made)} == {"L13"}


@pytest.mark.parametrize(
    ("names", "kind", "expected"),
    [
        ((f"invoice-{ORDER}.pdf",), "feedback_request", set()),
        (("Rechnung_2026.pdf",), "answer", set()),
        (("scan0001.pdf",), "answer", {("L12", "warning")}),
        (("invoice.pdf.exe",), "answer", {("L12", "error")}),
        (("invoice.exe. ",), "answer", {("L12", "error")}),
        (("invoice.html",), "answer", {("L12", "error")}),
        (("invoice.docx",), "feedback_request", {("L12", "warning")}),
        (("invoice.pdf", "manual.pdf"), "invoice", {("L12", "error")}),
        (("invoice.pdf", "manual.pdf"), "answer", set()),
        (("invoice.pdf",), "acknowledgement", {("L12", "error")}),
        (("smile.gif",), "answer", {("L16", "error")}),
    ],
)
def test_attachments_are_invoices_instructions_or_warranties(
    names: tuple[str, ...], kind: str, expected: set[tuple[str, str]]
) -> None:
    """L12 by type, number and name; the last ending counts, as it does where the file is opened."""
    assert {(rule, severity) for rule, severity, _ in broken(attached(*names), kind)} == expected


def test_a_file_without_an_ending_is_told_by_its_type() -> None:
    """A name need not have one."""
    assert broken(attached("invoice", kind=("image", "png"))) == set()
    assert broken(attached("invoice", kind=("application", "x-msdownload"))) == {("L12", "warning", "attachment")}


def test_a_mail_of_more_than_ten_megabytes_is_not_taken_by_amazon() -> None:
    """L12, by the size of the whole mail."""
    raw = attached(f"invoice-{ORDER}.pdf").as_bytes() + b"x" * (10 * 1024 * 1024)
    assert ("L12", "error", "attachment") in broken(raw)


def test_a_large_invoice_is_no_reason_to_hold_a_mail() -> None:
    """A mail of some megabytes is read to its first; what was to be judged stands before the file."""
    made = mail()
    made.add_attachment(b"%PDF-1.7" * 500_000, maintype="application", subtype="pdf", filename=f"invoice-{ORDER}.pdf")
    assert broken(made, "feedback_request") == set()


def test_a_mail_that_cannot_be_taken_apart_is_not_called_good() -> None:
    """What stands behind too many levels or parts was not looked at."""
    nested = mail().as_bytes().replace(b"Content-Type: text/plain", b"Content-Type: multipart/mixed; boundary=B\r\nX: ")
    parts = nested + b"".join(b"--B\r\nContent-Type: text/plain\r\n\r\nx\r\n" for _ in range(300)) + b"--B--\r\n"
    assert ("L32", "error", "header") in broken(parts)


def test_lines_that_quote_are_somebody_elses_words() -> None:
    """Of a saved mail every quoting line is; the numbers of the others stay."""
    made = mail(f"{BODY}\n> unsubscribe\n> second\n\nUnsubscribe.\n\n> https://shop.example\n")
    assert [(each.rule, each.line) for each in found(made)] == [("L13", 8)]


def test_of_our_own_mail_exactly_what_was_quoted_is() -> None:
    """As many lines as the quotation has, at the end; a line that was meant to look quoted is ours."""
    quotation = compose.quote("unsubscribe\n\nhttps://shop.example")
    assert broken(mail(f"{BODY}\nYou wrote:\n{quotation}\n"), quotation=quotation) == set()
    assert {rule for rule, _, _ in broken(mail(f"{BODY}\n> Unsubscribe.\n"), quotation="")} == {"L13"}
    both = mail(f"{BODY}\n> Unsubscribe.\n{quotation}\n")
    assert [(each.rule, each.line) for each in found(both, quotation=quotation)] == [("L13", 5)]


def test_a_text_too_long_to_be_read_is_an_error() -> None:
    """What is not judged to its end is not called good."""
    assert ("L32", "error", "header") in broken(mail("Long text.\n" * 10_000))


def test_what_the_program_writes_itself_is_judged_as_it_leaves() -> None:
    """Names set apart for Arabic, folded headers, quoted-printable: none of it is in the way, or hides a word."""
    written = compose.finished(
        compose.Outgoing(
            kind=compose.ACKNOWLEDGEMENT,
            to="k3xw9q2m7v5t@marketplace.amazon.sa",
            from_="s@example.com",
            from_name="متجر",
            subject="Re: سؤال " * 12,
            body="مرحبًا \u2068Gift Card\u2069،\n\nوصلتنا رسالتكم بتاريخ 14/11/2026 وسنرد عليكم.\n\nبطاقة هدية\n",
            message_id="<a@example.com>",
            date_at=datetime(2026, 11, 14, tzinfo=UTC),
            instance="i",
            language="ar",
        )
    )
    arabic = found(written, "acknowledgement", language="ar", given=["Gift Card"], quotation="")
    assert [(each.rule, each.line) for each in arabic] == [("L04", 5)]


PIECES = st.sampled_from(
    (
        *(b"\r\n", b"\n\n", b"--B", b"--B--", b"Content-Type: text/html\n\n"),
        *(b"Content-Type: multipart/mixed; boundary=B\n", b"To: a@b.example, c@d.example\n"),
        *(b"Subject: =?utf-8?b?8J+YgA==?=\n", b"<img src=", b"<a href='", b'style="margin:9', b"99999999%"),
        *(b"&#xFFFFFFFF;", b"&#99999999999;", b"<style>", b"</", b"\xff\xfe", b"\xed\xa0\x80", b"gift card"),
    )
)


@given(st.lists(PIECES | st.binary(max_size=20), max_size=30).map(b"".join), st.sampled_from(policy.KINDS))
def test_no_bytes_are_too_broken_to_be_judged(raw: bytes, kind: str) -> None:
    """Property: whatever was saved as a mail has findings, each with a rule of the table, and never an exception."""
    findings = policy.finished(raw, rules=RULES, kind=kind, language="en", order_id=ORDER)
    assert {each.rule for each in findings} <= set(RULES.table)
    assert policy.has_errors(findings)  # nothing of the kind is a mail to one buyer with a subject and a text


@given(st.text(max_size=200), st.text(max_size=400))
def test_no_text_and_no_page_are_too_broken_to_be_judged(text: str, page: str) -> None:
    """Property: the same of a text and an HTML part, surrogates and controls included."""
    findings = policy.check(text, text, rules=RULES, kind="answer", language=None, html=f"<p {page}<img {page}")
    assert all(each.line >= 0 and "\n" not in each.excerpt for each in findings)
