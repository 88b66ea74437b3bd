"""DKIM at arrival: mails really signed, keys from an injected DNS, and what dkimpy alone would have believed."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import cast

import dkim
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from dkim.canonicalization import Relaxed, Simple
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responder.adapters.authenticity import (
    Absent,
    DkimVerifier,
    Found,
    Resolve,
    TxtAnswer,
    Unreachable,
    system_resolve,
)
from responder.adapters.authenticity.checking import ReadMail, _relaxed, _simple
from responder.adapters.authenticity.checking import checked as checked_alone
from responder.adapters.catalogue import load
from responder.core.authenticity import DkimResult, signatures, verdict, wants_dkim
from responder.core.dkim import MAX_RECORD
from responder.core.kinds import Authentic, Verdict
from responder.core.message import MAX_RAW, parse

CATALOGUE = load()
NAME = "sel._domainkey.amazon.de."
HEADERS = (b"from", b"to", b"subject", b"date", b"message-id", b"content-type", b"x-space-notification-type")
MAIL = (
    b"From: Camille <a1b2c3d4e5f6g7h@marketplace.amazon.de>\r\n"
    b"To: service@example.com\r\n"
    b"Subject: Frage von Amazon-Kunde Camille\r\n"
    b"Date: Fri, 25 Dec 2026 10:00:00 +0000\r\n"
    b"Message-ID: <1@eu-west-1.amazonses.com>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"\r\n"
    b"Guten Tag,  wann kommt\tmein Paket? \r\n\r\nDanke\r\n\r\n"
)


@dataclass(frozen=True)
class KeyPair:
    """A throw-away RSA key: what signs, and what the DNS would say."""

    private: bytes
    record: bytes

    @classmethod
    def of(cls, bits: int) -> "KeyPair":
        """Return a new key."""
        key = rsa.generate_private_key(65537, bits)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(private, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public))


@pytest.fixture(scope="session")
def key() -> KeyPair:
    """Return the key that stands for Amazon's."""
    return KeyPair.of(2048)


@dataclass
class Dns:
    """A DNS that holds what it is told, and remembers what it was asked."""

    answers: Mapping[str, TxtAnswer]
    asked: list[str] = field(default_factory=list)

    async def __call__(self, name: str) -> TxtAnswer:
        """Return what is kept under the absolute name."""
        self.asked.append(name)
        return self.answers.get(name, Absent())


@dataclass
class Hands:
    """A clock that is moved by hand."""

    at: float = 1000.0

    def __call__(self) -> float:
        """Return seconds."""
        return self.at


def found(*records: bytes, ttl: float = 600) -> Found:
    """Return what a name server would say."""
    return Found(records, timedelta(seconds=ttl))


def sign(
    raw: bytes,
    key: KeyPair,
    *,
    domain: bytes = b"amazon.de",
    selector: bytes = b"sel",
    headers: tuple[bytes, ...] = HEADERS,
    length: bool = False,
    form: tuple[bytes, bytes] = (b"relaxed", b"relaxed"),
    algorithm: bytes = b"rsa-sha256",
    identity: bytes | None = None,
) -> bytes:
    """Return the mail with a signature on top."""
    line: bytes = dkim.sign(
        raw,
        selector,
        domain,
        key.private,
        include_headers=headers,
        length=length,
        canonicalize=form,
        signature_algorithm=algorithm,
        identity=identity,
    )
    return line + raw


def with_tags(raw: bytes, key: KeyPair, tags: bytes) -> bytes:
    """Return the mail signed by hand with additional tags, which dkimpy does not write (`x=`)."""
    signer = dkim.DKIM(raw)
    signer.hasher = dkim.HASH_ALGORITHMS[b"rsa-sha256"]
    policy = dkim.CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    digest = base64.b64encode(signer.hasher(policy.canonicalize_body(signer.body)).digest())
    fields = [
        (b"v", b"1"),
        (b"a", b"rsa-sha256"),
        (b"c", b"relaxed/relaxed"),
        (b"d", b"amazon.de"),
        (b"s", b"sel"),
        *(tuple(tag.split(b"=")) for tag in tags.split(b"; ")),
        (b"h", b" : ".join(HEADERS)),
        (b"bh", digest),
        (b"b", b"0" * 60),
    ]
    private = dkim.parse_pem_private_key(key.private)
    return b"DKIM-Signature: " + signer.gen_header(fields, HEADERS, policy, b"DKIM-Signature", private) + raw


