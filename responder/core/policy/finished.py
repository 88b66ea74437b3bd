"""
A finished mail's bytes against the policy: what is judged is what leaves, headers and attachments included.

Whatever stands between the text that was meant and the bytes (an encoding, an HTML part, a second addressee) is seen.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from responder.core.markup import MAX_HTML, plain_text
from responder.core.message import MAX_TEXT, Message, parse
from responder.core.policy.checking import check, in_order
from responder.core.policy.values import ATTACHMENT, HEADER, HTML, WARNING, Finding, OrderKnown, Rules, finding

MAX_SIZE = 10 * 1024 * 1024
"""Of a whole message, by Amazon's help page 200389080."""
LONGEST = MAX_TEXT // 2
"""Of a text in characters: reading stops at MAX_TEXT of them before line ends and encodings are undone."""
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_WITH_INVOICE = ("feedback_request", "invoice")
_GENERIC = ("application/octet-stream", "binary/octet-stream", "text/plain")


def finished(
    raw: bytes,
    *,
    rules: Rules,
    kind: str,
    language: str | None,
    order_id: str | None = None,
    given: Sequence[str] = (),
    known: OrderKnown | None = None,
    quotation: str | None = None,
) -> tuple[Finding, ...]:
    """
    Return what breaks Amazon's rules in a complete mail.

    The buyer's words are not judged: those in `given`, and the quotation at the end. Without `quotation` every line
    that begins with ">" is taken for somebody else's; of our own mail exactly the given one is.
    """
    message = parse(raw)
    text = own_words(message.text) if quotation is None else _without(message.text, quotation)
    found = set(
        check(
            message.subject,
            text,
            rules=rules,
            kind=kind,
            language=language,
            order_id=order_id,
            html=message.html or None,
            given=given,
            known=known,
        )
    )
    if message.html:
        found.update(_said_in_html(message, found, rules, kind, language, order_id, given))
    found.update(_headers(message, rules))
    found.update(_attachments(message, rules, kind, order_id, len(raw)))
    return in_order(found)


def own_words(text: str) -> str:
    """
    Return a text without what its lines quote behind ">".

    The lines stay, so that the others keep their numbers; a line of its own sign is neither empty nor words.
    """
    return _QUOTED.sub(">", text)


def _without(text: str, quotation: str) -> str:
    lines, count = text.rstrip().split("\n"), len(quotation.rstrip().split("\n")) if quotation.strip() else 0
    own, quoted = lines[: len(lines) - count], lines[len(lines) - count :]
    return "\n".join(own) if all(line.startswith(">") for line in quoted) else text


def _said_in_html(
    message: Message,
    found: set[Finding],
    rules: Rules,
    kind: str,
    language: str | None,
    order_id: str | None,
    given: Sequence[str],
) -> Iterator[Finding]:
    """Yield what only the HTML part says: most readers are shown that one."""
    text = own_words(plain_text(message.html))
    known = {(each.rule, each.excerpt) for each in found}
    for each in check("-", text, rules=rules, kind=kind, language=language, order_id=order_id, given=given):
        if (each.rule, each.excerpt) not in known:
            yield replace(each, place=HTML)


def _headers(message: Message, rules: Rules) -> Iterator[Finding]:
    if not message.subject.strip():
        yield finding(rules, "L32", 0, "no subject")
    if len(message.to) != 1:
        yield _in_header(rules, "L32", f"{len(message.to)} addressees")
    for name in ("cc", "bcc"):
        if message.all_headers(name):
            yield _in_header(rules, "L32", f"{name.capitalize()}: somebody in copy")
    if any(message.all_headers(name) for name in ("list-unsubscribe", "list-unsubscribe-post")):
        yield _in_header(rules, "L13", "List-Unsubscribe")
    if len(message.text) >= LONGEST or len(message.html) >= MAX_HTML // 2:
        yield _in_header(rules, "L32", "a text too long to be judged to its end")
    for defect in message.defects:
        yield _in_header(rules, "L32", f"it cannot be read in full: {defect}")


def _in_header(rules: Rules, rule: str, words: str) -> Finding:
    return finding(rules, rule, 0, words, place=HEADER)


def _attachments(message: Message, rules: Rules, kind: str, order_id: str | None, size: int) -> Iterator[Finding]:
    """Yield what must not come with a mail (L12), and a GIF among it (L16); what a file shows is not looked at."""
    if size > MAX_SIZE:
        yield _attached(rules, f"{size:,} bytes in all: Amazon takes 10 MB")
    if kind == "acknowledgement" and message.attachments:
        yield _attached(rules, f"an acknowledgement with {message.attachments[0].name or 'an attachment'}")
    if kind in _WITH_INVOICE and len(message.attachments) > 1:
        yield _attached(rules, f"{len(message.attachments)} attachments; an invoice is one")
    for each in message.attachments:
        ending = _ending(each.name, each.content_type)
        if ending == "gif":
            yield finding(rules, "L16", 0, each.name or each.content_type, place=ATTACHMENT)
        elif ending in rules.attachments.never:
            yield _attached(rules, each.name or each.content_type)
        elif ending not in rules.attachments.types or (kind in _WITH_INVOICE and ending != "pdf"):
            yield _attached(rules, each.name or each.content_type, WARNING)
        elif not _says_what_it_is(each.name, rules, order_id):
            yield _attached(rules, f"{each.name or 'a file without a name'}: what is it?", WARNING)


def _attached(rules: Rules, words: str, severity: str | None = None) -> Finding:
    return finding(rules, "L12", 0, words, severity=severity, place=ATTACHMENT)


def _ending(name: str, content_type: str) -> str:
    """The name's last ending decides, as it does where the file is opened; without one its type."""
    _, dot, ending = name.strip(" .").rpartition(".")
    if dot and ending:
        return ending.lower()
    return "" if content_type in _GENERIC else content_type.rpartition("/")[2].lower()


def _says_what_it_is(name: str, rules: Rules, order_id: str | None) -> bool:
    lower = name.lower()
    named = order_id is not None and order_id in name
    return (
        named or re.search(r"\d{3}-\d{7}-\d{7}", name) is not None or any(w in lower for w in rules.attachments.names)
    )
