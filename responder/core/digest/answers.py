"""
The digest's first sections: the messages that wait for an answer, by deadline, and those nobody can verify.
"""

from collections.abc import Iterator, Sequence

from responder.core import cancelling, wording
from responder.core.actions import Action
from responder.core.digest.attached import names
from responder.core.digest.facts import DigestFacts, OpenThread
from responder.core.digest.page import Group, Item, Items
from responder.core.digest.words import due_soon, language_name, more, past_due, place
from responder.core.message import clean
from responder.core.speech import say, several

TITLE, ABOUT = 120, 60
"""Characters of a subject: as a row's title, and where a link is named for a screen reader."""


def answers(facts: DigestFacts, threads: Sequence[OpenThread]) -> Items:
    """Return the messages to answer, in the order in which their deadlines end."""
    shown = threads[: facts.room]
    acting = {thread.id for thread in shown[: facts.acting]}
    late, soon = past_due(facts, shown), due_soon(facts, shown)
    later = [thread for thread in shown if thread not in late and thread not in soon]

    def group(title: str, found: Sequence[OpenThread], urgency: str) -> Group:
        return Group(title, tuple(_answer(facts, each, urgency, acting=each.id in acting) for each in found))

    groups = (
        group(say("Overdue"), late, "late"),
        group(_soon(facts), soon, "soon"),
        group(say("Later"), later, "later"),
    )
    return Items(
        say("Answer first"),
        several(len(threads), "{n} open", "{n} open"),
        say("Sorted by what ends first, Amazon's deadline or our promise. Amazon's runs on weekends and holidays too."),
        tuple(each for each in groups if each.items),
        more(len(threads), "responder threads --open", facts.room),
    )


def _soon(facts: DigestFacts) -> str:
    if facts.next_digest_at is None:
        return say("Within 24 hours")
    return say("Before the next digest ({time})", time=wording.moment(facts.next_digest_at, facts.now, facts.zone))


def unverified(facts: DigestFacts, threads: Sequence[OpenThread]) -> Items:
    """Return the messages whose mail does not prove where it comes from."""
    items = tuple(
        _answer(facts, thread, "late" if thread.answer_by_at < facts.now else "later", acting=True)
        for thread in threads[: facts.rows]
    )
    return Items(
        say("Could not be verified"),
        str(len(threads)),
        say(
            "The mail does not prove that it comes from Amazon, so nothing was sent to it. Compare with Seller Central."
        ),
        (Group("", items),),
        more(len(threads), "responder threads --open", facts.rows),
    )


def _answer(facts: DigestFacts, thread: OpenThread, urgency: str, *, acting: bool) -> Item:
    """Return one message as a row: until when, what about, what was done so far, and where to go."""
    subject = clean(thread.subject)
    order = wording.order_number(thread.order_id)
    number = say("no. {number}", number=thread.id)
    details = [place(thread.marketplace), order, language_name(thread.language), number]
    return Item(
        when=wording.deadline(thread.answer_by_at, facts.now, facts.zone),
        left=wording.left(thread.answer_by_at, facts.now),
        urgency=urgency,
        title=_cut(subject, TITLE) or say("(no subject)"),
        details=tuple(detail for detail in details if detail),
        note=" · ".join(_remarks(facts, thread)),
        snippet=wording.masked(thread.snippet, facts.words) if facts.words else "",
        links=wording.seller_central(thread.marketplace, order, facts.hosts, _cut(subject, ABOUT) or number),
        actions=_actions(facts, thread) if acting else (),
    )


def _actions(facts: DigestFacts, thread: OpenThread) -> tuple[wording.Link, ...]:
    """Return the links that answer the digest."""
    if facts.actions is None:
        return ()
    return tuple(facts.actions.of(action, thread.id) for action in (Action.ANSWERED, Action.NO_RESPONSE_NEEDED))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _remarks(facts: DigestFacts, thread: OpenThread) -> Iterator[str]:
    if thread.returned:
        at = wording.moment(thread.returned.at, facts.now, facts.zone)
        why = clean(thread.returned.why, 80)
        yield say("your answer of {time} did not reach the buyer ({why})", time=at, why=why)
    if thread.cancelling:
        requested = thread.cancelling.requested_at
        came = wording.moment(requested, facts.now, facts.zone) if requested else ""
        yield cancelling.advice(thread.cancelling, wording.order_number(thread.order_id), came)
    if thread.messages == 2:
        yield say("the buyer wrote twice")
    elif thread.messages > 2:
        yield several(thread.messages, "the buyer wrote {n} times", "the buyer wrote {n} times")
    if thread.acknowledged_at:
        at = wording.moment(thread.acknowledged_at, facts.now, facts.zone)
        yield say("acknowledged {time}: Amazon's clock is still running", time=at)
    if thread.promise_at:
        yield _promised(facts, thread, wording.moment(thread.promise_at, facts.now, facts.zone))
    if thread.attachments:
        yield say("attached: {files}", files=names(thread.attachments))


def _promised(facts: DigestFacts, thread: OpenThread, by: str) -> str:
    if not thread.promised_first:
        return say("promised by {time}", time=by)
    amazons = wording.moment(thread.due_at, facts.now, facts.zone)
    return say("promised by {time}, before Amazon's deadline ({amazons})", time=by, amazons=amazons)
