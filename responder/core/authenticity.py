"""
Whether a mail comes from Amazon: as our own mail server judged it (RFC 8601), else by its DKIM signature (RFC 6376).

Only the topmost Authentication-Results counts, and only when it carries the name of the server we were told to trust:
everything below it may have been written by the sender. A signature counts only where it is of the From's own store
and covers what we read. Without a proof the verdict is never `pass`.
"""

import re
from dataclasses import dataclass, replace

from responder.core.amazon import Catalogue
from responder.core.comments import ESCAPE, outside_comments
from responder.core.dkim import DkimResult, Signature, claims, unreadable, well_formed
from responder.core.folding import folded
from responder.core.kinds import Authentic, Verdict
from responder.core.message import Address, Message
from responder.core.robots import is_robot

__all__ = [
    "MAX_SIGNATURES", "UNNAMED", "DkimResult", "Signature", "pretends", "results_of", "signatures", "unsigned",
    "verdict", "wants_dkim", "written_by",
]  # fmt: skip

# Microsoft 365 writes no authserv-id; with this word as the configured id, a topmost header without one is believed.
UNNAMED = "topmost-unnamed"
# Amazon's mail service for everybody: sellers send through it, and Amazon's notices carry Message-IDs of it.
SES = "amazonses.com"

MAX_SIGNATURES = 5

