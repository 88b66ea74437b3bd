"""Amazon's addresses and templates: what is read from them, and what is not."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail import builders

from responder.adapters.catalogue import load
from responder.core.amazon import relay_address
from responder.core.amazon_body import (
    MAX_ORDERS,
    buyer_name,
    case_in_link,
    named_limits,
    no_response_link,
    order_ids,
    relay_in_body,
    repeated_store,
    repeated_type,
)
from responder.core.message import Message, parse

CATALOGUE = load()


def text_mail(text: str, *, subject: str = "x", html: bool = False) -> Message:
    """Return a mail of this text."""
    kind = "text/html" if html else "text/plain"
    return parse(f"Subject: {subject}\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{text}".encode())


@pytest.mark.parametrize(
    ("spec", "alias", "case"),
    [
        ("a1b2c3d4e5f6g7h@marketplace.amazon.fr", "a1b2c3d4e5f6g7h@marketplace.amazon.fr", None),
        ("a1b2c3d4+abcd-1234@marketplace.amazon.com.be", "a1b2c3d4@marketplace.amazon.com.be", "abcd-1234"),
        ("A1B2C3D4E5+ABCD-1234@marketplace.amazon.co.za", "a1b2c3d4e5@marketplace.amazon.co.za", "abcd-1234"),
    ],
)
def test_a_relay_address_has_an_alias_and_perhaps_a_case(spec: str, alias: str, case: str | None) -> None:
    """The alias names the buyer, the suffix the case; an answer goes to the address as it was written."""
    relay = relay_address(spec, CATALOGUE)
    assert relay is not None
    assert (relay.alias, relay.case_id, relay.full) == (alias, case, spec)
    assert relay.marketplace.name == alias.partition("@marketplace.")[2]


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "a1b2c3d4e5f6g7h@amazon.fr",
        "a1b2c3d4e5f6g7h@marketplace.amazon.fr.evil.example",
        "a1b2c3d4e5f6g7h@evilmarketplace.amazon.fr",
        "a1b2c3d4e5f6g7h@x.marketplace.amazon.fr",
        "a1b2c3d4e5f6g7h@marketplace.arnazon.fr",
        "a1b2c3d4e5f6g7h@marketplace.amazon.cn",
        "a1b2c3d4e5f6g7h@MARKETPLACE.AMAZON.FR.",
        "short@marketplace.amazon.fr",
        "donotreply@marketplace.amazon.fr",
        "postmaster@marketplace.amazon.fr",
        "mailer-daemon@marketplace.amazon.fr",
        "with.dot12@marketplace.amazon.fr",
        "a1b2c3d4+@marketplace.amazon.fr",
        "a1b2c3d4+a+b@marketplace.amazon.fr",
        "ａ1b2c3d4e5@marketplace.amazon.fr",
        "x@y@marketplace.amazon.fr",
    ],
)
def test_anything_else_is_no_relay_address(spec: str) -> None:
    """Domains are compared whole; robots and other local parts are no buyers."""
    assert relay_address(spec, CATALOGUE) is None


@pytest.mark.parametrize(
    "domain", ["amazon.it", "amazon.com", "marketplace.amazon.it", "bounces.amazon.com", "amazon.co.jp"]
)
def test_amazons_domains_are_known(domain: str) -> None:
    """A store's domain and everything below it is Amazon's."""
    assert CATALOGUE.is_amazon_domain(domain)


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "com",
        "amazon",
        "amazon.com.evil.example",
        "notamazon.com",
        "amazon.cn",
        "amazonses.com",
        "AMAZON.COM.",
        "co.jp",
    ],
)
def test_other_domains_are_not(domain: str) -> None:
    """The comparison is anchored at both ends of a label."""
    assert not CATALOGUE.is_amazon_domain(domain)


@given(st.text(max_size=60))
def test_any_text_is_a_relay_address_or_none(text: str) -> None:
    """No address raises, and what is accepted always lies in the alias domain."""
    relay = relay_address(text, CATALOGUE)
    assert relay is None or relay.full.endswith(relay.marketplace.relay_domain)


@pytest.mark.parametrize(
    ("subject", "text", "found"),
    [
        ("Re: (Order: 171-1234567-1234567)", "see 028-7654321-7654321", ("171-1234567-1234567", "028-7654321-7654321")),
        ("Bestellung:171-1234567-1234567)", "171-1234567-1234567", ("171-1234567-1234567",)),
        ("注文171-1234567-1234567号", "", ("171-1234567-1234567",)),
        ("", "tel 0171-1234567-1234567 or 171-1234567-12345678", ()),
        ("", "１７１-1234567-1234567", ()),
        ("", "171-1234567-1234567-1", ()),
        ("", "[171-1234567-1234567], 171-1234567-1234568.", ("171-1234567-1234567", "171-1234567-1234568")),
    ],
)
def test_order_ids_come_from_the_subject_first(subject: str, text: str, found: tuple[str, ...]) -> None:
    """Only ASCII digits in the exact form count, each once."""
    assert order_ids(text_mail(text, subject=subject)) == found


def test_order_ids_have_a_limit() -> None:
    """A text full of numbers does not fill the store."""
    assert len(order_ids(text_mail(" ".join(f"171-1234567-{n:07}" for n in range(500))))) == MAX_ORDERS


def test_an_order_id_may_stand_only_in_a_link() -> None:
    """A mail that is HTML only may name the order in an address alone."""
    page = '<a href="https://sellercentral.amazon.it/orders-v3/order/171-1234567-1234567/cancel-order">x</a>'
    assert order_ids(text_mail(page, html=True)) == ("171-1234567-1234567",)


GOOD = "https://sellercentral.amazon.it/messaging/no-response-needed?t=a&m=b&mp=APJ6JRA9NG5V4&c=A1&h=00&s=1"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        (f"Risolvi caso: {GOOD}\n", GOOD),
        (f"({GOOD})", GOOD),
        (f"{GOOD}.", GOOD),
        (GOOD.replace(".amazon.it", "-europe.amazon.com"), GOOD.replace(".amazon.it", "-europe.amazon.com")),
        (f"{GOOD.replace('t=a', 't=mine')} wrote the buyer; {GOOD}", GOOD),
        (GOOD.replace("https", "http"), None),
        (GOOD.replace("amazon.it", "amazon.it.evil.example"), None),
        (GOOD.replace("sellercentral.", "sellercentral-"), None),
        (GOOD.replace("sellercentral", "user@sellercentral"), None),
        (GOOD.replace("no-response-needed", "inbox"), None),
        (GOOD.replace("/messaging", "/x/../messaging"), None),
        ("nothing", None),
    ],
)
def test_the_no_response_link_is_kept_as_text(text: str, link: str | None) -> None:
    """Only https at a host of Seller Central; the footer's link wins over one a buyer wrote."""
    assert no_response_link(text_mail(text), CATALOGUE) == link


