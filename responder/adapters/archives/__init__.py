"""
Mail that lies in files: an mbox, or a Maildir. It is read, and nothing is changed.

Listing goes through a file once and keeps only the header of the mail it is at, so a file of any size takes little
memory; a mail's bytes are read again when its turn comes.
"""

from responder.adapters.archives.lying import Archive, Lying, NoArchive, Unreadable
from responder.adapters.archives.maildir import Maildir
from responder.adapters.archives.mbox import Mbox

__all__ = ["Archive", "Lying", "Maildir", "Mbox", "NoArchive", "Unreadable"]
