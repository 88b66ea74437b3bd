"""
What a log line may hold: a fixed sentence, fields that are named here, and no word of a mail or of a mail server.

The promise: whatever a mail or a server says, it becomes no line, no field and no value of its own.
"""

import re
from collections.abc import Mapping
from typing import Any

from responder.core.words import clean

LIMIT = 500
"""Characters of a value."""
FIELDS = frozenset(
    {
        *("account", "accounts", "folder", "uid", "mail", "thread", "outbox", "order", "notices", "mails", "orders"),
        *("action", "codes", "kind", "about", "by", "reason", "error", "problem"),
        *("at", "hint", "loop", "loops", "again_in", "until", "attempt", "requeued", "ambiguous", "resent"),
        *("uidvalidity", "was", "now", "known", "new", "looking_back_to", "keyword", "changes", "first"),
        *("library", "where", "holidays", "time_zones", "number", "host", "port", "key", "target", "since"),
        *("file", "rows", "changed", "left_out", "unknown_columns", "moved_to", "exception"),
    }
)
"""The fields there are; docs/logs.md says what each holds. Any other one is left out of the line."""
WORDS = frozenset({"reason", "error", "problem"})
"""Fields with sentences, in which a server's or a sender's words could stand."""

_ADDRESS = re.compile(r"[^\s<>\"'(),;:@]+@[^\s<>\"'(),;:@]+")
# "550 5.1.1 whatever the server likes (at rcpt)": its numbers stay, and where it was said.
_SMTP = re.compile(
    r"(^|: |answered with )([245]\d\d)((?:[ -][245]\.\d{1,3}\.\d{1,3})?)[ -](?!bytes).*?((?: \(at \w+\))?)$"
)
_NO_REPLY_OF_SMTP = re.compile(r"(?:^(?=.* \(at \w+\)$)|(?<=answered with ))([136-9]\d\d)[ -].*?((?: \(at \w+\))?)$")
_IMAP = re.compile(r"(the server says (?:NO|BAD|BYE|PREAUTH|OK)(?: \[[A-Z-]{1,40}\]?)?)[\s\S]*$")
_QUOTED = re.compile(
    r"(said goodbye|no IMAP response|cannot read a response|a command that was not given|refused the login"
    r"|Malformed SMTP response line"
    r"|columns nobody knows|^the column)\b[\s\S]*$"  # a report without headers begins with a buyer
)


def event_name(sentence: str) -> str:
    """Return the stable name of a line's sentence: `digest written` is `digest_written`."""
    return re.sub(r"[^a-z0-9]+", "_", sentence.lower()).strip("_")


def own_words(text: str) -> str:
    """Return a reason without the words of others: no address, no header, and of a server's answer only its code."""
    line = clean(text, LIMIT)
    line = _NO_REPLY_OF_SMTP.sub(r"\1\2", _SMTP.sub(r"\1\2\3\4", line))
    line = _QUOTED.sub(r"\1", _IMAP.sub(r"\1", line))
    return _ADDRESS.sub("[address]", line)


def fields(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a line that may be written, each value on one line."""
    return {name: _value(name, value) for name, value in line.items() if name in FIELDS}


def _value(name: str, value: Any) -> Any:
    if name == "exception":
        return value  # made by us, of our own source's lines
    if isinstance(value, str):
        return own_words(value) if name in WORDS else _ADDRESS.sub("[address]", clean(value, LIMIT))
    if isinstance(value, list | tuple):
        return [_value(name, each) for each in value]
    return value if isinstance(value, bool | int | float) or value is None else clean(str(value), LIMIT)