def test_the_no_response_link_is_found_in_html() -> None:
    """A link in an attribute is read with its references resolved."""
    page = f'<a href="{GOOD.replace("&", "&amp;")}">Risolvi caso</a>'
    assert no_response_link(text_mail(page, html=True), CATALOGUE) == GOOD


def test_the_footer_repeats_type_store_and_case() -> None:
    """What a forwarder took from the header still stands in the links."""
    message = parse(builders.buyer_message("amazon.it", case_id=builders.CASE, headers=False))
    assert repeated_type(message) == "BBC_MESSAGE_SENT_TO_MERCHANT"
    assert repeated_store(message, CATALOGUE) == "APJ6JRA9NG5V4"
    assert case_in_link(message) == builders.CASE
    assert repeated_type(parse(builders.notice("REFUND_ISSUED", header=False))) == "REFUND_ISSUED"
    nothing = text_mail("communicationName=lower&marketplaceId=A000000000000")
    assert (repeated_type(nothing), repeated_store(nothing, CATALOGUE), case_in_link(nothing)) == (None, None, None)


def test_a_relay_address_in_a_body_is_recovered() -> None:
    """An opt-out notice names the buyer only in a mailto link."""
    page = '<a href="mailto:a1b2c3d4e5f6g7h@marketplace.amazon.it?subject=%20[Importante]">x</a>'
    found = relay_in_body(text_mail(page, html=True), CATALOGUE)
    assert found is not None
    assert found.alias == "a1b2c3d4e5f6g7h@marketplace.amazon.it"
    assert relay_in_body(text_mail("a1b2c3d4@marketplace.amazon.it.evil.example"), CATALOGUE) is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Camille", "Camille"),
        (" Camille  Martin ", "Camille Martin"),
        ("John Smith - Amazon Marketplace", "John Smith"),
        ("", None),
        ("x@y.example", None),
        ("Visit www.evil.example", None),
        ("https://evil.example", None),
        ("evil.com/win", None),
        ("shop evil.xyz", None),
        ("J.R. Smith", "J.R. Smith"),
        ("<b>Bob</b>", None),
        ("{{ 7*7 }}", None),
        ("Zoë\u202e", "Zoë"),
        ("山田", "山田"),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_buyers_name_is_fit_to_greet_with(written: str, name: str | None) -> None:
    """Addresses, links and markup are no names."""
    assert buyer_name(written) == name


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("Rispondi entro 3 giorni di calendario.", timedelta(days=3)),
        ("entro i prossimi 3 giorni", timedelta(days=3)),
        ("entro 48 ore", timedelta(hours=48)),
        ("Please respond within 3 calendar days", timedelta(days=3)),
        ("WITHIN 48 HOURS", timedelta(hours=48)),
        ("within the next 7 days or within 72 hours", timedelta(hours=72)),
        ("dans un délai de 3 jours calendaires", timedelta(days=3)),
        ("sous 48 heures", timedelta(hours=48)),
        ("innerhalb von 3 Kalendertagen", timedelta(days=3)),
        ("innerhalb von 3 Tagen", timedelta(days=3)),
        ("binnen 48 Stunden", timedelta(hours=48)),
        ("en un plazo de 3 días", timedelta(days=3)),
        ("within three (3) calendar days", timedelta(days=3)),
        ("entro 3 (tre) giorni", timedelta(days=3)),
        ("You have 72 hours to respond", timedelta(hours=72)),
        ("en un plazo máximo de 3 días", timedelta(days=3)),
        ("48 saat içinde yanıt verin", timedelta(hours=48)),
        ("3日以内にご返信ください", timedelta(days=3)),
        ("48時間以内に", timedelta(hours=48)),
        ("binnen 3 kalenderdagen", timedelta(days=3)),
        ("inom 3 dagar", timedelta(days=3)),
        ("w ciągu 3 dni", timedelta(days=3)),
        ("no prazo de 3 dias", timedelta(days=3)),
        ("خلال 3 أيام", timedelta(days=3)),
        ("within 0 days", None),
        ("within 1000 days", None),
        ("3 days ago", None),
        ("in three days", None),
        ("", None),
    ],
)
def test_a_limit_named_in_the_text_is_read(text: str, limit: timedelta | None) -> None:
    """Amazon's mail says how long there is; the shortest limit counts, and no limit is no guess."""
    assert next(iter(named_limits(text_mail(text), CATALOGUE)), None) == limit
