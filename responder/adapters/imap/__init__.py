"""A seller's mailbox over IMAP: what the receive task and `check --connect` ask of it."""

from responder.adapters.imap.mailbox import Batch, Head, Mailbox, Raw
from responder.adapters.imap.offer import Offer, folders
from responder.adapters.imap.reconnect import reconnect_delay
from responder.adapters.imap.sent import FolderUnknown
from responder.adapters.imap.settings import ImapSettings, Role, SecretSource

__all__ = [
    "Batch",
    "FolderUnknown",
    "Head",
    "ImapSettings",
    "Mailbox",
    "Offer",
    "Raw",
    "Role",
    "SecretSource",
    "folders",
    "reconnect_delay",
]
