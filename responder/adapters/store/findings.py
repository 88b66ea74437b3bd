"""
What keeps a finished mail from ever leaving as it is: the rules of Amazon's that it breaks.

Kept with the mail (`payload["findings"]`, a list of sentences) before it is enqueued. No person can wave it through:
the account would answer for it.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from responder.adapters.store.outbox import NewOutbox, OutboxRow
from responder.core.policy import ERROR, Finding

_BEFORE = re.compile(r"L[0-9]{2} line [0-9]+: ", re.ASCII)
"""How the reason begins of a mail that was held before findings had a place of their own."""


def judged(mail: NewOutbox, findings: Iterable[Finding]) -> NewOutbox:
    """Return the mail as it is to be enqueued: held, with the rules it breaks, where one of them forbids it."""
    broken = [f"{each.rule} line {each.line}: {each.hint}" for each in findings if each.severity == ERROR]
    if not broken:
        return mail
    return replace(mail, state="held", reason="; ".join(broken), payload={**mail.payload, "findings": broken})


def found(row: OutboxRow) -> tuple[str, ...]:
    """Return the rules a mail breaks, each in a sentence."""
    kept = row.payload.get("findings")
    if kept:
        return tuple(map(str, kept))
    old = row.reason if row.state == "held" and row.reason and _BEFORE.match(row.reason) else None
    return (old,) if old else ()


def words(row: OutboxRow) -> str | None:
    """Return the rules a mail breaks as the reason to hold it; None when it breaks none."""
    return "; ".join(found(row)) or None
