"""
A mail about an order as a finished outbox row: the request for feedback, the invoice alone, or the notice of a delay.

It goes to the buyer's address at Amazon's relay and nowhere else. What breaks one of Amazon's rules is not dropped and
not sent: it is held for a person, with the findings as its reason. The same facts give the same bytes.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from responder.adapters import templates
from responder.adapters.store import findings
from responder.adapters.store.meta import Instance
from responder.adapters.store.outbox import NewOutbox
from responder.core import compose, policy
from responder.core.amazon import Catalogue, Marketplace, RelayAddress, relay_address
from responder.core.compose import Attachment, ComposeError
from responder.core.orders import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """In whose name an account writes, with which texts, and what Amazon's rules are."""

    account: str
    templates: Mapping[str, templates.Template]
    rules: policy.Rules
    instance: Instance
    seller_name: str
    from_name: str
    from_address: str
    catalogue: Catalogue

    @property
    def domain(self) -> str:
        """The domain our Message-IDs are made under."""
        return self.from_address.rpartition("@")[2]


def written(  # noqa: PLR0913 - one argument per fact, by name
    writer: Writer,
    order: Order,
    kind: str,
    address: str,
    attachment: Attachment | None,
    *,
    key: str,
    due_at: datetime,
    expires_at: datetime | None,
    now: datetime,
    new_date: date | None = None,
) -> NewOutbox:
    """Return the row to enqueue; raise `ComposeError` or `TemplateFailed` with the reason where none can be written."""
    relay = _relay(writer, address)
    store = _store(writer, order, relay)
    rendered = _rendered(writer, order, kind, store, attachment, new_date)
    message_id = compose.message_id(writer.instance.secret, key, writer.domain)
    raw = compose.finished(
        compose.Outgoing(
            kind=kind,
            to=relay.full,
            from_=writer.from_address,
            from_name=writer.from_name,
            subject=rendered.subject,
            body=rendered.body,
            attachment=attachment,
            message_id=message_id,
            date_at=due_at.astimezone(ZoneInfo(store.timezone)),
            instance=writer.instance.id,
            language=rendered.language,
        )
    )
    broken = _broken(writer, order, kind, rendered, raw, due_at)
    payload = {
        "order_id": order.order_id,
        "alias": relay.alias,
        "invoice": hashlib.sha256(attachment.content).hexdigest() if attachment else None,
    }
    mail = NewOutbox(
        account=writer.account,
        idem_key=key,
        message_id=message_id,
        kind=kind,
        recipient=relay.full,
        subject=rendered.subject,
        rfc822=raw,
        due_at=due_at,
        expires_at=expires_at,
        created_at=now,
        payload=payload,
    )
    return findings.judged(mail, broken)


def _relay(writer: Writer, address: str) -> RelayAddress:
    """Return the address anew from its text: a report, or a mail, may have named any."""
    relay = relay_address(address, writer.catalogue) if compose.ADDRESS.match(address) else None
    if relay is None:
        raise ComposeError("the order names no address at Amazon's relay")
    return relay


def _store(writer: Writer, order: Order, relay: RelayAddress) -> Marketplace:
    """Return where it was bought: its language is the buyer's, wherever the address is."""
    if order.marketplace is None:
        return relay.marketplace
    store = writer.catalogue.by_name(order.marketplace)
    if store is None:
        raise ComposeError(f"the marketplace {order.marketplace} is not known")
    return store


def _rendered(
    writer: Writer,
    order: Order,
    kind: str,
    store: Marketplace,
    attachment: Attachment | None,
    new_date: date | None,
) -> templates.Rendered:
    if attachment is None and kind == compose.INVOICE:
        raise ComposeError("there is no invoice to send")
    if new_date is None and kind == compose.DELAY_NOTICE:
        raise ComposeError("there is no day to name")
    if attachment is not None and attachment.name != compose.invoice(order.order_id, b"").name:
        raise ComposeError("the invoice is named for another order")
    template = writer.templates[kind]
    languages = [found for each in store.texts if (found := templates.pick_language(template, each, fallback=""))]
    if not languages:
        raise ComposeError(f"{template.file} has no text in {' or '.join(store.texts)}")
    invoice = attachment is not None
    texts = [(each, _context(writer, order, store, each, invoice=invoice, new_date=new_date)) for each in languages]
    return templates.render_all(template, texts)


def _context(
    writer: Writer, order: Order, store: Marketplace, language: str, *, invoice: bool, new_date: date | None
) -> Mapping[str, object]:
    return templates.order_context(
        buyer_name=order.buyer_name,
        seller_name=writer.seller_name,
        order_id=order.order_id,
        purchased_at=order.purchased_at,
        shipped_at=order.shipped_at,
        invoice=invoice,
        new_date=new_date,
        marketplace=store.name,
        language=language,
        zone=ZoneInfo(store.timezone),
        country=store.country,
    )


def _broken(
    writer: Writer, order: Order, kind: str, rendered: templates.Rendered, raw: bytes, due_at: datetime
) -> tuple[policy.Finding, ...]:
    """Return the rules of Amazon's that the finished mail breaks: what is judged is what leaves."""
    return policy.finished(
        raw,
        rules=writer.rules,
        kind=kind,
        language=rendered.language,
        order_id=order.order_id,
        given=(order.buyer_name or "",),
        known=policy.OrderKnown(at=due_at, purchased_at=order.purchased_at, delivered_at=order.delivered_at),
        quotation="",
    )
