"""
What stands in the body of a mail from Amazon: order ids, case ids, limits, links, the buyer's address and name.

Every pattern here takes linear time. A link is text for a person to open, and never fetched.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache

from responder.core.amazon import Catalogue, DeadlinePhrase, RelayAddress, relay_address
from responder.core.markup import unescaped
from responder.core.message import Message
from responder.core.words import clean

MAX_ORDERS = 20
_NO_BREAK = "\N{NON-BREAKING HYPHEN}"  # what some mail programs make of the hyphen of a number
MAX_LIMITS = 10
MAX_NOTICE = 8_192
"""Characters of a notice that are searched for wording, limits and amounts; Amazon's have a few thousand."""

_ORDER_ID = re.compile(r"(?<![\w-])[0-9]{3}-[0-9]{7}-[0-9]{7}(?![\w-])", re.ASCII)
_RELAY = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9]{8,32}(?:\+[A-Za-z0-9-]{8,64})?@marketplace\.amazon\.[a-z.]{2,6}\b", re.ASCII
)
_LINK = re.compile(r"https://[A-Za-z0-9.-]{4,80}/[^\s\"'<>\[\]()]{1,1500}", re.ASCII)
_NO_RESPONSE = re.compile(
    r"https://(?P<host>[a-z0-9.-]+)/(?:messaging/|gp/communication-manager/)no-response-needed(?:\.html)?\?[A-Za-z0-9_.~%&=+/;:,-]+",
    re.ASCII,
)
_TYPE_IN_LINK = re.compile(r"(?:communicationName|customAttribute1Value)=([A-Z][A-Z0-9_]{3,60})\b", re.ASCII)
_STORE_IN_LINK = re.compile(r"[?&](?:mp|marketplaceId)=(A[A-Z0-9]{9,20})\b", re.ASCII)

_NO_NAME = re.compile(
    r"@|https?:|www\.|[<>{}\[\]/\\]|[\w-]\.(?:com|net|org|info|biz|io|co|xyz|shop|online|site|top|click|link)\b",
    re.IGNORECASE,
)
_CASE_IN_LINK = re.compile(r"[?&](?:cc|ss)=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b", re.ASCII)


def order_ids(message: Message) -> tuple[str, ...]:
    """Return the order ids of the subject, then of the body, each once."""
    texts = [message.subject, message.text]
    found = [order for text in texts for order in _ORDER_ID.findall(text.replace(_NO_BREAK, "-"))]
    if not found:
        found = _ORDER_ID.findall(message.html)
    return tuple(dict.fromkeys(found))[:MAX_ORDERS]


def no_response_link(message: Message, catalogue: Catalogue) -> str | None:
    """Return Amazon's "no response needed" link as text, for a person to open; never anything to fetch."""
    # The template's footer comes last, behind anything the buyer may have written.
    for link in reversed(list(_links(message))):
        match = _NO_RESPONSE.fullmatch(link)
        if match is not None and match["host"] in catalogue.link_hosts:
            return link
    return None


def _links(message: Message) -> Iterator[str]:
    yield from _LINK.findall(unescaped(message.html))
    yield from (link.rstrip(".,;") for link in _LINK.findall(message.text))


def repeated_type(message: Message) -> str | None:
    """Return the notification type that the footer or survey link repeats, for when a forwarder dropped the header."""
    found = _TYPE_IN_LINK.findall(message.html) or _TYPE_IN_LINK.findall(message.text)
    return found[-1] if found else None


def repeated_store(message: Message, catalogue: Catalogue) -> str | None:
    """Return the marketplace id that a footer link repeats."""
    found = _STORE_IN_LINK.findall(unescaped(message.html)) or _STORE_IN_LINK.findall(message.text)
    return next((store for store in reversed(found) if catalogue.by_id(store)), None)


def case_in_link(message: Message) -> str | None:
    """Return the case id of the footer's report link."""
    found = _CASE_IN_LINK.findall(message.text) or _CASE_IN_LINK.findall(unescaped(message.html))
    return found[-1] if found else None


def relay_in_body(message: Message, catalogue: Catalogue) -> RelayAddress | None:
    """Return the first relay address the body names: an opt-out notice says in this way whom it concerns."""
    for text in (message.text, unescaped(message.html)):
        for spec in _RELAY.findall(text)[:20]:
            relay = relay_address(spec.lower(), catalogue)
            if relay is not None:
                return relay
    return None


def buyer_name(name: str, ours: Collection[str] = ()) -> str | None:
    """
    Return a display name fit to greet with, or None: no addresses, links or marks of the old template.

    Amazon sometimes puts the seller into the buyer's place: one of `ours` is no buyer's name.
    """
    name = clean(name.removesuffix("- Amazon Marketplace"), 80).strip(" \"'")
    if name.casefold() in {each.casefold() for each in ours}:
        return None
    return None if not name or _NO_NAME.search(name) else name


def named_limits(message: Message, catalogue: Catalogue) -> tuple[timedelta, ...]:
    """Return the limits the text names in days or hours ("within 3 days"), the shortest first."""
    found: set[timedelta] = set()
    text = f"{message.subject}\n{message.text[:MAX_NOTICE]}".replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for phrase in catalogue.deadline_phrases:
        for pattern, hours in _limit_patterns(phrase):
            for match in pattern.finditer(text):
                count = int(match["count"])
                if count:
                    by_hours = match["unit"].lower() in hours
                    found.add(timedelta(hours=count) if by_hours else timedelta(days=count))
    return tuple(sorted(found))[:MAX_LIMITS]


_Pattern = tuple[re.Pattern[str], frozenset[str]]


@lru_cache(maxsize=64)
def _limit_patterns(phrase: DeadlinePhrase) -> tuple[_Pattern, ...]:
    hours = frozenset(word.lower() for word in phrase.hours)
    units = "|".join(map(re.escape, sorted((*phrase.days, *phrase.hours), key=len, reverse=True)))
    patterns: list[_Pattern] = []
    if phrase.before:
        # Words may stand before the number ("within the next 3 days") and one behind it ("3 calendar days").
        words = (
            rf"\b(?:{_either(phrase.before)})\s+(?:\w{{1,12}}\s+){{0,2}}"
            r"\(?(?P<count>[0-9]{1,3})\)?\s+(?:\(\w{1,12}\)\s+)?(?:\w{1,15}\s+)?"  # "three (3)", "3 (tre)"
        )
        patterns.append((re.compile(rf"{words}(?P<unit>{units})\b", re.IGNORECASE), hours))
    if phrase.after:  # "3日以内", "48 saat içinde": not every language has blanks between words
        words = rf"(?<![0-9])(?P<count>[0-9]{{1,3}})\s?(?P<unit>{units})\s?(?:{_either(phrase.after)})"
        patterns.append((re.compile(words, re.IGNORECASE), hours))
    return tuple(patterns)


def _either(words: Sequence[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
