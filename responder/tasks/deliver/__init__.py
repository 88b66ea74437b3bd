"""
Outbox to mail server: one loop for each account.

One mail a turn: claimed in one transaction, sent, and what became of it kept in another. A mail to a buyer whose fate
is unknown (RFC 1047) is never sent again by itself; mail to the operator is, with the same Message-ID.
"""

from responder.tasks.deliver.loop import catch_up, recover, run, turn
from responder.tasks.deliver.values import Account, Result, Turn

__all__ = ["Account", "Result", "Turn", "catch_up", "recover", "run", "turn"]
