"""
The mail about an order: to whom it goes, in which languages, with what, and when it is held.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.adapters import catalogue, rules, templates
from responder.adapters.store.meta import Instance
from responder.adapters.store.outbox import NewOutbox
from responder.adapters.templates import Template, TemplateFailed
from responder.core import compose
from responder.core.compose import Attachment, ComposeError
from responder.core.orders import Order
from responder.tasks.ask.writing import Writer, written

NOW = datetime(2026, 7, 24, 9, 0, tzinfo=UTC)
ORDER_ID = "305-1234567-7654321"
ADDRESS = "ab12cd34ef56gh7@marketplace.amazon.fr"
PDF = b"%PDF-1.7\nsynthetic\n%%EOF\n"
CATALOGUE = catalogue.load()
WRITER = Writer(
    account="main",
    templates=templates.load(None),
    rules=rules.load(),
    instance=Instance("0123456789abcdef", b"secret"),
    seller_name="Maison Exemple",
    from_name="Maison Exemple",
    from_address="service@example.com",
    catalogue=CATALOGUE,
)
ORDER = Order(
    id=1,
    account="main",
    order_id=ORDER_ID,
    marketplace="amazon.fr",
    buyer_name="Anna Berg",
    purchased_at=datetime(2026, 7, 13, 10, 0, tzinfo=UTC),
    shipped_at=datetime(2026, 7, 14, 10, 0, tzinfo=UTC),
    delivered_at=datetime(2026, 7, 17, 21, 59, tzinfo=UTC),
    reported_at=NOW,
    first_at=NOW,
)


def write(
    order: Order = ORDER,
    kind: str = compose.FEEDBACK_REQUEST,
    address: str = ADDRESS,
    attachment: Attachment | None = None,
    *,
    writer: Writer = WRITER,
    due_at: datetime = NOW,
) -> NewOutbox:
    """Write one mail."""
    return written(
        writer,
        order,
        kind,
        address,
        attachment,
        key=f"feedback:main:{order.order_id}",
        due_at=due_at,
        expires_at=NOW + timedelta(days=5),
        now=NOW,
    )


def read(row: NewOutbox) -> EmailMessage:
    """Parse as a receiver would."""
    message = message_from_bytes(row.rfc822, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text(row: NewOutbox) -> str:
    """The text a buyer reads."""
    part = read(row).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def with_text(body: str, subject: str = "Commande {{ order.id }}", kind: str = "feedback_request") -> Writer:
    """A writer with the seller's own French text."""
    own = templates.parse(kind, f"subject: '{subject}'\nlanguages:\n  fr: |\n    {body}\n", "own.yaml")
    changed: Mapping[str, Template] = {**WRITER.templates, kind: own}
    return replace(WRITER, templates=changed)


def test_a_request_goes_to_the_buyers_relay_address_in_the_language_of_the_marketplace() -> None:
    """Everything that delivering needs to know, and a mail that says it is automatic."""
    row = write(attachment=compose.invoice(ORDER_ID, PDF))
    assert (row.account, row.kind, row.recipient, row.thread_id) == ("main", "feedback_request", ADDRESS, None)
    assert (row.state, row.reason) == ("queued", None)
    assert (row.due_at, row.expires_at, row.created_at) == (NOW, NOW + timedelta(days=5), NOW)
    assert row.payload == {
        "order_id": ORDER_ID,
        "alias": ADDRESS,
        "invoice": sha256(PDF).hexdigest(),
    }
    message = read(row)
    assert message["To"] == ADDRESS
    assert message["From"].addresses[0].addr_spec == "service@example.com"
    assert message["Message-ID"] == row.message_id
    assert message["Subject"] == row.subject == f"Votre commande {ORDER_ID} : facture et demande d'évaluation"
    assert message["Content-Language"] == "fr"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "In-Reply-To" not in message
    assert "Precedence" not in message
    body = text(row)
    assert body.startswith("Bonjour Anna Berg,\n\nVous trouverez ci-joint la facture")
    assert f"Numéro de commande : {ORDER_ID}\nDate de la commande : 13 juillet 2026\n" in body
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content()) == (f"invoice-{ORDER_ID}.pdf", PDF)


