"""Mailbox to store: fetch, understand, decide, and keep all of it in one transaction per mail."""

from responder.tasks.receive.judge import Judge
from responder.tasks.receive.keep import Arrival, Kept, keep
from responder.tasks.receive.loop import Folder, FolderSettings

__all__ = ["Arrival", "Folder", "FolderSettings", "Judge", "Kept", "keep"]
