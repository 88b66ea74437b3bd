"""
Invented contexts that reach every branch of a text: for `preview`, and for checking a text before it is needed.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from responder.adapters.templates.context import FEEDBACK_ANSWER, acknowledgement_context, order_context
from responder.adapters.templates.plan import plan_samples
from responder.core import compose
from responder.core.plan import TEMPLATE as PLAN_OF_ACTION

ORDER_ID = "305-1234567-7654321"
BUYER = "Anna Berg"

_NEW_YEAR = {
    "ar": "رأس السنة الميلادية",
    "de": "Neujahr",
    "en": "New Year's Day",
    "es": "Año Nuevo",
    "fr": "Jour de l'an",
    "it": "Capodanno",
    "ja": "元日",
    "nl": "Nieuwjaarsdag",
    "pl": "Nowy Rok",
    "pt": "Ano Novo",
    "sv": "Nyårsdagen",
    "tr": "Yılbaşı",
}
"""A holiday's name for samples; the real ones come from the `holidays` library, and only in languages it speaks."""

_BERLIN = ZoneInfo("Europe/Berlin")
_CLOSED: Sequence[tuple[str, str | None, str | None, str | None]] = (
    ("weekend", None, BUYER, ORDER_ID),
    ("holiday", "New Year", BUYER, ORDER_ID),
    ("closure", None, None, ORDER_ID),
    ("outside_hours", None, None, None),
)
_BOUGHT: Sequence[tuple[bool, str | None, bool]] = (
    (True, BUYER, True),
    (False, BUYER, True),
    (True, None, False),
    (False, None, False),
)
"""With an invoice, or already shipped, as the kind has it; by whom; and whether its days are known."""
_ALWAYS_SO = (compose.INVOICE, compose.DELAY_NOTICE, FEEDBACK_ANSWER)
"""Kinds whose text has no such case: an invoice always goes with the mail that exists for it."""


def sample_contexts(
    language: str,
    *,
    kind: str = "acknowledgement",
    seller_name: str = "Maison Exemple",
    marketplace: str = "amazon.de",
    zone: ZoneInfo = _BERLIN,
    country: str | None = None,
) -> tuple[Mapping[str, object], ...]:
    """Return what this kind of mail may print, once for each case that its text may tell apart."""
    if kind == "acknowledgement":
        return _acknowledgements(language, seller_name, marketplace, zone, country)
    if kind == PLAN_OF_ACTION:
        return plan_samples(language, seller_name, marketplace, country)
    return _about_an_order(kind, language, seller_name, marketplace, zone, country)


def _acknowledgements(
    language: str, seller_name: str, marketplace: str, zone: ZoneInfo, country: str | None
) -> tuple[Mapping[str, object], ...]:
    return tuple(
        acknowledgement_context(
            buyer_name=buyer,
            seller_name=seller_name,
            subject="4711",
            received_at=datetime(2026, 11, 14, 10, 0, tzinfo=zone),
            order_id=order,
            closed_kind=closed,
            closed_name=_NEW_YEAR.get(language.partition("-")[0], name) if name else None,
            promise_at=datetime(2026, 11, 16, 9, 0, tzinfo=zone),
            marketplace=marketplace,
            language=language,
            zone=zone,
            country=country,
        )
        for closed, name, buyer, order in _CLOSED
    )


def _about_an_order(
    kind: str, language: str, seller_name: str, marketplace: str, zone: ZoneInfo, country: str | None
) -> tuple[Mapping[str, object], ...]:
    return tuple(
        order_context(
            buyer_name=buyer,
            seller_name=seller_name,
            order_id=ORDER_ID,
            purchased_at=datetime(2026, 11, 2, 10, 0, tzinfo=zone) if dated else None,
            shipped_at=datetime(2026, 11, 3, 10, 0, tzinfo=zone) if dated else None,
            invoice=so,
            shipped=so,
            new_date=date(2026, 11, 30),
            marketplace=marketplace,
            language=language,
            zone=zone,
            country=country,
        )
        for so, buyer, dated in _BOUGHT
        if so or kind not in _ALWAYS_SO
    )
