"""
What the digest says of the daemon itself: what it watches, how well that goes, and what was asked of it by mail.
"""

from collections.abc import Iterator

from responder.core import wording
from responder.core.digest import asked
from responder.core.digest.facts import DigestFacts
from responder.core.digest.health_facts import DaemonHealth, Mailbox
from responder.core.digest.page import Lines
from responder.core.message import clean
from responder.core.speech import say, several


def sections(facts: DigestFacts) -> Iterator[Lines]:
    """Yield what was asked by mail, and how the daemon is."""
    yield from asked.lines(facts)
    lines = (_watching(facts), _sentence(facts.health), *(clean(line, 300) for line in facts.health.more))
    if any(lines):
        yield Lines(say("The daemon"), tuple(filter(None, lines)))


def fine(facts: DigestFacts) -> str:
    """Return that all works, and when each mailbox was looked at last; nothing where that is not so."""
    boxes = facts.health.mailboxes
    if not boxes or facts.health.clock_kept is False or not all(each.ok and each.seen_at for each in boxes):
        return ""
    oldest = wording.moment(min(each.seen_at for each in boxes if each.seen_at), facts.now, facts.zone)
    return several(
        len(boxes),
        "All systems fine: the mailbox was last looked at {time}.",
        "All systems fine: {n} mailboxes, each last looked at {time} or later.",
        time=oldest,
    )


def _watching(facts: DigestFacts) -> str:
    boxes = ", ".join(_mailbox(facts, each) for each in facts.health.mailboxes)
    since = facts.health.watching_since
    if not boxes:
        return ""
    if since is None:
        return say("Watching {mailboxes}.", mailboxes=boxes)
    day = wording.short_day(since.astimezone(facts.zone).date())
    return say("Watching since {day}: {mailboxes}.", day=day, mailboxes=boxes)


def _mailbox(facts: DigestFacts, box: Mailbox) -> str:
    name = clean(box.name, 60)
    if box.seen_at is None:
        return say("{mailbox} (never reached yet)", mailbox=name)
    time = wording.moment(box.seen_at, facts.now, facts.zone)
    if box.ok:
        return say("{mailbox} (works, last looked at {time})", mailbox=name, time=time)
    return say("{mailbox} (in trouble, last looked at {time})", mailbox=name, time=time)


def _sentence(health: DaemonHealth) -> str:
    words = " · ".join(_figures(health))
    return wording.sentence(words) if words else ""


def _figures(health: DaemonHealth) -> Iterator[str]:
    """Yield each figure that is known, as words of its own."""
    if health.troubles is not None:
        yield (
            several(health.troubles, "{n} interruption", "{n} interruptions")
            if health.troubles
            else say("no interruption")
        )
    if health.unreadable is not None:
        yield several(health.unreadable, "{n} mail read in part only", "{n} mails read in part only")
    if health.set_aside is not None:
        yield several(health.set_aside, "{n} mail set aside", "{n} mails set aside")
    if health.handled_after is not None:
        yield say("mail handled {span} after it arrived", span=wording.span(health.handled_after))
    if health.waiting is not None:
        yield several(health.waiting, "{n} mail of ours waits", "{n} mails of ours wait")
    if health.held:
        yield several(health.held, "{n} held back", "{n} held back")
    if health.clock_kept is not None:
        yield say("clock synchronised") if health.clock_kept else say("clock NOT synchronised")
    if health.disk_used is not None:
        yield say("disk {percent} % full", percent=round(health.disk_used * 100))
