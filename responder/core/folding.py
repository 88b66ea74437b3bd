"""
One way to compare what people and programs write: without regard to case, accents, kinds of apostrophes and dashes, and
the number of blanks (Unicode NFKD; UAX 15).

Only for comparing: what is shown keeps its letters.
"""

import unicodedata

_SIGNS = {
    **dict.fromkeys(map(ord, "‘’‛ʼʹ′`´"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    ord("ı"): "i",  # whichever way a Turkish letter was raised and lowered
}


def folded(text: str) -> str:
    """Return `text` as it is compared; the same text folded again is the same."""
    if text.isascii():
        return " ".join(text.casefold().split())
    # Decomposed twice: some letters have a lower case only once their style is gone, and it may be composed again.
    lower = _bare(_bare(text.translate(_SIGNS)).casefold())
    return " ".join(lower.translate(_SIGNS).split())


def _bare(text: str) -> str:
    """Return the letters without marks; marks go first, since ordering a long run of them takes quadratic time."""
    return _without_marks(unicodedata.normalize("NFKD", _without_marks(text)))


def _without_marks(text: str) -> str:
    return "".join(char for char in text if not unicodedata.combining(char))
