"""
The contexts a preview prints: an order as it is kept, or invented ones.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from responder.adapters import templates
from responder.adapters.invoices import Found, InvoiceFolder, Missing, Refused
from responder.adapters.store import Store, invoice_uses, orders
from responder.adapters.templates.context import OrderContext, PurchaseContext
from responder.cli.state import now
from responder.config import Account, Loaded, invoice_settings
from responder.core import compose
from responder.core.amazon import Marketplace
from responder.core.late_orders import is_shipped
from responder.core.message import clean
from responder.core.orders import Order

WITH_INVOICE = frozenset({compose.FEEDBACK_REQUEST, compose.INVOICE})
ABOUT_AN_ORDER = WITH_INVOICE | {compose.DELAY_NOTICE, *templates.ANSWERS}
LATER = timedelta(days=7)
"""How much later an order is sent in the preview of a notice that says so."""
Contexts = Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """An order that the state knows; `words` say which case of the text its facts come to."""

    account: Account
    order: Order
    attached: bool
    words: str


def kept_order(loaded: Loaded, kind: str, order_id: str | None) -> KeptOrder | None:
    """Return the order from the state; None where it is not kept, or the mail is about no order."""
    if kind not in ABOUT_AN_ORDER or order_id is None:
        return None
    store = Store.look(loaded.state(os.environ))
    if store is None:
        return None
    try:
        for account in loaded.config.accounts:
            order = store.run(orders.order, account.name, order_id)
            if order is not None:
                return _kept(loaded, store, account, order, kind)
    finally:
        store.close()
    return None


def _kept(loaded: Loaded, store: Store, account: Account, order: Order, kind: str) -> KeptOrder:
    if kind in WITH_INVOICE:
        return KeptOrder(account, order, *_invoice(loaded, store, account, order, kind))
    if kind == compose.DELAY_NOTICE:
        return KeptOrder(account, order, attached=False, words="with an invented day")
    return KeptOrder(account, order, attached=False, words="shipped" if is_shipped(order) else "not shipped yet")


def _invoice(loaded: Loaded, store: Store, account: Account, order: Order, kind: str) -> tuple[bool, str]:
    """Return whether the invoice goes with the mail, and why or why not."""
    if order.business:
        return False, "no invoice: an e-mailed one does not count for Amazon Business"
    if kind == compose.FEEDBACK_REQUEST and loaded.config.feedback.invoice == "none":
        return False, "no invoice: feedback.invoice is none"
    folder = InvoiceFolder(invoice_settings(loaded, account))
    try:
        match folder.find(order.order_id, now()):
            case Found() as file:
                other = store.run(invoice_uses.used_for, file.sha256)
                if other is not None and other != (account.name, order.order_id):
                    return False, f"no invoice: {clean(file.name)} was used for order {other[1]}"
                return True, f"with the invoice {clean(file.name)}"
            case Refused(_, _, words):
                return False, f"no invoice: {words}"
            case Missing(expected):
                return False, f"no invoice: {expected} is not there"
    finally:
        folder.close()


def of_order(kept: KeptOrder, kind: str, language: str, store: Marketplace) -> Contexts:
    """Return the one context of an order that is kept; a mail for the invoice alone exists only with it."""
    context = templates.order_context(
        buyer_name=kept.order.buyer_name,
        seller_name=kept.account.seller.name,
        order_id=kept.order.order_id,
        purchased_at=kept.order.purchased_at,
        shipped_at=kept.order.shipped_at,
        invoice=kept.attached or kind == compose.INVOICE,
        shipped=is_shipped(kept.order),
        new_date=(now() + LATER).date(),
        marketplace=store.name,
        language=language,
        zone=ZoneInfo(store.timezone),
        country=store.country,
    )
    return (context,)


def invented(loaded: Loaded, kind: str, language: str, store: Marketplace | None, order_id: str | None) -> Contexts:
    """Return a context for each case that a text may tell apart, with this order number if one is given."""
    seller = loaded.config.accounts[0].seller.name
    if store is None:
        found = templates.sample_contexts(language, kind=kind, seller_name=seller)
    else:
        zone = ZoneInfo(store.timezone)
        found = templates.sample_contexts(
            language, kind=kind, seller_name=seller, marketplace=store.name, zone=zone, country=store.country
        )
    return [{**each, "order": _numbered(each["order"], order_id)} if order_id else each for each in found]


def _numbered(order: object, order_id: str) -> object:
    return replace(order, id=order_id) if isinstance(order, OrderContext | PurchaseContext) else order