def test_without_an_invoice_nothing_speaks_of_one() -> None:
    """One plain text, and a payload that says that no file went with it."""
    row = write()
    assert read(row).get_content_type() == "text/plain"
    assert row.payload["invoice"] is None
    assert "facture" not in text(row) + row.subject


def test_the_invoice_alone_asks_for_nothing() -> None:
    """The mail of the kind `invoice` holds the file and no request; without a file there is no such mail."""
    row = write(kind=compose.INVOICE, attachment=compose.invoice(ORDER_ID, PDF))
    assert row.kind == "invoice"
    assert row.subject == f"Facture de votre commande {ORDER_ID}"
    assert "Amazon" not in text(row)
    with pytest.raises(ComposeError, match="no invoice"):
        write(kind=compose.INVOICE)


@pytest.mark.parametrize(
    ("marketplace", "language"),
    [("amazon.com.be", "fr, nl"), ("amazon.ca", "en, fr"), ("amazon.ae", "en, ar"), ("amazon.sa", "ar, en")]
    + [(each.name, each.language) for each in CATALOGUE.marketplaces if not each.written_in],
)
def test_every_marketplace_has_its_texts(marketplace: str, language: str) -> None:
    """Its language, or both where nobody knows which of two a buyer reads; nothing in them breaks a rule."""
    store = CATALOGUE.by_name(marketplace)
    assert store is not None
    row = write(replace(ORDER, marketplace=marketplace), address=f"ab12cd34ef56gh7@{store.relay_domain}")
    assert read(row)["Content-Language"] == language
    assert row.state == "queued"
    assert text(row).count(ORDER_ID) == len(language.split(", "))


def test_the_language_is_that_of_the_shop_not_of_the_address() -> None:
    """A buyer's address may be of another country than the shop; without a known shop the address decides."""
    assert read(write(replace(ORDER, marketplace="amazon.de")))["Content-Language"] == "de"
    assert read(write(replace(ORDER, marketplace=None)))["Content-Language"] == "fr"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna@example.org",
        "ab12cd34ef56gh7@marketplace.amazon.fr.example.org",
        "ab12cd34ef56gh7@marketplace.amazon.fr, evil@example.org",
        "ab12cd34ef56gh7@marketplace.amazon.fr\r\nBcc: evil@example.org",
        "Anna <ab12cd34ef56gh7@marketplace.amazon.fr>",
        "ab12cd34ef56gh7@marketplace.amazon.fr\n",
        "donotreply@marketplace.amazon.fr",
        "AB12 cd34ef56gh7@marketplace.amazon.fr",
        "ab12cd34ef56gh７@marketplace.amazon.fr",
        "ab12cd34ef56gh7@amazon.fr",
    ],
)
def test_no_other_address_is_written_to(address: str) -> None:
    """A report can be wrong and a file forged: only a buyer's address at Amazon's relay is good."""
    with pytest.raises(ComposeError, match="relay"):
        write(address=address)


@given(st.text(max_size=60))
def test_no_text_becomes_another_recipient(address: str) -> None:
    """Property: whatever stands in a report, a mail goes to the relay or is not written."""
    for each in (address, f"{address}@marketplace.amazon.fr", f"ab12cd34ef56gh7@{address}"):
        with suppress(ComposeError):
            assert write(address=each).recipient.endswith("@marketplace.amazon.fr")


