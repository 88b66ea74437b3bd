"""Authenticity: only what our own mail server says on top is believed."""

import pytest
from mail import builders

from responder.adapters.catalogue import load
from responder.core.authenticity import UNNAMED, DkimResult, pretends, signatures, verdict, wants_dkim
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
    "mx.example.com; dkim=pass(2048-bit key)header.d=amazon.de",
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
    # A signer chooses its selector, a sender its envelope: what they hold is no property of its own.
    "mx.example.com; dkim=pass header.d=evil.example header.i=@evil.example header.s=x.header.d=amazon.de",
    "mx.example.com; dkim=pass header.s=x.header.d=amazon.de",
    "mx.example.com; dmarc=pass header.from=evil.example policy.header.from=marketplace.amazon.de",
    "mx.example.com; dkim=pass header.d=evil.example header.d=amazon.de",
    "mx.example.com; dkim=pass smtp.mailfrom=y-header.d=amazon.de",
    "mx.example.com; dmarc=pass-by-accident header.from=marketplace.amazon.de",
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


SIGNATURE = "DKIM-Signature: v=1; a=rsa-sha256; d={}; s=sel; h=from:subject; bh=AAAA; b=AAAA"
RELAY = SIGNATURE.format("amazon.de")
SIGNED = frozenset({"from", "subject", "date", "message-id", "content-type"})
PASSED = DkimResult(Authentic.PASS, "valid", "amazon.de", SIGNED)
WHOLE = ("Subject: Frage", "Date: Fri, 25 Dec 2026 10:00:00 +0000", "Message-ID: <1@x.example>", BUYER)


def with_dkim(*lines: str, dkim: DkimResult, authserv_id: str | None = MX) -> Verdict:
    """Return the verdict on a mail of these header lines whose signature gave `dkim`."""
    return verdict(parse("\r\n".join([*lines, "", "Hi"]).encode()), load(), authserv_id, dkim)


UNDECIDED = [
    [],
    ["Authentication-Results: other.example.net; dmarc=fail header.from=marketplace.amazon.de"],
    ["Authentication-Results: mx.example.com; none"],
    ["Authentication-Results: mx.example.com; dmarc=temperror header.from=marketplace.amazon.de"],
    ["Authentication-Results: mx.example.com; dkim=pass header.d=amazonses.com"],
    ["Authentication-Results: spf=pass; dkim=none header.d=none;dmarc=none action=none"],
]


@pytest.mark.parametrize("results", UNDECIDED)
def test_a_valid_signature_decides_where_our_server_did_not(results: list[str]) -> None:
    """No header, another server's, or one that decides nothing: the store's own signature passes the mail."""
    passed = with_dkim(*results, *WHOLE, dkim=PASSED)
    words = "its DKIM signature by amazon.de is valid (verified here)"
    assert passed == Verdict(Authentic.PASS, words, signed=SIGNED)
    assert with_dkim(*results, *WHOLE, dkim=PASSED, authserv_id=None) == passed


def test_what_our_server_decided_stands() -> None:
    """A failure it saw is not undone by a signature, nor is its pass by a signature broken on the way."""
    failed = "Authentication-Results: mx.example.com; dmarc=fail header.from=marketplace.amazon.de"
    passed = "Authentication-Results: mx.example.com; dmarc=pass header.from=marketplace.amazon.de"
    broken = DkimResult(Authentic.FAIL, "does not fit", "amazon.de")
    assert with_dkim(failed, *WHOLE, dkim=PASSED).authentic is Authentic.FAIL
    assert with_dkim(passed, *WHOLE, dkim=broken) == Verdict(Authentic.PASS, "dmarc=pass for marketplace.amazon.de")


def test_a_signature_does_not_undo_what_is_wrong_with_the_mail() -> None:
    """Two Subjects, two authors, a stranger, part of a body: a valid signature changes none of it."""
    for lines in (
        ("Subject: other", *WHOLE),
        ("From: x@marketplace.amazon.de", *WHOLE),
        (*WHOLE[:-1], "From: a1b2c3d4@marketplace.amazon.de, evil@example.net"),
        (RELAY + "; l=5", *WHOLE),
        (*WHOLE[:-1], "From: x@amazon.de.evil.example"),
    ):
        assert with_dkim(*lines, dkim=PASSED).authentic is Authentic.FAIL
    assert with_dkim(*WHOLE[:-1], "From: x@example.net", dkim=PASSED).authentic is Authentic.UNKNOWN


