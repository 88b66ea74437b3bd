"""A mailbox on a real Dovecot: TLS, delivery, push, answers in the sent mail, a new UIDVALIDITY, a restart."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from neighbours.dovecot import AVAILABLE, NEEDED, Dovecot

from responder.adapters.imap import ImapSettings, Mailbox, Role, folders
from responder.imap.auth import authenticate
from responder.imap.connect import Server, connect
from responder.imap.errors import AuthenticationFailed, ConnectionLost, ImapError

pytestmark = [pytest.mark.dovecot, pytest.mark.skipif(not AVAILABLE, reason=NEEDED)]

USERS = {"push": "p", "read": "r", "flags": "f", "valid": "v", "restart": "x", "big": "b", "offer": "o"}


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    """One server for the module; every test has a user of its own."""
    with Dovecot(tmp_path_factory.mktemp("dovecot"), USERS) as server:
        yield server


def settings(server: Dovecot, user: str, **changes: Any) -> ImapSettings:
    """Return a user's settings, over TLS."""
    values: dict[str, Any] = {
        "host": "localhost",
        "port": server.imaps,
        "security": "tls",
        "username": user,
        "password": lambda: server.users[user],
        "ca_file": server.ca_file,
        "timeout": timedelta(seconds=10),
    }
    return ImapSettings(**{**values, **changes})


def mail(number: int) -> bytes:
    """Return a mail with a look of protocol in it."""
    head = b"From: a@example.com\r\nMessage-ID: <%d@example.com>\r\nSubject: :( * {9}\r\n\r\n" % number
    return head + b"* %d EXISTS\r\nR1 OK x\r\n)\r\n" % number


@pytest.mark.parametrize(("security", "port"), [("tls", "imaps"), ("starttls", "imap"), ("none", "imap")])
async def test_mail_is_read_and_stays_unread(security: Any, port: str, dovecot: Dovecot) -> None:
    r"""Over TLS, STARTTLS and in the clear: what was delivered is what is fetched, and \Seen is not set."""
    dovecot.deliver("read", mail(1))
    mailbox = await Mailbox.open(settings(dovecot, "read", security=security, port=getattr(dovecot, port)), Role.INBOX)
    uids = await mailbox.uids_after(0)
    batches = [batch async for batch in mailbox.fetch([*uids, uids[-1] + 5], cap=1 << 20)]
    assert all(raw.raw.endswith(mail(1)) and raw.size == len(raw.raw) for raw in batches[0].mails)
    assert batches[0].unknown == (uids[-1] + 5,)
    assert "\\Seen" not in (await mailbox.flags(uids))[uids[0]]
    assert {head.message_id for head in await mailbox.message_ids(uids)} == {"<1@example.com>"}
    await mailbox.close()


async def test_a_delivery_ends_the_round(dovecot: Dovecot) -> None:
    """Dovecot pushes within a second, and the catch-up finds the mail; an answer in the sent mail is pushed too."""
    inbox = await Mailbox.open(settings(dovecot, "push"), Role.INBOX)
    sent = await Mailbox.open(settings(dovecot, "push"), Role.SENT)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(inbox.wait(asyncio.Event()))
        group.create_task(sent.wait(asyncio.Event()))
        await asyncio.to_thread(dovecot.deliver, "push", mail(1))
        await asyncio.to_thread(dovecot.append, "push", "Sent", mail(2), flags=["\\Seen"])
    assert (inbox.changed, sent.changed) == (True, True)
    assert await inbox.uids_after(0) == (1,)
    assert await sent.search_message_id("<2@example.com>") == (1,)
    await inbox.close()
    await sent.close()


async def test_flags_set_by_the_seller_are_seen(dovecot: Dovecot) -> None:
    r"""\Answered, set by a mail program, is news, and CONDSTORE names only what changed."""
    for number in (1, 2):
        dovecot.deliver("flags", mail(number))
    mailbox = await Mailbox.open(settings(dovecot, "flags"), Role.INBOX)
    before = mailbox.selected.highestmodseq
    assert mailbox.can_keyword
    await mailbox.add_flags([2, 99], ["$Responder"])

    def answer() -> None:
        with dovecot.login("flags") as other:
            other.select()
            other.uid("STORE", "1", "+FLAGS", "(\\Answered)")

    mailbox.changed = False
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(mailbox.wait(asyncio.Event()))
        await asyncio.to_thread(answer)
    assert mailbox.changed
    changed = await mailbox.flags([1, 2], changed_since=before)
    assert "\\Answered" in changed[1]
    assert "$Responder" in changed[2]
    assert await mailbox.flags([1, 2], changed_since=1 << 40) == {}
    await mailbox.close()


