"""
Logging in: LOGIN, and AUTHENTICATE with PLAIN (RFC 4616), XOAUTH2 (Google, Microsoft) and OAUTHBEARER (RFC 7628).

A secret goes to the server and nowhere else: not into an error, not into a log, not into a repr.
"""

import base64
import json
from collections.abc import Callable
from typing import Literal

from responder.imap.client import Client
from responder.imap.commands import Argument, astring
from responder.imap.connection import Answer, Command, is_busy
from responder.imap.errors import AuthenticationFailed, NotOffered, ServerBusy, Unsendable
from responder.imap.wire import Data, Response, Status, printable

Mechanism = Literal["auto", "login", "plain", "xoauth2", "oauthbearer"]


async def authenticate(client: Client, username: str, secret: str, mechanism: Mechanism = "auto") -> None:
    """Log in and read the capabilities again; `auto` is PLAIN where offered, else LOGIN, never a token mechanism."""
    chosen = _choice(client.capabilities, mechanism)
    if chosen == "login":
        command, explained = Command("LOGIN", (astring(username), astring(secret)), _is_capability), None
    else:
        command, explained = _sasl(client, chosen, username, secret)
    status, responses = await client.run(command)
    if status.condition != "OK":
        raise _refusal(status, (username, secret), explained() if explained else "")
    _read_capabilities(client, status, responses)
    if not client.capabilities:
        await client.capability()


def _choice(capabilities: frozenset[str], mechanism: Mechanism) -> str:
    if mechanism == "auto":
        mechanism = "plain" if "AUTH=PLAIN" in capabilities else "login"
    if mechanism == "login" and "LOGINDISABLED" in capabilities:
        raise NotOffered("the server refuses LOGIN on this connection (LOGINDISABLED)")
    if mechanism != "login" and f"AUTH={mechanism.upper()}" not in capabilities:
        offered = sorted(name.removeprefix("AUTH=") for name in capabilities if name.startswith("AUTH="))
        raise NotOffered(f"the server does not offer {mechanism.upper()}; it offers {', '.join(offered) or 'nothing'}")
    return mechanism


def _sasl(client: Client, mechanism: str, username: str, secret: str) -> tuple[Command, Callable[[], str]]:
    initial = base64.b64encode(_initial(mechanism, username, secret))
    giving_up = base64.b64encode(b"\x01") if mechanism == "oauthbearer" else b""
    challenges: list[bytes] = []
    at_once = "SASL-IR" in client.capabilities  # RFC 4959
    answers = [] if at_once else [initial]

    def answer(text: bytes) -> bytes:
        if answers:
            return answers.pop(0)
        # The server explains a refusal in a challenge and says NO only after it was answered.
        challenges.append(text)
        return giving_up

    arguments: tuple[Argument, ...] = (mechanism.upper(),)
    if at_once:
        arguments = (*arguments, initial.decode("ascii"))
    responder: Answer = answer
    command = Command("AUTHENTICATE", arguments, _is_capability, responder)
    return command, lambda: _explanation(challenges)


def _initial(mechanism: str, username: str, secret: str) -> bytes:
    if any(character in text for text in (username, secret) for character in "\r\n\0\x01"):
        raise Unsendable("a user name or secret must not hold CR, LF, NUL or SOH")
    if mechanism == "plain":
        text = f"\0{username}\0{secret}"
    elif mechanism == "xoauth2":
        text = f"user={username}\x01auth=Bearer {secret}\x01\x01"
    else:
        escaped = username.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 section 4
        text = f"n,a={escaped},\x01auth=Bearer {secret}\x01\x01"
    return text.encode("utf-8")


def _explanation(challenges: list[bytes]) -> str:
    if not challenges:
        return ""
    try:
        told = json.loads(base64.b64decode(challenges[-1]))
        return f"status {printable(str(told['status']).encode())[:40]}"
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _refusal(status: Status, secrets: tuple[str, str], explained: str) -> ServerBusy | AuthenticationFailed:
    username, secret = secrets
    text = status.text
    for hidden in (secret, *_encoded(username, secret)):  # a server that repeats what it was sent
        text = text.replace(hidden, "***") if hidden else text
    words = f"{text} ({explained})" if explained else text
    if is_busy(status):
        return ServerBusy(words)
    code = f"[{status.code}] " if status.code else ""
    return AuthenticationFailed(f"the server refused the login of {username}: {code}{words}")


def _encoded(username: str, secret: str) -> list[str]:
    forms = [_initial(mechanism, username, secret) for mechanism in ("plain", "xoauth2", "oauthbearer")]
    return [base64.b64encode(form).decode("ascii") for form in (*forms, secret.encode("utf-8"))]


def _is_capability(response: Response) -> bool:
    return isinstance(response, Data) and response.name == "CAPABILITY"


def _read_capabilities(client: Client, status: Status, responses: list[Response]) -> None:
    """Forget what was offered to strangers; take what the answer brought along."""
    told = [status.arguments] if status.code == "CAPABILITY" else []
    told += [
        b" ".join(v for v in d.values if isinstance(v, bytes)).decode("ascii", "replace")
        for d in responses
        if isinstance(d, Data)
    ]
    client.connection.capabilities = frozenset(name.upper() for text in told for name in text.split())
