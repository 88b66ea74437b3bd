"""
Guessing languages with lingua (the extra `lang`), loaded only when it is asked for.

Beside the languages the program writes, their nearest relatives are loaded: a Dane must not be taken for a Swede, nor a
Catalan for a Spaniard, only because nobody else was asked. In its low accuracy mode that costs a few megabytes.
"""

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any

from responder.core.detecting import Detector, Guess
from responder.errors import ConfigError, Problem

PACKAGE = "lingua"
HINT = "install it: pip install 'buyer-responder[lang]'"

WRITTEN: Mapping[str, str] = {
    "ar": "ARABIC",
    "de": "GERMAN",
    "en": "ENGLISH",
    "es": "SPANISH",
    "fr": "FRENCH",
    "it": "ITALIAN",
    "ja": "JAPANESE",
    "nl": "DUTCH",
    "pl": "POLISH",
    "pt": "PORTUGUESE",
    "sv": "SWEDISH",
    "tr": "TURKISH",
}
RELATIVES: Mapping[str, str] = {
    "af": "AFRIKAANS",
    "az": "AZERBAIJANI",
    "bs": "BOSNIAN",
    "ca": "CATALAN",
    "cs": "CZECH",
    "da": "DANISH",
    "fa": "PERSIAN",
    "hr": "CROATIAN",
    "nb": "BOKMAL",
    "ro": "ROMANIAN",
    "sk": "SLOVAK",
    "sl": "SLOVENE",
    "ur": "URDU",
    "zh": "CHINESE",
}


class Lingua:
    """Guesses among the languages above; `codes` are the library's names by ours."""

    def __init__(self, detector: Any, codes: Mapping[Any, str]) -> None:
        self._detector = detector
        self._codes = codes

    def guesses(self, text: str) -> tuple[Guess, ...]:
        """Return every language, the likeliest first; nothing where no letter tells."""
        found = self._detector.compute_language_confidence_values(text)
        return tuple((self._codes[each.language], each.value) for each in found if each.value > 0)


def installed() -> bool:
    """Return whether the extra is there; looking costs nothing."""
    return find_spec(PACKAGE) is not None


@cache
def load() -> Detector:
    """Return the one detector of this process; raise `ConfigError` when the extra is not installed."""
    if not installed():
        raise ConfigError(Problem("acknowledgements.language", "detecting languages needs the extra 'lang'", HINT))
    import lingua  # noqa: PLC0415 - optional, and large

    codes = {getattr(lingua.Language, name): code for code, name in {**WRITTEN, **RELATIVES}.items()}
    builder = lingua.LanguageDetectorBuilder.from_languages(*codes).with_low_accuracy_mode()
    return Lingua(builder.build(), codes)
