"""
Acting from the mail: links in the digest that each open one mail to us, and what such a mail says when it comes.

A link holds a token: what is to be done to which target, until when, and what the digest had shown, under an HMAC
(RFC 2104) with the secret of this installation. Nothing in it can be read, changed or made up by anybody else.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from urllib.parse import quote

from responder.core.message import Message
from responder.core.speech import say, say_as
from responder.core.wording import Link


class Action(StrEnum):
    """What a link asks for; the values are kept in the state and are never renamed."""

    ANSWERED = "answered"
    NO_RESPONSE_NEEDED = "no_response_needed"
    SEEN = "seen"
    RELEASE = "release"
    SUPPRESS = "suppress"

    @property
    def word(self) -> str:
        """The word of it in a mail's subject, as in the commands."""
        return self.value.replace("_", "-")


class Outcome(StrEnum):
    """What became of what was asked; the values are kept in the state and are never renamed."""

    DONE = "done"
    ALREADY = "already"
    SWITCHED_OFF = "switched_off"
    SEVERAL = "several_requests"
    NOT_FROM_OPERATOR = "not_from_operator"
    AUTOMATIC = "automatic_mail"
    UNREADABLE = "unreadable"
    NOT_PROVEN = "not_proven"
    NOT_OURS = "not_ours"
    EXPIRED = "expired"
    USED = "used"
    GONE = "gone"
    WROTE_AGAIN = "wrote_again"
    CAME_BACK = "came_back"
    NOT_WAITING = "not_waiting"
    TRIED_AGAIN = "tried_again"
    BREAKS_A_RULE = "breaks_a_rule"

    @property
    def is_done(self) -> bool:
        """Whether it is as the operator wanted it."""
        return self in (Outcome.DONE, Outcome.ALREADY)


FROM_THE_OPERATOR = frozenset(
    {
        *(Outcome.EXPIRED, Outcome.USED, Outcome.GONE, Outcome.WROTE_AGAIN, Outcome.CAME_BACK),
        *(Outcome.NOT_WAITING, Outcome.TRIED_AGAIN, Outcome.BREAKS_A_RULE),
    }
)
"""The refusals of a mail that is proven to come from the operator, with a token of ours."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An outcome, and what it rests on, in English."""

    outcome: Outcome
    detail: str


_NUMBERS: Mapping[Action, int] = {
    Action.ANSWERED: 1,
    Action.NO_RESPONSE_NEEDED: 2,
    Action.SEEN: 3,
    Action.RELEASE: 4,
    Action.SUPPRESS: 5,
}
_BY_NUMBER = {number: action for action, number in _NUMBERS.items()}
_BY_WORD = {action.word: action for action in Action}

