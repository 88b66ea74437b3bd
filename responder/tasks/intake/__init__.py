"""
Orders in: report files from the seller's hand or from the watched folder.
"""

from responder.tasks.intake.loop import Intake, look, run, turn

__all__ = ["Intake", "look", "run", "turn"]
