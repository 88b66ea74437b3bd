"""
How troubles and their end are said to the operator, in one mail however many there are.

What is quoted (a server's words, a file's name) is cleaned and cut; everything else is our own sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from responder.core import alerts, wording
from responder.core.alerts import Alert
from responder.core.digest import OpenThread
from responder.core.message import clean
from responder.core.speech import say, several
from responder.core.trouble_sentences import STATUS, meaning, sentences
from responder.core.troubles import SMTP, Trouble, TroubleKind

ROWS = 10
"""Of one kind so many are named, the others counted."""
AHEAD = timedelta(hours=24)
"""The deadlines that are named while the daemon is blind or mute."""
_BY_WEIGHT = (
    TroubleKind.STATE,
    TroubleKind.PASSWORD_REFUSED,
    TroubleKind.PASSWORD_UNREADABLE,
    TroubleKind.MAILBOX,
    TroubleKind.MAIL_SERVER,
    TroubleKind.MAIL_REFUSED,
    TroubleKind.SILENCE,
    TroubleKind.CANARY,
    TroubleKind.DISK,
    TroubleKind.TASK,
    TroubleKind.FOLDER,
    TroubleKind.REPORTS,
    TroubleKind.HEARTBEAT,
    TroubleKind.SET_ASIDE,
    TroubleKind.CALENDAR,
    TroubleKind.UNKNOWN_KIND,
)
_TOGETHER = (TroubleKind.SET_ASIDE, TroubleKind.CALENDAR, TroubleKind.UNKNOWN_KIND)
"""Of these there may be many, which are one paragraph."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A trouble that is over, and how many messages came in while it lasted, where that matters."""

    trouble: Trouble
    came: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one mail tells of, and the open messages whose deadlines may pass meanwhile."""

    troubles: tuple[Trouble, ...] = ()
    recovered: tuple[Recovered, ...] = ()
    threads: tuple[OpenThread, ...] = ()
    now: datetime
    zone: ZoneInfo
    hosts: Mapping[str, str]


def alert(facts: Facts) -> Alert:
    """Return one mail about all of it; there is one trouble or one recovery at least."""
    return Alert(_subject(facts), "\n".join(_text(facts)))


def named(facts: Facts) -> tuple[OpenThread, ...]:
    """
    Return the open messages that matter while the daemon is blind or mute: what ends soon, then what is late.

    What can still be answered in time comes first: of the late ones an alert told already.
    """
    if not any(each.rule.urgent for each in facts.troubles):
        return ()
    soon = [each for each in facts.threads if each.answer_by_at <= facts.now + AHEAD]
    return tuple(sorted(soon, key=lambda each: (each.answer_by_at < facts.now, each.answer_by_at, each.id)))


def headline(trouble: Trouble) -> str:
    """Return what is wrong in a few words, beginning with what to see to."""
    return _said(sentences(trouble.kind).headline, trouble)


def _said(sentence: str, trouble: Trouble, **more: object) -> str:
    protocol = "SMTP" if trouble.key == SMTP else "IMAP"
    command = sentences(trouble.kind).command
    fields = {"account": trouble.account, "protocol": protocol, "what": clean(trouble.key, 40), "command": command}
    return say(sentence, **fields, **more)


def _weight(trouble: Trouble) -> int:
    return _BY_WEIGHT.index(trouble.kind)


def _grouped(troubles: Sequence[Trouble]) -> list[list[Trouble]]:
    """Return the troubles of one kind and account together, the one that costs most first."""

    def group(each: Trouble) -> tuple[int, str, str]:
        return _weight(each), each.account, "" if each.kind in _TOGETHER else each.key

    ordered = sorted(troubles, key=lambda each: (group(each), each.began_at, each.id))
    return [list(found) for _, found in groupby(ordered, key=group)]


def _subject(facts: Facts) -> str:
    groups = _grouped(facts.troubles)
    if groups:
        first, others = headline(groups[0][0]), len(groups) - 1
        more = several(others, "{first} (and {n} other problem)", "{first} (and {n} other problems)", first=first)
        return more if others else first
    first, others = headline(facts.recovered[0].trouble), len(facts.recovered) - 1
    if others:
        return several(others, "Over: {first} (and {n} other)", "Over: {first} (and {n} others)", first=first)
    return say("Over: {first}", first=first)


def _text(facts: Facts) -> Iterator[str]:
    for group in _grouped(facts.troubles):
        yield from _paragraph(group, facts)
        yield ""
    for over in facts.recovered:
        yield _over(over, facts)
        yield ""
    threads = named(facts)
    if threads:
        yield say("These messages wait for your answer (times in {zone}):", zone=facts.zone.key)
        for each in threads[: alerts.ROWS]:
            yield ""
            yield from alerts.lines(each, facts.now, facts.zone, facts.hosts)
        if len(threads) > alerts.ROWS:
            yield ""
            yield several(len(threads) - alerts.ROWS, "and {n} more", "and {n} more")
        yield ""
    if any(each.rule.recovers for each in facts.troubles):
        yield say("You are told once, and once more when it is over. How it stands: {command}", command=STATUS)
    else:
        yield say("How it stands: {command}", command=STATUS)


def _paragraph(group: Sequence[Trouble], facts: Facts) -> Iterator[str]:
    """Yield what one group is, what it means, what to do, and what happens by itself."""
    first = group[0]
    words = sentences(first.kind)
    yield _said(words.what, first, **_when(first.began_at, facts))
    for each in group[:ROWS]:
        yield f"  {clean(each.words, 300)}"
    if len(group) > ROWS:
        yield "  " + several(len(group) - ROWS, "and {n} more", "and {n} more")
    yield say(meaning(first.kind, first.key))
    yield say("What to do: {way_out}", way_out=_said(words.way_out, first))
    if first.again_at is not None and first.again_at > facts.now:
        yield _said(words.again, first, time=wording.moment(first.again_at, facts.now, facts.zone))


def _when(at: datetime, facts: Facts) -> dict[str, str]:
    """Return when something began or ended, as a moment and as one since then."""
    here = (at, facts.now, facts.zone)
    return {"at": wording.moment(*here), "since": wording.since(*here)}


def _over(over: Recovered, facts: Facts) -> str:
    """Return that a trouble is over, since when, and how long it was there."""
    trouble = over.trouble
    when = _when(trouble.over_at or facts.now, facts)
    span = wording.span(trouble.lasted(facts.now))
    told = _said(sentences(trouble.kind).over, trouble, **when, span=span, headline=headline(trouble))
    said = wording.ended(told)
    if over.came is None:
        return said
    if not over.came:
        came = say("No message came in meanwhile.")
    else:
        came = several(over.came, "{n} message came in meanwhile.", "{n} messages came in meanwhile.")
    return f"{said} {came}"
