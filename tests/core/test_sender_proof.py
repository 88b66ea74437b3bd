"""Whether a mail comes from the operator: the same rules as for Amazon's, for one address of any domain."""

import pytest

from responder.core.authenticity import UNNAMED
from responder.core.dkim import DkimResult
from responder.core.kinds import Authentic, Verdict
from responder.core.message import Message, parse
from responder.core.sender_proof import is_from, proof, signatures_of, wants_dkim

OWNER = "Chris@shop.example.com"
FROM = "From: Chris <Chris@Shop.Example.com>"
MX = "mx.example.com"
SIGNED = ("from", "subject", "date", "message-id", "to")


def signature(domain: str, signed: tuple[str, ...] = SIGNED, more: str = "") -> str:
    """A DKIM-Signature field; its arithmetic is no matter here."""
    tags = f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=k1; h={':'.join(signed)}; bh=x; b=y{more}"
    return f"DKIM-Signature: {tags}"


def message(*lines: str, from_: str = FROM) -> Message:
    """A mail of these header lines."""
    return parse("\r\n".join([*lines, from_, "Subject: responder seen 1", "", "x"]).encode())


def judged(*lines: str, authserv_id: str | None = MX, dkim: DkimResult | None = None, from_: str = FROM) -> Verdict:
    """The verdict on such a mail."""
    return proof(message(*lines, from_=from_), OWNER, authserv_id, dkim)


def test_only_the_one_address_is_the_operator() -> None:
    """In whatever case it is written; two addresses, two fields and a name or letter that looks like it are not he."""
    for own in (FROM, "From: chris@shop.example.com", "From: CHRIS@SHOP.EXAMPLE.COM"):
        assert is_from(message(from_=own), OWNER)
    for other in (
        "From: ehris@shop.example.com",
        "From: Chri\u017f@shop.example.com",
        "From: Chris@shop.example.com, Chri\u017f@shop.example.com",
        "From: Chris@shop.example.com.evil.example",
        "From: Chris@example.com",
        "From: Chris@shop.example.com, eve@evil.example",
        'From: "Chris@shop.example.com" <eve@evil.example>',
        "From: Chris@shop.example.com\r\nFrom: eve@evil.example",
        "From: Chris+x@shop.example.com",
        "From:",
    ):
        assert not is_from(message(from_=other), OWNER), other
        assert judged(f"Authentication-Results: {MX}; dmarc=pass header.from=shop.example.com", from_=other) != PROVEN


@pytest.mark.parametrize("sender", ["eve@shop.example.com", "Chris <eve@shop.example.com>", "", "undisclosed:;"])
def test_a_server_that_names_another_sender_is_heard(sender: str) -> None:
    """RFC 5322 section 3.6.2: it let somebody write the operator's address into From, and signed that."""
    good = f"Authentication-Results: {MX}; dmarc=pass header.from=shop.example.com"
    assert judged(good, "Sender: <Chris@shop.example.com>") == PROVEN
    assert judged(good, f"Sender: {sender}").authentic is Authentic.FAIL
    assert not is_from(message(f"Sender: {sender}"), OWNER)


PROVEN = Verdict(Authentic.PASS, "dmarc=pass for shop.example.com")


@pytest.mark.parametrize(
    ("results", "how"),
    [
        (f"{MX}; dmarc=pass (p=none) header.from=shop.example.com", "dmarc=pass"),
        (f"{MX}; dkim=pass header.d=shop.example.com", "dkim=pass"),
        (f"{MX}; dkim=fail header.d=mailer.example; dkim=pass header.d=example.com", "dkim=pass"),
        (f'{MX}; auth=pass (LOGIN) smtp.auth="chris@shop.example.com"', "auth=pass"),
        (
            f"{MX.upper()} 1; spf=none; auth=pass smtp.auth=Chris@shop.example.com smtp.mailfrom=x@y.example",
            "auth=pass",
        ),
    ],
)
def test_our_own_server_proves_the_operator(results: str, how: str) -> None:
    """DMARC, a signature by the domain or one above it, or that the operator handed it in with a password."""
    found = judged(f"Authentication-Results: {results}")
    assert found.authentic is Authentic.PASS
    assert how in found.reason


@pytest.mark.parametrize(
    "results",
    [
        "mx.evil.example; dmarc=pass header.from=shop.example.com",
        f"{MX}; dmarc=pass",
        f"{MX}; dmarc=pass header.from=example.com",
        f"{MX}; dmarc=none header.from=shop.example.com; spf=pass smtp.mailfrom=shop.example.com",
        f"{MX}; dkim=pass header.d=evilshop.example.com.evil.example",
        f"{MX}; dkim=pass header.d=mail.shop.example.com",
        f"{MX}; dkim=pass header.d=com",
        f"{MX}; auth=pass smtp.auth=eve@shop.example.com",
        f"{MX}; auth=pass smtp.auth=chris",
        f"{MX}; auth=pass smtp.mailfrom=chris@shop.example.com",
        f"{MX}; auth=fail smtp.auth=chris@shop.example.com",
        f"{MX}; auth=pass (smtp.auth=chris@shop.example.com)",
        f"{MX}; none",
    ],
)
def test_anything_less_proves_nothing(results: str) -> None:
    """Another server's word, another domain, another user, a comment."""
    assert judged(f"Authentication-Results: {results}").authentic is Authentic.UNKNOWN


