"""What breaks one of Amazon's rules is held when it is decided; judged is the finished mail, as it would leave."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from mail import builders

SATURDAY = datetime(2026, 7, 18, 9, 0, tzinfo=UTC)
OFFERS = (
    "Here: 20% DISCOUNT, a gift card, 5 stars, https://example.net/a, +49 89 1234567, \U0001f600 <b>unsubscribe</b>"
)


def with_text(office, more: str):
    """Return the account's judge, with one more sentence in each text of its template."""
    template = office.judge.template
    bodies = {language: f"{text}\n{more}\n" for language, text in template.bodies.items()}
    return replace(office.judge, template=replace(template, bodies=bodies))


def test_an_acknowledgement_that_breaks_a_rule_is_held_with_what_it_breaks(office) -> None:
    """A person finds the rule and the way out with the mail; warnings alone hold nothing."""
    office.receive(builders.buyer_message(text="Bonjour"), SATURDAY, judge=with_text(office, "Une carte cadeau !"))
    (row,) = office.outbox()
    assert row.state == "held"
    (finding,) = row.payload["findings"]
    assert finding.startswith("L04 line ")
    assert row.reason == finding


def test_a_warning_is_no_reason_to_hold_a_mail(office) -> None:
    """A confirmation of an order is doubtful, and leaves."""
    office.receive(
        builders.buyer_message(text="Bonjour"), SATURDAY, judge=with_text(office, "Confirmation de commande")
    )
    (row,) = office.outbox()
    assert row.state == "queued"
    assert "findings" not in row.payload


@pytest.mark.parametrize("text", [OFFERS, f"> {OFFERS}\n\n{OFFERS}\n" + "word " * 3_000])
def test_the_buyers_own_words_below_the_text_are_not_held_against_the_seller(office, text: str) -> None:
    """Whatever a buyer writes is quoted as it is, also where it is cut or quotes something itself."""
    raw = builders.buyer_message(text=text, subject=f"{OFFERS} {OFFERS}")
    office.receive(raw, SATURDAY)
    (row,) = office.outbox()
    assert (row.state, row.reason) == ("queued", None)
    assert b"DISCOUNT" in row.rfc822


def test_a_quotation_that_the_seller_wrote_himself_is_no_excuse(office) -> None:
    """Only the last lines, as many as were quoted, are somebody else's."""
    office.receive(builders.buyer_message(text="Bonjour"), SATURDAY, judge=with_text(office, "> Une carte cadeau !"))
    (row,) = office.outbox()
    assert row.state == "held"
