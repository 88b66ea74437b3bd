"""
Evidence for an appeal: what is kept of one thread or one order, as the files of one folder, with their hashes.

Nothing here touches a disk. No file's name, and no line that is ours, is made of words from a mail.
"""

from responder.core.evidence.files import File, Making, checksums, files
from responder.core.evidence.values import (
    Evidence,
    InvoiceUse,
    KeptMail,
    KeptNotice,
    Made,
    OutgoingMail,
    Told,
)

__all__ = [
    "Evidence",
    "File",
    "InvoiceUse",
    "KeptMail",
    "KeptNotice",
    "Made",
    "Making",
    "OutgoingMail",
    "Told",
    "checksums",
    "files",
]
