"""
Past mail replayed through a configuration, in a throw-away state: what would have been decided, when and why.

Nothing is sent, and nothing is kept; the seller's own state is not opened.
"""

from responder.simulation.figures import Figures, Message, figures
from responder.simulation.files import Files
from responder.simulation.folders import Folders
from responder.simulation.past import Listed, Past, Skipped, Source
from responder.simulation.proof import Proof
from responder.simulation.replay import Life, Replay
from responder.simulation.run import Side, simulate

__all__ = [
    "Figures", "Files", "Folders", "Life", "Listed", "Message", "Past", "Proof", "Replay", "Side", "Skipped", "Source",
    "figures", "simulate",
]  # fmt: skip
