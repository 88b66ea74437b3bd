"""Authenticity: only what our own mail server says on top is believed."""

import pytest
from mail import builders

from responder.adapters.catalogue import load
from responder.core.authenticity import UNNAMED, pretends, verdict
from responder.core.kinds import Authentic, Verdict
from responder.core.message import parse

MX = "mx.example.com"
BUYER = "From: Camille <a1b2c3d4e5f6g7h@marketplace.amazon.de>"


def judged(*lines: str, authserv_id: str | None = MX) -> Verdict:
    """Return the verdict on a mail of these header lines."""
    return verdict(parse("\r\n".join([*lines, "", "Hi"]).encode()), load(), authserv_id)


PASSING = [
    "mx.example.com; dmarc=pass header.from=marketplace.amazon.de",
    "mx.example.com; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=marketplace.amazon.de",
    "MX.Example.COM; DMARC=PASS header.from=Marketplace.Amazon.DE",
    "mx.example.com 1; dmarc=pass header.from=marketplace.amazon.de",
    '"mx.example.com"; dmarc=pass header.from="marketplace.amazon.de"',
    "mx.example.com (our own; dmarc=fail) ; dmarc = pass header.from=marketplace.amazon.de",
    "mx.example.com; dmarc=pass header.from=amazon.de",
    "mx.example.com; spf=softfail smtp.mailfrom=x.example; dkim=pass header.d=amazon.de header.s=x",
    "mx.example.com; dkim=pass header.i=@marketplace.amazon.de",
    "mx.example.com; dkim=pass header.d=amazonses.com; dkim=pass header.d=amazon.de",
    "mx.example.com; dkim=fail header.d=amazonses.com; dmarc=pass header.from=marketplace.amazon.de",
    'mx.example.com; dkim=pass reason="x; dmarc=fail" header.d=amazon.de',
    "mx.example.com;\r\n dkim=none;\r\n\tdmarc=pass header.from=marketplace.amazon.de",
]


@pytest.mark.parametrize("results", PASSING)
def test_a_proof_by_our_own_server_passes(results: str) -> None:
    """dmarc=pass for the From domain, or an aligned dkim=pass, in any spelling RFC 8601 allows."""
    assert judged(f"Authentication-Results: {results}", BUYER).authentic is Authentic.PASS


UNPROVEN = [
    "other.example.net; dmarc=pass header.from=marketplace.amazon.de",
    "mx.example.com.evil.example; dmarc=pass header.from=marketplace.amazon.de",
    "(mx.example.com) evil.example; dmarc=pass header.from=marketplace.amazon.de",
    "mx.example.com; dmarc=pass header.from=amazon.de.evil.example",
    "mx.example.com; dmarc=pass header.from=evilamazon.de",
    "mx.example.com; dmarc=pass header.from=marketplace.amazon.fr",
    "mx.example.com; dmarc=pass",
    "mx.example.com; dmarc=none header.from=marketplace.amazon.de",
    "mx.example.com; dmarc=temperror header.from=marketplace.amazon.de",
    "mx.example.com; dkim=pass header.d=amazonses.com",
    "mx.example.com; dkim=pass header.d=evil.example header.i=@evil.example",
    "mx.example.com; dkim=pass",
    "mx.example.com; spf=pass smtp.mailfrom=marketplace.amazon.de",
    "mx.example.com; none",
    "mx.example.com; (dmarc=pass header.from=marketplace.amazon.de)",
    'mx.example.com; x=y reason="; dmarc=pass header.from=marketplace.amazon.de"',
    "dmarc=pass header.from=marketplace.amazon.de",
    "",
]


@pytest.mark.parametrize("results", UNPROVEN)
def test_without_a_proof_nothing_passes(results: str) -> None:
    """Another server's word, another domain's pass or a missing result leave the sender unknown."""
    found = judged(f"Authentication-Results: {results}", BUYER)
    assert found.authentic is Authentic.UNKNOWN
    assert found.reason


@pytest.mark.parametrize(
    "results",
    [
        "mx.example.com; dmarc=fail header.from=marketplace.amazon.de",
        "mx.example.com; dkim=pass header.d=amazonses.com; dmarc=fail (p=REJECT) header.from=marketplace.amazon.de",
        "mx.example.com; dkim=pass header.d=amazon.de; dmarc=fail header.from=marketplace.amazon.de",
        "mx.example.com; dkim=fail header.d=amazon.de",
        "mx.example.com; dkim=fail header.i=@marketplace.amazon.de; spf=pass",
        "mx.example.com; dkim=fail",
        "mx.example.com; dkim=fail header.d=amazon.de; dmarc=pass header.from=marketplace.amazon.de",
    ],
)
def test_an_explicit_failure_fails(results: str) -> None:
    """What our server refused to confirm for an Amazon domain is not believed."""
    assert judged(f"Authentication-Results: {results}", BUYER).authentic is Authentic.FAIL


def test_only_the_topmost_results_count() -> None:
    """A forged header below ours, or ours below a forged one, proves nothing."""
    ours = "Authentication-Results: mx.example.com; dmarc=pass header.from=marketplace.amazon.de"
    failed = "Authentication-Results: mx.example.com; dmarc=fail header.from=marketplace.amazon.de"
    theirs = "Authentication-Results: evil.example; dmarc=pass header.from=marketplace.amazon.de"
    assert judged(ours, theirs, BUYER).authentic is Authentic.PASS
    assert judged(theirs, ours, BUYER).authentic is Authentic.UNKNOWN
    assert judged(failed, ours, BUYER).authentic is Authentic.FAIL


