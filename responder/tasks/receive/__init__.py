"""Mailbox to store: fetch, understand, decide, and keep all of it in one transaction per mail."""

from responder.tasks.receive.by_person import stop_clock
from responder.tasks.receive.clocks import happen
from responder.tasks.receive.judge import Judge
from responder.tasks.receive.keep import Arrival, Kept, keep
from responder.tasks.receive.loop import Folder, FolderSettings, Verifier
from responder.tasks.receive.settle import accepted

__all__ = [
    "Arrival", "Folder", "FolderSettings", "Judge", "Kept", "Verifier", "accepted", "happen", "keep", "stop_clock",
]  # fmt: skip
