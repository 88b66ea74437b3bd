"""
Whether Amazon's criteria for removing seller feedback may fit a comment, and by which of its words (help page 20231).

A hint for a person, never a promise: words are compared, and sarcasm is not understood. Amazon removes a product review
only where the *whole* comment is one, so one word about the service, the price or the parcel speaks against it, and so
does a longer part that no known word explains. Linear in the text, of which only the beginning is looked at.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from responder.core import near, policy
from responder.core.orders import Channel

LIMIT = 4_000
"""Characters looked at: a comment at Amazon is far shorter; what the whole of a longer one is about, nobody says."""
SHOWN = 6
UNEXPLAINED = 8
"""So many words in a row without a known one may be about anything."""


class Criterion(StrEnum):
    """Why Amazon removes feedback, or strikes it through; stable codes."""

    PRODUCT_REVIEW = "product_review"
    OBSCENE = "obscene"
    PERSONAL_DATA = "personal_data"
    FBA_DELIVERY = "fba_delivery"
    BUY_SHIPPING_DELAY = "buy_shipping_delay"


class Topic(StrEnum):
    """What a word shows a comment to be about; of two words of one length the one of the first topic counts."""

    SERVICE = "service"
    DELAY = "delay"
    DELIVERY = "delivery"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """What a criterion means and what Amazon does then, with its source and grade."""

    means: str
    result: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalRules:
    """Amazon's criteria, for how many days a request is possible, and the words of each topic and language."""

    criteria: Mapping[Criterion, CriterionRow]
    days: int
    days_source: str
    days_grade: str
    topics: Mapping[Topic, Mapping[str, tuple[str, ...]]]
    profane: Mapping[str, tuple[str, ...]]
    but: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Shipping:
    """What is known of an order's way: who shipped it, and whether that was before its ship-by instant."""

    channel: Channel | None = None
    on_time: bool | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """A criterion that may fit, the comment's words that say so, and what a person has to check, as codes."""

    criterion: Criterion
    words: tuple[str, ...]
    checks: tuple[str, ...] = ()


WHO_SHIPPED = "who_shipped"
SHIPPED_ON_TIME = "shipped_on_time"
BUY_SHIPPING = "buy_shipping"
WHOSE_DATA = "whose_data"


