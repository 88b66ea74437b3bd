"""
Mail out: one kept connection to the account's submission server (RFC 5321, RFC 6409), on aiosmtplib.

What `send` returns is certain, or it is `Ambiguous`: MAIL, RCPT, DATA and the body are separate steps, so that a loss
before the body is surely unsent, and after its first byte nothing but a reply counts (RFC 1047).
"""

from responder.adapters.smtp.connection import ProbeResult, Security, SmtpSettings, probe
from responder.adapters.smtp.outcome import Ambiguous, Deferred, Delivered, LoginRefused, Outcome, Refused, Stage
from responder.adapters.smtp.sender import Sender

__all__ = [
    "Ambiguous",
    "Deferred",
    "Delivered",
    "LoginRefused",
    "Outcome",
    "ProbeResult",
    "Refused",
    "Security",
    "Sender",
    "SmtpSettings",
    "Stage",
    "probe",
]
