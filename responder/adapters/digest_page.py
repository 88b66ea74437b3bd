"""
The digest as text and as HTML (Jinja2, autoescaped).

Both say the same; no image, no script, no remote resource.
"""

from responder.core.digest import Digest


def text(digest: Digest) -> str:
    """Return the text part."""
    raise NotImplementedError


def html(digest: Digest) -> str:
    """Return the HTML part."""
    raise NotImplementedError
