"""
What the digest says of the links that were used since the last one: done, or refused and why.

What somebody may have forged is counted, not listed: a flood of it is one line with a number.
"""

from collections.abc import Iterator
from datetime import datetime

from responder.core import wording
from responder.core.actions import FROM_THE_OPERATOR, Action, Asked, Outcome
from responder.core.digest.facts import DigestFacts
from responder.core.digest.page import Lines
from responder.core.message import clean
from responder.core.speech import say, several

ROWS = 12
"""Lines about what the operator asked for; the newest are shown."""


def lines(facts: DigestFacts) -> Iterator[Lines]:
    """Yield what was asked by mail since the last digest, if anything was."""
    told = [*_own(facts), *_forged(facts)]
    if told:
        yield Lines(say("Asked by mail"), tuple(told))


def _own(facts: DigestFacts) -> Iterator[str]:
    own = [each for each in facts.asked if each.outcome.is_done or each.outcome in FROM_THE_OPERATOR]
    for each in own[-ROWS:]:
        yield _done(facts, each) if each.outcome.is_done else _refused(facts, each)
    if len(own) > ROWS:
        yield several(len(own) - ROWS, "and {n} more before", "and {n} more before")


def _done(facts: DigestFacts, asked: Asked) -> str:
    at, number = wording.moment(asked.at, facts.now, facts.zone), asked.target
    if asked.outcome is Outcome.ALREADY:
        return _already(asked.action, at, number)
    match asked.action:
        case Action.ANSWERED:
            return say("{time}: thread {number} is closed, because you answered it.", time=at, number=number)
        case Action.NO_RESPONSE_NEEDED:
            return say("{time}: thread {number} is closed, because it needs no answer.", time=at, number=number)
        case Action.SEEN:
            return say("{time}: notice {number} is confirmed, its warnings end.", time=at, number=number)
        case Action.RELEASE:
            return say("{time}: mail {number} was released.", time=at, number=number)
        case Action.SUPPRESS:
            return say("{time}: the buyer of thread {number} gets no automatic mail any more.", time=at, number=number)


def _already(action: Action, at: str, number: int) -> str:
    match action:
        case Action.ANSWERED | Action.NO_RESPONSE_NEEDED:
            return say("{time}: thread {number} was closed before; nothing was left to do.", time=at, number=number)
        case Action.SEEN:
            return say("{time}: notice {number} was confirmed before; nothing was left to do.", time=at, number=number)
        case Action.RELEASE:
            return say("{time}: mail {number} had gone on before; nothing was left to do.", time=at, number=number)
        case Action.SUPPRESS:
            return say(
                "{time}: the buyer of thread {number} got no automatic mail before either; nothing was left to do.",
                time=at,
                number=number,
            )


def _refused(facts: DigestFacts, asked: Asked) -> str:
    at = wording.moment(asked.at, facts.now, facts.zone)
    request = f"{asked.action.word} {asked.target}"
    match asked.outcome:
        case Outcome.EXPIRED:
            return say("{time}: “{request}” was refused: the link had expired.", time=at, request=request)
        case Outcome.USED:
            return say(
                "{time}: “{request}” was refused: the link was used before, {used}, and works once.",
                time=at,
                request=request,
                used=_moment(facts, asked.detail),
            )
        case Outcome.WROTE_AGAIN:
            return say(
                "{time}: “{request}” was refused: the buyer wrote again, {written}, which that digest did not show.",
                time=at,
                request=request,
                written=_moment(facts, asked.detail),
            )
        case Outcome.CAME_BACK:
            return say(
                "{time}: “{request}” was refused: your answer of {written} did not reach the buyer.",
                time=at,
                request=request,
                written=_moment(facts, asked.detail),
            )
        case Outcome.GONE:
            return say("{time}: “{request}” was refused: there is nothing of that number.", time=at, request=request)
        case Outcome.TRIED_AGAIN:
            return say(
                "{time}: “{request}” was refused: the mail was tried since, and may have been sent. Look at it first.",
                time=at,
                request=request,
            )
        case Outcome.BREAKS_A_RULE:
            return say(
                "{time}: “{request}” was refused: the mail breaks a rule of Amazon's and is never sent so ({why}).",
                time=at,
                request=request,
                why=clean(asked.detail, 200),
            )
        case _:
            return say(
                "{time}: “{request}” was refused: the mail does not wait for you any more ({why}).",
                time=at,
                request=request,
                why=clean(asked.detail, 200),
            )


def _moment(facts: DigestFacts, kept: str) -> str:
    return wording.moment(datetime.fromisoformat(kept), facts.now, facts.zone)


def _forged(facts: DigestFacts) -> Iterator[str]:
    found: dict[Outcome, list[Asked]] = {}
    for each in facts.asked:
        if not each.outcome.is_done and each.outcome not in FROM_THE_OPERATOR:
            found.setdefault(each.outcome, []).append(each)
    for outcome, attempts in found.items():
        last = max(attempts, key=lambda each: each.id)
        at = wording.moment(last.at, facts.now, facts.zone)
        yield _counted(outcome, len(attempts), at, clean(last.detail, 200))


def _counted(outcome: Outcome, number: int, at: str, why: str) -> str:
    match outcome:
        case Outcome.SWITCHED_OFF:
            return several(
                number,
                "{n} mail with a link of a digest was not obeyed, {time}: operator.digest.actions.enabled is false.",
                "{n} mails with a link of a digest were not obeyed, last {time}: operator.digest.actions.enabled is"
                " false.",
                time=at,
            )
        case Outcome.NOT_FROM_OPERATOR:
            return several(
                number,
                "{n} mail that asked for something was refused, {time}: it is not from your address (operator.email).",
                "{n} mails that asked for something were refused, last {time}: none is from your address"
                " (operator.email).",
                time=at,
            )
        case Outcome.AUTOMATIC:
            return several(
                number,
                "{n} mail from your address was refused, {time}: a program sent it, or it was passed on ({why}).",
                "{n} mails from your address were refused, last {time}: a program sent them, or they were passed on"
                " ({why}).",
                time=at,
                why=why,
            )
        case Outcome.NOT_PROVEN:
            return several(
                number,
                "{n} mail in your name was refused, {time}: nothing proves that you sent it ({why})."
                " If it was you: docs/digest-links.md says what your mail server must tell, and which key names it.",
                "{n} mails in your name were refused, last {time}: nothing proves that you sent them ({why})."
                " If it was you: docs/digest-links.md says what your mail server must tell, and which key names it.",
                time=at,
                why=why,
            )
        case Outcome.SEVERAL:
            return several(
                number,
                "{n} mail from you was refused, {time}: it has the links of several requests, and must have one.",
                "{n} mails from you were refused, last {time}: each has the links of several requests, and must have"
                " one.",
                time=at,
            )
        case Outcome.UNREADABLE:
            return several(
                number,
                "{n} mail from your address was refused, {time}: it could not be read in full ({why}).",
                "{n} mails from your address were refused, last {time}: they could not be read in full ({why}).",
                time=at,
                why=why,
            )
        case _:
            return several(
                number,
                "{n} mail from you was refused, {time}: its link was changed, or is of another installation.",
                "{n} mails from you were refused, last {time}: their links were changed, or are of another"
                " installation.",
                time=at,
            )
