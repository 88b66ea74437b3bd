"""
Amazon's notices: what needs an answer, by deadline, then what is news.
"""

from sqlalchemy import Connection

from responder.adapters.store import notice_rows
from responder.adapters.store import notices as stored
from responder.core import notice_life, wording
from responder.core.digest import Notice, notice_words
from responder.core.message import clean
from responder.core.speech import say, several
from responder.status_page.page import Cell, Page, Table
from responder.status_page.pages import lists
from responder.status_page.values import Facts, Now


def page(conn: Connection, facts: Facts, now: Now) -> Page:
    """Return the notices that wait for a person, or with `open=0` all of them."""
    only_open = now.asked.open is not False
    found = stored.notices(conn, waiting=only_open, limit=None if only_open else lists.reach(now.asked))
    shown = lists.part(found, now.asked)
    columns = (say("Act by"), say("Notice"), say("Received"), say("Store and order"), say("Seller Central"))
    rows = tuple(_row(each, facts, now) for each in notice_rows.rows(conn, shown.rows))
    title = say("Notices that need you") if only_open else say("All notices")
    return Page(
        title=title,
        summary=(several(len(found), "{n} notice needs you.", "{n} notices need you."),) if only_open and found else (),
        sections=(
            Table(
                title,
                columns,
                rows,
                empty=say("No notice needs you.") if only_open else say("Nothing here: no notice from Amazon."),
            ),
        ),
        choices=lists.choices(now.asked, only_open=only_open, waiting=say("Needs you"), everything=say("All notices")),
        earlier=shown.earlier,
        later=shown.later,
    )


def _row(notice: Notice, facts: Facts, now: Now) -> tuple[Cell, ...]:
    zone, order = facts.operator.zone, wording.order_number(notice.order_id)
    subject = clean(notice.subject) or say("(no subject)")
    remarks = tuple(notice_words.remarks(notice, now.at, zone))
    return (
        lists.due(notice.due_at, now.at, zone) if notice_life.waits(notice) else Cell(_done(notice), tone="good"),
        Cell(notice_words.kind(notice), (subject, *notice_words.amounts(notice), *remarks)),
        Cell(wording.moment(notice.received_at, now.at, zone)),
        Cell(clean(notice.marketplace or "", 40) or say("marketplace unknown"), (order,) if order else ()),
        Cell("", links=wording.seller_central(notice.marketplace, order, facts.operator.hosts, subject)),
    )


def _done(notice: Notice) -> str:
    """Return why nobody has to act on it."""
    if notice.settled_at is not None:
        return say("settled")
    return say("seen") if notice.seen_at is not None else say("for your information")
