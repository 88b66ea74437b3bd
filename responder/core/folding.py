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
    lower = unicodedata.normalize("NFKD", text.translate(_SIGNS)).casefold()
    bare = (char for char in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(char))
    return " ".join("".join(bare).translate(_SIGNS).split())
