"""
Delivery reports (RFC 3464) and what they say came back.

Only a report of failure is a bounce: "delayed" and "delivered" settle nothing.
"""

import re

from responder.core.message import Message, message_ids

_ACTION = re.compile(r"^Action:[ \t]*([A-Za-z]+)", re.MULTILINE | re.IGNORECASE)
_STATUS = re.compile(r"^Status:[ \t]*([245])\.[0-9]{1,3}\.[0-9]{1,3}", re.MULTILINE | re.IGNORECASE)
_RETURNED_ID = re.compile(r"^[ \t>]*Message-ID:[ \t]*(?:\n[ \t]+)?(<[^<>\s]{1,500}>)", re.MULTILINE | re.IGNORECASE)
_DAEMONS = frozenset({"mailer-daemon", "mailerdaemon", "postmaster"})


def is_failure_report(message: Message) -> bool:
    """Return whether `message` says that a mail could not be delivered for good."""
    status = "\n".join(part.text for part in message.report if part.content_type == "message/delivery-status")
    if status:
        actions = {action.lower() for action in _ACTION.findall(status)}
        return "failed" in actions or (not actions and "5" in _STATUS.findall(status))
    # Before RFC 3464, and in some servers still: a plain mail from the mail system.
    daemon = any(address.local.lower() in _DAEMONS for address in message.from_)
    return daemon and (message.header("x-failed-recipients") is not None or _old_style(message))


def _old_style(message: Message) -> bool:
    null_sender = message.return_path == ""
    return null_sender and bool(bounced_message_ids(message)) and "delay" not in message.subject.lower()


def bounced_message_ids(message: Message) -> tuple[str, ...]:
    """Return the Message-IDs of the mail that came back: from the returned header, else the text, else the thread."""
    returned = [part.text for part in message.report if part.content_type != "message/delivery-status"]
    for text in (*returned, message.text):
        found = _RETURNED_ID.findall(text)
        if found:
            return message_ids(found[0])
    return message.in_reply_to or message.references[-1:]
