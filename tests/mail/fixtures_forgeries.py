"""
Forgeries, and buyers' mail whose proof is missing, false or in doubt.
"""

from dataclasses import replace

from mail.builders import ORDER, SELLER, auto_reply, buyer_message, notice, spoof
from mail.fixture import ALIAS, Fixture, buyer
from mail.wire import text_part, written

from responder.core.kinds import Authentic, Kind, NoticeType


def _forged(name: str, raw: bytes, note: str, **changes: object) -> Fixture:
    """Return a forgery from elsewhere: not Amazon's mail, and said so."""
    expected: dict[str, object] = {"kind": Kind.OTHER, "authentic": Authentic.FAIL, **changes}
    return Fixture(name=f"synthetic-forgery-{name}", raw=raw, note=note, **expected)  # type: ignore[arg-type]


def _unsure(name: str, raw: bytes, note: str, authentic: Authentic, *, automatic: bool = False) -> Fixture:
    """Return a mail from a buyer's address whose proof is missing, false or in doubt: tracked, never answered."""
    text = "Bonjour, où est mon colis ?"
    return replace(
        buyer(name, "amazon.fr", text, note),
        name=f"synthetic-forgery-{name}", raw=raw, authentic=authentic, automatic=automatic,
    )  # fmt: skip


def _with_results(*values: str) -> bytes:
    """Return a buyer message under these Authentication-Results, topmost first."""
    lines = "".join(f"Authentication-Results: {value}\r\n" for value in values)
    return lines.encode() + buyer_message(auth=None)