def test_a_signature_that_does_not_fit_fails() -> None:
    """The reason is the check's own."""
    broken = DkimResult(Authentic.FAIL, "its DKIM signature by amazon.de does not fit the mail", "amazon.de")
    assert with_dkim(*WHOLE, dkim=broken) == Verdict(Authentic.FAIL, broken.reason)


def test_an_unknown_verdict_names_both_reasons() -> None:
    """Why our server's word did not decide, and why the signature did not."""
    found = with_dkim(*WHOLE, dkim=DkimResult(Authentic.UNKNOWN, "its key is revoked", "amazon.de"))
    assert found == Verdict(
        Authentic.UNKNOWN, "no Authentication-Results header: nobody checked the sender; its key is revoked"
    )


@pytest.mark.parametrize("domain", ["amazon.fr", "amazonses.com", "amazon.de.evil.example", "evilamazon.de", ""])
def test_only_the_senders_own_store_can_vouch(domain: str) -> None:
    """A signature by another store, by the carrier, or by a look-alike, proves nothing."""
    found = with_dkim(*WHOLE, dkim=DkimResult(Authentic.PASS, "valid", domain, SIGNED))
    assert found.authentic is Authentic.UNKNOWN


@pytest.mark.parametrize("name", ["from", "subject", "date", "message-id", "content-type", "content-transfer-encoding"])
def test_a_signature_must_cover_what_is_read(name: str) -> None:
    """A field that the signature leaves out may be anybody's; one that the mail does not have need not be signed."""
    all_names = SIGNED | {"content-transfer-encoding"}
    lines = ("Content-Type: text/plain", "Content-Transfer-Encoding: 8bit", *WHOLE)
    partly = DkimResult(Authentic.PASS, "valid", "amazon.de", all_names - {name})
    assert f"leaves {name} unsigned" in with_dkim(*lines, dkim=partly).reason
    assert with_dkim(*lines, dkim=partly).authentic is Authentic.UNKNOWN
    without = [line for line in lines if not line.lower().startswith(f"{name}:")]
    if name != "from":
        assert with_dkim(*without, dkim=partly).authentic is Authentic.PASS


def test_a_check_is_wanted_only_where_it_could_help() -> None:
    """Undecided, from Amazon, whole, signed by the From's store: else no key is worth a question."""
    ours = "Authentication-Results: mx.example.com; dmarc={} header.from=marketplace.amazon.de"
    assert wants(RELAY, BUYER)
    assert wants(SIGNATURE.format("evil.example"), RELAY, BUYER)
    assert wants("Authentication-Results: mx.example.com; none", RELAY, BUYER)
    assert not wants(ours.format("pass"), RELAY, BUYER)
    assert not wants(ours.format("fail"), RELAY, BUYER)
    assert not wants(BUYER)
    assert not wants(SIGNATURE.format("amazon.fr"), BUYER)
    assert not wants(SIGNATURE.format("evil.example"), "From: x@evil.example")
    assert not wants(RELAY, "From: x@evil.example")
    assert not wants(RELAY + "; l=1", BUYER)
    assert not wants(RELAY, "Subject: a", "Subject: b", BUYER)
    assert not wants_dkim(parse(f"{RELAY}\r\n{BUYER}\r\n\r\nHi".encode(), size=9_000_000), load(), MX)


def wants(*lines: str) -> bool:
    """Return whether the signature of a mail of these header lines is worth a check."""
    return wants_dkim(parse("\r\n".join([*lines, "", "Hi"]).encode()), load(), MX)


def test_the_signatures_worth_a_lookup_are_the_stores_own() -> None:
    """At most five, topmost first, with the names the DNS knows them by; folded tags are read."""
    folded = (
        "DKIM-Signature: v=1;\r\n\ta = rsa-sha256 ; d\r\n =\r\n amazon.de;s=a.b; h=From :\r\n To; bh=A A; b=A\r\n A;"
    )
    lines = [SIGNATURE.format("amazon.fr"), folded, *[RELAY.replace("=sel", f"=s{n}") for n in range(9)], BUYER]
    found = signatures(parse("\r\n".join([*lines, "", "Hi"]).encode()), load())
    assert [(one.selector, one.domain) for one in found] == [
        ("a.b", "amazon.de"),
        *[(f"s{n}", "amazon.de") for n in range(4)],
    ]
    assert [one.index for one in found] == [1, 2, 3, 4, 5]
    assert found[0].key_name == "a.b._domainkey.amazon.de."
    assert found[0].headers == ("from", "to")


def test_a_mail_of_two_authors_or_none_has_no_store() -> None:
    """There is no From whose store could have signed."""
    for sender in ("From: x@amazon.de, y@amazon.de", "From: nobody", "To: x@amazon.de"):
        assert signatures(parse(f"{RELAY}\r\n{sender}\r\n\r\nHi".encode()), load()) == ()


