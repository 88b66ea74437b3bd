"""
Whether a mail comes from one certain person outside of Amazon (RFC 8601, RFC 6376, RFC 7489): the operator.

As with Amazon's mail only the topmost Authentication-Results of our own server counts, else a signature by the
sender's domain that covers what we read. Without a proof the verdict is never `pass`.
"""

from responder.core.authenticity import MAX_SIGNATURES, results_of, unsigned, written_by
from responder.core.dkim import DkimResult, Signature, claims, unreadable, well_formed
from responder.core.kinds import Authentic, Verdict
from responder.core.message import Message

_SINGLE = ("from", "sender", "subject", "date", "message-id")
_COVERED = ("from", "subject")
"""What a signature of the sender's must cover: somebody else could send a signed mail on under another subject."""


def is_from(message: Message, address: str) -> bool:
    """
    Return whether From holds this one address and nothing else, in whatever case: no provider tells by it who writes.

    So must Sender where there is one (RFC 5322 section 3.6.2): servers that let their users write any From name there
    who it was, and sign the mail all the same.
    """
    written = [("from", message.from_)]
    if message.header("sender") is not None:
        written.append(("sender", message.sender))
    return all(
        len(message.all_headers(name)) == 1 and [each.spec.lower() for each in found] == [address.lower()]
        for name, found in written
    )


def proof(message: Message, address: str, authserv_id: str | None, dkim: DkimResult | None = None) -> Verdict:
    """Return whether `message` comes from `address`; `dkim` is our own check of its signature, where one was made."""
    for name in _SINGLE:
        if len(message.all_headers(name)) > 1:
            return Verdict(Authentic.FAIL, f"more than one {name} header")
    if not is_from(message, address):
        return Verdict(Authentic.FAIL, f"From is not {address}")
    domain = message.from_[0].domain
    if _signs_part_of_the_body(message, domain):
        return Verdict(Authentic.FAIL, "its DKIM signature leaves part of the body unsigned (l=)")
    judged = _by_our_server(message, address, authserv_id)
    if judged.authentic is not Authentic.UNKNOWN or dkim is None:
        return judged
    return _by_its_signature(message, domain, dkim, judged.reason)


def signatures_of(message: Message, domain: str) -> tuple[Signature, ...]:
    """Return the signatures by the sender's domain, topmost first."""
    return tuple(found for found in well_formed(message) if _aligned(found.domain, domain))[:MAX_SIGNATURES]


def wants_dkim(message: Message, address: str, authserv_id: str | None) -> bool:
    """Return whether checking the mail's DKIM signature could prove that it comes from `address`."""
    if message.truncated or not is_from(message, address) or not signatures_of(message, message.from_[0].domain):
        return False
    return proof(message, address, authserv_id).authentic is Authentic.UNKNOWN


def _by_our_server(message: Message, address: str, authserv_id: str | None) -> Verdict:
    value = message.header("authentication-results")
    if value is None:
        return Verdict(Authentic.UNKNOWN, "no Authentication-Results header: nobody checked the sender")
    if not authserv_id:
        return Verdict(Authentic.UNKNOWN, "no trusted mail server is configured (authserv_id)")
    server, results = results_of(value)
    if server.lower() != written_by(authserv_id):
        named = f"by {server!r}" if server else "without a server's name"
        return Verdict(Authentic.UNKNOWN, f"the topmost Authentication-Results is {named}, not by {authserv_id!r}")
    domain = message.from_[0].domain
    if any(result.method == "dmarc" and result.result == "fail" for result in results):
        return Verdict(Authentic.FAIL, f"{server or 'the mail server'} says dmarc=fail for {domain}")
    passed = {(result.method, result.domain) for result in results if result.result == "pass"}
    if ("auth", address.lower()) in passed:
        return Verdict(Authentic.PASS, f"{address} handed it in at our own mail server (auth=pass)")
    signed = any(method == "dkim" and _aligned(by, domain) for method, by in passed)
    if ("dmarc", domain) not in passed and not signed:
        return Verdict(Authentic.UNKNOWN, f"neither dmarc=pass nor an aligned dkim=pass for {domain}")
    left_open = _left_open(message, domain)
    if left_open:
        return Verdict(Authentic.UNKNOWN, f"its DKIM signature leaves {', '.join(left_open)} unsigned")
    return Verdict(Authentic.PASS, f"{'dkim' if ('dmarc', domain) not in passed else 'dmarc'}=pass for {domain}")


def _by_its_signature(message: Message, domain: str, dkim: DkimResult, undecided: str) -> Verdict:
    if dkim.outcome is Authentic.FAIL:
        return Verdict(Authentic.FAIL, dkim.reason)
    if dkim.outcome is Authentic.UNKNOWN:
        return Verdict(Authentic.UNKNOWN, f"{undecided}; {dkim.reason}")
    if not _aligned(dkim.domain, domain):
        return Verdict(Authentic.UNKNOWN, f"{undecided}; its DKIM signature is by {dkim.domain}, not by {domain}")
    left_open = unsigned(message, dkim.signed)
    if left_open:
        return Verdict(Authentic.UNKNOWN, f"{undecided}; its DKIM signature leaves {', '.join(left_open)} unsigned")
    return Verdict(Authentic.PASS, f"its DKIM signature by {dkim.domain} is valid (verified here)")


def _left_open(message: Message, domain: str) -> tuple[str, ...]:
    """
    Return what the sender's own signatures leave to anybody; our server does not say which one it checked.

    A mail without one came from the domain's own servers, as its envelope proves.
    """
    own = signatures_of(message, domain)
    if not own and not unreadable(message):
        return ()
    covered = frozenset.intersection(*(each.covers(message) for each in own)) if own else frozenset[str]()
    return tuple(name for name in _COVERED if name not in covered)


def _signs_part_of_the_body(message: Message, domain: str) -> bool:
    """RFC 6376 section 8.2: `l=` lets anybody append to a signed mail."""
    return any(
        any(name == "l" for name, _ in tags)
        and any(name == "d" and _aligned(text.lower(), domain) for name, text in tags)
        for tags in claims(message)
    )


def _aligned(proven: str, domain: str) -> bool:
    """Return whether the proven domain covers the sender's: it is the same, or one above it (RFC 7489 section 3.1)."""
    return proven == domain or ("." in proven and domain.endswith(f".{proven}"))