def test_only_the_topmost_result_of_the_server_we_know_counts() -> None:
    """What stands below it the sender may have written; without a name of ours there is nobody to believe."""
    good = f"Authentication-Results: {MX}; dmarc=pass header.from=shop.example.com"
    bad = "Authentication-Results: mx.evil.example; dmarc=fail header.from=shop.example.com"
    assert judged(bad, good).authentic is Authentic.UNKNOWN
    assert judged(good, bad) == PROVEN
    assert judged(good, authserv_id=None).authentic is Authentic.UNKNOWN
    assert judged(authserv_id=MX).authentic is Authentic.UNKNOWN
    unnamed = "Authentication-Results: dmarc=pass header.from=shop.example.com"
    assert judged(unnamed, authserv_id=UNNAMED) == PROVEN
    assert judged(unnamed).authentic is Authentic.UNKNOWN
    both = f"Authentication-Results: {MX}; dkim=pass header.d=shop.example.com; dmarc=fail header.from=shop.example.com"
    assert judged(both).authentic is Authentic.FAIL


@pytest.mark.parametrize("name", ["Subject", "Date", "Message-ID", "Sender", "From"])
def test_a_field_that_stands_there_twice_is_refused(name: str) -> None:
    """Readers differ in which of two they show."""
    good = f"Authentication-Results: {MX}; dmarc=pass header.from=shop.example.com"
    values = {"From": "Chris@shop.example.com"}
    twice = [f"{name}: {values.get(name, '1')}"] * (1 if name in ("Subject", "From") else 2)
    assert judged(good, *twice).authentic is Authentic.FAIL


def test_a_signature_must_cover_what_is_obeyed() -> None:
    """A signed mail can be sent on under another subject, and `l=` lets anybody write more below it."""
    good = f"Authentication-Results: {MX}; dkim=pass header.d=shop.example.com"
    assert judged(good, signature("shop.example.com")).authentic is Authentic.PASS
    assert judged(good, signature("shop.example.com", ("from", "date"))).authentic is Authentic.UNKNOWN
    both = (signature("shop.example.com"), signature("example.com", ("from",)))
    assert judged(good, *both).authentic is Authentic.UNKNOWN
    assert judged(good, signature("shop.example.com", more="; l=10")).authentic is Authentic.FAIL
    assert judged(good, signature("mailer.example", ("from",), more="; l=10")).authentic is Authentic.PASS
    assert judged(good, "DKIM-Signature: d=shop.example.com; what is this").authentic is Authentic.UNKNOWN


def test_a_signature_is_checked_here_where_no_server_says_anything() -> None:
    """Only one by the sender's domain, over all that is read; what our server refused is not asked for again."""
    signed = signature("shop.example.com")
    assert wants_dkim(message(signed), OWNER, None)
    assert not wants_dkim(message(), OWNER, None)
    assert not wants_dkim(message(signature("evil.example")), OWNER, None)
    assert not wants_dkim(message(signed, from_="From: eve@shop.example.com"), OWNER, None)
    assert not wants_dkim(
        message(f"Authentication-Results: {MX}; dmarc=fail header.from=shop.example.com", signed), OWNER, MX
    )
    assert not wants_dkim(
        message(f"Authentication-Results: {MX}; dmarc=pass header.from=shop.example.com", signed), OWNER, MX
    )
    assert [each.domain for each in signatures_of(message(signature("x.example"), signed), "shop.example.com")] == [
        "shop.example.com"
    ]


@pytest.mark.parametrize(
    ("result", "authentic"),
    [
        (DkimResult(Authentic.PASS, "valid", "shop.example.com", frozenset(SIGNED)), Authentic.PASS),
        (DkimResult(Authentic.PASS, "valid", "example.com", frozenset(SIGNED)), Authentic.PASS),
        (DkimResult(Authentic.PASS, "valid", "evil.example", frozenset(SIGNED)), Authentic.UNKNOWN),
        (DkimResult(Authentic.PASS, "valid", "shop.example.com", frozenset({"from"})), Authentic.UNKNOWN),
        (DkimResult(Authentic.UNKNOWN, "no key", "shop.example.com"), Authentic.UNKNOWN),
        (DkimResult(Authentic.FAIL, "does not fit", "shop.example.com"), Authentic.FAIL),
    ],
)
def test_the_result_of_our_own_check_decides_then(result: DkimResult, authentic: Authentic) -> None:
    """It proves the operator only where it is by the operator's domain and covers what is read."""
    assert judged(signature("shop.example.com"), authserv_id=None, dkim=result).authentic is authentic
