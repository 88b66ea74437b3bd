"""
The daemon itself: accounts, loops, what is wrong since when, and what it did last.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection

from responder.adapters.store import canaries, cursors, digests, outages, outbox, report_files, troubles
from responder.adapters.store import health as stored
from responder.adapters.store.health import AccountHealth
from responder.core import canary
from responder.core.message import clean
from responder.core.speech import noted, say, several
from responder.core.troubles import Trouble
from responder.core.wording import span
from responder.status_page import healthz
from responder.status_page.page import Cell, Lines, Page, Table
from responder.status_page.pages import lists
from responder.status_page.values import Facts, Now, Turn, Vitals

STATES: Mapping[str, str] = {
    "connected": noted("connected"),
    "connecting": noted("connecting"),
    "failing": noted("failing"),
    "unknown": noted("not known yet"),
}
TONES = {"connected": "good", "failing": "late"}


def page(conn: Connection, facts: Facts, now: Now, vitals: Vitals) -> Page:
    """Return how the daemon is."""
    verdict = healthz.verdict(conn, facts, vitals, now.at)
    return Page(
        title=say("Health"),
        summary=(say("Everything that must move moves."),) if not verdict.reasons else (),
        sections=(
            *_stands_still(verdict),
            _accounts([each for each in stored.health(conn) if each.account in facts.accounts], facts, now, vitals),
            _troubles(troubles.lasting(conn), facts, now),
            _loops(vitals.turns()),
            Lines(say("What it did last"), tuple(_last(conn, facts, now, vitals))),
        ),
    )


def alarms(conn: Connection, facts: Facts, now: Now, vitals: Vitals) -> Iterator[str]:
    """Yield what the other pages say of the daemon: that it does not see everything, that something is wrong."""
    if healthz.verdict(conn, facts, vitals, now.at).reasons:
        yield say("Not everything moves, so the pages may lack what came lately: Health says why.")
    if lasting := len(troubles.lasting(conn)):
        yield several(
            lasting, "{n} trouble lasts: Health says what it is.", "{n} troubles last: Health says what they are."
        )


def _stands_still(verdict: healthz.Verdict) -> Iterator[Lines]:
    """Yield what `/healthz` says, as it says it."""
    if verdict.reasons:
        said = tuple(clean(each, 300) for each in verdict.reasons)
        yield Lines(say("What does not move"), said, tone="late", language="en")


def _accounts(accounts: Sequence[AccountHealth], facts: Facts, now: Now, vitals: Vitals) -> Table:
    zone = facts.operator.zone
    rows = tuple(
        (
            Cell(clean(each.account, 60), (clean(each.problem, 300),) if each.problem else ()),
            _state(each.imap_state, lists.moment(each.imap_last_contact_at, now.at, zone)),
            _state(each.smtp_state, lists.moment(each.smtp_last_contact_at, now.at, zone)),
            Cell(str(each.backlog)),
            Cell(str(vitals.reconnects.get(each.account, 0))),
        )
        for each in accounts
    )
    columns = (say("Account"), say("Mailbox, last contact"), say("Mail server, last mail"), say("Backlog"))
    return Table(
        say("Accounts"),
        (*columns, say("Connections lost")),
        rows,
        empty=say("The daemon has not been started yet."),
        intro=say("Connections lost are counted since the daemon's start."),
    )


def _state(state: str, contact: str) -> Cell:
    words = say(STATES[state]) if state in STATES else clean(state, 40)
    return Cell(words, (contact,), tone=TONES.get(state, ""))


def _troubles(found: Sequence[Trouble], facts: Facts, now: Now) -> Table:
    zone = facts.operator.zone
    rows = tuple(
        (
            Cell(clean(each.words, 300), tone="late"),
            Cell(clean(each.account, 60)),
            Cell(lists.moment(each.began_at, now.at, zone)),
            Cell(lists.moment(each.told_at, now.at, zone)),
        )
        for each in found
    )
    columns = (say("Trouble"), say("Account"), say("Since"), say("Told by mail"))
    return Table(say("What is wrong"), columns, rows, empty=say("Nothing is wrong."))


def _loops(turns: Sequence[Turn]) -> Table:
    rows = tuple(
        (
            Cell(clean(each.name, 80)),
            Cell(say("stands still"), tone="late") if each.is_late else Cell(say("moves"), tone="good"),
            Cell(say("{span} ago", span=span(timedelta(seconds=each.ago)))),
            Cell("–" if each.limit is None else span(timedelta(seconds=each.limit))),
        )
        for each in sorted(turns, key=lambda each: (not each.is_late, each.name))
    )
    columns = (say("Task"), say("State"), say("Last turn"), say("May be silent for"))
    return Table(say("Tasks"), columns, rows, empty=say("The tasks of another process are not known here."))


def _last(conn: Connection, facts: Facts, now: Now, vitals: Vitals) -> Iterator[str]:
    zone = facts.operator.zone
    yield say("Version {version}.", version=facts.version)
    last = digests.last_digest(conn)
    if last is None:
        yield say("No digest was written yet.")
    else:
        yield say(
            "Digest no. {number} was written {time}.", number=last.number, time=lists.moment(last.at, now.at, zone)
        )
    waiting = outbox.counts(conn)
    held = waiting.get("held", 0) + waiting.get("ambiguous", 0)
    yield several(waiting.get("queued", 0), "{n} mail waits to be sent.", "{n} mails wait to be sent.")
    yield several(held, "{n} mail waits for you.", "{n} mails wait for you.")
    if aside := len(cursors.quarantined(conn)):
        yield several(aside, "{n} mail could not be read and was set aside.", "{n} mails could not be read: set aside.")
    if (report := report_files.last(conn)) is not None:
        yield say(
            "The newest report is {name}, read {time}: {state}.",
            name=clean(report.name, 80),
            time=lists.moment(report.at, now.at, zone),
            state=clean(report.state, 40),
        )
    yield from _test_mails(conn, facts, now)
    beat = outages.heartbeat_at(conn)
    if beat is not None:
        yield say("The last heartbeat was {time}.", time=lists.moment(beat, now.at, zone))
    if (used := vitals.disk_used()) is not None:
        yield say("The disk with the state is {percent} % full.", percent=round(used * 100))


def _test_mails(conn: Connection, facts: Facts, now: Now) -> Iterator[str]:
    """Yield what became of the last test mail to each watched mailbox, where there was one."""
    for account in facts.accounts:
        if (last := canaries.last(conn, account)) is not None:
            yield canary.said(last, now.at, facts.operator.zone)
