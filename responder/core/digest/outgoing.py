"""
The digest's sections about what goes out: the mails that wait for a person, and what was sent.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from responder.core import wording
from responder.core.actions import Action
from responder.core.digest import unsure
from responder.core.digest.facts import Decision, DigestFacts
from responder.core.digest.page import Group, Item, Items, Table
from responder.core.digest.words import kind_name, kinds_counted, more, place, release_words, state_name
from responder.core.message import clean
from responder.core.speech import kept, say, say_as, several


def decisions(facts: DigestFacts) -> Items:
    """Return what only a person can decide: answers that fit several threads, then mails held back."""
    asked = [unsure.item(facts, each) for each in facts.unsure[: facts.rows]]
    held = [_decision(facts, decision) for decision in facts.decisions[: facts.rows]]
    return Items(
        say("Needs your decision"),
        str(len(facts.decisions) + len(facts.unsure)),
        "",
        (Group("", (*asked, *held)),),
        " · ".join(_more(facts)),
    )


def _more(facts: DigestFacts) -> Iterator[str]:
    """Yield how many rows of either kind are not shown, and the command that lists them."""
    kinds = ((facts.unsure, "responder threads --open"), (facts.decisions, "responder outbox --held"))
    yield from filter(None, (more(len(found), command, facts.rows) for found, command in kinds))


def _decision(facts: DigestFacts, decision: Decision) -> Item:
    expires = ""
    if decision.expires_at and decision.state != "refused":
        expires = say("expires {time}", time=wording.moment(decision.expires_at, facts.now, facts.zone))
    details = [kind_name(decision.kind), place(decision.marketplace), decision.order_id]
    return Item(
        when=state_name(decision.state),
        left=expires,
        urgency="soon",
        title=clean(decision.subject, 120) or say("(no subject)"),
        details=tuple(clean(detail, 60) for detail in details if detail),
        note=clean(kept(decision.reason), 300),
        commands=_commands(decision),
        actions=_actions(facts, decision),
    )


def _commands(decision: Decision) -> tuple[tuple[str, str], ...]:
    """Return what a person may type: a refused mail is over, its buyer still waits; a rule is not waved through."""
    if decision.state == "refused":
        done = f"responder thread {decision.thread_id} answered"
        return ((say("write to the buyer yourself, then"), done),) if decision.thread_id else ()
    if decision.broken:
        return ((say("mend the template, then"), f"responder outbox {decision.id} cancel"),)
    return (
        (release_words(decision.state), f"responder outbox {decision.id} release"),
        (say("leave it"), f"responder outbox {decision.id} cancel"),
    )


def _actions(facts: DigestFacts, decision: Decision) -> tuple[wording.Link, ...]:
    """Return the links that do the same by mail, and one that keeps the buyer from any automatic mail."""
    if facts.actions is None:
        return ()
    if decision.state == "refused":
        found = ((Action.ANSWERED, decision.thread_id), (Action.SUPPRESS, decision.thread_id))
    else:
        release = None if decision.broken else decision.id
        found = ((Action.RELEASE, release), (Action.SUPPRESS, decision.thread_id))
    return tuple(facts.actions.of(action, target, decision.tries) for action, target in found if target is not None)


def sent(facts: DigestFacts) -> Table:
    """Return what was sent to buyers since the last digest, in the order in which it left."""
    mails = sorted(facts.sent, key=lambda mail: mail.at)
    rows = [
        (
            wording.moment(mail.at, facts.now, facts.zone),
            clean(mail.marketplace or "", 40),
            clean(mail.order_id or "", 40),
            say("{kind}: {subject}", kind=kind_name(mail.kind), subject=clean(mail.subject, 80)),
        )
        for mail in mails[: facts.rows]
    ]
    return Table(
        say("Sent for you"),
        _since(facts, len(mails)),
        say("{kinds}.", kinds=", ".join(_kinds([mail.kind for mail in mails]))),
        (say("Time"), say("Marketplace"), say("Order"), say_as("column", "What")),
        tuple(rows),
        more(len(mails), "responder outbox", facts.rows),
    )


def _since(facts: DigestFacts, number: int) -> str:
    if facts.since_at is None:
        return several(number, "{n} so far", "{n} so far")
    since = wording.since(facts.since_at, facts.now, facts.zone)
    return several(number, "{n} {since}", "{n} {since}", since=since)


def _kinds(kinds: Sequence[str]) -> list[str]:
    return [kinds_counted(kind, number) for kind, number in Counter(kinds).most_common()]
