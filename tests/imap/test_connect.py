"""Opening a connection: nothing secret goes out before it is as secure as was asked for."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from neighbours import dovecot
from neighbours.scripted_imap import Peer, ScriptedImap

from responder.imap.client import Client
from responder.imap.connect import TLS_BUFFER, Server, connect
from responder.imap.errors import ConnectionLost, NotOffered, ProtocolError, ServerBusy, Silence

Opened = Callable[..., Awaitable[Client]]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with certificates for `localhost` and for `other.example.com`."""
    folder = tmp_path_factory.mktemp("certificates")
    for name, host in (("right", "localhost"), ("wrong", "other.example.com")):
        dovecot.make_certificate(folder / f"{name}.pem", folder / f"{name}.key", host)
    return folder


def ours(certificates: Path, trust: str = "right") -> ssl.SSLContext:
    """Return the client's context."""
    return ssl.create_default_context(cafile=str(certificates / f"{trust}.pem"))


def theirs(certificates: Path, name: str = "right") -> ssl.SSLContext:
    """Return the server's context."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    return context


async def attempt(
    server: ScriptedImap, security: Any, context: ssl.SSLContext | None = None, silence: float = 10
) -> Client:
    """Connect to a scripted server by the name `localhost`."""
    return await connect(Server("localhost", server.port, security, context), silence=timedelta(seconds=silence))


async def test_tls_from_the_first_byte(certificates: Path) -> None:
    """Implicit TLS with a checked certificate, and a small read buffer per connection."""
    async with ScriptedImap(tls=theirs(certificates)) as server:
        client = await attempt(server, "tls", ours(certificates))
        assert "IDLE" in client.capabilities
        await client.aclose()
        assert asyncio.sslproto.SSLProtocol.max_size == TLS_BUFFER


@pytest.mark.parametrize(("shown", "trusted"), [("wrong", "wrong"), ("right", "wrong")], ids=["other host", "unknown"])
async def test_a_wrong_certificate_is_refused(shown: str, trusted: str, certificates: Path) -> None:
    """Another host's certificate, or one nobody vouches for: not a byte of IMAP is sent."""
    async with ScriptedImap(tls=theirs(certificates, shown)) as server:
        with pytest.raises(ConnectionLost, match="certificate is not trusted"):
            await attempt(server, "tls", ours(certificates, trusted))
        assert not server.received


async def test_a_server_without_tls_is_named(certificates: Path) -> None:
    """TLS to a plain port fails with a reason instead of a hang."""
    async with ScriptedImap() as server:
        with pytest.raises(ConnectionLost, match="TLS failed"):
            await attempt(server, "tls", ours(certificates))


def upgrading(certificates: Path, injected: bytes = b"", name: str = "right") -> Any:
    """Return a handler that speaks STARTTLS, with bytes injected behind its answer."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"STARTTLS":
            return False
        await peer.send(tag + b" OK go\r\n" + injected)
        await peer.writer.start_tls(theirs(certificates, name))
        peer.server.capabilities = b"IMAP4rev1 IDLE AFTER-TLS"
        return True

    return handler


STARTTLS = b"IMAP4rev1 STARTTLS BEFORE-TLS"


async def test_starttls_upgrades_and_asks_again(certificates: Path) -> None:
    """What was offered in the clear does not count any more."""
    async with ScriptedImap(upgrading(certificates), capabilities=STARTTLS) as server:
        client = await attempt(server, "starttls", ours(certificates))
        assert client.capabilities == {"IMAP4REV1", "IDLE", "AFTER-TLS"}
        await client.noop()
        await client.aclose()


async def test_stripped_starttls_is_refused(certificates: Path) -> None:
    """A server, or somebody between, that does not offer STARTTLS gets nothing."""
    async with ScriptedImap(capabilities=b"IMAP4rev1 AUTH=PLAIN") as server:
        with pytest.raises(NotOffered, match="STARTTLS"):
            await attempt(server, "starttls", ours(certificates))
        assert [line.split()[1] for line in server.received] == [b"CAPABILITY"]


@pytest.mark.parametrize("injected", [b"* OK injected\r\n", b"R3 OK [CAPABILITY EVIL] x\r\n", b"* CAPABIL"])
async def test_bytes_behind_starttls_are_refused(injected: bytes, certificates: Path) -> None:
    """What was injected in the clear must not be read as if it had come encrypted (CVE-2011-0411)."""
    async with ScriptedImap(upgrading(certificates, injected), capabilities=STARTTLS) as server:
        with pytest.raises(ProtocolError, match="STARTTLS"):
            await attempt(server, "starttls", ours(certificates))


async def test_starttls_checks_the_certificate(certificates: Path) -> None:
    """An upgrade to somebody else is refused, and the attempt ends at once."""
    async with ScriptedImap(upgrading(certificates, name="wrong"), capabilities=STARTTLS) as server:
        async with asyncio.timeout(0.9):
            with pytest.raises(ConnectionLost, match="certificate is not trusted"):
                await attempt(server, "starttls", ours(certificates, "wrong"))
        assert server.commands(b"STARTTLS") == server.received[-1:]


@pytest.mark.parametrize(
    ("greeting", "error", "words"),
    [
        (b"* BYE [UNAVAILABLE] backup\r\n", ServerBusy, "backup"),
        (b"* BYE Too many simultaneous connections\r\n", ServerBusy, "Too many"),
        (b"* BYE go away\r\n", ConnectionLost, "go away"),
        (b"* PREAUTH welcome root\r\n", ProtocolError, "PREAUTH"),
        (b"220 mail.example.com ESMTP\r\n", ProtocolError, "220"),
        (b"* 5 EXISTS\r\n", ProtocolError, "greeting"),
        (b"R1 OK hello\r\n", ProtocolError, "not given"),
        (None, Silence, "did not answer"),
    ],
)
async def test_a_bad_greeting_is_told_in_its_own_words(greeting: bytes | None, error: Any, words: str) -> None:
    """The reason a server gives in its first line is the reason we give."""
    async with ScriptedImap(greeting=greeting) as server:
        with pytest.raises(error, match=words):
            await attempt(server, "none", silence=0.2)


async def test_a_greeting_in_two_lines_is_one_greeting() -> None:
    """A second line in the same segment is neither a second greeting nor an answer."""
    async with ScriptedImap(greeting=b"* OK ready\r\n* CAPABILITY IMAP4rev1\r\n") as server:
        client = await attempt(server, "none")
        assert len(server.commands(b"CAPABILITY")) == 1
        await client.aclose()


async def test_nobody_there_is_named() -> None:
    """A closed port says which host and port."""
    async with ScriptedImap() as server:
        pass
    with pytest.raises(ConnectionLost, match=rf"cannot connect to localhost:{server.port}"):
        await attempt(server, "none")


async def test_a_cancelled_attempt_leaves_no_connection() -> None:
    """Giving up while the greeting is awaited closes the socket."""
    async with ScriptedImap(greeting=None) as server:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await attempt(server, "none", silence=30)
        await asyncio.wait_for(server.ended.wait(), 2)


async def test_tls_needs_a_context() -> None:
    """Without a context there is no TLS, and so no connection."""
    with pytest.raises(NotOffered):
        await connect(Server("localhost", 1, "tls"))
