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
from responder.core.digest.words import place
from responder.core.message import clean
from responder.core.wording import counted

NEW, OLDER = 30, 10
"""Rows of each group: 40 in all, as in any section."""


def subject(news: BadNews) -> Iterator[str]:
    """Yield what the digest's subject says of it."""
    if news.new:
        yield f"{counted(len(news.new), 'negative feedback', 'negative feedbacks')}"


def sections(facts: DigestFacts) -> Iterator[Section]:
    """Yield the section, if any feedback is new."""
    news = facts.bad_feedback
    if news.is_empty:
        return
    groups = (
        Group("New", tuple(_row(facts, each, "soon") for each in news.new[:NEW])),
        Group(f"Still there, of the last {news.days} days", tuple(_row(facts, each, "none") for each in _older(news))),
    )
    yield Items(
        "Negative feedback",
        counted(len(news.new), "new", "new"),
        f"{len(news.new) + len(news.older)} of the last {news.days} days not removed. Removal hints promise nothing.",
        tuple(group for group in groups if group.items),
        " · ".join(_more(news)),
    )


def _older(news: BadNews) -> tuple[BadRow, ...]:
    return news.older[:OLDER]


def _row(facts: DigestFacts, each: BadRow, urgency: str) -> Item:
    number = wording.order_number(each.order_id)
    show = (("its story", f"responder orders --order {number}"),) if number else ()
    draft = (("a draft", f"responder preview feedback_answer --order {number}"),) if number else ()
    return Item(
        when=stars(each.feedback),
        left="",
        urgency=urgency,
        title=f"Order {number or '(no number)'}",
        details=(place(each.marketplace), _given(facts, each)),
        note=" · ".join(_remarks(facts, each)),
        snippet=wording.masked(each.feedback.comment),
        commands=(*show, *draft),
        links=wording.seller_central(each.marketplace, number, facts.hosts, clean(each.order_id, 40)),
    )


def _given(facts: DigestFacts, each: BadRow) -> str:
    at = each.feedback.at
    zone = facts.bad_feedback.zones.get(each.marketplace or "", facts.zone)
    return f"of {wording.short_day(_noon(each.feedback, at).astimezone(zone).date())}"


def _noon(feedback: BadFeedback, at: datetime) -> datetime:
    """Return the middle of a day that a report names by its first instant: another zone does not change it then."""
    return at + timedelta(hours=12) if feedback.by_day else at


def _remarks(facts: DigestFacts, each: BadRow) -> Iterator[str]:
    if not each.feedback.verified:
        yield "the notice could not be verified"
    if each.feedback.changed:
        yield "the buyer changed it"
    if each.hints:
        until = each.feedback.at + timedelta(days=facts.bad_feedback.days)
        yield f"{short(each.hints)} (ask until {wording.short_day(until.astimezone(facts.zone).date())})"


def _more(news: BadNews) -> Iterator[str]:
    rest = len(news.new) + len(news.older) - len(news.new[:NEW]) - len(_older(news))
    if rest > 0:
        yield f"and {rest} more: responder feedback"
