"""
A language in which every sentence that was said is in brackets, so that what stands outside of them was never said.
"""

import re
from gettext import NullTranslations
from html import unescape

from responder.core.speech import Speech


class Marked(NullTranslations):
    """A language whose sentences are the English ones in brackets."""

    def gettext(self, message: str) -> str:
        """Return the sentence in brackets."""
        return f"⟦{message}⟧"

    def pgettext(self, context: str, message: str) -> str:
        """Return the sentence in brackets."""
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form that goes with the number in brackets."""
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


MARKED = Speech("ja", Marked())
"""Its dates and names of languages are Japanese, so that no Latin letter comes from them."""

_SAID = re.compile(r"⟦[^⟦⟧]*⟧")
_DATA = re.compile(
    r"https?://\S+|mailto:\S+|responder [a-z_-]+( [\w.-]+)*|amazon\.[a-z.]+|α@\S*|α\.(pdf|txt)"
    r"|Europe/Athens|Buyer Responder"
)
"""Addresses, commands, stores, names of files and zones: nobody translates them."""
_WORD = re.compile(r"[A-Za-z]{2,}")


def unsaid(text: str) -> list[str]:
    """Return the lines of which something was not said, without what was."""
    while _SAID.search(text):
        text = _SAID.sub("", text)
    return [line.strip() for line in text.splitlines() if _WORD.search(_DATA.sub("", line))]


def seen(page: str) -> str:
    """Return what a person reads of an HTML mail or page, or hears from a screen reader, a line for each piece."""
    heard = re.findall(r'(?:aria-label|title|alt|summary|placeholder)="([^"]*)"', page)
    read = re.sub(r"<[^>]*>", "\n", re.sub(r"(?s)<style.*?</style>|<script.*?</script>|<!--.*?-->", "", page))
    return unescape("\n".join([*heard, read]))