def test_a_forwarders_results_are_another_header() -> None:
    """ARC-Authentication-Results are not read as our own."""
    arc = "ARC-Authentication-Results: i=1; mx.example.com; dmarc=pass header.from=marketplace.amazon.de"
    assert judged(arc, BUYER).authentic is Authentic.UNKNOWN


def test_without_a_configured_server_nothing_passes() -> None:
    """No authserv-id, or no header, is unknown with the reason in words."""
    ours = "Authentication-Results: mx.example.com; dmarc=pass header.from=marketplace.amazon.de"
    assert judged(ours, BUYER, authserv_id=None) == Verdict(
        Authentic.UNKNOWN, "no trusted mail server is configured (authserv-id)"
    )
    assert judged(BUYER) == Verdict(Authentic.UNKNOWN, "no Authentication-Results header: nobody checked the sender")


def test_microsoft_365_without_a_name_is_believed_only_when_asked() -> None:
    """Its header has no authserv-id and stray pieces between semicolons; one word in the configuration accepts it."""
    sample = (
        "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.amazonses.com; example.com;"
        " dkim=pass (signature was verified) header.d=amazon.de;example.com; dmarc=pass action=none"
        " header.from=marketplace.amazon.de;compauth=pass reason=100"
    )
    assert judged(sample, BUYER, authserv_id=UNNAMED).authentic is Authentic.PASS
    assert judged(sample, BUYER).authentic is Authentic.UNKNOWN
    named = "Authentication-Results: evil.example; dmarc=pass header.from=marketplace.amazon.de"
    assert judged(named, BUYER, authserv_id=UNNAMED).authentic is Authentic.UNKNOWN


@pytest.mark.parametrize("name", ["From", "Subject", "Date", "Message-ID"])
def test_a_doubled_header_fails(name: str) -> None:
    """A second Subject on a signed mail still verifies, and readers differ in which one they show."""
    raw = builders.buyer_message().replace(b"To: ", f"{name}: x\r\n{name}: y\r\nTo: ".encode(), 1)
    found = verdict(parse(raw), load(), MX)
    assert found.authentic is Authentic.FAIL
    assert name.lower() in found.reason


@pytest.mark.parametrize(
    "sender",
    [
        "From: a1b2c3d4@marketplace.amazon.de, b1b2c3d4@marketplace.amazon.de",
        "From: a1b2c3d4@marketplace.amazon.de, evil@example.net",
        "From: Camille",
        'From: "a1b2c3d4@marketplace.amazon.de"@example.net',
        "From: a1b2c3d4@marketplace.аmazon.de",
        "To: x@example.org",
    ],
)
def test_a_from_that_is_not_one_plain_address_fails(sender: str) -> None:
    """Nobody in particular cannot be authentic."""
    results = "Authentication-Results: mx.example.com; dmarc=pass header.from=marketplace.amazon.de"
    assert judged(results, sender).authentic is Authentic.FAIL


def test_a_signature_over_part_of_the_body_fails() -> None:
    """`l=` lets anybody append text to a signed mail (RFC 6376 section 8.2)."""
    results = "Authentication-Results: mx.example.com; dmarc=pass header.from=marketplace.amazon.de"
    signature = "DKIM-Signature: v=1; d=amazon.de; s=x; h=from:subject;{} bh=x; b=y"
    assert judged(results, signature.format(""), BUYER).authentic is Authentic.PASS
    assert judged(results, signature.format(" l=120;"), BUYER).authentic is Authentic.FAIL
    assert judged(results, signature.format("\r\n\tl = 0;"), BUYER).authentic is Authentic.FAIL


@pytest.mark.parametrize(
    "sender",
    [
        "a1b2c3d4@marketplace.amazon.de.evil.example",
        "a1b2c3d4@evilmarketplace.amazon.de.example",
        "donotreply@amazon-seller.example",
        "donotreply@arnazon.de",
        "donotreply@arnaz0n.de",
        "donotreply@amaz0n.com",
        "x@amazonses.com",
        '"Amazon.de" <x@example.net>',
        '"=?utf-8?q?Amaz=6Fn?=" <x@example.net>',
        '"a1b2c3d4@marketplace.amazon.de" <x@example.net>',
    ],
)
def test_a_mail_that_pretends_to_be_amazon_fails(sender: str) -> None:
    """Look-alike domains and borrowed names are told apart from Amazon, and the reason says so."""
    found = judged("Authentication-Results: mx.example.com; dmarc=pass header.from=example.net", f"From: {sender}")
    assert found.authentic is Authentic.FAIL
    assert "pretends" in found.reason


def test_a_stranger_is_only_unknown() -> None:
    """Ordinary mail neither pretends nor passes; Amazon's header on it is a pretence."""
    assert judged("From: Jo <jo@example.org>").authentic is Authentic.UNKNOWN
    assert judged("From: Jo <jo@example.org>", "X-Space-Notification-Type: REFUND_ISSUED").authentic is Authentic.FAIL
    assert not pretends(parse(b"From: Jo Arnasson <jo@example.org>\r\n\r\nI bought it at Amazon"))


@pytest.mark.parametrize("marketplace", builders.STORES)
def test_every_store_can_pass(marketplace: str) -> None:
    """The relay domain of each marketplace is on the list."""
    assert verdict(parse(builders.buyer_message(marketplace)), load(), MX).authentic is Authentic.PASS
