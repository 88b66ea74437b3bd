"""
The digest's section about negative feedback: what is new, and how much of the last months still stands.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from responder.core import wording
from responder.core.bad_feedback import BadFeedback, short, stars
from responder.core.digest.bad_feedback_facts import BadNews, BadRow
from responder.core.digest.facts import DigestFacts
from responder.core.digest.page import Group, Item, Items, Section
from responder.core.digest.words import and_more, few, order_title, place
from responder.core.message import clean
from responder.core.speech import say, say_as, several

NEW, OLDER = 30, 10
"""Rows of each group: 40 in all, as in any section."""


def subject(news: BadNews) -> Iterator[str]:
    """Yield what the digest's subject says of it."""
    if news.new:
        yield several(len(news.new), "{n} negative feedback", "{n} negative feedbacks")


def sections(facts: DigestFacts) -> Iterator[Section]:
    """Yield the section, if any feedback is new."""
    news = facts.bad_feedback
    if news.is_empty:
        return
    groups = (
        Group(say_as("feedback", "New"), tuple(_row(facts, each, "soon") for each in news.new[: few(facts, NEW)])),
        Group(
            say("Still there, of the last {days} days", days=news.days),
            tuple(_row(facts, each, "none") for each in _older(facts)),
        ),
    )
    yield Items(
        say("Negative feedback"),
        several(len(news.new), "{n} new", "{n} new"),
        several(
            len(news.new) + len(news.older),
            "{n} of the last {days} days not removed. Removal hints promise nothing.",
            "{n} of the last {days} days not removed. Removal hints promise nothing.",
            days=news.days,
        ),
        tuple(group for group in groups if group.items),
        " · ".join(_more(facts)),
    )


def _older(facts: DigestFacts) -> tuple[BadRow, ...]:
    return facts.bad_feedback.older[: few(facts, OLDER)]


def _row(facts: DigestFacts, each: BadRow, urgency: str) -> Item:
    number = wording.order_number(each.order_id)
    show = ((say("its story"), f"responder orders --order {number}"),) if number else ()
    draft = ((say("a draft"), f"responder preview feedback_answer --order {number}"),) if number else ()
    return Item(
        when=stars(each.feedback),
        left="",
        urgency=urgency,
        title=order_title(number),
        details=(place(each.marketplace), _given(facts, each)),
        note=" · ".join(_remarks(facts, each)),
        snippet=wording.masked(each.feedback.comment),
        commands=(*show, *draft),
        links=wording.seller_central(each.marketplace, number, facts.hosts, clean(each.order_id, 40)),
    )


def _given(facts: DigestFacts, each: BadRow) -> str:
    at = each.feedback.at
    zone = facts.bad_feedback.zones.get(each.marketplace or "", facts.zone)
    day = wording.short_day(_noon(each.feedback, at).astimezone(zone).date())
    return say("of {day}", day=day)


def _noon(feedback: BadFeedback, at: datetime) -> datetime:
    """Return the middle of a day that a report names by its first instant: another zone does not change it then."""
    return at + timedelta(hours=12) if feedback.by_day else at


def _remarks(facts: DigestFacts, each: BadRow) -> Iterator[str]:
    if not each.feedback.verified:
        yield say("the notice could not be verified")
    if each.feedback.changed:
        yield say("the buyer changed it")
    if each.hints:
        until = each.feedback.at + timedelta(days=facts.bad_feedback.days)
        day = wording.short_day(until.astimezone(facts.zone).date())
        yield say("{hints} (ask until {day})", hints=short(each.hints), day=day)


def _more(facts: DigestFacts) -> Iterator[str]:
    news = facts.bad_feedback
    rest = len(news.new) + len(news.older) - min(len(news.new), few(facts, NEW)) - len(_older(facts))
    if rest > 0:
        yield and_more(rest, "responder feedback")