async def checked(raw: bytes, dns_: Resolve, *, size: int | None = None) -> DkimResult:
    """Return what our check says of the mail."""
    return await DkimVerifier(dns_, Hands()).verify(parse(raw, size=size), CATALOGUE)


async def judged(raw: bytes, key: KeyPair) -> Verdict:
    """Return the verdict on a mail that no mail server judged, with Amazon's key in the DNS."""
    result = await checked(raw, Dns({NAME: found(key.record)}))
    return verdict(parse(raw), CATALOGUE, None, result)


def dkimpy_alone(raw: bytes, record: bytes) -> bool:
    """Return what a program would believe that only calls dkimpy."""
    return bool(dkim.verify(raw, dnsfunc=lambda _name, timeout=5: record))


@pytest.mark.parametrize("form", [(a, b) for a in (b"simple", b"relaxed") for b in (b"simple", b"relaxed")])
async def test_a_mail_signed_by_its_store_passes(key: KeyPair, form: tuple[bytes, bytes]) -> None:
    """A buyer's relay address is covered by a signature of its store, in each canonical form."""
    raw = sign(MAIL, key, form=form)
    assert wants_dkim(parse(raw), CATALOGUE, None)
    passed = await judged(raw, key)
    assert passed == Verdict(
        Authentic.PASS,
        "its DKIM signature by amazon.de is valid (verified here)",
        frozenset(name.decode() for name in HEADERS),
    )
    assert passed.vouches_for("X-Space-Notification-Type")
    assert not passed.vouches_for("List-Unsubscribe")


@pytest.mark.parametrize("form", [(b"simple", b"simple"), (b"relaxed", b"relaxed")])
@pytest.mark.parametrize(
    "mail",
    [
        MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n",
        MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n\r\n\r\n",
        MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n \t\r\n",
        MAIL.rstrip(),
        MAIL + b"\r\n" * 40,
    ],
)
async def test_a_body_of_blank_lines_passes(key: KeyPair, mail: bytes, form: tuple[bytes, bytes]) -> None:
    """An empty body, and one with or without a last line end, is what its signature says."""
    assert (await judged(sign(mail, key, form=form), key)).authentic is Authentic.PASS


async def test_line_ends_and_an_mbox_line_do_not_matter(key: KeyPair) -> None:
    """A mail exported with bare line feeds, or with an mbox separator on top, is the same mail."""
    raw = sign(MAIL, key)
    unix = raw.replace(b"\r\n", b"\n")
    assert (await judged(unix, key)).authentic is Authentic.PASS
    assert (await judged(b"From nobody Fri Dec 25 10:00:00 2026\n" + unix, key)).authentic is Authentic.PASS
    assert (await judged(b">From nobody Fri Dec 25 10:00:00 2026\r\n" + raw, key)).authentic is Authentic.PASS


async def test_what_our_servers_add_on_top_does_not_matter(key: KeyPair) -> None:
    """Received and an undecided Authentication-Results stand above the signature of every delivered mail."""
    raw = b"Authentication-Results: mx.example.com; spf=none\r\nReceived: from x\r\n by y\r\n" + sign(MAIL, key)
    result = await checked(raw, Dns({NAME: found(key.record)}))
    assert verdict(parse(raw), CATALOGUE, "mx.example.com", result).authentic is Authentic.PASS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"mein Paket", b"dein Paket"),
        (b"Danke\r\n", b"Danke\r\nhttps://evil.example\r\n"),
        (b"Subject: Frage", b"Subject: Fr2ge"),
        (b"a1b2c3d4e5f6g7h@", b"b1b2c3d4e5f6g7h@"),
        (b"text/plain", b"text/html"),
        (b"\r\nTo: service", b"\r\nTo: sales"),
    ],
)
async def test_a_changed_mail_fails(key: KeyPair, old: bytes, new: bytes) -> None:
    """What was changed after Amazon signed it is not Amazon's word."""
    changed = sign(MAIL, key).replace(old, new, 1)
    found_ = await judged(changed, key)
    assert found_.authentic is Authentic.FAIL
    assert "does not fit the mail" in found_.reason


@pytest.mark.parametrize("name", [b"Subject: evil", b"Date: Sat, 26 Dec 2026 10:00:00 +0000", b"Message-ID: <2@evil>"])
async def test_dkimpy_accepts_a_second_field_and_we_do_not(key: KeyPair, name: bytes) -> None:
    """RFC 6376 section 8.15: a signature covers the lowest Subject; Python shows the first."""
    raw = name + b"\r\n" + sign(MAIL, key)
    assert dkimpy_alone(raw, key.record)
    field_name = name.partition(b":")[0].decode()
    assert message_from_bytes(raw)[field_name] == name.partition(b": ")[2].decode()
    assert await judged(raw, key) == Verdict(Authentic.FAIL, f"more than one {field_name.lower()} header")


