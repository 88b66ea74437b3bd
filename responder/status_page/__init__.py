"""
The status page: what the daemon knows, read-only, for a browser on this machine.

`status_page.server` serves it, and is loaded by who does: aiohttp takes longer than most commands.
"""

from responder.status_page.values import Facts, Turn, Vitals

__all__ = ["Facts", "Turn", "Vitals"]
