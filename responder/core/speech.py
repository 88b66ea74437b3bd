"""
The language in which we speak to the operator: English sentences in the source, the others from gettext catalogues.

Whoever writes a mail or a page says once in which language, with `spoken`; every sentence said inside of it is in that
language. Without it everything is English, as the commands are. A sentence is always said whole: what is counted or
named in it are its fields, so that a translation may put them elsewhere. The sentence stands where it is said, or is
`noted` in a table: `tools/words` reads them from the source.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations

from babel import Locale


@dataclass(frozen=True, slots=True)
class Speech:
    """A language (BCP 47) with its sentences, by their English ones."""

    language: str
    sentences: NullTranslations

    @property
    def locale(self) -> Locale:
        """How this language writes dates and numbers (CLDR)."""
        return Locale.parse(self.language, sep="-")


ENGLISH = Speech("en", NullTranslations())

_SPOKEN: ContextVar[Speech] = ContextVar("speech", default=ENGLISH)


@contextmanager
def spoken(speech: Speech) -> Iterator[None]:
    """Say everything in this language until the end of the block."""
    token = _SPOKEN.set(speech)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def current() -> Speech:
    """Return the language that is being spoken."""
    return _SPOKEN.get()


def noted(sentence: str) -> str:
    """Return the sentence as it is: the mark of one that stands in a table and is said elsewhere."""
    return sentence


def say(sentence: str, /, **fields: object) -> str:
    """Return the sentence in the language spoken, its `{fields}` filled in; what a field holds is never read again."""
    return current().sentences.gettext(sentence).format(**fields) if sentence else ""


def kept(words: str) -> str:
    """Return words that are kept in English: said where they are a sentence that is `noted`, else as they are."""
    return current().sentences.gettext(words) if words else ""


def say_as(context: str, sentence: str, /, **fields: object) -> str:
    """As `say`, where the same English means two things: `context` tells the translator which one."""
    return current().sentences.pgettext(context, sentence).format(**fields)


def several(number: int, one: str, many: str, /, **fields: object) -> str:
    """As `say`, in the form that goes with `number`, which is the field `{n}`."""
    return current().sentences.ngettext(one, many, number).format(n=number, **fields)