async def test_a_second_from_fails(key: KeyPair) -> None:
    """Two authors are nobody."""
    raw = b"From: x@marketplace.amazon.de\r\n" + sign(MAIL, key)
    assert await judged(raw, key) == Verdict(Authentic.FAIL, "more than one from header")


async def test_dkimpy_accepts_an_appended_body_and_we_do_not(key: KeyPair) -> None:
    """RFC 6376 section 8.2: with `l=` anybody may write more below."""
    raw = sign(MAIL, key, length=True) + b"Please pay to DE00 0000\r\n"
    assert dkimpy_alone(raw, key.record)
    refused = await judged(raw, key)
    assert refused.authentic is Authentic.FAIL
    assert "l=" in refused.reason


async def test_dkimpy_accepts_an_added_field_and_we_do_not_believe_it(key: KeyPair) -> None:
    """A notice type put above the signed one is not vouched for, nor is one that was never signed."""
    typed = MAIL.replace(b"Content-Type", b"X-Space-Notification-Type: REFUND_ISSUED\r\nContent-Type", 1)
    added = b"X-Space-Notification-Type: BUYER_OPTED_OUT_BSM_MESSAGES\r\n" + sign(typed, key)
    assert dkimpy_alone(added, key.record)
    passed = await judged(added, key)
    assert passed.authentic is Authentic.PASS
    assert not passed.vouches_for("X-Space-Notification-Type")
    assert (await judged(sign(typed, key), key)).vouches_for("X-Space-Notification-Type")
    unsigned = sign(typed, key, headers=HEADERS[:-1])
    assert not (await judged(unsigned, key)).vouches_for("X-Space-Notification-Type")


async def test_dkimpy_accepts_another_boundary_and_we_do_not(key: KeyPair) -> None:
    """A Content-Type put above the signed one decides how the signed bytes are read."""
    raw = b'Content-Type: multipart/mixed; boundary="Danke"\r\n' + sign(MAIL, key)
    assert dkimpy_alone(raw, key.record)
    assert (await judged(raw, key)).authentic is Authentic.UNKNOWN


async def test_a_field_hidden_from_one_reader_is_not_believed(key: KeyPair) -> None:
    """A name too long for us ends our header but not dkimpy's: each would see another Subject."""
    lines = sign(MAIL, key).split(b"\r\n")
    at = next(index for index, line in enumerate(lines) if line.startswith(b"From:"))
    moved = [lines.pop(at), b"Subject: evil", b"Date: Fri, 25 Dec 2026 10:00:00 +0000", b"X" * 77 + b": y"]
    raw = b"\r\n".join([*moved, *lines])
    assert dkimpy_alone(raw, key.record)
    assert parse(raw).subject == "evil"
    assert (await judged(raw, key)).authentic is not Authentic.PASS
    below = b"\r\n".join([*lines[:at], *moved, *lines[at:]])
    assert dkimpy_alone(below, key.record)
    assert (await judged(below, key)).authentic is not Authentic.PASS


@pytest.mark.parametrize("left_out", [b"subject", b"date", b"message-id", b"content-type"])
async def test_what_is_read_must_be_signed(key: KeyPair, left_out: bytes) -> None:
    """A valid signature that leaves out what we read proves nothing of it."""
    raw = sign(MAIL, key, headers=tuple(name for name in HEADERS if name != left_out))
    assert dkimpy_alone(raw, key.record)
    unknown = await judged(raw, key)
    assert unknown.authentic is Authentic.UNKNOWN
    assert f"leaves {left_out.decode()} unsigned" in unknown.reason


@pytest.mark.parametrize("domain", ["amazon.fr", "amazonses.com", "amazon.de.evil.example", "evilamazon.de", "de"])
async def test_only_the_senders_store_is_asked_for(key: KeyPair, domain: str) -> None:
    """A valid signature of anybody else proves nothing, and no DNS hears of it."""
    raw = sign(MAIL, key, domain=domain.encode())
    name = f"sel._domainkey.{domain}."
    server = Dns({name: found(key.record)})
    assert dkimpy_alone(raw, key.record)
    result = await checked(raw, server)
    assert (result.outcome, server.asked) == (Authentic.UNKNOWN, [])
    assert verdict(parse(raw), CATALOGUE, None, result).authentic is Authentic.UNKNOWN
    assert not wants_dkim(parse(raw), CATALOGUE, None)