def test_the_case_of_an_address_stays() -> None:
    """The part after the plus sign is where Amazon threads by; the alias names the buyer without it."""
    row = write(address="ab12cd34ef56gh7+0f0e0d0c-1111-2222-3333-444455556666@marketplace.amazon.fr")
    assert row.recipient == "ab12cd34ef56gh7+0f0e0d0c-1111-2222-3333-444455556666@marketplace.amazon.fr"
    assert row.payload["alias"] == ADDRESS


def test_the_same_facts_give_the_same_bytes() -> None:
    """What was written once and lost is written again as the same mail, with the same Message-ID."""
    attachment = compose.invoice(ORDER_ID, PDF)
    assert write(attachment=attachment) == write(attachment=compose.invoice(ORDER_ID, PDF))
    assert write().message_id != write(replace(ORDER, order_id="305-1234567-7654322")).message_id


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("Commande {{ order.id }} : donnez-nous 5 étoiles.", "L05"),
        ("Commande {{ order.id }} : un bon de réduction vous attend.", "L03"),
        ("Commande {{ order.id }} : voir www.example.com", "L08"),
        ("Nous aimerions avoir votre avis.", "L23"),
    ],
)
def test_a_text_that_breaks_a_rule_is_held_with_the_finding(body: str, rule: str) -> None:
    """It is written, kept and shown to a person, and it does not leave."""
    row = write(writer=with_text(body))
    assert row.state == "held"
    assert any(each.startswith(f"{rule} line 1: ") for each in row.payload["findings"])
    assert row.reason == "; ".join(row.payload["findings"])
    assert row.payload["order_id"] == ORDER_ID


def test_a_mail_at_the_wrong_time_is_held() -> None:
    """Whoever asked for it: a request within five days of the delivery, or after thirty, is not sent."""
    for days in (4, 31):
        row = write(due_at=datetime(2026, 7, 17, 22, 0, tzinfo=UTC) + timedelta(days=days))
        assert row.state == "held"
        assert "L26" in str(row.reason)


def test_a_buyers_name_is_not_judged_and_not_repeated_unless_it_is_a_name() -> None:
    """Nobody's name holds a mail back; what is no name greets nobody."""
    row = write(replace(ORDER, buyer_name="Rabatt Gutschein"))
    assert row.state == "queued"
    assert text(row).startswith("Bonjour Rabatt Gutschein,")
    row = write(replace(ORDER, buyer_name="www.example.com\r\nBcc: evil@example.org"))
    assert row.state == "queued"
    assert text(row).startswith("Bonjour,\n")


def test_what_cannot_be_written_says_why() -> None:
    """No text in the language, a text that fails, a shop nobody knows, an invoice of another order."""
    with pytest.raises(ComposeError, match=r"own\.yaml has no text in de"):
        write(replace(ORDER, marketplace="amazon.de"), writer=with_text("Bonjour {{ order.id }}"))
    with pytest.raises(TemplateFailed, match=r"order\.title"):
        write(writer=with_text("{{ order.title }}"))
    with pytest.raises(ComposeError, match=r"amazon\.example is not known"):
        write(replace(ORDER, marketplace="amazon.example"))
    with pytest.raises(ComposeError, match="another order"):
        write(attachment=compose.invoice("305-1234567-7654322", PDF))
    with pytest.raises(ComposeError, match="no PDF"):
        write(attachment=compose.invoice(ORDER_ID, b"<html>"))


def test_of_two_languages_the_one_that_is_there_is_written() -> None:
    """A seller's file without Dutch: Belgium gets the French text, and `check` has named what is missing."""
    order = replace(ORDER, marketplace="amazon.com.be")
    row = write(order, writer=with_text("Bonjour, votre commande {{ order.id }}. Merci de nous évaluer."))
    assert read(row)["Content-Language"] == "fr"


def test_the_date_is_on_the_clock_of_the_marketplace() -> None:
    """Nine in the morning UTC is eleven in Paris: a Date that says otherwise looks machine-made."""
    assert read(write())["Date"] == "Fri, 24 Jul 2026 11:00:00 +0200"
