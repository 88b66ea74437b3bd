"""
The status page: what the daemon knows, read-only, for a browser on this machine.
"""

from responder.status_page.server import run, serve
from responder.status_page.values import Facts, Turn, Vitals

__all__ = ["Facts", "Turn", "Vitals", "run", "serve"]
