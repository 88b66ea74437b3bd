"""
The corpus of comments, and what the shipped words find in it.

A comment was labelled before anybody looked at what is found. Those held back were written after the words: no word was
chosen by looking at them, so that their figures say something about comments that nobody wrote down here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from responder.adapters import removal_rules
from responder.core.orders import Channel
from responder.core.removal import Criterion, Shipping, hints

FOLDER = Path(__file__).parent
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "sv", "tr")
BY_AMAZON = Shipping(Channel.AMAZON, on_time=True)
BY_SELLER = Shipping(Channel.MERCHANT, on_time=True)
FITS = {
    "product": {Criterion.PRODUCT_REVIEW},
    "late": {Criterion.FBA_DELIVERY, Criterion.BUY_SHIPPING_DELAY},
    "delivery": {Criterion.FBA_DELIVERY},
    "obscene": {Criterion.OBSCENE},
    "contact": {Criterion.PERSONAL_DATA},
    "mixed": set(),
    "service": set(),
    "none": set(),
}


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, and the criteria that fit it as a person reads it."""

    language: str
    text: str
    labels: tuple[str, ...]
    held_back: bool

    @property
    def fits(self) -> frozenset[Criterion]:
        """What fits, whoever shipped: Amazon for one criterion, the seller in time for the other."""
        return frozenset[Criterion]().union(*(FITS[label] for label in self.labels))


@dataclass(frozen=True, slots=True)
class Judged:
    """A comment, and the criteria that were found in it."""

    comment: Comment
    found: frozenset[Criterion]

    @property
    def missed(self) -> frozenset[Criterion]:
        """What fits and was not found: it costs the rating."""
        return self.comment.fits - self.found

    @property
    def wrong(self) -> frozenset[Criterion]:
        """What was found and does not fit: it wastes a request."""
        return self.found - self.comment.fits


def judged(comment: Comment) -> Judged:
    """Judge a comment as one on an order that Amazon shipped, and as one that the seller shipped in time."""
    found = {
        hint.criterion
        for shipping in (BY_AMAZON, BY_SELLER)
        for hint in hints(comment.text, removal_rules.load(), languages=(comment.language,), shipping=shipping)
    }
    return Judged(comment, frozenset(found))


@lru_cache(maxsize=1)
def comments() -> tuple[Comment, ...]:
    """Return all of them."""
    return (*_read("corpus.yaml", held_back=False), *_read("held_back.yaml", held_back=True))


def _read(name: str, *, held_back: bool) -> Iterator[Comment]:
    for language, rows in yaml.safe_load((FOLDER / name).read_text("utf-8")).items():
        for labels, text in rows:
            yield Comment(language, text, tuple(labels.split()), held_back)


@dataclass(frozen=True, slots=True)
class Figures:
    """How often a criterion fits, was found, was found where it does not fit, and was missed."""

    fits: int
    right: int
    wrong: int
    missed: int


def figures(results: Iterable[Judged], criteria: Sequence[Criterion] = tuple(Criterion)) -> Figures:
    """Count these criteria in these results."""
    wanted, known = frozenset(criteria), tuple(results)
    return Figures(
        fits=sum(len(each.comment.fits & wanted) for each in known),
        right=sum(len(each.comment.fits & each.found & wanted) for each in known),
        wrong=sum(len(each.wrong & wanted) for each in known),
        missed=sum(len(each.missed & wanted) for each in known),
    )
