"""
What is wrong with the invoices' keys: how long a file must rest, where the folder lies.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from responder.config.checks import Finding
from responder.config.model import Config
from responder.config.values import duration_text

SHORTEST, LONGEST = timedelta(seconds=5), timedelta(hours=1)


def settings(config: Config) -> Iterator[Finding]:
    """Yield what is wrong in the file itself."""
    rest = config.invoices.unchanged_for
    if not SHORTEST <= rest <= LONGEST:
        words = f"must be between {duration_text(SHORTEST)} and {duration_text(LONGEST)}, got {duration_text(rest)}"
        yield Finding(("invoices", "unchanged_for"), words, "correct it")
    if config.invoices.mail != "never" and not config.feedback.enabled:
        words = f"{config.invoices.mail} does nothing while feedback.enabled is false"
        yield Finding(("invoices", "mail"), words, "write never, or feedback: {enabled: true}")


def neighbours(config: Config, folder: Path) -> Iterator[Finding]:
    """Yield what is wrong with the folder, where invoices are sent at all."""
    if not is_used(config):
        return
    invoices, orders = (folder / config.invoices.folder).resolve(), (folder / config.orders.folder).resolve()
    where = ("invoices", "folder")
    if not invoices.is_dir():
        yield Finding(where, f"there is no folder {invoices}", "make it, or correct the name")
    if invoices == orders or orders in invoices.parents:
        yield Finding(
            where, "lies in the folder of the order reports, where files are moved away", "use another folder"
        )


def is_used(config: Config) -> bool:
    """Return whether any mail carries an invoice."""
    return config.feedback.enabled and (config.feedback.invoice != "none" or config.invoices.mail != "never")
