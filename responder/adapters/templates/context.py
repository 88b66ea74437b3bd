"""
What a message may print: frozen values without methods, one class per first word.

Dates are written out in the language of the text, in the marketplace's time zone (CLDR, through Babel).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from responder.core.compose import without_reply_prefix
from responder.core.message import clean


@dataclass(frozen=True, slots=True)
class BuyerContext:
    """`buyer.`: who wrote."""

    name: str | None


@dataclass(frozen=True, slots=True)
class SellerContext:
    """`seller.`: who answers."""

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
CONTEXTS: Mapping[str, Names] = {"acknowledgement": ACKNOWLEDGEMENT}

SUBJECT_ROOM = 150
"""Characters of the buyer's subject: a finished one is cut, and then nobody knows any more whose words they were."""

# Patterns that fit the sentences people write around a date; elsewhere the locale's own full date is right.
_PATTERNS = {
    "ar": "'يوم' EEEE d MMMM y",
    "de": "EEEE, 'den' d. MMMM y",
    "ja": "y年M月d日（EEE）",
    "pl": "d MMMM y 'r.' (EEEE)",
    "sv": "EEEE'en' 'den' d MMMM y",
}
# The first of a month is an ordinal in these languages and countries; CLDR writes a plain 1.
_FIRST = {"fr": "1er", "it": "1º", "pt_BR": "1º"}
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['’ -]|\.(?= |\Z)|[\u0300-\u036f]){0,39}\Z")


def _locale(language: str, country: str | None) -> Locale:
    base = language.split("-", maxsplit=1)[0]
    for each in (f"{base}_{country}" if country else base, language.replace("-", "_"), base):
        try:
            return Locale.parse(each)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def _greetable(name: str | None) -> str | None:
    """A buyer's name that is nothing but a name: what looks like an address or a sentence is not printed."""
    text = clean(name or "", 64).strip()
    return text if _NAME.match(text) and len(text.split()) <= 5 else None


def _promise(day: date, locale: Locale) -> str:
    return _written(day, _PATTERNS.get(locale.language, "full"), locale)


def _written(day: date, pattern: str, locale: Locale) -> str:
    text = format_date(day, pattern, locale=locale)
    first = _FIRST.get(f"{locale.language}_{locale.territory}") or _FIRST.get(locale.language)
    return re.sub(r"(?<!\d)1(?!\d)", first, text, count=1) if first and day.day == 1 else text


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
    locale = _locale(language, country)
    promised = promise_at.astimezone(promised_in or zone)
    return {
        "buyer": BuyerContext(_greetable(buyer_name)),
        "seller": SellerContext(clean(seller_name, 100)),
        "message": MessageContext(
            without_reply_prefix(clean(subject, SUBJECT_ROOM)),
            _written(received_at.astimezone(zone).date(), "long", locale),
        ),
        "order": OrderContext(order_id),
        "closed": ClosedContext(closed_kind, clean(closed_name, 80) if closed_name else None),
        "promise_date": _promise(promised.date(), locale),
        "promise_time": format_time(promised, "short", tzinfo=promised_in or zone, locale=locale),
        "marketplace": marketplace,
    }


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
_SAMPLES: Sequence[tuple[str, str | None, str | None, str | None]] = (
    ("weekend", None, "Anna Berg", "305-1234567-7654321"),
    ("holiday", "New Year", "Anna Berg", "305-1234567-7654321"),
    ("closure", None, None, "305-1234567-7654321"),
    ("outside_hours", None, None, None),
)


def sample_contexts(
    language: str,
    *,
    seller_name: str = "Maison Exemple",
    marketplace: str = "amazon.de",
    zone: ZoneInfo = _BERLIN,
    country: str | None = None,
) -> tuple[Mapping[str, object], ...]:
    """Return invented contexts that reach every branch, for `preview` and for checking."""
    return tuple(
        acknowledgement_context(
            buyer_name=buyer,
            seller_name=seller_name,
            subject="4711",
            received_at=datetime(2026, 11, 14, 10, 0, tzinfo=zone),
            order_id=order,
            closed_kind=kind,
            closed_name=_NEW_YEAR.get(language.partition("-")[0], name) if name else None,
            promise_at=datetime(2026, 11, 16, 9, 0, tzinfo=zone),
            marketplace=marketplace,
            language=language,
            zone=zone,
            country=country,
        )
        for kind, name, buyer, order in _SAMPLES
    )