_DOMAIN = b"responder/mail-action/1\0"
"""What keeps these HMACs apart from all others under the same secret."""
_MAC = 10  # bytes, RFC 2104 section 5: not less than 80 bits
_BATCH = 3
_LONGEST = 64
_COMMAND = re.compile(
    rf"(?<![\w.-])responder[ \t]+({'|'.join(_BY_WORD)})[ \t]+([0-9]{{1,15}})[ \t]+([a-z2-7]{{24,{_LONGEST}}})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Token:
    """
    What a token says. `shown`: the newest mail that was kept when its digest was written; of a mail that is to be
    released, how often it had been tried.

    `text` is its one spelling: a token that is used is known by it.
    """

    action: Action
    target: int
    expires_at: datetime
    shown: int
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """What a mail asks for, as it is written there; whether its token is one is not known yet."""

    action: Action
    target: int
    token: str


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What was asked by mail, and what became of it; `detail` belongs to the outcome: English, or an ISO instant.

    `action` and `target` are as the mail has them: only a mail of the operator's own can be believed in that.
    """

    id: int
    at: datetime
    action: Action
    target: int
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """
    The links of one mail to the operator; `batch` names that mail, so that no two have the same tokens.

    `address` is the watched mailbox, `last_mail` the newest mail that is kept: what came later was not shown, and no
    link of this mail closes it.
    """

    secret: bytes
    address: str
    issued_at: datetime
    valid_for: timedelta
    batch: str
    last_mail: int = 0

    def of(self, action: Action, target: int, tries: int = 0) -> Link:
        """Return the link that asks for this action; `tries`: how often a mail that it releases was tried."""
        subject = f"responder {action.word} {target} {self.token(action, target, tries)}"
        label, about, does = _said(action, target)
        body = "\r\n\r\n".join((say("Send this mail as it is."), does)) + "\r\n"
        local, _, domain = self.address.rpartition("@")
        to = f"{quote(local, safe='')}@{quote(domain, safe='')}"
        return Link(label, f"mailto:{to}?subject={quote(subject, safe='')}&body={quote(body, safe='')}", about)

    def token(self, action: Action, target: int, tries: int = 0) -> str:
        """Return the token itself: letters and digits of one case, which survive every mail program."""
        ends = -int(-(self.issued_at + self.valid_for).timestamp() // 1)
        batch = hmac.digest(self.secret, _DOMAIN + b"batch\0" + self.batch.encode(), sha256)[:_BATCH]
        shown = tries if action is Action.RELEASE else self.last_mail
        said = bytes((_NUMBERS[action],)) + ends.to_bytes(5) + batch + _varint(target) + _varint(shown)
        return _base32(said + _mac(self.secret, said))


def opened(secret: bytes, text: str) -> Token | None:
    """Return what a token of this installation says; None for anything else, however it is spelled."""
    text = text.lower()
    raw = _bytes_of(text)
    if raw is None or len(raw) <= _MAC or _base32(raw) != text:
        return None
    said, mac = raw[:-_MAC], raw[-_MAC:]
    if not hmac.compare_digest(_mac(secret, said), mac):
        return None
    action = _BY_NUMBER[said[0]]  # what we signed is well-formed
    numbers = tuple(_varints(said[6 + _BATCH :]))
    return Token(action, numbers[0], datetime.fromtimestamp(int.from_bytes(said[1:6]), UTC), numbers[1], text)


def commands(message: Message) -> tuple[Command, ...]:
    """
    Return what a mail asks for, each once: as its subject says, else as its text says and nothing but that.

    A mail that quotes a digest, as an automatic reply does, asks for nothing: its text says more than one line.
    """
    found = dict.fromkeys(_commands(message.subject))
    if found:
        return tuple(found)
    lines = [line.strip() for line in message.text.split("\n", _TRIES) if line.strip()]
    alone = _COMMAND.fullmatch(lines[0]) if len(lines) == 1 else None
    return (_command(alone),) if alone else ()


def _commands(text: str) -> Iterator[Command]:
    for number, match in enumerate(_COMMAND.finditer(text)):
        if number == _TRIES:
            return
        yield _command(match)


def _command(match: re.Match[str]) -> Command:
    return Command(_BY_WORD[match[1].lower()], int(match[2]), match[3].lower())


def _said(action: Action, target: int) -> tuple[str, str, str]:
    """Return a link's label, what it is about for a screen reader, and what sending its mail does."""
    match action:
        case Action.ANSWERED:
            return (
                say_as("link", "Answered"),
                say("Answered: say that you answered thread {number}", number=target),
                say("It says that you have answered the buyer of thread {number}: its deadline ends.", number=target),
            )
        case Action.NO_RESPONSE_NEEDED:
            return (
                say_as("link", "No response needed"),
                say("No response needed: say that thread {number} needs no answer", number=target),
                say("It says that thread {number} needs no answer: its deadline ends.", number=target),
            )
        case Action.SEEN:
            return (
                say_as("link", "Seen"),
                say("Seen: say that you have seen notice {number}", number=target),
                say("It says that you have seen Amazon's notice {number}: its warnings end.", number=target),
            )
        case Action.RELEASE:
            return (
                say_as("link", "Send it"),
                say("Send it: release the mail {number}", number=target),
                say("It lets the mail {number} to the buyer go, which waits for your word.", number=target),
            )
        case Action.SUPPRESS:
            return (
                say_as("link", "Never write automatically"),
                say("Never write automatically to the buyer of thread {number}", number=target),
                say(
                    "It says that the buyer of thread {number} never gets an automatic mail again."
                    " The thread stays open until you answer.",
                    number=target,
                ),
            )


def _mac(secret: bytes, said: bytes) -> bytes:
    return hmac.digest(secret, _DOMAIN + said, sha256)[:_MAC]


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def _bytes_of(text: str) -> bytes | None:
    if len(text) > _LONGEST or not text.isascii():
        return None
    try:
        return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None


def _varint(number: int) -> bytes:
    """Return a number in as few bytes as it needs, seven bits each, the lowest first (LEB128)."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*found, number))


def _varints(raw: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in raw:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield number
            number = shift = 0
