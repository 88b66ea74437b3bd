"""Logging in: the right bytes to the server, the right reason to us, the secret to nobody else."""

import base64
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from neighbours.scripted_imap import CAPABILITIES, Handler, Peer, ScriptedImap

from responder.imap.auth import Mechanism, authenticate
from responder.imap.client import Client
from responder.imap.connect import Server, connect
from responder.imap.errors import AuthenticationFailed, NotOffered, ServerBusy, Unsendable

Join = Callable[..., Awaitable[Any]]
SECRET = "ya29.SECRET-token"
NO_IR = CAPABILITIES.replace(b"SASL-IR ", b"")
FORMS = {
    "plain": f"\0seller@example.com\0{SECRET}",
    "xoauth2": f"user=seller@example.com\x01auth=Bearer {SECRET}\x01\x01",
    "oauthbearer": f"n,a=seller@example.com,\x01auth=Bearer {SECRET}\x01\x01",
}


async def log_in(server: ScriptedImap, mechanism: Mechanism = "auto", secret: str = SECRET) -> Client:
    """Connect and log in."""
    client = await connect(Server("127.0.0.1", server.port, "none"))
    try:
        await authenticate(client, "seller@example.com", secret, mechanism)
    except BaseException:
        await client.aclose()
        raise
    return client


def dialogue(challenge: bytes, final: bytes, *, initial: bool = False) -> Handler:
    """Return a server that asks for the first response, challenges it, and then ends with `final`."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"AUTHENTICATE":
            return False
        if initial:
            await peer.send(b"+ \r\n")
            await peer.line()
        if challenge:
            await peer.send(challenge)
            await peer.line()
        await peer.send(final.replace(b"%t", tag))
        return True

    return handler


@pytest.mark.parametrize("mechanism", ["plain", "xoauth2", "oauthbearer"])
@pytest.mark.parametrize("at_once", [True, False], ids=["SASL-IR", "asked"])
async def test_each_mechanism_says_what_its_rfc_says(mechanism: Mechanism, at_once: bool) -> None:
    """With SASL-IR in the command itself, without it when the server asks."""
    handler = dialogue(b"", b"%t OK [CAPABILITY IMAP4rev1 IDLE] in\r\n", initial=not at_once)
    async with ScriptedImap(handler, capabilities=CAPABILITIES if at_once else NO_IR) as server:
        client = await log_in(server, mechanism)
        sent = server.received[-1].split()[-1] if at_once else server.received[-1].strip()
        assert base64.b64decode(sent).decode() == FORMS[mechanism]
        assert client.capabilities == {"IMAP4REV1", "IDLE"}
        await client.aclose()


@pytest.mark.parametrize(("mechanism", "last"), [("xoauth2", b"\r\n"), ("oauthbearer", b"AQ==\r\n")])
async def test_a_refused_token_is_told_with_its_status(mechanism: Mechanism, last: bytes) -> None:
    """The error challenge is answered, so that NO comes and the reason is known (RFC 7628 section 3.2.3)."""
    challenge = b"+ " + base64.b64encode(b'{"status":"401","schemes":"bearer"}') + b"\r\n"
    final = b"%t NO [AUTHENTICATIONFAILED] Invalid credentials\r\n"
    async with ScriptedImap(dialogue(challenge, final)) as server:
        with pytest.raises(AuthenticationFailed, match=r"Invalid credentials \(status 401\)"):
            await log_in(server, mechanism)
        assert server.received[-1] == last


@pytest.mark.parametrize(
    "challenge", [b"+ !!!\r\n", b"+ \r\n", b"+ W10=\r\n", b"+ " + base64.b64encode(b"[" * 9000) + b"\r\n"]
)
async def test_an_unreadable_challenge_is_answered_too(challenge: bytes) -> None:
    """Whatever the server explains, the refusal arrives."""
    async with ScriptedImap(dialogue(challenge, b"%t NO bad token\r\n")) as server:
        with pytest.raises(AuthenticationFailed, match="bad token"):
            await log_in(server, "xoauth2")


async def test_auto_is_plain_else_login() -> None:
    """A password is never tried as a token; without AUTH=PLAIN the old LOGIN does it, quoted."""
    async with ScriptedImap() as server:
        await (await log_in(server)).aclose()
        assert server.received[1].split()[1:3] == [b"AUTHENTICATE", b"PLAIN"]
    async with ScriptedImap(capabilities=b"IMAP4rev1") as server:
        await (await log_in(server, secret='pa"ss w\\rd')).aclose()
        assert server.received[1] == b'R2 LOGIN "seller@example.com" "pa\\"ss w\\\\rd"\r\n'


async def test_a_password_beyond_ascii_is_a_literal() -> None:
    """LOGIN carries UTF-8 in a literal; the server asks for it."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"LOGIN":
            return False
        await peer.send(b"+ go\r\n")
        await peer.line()
        await peer.send(tag + b" OK in\r\n")
        return True

    async with ScriptedImap(handler, capabilities=b"IMAP4rev1") as server:
        await (await log_in(server, secret="gehéim")).aclose()
        assert "gehéim\r\n".encode() in server.received


