"""
The outbox: what was decided to be sent, what became of it, and why.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from responder.adapters.store import findings
from responder.adapters.store import outbox as stored
from responder.adapters.store.outbox import OutboxRow
from responder.core import wording
from responder.core.message import clean
from responder.core.speech import kept, noted, say
from responder.status_page.page import Cell, Page, Table
from responder.status_page.pages import lists
from responder.status_page.values import Facts, Now

WAITING = ("queued", "sending", "held", "ambiguous")
STATES: Mapping[str, str] = {
    "queued": noted("waits to be sent"),
    "sending": noted("is being sent"),
    "sent": noted("sent"),
    "held": noted("held back: it waits for you"),
    "ambiguous": noted("sent or not? It waits for you"),
    "refused": noted("refused"),
    "cancelled": noted("cancelled"),
}
KINDS: Mapping[str, str] = {
    "acknowledgement": noted("Acknowledgement"),
    "feedback_request": noted("Request for feedback"),
    "invoice": noted("Invoice"),
    "delay_notice": noted("News of a delay"),
    "digest": noted("Digest to you"),
    "alert": noted("Alert to you"),
    "canary": noted("Mail to ourselves"),
}
TONES = {"held": "soon", "ambiguous": "soon", "refused": "late", "sent": "good"}


def page(conn: Connection, facts: Facts, now: Now) -> Page:
    """Return all of it, the newest first, or with `open=1` what still waits."""
    only_open = now.asked.open is True
    found = stored.outbox_rows(conn, WAITING if only_open else (), lists.reach(now.asked), raw=False)
    shown = lists.part(found, now.asked)
    columns = (say("State"), say("What"), say("To"), say("When"), say("Tries"))
    rows = tuple(_row(each, facts, now) for each in shown.rows)
    title = say("Mail that waits") if only_open else say("Mail that was written")
    empty = say("Nothing waits to be sent.") if only_open else say("Nothing was written yet.")
    return Page(
        title=title,
        sections=(Table(title, columns, rows, empty=empty),),
        choices=lists.choices(now.asked, only_open=only_open, waiting=say("Waiting"), everything=say("Everything")),
        earlier=shown.earlier,
        later=shown.later,
    )


def _row(row: OutboxRow, facts: Facts, now: Now) -> tuple[Cell, ...]:
    zone = facts.operator.zone
    why = findings.found(row) or ((row.reason,) if row.reason else ())
    at = row.sent_at or row.due_at
    when = say("Sent {time}", time=wording.moment(at, now.at, zone)) if row.sent_at else _due(row, facts, now)
    return (
        Cell(
            say(STATES[row.state]) if row.state in STATES else clean(row.state, 40),
            tuple(clean(kept(each), 300) for each in why),
            tone=TONES.get(row.state, ""),
        ),
        Cell(
            say(KINDS[row.kind]) if row.kind in KINDS else clean(row.kind, 40),
            (clean(row.subject) or say("(no subject)"),),
            href=f"/thread/{row.thread_id}" if row.thread_id is not None else "",
        ),
        Cell(clean(row.recipient, 120)),
        Cell(when),
        Cell(str(row.attempts)),
    )


def _due(row: OutboxRow, facts: Facts, now: Now) -> str:
    at = wording.moment(row.due_at, now.at, facts.operator.zone)
    return say("Due {time}", time=at) if row.state in WAITING else say("Written {time}", time=_written(row, facts, now))


def _written(row: OutboxRow, facts: Facts, now: Now) -> str:
    return wording.moment(row.created_at, now.at, facts.operator.zone)
