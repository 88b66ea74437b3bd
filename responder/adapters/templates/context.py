"""
What a message may print: frozen values without methods, one class per first word.

Dates are written out in the language of the text, in the marketplace's time zone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from zoneinfo import ZoneInfo

from responder.adapters.templates import plan
from responder.adapters.templates.dates import locale_of, plain_date, time_of_day, with_weekday
from responder.core import compose
from responder.core.compose import without_reply_prefix
from responder.core.message import clean
from responder.core.plan import TEMPLATE as PLAN_OF_ACTION


@dataclass(frozen=True, slots=True)
class BuyerContext:
    """`buyer.`: who wrote, or bought."""

    name: str | None


@dataclass(frozen=True, slots=True)
class SellerContext:
    """`seller.`: who answers, or sold."""

    name: str


@dataclass(frozen=True, slots=True)
class MessageContext:
    """`message.`: what was written."""

    subject: str
    received_date: str


@dataclass(frozen=True, slots=True)
class OrderContext:
    """`order.`: what it is about."""

    id: str | None


@dataclass(frozen=True, slots=True)
class PurchaseContext:
    """
    `order.` in a mail about an order: the days are written in the language of the text, or not known.

    What was bought is not offered: Amazon shows it beside the message, and a title is a text of others, often an
    advertisement.
    """

    id: str
    date: str | None
    shipped_date: str | None


@dataclass(frozen=True, slots=True)
class ClosedContext:
    """`closed.`: why nobody is there; kind is weekend, holiday, closure or outside_hours."""

    kind: str
    name: str | None


Names = Mapping[str, frozenset[str]]  # what a template may print, and the parts of each


def _parts(kind: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))


ACKNOWLEDGEMENT: Names = {
    "buyer": _parts(BuyerContext),
    "seller": _parts(SellerContext),
    "message": _parts(MessageContext),
    "order": _parts(OrderContext),
    "closed": _parts(ClosedContext),
    "promise_date": frozenset(),
    "promise_time": frozenset(),
    "marketplace": frozenset(),
}
_PURCHASE: Names = {
    "buyer": _parts(BuyerContext),
    "seller": _parts(SellerContext),
    "order": _parts(PurchaseContext),
    "marketplace": frozenset(),
}
WITH_INVOICE: Names = {**_PURCHASE, "invoice": frozenset()}
DELAY: Names = {**_PURCHASE, "new_date": frozenset()}
DRAFT: Names = {**_PURCHASE, "shipped": frozenset()}

FEEDBACK_ANSWER = "feedback_answer"
CANCELLATION_ANSWER = "cancellation_answer"
ANSWERS = (FEEDBACK_ANSWER, CANCELLATION_ANSWER)
"""Drafts of what a person writes to a buyer: no mail of this program's, judged as an answer."""

CONTEXTS: Mapping[str, Names] = {
    compose.ACKNOWLEDGEMENT: ACKNOWLEDGEMENT,
    compose.FEEDBACK_REQUEST: WITH_INVOICE,
    compose.INVOICE: WITH_INVOICE,
    compose.DELAY_NOTICE: DELAY,
    **dict.fromkeys(ANSWERS, DRAFT),
    PLAN_OF_ACTION: plan.NAMES,
}


def policy_kind(name: str) -> str:
    """Return the kind of mail by whose rules a template's texts are judged."""
    return "answer" if name in ANSWERS else name


SUBJECT_ROOM = 150
"""Characters of the buyer's subject: a finished one is cut, and then nobody knows any more whose words they were."""

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['’ -]|\.(?= |\Z)|[\u0300-\u036f]){0,39}\Z")


def _greetable(name: str | None) -> str | None:
    """A buyer's name that is nothing but a name: what looks like an address or a sentence is not printed."""
    text = clean(name or "", 64).strip()
    return text if _NAME.match(text) and len(text.split()) <= 5 else None


def acknowledgement_context(  # noqa: PLR0913 - one argument per fact, by name
    *,
    buyer_name: str | None,
    seller_name: str,
    subject: str,
    received_at: datetime,
    order_id: str | None,
    closed_kind: str,
    closed_name: str | None,
    promise_at: datetime,
    marketplace: str,
    language: str,
    zone: ZoneInfo,
    country: str | None = None,
    promised_in: ZoneInfo | None = None,
) -> Mapping[str, object]:
    """
    Return what an acknowledgement may print; dates are written in `language`, in the marketplace's `zone`.

    What is promised is named in `promised_in` where that is another zone: there the day must not be over too early.
    """
    locale = locale_of(language, country)
    promised = promise_at.astimezone(promised_in or zone)
    return {
        "buyer": BuyerContext(_greetable(buyer_name)),
        "seller": SellerContext(clean(seller_name, 100)),
        "message": MessageContext(
            without_reply_prefix(clean(subject, SUBJECT_ROOM)),
            plain_date(received_at.astimezone(zone).date(), locale),
        ),
        "order": OrderContext(order_id),
        "closed": ClosedContext(closed_kind, clean(closed_name, 80) if closed_name else None),
        "promise_date": with_weekday(promised.date(), locale),
        "promise_time": time_of_day(promised, promised_in or zone, locale),
        "marketplace": marketplace,
    }


def order_context(  # noqa: PLR0913 - one argument per fact, by name
    *,
    buyer_name: str | None,
    seller_name: str,
    order_id: str,
    purchased_at: datetime | None,
    shipped_at: datetime | None,
    marketplace: str,
    language: str,
    zone: ZoneInfo,
    country: str | None = None,
    invoice: bool = False,
    shipped: bool = False,
    new_date: date | None = None,
) -> Mapping[str, object]:
    """
    Return what a mail about an order may print: which of it, its kind says.

    `invoice`: whether one goes with it; `shipped`: whether the order is; `new_date`: the day that a delay lasts to.
    """
    locale = locale_of(language, country)

    def day(at: datetime | None) -> str | None:
        return None if at is None else plain_date(at.astimezone(zone).date(), locale)

    return {
        "buyer": BuyerContext(_greetable(buyer_name)),
        "seller": SellerContext(clean(seller_name, 100)),
        "order": PurchaseContext(order_id, day(purchased_at), day(shipped_at)),
        "invoice": invoice,
        "shipped": shipped,
        "new_date": None if new_date is None else with_weekday(new_date, locale),
        "marketplace": marketplace,
    }
