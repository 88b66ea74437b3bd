"""
The configuration: declared once, loaded with every problem at its place, and turned into the values each part takes.

No module below the daemon sees `Config`; a consumer is given its own section or policy.
"""

from responder.config.calendars import calendar_of
from responder.config.consumers import (
    acknowledge_policy,
    answer_policy,
    catalogue_of,
    invoice_settings,
    languages_needed,
    languages_of,
    limits_of,
    password_of,
)
from responder.config.load import defaults, find, load, read
from responder.config.loaded import Loaded
from responder.config.model import Account, Config, Imap, Server, Smtp

__all__ = [
    "Account",
    "Config",
    "Imap",
    "Loaded",
    "Server",
    "Smtp",
    "acknowledge_policy",
    "answer_policy",
    "calendar_of",
    "catalogue_of",
    "defaults",
    "find",
    "invoice_settings",
    "languages_needed",
    "languages_of",
    "limits_of",
    "load",
    "password_of",
    "read",
]