async def test_a_new_uidvalidity_is_seen(dovecot: Dovecot) -> None:
    """After a restored backup the same mails have another UIDVALIDITY, and their Message-IDs tell them."""
    dovecot.append("valid", "INBOX", mail(1), internaldate=datetime(2026, 7, 14, 8, tzinfo=UTC))
    mailbox = await Mailbox.open(settings(dovecot, "valid"), Role.INBOX)
    before = mailbox.selected.uidvalidity
    [head] = await mailbox.message_ids(await mailbox.uids_after(0))
    assert head.internaldate == datetime(2026, 7, 14, 8, tzinfo=UTC)
    await mailbox.close()
    await asyncio.to_thread(dovecot.change_uidvalidity, "valid")
    mailbox = await Mailbox.open(settings(dovecot, "valid"), Role.INBOX)
    assert mailbox.selected.uidvalidity != before
    [again] = await mailbox.message_ids(await mailbox.uids_after(0))
    assert (again.message_id, again.size) == (head.message_id, head.size)
    await mailbox.close()


async def test_a_restart_is_noticed(dovecot: Dovecot) -> None:
    """A server that restarts ends IDLE at once; the next connection works."""
    mailbox = await Mailbox.open(settings(dovecot, "restart"), Role.INBOX)
    async with asyncio.timeout(10):
        restart = asyncio.to_thread(dovecot.restart)
        ended, _ = await asyncio.gather(mailbox.wait(asyncio.Event()), restart, return_exceptions=True)
    assert isinstance(ended, ImapError)
    with pytest.raises(ImapError):
        await mailbox.noop()
    await mailbox.close()
    await (await Mailbox.open(settings(dovecot, "restart"), Role.INBOX)).close()


async def test_a_large_folder_and_a_large_mail(dovecot: Dovecot) -> None:
    """450 mails and one of 10 MB: batches, order and bytes are right."""
    where = Server("127.0.0.1", dovecot.imap, "none")
    client = await connect(where)
    await authenticate(client, "big", "b")
    for number in range(1, 451):
        await client.append("INBOX", mail(number))
    large = b"Subject: large\r\n\r\n" + (b"x" * 70 + b"\r\n") * 140_000
    assert (await client.append("INBOX", large, at=datetime(2026, 7, 14, tzinfo=UTC))) is not None
    await client.logout()
    mailbox = await Mailbox.open(settings(dovecot, "big"), Role.INBOX)
    uids = await mailbox.uids_after(0)
    batches = [batch async for batch in mailbox.fetch(uids, cap=1 << 30)]
    assert [len(batch.mails) for batch in batches] == [200, 200, 50, 1]
    assert [raw.raw for batch in batches for raw in batch.mails] == [*(mail(n) for n in range(1, 451)), large]
    await mailbox.close()


async def test_what_the_server_offers(dovecot: Dovecot) -> None:
    """`check --connect` sees capabilities, folders, the sent mail and the flags."""
    offer = await folders(settings(dovecot, "offer"))
    assert offer.sent.name == "Sent"
    assert {folder.name for folder in offer.folders} == {"INBOX", "Sent"}
    assert offer.pushes
    assert offer.can_keyword
    assert offer.server["name"] == "Dovecot"


async def test_wrong_password_and_wrong_certificate(dovecot: Dovecot, tmp_path: Path) -> None:
    """Two mistakes of a configuration, told apart."""
    with pytest.raises(AuthenticationFailed):
        await Mailbox.open(settings(dovecot, "offer", password=lambda: "wrong"), Role.INBOX)
    with pytest.raises(ConnectionLost, match="certificate is not trusted"):
        await Mailbox.open(settings(dovecot, "offer", ca_file=None), Role.INBOX)
