"""
Reports that a mail of ours did not arrive: delivery reports (RFC 3464), and what servers wrote before and beside them.

Only a failure for good is a report here: "delayed", "relayed" and "delivered" settle nothing. Our reader of RFC 3464
goes first, since it tells failed from delayed; flufl.bounce knows the other forms.
"""

import re
from dataclasses import dataclass, replace

from responder.core.addresses import strict_spec
from responder.core.amazon_body import order_ids
from responder.core.message import Message, message_ids
from responder.core.old_reports import failures

MAX_ADDRESSES = 20

_FIELD = re.compile(
    r"^(action|status|original-recipient|final-recipient|x-actual-recipient):[ \t]*(.{0,400})",
    re.MULTILINE | re.IGNORECASE,
)
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}", re.ASCII)
# RFC 3463 says more than RFC 5321; both often stand in one line.
_PERMANENT = (
    re.compile(r"(?<![0-9.])5\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])", re.ASCII),
    re.compile(r"(?<![0-9.])55[0-4](?![0-9.])", re.ASCII),
)
# RFC 3463 section 3.2, and 5.1.10 of RFC 7505: no such mailbox, no such system, no address, moved, takes no mail. Every
# other permanent code speaks of this mail, this sender or this day.
_GONE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_ADDRESS = re.compile(r"[^\s<>;,\"()@]{1,64}+@[^\s<>;,\"()@]{1,190}", re.ASCII)
_RETURNED_ID = re.compile(r"^[ \t>]*Message-ID:[ \t]*(?:\n[ \t]+)?(<[^<>\s]{1,500}>)", re.MULTILINE | re.IGNORECASE)
_DAEMONS = frozenset({"mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon", "maildaemon", "mdaemon"})
_BOUNCE_SUBJECT = re.compile(
    r"undeliver(?:able|ed)|delivery status notification|delivery (?:has )?failed|delivery failure"
    r"|mail delivery (?:failed|subsystem)|returned mail|mail (?:system )?error|failure notice|could not be delivered"
    r"|unzustellbar|nicht zugestellt|non remis|mancato recapito|non recapitabile|no se ha podido entregar"
    r"|onbestelbaar|niet-leverbaar|nie dostarczono",
    re.IGNORECASE,
)
_RELAYS = "marketplace.amazon."


@dataclass(frozen=True, slots=True)
class Report:
    """
    A mail of ours did not arrive.

    `addresses` could not be reached, `gone` are those among them that do not exist; `status` is the code of RFC 3463
    ("5.1.1") or SMTP ("550") where one is named; `standard`: read by RFC 3464, not guessed from sentences.
    """

    addresses: tuple[str, ...]
    gone: tuple[str, ...]
    message_ids: tuple[str, ...]
    order_ids: tuple[str, ...]
    status: str | None
    standard: bool


def report(message: Message) -> Report | None:
    """Return what came back, and why; None for any mail that does not report a failure for good."""
    if any(address.domain.startswith(_RELAYS) for address in message.from_) and not _from_daemon(message):
        return None  # a buyer may quote a report, or write like one
    status = "\n".join(part.text for part in message.report if part.content_type == "message/delivery-status")
    blocks = [dict(_fields(block)) for block in re.split(r"\n[ \t]*\n", status)[:MAX_ADDRESSES]]
    told = [block for block in blocks if "action" in block or "status" in block]
    if told:
        failed = [block for block in told if _has_failed(block)]
        return _standard(message, failed) if failed else None
    return _other(message) if _looks_like_one(message) else None


def bounced_message_ids(message: Message) -> tuple[str, ...]:
    """Return the Message-IDs of the mail that came back: from the returned header, else the text, else the thread."""
    returned = [part.text for part in message.report if part.content_type != "message/delivery-status"]
    for text in (*returned, message.text):
        found = _RETURNED_ID.findall(text)
        if found:
            return message_ids(found[0])
    return message.in_reply_to or message.references[-1:]


def _fields(block: str) -> list[tuple[str, str]]:
    return [(name.lower(), value.strip()) for name, value in _FIELD.findall(block)]


def _has_failed(block: dict[str, str]) -> bool:
    action = re.match("[a-z]*", block.get("action", "").lower())
    if action and action[0]:
        return action[0] in ("failed", "fail", "error")  # the last two are not in RFC 3464, and are sent
    code = _STATUS.match(block.get("status", ""))
    return code is not None and code[0].startswith("5")


def _standard(message: Message, failed: list[dict[str, str]]) -> Report:
    blocks = [(_named_in(block), _STATUS.match(block.get("status", ""))) for block in failed]
    found = [address for addresses, _ in blocks for address in addresses]
    gone = [address for addresses, code in blocks for address in addresses if code and code[0] in _GONE]
    codes = [code[0] for _, code in blocks if code]
    return _report(message, found, gone, next(iter(codes), None), standard=True)


def _named_in(block: dict[str, str]) -> list[str]:
    names = ("original-recipient", "final-recipient", "x-actual-recipient")
    return [address for name in names for address in _ADDRESS.findall(block.get(name, ""))]


def _other(message: Message) -> Report | None:
    """Return what a report in an older form says; a warning that the mail is late is none."""
    found = failures(message)
    named = message.header("x-failed-recipients")
    if not found.permanent and (found.temporary or "delay" in message.subject.lower()):
        return None
    if not found.permanent and not (named or _names_ours(message)):
        return None
    codes = [code[0] for pattern in _PERMANENT if (code := pattern.search(message.text))]
    status = next(iter(codes), None)
    addresses = [*found.permanent, *_ADDRESS.findall(named or "")]
    # Of several addresses nobody knows which one the code is about.
    gone = addresses if status in _GONE and len(set(map(str.lower, addresses))) == 1 else []
    return _report(message, addresses, gone, status, standard=False)


def _names_ours(message: Message) -> bool:
    """Before RFC 3464, and in some servers still: a plain mail from the mail system with the returned header in it."""
    return _from_daemon(message) and message.return_path == "" and bool(bounced_message_ids(message))


def _looks_like_one(message: Message) -> bool:
    if _from_daemon(message) or message.header("x-failed-recipients") is not None:
        return True
    if message.content_type == "multipart/report" or _BOUNCE_SUBJECT.search(message.subject):
        return True
    # Answers of absence have no return path either (RFC 3834); they say so.
    return message.return_path == "" and message.header("auto-submitted") is None


def _from_daemon(message: Message) -> bool:
    return any(address.local.lower() in _DAEMONS for address in message.from_)


def _report(message: Message, addresses: list[str], gone: list[str], status: str | None, *, standard: bool) -> Report:
    returned = "\n".join(part.text for part in message.report)  # the lost mail's subject and words may name the order
    return Report(
        addresses=_specs(addresses),
        gone=_specs(gone),
        message_ids=bounced_message_ids(message),
        order_ids=order_ids(replace(message, text=f"{message.text}\n{returned}")),
        status=status,
        standard=standard,
    )


def _specs(addresses: list[str]) -> tuple[str, ...]:
    specs = [spec.lower() for address in addresses if (spec := strict_spec(address.strip("'.")))]
    return tuple(dict.fromkeys(specs))[:MAX_ADDRESSES]