@pytest.mark.parametrize("domain", [b"marketplace.amazon.de", b"Amazon.DE", b"mail.amazon.de"])
async def test_a_sub_domain_of_the_store_speaks_for_it(key: KeyPair, domain: bytes) -> None:
    """Relaxed alignment within one store (RFC 7489 section 3.1), whatever the case."""
    server = Dns({f"sel._domainkey.{domain.decode().lower()}.": found(key.record)})
    raw = sign(MAIL, key, domain=domain)
    result = await checked(raw, server)
    assert verdict(parse(raw), CATALOGUE, None, result).authentic is Authentic.PASS


async def test_amazons_second_signature_does_not_matter(key: KeyPair) -> None:
    """Amazon SES signs beside the store: the order does not matter, and only the store's key is looked up."""
    for raw in (
        sign(sign(MAIL, key), key, domain=b"amazonses.com"),
        sign(sign(MAIL, key, domain=b"amazonses.com"), key),
    ):
        server = Dns({NAME: found(key.record)})
        assert (await checked(raw, server)).outcome is Authentic.PASS
        assert server.asked == [NAME]


async def test_one_valid_signature_is_enough(key: KeyPair) -> None:
    """A broken, a revoked and a valid signature of the store: the valid one counts (RFC 6376 section 6.1)."""
    broken = b"DKIM-Signature: v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=AAAA\r\n"
    raw = broken + sign(sign(MAIL, key), key, selector=b"old")
    server = Dns({NAME: found(key.record), "old._domainkey.amazon.de.": found(b"v=DKIM1; p=")})
    assert (await checked(raw, server)).outcome is Authentic.PASS
    assert sorted(server.asked) == ["old._domainkey.amazon.de.", NAME]
    unproven = broken + sign(MAIL, key, selector=b"old")
    assert (await checked(unproven, server)).outcome is Authentic.UNKNOWN


async def test_the_signature_that_covers_more_counts(key: KeyPair) -> None:
    """Two valid ones: that the upper one leaves the Subject open does not matter."""
    partly = tuple(name for name in HEADERS if name != b"subject")
    for raw in (sign(sign(MAIL, key), key, headers=partly), sign(sign(MAIL, key, headers=partly), key)):
        assert (await judged(raw, key)).authentic is Authentic.PASS


async def test_a_signature_taken_for_another_proves_nothing(key: KeyPair) -> None:
    """A result counts only for the signature whose key was looked up."""
    message = parse(sign(sign(MAIL, key), key, selector=b"other"))
    upper, lower = signatures(message, CATALOGUE)
    answer = found(key.record)
    assert checked_alone(ReadMail(message), upper, answer).outcome is Authentic.PASS
    assert checked_alone(ReadMail(message), lower, answer).outcome is Authentic.PASS
    swapped = checked_alone(ReadMail(message), replace(upper, index=1), answer)
    assert (swapped.outcome, "two ways" in swapped.reason) == (Authentic.UNKNOWN, True)