def test_a_field_that_stands_more_often_than_signed_is_not_covered() -> None:
    """One signed notice type and one that somebody put on top: neither is vouched for."""
    line = RELAY.replace("h=from:subject", "h=from:subject:x-a:x-b:x-b:x-c")
    raw = "\r\n".join([line, "X-A: 1", "X-A: 2", "X-B: 1", "X-B: 2", BUYER, "", "Hi"]).encode()
    (found,) = signatures(parse(raw), load())
    assert found.covers(parse(raw)) == {"from", "subject", "x-b", "x-c"}


@pytest.mark.parametrize(
    "signature",
    [
        "v=1; d=amazon.de; s=x; h=from; bh=x; b=y; l=5" + " " * 5000,
        "v=1; " + " " * 5000 + "d=amazon.de; s=x; h=from; bh=x; b=y; l=5",
        "v=1; d=amazon.de; s=x; h=from; bh=x; b=" + "y" * 5000 + "; l=5",
        "v=1; d=evil.example; d=amazon.de; s=x; l=5",
        "v=1; d=amazon.de; d=evil.example; s=x; l=5; l=6",
        "v=1; d=AMAZON.de; L=5",
        "v=1; d=ama\r\n zon.de; l=5",
    ],
)
def test_no_reader_may_see_a_length_that_we_do_not(signature: str) -> None:
    """`l=` beyond the length we keep of a field, or beside a doubled tag, counts where our server said pass."""
    ours = "Authentication-Results: mx.example.com; dmarc=pass header.from=marketplace.amazon.de"
    assert judged(ours, f"DKIM-Signature: {signature}", BUYER).authentic is Authentic.FAIL


def test_a_strangers_length_is_no_matter() -> None:
    """A mailing list's own signature over part of the body says nothing of Amazon's."""
    ours = "Authentication-Results: mx.example.com; dmarc=pass header.from=marketplace.amazon.de"
    assert judged(ours, "DKIM-Signature: v=1; d=list.example; l=5", RELAY, BUYER).authentic is Authentic.PASS


MICROSOFT = [
    (
        (
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=eu-west-1.amazonses.com; dkim=pass"
            " (signature was verified) header.d=amazon.de;dkim=pass (signature was verified)"
            " header.d=amazonses.com;dmarc=pass action=none header.from=marketplace.amazon.de;compauth=pass reason=100"
        ),
        Authentic.PASS,
    ),
    (
        (
            "spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=pass (signature was verified)"
            " header.d=amazon.de;dmarc=none action=none header.from=marketplace.amazon.de;"
        ),
        Authentic.PASS,
    ),
    (
        (
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=amazon.de; dkim=fail (body hash did not verify)"
            " header.d=amazon.de;dmarc=pass action=none header.from=marketplace.amazon.de;compauth=pass reason=100"
        ),
        Authentic.FAIL,
    ),
    (
        (
            "spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=none (message not signed)"
            " header.d=none;dmarc=fail action=oreject header.from=marketplace.amazon.de;compauth=fail reason=000"
        ),
        Authentic.FAIL,
    ),
    (
        (
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=none (message not signed)"
            " header.d=none;dmarc=bestguesspass action=none header.from=marketplace.amazon.de;compauth=pass reason=109"
        ),
        Authentic.UNKNOWN,
    ),
    (
        (
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=timeout (key query timeout)"
            " header.d=amazon.de;dmarc=temperror action=none header.from=marketplace.amazon.de"
        ),
        Authentic.UNKNOWN,
    ),
    (
        (
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=pass (signature was verified)"
            " header.d=amazonses.com;dmarc=none action=none header.from=marketplace.amazon.de"
        ),
        Authentic.UNKNOWN,
    ),
    (
        (
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=evil.example; dkim=pass (signature was verified)"
            " header.d=evil.example;dmarc=pass action=none header.from=amazon.de.evil.example"
        ),
        Authentic.UNKNOWN,
    ),
]


@pytest.mark.parametrize(("results", "expected"), MICROSOFT)
def test_the_forms_of_microsoft_365(results: str, expected: Authentic) -> None:
    """Its header without a server's name, folded or not, as a person asked us to believe it."""
    for written in (results, results.replace("; ", ";\r\n "), results.replace(";", ";\r\n\t")):
        assert judged(f"Authentication-Results: {written}", BUYER, authserv_id=UNNAMED).authentic is expected
        assert judged(f"Authentication-Results: {written}", BUYER).authentic is Authentic.UNKNOWN


