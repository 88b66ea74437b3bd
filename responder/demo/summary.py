"""
What the weekend came to, counted from the daemon's state.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from responder.adapters.store import decisions, notices, outbox, schema, threads, timers
from responder.core.acknowledge import SENTENCES, Reason
from responder.core.threads import ThreadState

VIA = {
    "sent_folder": "mail program",
    "answered_flag": "phone",
    "answer_copy": "Seller Central",
    "operator": "a link of the digest",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """The counts; `withheld` is by the first reason, `answered` by how the answer became known."""

    messages: int
    not_verified: int
    acknowledged: int
    returned: int
    withheld: dict[str, int]
    answered: dict[str, int]
    open: int
    overdue: int
    notices: int
    notices_told: int
    digests: int
    alerts: int
    mails_sent: int


def totals(conn: Connection) -> Totals:
    """Return the counts."""
    mail = schema.mail.c
    messages = select(func.count()).where(mail.kind == "buyer_message", mail.role == "inbox")
    sent = [row for row in outbox.outbox_rows(conn) if row.sent_at is not None]
    kinds = Counter(row.kind for row in sent)
    every = threads.threads(conn)
    withheld = [each for each in decisions.decisions(conn) if each.action == "withhold"]
    late = {each.thread_id for each in timers.timers(conn, pending=False) if each.kind == "overdue" and each.fired_at}
    found = notices.notices(conn)
    return Totals(
        messages=conn.scalar(messages) or 0,
        not_verified=conn.scalar(messages.where(mail.authentic == "fail")) or 0,
        acknowledged=kinds["acknowledgement"],
        returned=sum(row.state == "refused" for row in sent),
        withheld=dict(Counter(each.reasons[0]["code"] for each in withheld)),
        answered=dict(Counter(str(each.answered_via) for each in every if each.state is ThreadState.ANSWERED)),
        open=sum(each.state is ThreadState.OPEN for each in every),
        overdue=len(late - {None}),
        notices=len(found),
        notices_told=sum(each.digest_at is not None for each in found),
        digests=kinds["digest"],
        alerts=kinds["alert"],
        mails_sent=len(sent),
    )


def facts(counted: Totals) -> dict[str, Any]:
    """Return the counts for a program."""
    return asdict(counted)


def rows(counted: Totals) -> Sequence[tuple[str, str]]:
    """Return the counts for people."""
    why = "; ".join(f"{number}×\N{NO-BREAK SPACE}{_because(code)}" for code, number in counted.withheld.items())
    how = ", ".join(f"{number} by {VIA[via]}" for via, number in counted.answered.items())
    sent = f"{counted.acknowledged} acknowledgements, {counted.digests} digests, {counted.alerts} alerts"
    return (
        ("messages", f"{counted.messages}, of them {counted.not_verified} not verified"),
        ("acknowledged", f"{counted.acknowledged}, of them {counted.returned} returned by a mail server"),
        ("not acknowledged", f"{sum(counted.withheld.values())}: {why}"),
        ("answered", f"{sum(counted.answered.values())}: {how}"),
        ("still open", str(counted.open)),
        ("overdue", f"{counted.overdue} at some time"),
        ("notices", f"{counted.notices}, of them {counted.notices_told} told in a digest"),
        ("mails sent", f"{counted.mails_sent}: {sent}"),
    )


def _because(code: str) -> str:
    sentence = SENTENCES[Reason(code)]
    return sentence[0].lower() + sentence[1:]
