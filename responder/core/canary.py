"""
A mail of ours to the watched mailbox itself, which finds what nothing else shows: full mailboxes and filters.

It is known on arrival by its Message-ID, which nobody can guess, or where a server replaced that, by the code of it
in the subject. It is never a message, an answer or a notice.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core import wording
from responder.core.compose import message_id
from responder.core.message import clean
from responder.core.operator import Operator, OperatorMail, write
from responder.core.speech import say, spoken

KIND = "canary"
"""The kind of its row in the outbox."""
PATIENCE = timedelta(hours=1)
"""How long it may wait for a mail server that cannot be used; the trouble of that is told by itself."""
_CODE = 12
_ABOUT_THE_MAIL = re.compile(r"[45]\d\d\b(?!.* \(at (?:connect|hello|tls|login)\)\Z)", re.DOTALL)
"""A mail server's answer to the mail itself: one that could not be used at all has a trouble of its own."""
_IN_SUBJECT = re.compile(rf"\(([a-z2-7]{{{_CODE}}})\)\s*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One such mail: `state`, `sent_at`, `reply` and `reason` are those of its row in the outbox."""

    id: int
    account: str
    message_id: str
    made_at: datetime
    state: str | None
    sent_at: datetime | None
    reply: str | None
    reason: str | None
    arrived_at: datetime | None
    folder: str | None


def code_of(message_id: str) -> str:
    """Return the code that the subject carries."""
    return message_id.lstrip("<")[:_CODE]


def code_in(subject: str) -> str | None:
    """Return the code at the end of a subject, where there is one."""
    found = _IN_SUBJECT.search(subject)
    return found[1] if found else None


def written(operator: Operator, address: str, now: datetime) -> OperatorMail:
    """Return the finished mail from and to the watched `address` of `operator.account`."""
    to_itself = replace(operator, email=address, from_address=address)
    key = f"{KIND}:{operator.account}:{now.isoformat()}"
    code = code_of(message_id(operator.secret, key, address.rpartition("@")[2]))
    with spoken(operator.speech):
        subject = say("Buyer Responder: test mail ({code})", code=code)
        text = say(
            "This mail was sent by the program to the mailbox it watches, to see whether mail still arrives. "
            "It was marked as read when it came. Nothing has to be done; you may delete it."
        )
        return write(to_itself, KIND, key, now, subject=subject, text=f"{text}\n")


def due_at(last: Canary | None, every: timedelta, now: datetime) -> datetime:
    """Return when the next one is due: at once where there was none, or where a clock that was ahead made the last."""
    if last is None or last.made_at > now:
        return now
    return last.made_at + every


def late_at(canary: Canary, within: timedelta) -> datetime | None:
    """Return from when on it is missing; None for one that arrived or never left."""
    return None if canary.arrived_at is not None or canary.sent_at is None else canary.sent_at + within


def problem(canary: Canary, within: timedelta, inbox: str, zone: ZoneInfo, now: datetime) -> str | None:
    """Return what it has found, with what to look at; None when all is well or nothing is known yet."""
    if canary.arrived_at is not None:
        if canary.folder in {None, inbox}:
            return None
        return f"the test mail arrived in the folder {canary.folder}, not in {inbox}: look at the mailbox's filters"
    if canary.state == "refused":
        return f"the test mail to the watched mailbox was refused; look whether the mailbox is full: {canary.reason}"
    if canary.state == "cancelled" and canary.sent_at is None and _ABOUT_THE_MAIL.match(canary.reply or ""):
        return f"the test mail to the watched mailbox was not taken; look whether the mailbox is full: {canary.reply}"
    late = late_at(canary, within)
    if late is None or now < late or canary.sent_at is None:
        return None
    left = canary.sent_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return (
        f"the test mail that left at {left} has not arrived: look whether the mailbox is full, whether a filter or the "
        "spam folder took it, and whether mail is forwarded elsewhere"
    )


def said(canary: Canary, now: datetime, zone: ZoneInfo) -> str:
    """Return what became of it, as the operator reads it in a digest and on a page."""
    account = clean(canary.account, 60)
    if canary.arrived_at is not None:
        return say(
            "The last test mail to account {account} arrived {time} in the folder {folder}.",
            account=account,
            time=wording.moment(canary.arrived_at, now, zone),
            folder=clean(canary.folder or "–", 80),
        )
    if canary.sent_at is not None:
        left = wording.moment(canary.sent_at, now, zone)
        return say(
            "The last test mail to account {account} left {time} and has not arrived yet.", account=account, time=left
        )
    made = wording.moment(canary.made_at, now, zone)
    return say("The last test mail to account {account} was written {time} and has not left.", account=account,
               time=made)  # fmt: skip