async def test_a_large_mail_is_hashed_for_two_signatures_only(key: KeyPair) -> None:
    """What checking costs is bounded by bytes, not by the number of signatures."""
    raw = MAIL + b"x" * (MAX_RAW // 2)
    for number in range(4):
        raw = sign(raw, key, selector=b"s%d" % number)
    server = Dns({})
    assert (await checked(raw, server)).outcome is Authentic.UNKNOWN
    assert sorted(server.asked) == ["s2._domainkey.amazon.de.", "s3._domainkey.amazon.de."]


async def test_a_mail_of_many_signatures_asks_a_few_questions(key: KeyPair) -> None:
    """At most five names are looked up for one mail."""
    raw = MAIL
    for number in range(9):
        raw = sign(raw, key, selector=b"s%d" % number)
    server = Dns({})
    assert (await checked(raw, server)).outcome is Authentic.UNKNOWN
    assert len(server.asked) == 5


NO_KEY = [
    (Absent(), "not, or no longer, published"),
    (Unreachable("the DNS could not answer"), "the DNS could not answer"),
    (found(), "no key"),
    (found(b"v=spf1 -all"), "no key"),
    (found(b"v=DKIM1; p="), "revoked"),
    (found(b"v=DKIM1; p=;"), "revoked"),
    (found(b"v=DKIM1; p=AAAA"), "cannot be read"),
    (found(b"v=DKIM1; p=\xff\xfe"), "no key"),
    (found(b"v=DKIM1; p=" + b"A" * 2000), "form we do not know"),
    (found(b"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="), "form we do not know"),
]


@pytest.mark.parametrize(("answer", "words"), NO_KEY)
async def test_without_a_key_nothing_is_known(key: KeyPair, answer: TxtAnswer, words: str) -> None:
    """Keys rotate and the DNS has bad days: neither makes a mail forged, and the reason says which it was."""
    result = await checked(sign(MAIL, key), Dns({NAME: answer}))
    assert result.outcome is Authentic.UNKNOWN
    assert words in result.reason
    judgement = verdict(parse(sign(MAIL, key)), CATALOGUE, None, result)
    assert judgement.authentic is Authentic.UNKNOWN
    assert "no Authentication-Results header" in judgement.reason
    assert words in judgement.reason


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        (b"v=DKIM2; ", "form we do not know"),
        (b"t=y; ", "test"),
        (b"t=s:y; ", "test"),
        (b"s=tlsrpt; ", "not for mail"),
        (b"s=other; ", "not for mail"),
        (b"h=sha1; ", "not for mail"),
    ],
)
async def test_a_key_that_forbids_it_proves_nothing(key: KeyPair, tags: bytes, words: str) -> None:
    """RFC 6376 section 3.6.1: a key for tests, for other services or for other hashes."""
    record = tags + key.record.removeprefix(b"v=DKIM1; ")
    result = await checked(sign(MAIL, key), Dns({NAME: found(record)}))
    assert result.outcome is Authentic.UNKNOWN
    assert words in result.reason


async def test_a_key_may_be_written_in_many_ways(key: KeyPair) -> None:
    """No version, other services beside mail, folded, and beside a text that is no key."""
    record = key.record.removeprefix(b"v=DKIM1; k=rsa; ")
    for answer in (
        found(record),
        found(b"s=email:x; h=sha1:sha256; t=s; " + record + b";"),
        found(b"v=DKIM1 ;\tk=rsa ; " + record),
        found(b"v=spf1 -all", key.record),
    ):
        assert (await checked(sign(MAIL, key), Dns({NAME: answer}))).outcome is Authentic.PASS


async def test_two_keys_are_no_key(key: KeyPair) -> None:
    """RFC 6376 section 3.6.2.2 leaves open which counts; we take neither."""
    result = await checked(sign(MAIL, key), Dns({NAME: found(key.record, KeyPair.of(1024).record)}))
    assert (result.outcome, "more than one key" in result.reason) == (Authentic.UNKNOWN, True)


async def test_a_key_may_refuse_to_speak_for_sub_domains(key: KeyPair) -> None:
    """`t=s` in the key, `i=` below `d=` in the signature."""
    record = b"t=s; " + key.record.removeprefix(b"v=DKIM1; ")
    raw = sign(MAIL, key, identity=b"@bounce.amazon.de")
    assert (await checked(raw, Dns({NAME: found(key.record)}))).outcome is Authentic.PASS
    assert (await checked(raw, Dns({NAME: found(record)}))).outcome is Authentic.UNKNOWN


async def test_a_weak_key_proves_nothing(key: KeyPair) -> None:
    """Keys under 1024 bits can be computed by anybody (RFC 8301 section 3.2)."""
    numbers = b"\x02\x41\x00" + b"\xff" * 64 + b"\x02\x03\x01\x00\x01"  # RFC 8017 appendix A.1.1, 512 bits
    record = b"p=" + base64.b64encode(b"\x30" + bytes([len(numbers)]) + numbers)
    result = await checked(sign(MAIL, key), Dns({NAME: found(record)}))
    assert result.outcome is Authentic.UNKNOWN
    assert "shorter than 1024 bits" in result.reason


async def test_a_weak_hash_proves_nothing(key: KeyPair) -> None:
    """A signature with rsa-sha1, which dkimpy believes, is none (RFC 8301 section 3.1): no key is looked up."""
    raw = sign(MAIL, key, algorithm=b"rsa-sha1")
    assert dkimpy_alone(raw, key.record)
    server = Dns({NAME: found(key.record)})
    assert (await checked(raw, server)).outcome is Authentic.UNKNOWN
    assert server.asked == []


@pytest.mark.parametrize("tags", [b"t=1000000000; x=1000000001", b"x=1", b"t=99999999999", b"t=" + b"9" * 40])
async def test_a_signature_of_another_time_is_unknown(key: KeyPair, tags: bytes) -> None:
    """Mail read late is not forged, nor is that of a machine whose clock is wrong."""
    result = await checked(with_tags(MAIL, key, tags), Dns({NAME: found(key.record)}))
    assert (result.outcome, "at this time" in result.reason) == (Authentic.UNKNOWN, True)


