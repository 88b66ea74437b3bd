"""
In which language a buyer wrote, where it is beyond doubt.

A guess is believed only about enough words, far ahead of every other language, when both halves of the text say the
same and no sentence of it says otherwise: what is in two languages, or a word or two, is left to the marketplace. So
is what is no sentence, like a name or a title, and what speaks of a language: perhaps of one that is not understood.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

LETTERS = 20
SURE = 0.9
BEHIND = 0.05
"""The most that the second language may have."""
HALF = 0.5
"""What each half of a text must have by itself: half a text proves less than the whole."""
LONG = 40
"""Letters from which on a text has halves worth looking at."""
SMALL_WORDS = 2
"""So many of a language's small words a text must have: the name of a product or of a person has none."""
LIMIT = 2_000
"""Characters that are looked at; a longer text is in the same language."""

Guess = tuple[str, float]
"""A language ("fr") and how likely it is, from 0 to 1."""


class Detector(Protocol):
    """What guesses languages."""

    def guesses(self, text: str) -> tuple[Guess, ...]:
        """Return every language that may be meant, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Detected:
    """The one language that a text is surely written in."""

    language: str
    confidence: float


# Somebody else's words: quoted lines, the line that introduces them, and what stands between quotation marks.
_QUOTED = re.compile(
    r"^(?:[^\n>][^\n]*[:：][ \t]*\n(?=[ \t]*>)|[ \t]*>[^\n]*)"
    r"|[\"“”„][^\"“”„\n]{1,300}[\"“”]|«[^«»\n]{1,300}»|»[^«»\n]{1,300}«|[「『][^」』\n]{1,300}[」』]",
    re.MULTILINE,
)
# What has no language: links, addresses, order numbers, codes with digits, numbers, marks.
_NO_WORDS = re.compile(
    r"\b(?:https?|ftp)://\S+|\bwww\.\S+|\S+@\S+|\b(?=\w*\d)[\w-]+|[^\w\s'’-]|_",
    re.IGNORECASE,
)

_SMALL: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "ar": "من في على إلى الى عن هل لم لن لا ما أنا انا أن ان متى أين اين أريد اريد هذا هذه الذي التي حتى كان بعد",
        "de": "ich mir mich mein meine meinen ist war hat habe hätte nicht noch der die das dem den ein eine und wo"
        " wann wie sie es zu mit für auf im auch kann können bitte wurde bei",
        "en": "i my me it is are was were the a an and but not have has had you your can could will would do does did"
        " when where what how this that there to of for in on please with",
        "es": "el la los las un una es está he ha mi me no que y pero con por para cuándo cuando dónde donde se lo del"
        " en su muy",
        "fr": "je j ai mon ma mes me le la les un une est et mais pas ne que qui pour avec dans sur ce cette vous votre"
        " quand où n l d du svp",
        "it": "il lo la i gli le un una è ho ha mi mio mia non che e ma per con quando dove si del della al nel vorrei",
        "nl": "ik mijn me het een is was heb heeft niet nog en maar waar wanneer wat kan kunt u op in voor met dat dit",
        "pl": "nie jest się mi mój moja moje czy kiedy gdzie na w z do i a ale to jak proszę że o za po już jeszcze",
        "pt": "o a os as um uma é está eu meu minha me não que e mas com por para quando onde do da no na em isto",
        "sv": "jag min mitt mina är var har inte och men det den en ett när hur som på i att för med till om ni så av",
        "tr": "bir bu ve ne mi mı mu mü ama da de için ile çok yok daha ben benim bana değil zaman nerede hâlâ hala",
    }.items()
}
# Kurdish, Persian and Urdu letters are not Arabic; Galician, which the guesser does not know, is Spanish or Portuguese
# to it.
_SURELY_ANOTHER = {
    "ar": re.compile(
        "[\u0679\u067e\u0686\u0688\u0691\u0695\u0698\u06a9\u06af\u06b5\u06be\u06c6\u06cc\u06ce\u06d2\u06d5]"
    ),
    "es": re.compile(r"\b(?:unha|grazas|cando|aínda|moitas|moito|xa|teño|meu|miña|recibín|pedín)\b"),
    "pt": re.compile(r"\b(?:unha|grazas|cando|aínda|moitas|moito|xa|teño|miña|non|recibín|pedín)\b"),
}
# The names of the languages we write, in each of them.
_A_LANGUAGE = re.compile(
    r"\b(?:engl\w*|angl(?:ais|iels)\w*|ingl[eéê]s\w*|engels\w*|angielsk\w*|ingilizce|german|deutsch\w*|allemand\w*|tedesc\w*"
    r"|alem[aáã][no]\w*|duits\w*|tysk\w*|niemieck\w*|almanca|french|französisch\w*|français\w*|francese\w*|franc[eéê]s"
    r"|frans|fransk\w*|francusk\w*|fransızca|itali[ae]n\w*|spanis[hc]\w*|espagnol\w*|spagnol\w*|espa[ñn]h?ol\w*|spaans\w*"
    r"|spansk\w*|hiszpańsk\w*|ispanyolca|dutch|niederländisch\w*|nederlands\w*|swedish|schwedisch\w*|svensk\w*|polish"
    r"|polnisch\w*|polonais\w*|polsk\w*|portug\w*|turkish|türkisch\w*|türkçe|japan\w*|arab\w*)\b"
    r"|[英独仏]語|(?:日本|ドイツ|フランス)語|نجليزي|عربية|فرنسية|لمانية",
    re.IGNORECASE,
)

_SENTENCE_END = re.compile(r"[.!?\n؟。！？]+(?=\s|\Z|[^\x00-\x7f])")


def only_words(text: str) -> str:
    """Return the words of a text, without links, addresses, numbers and order numbers."""
    return " ".join(_NO_WORDS.sub(" ", text).split())


def detect(detector: Detector | None, text: str | None, spoken: Collection[str]) -> Detected | None:
    """Return the language the buyer surely wrote in, where it is one of `spoken`; None for any doubt."""
    text = _QUOTED.sub("", (text or "")[:LIMIT])
    words = only_words(text)
    if detector is None or _letters(words) < LETTERS:
        return None
    (language, confidence), *others = detector.guesses(words) or (("", 0.0),)
    sure = confidence >= SURE and not any(other > BEHIND for _, other in others)
    if not sure or language not in {each.partition("-")[0] for each in spoken}:
        return None
    if not _is_a_sentence(words, language) or _A_LANGUAGE.search(words):
        return None
    if not _of_one_piece(detector, words, language) or _contradicted(detector, text, language):
        return None
    return Detected(language, confidence)


def _letters(words: str) -> int:
    return sum(map(str.isalpha, words))


def _is_a_sentence(words: str, language: str) -> bool:
    """Return whether it has what only sentences have, and nothing that only a neighbour of the language has."""
    spoken = re.findall(r"[^\W\d_]+", words.lower())
    small, other = _SMALL.get(language), _SURELY_ANOTHER.get(language)
    if small is not None and sum(word in small for word in spoken) < SMALL_WORDS:
        return False
    return other is None or not other.search(words.lower())


def _of_one_piece(detector: Detector, words: str, language: str) -> bool:
    if _letters(words) < LONG:
        return True
    # Japanese is written without blanks: there the middle is the middle character.
    middle = words.find(" ", len(words) // 2)
    middle = len(words) // 2 if middle < 0 else middle
    tops = (detector.guesses(half)[:1] for half in (words[:middle], words[middle:]))
    return all(top and top[0][0] == language and top[0][1] >= HALF for top in tops)


def _contradicted(detector: Detector, text: str, language: str) -> bool:
    """A greeting in one language and the question in another: who reads both is not asked in one of them."""
    sentences = (only_words(each) for each in _SENTENCE_END.split(text))
    tops = (detector.guesses(each)[:1] for each in sentences if _letters(each) >= LETTERS)
    return any(top and top[0][0] != language and top[0][1] >= SURE for top in tops)
