"""
What is wrong with the keys of requests for feedback, and what they lack to do anything.
"""

from collections.abc import Iterator
from pathlib import Path

from responder.config.checks import Finding
from responder.config.model import Config
from responder.core.amazon import Catalogue
from responder.core.hours import MIDNIGHT
from responder.core.transit import DEFAULT
from responder.document import nearest
from responder.errors import Severity

LONGEST_TRANSIT = 60


def settings(config: Config) -> Iterator[Finding]:
    """Yield what is wrong in the file itself."""
    section = config.feedback
    if DEFAULT not in section.transit_days:
        problem = "has no default: where a country is not named, nobody knows when a parcel arrives"
        yield Finding(("feedback", "transit_days"), problem, "write {default: 4, FR: 2}")
    for country, days in section.transit_days.items():
        if days > LONGEST_TRANSIT:
            where = ("feedback", "transit_days", country)
            yield Finding(where, f"must be at most {LONGEST_TRANSIT} working days, got {days}", "correct it")
    start, end = section.send_between
    if MIDNIGHT != end <= start:
        problem = f"from {start:%H:%M} until {end:%H:%M} of the next day is the night of the buyers"
        hint = f'if you did not mean that, write "{end:%H:%M}-{start:%H:%M}"'
        yield Finding(("feedback", "send_between"), problem, hint, Severity.WARNING)
    if section.enabled and section.after_invoice_mail and config.invoices.mail == "never":
        problem = "does nothing while invoices.mail is never"
        yield Finding(("feedback", "after_invoice_mail"), problem, "write false", Severity.WARNING)
    for number, pattern in enumerate(section.exclude.skus):
        if not pattern.strip("*"):
            problem = f"'{pattern}' fits every SKU: nobody would ever be asked"
            yield Finding(("feedback", "exclude", "skus", number), problem, "write enabled: false")


def neighbours(config: Config, folder: Path, known: Catalogue) -> Iterator[Finding]:
    """Yield what is wrong with the names, and what is missing."""
    names = sorted(each.name for each in known.marketplaces)
    for number, name in enumerate(config.feedback.exclude.marketplaces):
        if name not in names:
            near = nearest(name, names)
            hint = f"did you mean {near}?" if near else f"known are {', '.join(names)}"
            yield Finding(("feedback", "exclude", "marketplaces", number), f"unknown marketplace '{name}'", hint)
    if config.feedback.enabled and not (folder / config.orders.folder).is_dir():
        problem = f"nobody is asked without order reports, and there is no folder {folder / config.orders.folder}"
        hint = "make it, or name the one in orders.folder; responder orders import FILE works without"
        yield Finding(("feedback", "enabled"), problem, hint, Severity.WARNING)
