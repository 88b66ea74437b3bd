"""Acting from the mail, end to end: the digest's own link, sent as a mail program sends it, closes the thread."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from mail import builders
from neighbours.seller import OPERATOR, text_of

pytestmark = pytest.mark.dovecot

TUESDAY = datetime(2026, 7, 21, 12, 0, tzinfo=UTC)  # somebody is there: nothing is sent to the buyer
WEDNESDAY_0730 = datetime(2026, 7, 22, 5, 30, tzinfo=UTC)
PROVEN = "mx.example.com; dmarc=pass header.from={domain}"


def link(mail: Any, word: str) -> str:
    """The `mailto:` of a digest that says this word."""
    page = mail.get_body(("html",)).get_content().replace("&amp;", "&")
    return next(each for each in re.findall(r'href="(mailto:[^"]+)"', page) if f"responder%20{word}%20" in each)


def opened(href: str, at: datetime, results: str | None) -> bytes:
    """The mail that a program makes of such a link, as the operator's server hands it over."""
    parts = urlsplit(href)
    fields = {name: value for name, (value,) in parse_qs(parts.query).items()}
    mail = EmailMessage()
    if results is not None:
        mail["Authentication-Results"] = results
    mail["From"], mail["To"], mail["Subject"] = OPERATOR, unquote(parts.path), fields["subject"]
    mail["Date"], mail["Message-ID"] = format_datetime(at), f"<{'proven' if results else 'forged'}@mail.example>"
    mail.set_content(fields["body"])
    return mail.as_bytes()


def test_the_link_in_the_digest_closes_the_thread_and_the_next_digest_confirms_it(make_seller) -> None:
    """Nobody else's mail does, the operator's does it once, and no mail goes to anybody but the operator."""
    seller = make_seller(TUESDAY - timedelta(hours=1))
    seller.start()
    seller.move_to(TUESDAY)
    seller.receive(builders.buyer_message(sent_at=TUESDAY))
    seller.threads(state="open")
    seller.move_to(WEDNESDAY_0730)
    seller.outbox(kind="digest", state="sent")
    (digest,) = (mail for mail in seller.sent_to(OPERATOR) if mail["List-Id"])
    href = link(digest, "answered")

    seller.move_by(minutes=30)
    seller.receive(opened(href, seller.now, None))
    seller.receive(opened(href, seller.now, PROVEN.format(domain=OPERATOR.rpartition("@")[2])))
    (thread,) = seller.threads(state="answered")
    assert (thread["answered_via"], thread["messages"]) == ("operator", 1)

    seller.move_to(WEDNESDAY_0730 + timedelta(days=1))
    seller.outbox(kind="digest", state="sent", count=2)
    told = " ".join(text_of([mail for mail in seller.sent_to(OPERATOR) if mail["List-Id"]][-1]).split())
    assert "thread 1 is closed, because you answered it." in told
    assert "1 mail in your name was refused" in told
    assert seller.stop() == 0
