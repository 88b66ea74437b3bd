"""
Orders to requests: may the buyer be asked for feedback now, and the mail that asks, with the invoice.

Every order has a state that a person can read, and a reason; docs/feedback.md lists them.
"""

from responder.tasks.ask.asker import Asker
from responder.tasks.ask.delays import Notice, notice, tell
from responder.tasks.ask.loop import Turn, catch_up, renewed, run, turn
from responder.tasks.ask.objection import objection, sent
from responder.tasks.ask.writing import Writer

__all__ = [
    "Asker",
    "Notice",
    "Turn",
    "Writer",
    "catch_up",
    "notice",
    "objection",
    "renewed",
    "run",
    "sent",
    "tell",
    "turn",
]