async def test_capabilities_are_read_again() -> None:
    """What the server offers to strangers is not what it offers to us."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb == b"LOGIN":
            peer.server.capabilities = b"IMAP4rev1 SPECIAL-USE"
        return False

    async with ScriptedImap(handler, capabilities=b"IMAP4rev1 IDLE") as server:
        client = await log_in(server)
        assert client.capabilities == {"IMAP4REV1", "SPECIAL-USE"}
        await client.aclose()


@pytest.mark.parametrize(
    ("capabilities", "mechanism"),
    [(b"IMAP4rev1 LOGINDISABLED", "login"), (b"IMAP4rev1 LOGINDISABLED", "auto"), (b"IMAP4rev1 AUTH=PLAIN", "xoauth2")],
)
async def test_what_is_not_offered_is_not_tried(capabilities: bytes, mechanism: Mechanism) -> None:
    """No secret is sent to a server that said it would refuse it."""
    async with ScriptedImap(capabilities=capabilities) as server:
        with pytest.raises(NotOffered):
            await log_in(server, mechanism)
        assert len(server.received) == 1


@pytest.mark.parametrize(
    "words", [b"[UNAVAILABLE] backend", b"[LIMIT] x", b"Temporary authentication failure", b"Too many logins"]
)
async def test_not_now_is_not_you(words: bytes) -> None:
    """A server whose own backend is down does not make us stop for a person (RFC 5530)."""
    async with ScriptedImap(dialogue(b"", b"%t NO " + words + b"\r\n")) as server:
        with pytest.raises(ServerBusy):
            await log_in(server)


@pytest.mark.parametrize(
    ("mechanism", "secret"),
    [(m, s) for m in ("plain", "xoauth2", "login") for s in ("a\r\nb", "a\0b")] + [("xoauth2", "a\x01b")],
)
async def test_a_secret_cannot_inject(mechanism: Mechanism, secret: str) -> None:
    """A password with a line end in it is refused before it is sent."""
    async with ScriptedImap() as server:
        with pytest.raises(Unsendable):
            await log_in(server, mechanism, secret)
        assert len(server.received) == 1


@pytest.mark.parametrize("mechanism", ["login", "plain", "xoauth2", "oauthbearer"])
async def test_a_secret_is_nowhere_to_be_read(mechanism: Mechanism, caplog: pytest.LogCaptureFixture) -> None:
    """A server that repeats the secret, plain or in base64, puts it into no error, log or repr."""
    caplog.set_level(logging.DEBUG)
    encoded = base64.b64encode(FORMS.get(mechanism, SECRET).encode())

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb not in {b"LOGIN", b"AUTHENTICATE"}:
            return False
        await peer.send(tag + b" NO wrong: " + SECRET.encode() + b" " + encoded + b"\r\n")
        return True

    async with ScriptedImap(handler) as server:
        with pytest.raises(AuthenticationFailed) as refused:
            await log_in(server, mechanism)
        shown = "".join(traceback.format_exception(refused.value)) + repr(refused.value) + caplog.text
        assert SECRET not in shown
        assert encoded.decode() not in shown
        assert "***" in str(refused.value)
