"""
The account's health: rates near their caps, orders that will ship late, bad feedback. Each is told once for each cause.
"""

from responder.tasks.account_health.loop import run, turn
from responder.tasks.account_health.values import Shop, Watch

__all__ = ["Shop", "Watch", "run", "turn"]
