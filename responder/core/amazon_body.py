"""
What stands in the body of a mail from Amazon: the buyer's own words, order ids, limits, links.

Amazon's template surrounds the words with dashed markers in the store's language. Every pattern here takes linear
time, and a text that has none of the markers is returned whole: the buyer's words are never lost.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

from responder.core.amazon import Catalogue, DeadlinePhrase, Markers, RelayAddress, relay_address
from responder.core.markup import pre_wrapped, unescaped
from responder.core.message import Message
from responder.core.words import clean

MAX_ORDERS = 20

_ORDER_ID = re.compile(r"(?<![\w-])[0-9]{3}-[0-9]{7}-[0-9]{7}(?![\w-])", re.ASCII)
_DASH = r"\-–—_=─"
# The look-behind starts a match only where a run of dashes starts, and `++` keeps the run whole: no second try.
_RUN = rf"(?<![{_DASH}])[{_DASH}]{{3,}}+"
_ANY_MARKER = re.compile(rf"{_RUN}[^\S\n]*+[^{_DASH}\n]{{1,60}}+[{_DASH}]{{3,}}+")
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


def order_ids(message: Message) -> tuple[str, ...]:
    """Return the order ids of the subject, then of the body, each once."""
    found = _ORDER_ID.findall(message.subject) + _ORDER_ID.findall(message.text)
    if not found:
        found = _ORDER_ID.findall(message.html)
    return tuple(dict.fromkeys(found))[:MAX_ORDERS]


def buyer_words(message: Message, catalogue: Catalogue) -> str:
    """Return the words between the markers, else those in Amazon's <pre> block, else the whole text."""
    return _marked(message.text, catalogue.markers) or pre_wrapped(message.html) or message.text.strip()


def has_markers(message: Message, catalogue: Catalogue) -> bool:
    """Return whether the text is Amazon's template of a buyer message."""
    return bool(_marked(message.text, catalogue.markers))


def _marked(text: str, markers: tuple[Markers, ...]) -> str:
    for begin, end in _patterns(markers):
        start = begin.search(text)
        if start is None:
            continue
        dashed = start[0].strip()[-1] != ":"
        stop = end.search(text, start.end()) or (_ANY_MARKER.search(text, start.end()) if dashed else None)
        if stop is not None or dashed:  # a line "Message:" alone is somebody's own writing unless an end follows
            return text[start.end() : stop.start() if stop else len(text)].strip()
    return ""


_Pair = tuple[re.Pattern[str], re.Pattern[str]]


@lru_cache(maxsize=8)
def _patterns(markers: tuple[Markers, ...]) -> tuple[_Pair, _Pair]:
    """Return begin and end as they stand between dashes, and as they stand alone on a line."""
    begin = _either(word for known in markers for word in known.begin)
    end = _either(word for known in markers for word in known.end)
    return (
        (
            re.compile(rf"{_RUN}\s*+{begin}\s*+:?\s*+[{_DASH}]{{3,}}+", re.IGNORECASE),
            re.compile(rf"{_RUN}\s*+{end}\s*+:?\s*+[{_DASH}]{{3,}}+", re.IGNORECASE),
        ),
        (
            re.compile(rf"^[^\S\n]*+{begin}[^\S\n]*+:[^\S\n]*+$", re.IGNORECASE | re.MULTILINE),
            re.compile(rf"^[^\S\n]*+{end}[^\S\n]*+:?[^\S\n]*+$", re.IGNORECASE | re.MULTILINE),
        ),
    )


def _either(words: Iterator[str]) -> str:
    known = sorted(dict.fromkeys(words), key=len, reverse=True)
    return "(?:" + "|".join(r"\s+".join(map(re.escape, word.split())) for word in known) + ")"


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
    found = re.findall(r"[?&](?:cc|ss)=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b", message.text, re.ASCII)
    return found[-1] if found else None


def relay_in_body(message: Message, catalogue: Catalogue) -> RelayAddress | None:
    """Return the first relay address the body names: an opt-out notice says in this way whom it concerns."""
    for text in (message.text, unescaped(message.html)):
        for spec in _RELAY.findall(text)[:20]:
            relay = relay_address(spec.lower(), catalogue)
            if relay is not None:
                return relay
    return None


def buyer_name(name: str) -> str | None:
    """Return a display name fit to greet with, or None: no addresses, links or marks of the old template."""
    name = clean(name.removesuffix("- Amazon Marketplace"), 80).strip(" \"'")
    return None if not name or re.search(r"@|https?:|www\.|[<>{}\[\]]", name) else name


def named_deadline(message: Message, catalogue: Catalogue) -> timedelta | None:
    """Return the shortest limit the text names in days or hours ("within 3 days"), or None."""
    found: list[timedelta] = []
    text = message.text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for phrase in catalogue.deadline_phrases:
        pattern, hours = _deadline_pattern(phrase)
        for match in pattern.finditer(text):
            count = int(match[1])
            if count:
                found.append(timedelta(hours=count) if match[2].lower() in hours else timedelta(days=count))
    return min(found, default=None)


@lru_cache(maxsize=64)
def _deadline_pattern(phrase: DeadlinePhrase) -> tuple[re.Pattern[str], frozenset[str]]:
    either = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in phrase.before)
    units = "|".join(map(re.escape, sorted((*phrase.days, *phrase.hours), key=len, reverse=True)))
    # Words may stand before the number ("within the next 3 days") and one behind it ("3 calendar days").
    pattern = rf"\b(?:{either})\s+(?:\w{{1,12}}\s+){{0,2}}([0-9]{{1,3}})\s+(?:\w{{1,15}}\s+)?({units})\b"
    return re.compile(pattern, re.IGNORECASE), frozenset(word.lower() for word in phrase.hours)