async def test_a_signature_that_has_not_expired_passes(key: KeyPair) -> None:
    """The hand-made signature itself is sound."""
    raw = with_tags(MAIL, key, b"t=1000000000; x=99999999999")
    assert (await checked(raw, Dns({NAME: found(key.record)}))).outcome is Authentic.PASS


async def test_the_beginning_of_a_mail_is_not_checked(key: KeyPair) -> None:
    """A body we did not read whole cannot be held against its hash."""
    raw = sign(MAIL, key)
    server = Dns({NAME: found(key.record)})
    assert (await checked(raw, server, size=len(raw) + 1)).outcome is Authentic.UNKNOWN
    assert server.asked == []
    assert not wants_dkim(parse(raw, size=len(raw) + 1), CATALOGUE, None)


async def test_a_dns_that_never_answers_costs_only_the_limit(key: KeyPair) -> None:
    """The wait has an end, and another key's answer is still used."""

    async def never(name: str) -> TxtAnswer:
        if name == NAME:
            return found(key.record)
        await asyncio.Event().wait()
        raise AssertionError

    verifier = DkimVerifier(never, Hands(), limit=timedelta(milliseconds=1))
    slow = await verifier.verify(parse(sign(MAIL, key, selector=b"slow")), CATALOGUE)
    assert slow.outcome is Authentic.UNKNOWN
    assert "did not answer within 0.001 s" in slow.reason
    both = await verifier.verify(parse(sign(sign(MAIL, key), key, selector=b"other")), CATALOGUE)
    assert both.outcome is Authentic.PASS


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (Found((b"p=",), timedelta(seconds=600)), 600),
        (Found((b"p=",), timedelta(seconds=0)), 60),
        (Found((b"p=",), timedelta(days=7)), 3600),
        (Absent(), 300),
        (Unreachable("no"), 60),
    ],
)
async def test_an_answer_is_kept_for_its_time(key: KeyPair, answer: TxtAnswer, seconds: int) -> None:
    """The second mail asks nobody; once the time is over, the DNS is asked again."""
    server, clock = Dns({NAME: answer}), Hands()
    verifier = DkimVerifier(server, clock)
    message = parse(sign(MAIL, key))
    for moved_to, questions in ((0, 1), (seconds - 1, 1), (seconds, 2), (seconds + 1, 2)):
        clock.at = 1000.0 + moved_to
        await verifier.verify(message, CATALOGUE)
        assert len(server.asked) == questions


async def test_the_kept_answers_are_bounded(key: KeyPair) -> None:
    """A flood of selectors pushes out the oldest answers and no more than that."""
    server = Dns({NAME: found(key.record)})
    verifier = DkimVerifier(server, Hands())
    bare = b"DKIM-Signature: v=1; a=rsa-sha256; d=amazon.de; s=s%d; h=from; bh=AAAA; b=AAAA\r\n"
    await verifier.verify(parse(sign(MAIL, key)), CATALOGUE)
    for number in range(255):
        await verifier.verify(parse(bare % number + MAIL), CATALOGUE)
    assert server.asked.count(NAME) == 1
    await verifier.verify(parse(sign(MAIL, key)), CATALOGUE)
    assert server.asked.count(NAME) == 1
    await verifier.verify(parse(bare % 255 + MAIL), CATALOGUE)
    await verifier.verify(parse(sign(MAIL, key)), CATALOGUE)
    assert server.asked.count(NAME) == 2
    assert len(verifier._known) == 256


HOSTILE = [
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=====; b=====",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=%%%%",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=",
    b"v=2; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; c=x/y/z; d=amazon.de; s=sel; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; c=relaxed/x; d=amazon.de; s=sel; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=AAAA; t=x",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=AAAA; i=@evil.example",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=AAAA; i=",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=AAAA; q=dns/any",
]
NOT_EVEN_READ = [
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=A\xc3\xa4AA; b=AAAA",
    b"",
    b";",
    b"v",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=AAAA; 9=x",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=AAAA; =x",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; d=amazon.de; s=sel; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; s=x; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=a b; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=a..b; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=-a; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=" + b"a" * 64 + b"; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=" + b".".join([b"a" * 60] * 4) + b"; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=\xc3\xa4; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=evil.example/.amazon.de; s=sel; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=.amazon.de; s=sel; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de.; s=sel; h=from; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from" + b":x" * 100 + b"; bh=AAAA; b=AAAA",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=A" + b" " * 100 + b"!",
    b"v=1; a=rsa-sha256; d=amazon.de; s=sel; h=from; bh=AAAA; b=" + b"A" * 5000,
]


