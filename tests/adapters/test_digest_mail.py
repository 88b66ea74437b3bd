"""
The digest as a finished mail: what filters, other programs and mail clients are told by its headers.
"""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import mornings
import pytest

from responder.adapters import digest_page, translations
from responder.core import compose, digest
from responder.core import operator as operators
from responder.core.operator import Operator
from responder.core.speech import spoken

OWNER = Operator(
    email="owner@example.com",
    account="main",
    from_address="service@shop.example.com",
    from_name="Buyer Responder",
    instance="0123456789abcdef",
    secret=b"secret",
    zone=mornings.ZONE,
    hosts=mornings.HOSTS,
)


def mail(facts: digest.DigestFacts, language: str = "en") -> EmailMessage:
    """Return the finished digest of a morning, read as a mail program reads it."""
    speech = translations.speech(language)
    with spoken(speech):
        page = digest.content(facts)
        text, html = digest_page.text(page), digest_page.html(page)
    to = replace(OWNER, speech=speech)
    made = operators.write(
        to, compose.DIGEST, f"digest:{facts.now}", facts.now, subject=page.subject, text=text, html=html
    )
    return message_from_bytes(made.raw, policy=policy.default)  # type: ignore[return-value]


def test_no_robot_answers_it_and_a_filter_knows_it() -> None:
    """RFC 3834, Exchange's own header, a List-Id for filter rules, our own mark; no mailing list."""
    found = mail(mornings.usual())
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["X-Auto-Response-Suppress"] == "All"
    assert found["List-Id"] == "<digest.0123456789abcdef.responder>"
    assert found["X-Responder-Instance"] == "0123456789abcdef"
    assert found["Precedence"] is None
    assert found["List-Unsubscribe"] is None


def test_each_day_is_a_mail_of_its_own() -> None:
    """Gmail puts equal subjects into one conversation and hides what repeats: each has its day, and no parent."""
    days = [replace(mornings.calm(), now=mornings.NOW + number * timedelta(days=1)) for number in range(30)]
    mails = [mail(each) for each in days]
    assert len({str(each["Subject"]) for each in mails}) == 30
    assert len({str(each["Message-ID"]) for each in mails}) == 30
    assert all(each["References"] is None and each["In-Reply-To"] is None for each in mails)


def test_the_date_is_that_of_the_sellers_clock() -> None:
    """The mail program sorts by it; a person reads it."""
    assert mail(mornings.usual())["Date"] == "Sun, 22 Nov 2026 07:30:00 +0100"


@pytest.mark.parametrize("language", translations.languages())
def test_it_says_in_which_language_it_is(language: str) -> None:
    """In its headers and in its page: a screen reader speaks it as it is written."""
    found = mail(mornings.usual(), language)
    assert found["Content-Language"] == language
    page = found.get_body(("html",))
    assert page is not None
    assert f'<html lang="{language}" dir="ltr">' in page.get_content()


def test_the_text_comes_first_and_was_written_as_text() -> None:
    """Multipart/alternative: a reader without HTML gets sentences and addresses, not what is left of a page."""
    found = mail(mornings.usual())
    assert found.get_content_type() == "multipart/alternative"
    text, page = found.iter_parts()
    assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert "<" not in text.get_content()
    assert list(found.iter_attachments()) == []
