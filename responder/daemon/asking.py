"""
What decides about orders, built from the configuration: for each account, with its invoices.
"""

from collections.abc import Mapping

from responder.adapters import rules
from responder.adapters.invoices import InvoiceFolder, TextReader
from responder.adapters.store.meta import Instance
from responder.adapters.templates import Template
from responder.config import invoice_checks
from responder.config.consumers import answer_policy, feedback_policy, invoice_settings
from responder.config.loaded import Loaded
from responder.config.model import Account
from responder.core.amazon import Catalogue
from responder.tasks.ask import Asker, Writer


def writer(account: Account, texts: Mapping[str, Template], catalogue: Catalogue, instance: Instance) -> Writer:
    """Return in whose name mail about this account's orders is written."""
    return Writer(
        account=account.name,
        templates=texts,
        rules=rules.load(),
        instance=instance,
        seller_name=account.seller.name,
        from_name=account.from_.name or account.seller.name,
        from_address=account.from_.spec,
        catalogue=catalogue,
    )


def asker(loaded: Loaded, account: Account, writes: Writer, reader: TextReader) -> Asker:
    """Return what decides about this account's orders; `reader` reads the invoices of all accounts."""
    used = invoice_checks.is_used(loaded.config)
    return Asker(
        account=account.name,
        policy=feedback_policy(loaded.config, account),
        answer_within=answer_policy(loaded.config).answer_within,
        catalogue=writes.catalogue,
        writer=writes,
        invoices=InvoiceFolder(invoice_settings(loaded, account), reader) if used else None,
    )