_SINGLE = ("from", "subject", "date", "message-id")
# What a signature must cover where the mail has it: the last two decide how its signed bytes are read.
_READ = (*_SINGLE, "content-type", "content-transfer-encoding")
_RESULT = re.compile(r"([a-z][a-z0-9-]{1,20})(?:/[0-9]+)?\s*=\s*([a-z]+)(?!\S)", re.IGNORECASE)
# A property begins behind a blank: a selector may hold what looks like another one ("header.s=x.header.d=amazon.de").
_PROPERTY = re.compile(r"(?<!\S)(header\.(?:from|d|i)|smtp\.auth)\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)
# Letters that stand in for those of "amazon" in look-alike names.
# The river, the women and their country have the name too.
_AMAZON = re.compile(r"amazon(?!as\b|as-|e\b|en\b|ien|ia|ic|ite)")
_LOOKALIKES = str.maketrans({"0": "o", "4": "a", "2": "z", "а": "a", "о": "o", "α": "a", "ο": "o"})


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result, with the domain it speaks of; for `auth`, who handed it in (RFC 8601 section 2.7.4)."""

    method: str
    result: str
    domain: str


def verdict(message: Message, catalogue: Catalogue, authserv_id: str | None, dkim: DkimResult | None = None) -> Verdict:
    """
    Return whether `message` is what its From says, as far as an Amazon sender is concerned.

    `dkim` is our own check of its signature, for where our mail server decided nothing.
    """
    for name in _SINGLE:  # RFC 5322 section 3.6: at most one; readers differ in which of two they show
        if len(message.all_headers(name)) > 1:
            return Verdict(Authentic.FAIL, f"more than one {name} header")
    if len(message.from_) != 1 or not message.from_[0].spec:
        return Verdict(Authentic.FAIL, "From does not hold exactly one plain address")
    domain = message.from_[0].domain
    if not catalogue.is_amazon_domain(domain):
        return _stranger(message, authserv_id)
    if _signs_part_of_the_body(message, catalogue):
        return Verdict(Authentic.FAIL, "its DKIM signature leaves part of the body unsigned (l=)")
    judged = _by_our_server(message, catalogue, authserv_id, domain)
    if judged.authentic is Authentic.PASS:
        return replace(judged, signed=_covered(message, catalogue))
    if judged.authentic is Authentic.FAIL or dkim is None:
        return judged
    return _by_its_signature(message, catalogue, dkim, judged.reason)


def _covered(message: Message, catalogue: Catalogue) -> frozenset[str] | None:
    """
    Return what all of the store's signatures cover; None for a mail without any, which came from its own servers.

    A signed mail can be sent on by anybody, with more fields on top: our server says `pass` to it all the same. It
    does not say which signature it checked, so a second one, made up, must not add anything.
    """
    if unreadable(message):
        return frozenset()  # our server may have read what we did not, and nobody knows what it covers
    found = [each.covers(message) for each in signatures(message, catalogue)]
    return frozenset.intersection(*found) if found else None


def wants_dkim(message: Message, catalogue: Catalogue, authserv_id: str | None) -> bool:
    """Return whether checking the mail's DKIM signature could change the verdict."""
    if message.truncated or not signatures(message, catalogue):
        return False
    return verdict(message, catalogue, authserv_id).authentic is Authentic.UNKNOWN


def signatures(message: Message, catalogue: Catalogue) -> tuple[Signature, ...]:
    """Return the signatures by the store its From names, topmost first: the only ones worth a question to the DNS."""
    if len(message.from_) != 1:
        return ()
    domain = message.from_[0].domain
    aligned = [found for found in well_formed(message) if _aligned(found.domain, domain, catalogue)]
    return tuple(aligned[:MAX_SIGNATURES])


def unsigned(message: Message, signed: frozenset[str]) -> tuple[str, ...]:
    """Return the fields we read that a signature over `signed` leaves open to anybody."""
    return tuple(name for name in _READ if name not in signed and message.header(name) is not None)


def _by_its_signature(message: Message, catalogue: Catalogue, dkim: DkimResult, undecided: str) -> Verdict:
    if dkim.outcome is Authentic.FAIL:
        return Verdict(Authentic.FAIL, dkim.reason)
    if dkim.outcome is Authentic.UNKNOWN:
        return Verdict(Authentic.UNKNOWN, f"{undecided}; {dkim.reason}")
    if not _aligned(dkim.domain, message.from_[0].domain, catalogue):
        return Verdict(Authentic.UNKNOWN, f"{undecided}; its DKIM signature is by {dkim.domain}, another store")
    left_open = unsigned(message, dkim.signed)
    if left_open:
        words = f"its DKIM signature by {dkim.domain} leaves {', '.join(left_open)} unsigned"
        return Verdict(Authentic.UNKNOWN, f"{undecided}; {words}")
    return Verdict(Authentic.PASS, f"its DKIM signature by {dkim.domain} is valid (verified here)", signed=dkim.signed)


def _stranger(message: Message, authserv_id: str | None) -> Verdict:
    domain = message.from_[0].domain
    if is_robot(message.from_[0].spec) and refused(message, authserv_id):
        return Verdict(Authentic.FAIL, f"our mail server says dmarc=fail for {domain}")
    if pretends(message) and not _reports_for_ses(message.from_[0]):
        return Verdict(Authentic.FAIL, f"pretends to be Amazon: {domain} is not an Amazon domain")
    return Verdict(Authentic.UNKNOWN, f"not from Amazon: {domain}")


def refused(message: Message, authserv_id: str | None) -> bool:
    """Return whether our own server says that the mail does not come from its sender's domain (dmarc=fail)."""
    found = message.all_headers("authentication-results")[:1] if authserv_id else ()
    return any(
        server.lower() == written_by(authserv_id or "")
        and any(result.method == "dmarc" and result.result == "fail" for result in results)
        for server, results in map(results_of, found)
    )


def proves_sender(message: Message, authserv_id: str | None) -> str | None:
    """
    Return how our own server proves the one sender of a mail from anywhere, or None.

    dmarc=pass for the domain of From, or dkim=pass by it or by one above it, and no dmarc=fail.
    """
    value = message.header("authentication-results")
    if value is None or not authserv_id or len(message.from_) != 1:
        return None
    domain = message.from_[0].domain
    server, results = results_of(value)
    if not domain or server.lower() != written_by(authserv_id):
        return None
    if any(result.method == "dmarc" and result.result == "fail" for result in results):
        return None
    for result in results:
        exact = result.domain == domain
        above = result.method == "dkim" and "." in result.domain and domain.endswith(f".{result.domain}")
        if result.method in ("dmarc", "dkim") and result.result == "pass" and (exact or above):
            return f"{result.method}=pass for {domain}"
    return None


def _reports_for_ses(sender: Address) -> bool:
    """Return whether Amazon's mail service reports on mail that we sent through it: it is no store, and no impostor."""
    ours = sender.domain == SES or sender.domain.endswith("." + SES)
    return ours and sender.local.lower() in ("mailer-daemon", "complaints", "postmaster")


def pretends(message: Message) -> bool:
    """Return whether a mail from elsewhere wears Amazon's name, address or headers."""
    shown = " ".join(f"{address.name} {address.spec} {_in_letters(address.domain)}" for address in message.from_)
    texts = [folded(text.lower().translate(_LOOKALIKES)) for text in (shown, message.header("from") or "")]
    disguised = (*(text.replace("rn", "m").replace("vv", "w") for text in texts), *texts)
    return any(map(_AMAZON.search, disguised)) or message.header("x-space-notification-type") is not None


def _in_letters(domain: str) -> str:
    """Return an internationalised domain as a reader sees it (RFC 3492): "xn--mazon-3ve" is "amazon" to the eye."""
    labels = []
    for label in domain.split("."):
        try:
            labels.append(label[4:].encode().decode("punycode") if label.startswith("xn--") else label)
        except (UnicodeError, ValueError, OverflowError):
            labels.append(label)
    return ".".join(labels)


def _signs_part_of_the_body(message: Message, catalogue: Catalogue) -> bool:
    """RFC 6376 section 8.2: `l=` lets anybody append to a signed mail."""
    return any(
        any(name == "l" for name, _ in tags)
        and any(name == "d" and catalogue.is_amazon_domain(text.lower()) for name, text in tags)
        for tags in claims(message)
    )


def _by_our_server(message: Message, catalogue: Catalogue, authserv_id: str | None, domain: str) -> Verdict:
    results = message.all_headers("authentication-results")
    if not results:
        return Verdict(Authentic.UNKNOWN, "no Authentication-Results header: nobody checked the sender")
    if not authserv_id:
        return Verdict(Authentic.UNKNOWN, "no trusted mail server is configured (authserv-id)")
    return _judged(results[0], catalogue, authserv_id, domain)


def _judged(value: str, catalogue: Catalogue, authserv_id: str, domain: str) -> Verdict:
    server, results = results_of(value)
    if server.lower() != written_by(authserv_id):
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


def written_by(authserv_id: str) -> str:
    """Return the name that the header of our own server carries, in lower case; "" for one that writes none."""
    return "" if authserv_id == UNNAMED else authserv_id.lower()


def results_of(value: str) -> tuple[str, tuple[Result, ...]]:
    """Return the authserv-id ("" when there is none) and the results of one header value."""
    pieces = _without_comments(value).split(";")
    first = pieces[0].split()
    named = bool(first) and "=" not in pieces[0]
    server = first[0].strip('"') if named else ""
    found = []
    for piece in pieces[1:] if named else pieces:
        match = _RESULT.match(piece.strip())
        if match is not None:
            found.append(Result(match[1].lower(), match[2].lower(), _domain_of(match[1].lower(), piece)))
    return server, tuple(found)


def _domain_of(method: str, piece: str) -> str:
    properties: dict[str, str] = {}
    for key, text in _PROPERTY.findall(piece):
        properties.setdefault(key.lower(), text.lower())
    if method == "auth":
        return properties.get("smtp.auth", "")
    if method == "dmarc":
        return properties.get("header.from", "").rpartition("@")[2]
    return properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]


def _without_comments(value: str) -> str:
    """Return `value` without comments and without what stands in quotes after a `reason=` (RFC 8601 section 2.2)."""
    kept = (char for char, mark in outside_comments(value) if mark != ESCAPE and not (mark and char in ';="'))
    return "".join(kept)