def hints(comment: str, rules: RemovalRules, *, languages: Collection[str], shipping: Shipping) -> tuple[Hint, ...]:
    """Return the criteria that may fit, judged by the words of these languages and of English; none for most."""
    text, spoken = comment[:LIMIT], tuple(dict.fromkeys([*languages, "en"]))
    found = [*_obscene(text, rules, spoken), *_personal(text, rules, spoken)]
    if len(comment) <= LIMIT:
        found += _about_one_thing(_clauses(text, rules, spoken), shipping)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of the comment between two stops: its known words by topic, and how many words it has."""

    words: Mapping[Topic, tuple[str, ...]]
    length: int
    turned: bool = False  # it stands at a "but": then what no known word explains may be about something else

    @property
    def is_unexplained(self) -> bool:
        """Whether it may be about anything."""
        return not self.words and self.length > (0 if self.turned else UNEXPLAINED)


def _about_one_thing(clauses: Sequence[_Clause], shipping: Shipping) -> Iterator[Hint]:
    if any(clause.is_unexplained for clause in clauses):
        return
    topics = {topic for clause in clauses for topic in clause.words}
    if topics == {Topic.PRODUCT}:
        yield Hint(Criterion.PRODUCT_REVIEW, _said(clauses, topics))
    if not topics or not topics <= {Topic.DELAY, Topic.DELIVERY}:
        return
    if shipping.channel is not Channel.MERCHANT:
        checks = () if shipping.channel else (WHO_SHIPPED,)
        yield Hint(Criterion.FBA_DELIVERY, _said(clauses, topics), checks)
    if shipping.channel is not Channel.AMAZON and shipping.on_time is not False and _only_late(clauses):
        yield Hint(Criterion.BUY_SHIPPING_DELAY, _said(clauses, {Topic.DELAY}), tuple(_to_check(shipping)))


def _only_late(clauses: Sequence[_Clause]) -> bool:
    """Return whether each part that speaks of parcel or carrier speaks of the delay."""
    return all(Topic.DELAY in clause.words for clause in clauses if clause.words)


def _to_check(shipping: Shipping) -> Iterator[str]:
    if shipping.channel is None:
        yield WHO_SHIPPED
    if shipping.on_time is None:
        yield SHIPPED_ON_TIME
    yield BUY_SHIPPING


def _said(clauses: Sequence[_Clause], topics: Collection[Topic]) -> tuple[str, ...]:
    words = (word for clause in clauses for topic in Topic if topic in topics for word in clause.words.get(topic, ()))
    return tuple(dict.fromkeys(words))[:SHOWN]


_STOP = re.compile(r"[.!?](?=\s|\Z)|[!?]+|[,;:\n()]|[。、！？，；：؟،؛…]+|\s[-–—]\s")
_WORD = re.compile(rf"[{near.CJK}]{{1,2}}|[^\W{near.CJK}]+")


_Words = Mapping[Topic, tuple[str, ...]]


def _clauses(text: str, rules: RemovalRules, languages: Sequence[str]) -> list[_Clause]:
    whole = _Aligned(text).folded  # few of the words stand in it, and only those are looked for in each part
    turns = policy.present(_folded_words(_of(rules.but, languages)), whole)
    words = {topic: policy.present(_folded_words(_of(rules.topics[topic], languages)), whole) for topic in Topic}
    return [clause for part in _STOP.split(text) if part.strip() for clause in _turned(part, turns, words)]


def _turned(text: str, turns: tuple[str, ...], words: _Words) -> Iterator[_Clause]:
    """Yield the parts before and after each "but"."""
    whole = _Aligned(text)
    places = policy.spans(turns, whole.folded)
    begins = 0
    for start, end in (*places, (len(whole.folded), len(whole.folded))):
        if begins < start:
            part = _Aligned(whole.written(begins, start))
            length = len(_WORD.findall(part.folded))
            yield _Clause(_known(part, words), length, turned=bool(places))
        begins = end


def _known(part: "_Aligned", words: _Words) -> Mapping[Topic, tuple[str, ...]]:
    """
    Return the known words of one part: of those that overlap the longest counts.

    Two words near each other that make a product review hide nothing that stands between them.
    """
    certain = []
    for order, topic in enumerate(Topic):
        for start, end in policy.spans(words[topic], part.folded):
            certain.append((start - end, order, start, end, topic))
    pairs = policy.spans(filter(near.is_pair, words[Topic.PRODUCT]), part.folded)
    found: dict[Topic, list[str]] = {}
    taken = bytearray(len(part.folded))
    for _, _, start, end, topic in sorted(certain):
        hidden = any(taken[start:end])
        if not hidden:
            found.setdefault(topic, []).append(part.written(start, end))
        if not hidden and not (topic is Topic.PRODUCT and (start, end) in pairs):
            taken[start:end] = b"\x01" * (end - start)
    return {topic: tuple(said) for topic, said in found.items()}


def _of(words: Mapping[str, tuple[str, ...]], languages: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for language in languages for word in words.get(language, ())))


def _obscene(text: str, rules: RemovalRules, languages: Sequence[str]) -> Iterator[Hint]:
    part = _Aligned(text)
    found = policy.spans(_folded_words(_of(rules.profane, languages)), part.folded)
    if found:
        words = dict.fromkeys(part.written(start, end) for start, end in found)
        yield Hint(Criterion.OBSCENE, tuple(words)[:SHOWN])


def _personal(text: str, rules: RemovalRules, languages: Sequence[str]) -> Iterator[Hint]:
    lines = text.split("\n")
    contacts = (found for line in lines for found in policy.contacts_in(line))
    names = (found for line in lines for found in _full_names(line, _of(rules.titles, languages)))
    if words := tuple(dict.fromkeys(found.strip() for found in (*contacts, *names)))[:SHOWN]:
        yield Hint(Criterion.PERSONAL_DATA, words, (WHOSE_DATA,))


def _full_names(line: str, titles: tuple[str, ...]) -> Iterator[str]:
    """Yield what stands behind a title where it is two words with capitals: one may be a street, or a mere surname."""
    for match in _after_title(titles).finditer(line) if titles else ():
        first, last = match["first"], match["last"]
        if first[0].isupper() and last[0].isupper() and not (first.isupper() and last.isupper()):
            yield match[0]


@lru_cache(maxsize=64)
def _after_title(titles: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, sorted(titles, key=len, reverse=True)))
    name = r"[^\W\d_][^\W\d_'’-]{1,29}(?:[-'’][^\W\d_]{1,29})?"
    return re.compile(rf"(?<!\w)(?:(?i:{either}))\s{{1,3}}(?P<first>{name})\s{{1,3}}(?P<last>{name})")


class _Aligned:
    """A text as its words are compared, without case, accents and width, that knows where each letter was written."""

    def __init__(self, text: str) -> None:
        self._text = text
        letters: list[str] = []
        self._places: list[int] = []
        for place, character in enumerate(text):
            for letter in _compared(character):
                letters.append(letter)
                self._places.append(place)
        self.folded = "".join(letters)

    def written(self, start: int, end: int) -> str:
        """Return the words as the buyer wrote them."""
        return self._text[self._places[start] : self._places[end - 1] + 1]


_ALIKE = {
    **dict.fromkeys("‘’‛ʼʹ′`´", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
}
_SOUND_MARKS = frozenset("\u3099\u309a")  # Japanese has other words with them: a sofa is no curse


@lru_cache(maxsize=4096)
def _compared(character: str) -> str:
    if character.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", character).casefold()
    if not _SOUND_MARKS.isdisjoint(plain):
        return unicodedata.normalize("NFC", plain)
    return "".join(_ALIKE.get(each, each) for each in plain if not unicodedata.combining(each))


@lru_cache(maxsize=256)
def _folded_words(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("".join(map(_compared, word)) for word in words)
