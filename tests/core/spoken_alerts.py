"""
The mails besides the digest, for the tests that read them in other languages: one function for each, by what it is.

What comes from mails, files and the database is written in Greek letters or digits, as in the digests beside this.
"""

from collections.abc import Callable, Mapping

from core.spoken_digest import HOSTS, NOW, ZONE, notices, threads

from responder.core import alerts


def written(alert: alerts.Alert) -> str:
    """Return all that a person reads of an alert."""
    return f"{alert.subject}\n{alert.text}"


ALERTS: Mapping[str, Callable[[], str]] = {
    "deadlines": lambda: written(alerts.deadlines([*threads(), *notices()], now=NOW, zone=ZONE, hosts=HOSTS)),
}
"""What is said, by what it is about; called while another language is spoken."""
