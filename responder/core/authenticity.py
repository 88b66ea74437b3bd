"""
Whether a mail comes from Amazon, as our own mail server judged it (RFC 8601 Authentication-Results).

Only the topmost Authentication-Results counts, and only when it carries the name of the server we were told to trust:
everything below it may have been written by the sender. Without a proof the verdict is never `pass`.
"""

import re
from dataclasses import dataclass

from responder.core.amazon import Catalogue
from responder.core.kinds import Authentic, Verdict
from responder.core.message import Message

# Microsoft 365 writes no authserv-id; with this word as the configured id, a topmost header without one is believed.
UNNAMED = "topmost-unnamed"

_SINGLE = ("from", "subject", "date", "message-id")
_RESULT = re.compile(r"([a-z][a-z0-9-]{1,20})(?:/[0-9]+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(header\.(?:from|d|i))\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)
# Letters that stand in for those of "amazon" in look-alike names.
_LOOKALIKES = str.maketrans({"0": "o", "4": "a", "2": "z", "а": "a", "о": "o", "α": "a", "ο": "o"})


@dataclass(frozen=True, slots=True)
class _Result:
    """One method's result, with the domain it speaks of."""

    method: str
    result: str
    domain: str


def verdict(message: Message, catalogue: Catalogue, authserv_id: str | None) -> Verdict:
    """Return whether `message` is what its From says, as far as an Amazon sender is concerned."""
    for name in _SINGLE:  # RFC 5322 section 3.6: at most one; readers differ in which of two they show
        if len(message.all_headers(name)) > 1:
            return Verdict(Authentic.FAIL, f"more than one {name} header")
    if len(message.from_) != 1 or not message.from_[0].spec:
        return Verdict(Authentic.FAIL, "From does not hold exactly one plain address")
    domain = message.from_[0].domain
    if not catalogue.is_amazon_domain(domain):
        return _stranger(message, domain)
    if _signs_part_of_the_body(message, catalogue):
        return Verdict(Authentic.FAIL, "its DKIM signature leaves part of the body unsigned (l=)")
    results = message.all_headers("authentication-results")
    if not results:
        return Verdict(Authentic.UNKNOWN, "no Authentication-Results header: nobody checked the sender")
    if not authserv_id:
        return Verdict(Authentic.UNKNOWN, "no trusted mail server is configured (authserv-id)")
    return _judged(results[0], catalogue, authserv_id, domain)


def _stranger(message: Message, domain: str) -> Verdict:
    if pretends(message):
        return Verdict(Authentic.FAIL, f"pretends to be Amazon: {domain} is not an Amazon domain")
    return Verdict(Authentic.UNKNOWN, f"not from Amazon: {domain}")


def pretends(message: Message) -> bool:
    """Return whether a mail from elsewhere wears Amazon's name, address or headers."""
    seen = " ".join(f"{address.name} {address.spec}" for address in message.from_).lower().translate(_LOOKALIKES)
    raw = (message.header("from") or "").lower().translate(_LOOKALIKES)
    disguised = (*(text.replace("rn", "m").replace("vv", "w") for text in (seen, raw)), seen, raw)
    return any("amazon" in text for text in disguised) or message.header("x-space-notification-type") is not None


def _signs_part_of_the_body(message: Message, catalogue: Catalogue) -> bool:
    """RFC 6376 section 8.2: `l=` lets anybody append to a signed mail."""
    for value in message.all_headers("dkim-signature"):
        tags = {key.strip(): text.strip() for key, _, text in (tag.partition("=") for tag in value.split(";"))}
        if "l" in tags and catalogue.is_amazon_domain(tags.get("d", "").lower()):
            return True
    return False


def _judged(value: str, catalogue: Catalogue, authserv_id: str, domain: str) -> Verdict:
    server, results = _read(value)
    if server.lower() != ("" if authserv_id == UNNAMED else authserv_id.lower()):
        named = f"by {server!r}" if server else "without a server's name"
        return Verdict(Authentic.UNKNOWN, f"the topmost Authentication-Results is {named}, not by {authserv_id!r}")
    dmarc = [result for result in results if result.method == "dmarc"]
    dkim = [result for result in results if result.method == "dkim"]
    signed = any(result.result == "pass" and _aligned(result.domain, domain, catalogue) for result in dkim)
    if any(result.result == "fail" for result in dmarc):
        return Verdict(Authentic.FAIL, f"{server or 'the mail server'} says dmarc=fail for {domain}")
    if not signed and any(result.result == "fail" and _about(result.domain, catalogue) for result in dkim):
        return Verdict(Authentic.FAIL, f"{server or 'the mail server'} says dkim=fail for {domain}")
    if any(result.result == "pass" and _aligned(result.domain, domain, catalogue) for result in dmarc):
        return Verdict(Authentic.PASS, f"dmarc=pass for {domain}")
    if signed:
        return Verdict(Authentic.PASS, f"dkim=pass for {domain}")
    return Verdict(Authentic.UNKNOWN, f"neither dmarc=pass nor an aligned dkim=pass for {domain}")


def _about(domain: str, catalogue: Catalogue) -> bool:
    """Return whether a failed signature speaks of Amazon: one of an unnamed domain may."""
    return not domain or catalogue.is_amazon_domain(domain)


def _aligned(domain: str, from_domain: str, catalogue: Catalogue) -> bool:
    """Return whether the proven domain covers the From domain (RFC 7489 section 3.1, relaxed within one store)."""
    store = catalogue.store_of_domain(from_domain)
    return store is not None and catalogue.store_of_domain(domain) == store


def _read(value: str) -> tuple[str, tuple[_Result, ...]]:
    """Return the authserv-id ("" when there is none) and the results of one header value."""
    pieces = _without_comments(value).split(";")
    first = pieces[0].split()
    named = bool(first) and "=" not in pieces[0]
    server = first[0].strip('"') if named else ""
    found = []
    for piece in pieces[1:] if named else pieces:
        match = _RESULT.match(piece.strip())
        if match is not None:
            found.append(_Result(match[1].lower(), match[2].lower(), _domain_of(match[1].lower(), piece)))
    return server, tuple(found)


def _domain_of(method: str, piece: str) -> str:
    properties: dict[str, str] = {key.lower(): text.lower() for key, text in _PROPERTY.findall(piece)}
    if method == "dmarc":
        return properties.get("header.from", "").rpartition("@")[2]
    return properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]


def _without_comments(value: str) -> str:
    """Return `value` without comments and without what stands in quotes after a `reason=` (RFC 8601 section 2.2)."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in value:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
        elif char == ")" and depth and not quoted:
            depth -= 1
        elif not depth and not (quoted and char in ";="):
            kept.append(char)
    return "".join(kept)