@pytest.mark.parametrize("value", HOSTILE)
async def test_a_malformed_signature_never_passes(key: KeyPair, value: bytes) -> None:
    """What dkimpy chokes on is a result."""
    result = await checked(b"DKIM-Signature: " + value + b"\r\n" + MAIL, Dns({NAME: found(key.record)}))
    assert result.outcome is Authentic.FAIL


@pytest.mark.parametrize("value", NOT_EVEN_READ)
async def test_what_is_no_signature_is_not_looked_up(key: KeyPair, value: bytes) -> None:
    """A field that breaks the grammar costs no question to the DNS and counts as absent (RFC 6376 section 6.1)."""
    server = Dns({NAME: found(key.record)})
    result = await checked(b"DKIM-Signature: " + value + b"\r\n" + MAIL, server)
    assert (result.outcome, server.asked) == (Authentic.UNKNOWN, [])


TAG = st.tuples(
    st.sampled_from(["v", "a", "b", "bh", "c", "d", "h", "i", "l", "q", "s", "t", "x", "z", ""]),
    st.one_of(
        st.sampled_from(["1", "rsa-sha256", "amazon.de", "sel", "from:subject", "AAAA", "relaxed/relaxed", "@x", "-1"]),
        st.text(st.characters(max_codepoint=255, exclude_characters="\n"), max_size=20),
    ),
)


