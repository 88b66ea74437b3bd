"""
The sentences of the other languages: gettext catalogues (`responder/locale/*.po`), read as they are edited.
"""

from functools import lru_cache
from gettext import GNUTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from responder.core.speech import ENGLISH, Speech


def folder() -> Traversable:
    """Return where the catalogues are."""
    return files("responder").joinpath("locale")


def languages() -> tuple[str, ...]:
    """Return the languages that can be spoken, English among them."""
    names = [each.name for each in folder().iterdir()]
    return tuple(sorted([ENGLISH.language, *(name.removesuffix(".po") for name in names if name.endswith(".po"))]))


@lru_cache(maxsize=8)
def speech(language: str) -> Speech:
    """Return the language of this name, one of `languages`; a sentence it does not have is said in English."""
    if language == ENGLISH.language:
        return ENGLISH
    compiled = BytesIO()
    with folder().joinpath(f"{language}.po").open("rb") as catalogue:
        write_mo(compiled, read_po(catalogue, locale=language))
    compiled.seek(0)
    return Speech(language, GNUTranslations(compiled))
