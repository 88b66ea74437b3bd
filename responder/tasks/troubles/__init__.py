"""
What keeps the daemon from its work, told: one mail for what began, one for what is over, each once.

Mail to the operator that its own account cannot send goes through another one.
"""

from responder.tasks.troubles.loop import run, turn
from responder.tasks.troubles.values import Guard, Turned

__all__ = ["Guard", "Turned", "run", "turn"]
