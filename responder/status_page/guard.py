"""
Who may ask for a page: a browser that was pointed at this address, and nobody through another site.

The page listens on this machine alone, and that is no protection from a web page open in the same browser: such a page
may send requests here, or point a name of its own at 127.0.0.1 (DNS rebinding). So the Host header must be one of our
names (RFC 9110 section 7.4), and what another site asks is refused, but for a link that a person follows (Fetch
Metadata). Nothing answers other sites (no CORS), nothing is framed, nothing is kept, and nothing runs that is not ours.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

METHODS = ("GET", "HEAD")

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "no-store",
        "Server": "responder",
    }
)
"""What every answer carries, whatever it is."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered, with its status."""

    status: int
    words: str


def names(host: str, port: int, more: Collection[str]) -> frozenset[str]:
    """
    Return the Host headers that are answered: the address, this machine's own names, and the seller's further ones.

    None of its own names can be pointed elsewhere, and `localhost` listens where each of them leads.
    """
    ours = {f"[{host}]" if ":" in host else host, "localhost", "127.0.0.1", "[::1]"}
    with_port = {f"{name}:{port}" for name in ours}
    return frozenset(each.lower() for each in (*with_port, *(ours if port == 80 else ()), *more))


def refusal(method: str, headers: Mapping[str, str], ours: Collection[str]) -> Refusal | None:
    """Return why a request is refused; None for one that is answered."""
    if headers.get("Host", "").lower() not in ours:
        return Refusal(421, "This address is not one of the status page's (http.hosts names further ones).")
    if method not in METHODS:
        return Refusal(405, "The status page can only be looked at.")
    if headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin") and not _is_followed(headers):
        return Refusal(403, "Another site asked for this.")
    return None


def _is_followed(headers: Mapping[str, str]) -> bool:
    """Return whether a person followed a link here: a page of its own, in no frame of another one."""
    return headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
