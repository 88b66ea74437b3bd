"""
Whether a text is a mail of ours that came back to us: Amazon's copy of it, or one that a mail server made.

Only letters and digits are compared, in short runs, so line folding, HTML, quote marks and another greeting do not
matter. The promise: an automatic text is never taken for a person's answer; where nobody can tell, nobody is asked to
believe it.
"""

from dataclasses import dataclass
from enum import StrEnum

from responder.core.matching import DISTINCTIVE_LETTERS, letters

RUN = 8
"""Letters compared at a time: fewer occur by chance, more lose a short text around each change."""
MOST = 8_000
"""Letters of a text that are looked at."""
CONTAINED = 0.7
"""How much of our text must be there: the greeting and the date may be another."""
STRAY = 8
"""Letters that mean nothing: what a converter adds."""
GREETING = 60
"""Letters of a greeting that took the place of ours."""


class Echo(StrEnum):
    """What a text is, beside one of ours."""

    OURS = "ours"
    PERSON = "person"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Sent:
    """A text of ours: what we wrote, and all of it with the mail it quotes."""

    body: str
    whole: str


@dataclass(frozen=True, slots=True)
class _Others:
    """How many letters of one text the other lacks: before what they share, within it, and behind it."""

    before: int
    among: int
    behind: int


def compared(words: str, sent: Sent, *, framed: bool = True) -> Echo:
    """
    Return whether `words`, without the mail they quote, are `sent` again, a person's, or either.

    `framed`: nothing of Amazon's own template is among them. Words above or between ours are a person's; what follows
    ours may be a person's, or what a mail server adds to every mail.
    """
    said, ours = letters(words)[:MOST], letters(sent.body)[:MOST]
    if said == ours:
        return Echo.OURS
    if len(ours) < DISTINCTIVE_LETTERS:
        return Echo.UNSURE if not framed and ours and ours in said else Echo.PERSON
    there = _covered(ours, said)
    if sum(there) < CONTAINED * len(ours):
        return Echo.PERSON
    foreign, lost = _others(_covered(said, letters(sent.whole)[:MOST] + "\n" + ours)), _others(there)
    may_precede = GREETING if lost.before else STRAY  # "Hej," is short
    by_a_person = foreign.before > may_precede or foreign.among > lost.among + STRAY
    if by_a_person and framed:
        return Echo.PERSON
    return Echo.UNSURE if by_a_person or foreign.behind > STRAY else Echo.OURS


def _covered(text: str, by: str) -> list[bool]:
    """Return for each letter of `text` whether it stands in a run that occurs in `by`."""
    known = {by[at : at + RUN] for at in range(len(by) - RUN + 1)}
    found = [False] * len(text)
    for at in range(len(text) - RUN + 1):
        if text[at : at + RUN] in known:
            found[at : at + RUN] = [True] * RUN
    return found


def _others(covered: list[bool]) -> _Others:
    """A name alone, in a greeting or under a notice, is not where our text begins or ends: that takes a longer run."""
    long = 2 * RUN
    starts = [at for at in range(len(covered) - long + 1) if all(covered[at : at + long])]
    if not starts:
        return _Others(len(covered), 0, 0)
    first, last = starts[0], starts[-1] + long
    return _Others(*(part.count(False) for part in (covered[:first], covered[first:last], covered[last:])))
