"""
The alert about negative feedback: the comment, the order's story, what Amazon may remove and why, and a draft.

All of it is for a person to judge and to send. Times are the seller's; an order's own dates are on its store's clock.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from textwrap import wrap

from responder.core import wording
from responder.core.alerts import Alert
from responder.core.bad_feedback import CHECKS, BadFeedback, stars
from responder.core.bad_feedback_story import Draft, Story, Told, lines
from responder.core.message import clean
from responder.core.removal import Hint, RemovalRules
from responder.core.removal_words import said as criteria_words
from responder.core.speech import say, several
from responder.core.words import clean_body

__all__ = ["Draft", "Story", "Told", "alert"]

COMMENT = 1_000
FULL = 10
"""So many are told at length; of the others each has one line."""
LISTED = 40
WIDTH = 108
_REMOVED = "responder feedback ORDER removed"
_NO_BREAK = "\N{NO-BREAK SPACE}"  # what is to be typed stays on one line


def alert(stories: Sequence[Story], told: Told, now: datetime) -> Alert:
    """Return the alert about these; there must be at least one."""
    return Alert(_subject(stories), "\n".join(_text(stories, told, now)))


def _subject(stories: Sequence[Story]) -> str:
    first = stories[0]
    number = wording.order_number(first.order_id) or say("(no number)")
    given = _capital(stars(first.feedback))
    if first.marketplace:
        place = clean(first.marketplace, 40)
        said = say("{stars}: order {number} on {place}", stars=given, number=number, place=place)
    else:
        said = say("{stars}: order {number}", stars=given, number=number)
    others = len(stories) - 1
    return several(others, "{first} and {n} other", "{first} and {n} others", first=said) if others else said


def _text(stories: Sequence[Story], told: Told, now: datetime) -> Iterator[str]:
    yield several(
        len(stories),
        "{n} negative feedback (times in {zone}):",
        "{n} negative feedbacks (times in {zone}):",
        zone=told.zone.key,
    )
    for story in stories[:FULL]:
        yield ""
        yield from _one(story, told, now)
    for story in stories[FULL:LISTED]:
        yield f"- {_head(story, told, now)}"
    if len(stories) > LISTED:
        rest, command = len(stories) - LISTED, "responder feedback"
        yield several(rest, "and {n} more: {command}", "and {n} more: {command}", command=command)
    yield ""
    yield from _advice()


def _advice() -> Iterator[str]:
    yield from wrap(
        say(
            "Nothing was sent, neither to the buyer nor to Amazon. Offer a solution first: a buyer who is helped may"
            " think of the feedback unasked. Pressing for a change, or giving something for it, breaks Amazon's rules."
        ),
        WIDTH,
    )
    yield say("A public reply: one only, short and factual; it cannot be edited afterwards.")
    request = wrap(
        say(
            "Amazon allows a request to remove feedback only for a reason of its own, one for each feedback, and"
            " forbids asking for many at random. Removed? Type: {command}",
            command=_REMOVED.replace(" ", _NO_BREAK),
        ),
        WIDTH,
    )
    yield from (line.replace(_NO_BREAK, " ") for line in request)


def _head(story: Story, told: Told, now: datetime) -> str:
    order = say("order {number}", number=wording.order_number(story.order_id) or say("(no number)"))
    place = clean(story.marketplace, 40) if story.marketplace else say("marketplace unknown")
    return f"{stars(story.feedback)} · {order} · {place} · {_day(story.feedback, told, now)}"


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _day(feedback: BadFeedback, told: Told, now: datetime) -> str:
    """Return when it was given: a report knows the day only."""
    if not feedback.by_day:
        return wording.moment(feedback.at, now, told.zone)
    return wording.short_day((feedback.at + timedelta(hours=12)).astimezone(told.zone).date())


def _one(story: Story, told: Told, now: datetime) -> Iterator[str]:
    feedback = story.feedback
    yield _capital(_head(story, told, now))
    if feedback.changed:
        yield f"  {_changed(feedback)}"
    if not feedback.verified:
        yield "  " + say("Amazon's notice could not be verified: compare with Seller Central before you do anything.")
    yield from _comment(feedback)
    yield "  " + say("The order:")
    yield from (f"    {line}" for line in lines(story, told, now))
    yield from _removal(story, told, now)
    yield from _draft(story)
    for link in wording.seller_central(story.marketplace, story.order_id, told.hosts, story.order_id):
        yield f"  {wording.labelled(link.label, link.href)}"


def _changed(feedback: BadFeedback) -> str:
    if not feedback.earlier:
        return say("The buyer changed it; before it was negative.")
    return several(
        feedback.earlier,
        "The buyer changed it; before it was {n} star.",
        "The buyer changed it; before it was {n} stars.",
    )


def _comment(feedback: BadFeedback) -> Iterator[str]:
    """Yield the comment as a quotation, so that none of its lines looks like one of ours."""
    said = clean_body(feedback.comment, COMMENT).strip()
    if not said:
        missing = say("Comment: not in Amazon's notice; it comes with the feedback report.")
        yield "  " + (say("Comment: none.") if feedback.by_day else missing)
        return
    yield "  " + say("Comment:")
    yield from (f"    > {line}".rstrip() for line in said.split("\n"))
    if len(feedback.comment) > COMMENT:
        yield "    > [...]"
    if feedback.response:
        yield "  " + say("It has a public reply already; there can be no second one.")


def _removal(story: Story, told: Told, now: datetime) -> Iterator[str]:
    yield "  " + say("Amazon's removal criteria (a hint from single words, no promise):")
    for hint in story.hints:
        yield from _hint(hint, told.rules)
    if not story.feedback.comment.strip():
        yield "    " + say("Without the comment nothing can be said of them.")
    elif not story.hints:
        yield "    " + say("None seems to apply. Unfair or settled is no reason: such feedback stays.")
    yield f"    {_until(story, told, now)}"


def _hint(hint: Hint, rules: RemovalRules) -> Iterator[str]:
    row = rules.criteria[hint.criterion]
    words = ", ".join(wording.quoted(clean(word, 60)) for word in hint.words)
    yield "    " + say("May apply: {means}. Found: {words}.", means=criteria_words(row.means), words=words)
    yield "      " + say(
        "{result} ({source}; grade {grade}).",
        result=criteria_words(row.result),
        source=criteria_words(row.source),
        grade=row.grade,
    )
    yield from (f"      {_capital(say(CHECKS[check]))}." for check in hint.checks)


def _until(story: Story, told: Told, now: datetime) -> str:
    rules = told.rules
    until = story.feedback.request_until(rules)
    if until <= now:
        return say("More than {days} days old: a request is not possible any more.", days=rules.days)
    return say(
        "A request is possible until {day} ({days} days; {source}; grade {grade}).",
        day=wording.short_day(until.astimezone(told.zone).date()),
        days=rules.days,
        source=criteria_words(rules.days_source),
        grade=rules.days_grade,
    )


def _draft(story: Story) -> Iterator[str]:
    number = wording.order_number(story.order_id)
    if story.draft is None:
        if number:
            command = f"responder preview feedback_answer --order {number}"
            yield "  " + say("A draft to the buyer: {command}", command=command)
        return
    yield "  " + say("A draft to the buyer, for you to change and send:")
    yield "    " + say("Subject: {subject}", subject=clean(story.draft.subject, 200))
    yield ""
    yield from (f"    {line}".rstrip() for line in clean_body(story.draft.body, 4_000).strip().split("\n"))
    yield ""