def test_a_forged_header_of_our_own_name_below_ours_counts_for_nothing() -> None:
    """The sender may know our server's name: what stands below our server's own header is the sender's."""
    forged = "Authentication-Results: mx.example.com; dmarc=pass header.from=marketplace.amazon.de"
    for own in ("mx.example.com; none", "mx.example.com 1; spf=none", "(x) MX.example.com (y) 1 (z); dkim=none"):
        assert judged(f"Authentication-Results: {own}", forged, BUYER).authentic is Authentic.UNKNOWN
    assert judged("Authentication-Results: mx.example.com; dmarc=fail", forged, BUYER).authentic is Authentic.FAIL


def test_a_report_our_own_server_refused_fails() -> None:
    """Anybody can write a delivery report; one whose domain disowns it moves nothing. Other strangers stay unknown."""
    refused = "Authentication-Results: mx.example.com; dmarc=fail header.from=evil.example"
    theirs = "Authentication-Results: other.example; dmarc=fail header.from=evil.example"
    daemon = "From: Mail Delivery System <MAILER-DAEMON@evil.example>"
    assert judged(refused, daemon).authentic is Authentic.FAIL
    assert judged(theirs, daemon).authentic is Authentic.UNKNOWN
    assert judged(refused, daemon, authserv_id=None).authentic is Authentic.UNKNOWN
    assert judged(refused, "From: Jo <jo@evil.example>").authentic is Authentic.UNKNOWN


def test_amazons_mail_service_is_no_impostor_when_it_reports() -> None:
    """A seller who sends through Amazon SES gets its bounces from amazonses.com; other mail from there pretends."""
    assert judged("From: MAILER-DAEMON@amazonses.com").authentic is Authentic.UNKNOWN
    assert judged("From: MAILER-DAEMON@eu-west-1.amazonses.com").authentic is Authentic.UNKNOWN
    assert judged("From: seller-notification@amazonses.com").authentic is Authentic.FAIL
    assert judged("From: MAILER-DAEMON@amazonses.com.evil.example").authentic is Authentic.FAIL
    assert judged("From: MAILER-DAEMON@evil-amazonses.com").authentic is Authentic.FAIL


def signed_by(*names: str, domain: str = "amazon.de") -> str:
    """Return a signature of the store over these fields, as it stands in a mail."""
    listed = ":".join(names)
    return f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d={domain}; s=abc; h={listed}; bh=AAAA; b=BBBB"


def test_what_a_signature_leaves_out_is_not_vouched_for() -> None:
    """A genuine mail sent on with more fields on top still passes at our server: those fields are not Amazon's word."""
    ours = "Authentication-Results: mx.example.com; dkim=pass header.d=amazon.de; dmarc=pass header.from=amazon.de"
    whole = ("From", "To", "Subject", "Date", "Message-ID")
    sender = "From: Amazon <donotreply@amazon.de>"
    added = "X-Space-Notification-Type: REFUND_ISSUED"
    replayed = judged(ours, signed_by(*whole), added, sender)
    assert replayed.authentic is Authentic.PASS
    assert not replayed.vouches_for("X-Space-Notification-Type")
    assert replayed.vouches_for("Subject")
    covered = judged(ours, signed_by(*whole, "X-Space-Notification-Type"), added, sender)
    assert covered.vouches_for("X-Space-Notification-Type")
    # A second signature, made up by whoever sends the mail on, adds nothing.
    both = judged(ours, signed_by(*whole, "X-Space-Notification-Type"), signed_by(*whole), added, sender)
    assert not both.vouches_for("X-Space-Notification-Type")
    foreign = judged(ours, signed_by(*whole, domain="amazonses.com"), added, sender)
    assert foreign.vouches_for("X-Space-Notification-Type")
    assert judged(ours, added, sender).vouches_for("X-Space-Notification-Type")


@pytest.mark.parametrize(
    ("sender", "authentic"),
    [
        ("Amaz\u00f3n.fr <x@evil.example>", Authentic.FAIL),
        ("x@marketplace.xn--mazon-3ve.fr", Authentic.FAIL),
        ("x@xn--zzzzzzzzzzzzzzzzzzzzzzz.example", Authentic.UNKNOWN),
        ("info@amazonas-reisen.example", Authentic.UNKNOWN),
        ("Amazonas Reisen <info@example.org>", Authentic.UNKNOWN),
        ("x@amazonsupport.example", Authentic.FAIL),
    ],
)
def test_a_name_is_amazons_to_the_eye(sender: str, authentic: Authentic) -> None:
    """Accents and internationalised domains count as what a reader sees; the river is another name."""
    assert judged(f"From: {sender}").authentic is authentic
