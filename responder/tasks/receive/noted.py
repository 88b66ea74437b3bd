"""
What was decided about a mail, as a row of the thread's story.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import decisions
from responder.tasks.receive.judge import Judge


def note(  # noqa: PLR0913 - the columns of a decision
    conn: Connection,
    judge: Judge,
    now: datetime,
    action: str,
    words: str | Mapping[str, object],
    *,
    mail_id: int | None = None,
    thread_id: int | None = None,
    outbox_id: int | None = None,
    reasons: Sequence[Mapping[str, str]] = (),
) -> None:
    """Keep what was decided at `now`, in words, or in words and what belongs to them."""
    decision = decisions.Decision(
        at=now,
        account=judge.account,
        action=action,
        mail_id=mail_id,
        thread_id=thread_id,
        outbox_id=outbox_id,
        detail={"words": words} if isinstance(words, str) else words,
        reasons=reasons,
    )
    decisions.decide(conn, decision)
