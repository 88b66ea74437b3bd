"""A mailbox whose server judges nobody: Amazon's signature is checked as the mail is fetched, and the verdict stays."""

import asyncio
import base64
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from mail import builders
from neighbours.dovecot import AVAILABLE, NEEDED, Dovecot

from responder.adapters.authenticity import Absent, DkimVerifier, Found, TxtAnswer
from responder.adapters.clock import ManualClock, monotonic
from responder.adapters.imap import ImapSettings, Role
from responder.adapters.store import mail_actions, mails
from responder.config import read
from responder.core.actions import Action, Links, Outcome
from responder.daemon import build
from responder.tasks.receive import Folder, FolderSettings

pytestmark = [pytest.mark.dovecot, pytest.mark.skipif(not AVAILABLE, reason=NEEDED)]

BASTILLE_DAY = datetime.fromisoformat("2026-07-14T09:00:00+00:00")  # a public holiday in France
KEY = rsa.generate_private_key(65537, 2048)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
)
SIGNED = ("From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "MIME-Version")


async def resolve(name: str) -> TxtAnswer:
    """A DNS that knows one key of Amazon's."""
    if name == "sel._domainkey.amazon.fr.":
        return Found((b"v=DKIM1; k=rsa; p=" + PUBLIC,), timedelta(minutes=10))
    return Absent()


def signed(raw: bytes) -> bytes:
    """Return the mail with a signature of amazon.fr."""
    headers = [name.lower().encode() for name in SIGNED if f"\n{name}:".lower().encode() in b"\n" + raw.lower()]
    return bytes(dkim.sign(raw, b"sel", b"amazon.fr", PRIVATE, include_headers=headers)) + raw


@pytest.fixture
def dovecot(tmp_path: Path) -> Iterator[Dovecot]:
    """A private Dovecot."""
    with Dovecot(tmp_path / "dovecot", users={"seller": "secret"}) as server:
        yield server


async def fetched(office: Any, dovecot: Dovecot, *raws: bytes, verifier: DkimVerifier | None) -> None:
    """Let the inbox's loop fetch these mails once, five minutes after they came."""
    for raw in raws:
        dovecot.append("seller", "INBOX", raw, internaldate=BASTILLE_DAY)
    imap = ImapSettings("127.0.0.1", dovecot.imap, "none", "seller", lambda: "secret")

    def ignore(_: object) -> None:
        pass

    watched = Folder(
        office.store,
        office.judge,
        FolderSettings(imap=imap, role=Role.INBOX, history=timedelta(days=8), verifier=verifier),
        ManualClock(BASTILLE_DAY + timedelta(minutes=5)),
        wake=asyncio.Event(),
        kept=ignore,
        ticked=lambda: None,
        report=ignore,
    )
    await watched.once()


def verdicts(office: Any) -> list[tuple[str, str]]:
    """The verdict of every mail as it was stored, with its reason."""
    kept = [office.run(mails.mail, number) for number in range(1, office.run(mails.last_id) + 1)]
    return [(mail.authentic, mail.authentic_reason) for mail in kept]


async def test_a_signed_message_is_acknowledged_where_the_server_says_nothing(office: Any, dovecot: Dovecot) -> None:
    """The signature is the proof; it is checked at arrival and the verdict is stored with the mail."""
    genuine = signed(builders.buyer_message(auth=None))
    await fetched(office, dovecot, genuine, verifier=DkimVerifier(resolve, monotonic))
    ((authentic, reason),) = verdicts(office)
    assert authentic == "pass"
    assert "amazon.fr" in reason
    assert [row.kind for row in office.outbox()] == ["acknowledgement"]


async def test_a_changed_message_is_listed_and_never_acknowledged(office: Any, dovecot: Dovecot) -> None:
    """Another text under a genuine signature, no signature, and a signature of another domain: nothing is sent."""
    changed = signed(builders.buyer_message(auth=None, alias="b" * 15)).replace(b"colis", b"argent")
    unsigned = builders.buyer_message(auth=None, alias="c" * 15)
    raw = builders.buyer_message(auth=None, alias="d" * 15)
    foreign = bytes(dkim.sign(raw, b"sel", b"example.net", PRIVATE)) + raw
    await fetched(office, dovecot, changed, unsigned, foreign, verifier=DkimVerifier(resolve, monotonic))
    assert [authentic for authentic, _ in verdicts(office)] == ["fail", "unknown", "unknown"]
    assert office.outbox() == ()
    assert len(office.threads()) == 3


async def test_without_a_verifier_only_the_servers_word_counts(office: Any, dovecot: Dovecot) -> None:
    """`verify_dkim: false` asks nobody on the network; the message is tracked and not acknowledged."""
    await fetched(office, dovecot, signed(builders.buyer_message(auth=None)), verifier=None)
    assert [authentic for authentic, _ in verdicts(office)] == ["unknown"]
    assert office.outbox() == ()


async def test_the_operators_signature_proves_a_request_by_mail(office: Any, dovecot: Dovecot) -> None:
    """Signed by the operator's own domain it is obeyed; under another domain's signature, or none, it is refused."""
    await fetched(office, dovecot, builders.buyer_message(), verifier=None)
    made = Links(
        secret=office.judge.instance.secret,
        address="service@example.com",
        issued_at=BASTILLE_DAY,
        valid_for=timedelta(days=8),
        batch="1",
        last_mail=office.run(mails.last_id),
    )
    subject = f"responder answered 1 {made.token(Action.ANSWERED, 1)}"
    raws = [
        builders.sent_answer(
            "service@example.com", sender="owner@example.com", subject=subject, message_id=f"<{number}@example.com>"
        )
        for number in range(3)
    ]
    foreign = bytes(dkim.sign(raws[0], b"sel", b"amazon.fr", PRIVATE)) + raws[0]
    own = bytes(dkim.sign(raws[2], b"own", b"example.com", PRIVATE)) + raws[2]

    async def keys(name: str) -> TxtAnswer:
        assert name == "own._domainkey.example.com."  # nobody else's DNS is asked
        return Found((b"v=DKIM1; k=rsa; p=" + PUBLIC,), timedelta(minutes=10))

    await fetched(office, dovecot, foreign, raws[1], own, verifier=DkimVerifier(keys, monotonic))
    found = office.run(mail_actions.asked, 0)
    assert [each.outcome for each in found] == [Outcome.NOT_PROVEN, Outcome.NOT_PROVEN, Outcome.DONE]
    assert office.threads()[0].answered_at is not None


async def test_a_dns_that_is_silent_holds_up_nothing(office: Any, dovecot: Dovecot) -> None:
    """The look has a time limit: the mail is kept, its clock runs, and its sender is not known."""

    async def silent(_: str) -> TxtAnswer:
        await asyncio.Event().wait()
        raise AssertionError

    verifier = DkimVerifier(silent, monotonic, limit=timedelta(milliseconds=1))
    await fetched(office, dovecot, signed(builders.buyer_message(auth=None)), verifier=verifier)
    ((authentic, reason),) = verdicts(office)
    assert authentic == "unknown"
    assert "did not answer" in reason
    assert len(office.threads()) == 1


@pytest.mark.parametrize("wanted", [True, False])
def test_the_daemon_checks_signatures_where_the_account_wants_it(office: Any, tmp_path: Path, wanted: bool) -> None:
    """Every folder of an account has the verifier the daemon was given, unless `verify_dkim` is false."""
    text = (tmp_path / "config.yaml").read_text()
    marked = text.replace("    authserv_id:", f"    verify_dkim: {str(wanted).lower()}\n    authserv_id:")
    verifier = DkimVerifier(resolve, monotonic)
    loaded = read(marked, tmp_path / "config.yaml")
    parts = build(loaded, office.store, BASTILLE_DAY, {"SELLER_PASSWORD": "secret"}, verifier=verifier)
    assert {folder.verifier for folder in parts.accounts[0].folders} == {verifier if wanted else None}