@given(tags=st.lists(TAG, max_size=12), body=st.binary(max_size=60), whole=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
def test_no_signature_makes_it_raise(key: KeyPair, tags: list[tuple[str, str]], body: bytes, *, whole: bool) -> None:
    """Any field, on any body, gives a result, and never a pass."""
    base = [] if whole else [("v", "1"), ("a", "rsa-sha256"), ("d", "amazon.de"), ("s", "sel"), ("h", "from")]
    kept = dict([*base, ("b", "AAAA"), ("bh", "AAAA"), *tags])
    value = "; ".join(f"{name}={text}" for name, text in kept.items()).encode("latin-1")
    raw = b"DKIM-Signature: " + value + b"\r\n" + MAIL + body
    result = asyncio.run(checked(raw, Dns({NAME: found(key.record)})))
    assert result.outcome is not Authentic.PASS


@given(record=st.one_of(st.binary(max_size=80), st.binary(max_size=60).map(lambda der: b"p=" + base64.b64encode(der))))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
def test_no_key_makes_it_raise(signed: bytes, record: bytes) -> None:
    """Whatever the DNS holds gives a result, and never a pass."""
    assert asyncio.run(checked(signed, Dns({NAME: found(record)}))).outcome is not Authentic.PASS


@pytest.fixture(scope="session")
def signed(key: KeyPair) -> bytes:
    """Return a signed mail."""
    return sign(MAIL, key)


@given(
    body=st.lists(st.sampled_from([b" ", b"\t", b"\r", b"\n", b"\r\n", b"x", b"  ", b"\r\n\r\n", b"\xff"])).map(
        b"".join
    )
)
@settings(max_examples=500, deadline=None)
def test_our_canonical_body_is_dkimpys(body: bytes) -> None:
    """The linear way to the canonical forms gives the same bytes as dkimpy's own."""
    _, split = dkim.rfc822_parse(b"X: y\r\n\r\n" + body)
    assert Relaxed.canonicalize_body(_relaxed(body)) == Relaxed.canonicalize_body(split)
    assert Simple.canonicalize_body(_simple(body)) == Simple.canonicalize_body(split)


@pytest.mark.parametrize(
    ("body", "simple", "relaxed"),
    [
        (b"\r\n", Authentic.PASS, Authentic.PASS),
        (b"\n", Authentic.PASS, Authentic.PASS),
        (b" \r\n", Authentic.FAIL, Authentic.PASS),
        (b" ", Authentic.FAIL, Authentic.FAIL),
        (b"\t", Authentic.FAIL, Authentic.FAIL),
        (b"\r", Authentic.FAIL, Authentic.FAIL),
        (b"x \r\n", Authentic.FAIL, Authentic.FAIL),
        (b" x", Authentic.FAIL, Authentic.UNKNOWN),
    ],
)
async def test_a_mail_of_a_mebibyte_is_checked(
    key: KeyPair, body: bytes, simple: Authentic, relaxed: Authentic
) -> None:
    """A MiB of blanks, with which dkimpy's own way takes hours, ends in a result; too many words are refused."""
    for form, expected in ((b"simple", simple), (b"relaxed", relaxed)):
        mail = sign(MAIL, key, form=(form, form))
        raw = mail + body * ((MAX_RAW - len(mail)) // len(body))
        assert (await checked(raw, Dns({NAME: found(key.record)}))).outcome is expected


Answer = Callable[[dns.message.Message], dns.message.Message | None]


class _NameServer(asyncio.DatagramProtocol):
    """A name server on loopback."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        self.asked.append(query.question[0].name.to_text())
        response = self.answer(query)
        if response is not None:
            self.transport.sendto(response.to_wire(), addr)


@asynccontextmanager
async def name_server(
    answer: Answer, folder: Path, limit: timedelta = timedelta(seconds=30)
) -> AsyncIterator[tuple[_NameServer, Resolve]]:
    """Run a name server, and give a resolver whose resolv.conf names it."""
    server = _NameServer(answer)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: server, ("127.0.0.1", 0))
    port: int = transport.get_extra_info("sockname")[1]
    file = folder / "resolv.conf"
    file.write_text("search search.example\nnameserver 127.0.0.1\n")
    try:
        yield server, system_resolve(file=str(file), port=port, limit=limit)
    finally:
        transport.close()


def says(texts: list[str], ttl: int = 77) -> Answer:
    """Return a server that holds these TXT records, as a zone file writes them."""

    def answer(query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if texts:
            response.answer = [dns.rrset.from_text_list(query.question[0].name, ttl, "IN", "TXT", texts)]
        return response

    return answer


def refuses(code: dns.rcode.Rcode) -> Answer:
    """Return a server that answers with an error."""

    def answer(query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query)
        response.set_rcode(code)
        return response

    return answer


async def test_a_key_comes_over_the_wire(key: KeyPair, tmp_path: Path) -> None:
    """A key split into several strings, as every 2048-bit key is, verifies a mail."""
    text = key.record.decode()
    split = " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))
    async with name_server(says([split]), tmp_path) as (server, resolve):
        assert await resolve(NAME) == Found((key.record,), timedelta(seconds=77))
        assert (await checked(sign(MAIL, key), resolve)).outcome is Authentic.PASS
    assert set(server.asked) == {NAME}


async def test_the_dns_says_no_over_the_wire(tmp_path: Path) -> None:
    """No such name, a name without texts, a broken server: three answers, and no search domain is tried."""
    for answer, expected in (
        (refuses(dns.rcode.NXDOMAIN), Absent()),
        (says([]), Absent()),
        (refuses(dns.rcode.SERVFAIL), Unreachable("the DNS could not answer")),
        (refuses(dns.rcode.REFUSED), Unreachable("the DNS could not answer")),
    ):
        async with name_server(answer, tmp_path) as (server, resolve):
            assert await resolve(NAME) == expected
        assert set(server.asked) == {NAME}


async def test_a_silent_name_server_is_given_up(key: KeyPair, tmp_path: Path) -> None:
    """The verifier's limit ends a lookup that is under way, and the resolver has its own."""
    async with name_server(lambda _: None, tmp_path) as (_, resolve):
        verifier = DkimVerifier(resolve, Hands(), limit=timedelta(milliseconds=20))
        assert (await verifier.verify(parse(sign(MAIL, key)), CATALOGUE)).outcome is Authentic.UNKNOWN
    async with name_server(lambda _: None, tmp_path, timedelta(milliseconds=20)) as (_, resolve):
        assert await resolve(NAME) == Unreachable("the DNS did not answer in time")


async def test_a_record_of_any_length_is_kept_short(tmp_path: Path) -> None:
    """A TXT record may have 64 KiB; no key needs more than the beginning."""
    async with name_server(says([" ".join([f'"{"x" * 250}"'] * 10)]), tmp_path) as (_, resolve):
        answer = await resolve(NAME)
    assert answer == Found((b"x" * (MAX_RECORD + 1),), timedelta(seconds=77))


async def test_a_machine_without_a_resolver_is_no_crash(tmp_path: Path) -> None:
    """No resolv.conf, or one that names no server: the reason names the file."""
    missing = tmp_path / "resolv.conf"
    assert await system_resolve(file=str(missing))(NAME) == Unreachable(f"this machine names no DNS server ({missing})")
    missing.write_text("# nothing\n")
    assert await system_resolve(file=str(missing))(NAME) == Unreachable(f"this machine names no DNS server ({missing})")