DMARC = "dmarc=pass header.from=marketplace.amazon.fr"
SIGNED = "v=1; a=rsa-sha256; d=amazon.fr; s=s; c=relaxed/relaxed; h=from:subject; bh=AAAA; b=AAAA"
LOCAL = f"{ALIAS}@marketplace.amazon.fr"
FORGERIES = [
    _forged("fr-look-alike-rn", spoof(f"Camille <{ALIAS}@marketplace.arnazon.fr>"), "rn looks like m"),
    _forged(
        "fr-cyrillic-a",
        spoof(f"Camille <{ALIAS}@marketplace.\N{CYRILLIC SMALL LETTER A}mazon.fr>"),
        "a Cyrillic letter in the domain: no plain address",
    ),
    _forged("fr-punycode", spoof(f"Camille <{ALIAS}@marketplace.xn--mazon-3ve.fr>"), "the same letter in punycode"),
    _forged("fr-alias-domain-suffix", spoof(f"Camille <{LOCAL}.evil.example>"), "the alias domain is only a beginning"),
    _forged(
        "fr-alias-domain-prefix", spoof(f"Camille <{ALIAS}@evilmarketplace.amazon-fr.example>"), "anchored at both ends"
    ),
    _forged(
        "en-amazon-com-suffix",
        auto_reply("Amazon <donotreply@amazon.com.evil.example>", extra_headers={}),
        "amazon.com is only a beginning",
        order_ids=(),
        automatic=True,
    ),
    _forged(
        "it-a-to-z-suffix",
        notice(
            "A_Z_CLAIM_RESPONDENT_NOTIFY", auth=None, from_header="<atoz-guarantee-no-reply@amazon.it.evil.example>"
        ),
        "Amazon's headers from elsewhere",
        automatic=True,
    ),
    _forged(
        "fr-quoted-local-part", spoof(f'"{ALIAS}"@marketplace.amazon.fr'), "a quoted local part is no plain address"
    ),
    _forged("fr-quoted-address", spoof(f'"{LOCAL}" <x@evil.example>'), "the alias is only the display name"),
    _forged("fr-display-name", spoof("Amazon.fr <x@evil.example>"), "Amazon's name alone"),
    _forged("fr-two-addresses-in-from", spoof(f"Camille <{LOCAL}>, x@evil.example"), "nobody knows which one is meant"),
    _forged(
        "fr-two-from-headers",
        b"From: Mallory <x@evil.example>\r\n" + buyer_message(),
        "readers differ in which they show",
    ),
    _forged(
        "fr-comment-in-address", spoof(f"Camille <{ALIAS}(x)@marketplace.amazon.fr>"), "a comment inside the address"
    ),
    _forged("fr-digit-for-letter", spoof(f"Camille <{ALIAS}@marketplace.amaz0n.fr>"), "0 looks like o"),
    _unsure("fr-dmarc-fail", buyer_message(auth="fail"), "P: dmarc=fail of our own server", Authentic.FAIL),
    _unsure(
        "fr-dkim-fail",
        _with_results("mx.example.com; dkim=fail header.d=amazon.fr; dmarc=none"),
        "dkim=fail of our own server",
        Authentic.FAIL,
    ),
    _unsure("fr-nobody-checked", buyer_message(auth=None), "P: missing is not failed", Authentic.UNKNOWN),
    _unsure(
        "fr-results-of-another-server",
        buyer_message(authserv_id="mx.evil.example"),
        "only our own server's results count",
        Authentic.UNKNOWN,
    ),
    _unsure(
        "fr-own-results-below",
        _with_results("mx.evil.example; dmarc=none", f"mx.example.com; {DMARC}"),
        "only the topmost results count: those below may be the sender's",
        Authentic.UNKNOWN,
    ),
    _unsure(
        "fr-results-of-another-domain",
        _with_results("mx.example.com; dmarc=pass header.from=evil.example"),
        "a proof of another domain proves nothing",
        Authentic.UNKNOWN,
    ),
    _unsure(
        "fr-results-with-suffix",
        _with_results("mx.example.com; dmarc=pass header.from=amazon.fr.evil.example"),
        "header.from is compared whole",
        Authentic.UNKNOWN,
    ),
    _unsure(
        "fr-results-in-comment",
        _with_results(f"mx.example.com (x; {DMARC}); dmarc=fail header.from=amazon.fr"),
        "what stands in a comment is not a result",
        Authentic.FAIL,
    ),
    _unsure(
        "fr-dkim-alone",
        _with_results("MX.example.com 1; dkim=pass header.d=amazon.fr"),
        "an aligned signature is a proof; the server's name in any case, with a version",
        Authentic.PASS,
    ),
    _unsure(
        "fr-second-subject",
        b"Subject: Refund me at once\r\n" + buyer_message(),
        "an added subject still verifies where the signature does not oversign",
        Authentic.FAIL,
    ),
    _unsure(
        "fr-second-date", b"Date: Mon, 1 Jan 2024 10:00:00 +0000\r\n" + buyer_message(), "two dates", Authentic.FAIL
    ),
    _unsure("fr-second-message-id", b"Message-ID: <x@evil.example>\r\n" + buyer_message(), "two ids", Authentic.FAIL),
    _unsure(
        "fr-dkim-length",
        f"DKIM-Signature: {SIGNED}; l=20\r\n".encode() + buyer_message(),
        "l= lets anybody append to a signed mail",
        Authentic.FAIL,
    ),
]
SUSPECT = Fixture(
    name="synthetic-forgery-it-refund-dmarc-fail",
    raw=written(
        (
            ("Authentication-Results", "mx.example.com; dmarc=fail (p=REJECT) header.from=amazon.com"),
            ("From", "Amazon Seller Central <donotreply@amazon.com>"),
            ("To", SELLER),
            ("Subject", f"rimborso 39.9 EUR avviato - ordine {ORDER}"),
            ("Date", "Fri, 25 Dec 2026 10:00:00 +0000"),
            ("Message-ID", "<x@evil.example>"),
        ),
        text_part("Accedi qui: https://amazon.com.evil.example/\n"),
    ),
    note="a notice that failed: still listed as what it says, marked as not verified",
    kind=Kind.NOTICE,
    notice_type=NoticeType.REFUND,
    language="it",
    authentic=Authentic.FAIL,
    automatic=True,
)

FORGED: list[Fixture] = [*FORGERIES, SUSPECT]
